"""Interpreters with clients that this project does not depend on, in a virtual environment that is made when needed.

aiobotocore wants a botocore of its own choice, hence not the environment that boto3 is in.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = Path(__file__).with_name("peers.txt")
FOLDER = Path(__file__).parent.parent / ".cache" / "bench-venv"


@cache
def peers_python() -> str | None:
    """Give an interpreter that has what `peers.txt` names; None, and say why, where it cannot be made."""
    python = FOLDER / "bin" / "python"
    if (FOLDER / "complete").exists() and python.exists():
        return str(python)
    print(f"Installing what {NAMES.name} names into {FOLDER}", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        for command in ([sys.executable, "-m", "venv", str(FOLDER)], [*pip, "--compile", "-r", str(NAMES)]):
            subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.strip().splitlines()[-1:] if isinstance(error, subprocess.CalledProcessError) else []
        print(f"Rows of aiobotocore are left out: {' '.join([str(error), *said])}")
        return None
    (FOLDER / "complete").touch()
    return str(python)
