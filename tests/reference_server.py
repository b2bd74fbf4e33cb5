"""A small server of a generated package's service: right in what the suite asks of one, or wrong in one named way.

Requests are validated by the package's strict models, signatures by botocore; answers are made up from the spec. It
keeps no state.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any, NamedTuple, Self
from uuid import uuid4

from botocore.auth import SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]

from codegen.spec import ir
from codegen.spec.examples import Examples

KEYS = {"SANDBOXKEY1111222233": "sandbox-secret-111122223333", "AKIDOFTHETESTS000000": "secret-of-the-tests"}
CONTENT_TYPE = "application/x-amz-json-1.0"
MUTANTS = frozenset(
    {
        "accepts what is too long",
        "accepts what does not match",
        "ignores what is required",
        "ignores enums",
        "ignores unions",
        "refuses what is good",
        "fails on a wrong type",
        "fails on malformed JSON",
        "sends no request id",
        "sends another content type",
        "sends no __type",
        "sends no object",
        "names another code",
        "knows every operation",
        "checks no content type",
        "checks no signature",
        "needs no signature",
    }
)
"""Ways of being wrong."""


class Answer(NamedTuple):
    status: int
    body: Any


class Refused(Exception):
    """What the server answers instead of success."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        self.answer = Answer(status, {"__type": f"com.amazonaws.service#{code}", "Message": "No.", **more})
        super().__init__(code)


class ReferenceServer:
    """Serves a package on a free port of this machine, until its context ends."""

    def __init__(self, package: Any, model: ir.Model, mutant: str = "") -> None:
        assert mutant in MUTANTS | {""}
        self.package = package
        self.model = model
        self.mutant = mutant
        examples = Examples(model)
        self.outputs = {
            name.raw: examples.full(operation.output) if operation.output else None
            for name, operation in model.operations.items()
        }
        self.requests = 0
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.served = self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    # --------------------------------------------------------------------------------------------------------- answers

    def answer(self, headers: Mapping[str, str], path: str, body: bytes) -> Answer:
        """Answer a request, in the order of AWS's own front ends."""
        self.requests += 1
        try:
            self._check_content_type(headers)
            operation = self._operation(headers.get("x-amz-target", ""))
            self._check_signature(headers, path, body)
            self._check_input(operation, self._read(body))
        except Refused as refused:
            return refused.answer
        output = self.outputs.get(operation.name)
        return Answer(200, [] if self.mutant == "sends no object" else output)

    def _check_content_type(self, headers: Mapping[str, str]) -> None:
        if self.mutant != "checks no content type" and headers.get("content-type") != CONTENT_TYPE:
            raise Refused(404, "UnknownOperationException")

    def _operation(self, target: str) -> Any:
        known = vars(import_module(f"{self.package.__name__}.operations")).values()
        operations = [one for one in known if isinstance(getattr(one, "target", None), str)]
        found = next((one for one in operations if one.target == target), None)
        if found is None and self.mutant == "knows every operation":
            return operations[0]
        if found is None:
            raise Refused(404, "UnknownOperationException")
        return found

    def _check_signature(self, headers: Mapping[str, str], path: str, body: bytes) -> None:
        proof = headers.get("authorization")
        if proof is None:
            if self.mutant == "needs no signature":
                return
            raise Refused(403, "MissingAuthenticationTokenException")
        if self.mutant != "checks no signature" and _signature(headers, path, body, proof) != proof.rpartition("=")[2]:
            raise Refused(403, "InvalidSignatureException")

    def _read(self, body: bytes) -> Any:
        try:
            value = json.loads(body or b"{}")
        except ValueError:
            if self.mutant == "fails on malformed JSON":
                raise Refused(500, "InternalFailure") from None
            raise Refused(400, "SerializationException") from None
        if not isinstance(value, dict):
            raise Refused(400, "SerializationException")
        return value

    def _check_input(self, operation: Any, value: Any) -> None:
        if self.mutant == "refuses what is good":
            raise Refused(400, "ValidationException")
        errors = self.package.errors
        violations = []
        try:
            getattr(self.package.models, operation.input).build(value)
        except errors.ValidationError as refused:
            violations = [found for found in refused.violations if found.kind not in self._ignored()]
        if operation.token and value.get(operation.token) is None:
            violations.append(errors.Violation(operation.token, operation.token, "required", "is required"))
        if violations:
            raise self._refusal(violations)

    def _ignored(self) -> tuple[str, ...]:
        return {
            "accepts what is too long": ("length",),
            "accepts what does not match": ("pattern",),
            "ignores what is required": ("required",),
            "ignores enums": ("enum",),
            "ignores unions": ("union",),
        }.get(self.mutant, ())

    def _refusal(self, violations: list[Any]) -> Refused:
        if any(found.kind == "type" for found in violations):
            if self.mutant == "fails on a wrong type":
                return Refused(500, "InternalFailure")
            return Refused(400, "SerializationException")
        listed = [{"FieldName": found.path, "Message": found.message, "Code": found.kind} for found in violations]
        code = "ConflictException" if self.mutant == "names another code" else "ValidationException"
        return Refused(400, code, Reason="REQUEST_VALIDATION_FAILED", ErrorList=listed)


def _signature(headers: Mapping[str, str], path: str, body: bytes, proof: str) -> str:
    """Sign what the client says it signed, with botocore."""
    fields = dict(part.strip().split("=", 1) for part in proof.partition(" ")[2].split(","))
    key, _, region, service, _ = fields["Credential"].split("/")
    signed = {name: headers.get(name, "") for name in fields["SignedHeaders"].split(";") if name != "host"}
    request = AWSRequest("POST", f"http://{headers['host']}{path}", data=body, headers=signed)
    request.context["timestamp"] = headers.get("x-amz-date", "")
    auth = SigV4Auth(Credentials(key, KEYS.get(key, "")), service, region)
    return str(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    served: ReferenceServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def do_POST(self) -> None:
        served = self.server.served
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(served, served.answer(headers, self.path, body))

    def _send(self, served: ReferenceServer, answer: Answer) -> None:
        told = answer.body
        if served.mutant == "sends no __type" and isinstance(told, dict):
            told = {name: value for name, value in told.items() if name != "__type"}
        content = b"" if told is None else json.dumps(told).encode()
        self.send_response(answer.status)
        if served.mutant != "sends no request id":
            self.send_header("x-amzn-RequestId", str(uuid4()))
        another = served.mutant == "sends another content type"
        self.send_header("Content-Type", "application/json" if another else CONTENT_TYPE)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: stderr is the tests'."""
