"""What drives the calls of a client, synchronous or not: requests out of arguments, answers out of bodies.

Made at the first call, with everything that a call needs and a client's construction does not.
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .answers import ResponseMetadata, request_id_of
from .calls import Clock, Core, Reply, new_uuid, unreadable
from .errors import ConfigurationError, ResponseError, ServiceError, ValidationError, Violation
from .foundation import NOWHERE, Place, Settings
from .operations import Operation, Pages, Task
from .retries import TokenBucket
from .sigv4 import Signer
from .transport import HttpResponse
from .user_agent import user_agent
from .wire import dump_json, load_json

if TYPE_CHECKING:
    from .composite import Shape

_SCALARS = frozenset((str, int, float, bool, bytes, type(None)))
_HOST_PREFIX = re.compile(r"(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.|(?!-)[A-Za-z0-9-]{1,63})*")
_MOST_PLACES = 100
"""Places that are kept with the keys that sign there."""


class Prepared(NamedTuple):
    """A request that may leave: its body, and the token that it carries."""

    body: bytes
    token: str | None
    host_prefix: str = ""
    core: Core | None = None
    """With the endpoint of this call; None where it goes where all go."""

    def with_body(self, wire: Mapping[str, Any]) -> "Prepared":
        return self._replace(body=dump_json(wire))

    def __repr__(self) -> str:
        return f"Prepared(<{len(self.body)} bytes>, {self.token!r})"


class Driver:
    """What `SyncDriver` and `AsyncDriver` share."""

    def __init__(self, settings: Settings) -> None:
        service = settings.service
        self.settings = settings
        place = settings.place or NOWHERE
        self._cores: dict[Place, Core] = {}
        self.core = Core(
            service=service,
            endpoint=place.endpoint,
            signer=Signer(place.signing_name, place.signing_region),
            agent=user_agent(service),
            timeout=settings.timeout,
            attempts=settings.attempts,
            max_bytes=settings.max_bytes,
            read_error=self.read_error,
            clock=Clock(),
            bucket=TokenBucket(),
        )

    @cached_property
    def _models(self) -> ModuleType:
        return import_module(f"{self.settings.package}.models")

    # --------------------------------------------------------------------------------------------------------- request

    def prepare(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> Prepared:
        """Check and write a request. Raises ValidationError with everything that is wrong."""
        if operation.input is None:
            _refuse_arguments(operation, request, members)
            return Prepared(b"{}", None, _host_prefix(operation, {}), self._core_of(operation, {}))
        wire = self._checked(operation, request, members).to_wire()
        token: str | None = None
        if operation.token is not None:
            token = str(wire.get(operation.token) or new_uuid())
            wire[operation.token] = token
        return Prepared(dump_json(wire), token, _host_prefix(operation, wire), self._core_of(operation, wire))

    def _core_of(self, operation: Operation, wire: Mapping[str, Any]) -> Core | None:
        """Give the core for a call that says itself where it goes. Raises ConfigurationError."""
        if self.settings.places is None:
            return None
        place = self.settings.places.of_call(operation.name, wire)
        if place == self.settings.place:
            return None
        core = self._cores.get(place)
        if core is None:
            signer = Signer(place.signing_name, place.signing_region)
            core = self._cores[place] = self.core._replace(endpoint=place.endpoint, signer=signer)
            if len(self._cores) > _MOST_PLACES:
                self._cores.clear()
        return core

    def _checked(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> "Shape":
        shape: type[Shape] = getattr(self._models, str(operation.input))
        if request is None:
            return shape.build({name: _settled(value) for name, value in members.items()}, self.settings.checks)
        if members or not isinstance(request, shape):
            wanted = f"expected one models.{shape.__name__}, found a value of type {type(request).__name__}"
            reason = "one request, or arguments by name" if members else f"{wanted}: pass members by name"
            raise ValidationError([Violation(str(operation.input), str(operation.input), "type", reason)])
        request.check(checks=self.settings.checks)
        return request

    # ---------------------------------------------------------------------------------------------------------- answer

    def read_error(self, response: HttpResponse) -> ServiceError:
        errors = import_module(f"{self.settings.package}.errors")
        found: ServiceError = errors.from_wire(response.body, http_status=response.status, headers=response.headers)
        query = response.headers.get("x-amzn-query-error")
        if query and self.settings.service.query_compatible:
            found.code = query.partition(";")[0]
        return found

    def answer(self, operation: Operation, prepared: Prepared, reply: Reply) -> Any:
        """Read an answer. Raises ResponseError when it is not what the operation answers."""
        try:
            answer = self._read(operation, reply.response)
        except ResponseError as error:
            raise unreadable(reply.response, error.message, error.path) from None
        if answer is not None:
            answer.__dict__["response_metadata"] = _metadata(operation, prepared, reply)
        return answer

    def _read(self, operation: Operation, response: HttpResponse) -> Any:
        if operation.output is None:
            _expect_object(response.body)
            return None
        shape: type[Shape] = getattr(self._models, operation.output)
        if not response.body and shape.model_fields:
            raise ResponseError("the answer is empty")
        return shape.from_wire(response.body or b"{}")

    def task_call(self, response: object) -> tuple[Task, Operation, Prepared]:
        """Give the call that an answer came from, to be made again as it was."""
        metadata = getattr(response, "response_metadata", None)
        if not isinstance(metadata, ResponseMetadata):
            raise ConfigurationError("this answer came from no client: start the task again with the same token")
        operation = self._operation(metadata.operation)
        if operation is None or operation.task is None:
            raise ConfigurationError(f"{metadata.operation} starts no task")
        wire = json.loads(metadata.body)
        prefix, core = _host_prefix(operation, wire), self._core_of(operation, wire)
        return operation.task, operation, Prepared(metadata.body, metadata.client_token, prefix, core)

    def paged(self, operation: Operation) -> Pages:
        if operation.pages is None:
            raise ConfigurationError(f"{operation.name} has no pages")
        return operation.pages

    def _operation(self, name: str) -> Operation | None:
        operations = vars(import_module(f"{self.settings.package}.operations")).values()
        return next((one for one in operations if isinstance(one, Operation) and one.name == name), None)


def _metadata(operation: Operation, prepared: Prepared, reply: Reply) -> ResponseMetadata:
    response = reply.response
    return ResponseMetadata(
        request_id=request_id_of(response.headers),
        http_status=response.status,
        attempts=reply.attempts,
        client_token=prepared.token,
        headers=response.headers,
        operation=operation.name,
        body=prepared.body,
    )


def _expect_object(body: bytes) -> None:
    """An operation without output is answered by nothing or by an object; a captive portal's page is neither."""
    if not body:
        return
    if not isinstance(load_json(body), dict):
        raise ResponseError("expected an object or nothing")


