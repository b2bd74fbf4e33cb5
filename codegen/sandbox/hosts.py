"""Which hosts and origins may be spoken to by whom: what keeps a web page from using a sandbox on its reader's machine.

In: a request. Out: nothing, or a `Fault` before anything is routed. No answer ever has a CORS header, so preflights are
refused like the rest. A name that an attacker's DNS points here comes with its own `Host`; a page of another site, or
of another port, tells its `Origin` or a `Sec-Fetch-Site`.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from codegen.sandbox.calling import Fault
from codegen.sandbox.requests import HttpRequest

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_FROM_HERE = frozenset({"same-origin", "none"})


def check_caller(request: HttpRequest, hosts: frozenset[str] | None, origins: frozenset[str]) -> None:
    """Refuse hosts and origins that are not listed; `hosts` None lists them all, where every call is signed."""
    host = request.one("host") or ""
    name = host_name(host)
    if name is None or (hosts is not None and name not in hosts):
        raise Fault("AccessDenied", "The Host header names no host that this sandbox goes by.")
    allowed = {f"http://{host}".lower(), *origins}
    if not allowed.issuperset([origin.lower() for origin in request.all("origin")]):
        raise Fault("AccessDenied", "Requests of pages from other origins are refused.")
    if not _FROM_HERE.issuperset(request.all("sec-fetch-site")):
        raise Fault("AccessDenied", "Requests of pages from other sites are refused.")
    if request.method == "OPTIONS" and request.all("access-control-request-method"):
        raise Fault("AccessDenied", "No page of another origin may call; preflights are refused.")


def check_loopback(request: HttpRequest) -> None:
    """Refuse whoever is not on this machine, or calls it by another name."""
    if not is_loopback(request.client) or host_name(request.one("host") or "") not in LOOPBACK_NAMES:
        raise Fault("AccessDenied", "This is for callers on the same machine.")


@lru_cache(maxsize=16)
def host_name(host: str) -> str | None:
    """`LOCALHOST:8999` gives `localhost`; None where it is no host."""
    match = _HOST.fullmatch(host)
    return match["name"].lower() if match else None


def is_loopback(address: str) -> bool:
    """`::1` is, `0.0.0.0` and names are not."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
