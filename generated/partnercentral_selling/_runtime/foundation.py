"""How a client is configured: everything is settled, and refused, before the first call."""

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast

from .checks import Checks, refuse_bad_checks
from .config import Endpoint, Service, Timeout, find_endpoint, find_region, region_in
from .credentials import Credentials, Source
from .errors import ConfigurationError
from .sources import find_source

if TYPE_CHECKING:
    from .composite import Shape

    AnswerT = TypeVar("AnswerT", bound=Shape)
else:
    AnswerT = TypeVar("AnswerT")

MAX_RESPONSE_BYTES = 16 * 1024 * 1024


class Settings(NamedTuple):
    """What was settled when a client was made. attempts: in all. max_bytes: of an answer."""

    service: Service
    package: str
    region: str
    endpoint: Endpoint
    source: Source
    checks: Checks
    timeout: Timeout
    attempts: int
    max_bytes: int


class Foundation:
    """Base of clients. Subclasses are rendered: one method per operation."""

    _service: ClassVar[Service]
    _package: ClassVar[str]

    def __init__(
        self,
        *,
        region: str | None,
        endpoint_url: str | None,
        credentials: Credentials | None,
        session: Any,
        profile: str | None,
        retries: int,
        timeout: Timeout | float,
        checks: Checks,
        use_fips: bool,
        max_response_bytes: int,
    ) -> None:
        if not isinstance(cast(object, use_fips), bool):
            raise ConfigurationError("use_fips is to be True or False")
        found = _region(region, session, profile)
        self._settings = Settings(
            service=self._service,
            package=self._package,
            region=found,
            endpoint=find_endpoint(self._service, found, endpoint_url, use_fips),
            source=find_source(credentials, session, profile),
            checks=_good_checks(checks),
            timeout=Timeout.of(timeout),
            attempts=_whole(retries, "retries"),
            max_bytes=_whole(max_response_bytes, "max_response_bytes"),
        )
        self._lock = Lock()
        self._closed = False

    @property
    def region(self) -> str:
        return self._settings.region

    @property
    def endpoint_url(self) -> str:
        return self._settings.endpoint.url

    def __repr__(self) -> str:
        return f"{type(self).__name__}(region={self.region!r}, endpoint_url={self.endpoint_url!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a client holds connections and credentials: make a new one instead of a copy")

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise ConfigurationError("the client is closed")


def _region(region: str | None, session: object, profile: str | None) -> str:
    """Find the region; botocore is asked for its configuration only where nothing else names one."""
    if region or (session is None and profile is None and region_in()):
        return find_region(region)
    from .sessions import session_region  # which botocore's configuration is read with

    explicit = session is not None or profile is not None
    named = (session_region(session, profile) if explicit else None) or region_in()
    return find_region(named, None if named or explicit else session_region(None, None))


def _good_checks(checks: Checks) -> Checks:
    if not isinstance(cast(object, checks), Mapping):
        raise ConfigurationError("checks is to be a mapping, such as {'pattern': 'warn'}")
    try:
        refuse_bad_checks(checks)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    return dict(checks)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"{name} is to be a whole number of 1 or more")
    return value


def refuse_no_transport(transport: object) -> None:
    """Raise ConfigurationError for what is no transport; a class is none."""
    if transport is not None and (isinstance(transport, type) or not callable(getattr(transport, "send", None))):
        raise ConfigurationError("transport: pass an object with send and close, see transports.Transport")
