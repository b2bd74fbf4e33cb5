"""`python -m bench [AREA ...]`: run the areas named, or all of them."""

from __future__ import annotations

import sys
from importlib import import_module

AREAS = ("generating", "startup", "calls", "patterns", "diffing", "sandbox")


def main() -> int:
    wanted = sys.argv[1:] or AREAS
    unknown = [area for area in wanted if area not in AREAS]
    if unknown:
        print(f"no area {', '.join(unknown)}; areas are {', '.join(AREAS)}", file=sys.stderr)
        return 2
    for area in wanted:
        import_module(f"bench.{area}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
