"""`conformance`: the suite of a package, run over HTTP against whatever server is to be one of the service.

In: one SPEC and a URL. The project's own package is used where it is fresh; else one is made in a temporary folder.
pytest runs in a process of its own, so that it sees nothing of this one. A server on another machine may keep, and
bill, what it is asked to make: so that is listed first, and `--yes` says that it was read.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from codegen.cli.printing import names_option
from codegen.diagnostics import Diagnostic, Diagnostics, printable
from codegen.freshness import fresh_package
from codegen.orders import Order, orders
from codegen.project import read_project

CATALOG = "Catalog"
"""The member by which a service of partners keeps what is tried apart from what is meant."""
APART = "Sandbox"


def _rate(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """`5` and `5/s` are five requests a second."""
    if value is None:
        return None
    try:
        rate = float(value.removesuffix("/s"))
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1e6:
        raise click.BadParameter("write a number of requests a second, such as 5/s", context, parameter)
    return rate


def _url(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Refuse what names no host; the package looks at the rest."""
    try:
        parts = urlsplit(value)
        named = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        named = None
    if not named:
        raise click.BadParameter("write a URL such as http://127.0.0.1:8999", context, parameter)
    return value


@dataclass(frozen=True, slots=True)
class Planned:
    """Calls of one operation: all, and those that a server is to accept."""

    operation: str
    calls: int
    accepted: int
    has_catalog: bool


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("spec", metavar="[SPEC]", required=False)
@click.argument("options", metavar="[PYTEST OPTIONS]", nargs=-1, type=click.UNPROCESSED)
@click.option("--endpoint-url", "url", metavar="URL", required=True, callback=_url, help="The server that is tested.")
@click.option("--region", metavar="R", help="Region that requests are signed for.")
@names_option("--operations", help="Only these operations.")
@click.option("--rate", metavar="N/s", callback=_rate, help="Requests a second, at most.")
@click.option("--yes", is_flag=True, help="Send to another machine what was listed.")
def conformance(
    spec: str | None,
    options: tuple[str, ...],
    url: str,
    region: str | None,
    operations: tuple[str, ...] | None,
    rate: float | None,
    yes: bool,
) -> int:
    """Run the conformance suite against a server.

    Options that are none of these are pytest's. Keys are those of the environment; where it has none,
    a server on this machine gets those that every sandbox takes. On another machine everything happens
    in the catalog Sandbox.
    """
    named = {"--endpoint-url": url, "--region": region, "--rate": None if rate is None else str(rate)}
    given = [text for name, value in named.items() if value is not None for text in (name, value)]
    specs = [one for one in (spec,) if one and not one.startswith("-")]
    options = options if specs or spec is None else (spec, *options)
    with _package(_order(specs, operations)) as package:
        planned = _planned(package)
        if not _is_here(url):
            _announce(url, planned)
            _check_meant(yes)
            given += ["--member", f"{CATALOG}={APART}"] if any(one.has_catalog for one in planned) else []
        return _run(package, [*given, *options])


# ------------------------------------------------------------------------------------------------------------- package


def _order(specs: Sequence[str], operations: tuple[str, ...] | None) -> Order:
    first, *more = orders(specs, read_project(Path.cwd()), operations=operations)
    if more:
        message = f"one service is tested at a time; name one of the {len(more) + 1} that fit"
        raise Diagnostics([Diagnostic("conformance", message)])
    return first


@contextmanager
def _package(order: Order) -> Generator[Path, None, None]:
    """Give the folder of a package that is as the spec says: the project's own, or one for this run alone."""
    fresh = fresh_package(order)
    if fresh:
        yield fresh.folder
        return
    from codegen.upkeep import write_all

    with tempfile.TemporaryDirectory(prefix="speccast-") as folder:
        (written,) = write_all([replace(order, out=Path(folder).resolve())])
        yield written.rendered.folder


def _planned(package: Path) -> list[Planned]:
    """Count what the suite sends, for each operation."""
    document: Mapping[str, Any] = json.loads((package / "conformance" / "cases.json").read_text(encoding="utf-8"))
    if not document.get("operations"):
        message = f"the suite of {package.name} calls no server: it does so for services that speak AWS JSON"
        raise Diagnostics([Diagnostic("conformance", message)])
    return [_counted(name, operation, document) for name, operation in document["operations"].items()]


def _counted(name: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> Planned:
    shape = operation.get("input")
    cases = [case for case in document["groups"].get("requests", ()) if case["shape"] == shape]
    sizes = [(len(case.get("values", "1")), "violation" not in case.get("server", case)) for case in cases]
    accepted = sum(size for size, accept in sizes if accept)
    return Planned(
        name, sum(size for size, _ in sizes), accepted, CATALOG in document["python"]["members"].get(shape, ())
    )


# ------------------------------------------------------------------------------------------------------ other machines


def _is_here(url: str) -> bool:
    """Say whether a server is on this machine, by its name alone: nothing is looked up."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _announce(url: str, planned: Sequence[Planned]) -> None:
    where = f" in the catalog {APART}" if any(one.has_catalog for one in planned) else ""
    click.echo(f"{url} is not on this machine. It will be asked{where} for, at most:", err=True)
    names = [printable(one.operation) for one in planned]
    width = max(map(len, names))
    for name, one in zip(names, planned, strict=True):
        calls = f"{one.calls} call{'' if one.calls == 1 else 's'}"
        click.echo(f"  {name:<{width}}  {calls:>10}, {one.accepted} of which it may carry out", err=True)


def _check_meant(yes: bool) -> None:
    """Nothing goes to another machine by mistake, or with keys that everybody knows."""
    if not yes:
        raise Diagnostics([Diagnostic("conformance", "nothing was sent; add --yes to send it")])
    if not os.environ.get("AWS_ACCESS_KEY_ID"):
        message = "no keys in the environment: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        raise Diagnostics([Diagnostic("conformance", message)])


# ----------------------------------------------------------------------------------------------------------------- run


def _run(package: Path, arguments: Sequence[str]) -> int:
    """Run the suite as anybody would, but for the project's own settings and fixtures, which are for other tests.

    pytest's codes beside 0 and 1 say that it could not do what was asked.
    """
    alone = ["-c", os.devnull, "--rootdir", str(package.parent), "-p", "no:cacheprovider", "--noconftest"]
    command = [sys.executable, "-P", "-m", f"{package.name}.conformance", *alone, *arguments]
    path = os.pathsep.join(filter(None, [str(package.parent), os.environ.get("PYTHONPATH")]))
    sys.stdout.flush()
    sys.stderr.flush()
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False)
    return done.returncode if done.returncode in (0, 1) else 2
