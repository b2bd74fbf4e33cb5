"""How a client is configured: everything is settled, and refused, before the first call."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast

from .checks import Checks, refuse_bad_checks
from .config import Endpoint, Service, Timeout, Wanted, find_endpoint, find_region, find_wanted, region_in
from .credentials import Credentials, Source
from .errors import ConfigurationError
from .locks import ForkedLock
from .sources import find_source

if TYPE_CHECKING:
    from .composite import Shape
    from .endpoints import Places

    AnswerT = TypeVar("AnswerT", bound=Shape)
else:  # what annotations name is looked up where they stand: a string would be compiled for it
    AnswerT = TypeVar("AnswerT")
    Places = object

MAX_RESPONSE_BYTES = 16 * 1024 * 1024


class Place(NamedTuple):
    """Where requests go, and what a signature is good for there. headers: what requests carry as well."""

    endpoint: Endpoint
    signing_name: str
    signing_region: str
    headers: tuple[tuple[str, str], ...] = ()
    escaped_once: bool = False
    """Whether paths are signed as they are sent, which S3 alone wants."""


NOWHERE = Place(Endpoint("https", "endpoint.invalid", "/"), "-", "-")
"""Stands in for the place of a client whose calls all have one of their own (RFC 2606: there is no such host)."""


class Settings(NamedTuple):
    """What was settled when a client was made. attempts: in all. max_bytes: of an answer.

    place: None where it takes a call to tell. places: finds those of calls; None where all go to the same.
    """

    service: Service
    package: str
    region: str
    place: Place | None
    places: Places | None
    source: Source
    checks: Checks
    timeout: Timeout
    attempts: int
    max_bytes: int


class Foundation:
    """Base of clients. Subclasses are rendered: one method per operation."""

    _service: ClassVar[Service]
    _package: ClassVar[str]
    _closed = False

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
        use_dualstack: bool,
        max_response_bytes: int,
    ) -> None:
        found = _region(region, session, profile)
        _refuse_no_flags(use_fips=use_fips, use_dualstack=use_dualstack)
        wanted = find_wanted(self._service, Wanted(found, endpoint_url, use_fips, use_dualstack))
        place, places = _place(self._service, self._package, wanted)
        self._settings = Settings(
            service=self._service,
            package=self._package,
            region=found,
            place=place,
            places=places,
            source=find_source(credentials, session, profile),
            checks=_good_checks(checks),
            timeout=Timeout.of(timeout),
            attempts=_whole(retries, "retries"),
            max_bytes=_whole(max_response_bytes, "max_response_bytes"),
        )
        self._lock = ForkedLock()

    @property
    def region(self) -> str:
        return self._settings.region

    @property
    def endpoint_url(self) -> str:
        """Where calls go, but those that say themselves where; ConfigurationError where all have to."""
        place, places = self._settings.place, self._settings.places
        if place is None and places is not None:
            place = places.of_client()
        return (place or NOWHERE).endpoint.url

    def __repr__(self) -> str:
        if "_settings" not in vars(self):  # refused while it was made: a traceback may still show it
            return f"{type(self).__name__}()"
        where = f", endpoint_url={self.endpoint_url!r}" if self._settings.place else ""
        return f"{type(self).__name__}(region={self.region!r}{where})"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a client holds connections and credentials: make a new one instead of a copy")

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise ConfigurationError("the client is closed")


def _refuse_no_flags(**flags: object) -> None:
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise ConfigurationError(f"{name} is to be True or False")


def _region(region: str | None, session: object, profile: str | None) -> str:
    """Find the region; botocore is asked for its configuration only where nothing else names one."""
    if region or (session is None and profile is None and region_in()):
        return find_region(region)
    from .sessions import session_region  # which botocore's configuration is read with

    explicit = session is not None or profile is not None
    named = (session_region(session, profile) if explicit else None) or region_in()
    return find_region(named, None if named or explicit else session_region(None, None))


def _place(service: Service, package: str, wanted: Wanted) -> "tuple[Place | None, Places | None]":
    """Find the place of a client, and what finds those of its calls where they differ."""
    if not service.has_rules:
        return Place(find_endpoint(service, wanted), service.signing_name or service.name, wanted.region), None
    from .endpoints import places_of  # with the rules, which other services do not have

    places = places_of(service, package, wanted)
    try:
        return places.of_client(), places if places.operations else None
    except ConfigurationError:
        if places.operations:  # what is missing, a call may have
            return None, places
        raise


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
