"""What a client is configured with: time limits, region and endpoint, and what is refused before anything is sent."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import runtime
from hypothesis import example, given
from hypothesis import strategies as st
from runtime import errors

if TYPE_CHECKING:
    from templates.static import config
    from templates.static.config import Endpoint, Service, Timeout
else:
    config = import_module(f"{runtime.NAME}.config")
    Endpoint, Service, Timeout = config.Endpoint, config.Service, config.Timeout

OWN = "AWS_ENDPOINT_URL_PARTNERCENTRAL_SELLING"
SERVICE = Service(
    name="PartnerCentralSelling",
    release="2024-12-05",
    service_id="PartnerCentral Selling",
    protocol="awsJson1_0",
    signing_name="partnercentral-selling",
    endpoint="https://partnercentral-selling.{region}.api.aws",
    fips_endpoint="https://partnercentral-selling-fips.{region}.api.aws",
)
BARE = Service("Bare", "2020-01-01", "Bare", "awsJson1_0", "bare", None)
FIPS = {"AWS_USE_FIPS_ENDPOINT": "true"}
DUAL = {"AWS_USE_DUALSTACK_ENDPOINT": "true"}
IGNORE = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("AWS_REGION", "AWS_DEFAULT_REGION", OWN, "AWS_ENDPOINT_URL", *FIPS, *DUAL, *IGNORE)
    for name in names:
        monkeypatch.delenv(name, raising=False)


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(errors.ConfigurationError) as caught:
        ask()
    return str(caught.value)


@pytest.mark.parametrize("seconds", [1e-9, 0.5, 1, 60, 1e9])
@pytest.mark.parametrize("name", ["total", "attempt", "connect"])
def test_a_time_limit_is_a_number_of_seconds(name: str, seconds: float) -> None:
    assert getattr(Timeout(**{name: seconds}), name) == seconds


NO_SECONDS = [0, -1, -0.0, float("nan"), float("inf"), float("-inf"), 1e10, 10**400, True, False, "5", None, 1j, [1]]


@pytest.mark.parametrize("value", NO_SECONDS, ids=lambda value: repr(value)[:9])
@pytest.mark.parametrize("name", ["total", "attempt", "connect"])
def test_any_other_time_limit_is_refused(name: str, value: Any) -> None:
    expected = f"timeout: {name} is to be a number of seconds above 0 and at most 1e9"
    assert refusal(lambda: Timeout(**{name: value})) == expected


def test_a_number_stands_for_the_time_of_the_whole_call() -> None:
    assert Timeout.of(7.5) == Timeout(total=7.5, attempt=20, connect=5)
    given = Timeout(1, 2, 3)
    assert Timeout.of(given) is given
    assert refusal(lambda: Timeout.of(0)).startswith("timeout: total")


REGION_ORDER = ["argument", "aws-region", "aws-default-region", "fallback"]


@pytest.mark.parametrize("first", range(len(REGION_ORDER)), ids=REGION_ORDER)
@pytest.mark.parametrize("absent", [None, ""])
def test_each_place_of_a_region_wins_over_all_that_follow(first: int, absent: str | None) -> None:
    values = [absent if place < first else name for place, name in enumerate(REGION_ORDER)]
    argument, own, default, fallback = values
    environment = {"AWS_REGION": own or "", "AWS_DEFAULT_REGION": default or ""}
    assert config.find_region(argument, fallback, environment) == REGION_ORDER[first]


def test_the_process_environment_names_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.region_in() is None
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert config.find_region(None, "fallback") == config.region_in() == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert config.find_region(None) == config.region_in() == "eu-north-1"


def test_no_region_says_what_to_pass() -> None:
    assert refusal(lambda: config.find_region(None, None, {})) == "no region: pass region=..., or set AWS_REGION"


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "US-EAST-1", "local", "a" * 63, "1"])
def test_a_region_is_a_label_of_a_host_name(region: str) -> None:
    assert config.find_region(region) == region


NO_REGIONS = [
    *("us-east-1\r\nX-Other: 1", "us-east-1\n", "us-east-1\x00", " us-east-1", "us east 1", "\t"),
    *("a" * 64, "-a", "a-", "a.b", "a/b", "a@b", "a:1", "a_b", "a#", "a%2f", "é", "us-east-\u0661", "\ud800"),
]


@pytest.mark.parametrize("region", NO_REGIONS, ids=ascii)
def test_a_region_that_is_no_label_is_refused_wherever_it_is_from(region: str) -> None:
    for ask in (
        lambda: config.find_region(region),
        lambda: config.find_region(None, None, {"AWS_REGION": region}),
        lambda: config.find_region(None, region, {}),
    ):
        assert refusal(ask) == "the region is not of the form us-east-1"


def located(
    service: Service,
    region: str,
    url: str | None = None,
    use_fips: bool = False,
    environment: Mapping[str, str] | None = None,
    use_dualstack: bool = False,
) -> Endpoint:
    """Find the endpoint of a client that is made with these arguments."""
    asked = config.Wanted(region, url, use_fips, use_dualstack)
    return config.find_endpoint(service, config.find_wanted(service, asked, environment))


ENDPOINT_ORDER = ["argument.example", "own.example", "all.example", "partnercentral-selling.eu-west-1.api.aws"]


@pytest.mark.parametrize("first", range(len(ENDPOINT_ORDER)), ids=ENDPOINT_ORDER)
@pytest.mark.parametrize("absent", [None, ""])
def test_each_place_of_an_endpoint_wins_over_all_that_follow(first: int, absent: str | None) -> None:
    argument, own, every, _ = (
        absent if place < first else f"https://{name}" for place, name in enumerate(ENDPOINT_ORDER)
    )
    environment = {OWN: own or "", "AWS_ENDPOINT_URL": every or ""}
    found = located(SERVICE, "eu-west-1", argument, environment=environment)
    assert found == Endpoint("https", ENDPOINT_ORDER[first], "/")


def test_the_process_environment_names_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:8000")
    assert located(SERVICE, "eu-west-1").url == "http://localhost:8000/"


def test_the_variables_of_other_services_do_not_count() -> None:
    environment = {"AWS_ENDPOINT_URL_DYNAMODB": "https://other.example"}
    assert located(SERVICE, "eu-west-1", environment=environment).host == ENDPOINT_ORDER[-1]


@pytest.mark.parametrize("service_id", ["My Service-Two", "my service two", "MY_SERVICE_TWO"])
def test_a_service_id_gives_the_name_of_its_variable(service_id: str) -> None:
    service = Service("A", "2020-01-01", service_id, "awsJson1_0", "a", None)
    environment = {"AWS_ENDPOINT_URL_MY_SERVICE_TWO": "https://own.example"}
    assert located(service, "eu-west-1", environment=environment).host == "own.example"


@pytest.mark.parametrize("value", ["true", "TRUE", " True "])
def test_configured_urls_are_passed_over_when_told_so(value: str) -> None:
    environment = {**dict.fromkeys((OWN, "AWS_ENDPOINT_URL"), "https://own.example"), **dict.fromkeys(IGNORE, value)}
    assert located(SERVICE, "eu-west-1", environment=environment).host == ENDPOINT_ORDER[-1]
    argument = located(SERVICE, "eu-west-1", "https://argument.example", environment=environment)
    assert argument.host == "argument.example"


@pytest.mark.parametrize("value", ["false", "", "1", "yes"])
def test_only_true_switches_on(value: str) -> None:
    names = {**dict.fromkeys(IGNORE, value), **dict.fromkeys(FIPS, value)}
    environment = {OWN: "https://own.example", **names}
    assert located(SERVICE, "eu-west-1", environment=environment).host == "own.example"


@pytest.mark.parametrize(("use_fips", "environment"), [(True, {}), (False, FIPS), (True, FIPS)])
def test_fips_has_an_endpoint_of_its_own(use_fips: bool, environment: dict[str, str]) -> None:
    found = located(SERVICE, "us-east-1", use_fips=use_fips, environment=environment)
    assert found.host == "partnercentral-selling-fips.us-east-1.api.aws"


@pytest.mark.parametrize(
    ("url", "use_fips", "environment"),
    [
        ("https://own.example", True, {}),
        ("https://own.example", False, FIPS),
        (None, True, {OWN: "https://own.example"}),
        (None, False, {**FIPS, "AWS_ENDPOINT_URL": "https://own.example"}),
    ],
)
def test_fips_and_an_endpoint_of_ones_own_exclude_each_other(
    url: str | None, use_fips: bool, environment: dict[str, str]
) -> None:
    told = refusal(lambda: located(SERVICE, "us-east-1", url, use_fips, environment))
    assert told == "a FIPS endpoint was asked for together with an endpoint URL: choose one"


def test_fips_and_a_configured_url_that_is_passed_over_do_not_conflict() -> None:
    environment = {**FIPS, **IGNORE, OWN: "https://own.example"}
    found = located(SERVICE, "us-east-1", environment=environment)
    assert found.host == "partnercentral-selling-fips.us-east-1.api.aws"


@pytest.mark.parametrize(("use_fips", "kind"), [(False, "endpoint"), (True, "FIPS endpoint")])
def test_a_service_without_an_endpoint_needs_one_passed(use_fips: bool, kind: str) -> None:
    told = refusal(lambda: located(BARE, "us-east-1", use_fips=use_fips, environment={}))
    assert told == f"Bare has no {kind}: pass endpoint_url=..."
    assert located(BARE, "us-east-1", "http://h", environment={}).url == "http://h/"


@pytest.mark.parametrize(("use_dualstack", "environment"), [(True, {}), (False, DUAL), (True, DUAL)])
def test_a_service_that_is_reached_by_ipv6_anyway_stays_where_it_is(
    use_dualstack: bool, environment: dict[str, str]
) -> None:
    found = located(SERVICE, "us-east-1", environment=environment, use_dualstack=use_dualstack)
    assert found.host == "partnercentral-selling.us-east-1.api.aws"
    fips = located(SERVICE, "us-east-1", None, True, environment, use_dualstack)
    assert fips.host == "partnercentral-selling-fips.us-east-1.api.aws"


def test_a_service_that_has_no_dual_stack_endpoint_says_so() -> None:
    service = BARE._replace(endpoint="https://bare.{region}.amazonaws.com")
    told = refusal(lambda: located(service, "us-east-1", environment={}, use_dualstack=True))
    assert told == "Bare has no dual-stack endpoint: pass endpoint_url=..."
    own = located(service, "us-east-1", "https://own.example", environment={}, use_dualstack=True)
    assert own.host == "own.example"


ASKED = config.Wanted("us-east-1")


def test_what_is_wanted_is_what_is_said_in_either_place() -> None:
    wanted = config.find_wanted(SERVICE, ASKED, {**FIPS, **DUAL, OWN: "https://own.example"})
    assert wanted == config.Wanted("us-east-1", "https://own.example", True, True)
    assert config.find_wanted(SERVICE, ASKED, environment={}) == ASKED


URLS = {
    "https://h": ("https", "h", "/"),
    "https://h/": ("https", "h", "/"),
    "HTTPS://API.Example:443": ("https", "api.example", "/"),
    "http://h:80": ("http", "h", "/"),
    "http://h:443": ("http", "h:443", "/"),
    "https://h:80": ("https", "h:80", "/"),
    "https://h:": ("https", "h", "/"),
    "http://localhost:8000": ("http", "localhost:8000", "/"),
    "http://127.0.0.1:1": ("http", "127.0.0.1:1", "/"),
    "http://[::1]": ("http", "[::1]", "/"),
    "http://[::1]:80": ("http", "[::1]", "/"),
    "http://[2001:DB8::1]:65535/a": ("http", "[2001:db8::1]:65535", "/a/"),
    "http://[::ffff:10.0.0.1]:8000": ("http", "[::ffff:10.0.0.1]:8000", "/"),
    "https://h/base/path": ("https", "h", "/base/path/"),
    "https://h/base//": ("https", "h", "/base/"),
    "https://h/a%20b/~c": ("https", "h", "/a%20b/~c/"),
    "https://h/.hidden/..b/c.": ("https", "h", "/.hidden/..b/c./"),
    "https://xn--bcher-kva.example": ("https", "xn--bcher-kva.example", "/"),
    "http://my_service.internal:9000": ("http", "my_service.internal:9000", "/"),
    f"https://{'a' * 63}.example": ("https", f"{'a' * 63}.example", "/"),
}


@pytest.mark.parametrize("url", URLS)
def test_an_endpoint_is_read_from_its_url(url: str) -> None:
    assert config.parse_endpoint(url) == Endpoint(*URLS[url])


@pytest.mark.parametrize("url", URLS)
def test_an_endpoint_is_read_again_from_the_url_it_gives(url: str) -> None:
    found = config.parse_endpoint(url)
    assert config.parse_endpoint(found.url) == found


FORM = "is not of the form https://host"
READ = "cannot be read"
PASSWORD = "holds a user name or password: pass credentials=..."
HOST = "'s host is none"
QUERY = "has a query or a fragment: leave them out"
PATH = "'s path has a step such as `..`, or a character that paths escape"
NO_URLS = {
    FORM: [
        *("", "h", "h:80", "//h", "/h", "https:", "https:h", "https:/h", "https://", "https:///a", "https://:80"),
        *("ftp://h", "file:///etc/passwd", "javascript:1", "https//h", "ws://h"),
        *(
            "https://h\r\nX: y",
            "https://h/\n",
            "https://h\x00",
            "https:// h",
            "https://h/a b",
            "\thttps://h",
            "https://h\x7f",
        ),
        *(
            "https://bücher.example",
            "https://h/é",
            "https://\u2100.example",
            "https://h\u3002example",
            "https://\ud800",
        ),
    ],
    READ: [
        *("https://h:70000", "https://h:-1", "https://h:+80", "https://h:8_0", "https://h:a", "https://[::1"),
        *("https://[:::]", "https://[1::2::3]", "https://[1]", "https://[g::1]", "https://[v1.a]"),
        *("https://[::1%25eth0]", "https://[fe80::1%eth0]:80", "https://[::1]x", "https://[::1]x:80"),
    ],
    PASSWORD: [
        *("https://user:canary@h", "https://canary@h", "https://@h", "https://:@h", "https://a@b@h"),
        *("https://user:canary@h?x#y", "https://h\\@other"),
    ],
    HOST: [
        *("https://a..b", "https://.", "https://.a", "https://-a", "https://a-", "https://h,i", "https://h*"),
        *("https://h\\.other", "https://h%00", "https://exa%41mple", "https://h|x", "https://{region}.x", "https://h'"),
        *(f"https://{'a' * 64}.example", f"https://{'a.' * 127}a"),
    ],
    QUERY: ["https://h?a=b", "https://h/?a", "https://h#a", "https://h/a#b", "https://h/?a#b"],
    PATH: [
        *("https://h/a/../b", "https://h/.", "https://h/..", "https://h/./a", 'https://h/"a"', "https://h/<a>"),
        *(
            "https://h/%zz",
            "https://h/%",
            "https://h/%2",
            "https://h/%2f",
            "https://h/a\\b",
            "https://h/{a}",
            "https://h/^",
        ),
    ],
}


@pytest.mark.parametrize(
    ("reason", "url"), [(reason, url) for reason, urls in NO_URLS.items() for url in urls], ids=ascii
)
def test_a_url_that_is_none_is_refused_and_not_shown(reason: str, url: str) -> None:
    told = refusal(lambda: config.parse_endpoint(url))
    assert told == f"the endpoint URL{'' if reason.startswith(chr(39)) else ' '}{reason}"
    assert refusal(lambda: located(SERVICE, "a", None, environment={OWN: url or "h"})).startswith("the ")


@pytest.mark.parametrize("url", ["https://x[::1]", "https://[::1]]", "https://::1]", "https://[[::1]]"])
def test_brackets_with_anything_else_are_refused_whatever_the_python(url: str) -> None:
    """Python reads them in different ways from version to version."""
    assert refusal(lambda: config.parse_endpoint(url)).startswith("the endpoint URL")


URL_PARTS = [
    "http",
    "https",
    "://",
    ":",
    "/",
    "//",
    "@",
    "?",
    "#",
    "[",
    "]",
    "::1",
    "%",
    "h",
    ".",
    "..",
    "80",
    "\\",
    "é",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(URL_PARTS)).map("".join), st.text().map("https://".__add__)))
@example("https://[")
@example("https://h:\u0661")
@example("https://\u2100")
@example("https://[::1]]")
def test_any_text_is_an_endpoint_or_a_configuration_error(url: str) -> None:
    try:
        found = config.parse_endpoint(url)
    except errors.ConfigurationError:
        return
    assert config.parse_endpoint(found.url) == found
    assert found.url.isascii()
    assert found.url.isprintable()
    assert found.path.startswith("/") and found.path.endswith("/")
    again = urlsplit(found.url)
    assert (again.scheme, again.netloc, again.path) == (found.scheme, found.host, found.path)


@given(st.text())
def test_any_text_is_a_region_or_a_configuration_error(region: str) -> None:
    try:
        found = config.find_region(region, None, {})
    except errors.ConfigurationError:
        return
    endpoint = located(SERVICE, found, environment={})
    assert endpoint.host == f"partnercentral-selling.{found.lower()}.api.aws"


SECRET = "canary-1234567890"
FAILURES: list[Callable[[], object]] = [
    lambda: config.find_region(None),
    lambda: config.find_region("a b"),
    lambda: located(SERVICE, "us-east-1", "h"),
    lambda: located(SERVICE, "us-east-1", "https://h", use_fips=True),
    lambda: located(BARE, "us-east-1"),
]


@pytest.mark.parametrize("failing", FAILURES, ids=range(len(FAILURES)))
def test_no_failure_shows_the_environment(failing: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Tools that report errors store the variables of frames; the environment often holds keys."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with pytest.raises(errors.ConfigurationError) as caught:
        failing()
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    frames = [str(frame.f_locals) for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    for text in (shown, *frames):
        assert SECRET not in text
