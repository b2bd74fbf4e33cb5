"""What Linux tells of a process that still runs: its CPU time, and the most memory that it had."""

from __future__ import annotations

import os
import re
from pathlib import Path


def cpu_of(pid: int) -> float:
    """Give the CPU seconds that a process has had, with those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def peak_of(pid: int) -> float:
    """Give the largest resident set in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) / 1024
