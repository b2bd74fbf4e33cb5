"""The functions that endpoint rules call, by the names that rules call them by.

Pure: JSON values in, a JSON value out; None is what AWS calls an empty optional, and makes a condition fail.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from .config import is_host_label
from .partitions import partition_of

_STEP = re.compile(r"(?P<name>[^.\[\]]*)(?P<indexes>(?:\[-?\d+\])*)")
_BUCKET_LENGTHS = range(3, 64)
_ARN_PARTS = 6


def is_set(value: Any) -> bool:
    return value is not None


def negated(value: Any) -> bool:
    return value is None or value is False


def equals(one: Any, other: Any) -> bool:
    """Compare two texts or two booleans; a text equals no boolean."""
    return type(one) is type(other) and bool(one == other)


def get_attr(value: Any, path: str) -> Any:
    """Follow a path: `resourceId[0]` of a parsed ARN gives the first part of its resource, `[-1]` the last."""
    for step in _steps(path):
        if isinstance(step, str):
            value = cast("Mapping[str, Any]", value).get(step) if isinstance(value, Mapping) else None
        elif isinstance(value, Sequence) and not isinstance(value, str):
            items = cast("Sequence[object]", value)
            value = items[step] if -len(items) <= step < len(items) else None
        else:
            return None
    return value


@lru_cache(maxsize=256)
def _steps(path: str) -> tuple[str | int, ...]:
    """`a.b[0]` gives `a`, `b`, 0."""
    found: list[str | int] = []
    for part in path.split("."):
        step = _STEP.fullmatch(part)
        if step is None:
            return (path,)  # nothing has such a name
        found += [step["name"]] if step["name"] else []
        found += [int(index) for index in re.findall(r"-?\d+", step["indexes"])]
    return tuple(found)


def substring(value: str, start: int, stop: int, reverse: bool) -> str | None:
    """Cut a piece out of an ASCII text, counted from its end if `reverse`; None where the text is too short."""
    if start >= stop or len(value) < stop or not value.isascii():
        return None
    return value[len(value) - stop : len(value) - start] if reverse else value[start:stop]


def split(value: str, delimiter: str, limit: int) -> list[str] | None:
    """Split a text into `limit` pieces at most, 0 meaning any number: `a--b`, `--` gives `a`, `b`."""
    if not delimiter or limit < 0:
        return None
    return value.split(delimiter, limit - 1 if limit else -1)


def uri_encode(value: str | None) -> str | None:
    """Escape all but letters, digits and `-._~`."""
    from urllib.parse import quote  # which few rules ask for, as the modules below

    return None if value is None else quote(value, safe="")


def coalesce(*values: Any) -> Any:
    """Give the first value that is set."""
    return next((value for value in values if value is not None), None)


def if_then_else(condition: Any, one: Any, other: Any) -> Any:
    return other if negated(condition) else one


# --------------------------------------------------------------------------------------------------------------- hosts


def is_valid_host_label(value: str | None, allow_dots: bool = False) -> bool:
    """Say whether a text can be one label of a host name, or several if dots are allowed (RFC 1123)."""
    if value is None:
        return False
    labels = value.split(".") if allow_dots else [value]
    return all(map(is_host_label, labels))


def is_virtual_hostable_bucket(value: str | None, allow_dots: bool = False) -> bool:
    """Say whether a bucket's name can stand in front of S3's host name."""
    if value is None or len(value) not in _BUCKET_LENGTHS or value != value.lower() or _is_ip(value, 4):
        return False
    return is_valid_host_label(value, allow_dots)


def parse_url(url: str | None) -> dict[str, Any] | None:
    """Take a URL to pieces; None for what is none, or has a query or fragment."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url or "")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        return None
    path = "/".join(step for step in parts.path.split("/") if step)
    return {
        "scheme": parts.scheme,
        "authority": parts.netloc,
        "path": parts.path,
        "normalizedPath": f"/{path}/" if path else "/",
        "isIp": _is_ip(host, 4) or (parts.netloc.startswith("[") and _is_ip(host, 6)),
    }


def _is_ip(host: str, version: int) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).version == version
    except ValueError:
        return False


# ----------------------------------------------------------------------------------------------------------------- AWS


def partition(region: str | None) -> dict[str, str | bool]:
    """Give the facts of a region's partition."""
    return partition_of(region or "").outputs()


def parse_arn(arn: str | None) -> dict[str, Any] | None:
    """Take an ARN to pieces; None for what is none: a partition, a service and a resource have to be there."""
    parts = (arn or "").split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS or parts[0] != "arn" or not (parts[1] and parts[2] and parts[5]):
        return None
    return {
        "partition": parts[1],
        "service": parts[2],
        "region": parts[3],
        "accountId": parts[4],
        "resourceId": re.split("[:/]", parts[5]),
    }


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "isSet": is_set,
    "not": negated,
    "getAttr": get_attr,
    "stringEquals": equals,
    "booleanEquals": equals,
    "substring": substring,
    "split": split,
    "uriEncode": uri_encode,
    "coalesce": coalesce,
    "ite": if_then_else,
    "isValidHostLabel": is_valid_host_label,
    "parseURL": parse_url,
    "aws.partition": partition,
    "aws.parseArn": parse_arn,
    "aws.isVirtualHostableS3Bucket": is_virtual_hostable_bucket,
}
