"""The command `sandbox` in a process of its own, with a stub as its engine; workers import this file as well."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from codegen.cli.main import run
from codegen.diagnostics import Diagnostic, Diagnostics
from codegen.sandbox.behaviour import engine
from codegen.sandbox.calling import Call
from codegen.sandbox.clock import Clock
from codegen.spec import ir
from codegen.spec.ir import Json


class Stub:
    async def perform(self, call: Call) -> Mapping[str, Json]:
        return {"Id": "eng-0123456789abcd"}


def open_engine(database: str, clock: Clock, *, model: ir.Model, events: str | None, fast: bool) -> Stub:
    if not database.startswith("sqlite:"):
        raise Diagnostics([Diagnostic("database", "no such database")])
    return Stub()


setattr(engine, "open_engine", open_engine)  # noqa: B010 -- its answer is no real engine, as type checkers see

if __name__ == "__main__":
    sys.exit(run(["sandbox", *sys.argv[1:]]))
