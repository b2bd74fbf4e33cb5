"""`python -m PACKAGE.conformance [--endpoint-url URL [--region NAME] [--rate N]] [pytest options]`: run the suite.

Without a URL the suite runs in place, against this package; with one, against the server there. The exit code is
pytest's; 2 where the server cannot be reached.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

PACKAGE = str(__package__)


def main(arguments: list[str]) -> int:
    """Run pytest on this package; the options that name a server come with a client."""
    try:
        import pytest  # here alone, so that its absence is told in a sentence
    except ImportError:
        print("the conformance suite needs pytest: pip install pytest", file=sys.stderr)
        return 2
    plugin = f"{PACKAGE}.plugin"
    options = ["-p", plugin] if find_spec(plugin) else []
    return int(pytest.main([*options, "--pyargs", PACKAGE, *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
