"""Who calls: Signature Version 4, verified as strictly as any service of AWS does.

In: a request, the keys that are known, a time. Out: the `Key` that signed it, or a `Fault` with AWS's own code.

An unknown key costs as much work as a known one with a wrong secret, and signatures are compared in constant time: what
signs is derived for all keys at once, and for nobody's, when a scope is first seen. The time is the machine's, not the
one that a sandbox plays through: clients sign with theirs. There is no memory of signatures, as AWS has none: the same
request within five minutes is accepted again, and `ClientToken` makes it harmless.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from codegen.sandbox.accounts import Accounts, Key
from codegen.sandbox.calling import Fault
from codegen.sandbox.canonical import (
    ALGORITHM,
    SigningKey,
    canonical_request,
    encoded,
    signature,
    signing_key,
    string_to_sign,
)
from codegen.sandbox.requests import HttpRequest

WINDOW = timedelta(minutes=5)
_STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_STAMP_FORM = "%Y%m%dT%H%M%SZ"
_DIGEST = re.compile("[0-9a-f]{64}")
_PARTS = ("Credential", "Signature", "SignedHeaders")
_PRESIGNED = re.compile(r"(?:^|&)x-amz-(?:algorithm|credential|signature)=", re.IGNORECASE)
_NOBODY, _NO_SECRET = "", "0" * 40  # as long as those of AWS
_SCOPES = 16
"""For which keys are derived at a time: a day has one for each region that is asked for; arbitrary."""

MISSING = "MissingAuthenticationTokenException"
INCOMPLETE = "IncompleteSignatureException"
INVALID = "InvalidSignatureException"
UNRECOGNIZED = "UnrecognizedClientException"
EXPIRED = "ExpiredTokenException"
CODES = frozenset({MISSING, INCOMPLETE, INVALID, UNRECOGNIZED, EXPIRED})
"""Of refusals here; each is a 403."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What signatures are for: the regions that are served (None: any), and the name that the service signs with."""

    service: str
    regions: frozenset[str] | None


