"""Signature Version 4 as the sandbox verifies it: S01 to S19, AWS's own suite, botocore's signer, and mutations."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import botocore.auth  # type: ignore[import-untyped]
import pytest
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_stub import INPUT, KEY, NOW, OTHER_KEY, SERVICE, StubEngine, ask, plain, sandbox, signed, with_header
from test_sigv4 import KEYS, SCOPE, cases

from codegen.sandbox import signing
from codegen.sandbox.accounts import TEST_KEYS, Key
from codegen.sandbox.calling import Fault
from codegen.sandbox.canonical import SigningKey, canonical_request, signature, signing_key, string_to_sign
from codegen.sandbox.clock import Clock
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.signing import KeyRing, Scope, verify

REGION = Scope(SERVICE, frozenset({"us-east-1"}))
TEMPORARY = Key("777788889999", "ASIASANDBOX777788889", "temporary-secret", "the-token", NOW + timedelta(hours=1))
RING = KeyRing({**TEST_KEYS, TEMPORARY.key: TEMPORARY})


def refused(request: HttpRequest, now: datetime = NOW, scope: Scope = REGION) -> tuple[str, str]:
    """Give code and message of a refusal."""
    with pytest.raises(Fault) as found:
        verify(request, RING, scope, now)
    assert found.value.code in signing.CODES
    return found.value.code, found.value.message


def edited(request: HttpRequest, old: str, new: str) -> HttpRequest:
    """Change the Authorization header."""
    given = request.one("authorization") or ""
    assert old in given
    return with_header(request, "authorization", given.replace(old, new))


def signature_of(request: HttpRequest) -> str:
    return (request.one("authorization") or "").rpartition("=")[2]


# ------------------------------------------------------------------------------------------------------------- accepted


def test_a_signature_names_its_account() -> None:
    assert verify(signed(), RING, REGION, NOW) == KEY
    other = signed(key=OTHER_KEY.key, secret=OTHER_KEY.secret)
    assert verify(other, RING, REGION, NOW).account == "444455556666"


def test_a_temporary_key_is_accepted_with_its_token() -> None:
    request = signed(key=TEMPORARY.key, secret=TEMPORARY.secret, token=TEMPORARY.token)
    assert verify(request, RING, REGION, NOW) == TEMPORARY


def test_parts_may_stand_in_any_order_and_spacing() -> None:
    algorithm, _, rest = (signed().one("authorization") or "").partition(" ")
    parts = [part.strip() for part in rest.split(",")]
    for text in (",".join(parts), " ,  ".join(reversed(parts))):
        assert verify(with_header(signed(), "authorization", f"{algorithm} {text}"), RING, REGION, NOW) == KEY


def test_unsigned_headers_that_are_not_of_aws_are_accepted() -> None:
    more = (("amz-sdk-invocation-id", "x"), ("amz-sdk-request", "attempt=1"), ("user-agent", "x"), ("accept", "*/*"))
    request = signed()
    assert verify(replace(request, headers=(*request.headers, *more)), RING, REGION, NOW) == KEY


def test_a_date_header_stands_in_for_the_one_of_aws() -> None:
    request = with_header(signed(plain(), also=()), "x-amz-date", None)
    dated = with_header(with_header(request, "authorization", None), "date", "Sun, 15 Dec 2024 12:30:00 GMT")
    names = ["content-type", "date", "host", "x-amz-target"]
    scope = f"20241215/us-east-1/{SERVICE}/aws4_request"
    canonical = canonical_request(dated, names, sha256(dated.body).hexdigest())
    proof = signature(signing_key(KEY.secret, scope), string_to_sign("20241215T123000Z", scope, canonical))
    value = f"AWS4-HMAC-SHA256 Credential={KEY.key}/{scope},SignedHeaders={';'.join(names)},Signature={proof}"
    assert verify(with_header(dated, "authorization", value), RING, REGION, NOW) == KEY


# ----------------------------------------------------------------------------------------------------------- S01 to S19

INVALID_TOKEN = ("UnrecognizedClientException", "The security token included in the request is invalid.")
WRONG = ("InvalidSignatureException", "The signature is not the one that the secret key gives for this request.")
INCOMPLETE = "IncompleteSignatureException"


def test_s01_a_request_without_authorization_is_refused() -> None:
    assert refused(plain()) == ("MissingAuthenticationTokenException", "Request is missing Authentication Token")


MALFORMED: Mapping[str, tuple[Callable[[HttpRequest], HttpRequest], str]] = {
    "nothing in it": (
        lambda request: with_header(request, "authorization", ""),
        "The algorithm of the Authorization header must be AWS4-HMAC-SHA256.",
    ),
    "a bearer": (
        lambda request: with_header(request, "authorization", "Bearer x"),
        "The algorithm of the Authorization header must be AWS4-HMAC-SHA256.",
    ),
    "no credential": (
        lambda request: edited(request, "Credential=", "Credentials="),
        "Authorization header requires 'Credential' parameter.",
    ),
    "no signed headers": (
        lambda request: edited(request, "SignedHeaders=", "X="),
        "Authorization header requires 'SignedHeaders' parameter.",
    ),
    "no signature": (
        lambda request: edited(request, signature_of(request), ""),
        "Authorization header requires 'Signature' parameter.",
    ),
    "a part twice": (
        lambda request: edited(request, "Signature=", f"Signature={'0' * 64}, Signature="),
        "The Authorization header has parameters that it must not have, or one twice.",
    ),
    "a part too many": (
        lambda request: edited(request, "Signature=", "More=1, Signature="),
        "The Authorization header has parameters that it must not have, or one twice.",
    ),
    "a short signature": (
        lambda request: edited(request, signature_of(request), "ab"),
        "The Signature must be 64 hexadecimal digits in lower case.",
    ),
    "a signature in upper case": (
        lambda request: edited(request, signature_of(request), signature_of(request).upper()),
        "The Signature must be 64 hexadecimal digits in lower case.",
    ),
    "a short credential": (
        lambda request: edited(request, "/aws4_request", ""),
        "Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
    ),
    "a long credential": (
        lambda request: edited(request, "/aws4_request", "/aws4_request/x"),
        "Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
    ),
    "no key": (
        lambda request: edited(request, KEY.key, ""),
        "Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
    ),
    "two authorizations": (
        lambda request: replace(request, headers=(*request.headers, ("authorization", "x"))),
        "The Authorization header is there more than once.",
    ),
    "no date": (
        lambda request: with_header(request, "x-amz-date", None),
        "Authorization header requires existence of one 'X-Amz-Date' or 'Date' header, as a time.",
    ),
    "a date that is none": (
        lambda request: with_header(request, "x-amz-date", "20241315T123000Z"),
        "Authorization header requires existence of one 'X-Amz-Date' or 'Date' header, as a time.",
    ),
    "two dates": (
        lambda request: replace(request, headers=(*request.headers, ("x-amz-date", "20241215T123000Z"))),
        "Authorization header requires existence of one 'X-Amz-Date' or 'Date' header, as a time.",
    ),
    "names that are not sorted": (
        lambda request: edited(request, "content-type;host", "host;content-type"),
        "SignedHeaders must be names in lower case, sorted, each once.",
    ),
    "the authorization in itself": (
        lambda request: edited(request, "content-type;host", "authorization;content-type;host"),
        "SignedHeaders must be names in lower case, sorted, each once.",
    ),
    "a name twice": (
        lambda request: edited(request, "content-type;host", "content-type;host;host"),
        "SignedHeaders must be names in lower case, sorted, each once.",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_s02_a_malformed_authorization_is_refused(name: str) -> None:
    change, message = MALFORMED[name]
    assert refused(change(signed())) == (INCOMPLETE, message)


def test_s03_an_unknown_key_is_refused() -> None:
    assert refused(signed(key="AKIDNOBODYKNOWSTHIS0")) == INVALID_TOKEN


def test_s04_a_wrong_secret_is_refused() -> None:
    assert refused(signed(secret="another-secret")) == WRONG
    assert refused(signed(secret=OTHER_KEY.secret)) == WRONG


def test_s05_a_tampered_body_is_refused() -> None:
    request = signed()
    assert refused(replace(request, body=request.body + b" ")) == WRONG


@pytest.mark.parametrize("name", ["x-amz-target", "content-type", "host"])
def test_s06_a_tampered_signed_header_is_refused(name: str) -> None:
    request = signed()
    assert refused(with_header(request, name, f"{request.one(name)}x")) == WRONG


def test_s06_a_tampered_date_is_refused() -> None:
    assert refused(with_header(signed(), "x-amz-date", "20241215T123001Z")) == WRONG


@pytest.mark.parametrize("part", [{"method": "PUT"}, {"path": "/x"}, {"query": "a=b"}])
def test_s06_a_tampered_request_line_is_refused(part: dict[str, Any]) -> None:
    assert refused(replace(signed(), **part)) == WRONG


@pytest.mark.parametrize("name", ["x-amz-meta", "x-amz-security-token", "x-amz-target"])
def test_s07_a_header_of_aws_that_is_not_signed_is_refused(name: str) -> None:
    request = signed(with_header(plain(), name, None))
    assert refused(with_header(request, name, "x")) == ("InvalidSignatureException", f"'{name}' must be signed.")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("x-amz-" + "a" * 94, f"'x-amz-{'a' * 94}'"), ("x-amz-" + "a" * 95, "A header"), ("x-amz-(", "A header")],
)
def test_s07_a_header_is_named_where_its_name_is_short_and_plain(name: str, shown: str) -> None:
    assert refused(with_header(signed(), name, "x")) == ("InvalidSignatureException", f"{shown} must be signed.")


def test_s07_a_host_that_is_not_signed_is_refused() -> None:
    assert refused(edited(signed(), "host;", "")) == ("InvalidSignatureException", "'host' must be signed.")


@pytest.mark.parametrize("name", ["x-amz-target", "content-type", "host"])
def test_s08_a_signed_header_that_is_there_twice_is_refused(name: str) -> None:
    request = signed()
    again = replace(request, headers=(*request.headers, (name, request.one(name) or "")))
    wanted = ("InvalidSignatureException", f"'{name}' is signed, and must be in the request once.")
    assert refused(again) == wanted
    twice = signed(replace(plain(), headers=(*plain().headers, (name, plain().one(name) or ""))))
    assert refused(twice) == wanted


def test_s08_a_signed_header_that_is_missing_is_refused() -> None:
    request = with_header(signed(), "content-type", None)
    assert refused(request)[1] == "'content-type' is signed, and must be in the request once."


def test_s08_a_date_that_stands_in_for_the_one_of_aws_must_be_signed() -> None:
    dated = with_header(with_header(signed(), "x-amz-date", None), "date", "Sun, 15 Dec 2024 12:30:00 GMT")
    assert refused(edited(dated, ";x-amz-date", "")) == ("InvalidSignatureException", "'date' must be signed.")


EDGES = {
    timedelta(minutes=-4, seconds=-59): True,
    timedelta(minutes=-5): True,
    timedelta(minutes=-5, seconds=-1): False,
    timedelta(minutes=4, seconds=59): True,
    timedelta(minutes=5): True,
    timedelta(minutes=5, seconds=1): False,
    timedelta(days=3650): False,
}


@pytest.mark.parametrize("off", EDGES, ids=str)
def test_s09_a_date_may_be_five_minutes_off(off: timedelta) -> None:
    request = signed(at=NOW + off)
    if EDGES[off]:
        assert verify(request, RING, REGION, NOW) == KEY
    else:
        said = "Signature expired" if off < timedelta() else "Signature not yet current"
        stamp = (NOW + off).strftime("%Y%m%dT%H%M%SZ")
        assert refused(request) == (
            "InvalidSignatureException",
            f"{said}: {stamp} is more than 5 minutes off 20241215T123000Z.",
        )


def test_s09_the_time_is_the_machine_s_and_not_that_of_the_play() -> None:
    played = Clock(fixed=datetime(2030, 1, 1, tzinfo=UTC), machine=lambda: NOW)
    engine = StubEngine()
    assert ask(sandbox(engine, clock=played), signed()).status == 200
    assert engine.calls[0].now == datetime(2030, 1, 1, tzinfo=UTC)


SCOPES = {
    "S10 another day": (
        f"20241214/us-east-1/{SERVICE}/aws4_request",
        "The date of the Credential is not that of the request.",
    ),
    "S11 another region": (
        f"20241215/eu-west-1/{SERVICE}/aws4_request",
        "Credential should be scoped to a valid region: us-east-1.",
    ),
    "S12 another service": (
        "20241215/us-east-1/partnercentral/aws4_request",
        "Credential should be scoped to correct service: 'partnercentral-selling'.",
    ),
    "S12 another end": (
        f"20241215/us-east-1/{SERVICE}/aws4",
        "Credential should be scoped with a valid terminator: 'aws4_request'.",
    ),
}


@pytest.mark.parametrize("name", SCOPES)
def test_s10_to_s12_a_scope_of_something_else_is_refused(name: str) -> None:
    scope, message = SCOPES[name]
    assert refused(signed(scope=scope)) == ("InvalidSignatureException", message)


def test_s11_a_region_that_is_configured_is_accepted() -> None:
    request = signed(scope=f"20241215/eu-west-1/{SERVICE}/aws4_request")
    assert verify(request, RING, Scope(SERVICE, frozenset({"us-east-1", "eu-west-1"})), NOW) == KEY


def test_s11_regions_are_listed_and_none_stands_for_any() -> None:
    request = signed(scope=f"20241215/eu-west-1/{SERVICE}/aws4_request")
    assert verify(request, RING, Scope(SERVICE, None), NOW) == KEY
    assert refused(request, scope=Scope(SERVICE, frozenset({"us-west-2", "us-east-1"}))) == (
        "InvalidSignatureException",
        "Credential should be scoped to a valid region: us-east-1, us-west-2.",
    )


@pytest.mark.parametrize("token", [None, "another-token", "the-toke", "the-token "])
def test_s13_and_s14_a_temporary_key_without_its_token_is_refused(token: str | None) -> None:
    assert refused(signed(key=TEMPORARY.key, secret=TEMPORARY.secret, token=token)) == INVALID_TOKEN


def test_s14_a_token_beside_a_key_that_has_none_is_refused() -> None:
    assert refused(signed(token="the-token")) == INVALID_TOKEN
    assert refused(signed(with_header(plain(), "x-amz-security-token", ""))) == INVALID_TOKEN


def test_s14_a_token_is_refused_when_it_has_expired() -> None:
    at = NOW + timedelta(hours=1)
    request = signed(key=TEMPORARY.key, secret=TEMPORARY.secret, token=TEMPORARY.token, at=at)
    assert verify(request, RING, REGION, at - timedelta(seconds=1)) == TEMPORARY
    assert refused(request, at) == ("ExpiredTokenException", "The security token included in the request is expired")


def test_s15_a_digest_of_another_body_is_refused() -> None:
    digest = sha256(plain().body).hexdigest()
    assert verify(signed(with_header(plain(), "x-amz-content-sha256", digest)), RING, REGION, NOW) == KEY
    for stated in ("0" * 64, digest.upper(), ""):
        request = signed(with_header(plain(), "x-amz-content-sha256", stated))
        assert refused(request) == ("InvalidSignatureException", "x-amz-content-sha256 is not the digest of the body.")


@pytest.mark.parametrize("stated", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"])
def test_s16_a_body_that_is_not_signed_is_refused_by_name(stated: str) -> None:
    request = signed(with_header(plain(), "x-amz-content-sha256", stated))
    assert refused(request) == (
        "InvalidSignatureException",
        "UNSIGNED-PAYLOAD and streamed signatures are not accepted; the body must be signed.",
    )


def test_s17_a_presigned_request_is_refused_by_name() -> None:
    query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x&X-Amz-Expires=604801&X-Amz-Signature=y"
    assert refused(plain(query=query)) == (
        "InvalidSignatureException",
        "Presigned requests: only signatures in the Authorization header are accepted.",
    )
    assert refused(signed(plain(query=query))) == (
        "InvalidSignatureException",
        "Both the query and the Authorization header have a signature: "
        "only signatures in the Authorization header are accepted.",
    )


@pytest.mark.parametrize("name", ["X-Amz-Algorithm", "X-Amz-Credential", "x-amz-signature"])
def test_s17_any_part_of_a_signature_in_the_query_makes_a_request_presigned(name: str) -> None:
    said = "Presigned requests: only signatures in the Authorization header are accepted."
    for query in (f"{name}=", f"a=b&{name}=0"):
        assert refused(plain(query=query)) == ("InvalidSignatureException", said)
    for query in (name, f"no-{name}=0"):
        assert verify(signed(plain(query=query)), RING, REGION, NOW) == KEY


def test_s18_version_4a_is_refused_by_name() -> None:
    assert refused(edited(signed(), "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")) == (
        INCOMPLETE,
        "Signature Version 4a is not accepted; sign with AWS4-HMAC-SHA256.",
    )


def test_s19_the_same_request_is_accepted_again() -> None:
    request, engine = signed(), StubEngine()
    app = sandbox(engine)
    assert [ask(app, request).status for _ in range(3)] == [200] * 3
    assert len(engine.calls) == 3


def test_an_unknown_key_costs_the_work_of_a_wrong_secret() -> None:
    """Whether or not that key, another or none was used before; a key that is never used counts like one that is."""
    forged = (signed(key="AKIDNOBODYKNOWSTHIS0"), signed(secret="wrong"), signed(key=OTHER_KEY.key, secret="wrong"))
    for before in ((), (signed(),), *((one,) for one in forged)):
        derived, *others = (work(one, before) for one in forged)
        assert all(other == derived for other in others)
        assert len(derived) == (0 if before else (4 + 1) * (1 + len(RING.accounts))) + 2


def work(request: HttpRequest, before: tuple[HttpRequest, ...]) -> list[tuple[str, int, int]]:
    """Give what is hashed and compared to refuse a request after others, by how long each of it is."""
    ring = KeyRing(RING.accounts)
    for one in before:
        with suppress(Fault):
            verify(one, ring, REGION, NOW)
    with (
        patch.object(hmac, "digest", wraps=hmac.digest) as digest,
        patch.object(hmac, "new", wraps=hmac.new) as new,
        patch.object(SigningKey, "sign", autospec=True, side_effect=SigningKey.sign) as sign,
        patch.object(hmac, "compare_digest", wraps=hmac.compare_digest) as compare,
        pytest.raises(Fault),
    ):
        verify(request, ring, REGION, NOW)
    assert all(len(call.args[0]) < 64 for call in digest.call_args_list)
    hashed = [("hash", len(call.args[0]), len(call.args[1])) for call in digest.call_args_list]
    hashed += [("ready", len(call.args[0]), 0) for call in new.call_args_list]
    hashed += [("sign", len(call.args[0].key), len(call.args[1])) for call in sign.call_args_list]
    return hashed + [("compare", len(call.args[0]), len(call.args[1])) for call in compare.call_args_list]


def test_keys_are_derived_for_a_few_scopes_at_a_time() -> None:
    ring = KeyRing(TEST_KEYS)
    for number in range(100):
        scope = f"20241215/region-{number}/{SERVICE}/aws4_request"
        assert ring.signing_key(KEY.key, scope) == signing_key(KEY.secret, scope)
        assert ring.signing_key("", scope) == ring.signing_key("AKIDNOBODYKNOWSTHIS0", scope)
    assert len(ring._derived) < 32


@pytest.mark.parametrize("request_", [plain(), signed(secret="wrong"), signed(key="AKIDNOBODYKNOWSTHIS0")])
def test_refusals_are_a_403_and_tell_no_secret(request_: HttpRequest) -> None:
    engine = StubEngine()
    answer = ask(sandbox(engine), request_)
    assert (answer.status, engine.calls) == (403, [])
    assert KEY.secret not in answer.content.decode()


# ------------------------------------------------------------------------------------------------------ second opinions


def test_every_step_is_that_of_aws_s_suite() -> None:
    for name, case in cases().items():
        headers = tuple((header.lower(), value) for header, value in case.headers)
        request = HttpRequest(case.method, case.path, case.query, headers, case.body, "")
        names = case.authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        canonical = canonical_request(request, names, sha256(case.body).hexdigest())
        text = string_to_sign((request.one("x-amz-date") or "").strip(), SCOPE, canonical)
        proof = signature(signing_key(KEYS.secret_access_key, SCOPE), text)
        assert canonical.decode() == case.canonical, name
        assert text == case.to_sign, name
        assert case.authorization.endswith(f"Signature={proof}"), name


visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
bodies = st.binary(max_size=60)
steps = st.sampled_from(["", "CreateEngagement", "a%20b", ".", "..", "~x", "%C3%A9"])
queries = st.lists(st.tuples(st.sampled_from(["a", "b", "%20", "c-_.~"]), st.sampled_from(["", "x", "%2F", "y%3D"])))


def by_botocore(
    path: str, query: str, body: bytes, secret: str, token: str | None, extra: Mapping[str, str]
) -> HttpRequest:
    url = f"http://127.0.0.1:8999{path}{'?' if query else ''}{query}"
    theirs = AWSRequest("POST", url, {"Content-Type": "application/x-amz-json-1.0", **extra}, body)
    with patch.object(botocore.auth, "get_current_datetime", lambda: NOW):
        botocore.auth.SigV4Auth(Credentials(KEY.key, secret, token), SERVICE, "us-east-1").add_auth(theirs)
    headers = tuple((name.lower(), value) for name, value in theirs.headers.items())
    return HttpRequest("POST", path, query, (("host", "127.0.0.1:8999"), *headers), body, "")


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=4), queries, bodies, visible, st.none() | visible, printable)
def test_what_botocore_signs_is_accepted(
    path: list[str], pairs: list[tuple[str, str]], body: bytes, secret: str, token: str | None, value: str
) -> None:
    query = "&".join(f"{name}={text}" for name, text in pairs)
    request = by_botocore("/" + "/".join(path), query, body, secret, token, {"X-Amz-Some": value})
    keys = {KEY.key: replace(KEY, secret=secret, token=token)}
    assert verify(request, KeyRing(keys), REGION, NOW) == keys[KEY.key]


SIGNED = by_botocore("/CreateEngagement", "a=b", b'{"Catalog": "Sandbox"}', KEY.secret, None, {"X-Amz-Target": "A.B"})


def mutated(text: str, at: int, char: str) -> str:
    at %= max(1, len(text))
    return text[:at] + char + text[at + 1 :]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["method", "path", "query", "body", *(name for name, _ in SIGNED.headers)]),
    st.integers(0, 200),
    st.characters(min_codepoint=0x21, max_codepoint=0x7E),
)
def test_any_mutation_of_a_signed_request_is_refused(part: str, at: int, char: str) -> None:
    if part == "body":
        changed = replace(SIGNED, body=mutated(SIGNED.body.decode(), at, char).encode())
    elif part in ("method", "path", "query"):
        changes: Any = {part: mutated(getattr(SIGNED, part), at, char)}
        changed = replace(SIGNED, **changes)
    else:
        changed = with_header(SIGNED, part, mutated(SIGNED.one(part) or "", at, char))
    if same(changed):
        assert verify(changed, RING, REGION, NOW) == KEY
    else:
        refused(changed)


def same(request: HttpRequest) -> bool:
    """Tell whether only the order of headers differs, or an escape that means the same."""
    alike = replace(request, headers=()) == replace(SIGNED, headers=())
    return alike and sorted(request.headers) == sorted(SIGNED.headers)


@given(st.text(max_size=200), st.sampled_from(["authorization", "x-amz-date", "x-amz-content-sha256", "host", "date"]))
def test_any_text_in_a_header_is_refused_with_a_code(text: str, name: str) -> None:
    request = with_header(signed(), "x-amz-date", None) if name == "date" else signed()
    refused(with_header(request, name, text + "x"))


def test_inputs_of_the_tests_are_signed_by_both_alike() -> None:
    ours = signed(plain(INPUT))
    theirs = by_botocore("/", "", ours.body, KEY.secret, None, {"X-Amz-Target": ours.one("x-amz-target") or ""})
    assert theirs.one("authorization") == ours.one("authorization")


def test_bytes_that_are_no_utf8_are_signed_as_they_travelled() -> None:
    request = plain(b"", path="/a/\udcff/", headers=(("x-a", "caf\udce9"),))
    lines = b"POST", b"/a/%FF/", b"", b"x-a:caf\xe9", b"", b"x-a", b"digest"
    assert canonical_request(request, ["x-a"], "digest") == b"\n".join(lines)


def test_values_of_headers_lose_their_outer_spaces_and_nothing_else() -> None:
    request = plain(b"", headers=(("x-a", " X \t b\r\n X  "), ("b", "c"), ("x-a", "\tX")))
    lines = b"POST", b"/", b"", b"b:c", b"x-a:X b X,X", b"", b"b;x-a", b"digest"
    assert canonical_request(request, ["b", "x-a"], "digest") == b"\n".join(lines)
