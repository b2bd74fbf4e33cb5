"""Signatures: AWS's own test suite passes, and botocore signs the same. Nothing secret shows."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import quote

import botocore.auth  # type: ignore[import-untyped]
import botocore.awsrequest  # type: ignore[import-untyped]
import botocore.credentials  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime import errors, load
from sdist import sdist

if TYPE_CHECKING:
    from templates.static import sigv4
    from templates.static.credentials import Credentials
    from templates.static.sigv4 import Signer
    from templates.static.transport import Headers, HttpRequest
else:
    sigv4, Credentials = load("sigv4"), load("credentials").Credentials
    Signer, Headers, HttpRequest = sigv4.Signer, load("transport").Headers, load("transport").HttpRequest

# As botocore's test of the suite has them (tests/unit/auth/test_sigv4.py).
KEYS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
SCOPE = "20150830/us-east-1/service/aws4_request"
MOMENT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()
TOKEN = "x-amz-security-token"

FEWEST_CASES = 34
NOT_RUN: Mapping[str, str] = {}
"""Cases of the suite that the parts of the signature do not pass, and why."""
NOT_SENT = {
    "get-header-value-multiline": "a value over several lines, which RFC 9112 has senders not make",
    "get-utf8": "a URL with a letter that is not escaped",
    "get-vanilla-utf8-query": "a query with a letter that is not escaped",
}
"""Cases whose request is refused: HTTP has no way to send it. The parts of its signature are right nevertheless."""


# ------------------------------------------------------------------------------------------------------ AWS's own suite


@dataclass(frozen=True)
class Case:
    """A request of the suite, and its signature's steps as the suite has them."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    canonical: str
    to_sign: str
    authorization: str

    @property
    def token(self) -> str | None:
        return next((value for name, value in self.headers if name.lower() == TOKEN), None)


def cases() -> dict[str, Case]:
    home = sdist() / "tests/unit/auth/aws4_testsuite"
    found = {path.parent.relative_to(home).as_posix(): read_case(path) for path in sorted(home.rglob("*.req"))}
    assert len(found) >= FEWEST_CASES
    return found


def read_case(path: Path) -> Case:
    head, _, body = read(path).partition("\n\n")
    first, *lines = head.split("\n")
    method, _, target = first.removesuffix(" HTTP/1.1").partition(" ")
    url, _, query = target.partition("?")
    canonical, to_sign, authorization = (read(path.with_suffix(f".{end}")) for end in ("creq", "sts", "authz"))
    headers = read_headers(lines)
    if TOKEN in canonical and TOKEN not in head.lower():  # one request is as it was before the token was added
        headers += [pair for pair in read_headers(canonical.split("\n")[3:]) if pair[0] == TOKEN]
    return Case(method, url, query, headers, body.encode(), canonical, to_sign, authorization)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r", "")


