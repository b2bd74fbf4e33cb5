"""What a client is configured with: time limits, region and endpoint, from arguments and AWS's environment variables.

Everything here is settled before anything is sent; what cannot work is a ConfigurationError.
"""

import os
import re
from collections.abc import Mapping
from typing import NamedTuple, cast

from .errors import ConfigurationError

_HOST = r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.(?!\Z)|\Z))+"
_PATH = r"(?:/(?!\.\.?(?:/|\Z))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})*)*"
"""What HTTP libraries send as it is: what they would rewrite is not what was signed."""
_URL = r"[\x21-\x7e]+"
_DUAL_STACK = ".api.aws"
"""How hosts end that have addresses of both kinds, IPv4 and IPv6."""
_LONGEST = 1e9
"""Seconds. Sockets take no more than ten times that."""


class _Seconds(NamedTuple):
    total: float
    attempt: float
    connect: float


class Timeout(_Seconds):
    """Seconds. total: a whole call, retries and pauses included. attempt: one try. connect: making a connection."""

    __slots__ = ()

    def __new__(cls, total: float = 60, attempt: float = 20, connect: float = 5) -> "Timeout":
        for name, value in (("total", total), ("attempt", attempt), ("connect", connect)):
            if not _is_time(value):
                raise ConfigurationError(f"timeout: {name} is to be a number of seconds above 0 and at most 1e9")
        return super().__new__(cls, total, attempt, connect)

    @classmethod
    def of(cls, value: "Timeout | float") -> "Timeout":
        """Take a number of seconds as the total."""
        return value if isinstance(value, Timeout) else cls(total=value)


def _is_time(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 < value <= _LONGEST


class Service(NamedTuple):
    """The service a client is for. `endpoint`, `fips_endpoint`: URLs with `{region}`, None where there is none.

    has_rules: the package has endpoint rules, which are asked instead.
    s3: signs as S3 does, paths as they are and the body's digest sent along.
    """

    name: str
    release: str
    service_id: str
    protocol: str
    signing_name: str | None
    endpoint: str | None
    fips_endpoint: str | None = None
    query_compatible: bool = False
    has_rules: bool = False
    s3: bool = False


class Wanted(NamedTuple):
    """What was asked for of an endpoint. `url`: one that takes the place of the service's own."""

    region: str
    url: str | None = None
    fips: bool = False
    dual_stack: bool = False


class Endpoint(NamedTuple):
    """Where requests go: `https`, `partnercentral-selling.us-east-1.api.aws`, `/`. `host` has its port, if any."""

    scheme: str
    host: str
    path: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}"


