"""What is generated in several areas: specs as commands name them, their models, and packages made of them.

In: a spec, and names of operations with commas. Out: its model; or a folder that has its package, made once per run.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from bench.measure import run
from codegen.emit.selection import select
from codegen.load import find
from codegen.load.loaded import load
from codegen.project import read_project
from codegen.spec import ir

PINNED, SERVICE, LARGE = "partnercentral-selling@2024-12-05", "botocore:partnercentral-selling", "botocore:ec2"
FOUR = (
    "CreateEngagement,CreateEngagementInvitation,"
    "StartEngagementByAcceptingInvitationTask,StartEngagementFromOpportunityTask"
)


def model_of(spec: str, operations: str = "") -> ir.Model:
    model: ir.Model = load(find([spec], read_project(Path.cwd()))[0]).model
    return select(model, tuple(operations.split(","))) if operations else model


@cache
def packages_of(spec: str, operations: str = "") -> Path:
    """Generate a package into a folder that goes when the run is over; importing it once compiles it."""
    folder = Path(tempfile.mkdtemp(prefix="speccast-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    chosen = ("--operations", operations) if operations else ()
    run([sys.executable, "-m", "codegen", "generate", spec, "--out", str(folder), *chosen])
    run([sys.executable, "-m", "compileall", "-q", str(folder)])
    return folder
