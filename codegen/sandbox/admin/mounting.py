"""Engine and accounts -> what `Sandbox.mount` takes."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.sandbox.accounts import Accounts
from codegen.sandbox.admin.console import Console
from codegen.sandbox.admin.routes import Admin
from codegen.sandbox.app import App
from codegen.sandbox.behaviour.engine import Engine


def mounted(engine: Engine, accounts: Accounts) -> Mapping[str, App]:
    """Give the admin routes and the console by their prefixes."""
    owners = tuple(sorted({key.account for key in accounts.values()}))
    return {"/_admin": Admin(engine, owners), "/_console": Console(owners)}
