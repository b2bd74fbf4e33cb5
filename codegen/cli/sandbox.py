"""`sandbox`: a local service, from a spec, on a port of this machine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from codegen.collecting import uncollected
from codegen.diagnostics import Diagnostic, Diagnostics, Note, quoted
from codegen.load import Found, find
from codegen.load.loaded import Loaded, load, load_sound
from codegen.project import read_project
from codegen.sandbox.accounts import TEST_KEYS, read_accounts
from codegen.sandbox.clock import parse_clock
from codegen.sandbox.wire import CONTENT_TYPES
from codegen.spec import ir
from codegen.spec.ir import SpecText

if TYPE_CHECKING:
    from codegen.sandbox.accounts import Accounts
    from codegen.sandbox.app import App, Engine, Sandbox
    from codegen.sandbox.clock import Clock
    from codegen.sandbox.mock.coverage import Coverage

    Mounted = Mapping[str, App]

DEFAULT_SPEC = "partnercentral-selling@2024-12-05"
_NEEDED = ("uvicorn", "httptools")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to serve: plain values, for every worker opens its own."""

    spec: str
    database: str
    credentials: Path | None
    clock: str
    events: str | None
    statuses: Literal["pages", "smithy"]
    fast: bool
    any_host: bool = False

    @uncollected()
    def __call__(self, model: ir.Model | None = None) -> Sandbox:
        """Open the sandbox in the process that serves it, which may have read the spec before."""
        from codegen.sandbox.app import Sandbox, Settings
        from codegen.sandbox.hosts import LOOPBACK_NAMES

        logging.basicConfig(format="%(message)s", level=logging.WARNING)
        model, clock, accounts = model or self.model(), parse_clock(self.clock), self.accounts()
        regions = frozenset(region.raw for region in model.service.endpoint.regions)
        settings = Settings(
            hosts=None if self.any_host else LOOPBACK_NAMES,
            regions=regions or None,
            statuses=self.statuses,
        )
        engine, examples, mount = self.engine(model, clock, accounts)
        return Sandbox(
            model=model,
            engine=engine,
            accounts=accounts,
            clock=clock,
            settings=settings,
            mount=mount,
            examples=examples,
        )

    def engine(self, model: ir.Model, clock: Clock, accounts: Accounts) -> tuple[Engine, frozenset[str], Mounted]:
        """Open what answers: the behaviour, examples, or both; name what is made up; give what is mounted."""
        found = covered(model)
        if found is None:
            behaviour, mount = self.behaviour(model, clock, accounts)
            return behaviour, frozenset(), mount
        from codegen.sandbox.mock.engine import mock

        examples = frozenset(found.examples)
        if not found.behaving:
            if self.events:
                message = (
                    f"{quoted(self.spec)} answers with examples alone, so nothing happens that --events could tell"
                )
                raise Diagnostics([Diagnostic("events", message)])
            return mock(model, found, None), examples, {}
        behaviour, mount = self.behaviour(model, clock, accounts)
        return mock(model, found, behaviour), examples, mount

    def behaviour(self, model: ir.Model, clock: Clock, accounts: Accounts) -> tuple[Engine, Mounted]:
        """Open the behaviour on its database, with the routes by which it is seen and set."""
        from codegen.sandbox.admin.mounting import mounted
        from codegen.sandbox.behaviour.engine import open_engine

        engine = open_engine(self.database, clock, model=model, events=self.events, fast=self.fast)
        return engine, mounted(engine, accounts)

    def model(self, read: Callable[[Found], Loaded] = load) -> ir.Model:
        """Read the one service that is meant; one process checks it, and those that serve need not once more."""
        found = find((self.spec,), read_project(Path.cwd()))
        first, *more = found
        if more:
            raise Diagnostics([Diagnostic("sandbox", f"one service is served; name one of the {len(found)} that fit")])
        model = read(first).model
        if model.service.protocol not in CONTENT_TYPES:
            message = f"the sandbox speaks {' and '.join(CONTENT_TYPES)}, not {model.service.protocol}"
            raise Diagnostics([Diagnostic("sandbox", message)])
        return model

    def accounts(self) -> Accounts:
        return read_accounts(self.credentials) if self.credentials else TEST_KEYS


