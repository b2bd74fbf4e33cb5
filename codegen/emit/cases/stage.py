"""What a script of calls is written with: one operation, where its requests go, what they carry, what is answered.

A script is one case: requests that an implementation is expected to send, what each is answered with or what happens
to it, and what the caller is given in the end. Time stands still but for what an exchange says it takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from codegen.emit.cases.case import Case, sources_of
from codegen.emit.cases.held import Held
from codegen.emit.cases.signing import Scope, sign_post
from codegen.emit.views.operations import is_signed, whole_operations
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json

ATTEMPTS = 3
"""Attempts in all that a client makes unless it is told otherwise."""
MOMENT = "20241205T102030Z"
CLOCK = "2024-12-05T10:20:30Z"
ACCESS_KEY_ID, SECRET_ACCESS_KEY = "AKIDCONFORMANCE00001", "conformance/secret+key/0123456789abcdefg"
KEYS: Mapping[str, Json] = {"accessKeyId": ACCESS_KEY_ID, "secretAccessKey": SECRET_ACCESS_KEY}
REQUEST_ID = "00000000-1111-2222-3333-444444444444"
CONTENT_TYPES = {
    ir.Protocol.AWS_JSON_1_0: "application/x-amz-json-1.0",
    ir.Protocol.AWS_JSON_1_1: "application/x-amz-json-1.1",
}
_POINTED = (ir.NumberType.FLOAT, ir.NumberType.DOUBLE)
_URL = re.compile(r"https?://[a-z0-9.-]+(/[A-Za-z0-9._-]+)*/?")
_LABELS = re.compile(r"(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)*(?!-)[A-Za-z0-9-]{0,63}")
_HEADER = re.compile(r"[\x21-\x7e]+")


def endpoint_of(service: ir.Service, region: str) -> str | None:
    """Fill in the service's own endpoint; None where it has none that a client takes."""
    template = service.endpoint.template
    url = template.raw.replace("{region}", region) if template else ""
    return url.rstrip("/") + "/" if _URL.fullmatch(url) and ".." not in url else None


def region_of(service: ir.Service) -> str:
    regions = [region.raw for region in service.endpoint.regions if re.fullmatch(r"[a-z0-9-]+", region.raw)]
    return next(iter(regions), "us-east-1")


def config_of(service: ir.Service) -> dict[str, Json]:
    """How the client of every case is configured, but for what the case itself says."""
    region = region_of(service)
    own = {} if endpoint_of(service, region) else {"endpoint": "https://service.example.com/"}
    return {"region": region, **own, "credentials": dict(KEYS), "clock": CLOCK, "attempts": ATTEMPTS}


def target_of(operation: ir.Operation, service: ir.Service) -> str:
    prefix = service.target_prefix.raw if service.target_prefix else ""
    return f"{prefix}.{(operation.wire_name or operation.name).raw}"


