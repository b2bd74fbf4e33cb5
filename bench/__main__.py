"""`python -m bench [AREA ...]`: run the areas named, or all of them; `soak` takes its `--minutes`, and runs alone."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

AREAS = ("generating", "startup", "calls", "patterns", "diffing", "sandbox")
SOAK = "soak"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"of {', '.join(AREAS)}; or soak")
    parser.add_argument("--minutes", type=float, default=60, help="how long to soak (60)")
    given = parser.parse_args()
    unknown = [area for area in given.areas if area not in (*AREAS, SOAK)]
    if unknown:
        parser.error(f"no area {', '.join(unknown)}; areas are {', '.join((*AREAS, SOAK))}")
    for area in given.areas or AREAS:
        module = import_module(f"bench.{area}")
        module.main(given.minutes) if area == SOAK else module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
