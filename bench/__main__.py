"""`python -m bench [AREA ...]`: measure areas, print them, keep them in `results.json`, write page and charts anew.

An area is a module with `tables(rounds)`, which gives tables and curves, `PEERS`, the environments it needs, and
`ROUNDS`. Exit code 1 where an area could not be measured or cost grows faster than it may; a goal that is missed is
told and no fault: whether it is met depends on the machine. `soak` takes `--minutes`, runs alone and keeps nothing.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from importlib import import_module

from bench.measure import machine
from bench.page import printed, write_pages
from bench.peers import is_made, versions
from bench.results import Curve, Record, Table, read_results, write_results

AREAS = ("generating", "watching", "startup", "validating", "calls", "sandbox", "diffing", "growing", "patterns")
LONG = ("services",)
"""Measured when named: minutes of it."""
SOAK = "soak"
MODULES = {"services": "json_services"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    known = (*AREAS, *LONG, SOAK)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"of {', '.join(known)}; else all but the last two")
    parser.add_argument("--rounds", type=int, help="instead of an area's own: fewer are faster and say less")
    parser.add_argument("--minutes", type=float, default=60, help="how long to soak (60)")
    given = parser.parse_args()
    unknown = [area for area in given.areas if area not in known]
    if unknown:
        parser.error(f"no area {', '.join(unknown)}; areas are {', '.join(known)}")
    if SOAK in given.areas:
        import_module("bench.soak").main(given.minutes)
    areas = [area for area in given.areas or AREAS if area != SOAK]
    return max([0, *(_kept(area, given.rounds) for area in areas)])


def _kept(area: str, rounds: int | None) -> int:
    """Measure an area, print it and put it among the results."""
    print(f"\n{area}", flush=True)
    try:
        record = measured(area, rounds)
    except SystemExit as reason:
        print(f"not measured: {reason}", file=sys.stderr, flush=True)
        return 1
    print("\n".join(printed(record)), flush=True)
    found = {**read_results(), area: record}
    records = {name: found[name] for name in (*AREAS, *LONG) if name in found}
    write_results(records)
    write_pages(read_results())
    return 1 if record.faults else 0


def measured(area: str, rounds: int | None) -> Record:
    module = import_module(f"bench.{MODULES.get(area, area)}")
    found = list(module.tables(rounds or module.ROUNDS))
    return Record(
        date=date.today().isoformat(),
        machine=machine(),
        versions={name: versions(name) for name in ("ours", *filter(is_made, module.PEERS))},
        tables=tuple(one for one in found if isinstance(one, Table)),
        curves=tuple(one for one in found if isinstance(one, Curve)),
    )


if __name__ == "__main__":
    sys.exit(main())