@dataclass(frozen=True, slots=True)
class Stage:
    """One operation, for which cases are written.

    token: its idempotency token, by its name on the wire. plain: the least input, without the token.
    least: of what is answered.
    """

    examples: Examples
    held: Held
    operation: ir.Operation
    token: str | None
    plain: Mapping[str, Json] | None
    least: Mapping[str, Json] | None

    @property
    def service(self) -> ir.Service:
        return self.examples.model.service

    @property
    def name(self) -> str:
        return self.operation.name.raw

    @property
    def target(self) -> str:
        return target_of(self.operation, self.service)

    @property
    def members(self) -> tuple[ir.Member, ...]:
        """The members of the input."""
        return ir.members_of(self.examples.model.shapes[self.operation.input]) if self.operation.input else ()

    @property
    def outputs(self) -> tuple[ir.Member, ...]:
        """The members of the output."""
        return ir.members_of(self.examples.model.shapes[self.operation.output]) if self.operation.output else ()

    @property
    def is_signed(self) -> bool:
        return is_signed(self.operation, self.service)

    @property
    def is_repeatable(self) -> bool:
        return self.token is not None or self.operation.idempotent or self.operation.readonly

    def full_input(self) -> dict[str, Json]:
        """Give everything that the operation can take, as it is written: a double has a point."""
        found = self.examples.full(self.operation.input) if self.operation.input else {}
        return {
            member.wire.raw: self._written(member, found[member.wire.raw])
            for member in self.members
            if member.wire.raw in found
        }

    def full_output(self) -> dict[str, Json]:
        """Give everything that the operation can answer."""
        return self.examples.full(self.operation.output) if self.operation.output is not None else {}

    def _written(self, member: ir.Member, value: Json) -> Json:
        target = self.examples.model.shapes[member.target]
        match target:
            case ir.Number():
                return float(value) if target.type in _POINTED and isinstance(value, int) else value
            case ir.ListOf() if isinstance(value, list):
                return [self._written(target.member, item) for item in value]
            case ir.MapOf() if isinstance(value, dict):
                return {key: self._written(target.value, item) for key, item in value.items()}
            case ir.Structure() | ir.UnionOf() if isinstance(value, dict):
                members = {one.wire.raw: one for one in target.members}
                return {name: self._written(members[name], item) for name, item in value.items()}
            case _:
                return value

    # --------------------------------------------------------------------------------------------------------- requests

    def url(self, given: Mapping[str, Json] | None, endpoint: str | None = None) -> str:
        """Where the request goes, labels of the host filled in."""
        region = region_of(self.service)
        url = endpoint or endpoint_of(self.service, region) or str(config_of(self.service)["endpoint"])
        scheme, _, rest = url.partition("://")
        return f"{scheme}://{self.prefix(given)}{rest}"

    def prefix(self, given: Mapping[str, Json] | None) -> str:
        found = self.operation.host_prefix
        return re.sub(r"\{(\w+)\}", lambda label: str((given or {}).get(label[1], "")), found.raw) if found else ""

    def signed(
        self,
        given: Mapping[str, Json] | None,
        *,
        moment: str = MOMENT,
        session: str | None = None,
        endpoint: str | None = None,
        attempt: int = 1,
    ) -> dict[str, Json]:
        """Say of a request everything that there is to say: `given` is its body, whole."""
        body, url = json.dumps(given or {}), self.url(given, endpoint)
        headers = {"content-type": CONTENT_TYPES[self.service.protocol], "x-amz-target": self.target}
        if self.service.query_compatible:
            headers["x-amzn-query-mode"] = "true"
        absent = [] if session else ["x-amz-security-token"]
        if self.is_signed:
            headers |= self._signature(headers, url, body, moment, session)
        else:
            absent += ["authorization", "x-amz-date"]
        headers |= {"accept-encoding": "identity", "amz-sdk-request": f"attempt={attempt}; max={ATTEMPTS}"}
        return {"method": "POST", "url": url, "headers": dict(headers), "absent": [*absent], "body": body}

    def _signature(
        self, headers: Mapping[str, str], url: str, body: str, moment: str, session: str | None
    ) -> dict[str, str]:
        added = {"x-amz-date": moment, **({"x-amz-security-token": session} if session else {})}
        parts = urlsplit(url)
        scope = Scope(moment, region_of(self.service), self.service.signing.name.raw)
        signed = {**headers, **added, "host": parts.netloc}
        proof = sign_post(parts.path, signed, body, scope, ACCESS_KEY_ID, SECRET_ACCESS_KEY)
        return {**added, "authorization": proof}

    # ---------------------------------------------------------------------------------------------------------- answers

    def answered(self, body: Json = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Json:
        """Answer with JSON, or with a text as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        sent: Json = {
            "x-amzn-RequestId": REQUEST_ID,
            "Content-Type": CONTENT_TYPES[self.service.protocol],
            **(headers or {}),
        }
        return {"answer": {"status": status, "headers": sent, "body": text}}

    def succeeded(self, output: Mapping[str, Json] | None = None) -> Json:
        """Answer with what the operation gives: the least unless something is said, nothing where it gives nothing."""
        if self.operation.output is None:
            return self.answered("")
        return self.answered(dict(self.least or {}) if output is None else dict(output))

    def failed(self, code: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Json:
        return self.answered({"__type": f"com.amazonaws#{code}", "message": "Told."}, status=status, headers=headers)

    def given(self, output: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """Say that the caller is given an answer; without output there is nothing to be given."""
        if self.operation.output is None:
            return {"answer": {"output": None}}
        found = dict(self.least or {}) if output is None else dict(output)
        return {"answer": {"output": found, "requestId": REQUEST_ID, "status": 200}}

    # ------------------------------------------------------------------------------------------------------------ cases

    def case(
        self,
        kind: str,
        exchanges: list[Json],
        outcome: Mapping[str, Json],
        *,
        aspect: str,
        given: Mapping[str, Json] | None = None,
        suffix: str = "",
        sources: tuple[str, ...] = (),
        more: Mapping[str, Json] | None = None,
    ) -> Case:
        """Write a case. given: the input, else the least without a token. aspect: what of the operation demands it.

        more: what else the case says: `does`, `config`, `style`, `secret`.
        """
        found = self.plain if given is None else given
        body: dict[str, Json] = {"operation": self.name, "does": "call", **(more or {})}
        body["input"] = dict(found or {})
        if self.operation.input is not None and (typed := self.held.within(self.operation.input, body["input"])):
            body["held"] = typed
        attempts: dict[str, Json] = {} if body["does"] != "call" else {"attempts": len(exchanges)}
        body |= {"exchanges": exchanges, "outcome": {**outcome, **attempts}}
        cited = sources or sources_of(self.operation.citations, self.service.citations)
        return Case(id=f"{self.name}:{kind}{suffix}", kind=kind, fact=f"{self.name}:{aspect}", sources=cited, body=body)


def exchange(then: Json, whole: Mapping[str, Json] | None = None, *, takes: int = 0, **expect: Json) -> Json:
    """One request, all that holds for it or some of it, and what comes of it after so many seconds."""
    return {"expect": {**(whole or {}), **expect}, "then": then, **({"takes": takes} if takes else {})}


def object_of(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def fault(name: str) -> Json:
    """What may happen instead of an answer: `refused`, `cut` or `timeout`."""
    return {"fault": name}


def stages(examples: Examples) -> list[Stage]:
    """Set up every operation that a client has, and an example is found for."""
    model = examples.model
    texts = [model.service.signing.name.raw, region_of(model.service)]
    if not all(_HEADER.fullmatch(text) and "/" not in text for text in texts):
        return []
    held = Held(model)
    found = (_stage(examples, held, operation) for _, operation in whole_operations(model))
    return [stage for stage in found if stage is not None]


def _stage(examples: Examples, held: Held, operation: ir.Operation) -> Stage | None:
    model = examples.model
    members = ir.members_of(model.shapes[operation.input]) if operation.input else ()
    token = next((member.wire.raw for member in members if member.idempotency_token), None)
    try:
        least = examples.least(operation.input) if operation.input else None
        output = examples.least(operation.output) if operation.output else None
    except NoExample:
        return None
    plain = None if least is None else {name: value for name, value in least.items() if name != token}
    stage = Stage(examples, held, operation, token, plain, output)
    sendable = _HEADER.fullmatch(stage.target) and _LABELS.fullmatch(stage.prefix(plain))
    return stage if sendable else None
