"""What drives the calls of a client, synchronous or not: requests out of arguments, answers out of bodies.

Made at the first call, with everything that a call needs and a client's construction does not.
"""

import re
from collections.abc import Mapping
from functools import cached_property, partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .answers import ResponseMetadata, refuse_page, request_id_of
from .arguments import write_arguments
from .aws_json import AWS_JSON, AwsJson
from .calls import Clock, Core, Reply, new_uuid, unreadable
from .compression import compressed, summed
from .config import Service
from .errors import ConfigurationError, ResponseError, ServiceError, ValidationError, Violation
from .foundation import NOWHERE, Place, Settings
from .messages import Codec, Message
from .operations import Operation, Pages, Task
from .retries import TokenBucket
from .sigv4 import Signer
from .transport import HttpResponse
from .user_agent import user_agent
from .wire import TOO_DEEP, load_json

if TYPE_CHECKING:
    from .composite import Shape

_SCALARS = frozenset((str, int, float, bool, bytes, type(None)))
_HOST_PREFIX = r"(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)*(?:(?!-)[A-Za-z0-9-]{1,63})?"
"""Whole labels, then how the first label of the endpoint's own host may begin."""
_MOST_PLACES = 100
"""Places that are kept with the keys that sign there."""

_SENDS_EVENTS = (
    "sends events while it receives others: that takes HTTP/2, which no transport of this package has. Use AWS's own "
    "SDK for this operation"
)