def _settled(value: Any) -> Any:
    """Take any sequence for a list and any mapping for a dict: models, which are strict, take no others."""
    if type(value) in _SCALARS:  # so is nearly everything, and nothing else is told as quickly
        return value
    if isinstance(value, (list, tuple)):
        return [_settled(item) for item in cast("list[object]", value)]
    if isinstance(value, (dict, Mapping)):  # a dict is found out about sooner than any other mapping
        return {key: _settled(item) for key, item in cast("Mapping[object, object]", value).items()}
    return value


def _host_prefix(operation: Operation, wire: Mapping[str, Any]) -> str:
    """Fill in the labels of a host prefix. Raises ValidationError for a value that can be no part of a host name."""
    if not operation.host_prefix:
        return ""
    prefix = re.sub(r"\{(\w+)\}", lambda found: str(wire.get(found[1]) or ""), operation.host_prefix)
    if not _HOST_PREFIX.fullmatch(prefix) or ".." in prefix or prefix.startswith("."):
        title = str(operation.input)
        raise ValidationError([Violation(title, title, "pattern", "makes no host name of the endpoint")])
    return prefix


def _refuse_arguments(operation: Operation, request: object, members: Mapping[str, object]) -> None:
    names = ["request"] if request is not None else sorted(members)
    if names:
        reason = "is not a member: the operation takes none"
        raise ValidationError([Violation(name, f"{operation.name}.{name}", "unknown", reason) for name in names])


def seconds_of(value: object, name: str) -> float:
    """Take a number of seconds, 0 or more. Raises ConfigurationError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ConfigurationError(f"{name} is to be a number of seconds, 0 or more")
    return float(value)