def find_region(argument: str | None, fallback: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Find the region: the argument, AWS_REGION, AWS_DEFAULT_REGION, then `fallback`.

    Raises ConfigurationError when there is none, or it can be no part of a host name.
    """
    region = argument or region_in(environment) or fallback
    if region and not isinstance(cast(object, region), str):
        raise ConfigurationError("the region is no text")
    if not region:
        raise ConfigurationError("no region: pass region=..., or set AWS_REGION")
    if not is_host_label(region):
        raise ConfigurationError("the region is not of the form us-east-1")
    return region


def is_host_label(text: str) -> bool:
    """Say whether a text can be one label of a host name (RFC 1123)."""
    plain = text.isascii() and text.replace("-", "x").isalnum()
    return plain and len(text) <= 63 and not text.startswith("-") and not text.endswith("-")


def region_in(environment: Mapping[str, str] | None = None) -> str | None:
    """Give the region that the environment names, if any."""
    return _variable("AWS_REGION", environment) or _variable("AWS_DEFAULT_REGION", environment) or None


def find_wanted(service: Service, asked: Wanted, environment: Mapping[str, str] | None = None) -> Wanted:
    """Find what is asked for: by arguments, and by what AWS's environment variables say.

    The URL is the argument, AWS_ENDPOINT_URL_<SERVICE_ID> or AWS_ENDPOINT_URL; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
    passes over the variables. AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT count as the arguments do.
    """
    return Wanted(
        asked.region,
        asked.url or _configured_url(service, environment),
        asked.fips or _is_set("AWS_USE_FIPS_ENDPOINT", environment),
        asked.dual_stack or _is_set("AWS_USE_DUALSTACK_ENDPOINT", environment),
    )


def find_endpoint(service: Service, wanted: Wanted) -> Endpoint:
    """Find where a service without endpoint rules is: the URL that is asked for, else its own.

    Raises ConfigurationError for a URL that is none, for FIPS together with an endpoint of one's own, and for what the
    service does not have.
    """
    if wanted.url:
        if wanted.fips:
            raise ConfigurationError("a FIPS endpoint was asked for together with an endpoint URL: choose one")
        return parse_endpoint(wanted.url)
    template = service.fips_endpoint if wanted.fips else service.endpoint
    if not template:
        kind = "FIPS endpoint" if wanted.fips else "endpoint"
        raise ConfigurationError(f"{service.name} has no {kind}: pass endpoint_url=...")
    found = parse_endpoint(template.replace("{region}", wanted.region))
    if wanted.dual_stack and not found.host.endswith(_DUAL_STACK):
        raise ConfigurationError(f"{service.name} has no dual-stack endpoint: pass endpoint_url=...")
    return found


def _configured_url(service: Service, environment: Mapping[str, str] | None) -> str | None:
    if _is_set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", environment):
        return None
    own = f"AWS_ENDPOINT_URL_{service.service_id.replace(' ', '_').replace('-', '_').upper()}"
    return _variable(own, environment) or _variable("AWS_ENDPOINT_URL", environment) or None


def _is_set(name: str, environment: Mapping[str, str] | None) -> bool:
    return _variable(name, environment).strip().lower() == "true"


def _variable(name: str, environment: Mapping[str, str] | None) -> str:
    """Read a variable of `os.environ`, unless told of others. No frame that raises holds it: it has secrets."""
    return (os.environ if environment is None else environment).get(name, "")


def parse_endpoint(url: str) -> Endpoint:
    """Read an endpoint's URL. Raises ConfigurationError when it is none; it is not shown, it may hold a password."""
    if not isinstance(cast(object, url), str):
        raise ConfigurationError("the endpoint URL is no text")
    return Endpoint("https", url.removeprefix("https://"), "/") if _is_plain(url) else _parse(url)


def _is_plain(url: str) -> bool:
    """Say whether a URL is `https://` and a host, as nearly all are: others need modules that starting does without."""
    host = url.removeprefix("https://")
    return host != url and url.islower() and len(host) <= 253 and all(map(is_host_label, host.split(".")))


def _parse(url: str) -> Endpoint:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url if re.fullmatch(_URL, url) else "")
        port = parts.port
    except ValueError:
        raise ConfigurationError("the endpoint URL cannot be read") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError("the endpoint URL is not of the form https://host")
    if "@" in parts.netloc:
        raise ConfigurationError("the endpoint URL holds a user name or password: pass credentials=...")
    if parts.query or parts.fragment:
        raise ConfigurationError("the endpoint URL has a query or a fragment: leave them out")
    if not re.fullmatch(_PATH, parts.path):
        raise ConfigurationError("the endpoint URL's path has a step such as `..`, or a character that paths escape")
    host = _host(parts.hostname, parts.netloc)
    default = {"http": 80, "https": 443}[parts.scheme]
    shown = host if port in (None, default) else f"{host}:{port}"
    return Endpoint(parts.scheme, shown, f"{parts.path.rstrip('/')}/")


def _host(name: str, netloc: str) -> str:
    """Check a host's name, or give an IPv6 address its brackets. `netloc`: all that the URL has between slashes."""
    if not netloc.startswith("["):
        if not re.fullmatch(_HOST, name):
            raise ConfigurationError("the endpoint URL's host is none")
        return name
    from ipaddress import IPv6Address

    try:
        address = IPv6Address(name)
    except ValueError:
        raise ConfigurationError("the endpoint URL cannot be read") from None
    if address.scope_id or netloc[len(name) + 2 :][:1] not in ("", ":"):
        raise ConfigurationError("the endpoint URL cannot be read")
    return f"[{name}]"
