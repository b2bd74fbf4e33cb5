"""Signature Version 4 for what the cases send: a POST without a query. Written apart from the runtime's, to judge it.

Source: AWS General Reference, "Create a signed AWS API request".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is good for. moment: `20241205T102030Z`."""

    moment: str
    region: str
    service: str

    @property
    def text(self) -> str:
        return f"{self.moment[:8]}/{self.region}/{self.service}/aws4_request"


def sign_post(
    path: str, headers: Mapping[str, str], body: str, scope: Scope, access_key_id: str, secret_access_key: str
) -> str:
    """Give the `Authorization` header. path: needs no escapes. headers: all that are signed, names in lower case."""
    names = sorted(headers)
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in names]
    request = "\n".join(["POST", path, "", *lines, "", ";".join(names), _digest(body)])
    text = "\n".join(["AWS4-HMAC-SHA256", scope.moment, scope.text, _digest(request)])
    key = b"AWS4" + secret_access_key.encode()
    for step in (*scope.text.split("/"), text):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    credential = f"Credential={access_key_id}/{scope.text}"
    return f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={';'.join(names)}, Signature={key.hex()}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
