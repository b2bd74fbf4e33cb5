"""A service -> its clients: what they are made of, besides the methods that `operations` and `waiters` view."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.emit.views.bindings import BindingsView, view_bindings
from codegen.emit.views.endpoints import EndpointsView, view_endpoints
from codegen.emit.views.operations import OperationView, view_operation
from codegen.emit.views.protocols import has_client
from codegen.emit.views.symbols import Symbols
from codegen.emit.views.waiters import WaiterView, view_waiter
from codegen.spec import ir
from codegen.spec.ir import SpecText

CODECS = {
    ir.Protocol.REST_JSON_1: "rest_json",
    ir.Protocol.REST_XML: "rest_xml",
    ir.Protocol.AWS_QUERY: "aws_query",
    ir.Protocol.EC2_QUERY: "aws_query",
    ir.Protocol.RPC_V2_CBOR: "rpc_v2_cbor",
}
"""The module of the runtime that has each protocol's codec; AWS JSON's is part of every client."""


@dataclass(frozen=True, slots=True)
class ClientView:
    """What a client is made of.

    `codec` is the module of its protocol's codec, and `bindings` what that reads; None for AWS JSON.
    """

    protocol: str
    codec: str | None
    bindings: BindingsView | None
    service_id: SpecText
    signing_name: SpecText
    endpoint: SpecText | None
    fips_endpoint: SpecText | None
    query_compatible: bool
    s3: bool
    operations: tuple[OperationView, ...]
    waiters: tuple[WaiterView, ...]
    endpoints: EndpointsView | None
    doc: SpecText

    @property
    def hint_imports(self) -> tuple[str, ...]:
        """What only the annotations of the synchronous client name, beside the models."""
        return self._hint_imports("Iterator")

    @property
    def async_hint_imports(self) -> tuple[str, ...]:
        """The same for the asynchronous client."""
        return self._hint_imports("AsyncIterator")

    def _hint_imports(self, iterator: str) -> tuple[str, ...]:
        hints = " ".join(argument.hint for operation in self.operations for argument in operation.arguments)
        shapes = [iterator] * self.has_pages + [name for name in ("Mapping", "Sequence") if name in hints]
        wanted = {
            "datetime": "from datetime import datetime",
            "Decimal": "from decimal import Decimal",
            "BinaryIO": "from typing import BinaryIO",
        }
        first = (f"from collections.abc import {', '.join(shapes)}",) if shapes else ()
        return (*first, *(line for name, line in wanted.items() if name in hints))

    @property
    def has_pages(self) -> bool:
        return any(operation.pages for operation in self.operations)

    @property
    def has_arguments(self) -> bool:
        return any(operation.arguments for operation in self.operations)

    @property
    def needs_jmespath(self) -> bool:
        """Say whether an expression is more than names parted by dots, which the runtime follows by itself."""
        pages = [one.pages for one in self.operations if one.pages]
        found = [*(text for one in pages for text in (*one.output_tokens, one.more_results) if text)]
        found += [one.argument for waiter in self.waiters for one in waiter.acceptors if one.argument]
        found += self.endpoints.paths if self.endpoints else ()
        return not all(part.isidentifier() for text in found for part in text.raw.split("."))

    @property
    def record_names(self) -> str:
        """What `operations.py` needs of the runtime's records."""
        tasks = any(operation.task for operation in self.operations)
        used = {"Operation": True, "Pages": self.has_pages, "Task": tasks, "Acceptor": False, "Waiter": False}
        used |= dict.fromkeys(("Acceptor", "Waiter"), bool(self.waiters))
        return ", ".join(sorted(name for name, wanted in used.items() if wanted))


def view_client(model: ir.Model, symbols: Symbols) -> ClientView | None:
    """View the client of a service; None where none can be made."""
    if not has_client(model):
        return None
    service = model.service
    views = {name: view_operation(one, model, symbols) for name, one in model.operations.items()}
    return ClientView(
        protocol=service.protocol.value,
        codec=CODECS.get(service.protocol),
        bindings=view_bindings(model, views),
        service_id=service.service_id,
        signing_name=service.signing.name,
        endpoint=service.endpoint.template,
        fips_endpoint=service.endpoint.fips,
        query_compatible=service.query_compatible,
        s3=service.traits.get(SpecText("signatureVersion")) in ("s3", "s3v4"),
        operations=tuple(views.values()),
        waiters=tuple(
            view_waiter(one, views[one.operation], model, symbols)
            for one in model.waiters.values()
            if one.operation in views
        ),
        endpoints=view_endpoints(model, views),
        doc=SpecText(f"{service.title.raw}, release {service.release.raw}."),
    )