class Prepared(NamedTuple):
    """A request that may leave, in JSON form too, and the token that it carries."""

    message: Message
    wire: Mapping[str, Any]
    token: str | None
    host_prefix: str = ""
    core: Core | None = None
    """With the endpoint of this call; None where it goes where all go."""

    def __repr__(self) -> str:
        return f"Prepared(<{len(self.message.body)} bytes>, {self.token!r})"


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
            headers=place.headers,
            signer=_signer(service, place),
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

    @cached_property
    def codec(self) -> Codec:
        """What writes and reads for the service's protocol."""
        if self.settings.service.protocol in AWS_JSON:
            return AwsJson(self.settings.service)
        found: Codec = import_module(f"{self.settings.package}.bindings").CODEC
        return found

    # --------------------------------------------------------------------------------------------------------- request

    def prepare(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> Prepared:
        """Check and write a request. Raises ValidationError with everything that is wrong."""
        try:
            wire, name = self._wire(operation, request, members), operation.token
            if name is None:
                return self._prepared(operation, wire, None)
            token = wire[name] = wire.get(name) or new_uuid()
            return self._prepared(operation, wire, token)
        except RecursionError:  # values may nest as deep as Python lets them
            title = operation.input or operation.name
            raise ValidationError([Violation(title, title, "type", TOO_DEEP)]) from None

    def _prepared(self, operation: Operation, wire: Mapping[str, Any], token: str | None) -> Prepared:
        prefix = _host_prefix(operation, wire) if operation.host_prefix else ""
        places = self.settings.places
        core = None if places is None else self._core_at(places.of_call(operation.name, wire))
        return Prepared(self._written(operation, wire), wire, token, prefix, core)

    def rewritten(self, operation: Operation, prepared: Prepared, wire: Mapping[str, Any]) -> Prepared:
        """Give a request with other members in place of its own, as that of the next page."""
        return prepared._replace(message=self._written(operation, wire), wire=wire)

    def _written(self, operation: Operation, wire: Mapping[str, Any]) -> Message:
        message = self.codec.request(operation, wire)
        if operation.compressed:
            message = compressed(message)
        return summed(message) if message.checksum else message

    def _core_at(self, place: Place) -> Core | None:
        """Give the core for a call that says itself where it goes; None where that is where all go."""
        if place == self.settings.place:
            return None
        core = self._cores.get(place)
        if core is None:
            signer = _signer(self.settings.service, place)
            core = self.core._replace(endpoint=place.endpoint, signer=signer, headers=place.headers)
            self._cores[place] = core
            if len(self._cores) > _MOST_PLACES:
                self._cores.clear()
        return core

    def _wire(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> dict[str, Any]:
        """Check a request and write it in JSON form."""
        if operation.sends_events:
            raise ConfigurationError(f"{operation.name} {_SENDS_EVENTS}")
        if operation.input is None:
            _refuse_arguments(operation, request, members)
            return {}
        shape: type[Shape] = getattr(self._models, operation.input)
        checks = self.settings.checks
        if request is None:
            written = None if checks or shape.__checks__ else write_arguments(shape, members)
            if written is not None:  # which takes lists and dicts alone: there was nothing to settle
                return written
            return shape.build({name: _settled(value) for name, value in members.items()}, checks).to_wire()
        if members or not isinstance(request, shape):
            wanted = f"expected one models.{shape.__name__}, found a value of type {type(request).__name__}"
            reason = "one request, or arguments by name" if members else f"{wanted}: pass members by name"
            raise ValidationError([Violation(str(operation.input), str(operation.input), "type", reason)])
        request.check(checks=checks)
        return request.to_wire()

    # ---------------------------------------------------------------------------------------------------------- answer

    def read_error(self, response: HttpResponse) -> ServiceError:
        errors = import_module(f"{self.settings.package}.errors")
        found: ServiceError = errors.from_wire(response.body, http_status=response.status, headers=response.headers)
        code = response.headers.get("x-amzn-query-error", "").partition(";")[0]
        if code and self.settings.service.query_compatible:
            found.code = code
        return found

    def answer(self, operation: Operation, prepared: Prepared, reply: Reply) -> Any:
        """Read an answer. Raises ResponseError when it is not what the operation answers.

        It is raised outside the handler: what lies beneath holds the answer, which may quote what signed the request.
        """
        try:
            answer = self._read(operation, reply.response)
            if answer is not None:
                answer.__dict__["response_metadata"] = _metadata(operation, prepared, reply)
            return answer
        except ResponseError as error:
            failure = unreadable(reply.response, error.message, error.path)
        raise failure

    def _read(self, operation: Operation, response: HttpResponse) -> Any:
        if operation.output is None:
            self._expect_nothing(response)
            return None
        shape: type[Shape] = getattr(self._models, operation.output)
        found = self._found(operation, response)
        if found == b"" and shape.model_fields:
            raise ResponseError("the answer is empty")
        return shape.from_wire(found or b"{}")

    def _found(self, operation: Operation, response: HttpResponse) -> Any:
        """Read an answer in JSON form, or leave JSON to the model."""
        if operation.events is None:
            return self.codec.answer(operation, response)
        streams = import_module(".streams", __package__)  # part of the packages whose service has such operations
        errors = import_module(f"{self.settings.package}.errors")
        failed = partial(errors.from_wire, http_status=response.status, headers=response.headers)
        return streams.read_streamed(operation, response, self.codec, self._table, failed)

    @cached_property
    def _table(self) -> Any:
        """What the package's `bindings.py` says; None for AWS JSON."""
        if self.settings.service.protocol in AWS_JSON:
            return None
        return import_module(f"{self.settings.package}.bindings").TABLE

    def _expect_nothing(self, response: HttpResponse) -> None:
        """An operation without output is answered by nothing; a captive portal's page is something."""
        if self.settings.service.protocol in AWS_JSON:
            _expect_object(response.body)
        else:
            refuse_page(response)

    def task_call(self, response: object) -> tuple[Task, Operation, Prepared]:
        """Give the call that an answer came from, to be made again as it was."""
        metadata = getattr(response, "response_metadata", None)
        if not isinstance(metadata, ResponseMetadata):
            raise ConfigurationError("this answer came from no client: start the task again with the same token")
        operation = self._operation(metadata.operation)
        if operation is None or operation.task is None:
            raise ConfigurationError(f"{metadata.operation} starts no task")
        return operation.task, operation, self._prepared(operation, metadata.request, metadata.client_token)

    def paged(self, operation: Operation) -> Pages:
        if operation.pages is None:
            raise ConfigurationError(f"{operation.name} has no pages")
        return operation.pages

    def _operation(self, name: str) -> Operation | None:
        operations = vars(import_module(f"{self.settings.package}.operations")).values()
        return next((one for one in operations if isinstance(one, Operation) and one.name == name), None)


def _signer(service: Service, place: Place) -> Signer:
    return Signer(place.signing_name, place.signing_region, service.s3 or place.escaped_once)


def _metadata(operation: Operation, prepared: Prepared, reply: Reply) -> ResponseMetadata:
    response = reply.response
    return ResponseMetadata(
        request_id=request_id_of(response.headers),
        http_status=response.status,
        attempts=reply.attempts,
        client_token=prepared.token,
        headers=response.headers,
        operation=operation.name,
        body=prepared.message.body,
        request=prepared.wire,
    )


def _expect_object(body: bytes) -> None:
    """An operation without output is answered by nothing or by an object; a captive portal's page is neither."""
    if not body:
        return
    if not isinstance(load_json(body), dict):
        raise ResponseError("expected an object or nothing")


def _settled(value: Any) -> Any:
    """Take any sequence for a list, any mapping for a dict, and what a file holds for bytes.

    Models, which are strict, take no others.
    """
    if type(value) in _SCALARS:  # so is nearly everything, and nothing else is told as quickly
        return value
    if isinstance(value, (list, tuple)):
        return [_settled(item) for item in cast("list[object]", value)]
    if isinstance(value, (dict, Mapping)):  # a dict is found out about sooner than any other mapping
        return {key: _settled(item) for key, item in cast("Mapping[object, object]", value).items()}
    read = getattr(value, "read", None)
    return read() if callable(read) else value


def _host_prefix(operation: Operation, wire: Mapping[str, Any]) -> str:
    """Fill in the labels of a host prefix. Raises ValidationError for a value that can be no part of a host name."""
    prefix = re.sub(r"\{(\w+)\}", lambda found: str(wire.get(found[1]) or ""), str(operation.host_prefix))
    if not re.fullmatch(_HOST_PREFIX, prefix):
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
