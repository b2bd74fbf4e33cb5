"""`python -m mutation [PART OF A PATH] [PART OF A KEY]`: try the changes of the modules that fit, and say what lives.

All changes of a module being tried, its part of `docs/mutation.md` is written anew; with `again` for a key only those
that are listed there are, which is enough where nothing but tests has grown. Ends with 1 when a module is below
the goal, or a change that nobody notices has no reason there.
"""

from __future__ import annotations

import os
import sys
import time

from mutation.modules import MODULES, Module
from mutation.page import PAGE, Known, faults, print_page, read_page, updated
from mutation.running import Outcome, run

AGAIN = "again"


def main(arguments: list[str]) -> int:
    """Run; a module in a process of its own, for what is imported for one is not to be found by the next."""
    part, only = (*arguments, "", "")[:2]
    modules = [module for module in MODULES if part in module.path]
    if len(modules) != 1:
        return max(os.waitstatus_to_exitcode(os.system(f"{sys.executable} -m mutation {one.path}")) for one in modules)
    _tell(modules[0], only)
    return 1 if faults({path: one for path, one in read_page(_text()).items() if path == modules[0].path}) else 0


def _tell(module: Module, only: str) -> None:
    start, listed = time.monotonic(), read_page(_text()).get(module.path, Known(0, {})).reasons
    fits = listed.__contains__ if only == AGAIN else lambda key: only in key
    outcome = run(module, fits, workers=int(os.environ.get("WORKERS", "2")))
    print(f"{module.path}: {_figures(outcome)} in {time.monotonic() - start:.0f} s", flush=True)
    for key in outcome.survivors:
        print(f"  {key}")
    if only in ("", AGAIN):
        known = read_page(_text())  # another module may have ended meanwhile
        count = known[module.path].changes if only else outcome.changes
        PAGE.write_text(print_page(updated(known, module.path, Outcome(count, outcome.survivors))), encoding="utf-8")


def _figures(outcome: Outcome) -> str:
    return f"{outcome.changes - len(outcome.survivors)} of {outcome.changes} noticed"


def _text() -> str:
    return PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
