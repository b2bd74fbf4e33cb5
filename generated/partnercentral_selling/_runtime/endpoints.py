"""Where the requests of a client go, by the endpoint rules of its package: once for the client, else for each call.

The rules stand in the module `endpoints` of the package, which is loaded when a client is made: `RULES`, and for each
operation whose requests they look at what they look at. What was found is kept, by the values that led to it.
"""

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple, cast

from .config import Service, Wanted, parse_endpoint
from .endpoint_rules import resolve
from .errors import ConfigurationError
from .foundation import Place

Values = tuple[tuple[str, Any], ...]
"""Parameters and their values, which can be hashed."""


class Places(NamedTuple):
    """Finds the places of one client's requests.

    rules: a rule set, as JSON. operations: for each operation, parameters and what sets them (see `_looked_at`).
    """

    service: Service
    region: str
    rules: str
    operations: Mapping[str, tuple[tuple[str, str, Any], ...]]
    values: Values

    def of_client(self) -> Place:
        """Find the place of calls that do not say themselves where they go. Raises ConfigurationError."""
        return self._found(())

    def of_call(self, operation: str, wire: Mapping[str, Any]) -> Place:
        """Find the place of a call. Raises ConfigurationError. wire: the members of its request."""
        looked_at = self.operations.get(operation, ())
        found = [(name, _looked_at(kind, value, wire)) for name, kind, value in looked_at]
        values = tuple([(name, value) for name, value in found if value is not None])
        return self._found((*values, *_PATHLESS) if _names_by_arn(dict(values).get("Bucket")) else values)

    def _found(self, call: Values) -> Place:
        return _place(self.rules, self.service.signing_name or self.service.name, self.region, self.values + call)


_PATHLESS = (("ForcePathStyle", False),)


def _names_by_arn(bucket: object) -> bool:
    """Say whether a bucket is named by an ARN, which can stand in no path."""
    return isinstance(bucket, str) and bucket.startswith("arn:")


def places_of(service: Service, package: str, wanted: Wanted) -> Places:
    """Give what finds the places of a client's requests. Raises ConfigurationError for a URL that is none."""
    module = import_module(f"{package}.endpoints")
    known = _built_in(wanted)
    parameters = _read(module.RULES)["parameters"]
    values = {name: known.get(parameter.get("builtIn", "")) for name, parameter in parameters.items()}
    found = tuple((name, value) for name, value in values.items() if value is not None)
    return Places(service, wanted.region, module.RULES, module.OPERATIONS, found)


def _built_in(wanted: Wanted) -> Mapping[str, str | bool]:
    """Give the values that every client knows, by the names that rule sets call them by."""
    found: dict[str, str | bool] = {
        "AWS::Region": wanted.region,
        "AWS::UseFIPS": wanted.fips,
        "AWS::UseDualStack": wanted.dual_stack,
        "AWS::Auth::AccountIdEndpointMode": _variable("AWS_ACCOUNT_ID_ENDPOINT_MODE") or "preferred",
        "AWS::STS::UseGlobalEndpoint": _variable("AWS_STS_REGIONAL_ENDPOINTS") == "legacy",
    }
    if wanted.url:
        found["SDK::Endpoint"] = parse_endpoint(wanted.url).url.rstrip("/")
        # A server of one's own answers to one name alone: buckets stand in the path, as every SDK of AWS has them.
        found["AWS::S3::ForcePathStyle"] = True
    return found


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip().lower()


@lru_cache(maxsize=16)
def _read(rules: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(rules)
    return found


def _looked_at(kind: str, value: Any, wire: Mapping[str, Any]) -> Any:
    """Give what a parameter is set to: a `static` value, a `member` of the request, or what a `path` finds in it."""
    if kind == "static":
        return value
    if kind == "member":
        return _hashable(wire.get(value))
    from .tasks import search  # which only calls need

    return _hashable(search(value, wire))


def _hashable(value: Any) -> Any:
    """Make a tuple of a list; what is neither that nor a scalar is no value that a parameter could have."""
    if isinstance(value, list):
        return tuple(_hashable(item) for item in cast("list[object]", value))
    return None if isinstance(value, Mapping) else value


@lru_cache(maxsize=256)
def _place(rules: str, name: str, region: str, values: Values) -> Place:
    """Ask the rules. name, region: what a signature is good for where the rules say nothing of it."""
    resolved = resolve(_read(rules), dict(values))
    scheme = _scheme(resolved.properties.get("authSchemes") or [{"name": "sigv4"}])
    return Place(
        endpoint=parse_endpoint(resolved.url),
        signing_name=scheme.get("signingName") or name,
        signing_region=scheme.get("signingRegion") or region,
        headers=tuple([(header, ",".join(texts)) for header, texts in resolved.headers.items()]),
        escaped_once=scheme.get("disableDoubleEncoding") is True,
    )


def _scheme(offered: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Choose the way of signing that we know."""
    found = next((one for one in offered if one["name"].rpartition("#")[2] == "sigv4"), None)
    if found is None:
        names = ", ".join(str(one["name"]) for one in offered)
        raise ConfigurationError(f"the endpoint takes signatures of the form {names}, and this client writes sigv4")
    return found