def covered(model: ir.Model) -> Coverage | None:
    """Tell which operations behave, where not all of them do."""
    from codegen.sandbox.behaviour.operations import OPERATIONS

    written = model.service.target_prefix == SpecText("AWSPartnerCentralSelling")
    if written and {name.raw for name in model.operations} <= OPERATIONS.keys():
        return None
    from codegen.sandbox.mock.coverage import coverage

    curated = load(find((DEFAULT_SPEC,), read_project(Path.cwd()))[0]).model if written else None
    return coverage(model, curated)


def _clock(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Refuse here what no worker could read."""
    try:
        parse_clock(value)
    except ValueError as fault:
        raise click.BadParameter(str(fault), context, parameter) from None
    return value


@click.command()
@click.argument("spec", metavar="[SPEC]", required=False)
@click.option("--release", metavar="R", help="Release of the service, such as 2024-12-05.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address; not loopback: needs --credentials.")
@click.option("--port", type=click.IntRange(0, 65535), default=8999, show_default=True, help="0: any that is free.")
@click.option("--database", metavar="URL", default="sqlite:///speccast-sandbox.db", show_default=True)
@click.option("--credentials", type=click.Path(path_type=Path), metavar="FILE", help="Keys and their accounts.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="Processes.")
@click.option("--clock", default="real", callback=_clock, metavar="TIME", help="real, fixed:TIME or +DURATION.")
@click.option("--events", metavar="FILE|URL", help="Where events go, besides what can be read back.")
@click.option("--statuses", type=click.Choice(["pages", "smithy"]), default="pages", show_default=True)
@click.option("--fast", is_flag=True, help="Answer before the disk has it: a power cut may lose the last calls.")
def sandbox(
    spec: str | None,
    release: str | None,
    host: str,
    port: int,
    database: str,
    credentials: Path | None,
    workers: int,
    clock: str,
    events: str | None,
    statuses: Literal["pages", "smithy"],
    fast: bool,
) -> int:
    """Serve a local sandbox of the service, for boto3, the AWS CLI and any other client."""
    plan = Plan(
        spec=_spec(spec, release),
        database=database,
        credentials=credentials,
        clock=clock,
        events=events,
        statuses=statuses,
        fast=fast,
    )
    _check_installed()
    return _serve(plan, host, port, workers)


def _spec(spec: str | None, release: str | None) -> str:
    """Join what was named, or what the project pins, with a release."""
    pinned = read_project(Path.cwd()).specs
    named = spec or (pinned[0] if len(pinned) == 1 else DEFAULT_SPEC)
    if release is None:
        return named
    return f"{named}/{release}" if Path(named).is_dir() else f"{named.partition('@')[0]}@{release}"


def _check_installed() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        note = Note("`pip install 'speccast[sandbox]'` installs what the sandbox needs")
        raise Diagnostics([Diagnostic("sandbox", f"{' and '.join(missing)} not installed", notes=(note,))])


def _serve(plan: Plan, host: str, port: int, workers: int) -> int:
    """Check all that can be checked before there is a process to serve, then serve until a signal comes."""
    with uncollected():
        from codegen.sandbox.serving import bind, is_only_here, serve, serve_workers, url_of

        model = plan.model(load_sound)
        plan.accounts()
        told = _told(model)
    with ExitStack() as stack:
        sockets = bind(host, port)
        for one in sockets:
            stack.callback(one.close)
        if not is_only_here(sockets):
            plan = _reachable(plan)

        def ready() -> None:
            click.echo("\n".join([f"speccast sandbox ready at {url_of(sockets)}", *told]))

        if workers == 1:
            serve(partial(plan, model), sockets, ready)
        else:
            serve_workers(plan, sockets, ready, workers)
    return 0


def _told(model: ir.Model) -> tuple[str, ...]:
    """Write which operations behave, where not all of them do."""
    found = covered(model)
    if found is None:
        return ()
    from codegen.sandbox.mock.coverage import lines

    return tuple(lines(found))


def _reachable(plan: Plan) -> Plan:
    """Let callers of other machines in, by whatever name they know this one; each of their calls is signed."""
    if plan.credentials is None:
        message = "the built-in keys are for this machine alone; another --host needs --credentials FILE"
        raise Diagnostics([Diagnostic("host", message)])
    return replace(plan, any_host=True)