class Claim(NamedTuple):
    """What a request says of its own signature."""

    key: str
    scope: str
    signed: tuple[str, ...]
    signature: str
    stamp: str


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Accounts, and what each of their secrets signs with in the scopes of late."""

    accounts: Accounts
    _derived: dict[str, Mapping[str, SigningKey]] = field(
        default_factory=dict[str, Mapping[str, SigningKey]], repr=False
    )

    def signing_key(self, key: str, scope: str) -> SigningKey:
        """Give that of a key, or that of nobody: no request tells by the time it takes which keys are known."""
        derived = self._derived.get(scope) or self._derive(scope)
        return derived.get(key, derived[_NOBODY])

    def _derive(self, scope: str) -> Mapping[str, SigningKey]:
        if len(self._derived) >= _SCOPES:
            self._derived.clear()
        secrets = {**{key.key: key.secret for key in self.accounts.values()}, _NOBODY: _NO_SECRET}
        self._derived[scope] = {key: signing_key(secret, scope) for key, secret in secrets.items()}
        return self._derived[scope]


def verify(request: HttpRequest, ring: KeyRing, scope: Scope, now: datetime) -> Key:
    """Find the key that signed a request."""
    claim = _claim(request)
    _check_scope(claim, scope)
    _check_time(claim.stamp, now)
    _check_signed(request, claim)
    payload = _payload(request)
    known = ring.accounts.get(claim.key)
    text = string_to_sign(claim.stamp, claim.scope, canonical_request(request, claim.signed, payload))
    right = _same(signature(ring.signing_key(claim.key, claim.scope), text), claim.signature)
    if known is None:
        raise Fault(UNRECOGNIZED, "The security token included in the request is invalid.")
    if not right:
        raise Fault(INVALID, "The signature is not the one that the secret key gives for this request.")
    _check_token(request, known, now)
    return known


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(encoded(one), encoded(other))


# ------------------------------------------------------------------------------------------------------ what is claimed


def _claim(request: HttpRequest) -> Claim:
    given = request.all("authorization")
    only = request.one("authorization")
    if request.query and _PRESIGNED.search(request.query):
        both = "Both the query and the Authorization header have a signature" if given else "Presigned requests"
        raise Fault(INVALID, f"{both}: only signatures in the Authorization header are accepted.")
    if not given:
        raise Fault(MISSING, "Request is missing Authentication Token")
    if only is None:
        raise Fault(INCOMPLETE, "The Authorization header is there more than once.")
    algorithm, _, rest = only.strip().partition(" ")
    _check_algorithm(algorithm)
    parts = _parts(rest)
    key, *scope = parts["Credential"].split("/")
    if len(scope) != 4 or not key:
        raise Fault(INCOMPLETE, "Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.")
    signed = tuple(parts["SignedHeaders"].split(";"))
    return Claim(key, "/".join(scope), signed, parts["Signature"], _stamp(request))


def _check_algorithm(algorithm: str) -> None:
    if algorithm.startswith("AWS4-ECDSA-"):
        raise Fault(INCOMPLETE, f"Signature Version 4a is not accepted; sign with {ALGORITHM}.")
    if algorithm != ALGORITHM:
        raise Fault(INCOMPLETE, f"The algorithm of the Authorization header must be {ALGORITHM}.")


def _parts(text: str) -> dict[str, str]:
    """Read `Credential=..., SignedHeaders=..., Signature=...`, in any order."""
    pairs = [part.strip().partition("=") for part in text.split(",")]
    parts = {name: value for name, _, value in pairs}
    for name in _PARTS:
        if not parts.get(name):
            raise Fault(INCOMPLETE, f"Authorization header requires '{name}' parameter.")
    if len(pairs) != len(_PARTS):
        raise Fault(INCOMPLETE, "The Authorization header has parameters that it must not have, or one twice.")
    if not _DIGEST.fullmatch(parts["Signature"]):
        raise Fault(INCOMPLETE, "The Signature must be 64 hexadecimal digits in lower case.")
    return parts


def _stamp(request: HttpRequest) -> str:
    """Give the time of the signature as it was signed; `Date` counts where there is no `X-Amz-Date`."""
    stamps, dates = request.all("x-amz-date"), request.all("date")
    if len(stamps) == 1 and _moment(stamps[0]):
        return stamps[0]
    if not stamps and len(dates) == 1 and (moment := _http_date(dates[0])):
        return moment.strftime(_STAMP_FORM)
    raise Fault(INCOMPLETE, "Authorization header requires existence of one 'X-Amz-Date' or 'Date' header, as a time.")


@lru_cache(maxsize=64)
def _moment(stamp: str) -> datetime | None:
    match = _STAMP.fullmatch(stamp)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, IndexError):
        return None


# ------------------------------------------------------------------------------------------------------ what must hold


def _check_scope(claim: Claim, scope: Scope) -> None:
    day, region, service, end = claim.scope.split("/")
    if day != claim.stamp[:8]:
        raise Fault(INVALID, "The date of the Credential is not that of the request.")
    if scope.regions is not None and region not in scope.regions:
        raise Fault(INVALID, f"Credential should be scoped to a valid region: {', '.join(sorted(scope.regions))}.")
    if service != scope.service:
        raise Fault(INVALID, f"Credential should be scoped to correct service: '{scope.service}'.")
    if end != "aws4_request":
        raise Fault(INVALID, "Credential should be scoped with a valid terminator: 'aws4_request'.")


def _check_time(stamp: str, now: datetime) -> None:
    """A request may be as far off as the window, and no further: 5:00 will do, 5:01 will not."""
    moment = _moment(stamp)
    assert moment is not None  # it was read before
    if abs(now.replace(microsecond=0) - moment) <= WINDOW:
        return
    said = "Signature expired" if moment < now else "Signature not yet current"
    raise Fault(INVALID, f"{said}: {stamp} is more than 5 minutes off {now.strftime(_STAMP_FORM)}.")


def _check_signed(request: HttpRequest, claim: Claim) -> None:
    """Host and whatever begins with `x-amz-` is signed; what is signed is there, and once."""
    listed = frozenset(claim.signed)
    if list(claim.signed) != sorted(listed) or "authorization" in listed:
        raise Fault(INCOMPLETE, "SignedHeaders must be names in lower case, sorted, each once.")
    must = {name for name, _ in request.headers if name.startswith("x-amz-")} | {"host"}
    must |= set() if "x-amz-date" in must else {"date"}
    if missing := sorted(must - listed):
        raise Fault(INVALID, f"{_shown(missing[0])} must be signed.")
    for name in claim.signed:
        if len(request.all(name)) != 1:
            raise Fault(INVALID, f"{_shown(name)} is signed, and must be in the request once.")


def _shown(name: str) -> str:
    return f"'{name}'" if re.fullmatch(r"[a-z0-9_-]{1,100}", name) else "A header"


def _payload(request: HttpRequest) -> str:
    """Give the digest of the body; a header that states one must be right."""
    digest = sha256(request.body).hexdigest()
    stated = request.one("x-amz-content-sha256")
    if stated == digest or stated is None:
        return digest
    if stated == "UNSIGNED-PAYLOAD" or stated.startswith("STREAMING-"):
        raise Fault(INVALID, "UNSIGNED-PAYLOAD and streamed signatures are not accepted; the body must be signed.")
    raise Fault(INVALID, "x-amz-content-sha256 is not the digest of the body.")


def _check_token(request: HttpRequest, key: Key, now: datetime) -> None:
    """A temporary key comes with its token, any other with none."""
    given = request.one("x-amz-security-token")
    if (given is None) != (key.token is None) or not _same(given or "", key.token or ""):
        raise Fault(UNRECOGNIZED, "The security token included in the request is invalid.")
    if key.expires is not None and key.expires <= now:
        raise Fault(EXPIRED, "The security token included in the request is expired")