def read_headers(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Read `Name:value` lines; one that begins with a space goes on with the value before."""
    unfolded = "\n".join(filter(None, lines)).replace("\n ", "\r ").split("\n")
    pairs = (line.partition(":") for line in unfolded)
    return [(name, value.replace("\r", "\n")) for name, colon, value in pairs if colon]


def steps(case: Case) -> tuple[str, str, str]:
    """Give canonical request, string to sign and Authorization header, made part by part."""
    payload = sha256(case.body).hexdigest()
    canonical, names = sigv4.canonical_request(case.method, case.path, case.query, case.headers, payload)
    stamp = next(value for name, value in case.headers if name.lower() == "x-amz-date")
    to_sign = sigv4.string_to_sign(stamp.strip(), SCOPE, canonical)
    proof = sigv4.signature(sigv4.signing_key(KEYS.secret_access_key, SCOPE), to_sign)
    return canonical, to_sign, sigv4.authorization(KEYS.access_key_id, SCOPE, names, proof)


def test_each_step_is_that_of_aws_s_suite() -> None:
    found = cases()
    differing = {
        name for name, case in found.items() if steps(case) != (case.canonical, case.to_sign, case.authorization)
    }
    assert differing == set(NOT_RUN)


def test_requests_of_aws_s_suite_are_signed_whole() -> None:
    signer = Signer("service", "us-east-1")
    made: dict[str, str] = {}
    refused: set[str] = set()
    for name, case in cases().items():
        try:
            made[name] = signer.signed(whole(case), with_token(case.token), MOMENT).headers["Authorization"]
        except errors.ConfigurationError:
            refused.add(name)
    assert refused == set(NOT_SENT)
    assert made == {name: case.authorization for name, case in cases().items() if name not in refused}


def whole(case: Case) -> HttpRequest:
    """Give the request of a case as clients hold it: repeated headers joined, the host in the URL."""
    headers = Headers()
    for name, value in case.headers:
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    url = f"https://{headers['Host']}{case.path}{'?' if case.query else ''}{case.query}"
    return HttpRequest(case.method, url, headers, case.body)


def with_token(token: str | None) -> Credentials:
    return Credentials(KEYS.access_key_id, KEYS.secret_access_key, token)


# -------------------------------------------------------------------------------------------------------- like botocore

printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
words = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
keys = st.builds(Credentials, visible, visible, st.none() | visible)
seconds = st.floats(0, 253402300799, allow_nan=False)

steps_of_path = st.sampled_from(["", ".", "..", "a b", "~-_.", "%2F"]) | any_text
paths = st.lists(st.builds(quote, steps_of_path, st.sampled_from(["", "~", "!$&'()*+,;=:@~"]))).map("/".join)
escaped = any_text.map(lambda text: quote(text, safe=""))
queries = st.lists(st.builds("{}{}{}".format, escaped, st.sampled_from(["", "="]), escaped), max_size=5).map("&".join)
hosts = st.sampled_from(["localhost", "[::1]", "127.0.0.1", "EXAMPLE.com", "partnercentral-selling.us-east-1.api.aws"])
ports = st.sampled_from(["", ":80", ":443", ":8000"])
urls = st.builds("{}://{}{}/{}?{}".format, st.sampled_from(["http", "https"]), hosts, ports, paths, queries)

NOT_OURS = {"accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request", "date", "host", "x-amz-content-sha256"}
"""Headers that we leave out because boto3 adds them later, and those that change how botocore signs."""
known = st.sampled_from(sorted(botocore.auth.SIGNED_HEADERS_BLACKLIST)) | st.sampled_from(
    ["Content-Type", "X-Amz-Target", "X-Amz-Date", "Authorization", "X-AMZ-SECURITY-TOKEN", "a_b", "x!"]
)
names = (known | words.map(str.title)).filter(lambda name: name.lower() not in NOT_OURS)
header_lists = st.lists(st.tuples(names, printable), unique_by=lambda pair: pair[0].lower(), max_size=8)
requests = st.builds(
    HttpRequest,
    st.sampled_from(["GET", "POST", "PUT", "delete"]),
    urls,
    header_lists.map(Headers),
    st.binary(max_size=50),
)


def signed_by_botocore(
    request: HttpRequest, credentials: Credentials, second: float, service: str, region: str, kind: str = "SigV4Auth"
) -> dict[str, str]:
    """Give the headers that signing adds."""
    theirs = botocore.awsrequest.AWSRequest(request.method, request.url, dict(request.headers), request.body)
    frozen = botocore.credentials.Credentials(
        credentials.access_key_id, credentials.secret_access_key, credentials.session_token
    )
    with patch.object(botocore.auth, "get_current_datetime", lambda: datetime.fromtimestamp(int(second), UTC)):
        getattr(botocore.auth, kind)(frozen, service, region).add_auth(theirs)
    return added(theirs.headers)


def added(headers: Mapping[str, str]) -> dict[str, str]:
    found = {name.lower(): value for name, value in headers.items()}
    return {name: found[name] for name in ("authorization", "x-amz-date", TOKEN) if name in found}


@settings(max_examples=300, deadline=None)
@given(requests, keys, seconds, words, words)
def test_botocore_signs_the_same(
    request: HttpRequest, credentials: Credentials, second: float, service: str, region: str
) -> None:
    if credentials.session_token is None:  # botocore keeps one that is there, from whom it cannot say
        request = request._replace(headers=Headers(without(request.headers, TOKEN)))
    made = Signer(service, region).signed(request, credentials, second)
    assert added(made.headers) == signed_by_botocore(request, credentials, second, service, region)
    replaced = ("authorization", "x-amz-date", TOKEN)
    assert without(made.headers, *replaced) == without(request.headers, *replaced)
    assert (made.method, made.url, made.body) == (request.method, request.url, request.body)


def without(headers: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in names}


def test_no_header_that_botocore_leaves_unsigned_is_signed() -> None:
    unsigned = [*botocore.auth.SIGNED_HEADERS_BLACKLIST, "Accept-Encoding", "amz-sdk-invocation-id", "amz-sdk-request"]
    assert len(unsigned) > 3
    assert sigv4.canonical_request("GET", "/", "", [(name, "x") for name in [*unsigned, "b", "A"]], "")[1] == "a;b"


@pytest.mark.parametrize("path", ["", "/", "/a//../b/.", "/a%20b/~"])
def test_a_path_that_is_not_normalised_is_signed_as_it_is(path: str) -> None:
    url = f"https://s3.amazonaws.com{path}"
    theirs = botocore.auth.S3SigV4Auth(None, "s3", "us-east-1")._normalize_url_path(path) or "/"
    assert sigv4.canonical_request("GET", path, "", [], "", normalize=False)[0].split("\n")[1] == theirs, url


# ------------------------------------------------------------------------------------------------------------ a request

REQUEST = HttpRequest(
    "POST",
    "https://partnercentral-selling.us-east-1.api.aws/",
    Headers(
        {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSPartnerCentralSelling.CreateEngagement"}
    ),
    b"{}",
)
OTHER = Credentials("AKIDOTHER", "another-secret", "a-session-token")
MIDNIGHT = datetime(2015, 8, 31, tzinfo=UTC).timestamp()


def signer() -> Signer:
    return Signer("partnercentral-selling", "us-east-1")


def signed_headers(request: HttpRequest) -> str:
    return request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0]


def test_a_request_is_signed_with_the_headers_that_boto3_signs() -> None:
    before = copy.deepcopy(REQUEST)
    assert signed_headers(signer().signed(REQUEST, KEYS, MOMENT)) == "content-type;host;x-amz-date;x-amz-target"
    with_token = signer().signed(REQUEST, OTHER, MOMENT)
    assert signed_headers(with_token) == "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
    assert list(with_token.headers)[2:] == ["X-Amz-Date", "X-Amz-Security-Token", "Authorization"]
    assert before == REQUEST


def test_signing_again_is_signing_anew() -> None:
    first = signer().signed(REQUEST, OTHER, MOMENT)
    assert signer().signed(first, KEYS, MIDNIGHT) == signer().signed(REQUEST, KEYS, MIDNIGHT)


def test_a_host_header_gives_way_to_the_host_of_the_url() -> None:
    odd = REQUEST._replace(headers=Headers({**REQUEST.headers, "host": "elsewhere.example"}))
    assert signer().signed(odd, KEYS, MOMENT) == signer().signed(REQUEST, KEYS, MOMENT)


# ----------------------------------------------------------------------------------------------------------------- keys

MOMENTS = [(keys, MIDNIGHT + second) for second in (-1, -0.25, 0, 0.75, 86400) for keys in (KEYS, OTHER)]


def test_kept_keys_sign_as_new_ones_do_over_midnight_and_for_two_credentials() -> None:
    kept = signer()
    expected = [signer().signed(REQUEST, *moment) for moment in MOMENTS]
    assert len({made.headers["Authorization"] for made in expected}) == 6  # the same within a second
    for _ in range(3):
        assert [kept.signed(REQUEST, *moment) for moment in MOMENTS] == expected


def test_a_key_is_derived_once_a_day_and_the_newest_are_kept() -> None:
    kept, days = signer(), 50
    with patch.object(sigv4, "signing_key", wraps=sigv4.signing_key) as derive:
        for day in range(days):
            for second in range(5):
                for credentials in (KEYS, OTHER):
                    kept.signed(REQUEST, credentials, MIDNIGHT + 86400 * day + second)
    assert derive.call_count == 2 * days
    assert len(kept._keys) == 4


def test_threads_that_share_a_signer_sign_as_one_does() -> None:
    kept = signer()
    expected = [signer().signed(REQUEST, *moment) for moment in MOMENTS]
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda moment: kept.signed(REQUEST, *moment), MOMENTS * 200)
        assert list(made) == expected * 200


# -------------------------------------------------------------------------------------------------- refused, not shown

CONTROLS = ["\r", "\n", "\0", "\x1f", "\x7f", "\x85", "\u2028", "€", "\ud800"]


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("position", range(3))
def test_credentials_that_can_be_in_no_header_never_reach_a_request(control: str, position: int) -> None:
    values = ["AKIDEXAMPLE", "a-secret", "a-token"]
    values[position] += f"{control}X-Injected: 1"
    with pytest.raises(errors.ConfigurationError) as refused:
        signer().signed(REQUEST, Credentials(*values), MOMENT)
    assert "Injected" not in str(refused.value)


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("part", ["method", "url", "name", "value", "service", "region"])
def test_a_request_that_cannot_be_sent_is_refused(control: str, part: str) -> None:
    text = f"a{control}X-Injected: 1"
    with pytest.raises(errors.ConfigurationError) as refused:
        Signer(text if part == "service" else "service", text if part == "region" else "region").signed(
            HttpRequest(
                text if part == "method" else "POST",
                f"https://example.com/{text}" if part == "url" else "https://example.com/",
                Headers({text if part == "name" else "X-Some": text if part == "value" else "x"}),
                b"",
            ),
            OTHER,
            MOMENT,
        )
    assert "Injected" not in str(refused.value)


@pytest.mark.parametrize("names", [("ser/vice", "us-east-1"), ("service", "us-east-1/x")])
def test_a_scope_has_as_many_parts_as_it_is_read_with(names: tuple[str, str]) -> None:
    with pytest.raises(errors.ConfigurationError, match="no scope can have"):
        Signer(*names)


FAILING: Mapping[str, Mapping[str, Any]] = {
    "a header that cannot be sent": {"headers": Headers({"X-Some": "\n"})},
    "a port that is none": {"url": "https://example.com:99999/"},
    "a body that is no bytes": {"body": "text"},
    "no time": {},
}


@pytest.mark.parametrize("fault", FAILING)
def test_nothing_secret_is_in_a_traceback_with_variables(fault: str) -> None:
    kept = signer()
    once = kept.signed(REQUEST, OTHER, MOMENT)._replace(**FAILING[fault])
    with pytest.raises((errors.ConfigurationError, ValueError, TypeError, OverflowError)) as failed:
        kept.signed(once, OTHER, float("inf"))
    text = shown(failed.value)
    assert "kept = Signer('partnercentral-selling', 'us-east-1')" in text
    assert "credentials = Credentials(" in text


def shown(error: BaseException) -> str:
    """Give a traceback with local variables, once it is known to have no secret."""
    text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "another-secret" not in text and "a-session-token" not in text
    assert "Signature=" not in text
    return text


def test_a_signer_shows_and_pickles_no_keys() -> None:
    kept = signer()
    expected = kept.signed(REQUEST, OTHER, MOMENT)
    pickled = pickle.dumps(kept)
    assert repr(kept) == "Signer('partnercentral-selling', 'us-east-1')"
    assert b"secret" not in pickled and b"HMAC" not in pickled
    for again in (pickle.loads(pickled), copy.copy(kept), copy.deepcopy(kept)):
        assert again.signed(REQUEST, OTHER, MOMENT) == expected
    assert "another-secret" not in repr(sigv4.signing_key("another-secret", SCOPE))


# -------------------------------------------------------------------------------------------------------- to the letter


@pytest.mark.parametrize(
    ("s3", "url", "unsigned", "said"),
    [
        (False, "https://h.example/a", False, None),
        (False, "http://h.example/a", True, None),
        (False, "https://h.example/a", True, "UNSIGNED-PAYLOAD"),
        (True, "https://h.example/a", False, sha256(b"body").hexdigest()),
        (True, "http://h.example/a", True, sha256(b"body").hexdigest()),
        (True, "https://h.example/a", True, "UNSIGNED-PAYLOAD"),
    ],
)
def test_the_digest_is_stated_where_the_service_would_not_know_it(
    s3: bool, url: str, unsigned: bool, said: str | None
) -> None:
    made = Signer("s3", "us-east-1", s3).signed(HttpRequest("PUT", url, Headers(), b"body"), KEYS, MOMENT, unsigned)
    assert made.headers.get("X-Amz-Content-SHA256") == said
    assert signed_headers(made) == ("host;x-amz-content-sha256;x-amz-date" if said else "host;x-amz-date")


def test_headers_that_signing_decides_are_replaced_whatever_their_case() -> None:
    given = Headers({"x-amz-date": "x", "HOST": "x", "authorization": "x", "X-AMZ-SECURITY-TOKEN": "x"})
    made = Signer("service", "us-east-1").signed(HttpRequest("GET", "https://h.example/", given, b""), KEYS, MOMENT)
    assert list(made.headers) == ["X-Amz-Date", "Authorization"]


def test_what_cannot_be_signed_is_told_whole() -> None:
    with pytest.raises(errors.ConfigurationError) as found:
        Signer("a/b", "us-east-1")
    assert str(found.value) == "the service's signing name or the region has characters that no scope can have"
    with pytest.raises(errors.ConfigurationError) as found:
        Signer("a", "b").signed(HttpRequest("GET", "https://h.example/\n", Headers(), b""), KEYS, MOMENT)
    assert str(found.value) == "the request's URL or a header has a character that cannot be sent"


def test_a_query_without_values_is_signed_with_empty_ones() -> None:
    canonical, _ = sigv4.canonical_request("GET", "/", "b&a=&c", (), "digest")
    assert canonical == "GET\n/\na=&b=&c=\n\n\ndigest"
