"""`python -m codegen` is `speccast`."""

import sys

from codegen.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
