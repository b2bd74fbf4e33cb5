"""One call of an operation on its way from the wire to the behaviour, and what may come back.

In: what `wire`, `signing` and `checking` have found out about a request. Out: a `Call`; the behaviour answers with the
members of the output, or raises a `Fault`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from codegen.spec import ir
from codegen.spec.ir import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that is signed, within limits, and as the spec says; `input` holds wire names and JSON values.

    `now` is the time of the sandbox's clock, in UTC, taken once for the whole call. `wanted` is the code of the error
    that the caller asks for. `model` is the engine's, for behaviour that writes a request itself.
    """

    operation: str
    account: str
    input: Mapping[str, Json]
    now: datetime
    request_id: str
    wanted: str | None = None
    model: ir.Model | None = field(default=None, repr=False, compare=False)

    @property
    def catalog(self) -> str:
        """Every operation of the service names its catalog."""
        value = self.input.get("Catalog")
        return value if isinstance(value, str) else ""


class Fault(Exception):
    """An error answer: `code` is the error's shape name, `members` what its body holds besides the message."""

    def __init__(self, code: str, message: str, members: Mapping[str, Json] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.members = dict(members or {})


@dataclass(frozen=True, slots=True)
class Violation:
    """One entry of a ValidationException; `path` is `Receiver.Account.AwsAccountId`, `""` for the whole."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What EventBridge would deliver to one account; `detail` has the names of the documents."""

    account: str
    time: datetime
    detail_type: str
    resources: tuple[str, ...] = ()
    detail: Mapping[str, Json] = field(default_factory=dict[str, Json])
