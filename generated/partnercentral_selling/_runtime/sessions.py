"""Credentials and regions that boto3 and botocore find: of a session that was passed in, a profile, the whole chain.

Importing this loads no botocore: it is imported when a source that needs it is first asked.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from .credentials import NONE_FOUND, Credentials
from .errors import ConfigurationError
from .locks import ForkedLock

T = TypeVar("T")
_TELLING = re.compile(
    "(ConfigParse|InfiniteLoopConfig|InvalidConfig|PartialCredentials|SSOTokenLoad|UnauthorizedSSOToken)Error"
    "|LoginRefreshRequired|ProfileNotFound"
)
"""Failures of botocore whose text holds names only. Others may quote what a program or a service printed."""


class Loaded:
    """What `load` gives: an object with botocore's `get_frozen_credentials`, which renews what is about to expire.

    reload: gives, after a refusal, the same object renewed or another one; None where neither can be.
    nothing: what to say where there are none.
    """

    def __init__(self, load: Callable[[], Any], reload: Callable[[Any], Any], nothing: str) -> None:
        self.load = load
        self.reload = reload
        self.nothing = nothing
        self.found: Any = None
        self.lock = ForkedLock()
        self.blocking = True

    def current(self) -> Credentials:
        with self.lock:
            if self.found is None:
                self.found = _attempt(self.load)
            found = self.found
        if found is None:
            raise ConfigurationError(self.nothing)
        return Credentials(*_attempt(lambda: _keys(found)))

    def renewed(self, refused: Credentials | None = None) -> Credentials | None:
        """Give others. A failure to get any counts as none: the service's refusal says more."""
        try:
            with self.lock:
                last = refused or self.current()
                known = self.current()
                return known if known != last else self._others(last)
        except ConfigurationError:
            return None

    def _others(self, last: Credentials) -> Credentials | None:
        found = _attempt(lambda: self.reload(self.found))
        if found is None:
            return None
        fresh = Credentials(*_attempt(lambda: _keys(found)))
        self.found = found
        return fresh if fresh != last else None


def _keys(found: Any) -> tuple[str, str, str | None]:
    frozen = found.get_frozen_credentials()
    return frozen.access_key, frozen.secret_key, frozen.token or None


def _attempt(ask: Callable[[], T]) -> T:
    """Ask botocore. Raises ConfigurationError outside its handler: the frames of what failed may hold keys."""
    try:
        return ask()
    except _failures() as error:
        reason = _reason(error)
    raise ConfigurationError(reason)


def _failures() -> tuple[type[Exception], ...]:
    """Name what asking raises: botocore's own errors, and those of what it reads and runs."""
    loaded = sys.modules.get("botocore.exceptions")
    own: tuple[type[Exception], ...] = (loaded.BotoCoreError, loaded.ClientError) if loaded else ()
    return (*own, ImportError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)


def _reason(error: Exception) -> str:
    name = type(error).__name__
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "botocore":
        return f"{NONE_FOUND}; profiles and roles need botocore, which is not installed"
    text = f"{name}: {error}" if _TELLING.fullmatch(name) else name
    return f"no credentials: botocore failed with {text}"


def _open_session(profile: str | None) -> Any:
    return import_module("botocore.session").Session(profile=profile)


def _reload_session(session: Any, found: Any) -> Any:
    """Renew what a session gave: by itself, or from the place of botocore's chain that it came from and no other.

    Keys set on the session by hand are only looked up again: the chain may hold those of another account.
    """
    if hasattr(found, "_expiry_time"):
        return _expired(found)
    core = getattr(session, "_session", session)  # boto3 keeps botocore's session there and names it nowhere else
    if found.method == "explicit" or not hasattr(core, "get_component"):
        return session.get_credentials()
    return core.get_component("credential_provider").get_provider(found.method).load()


def _expired(found: Any) -> Any:
    """Have botocore's RefreshableCredentials refresh: they do so by their expiry alone, which nothing public moves."""
    from datetime import UTC, datetime  # here and now alone

    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    expiry, found._expiry_time = found._expiry_time, long_ago
    try:
        found.get_frozen_credentials()
    finally:
        if found._expiry_time is long_ago:
            found._expiry_time = expiry
    return found


def profile_source(profile: str | None) -> Loaded:
    """Give what a profile, or botocore's whole chain, finds."""

    # A session of its own each time: it reads files again, and assumes roles again.
    def load() -> Any:
        return _open_session(profile).get_credentials()

    return Loaded(load, lambda _: load(), NONE_FOUND if profile is None else "no credentials: the profile has none")


def session_source(session: Any) -> Loaded:
    """Give what a session of boto3 or botocore finds. Raises ConfigurationError for anything else."""
    from inspect import iscoroutinefunction  # boto3 has loaded it long ago

    load = getattr(session, "get_credentials", None)
    if not callable(load) or iscoroutinefunction(load):
        raise ConfigurationError("session: pass a Session of boto3 or botocore")
    return Loaded(load, lambda found: _reload_session(session, found), "no credentials: the session has none")


def session_region(session: object | None, profile: str | None) -> str | None:
    """Find the region of a session, else of a profile, else of the default profile when there is a file of them.

    Raises ConfigurationError when a session or profile was passed whose configuration cannot be read.
    """
    if session is not None:
        return _attempt(lambda: _region(session))
    if profile is None and not _has_config_file():
        return None
    try:
        return _attempt(lambda: _region(_open_session(profile)))
    except ConfigurationError:
        if profile is not None:
            raise
    return None


def _region(session: Any) -> str | None:
    if hasattr(session, "get_config_variable"):
        region: object = session.get_config_variable("region")
    else:
        region = getattr(session, "region_name", None)
    return region if isinstance(region, str) else None


def _has_config_file() -> bool:
    path = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    return os.path.isfile(os.path.expanduser(path))  # noqa: PTH111, PTH113 - pathlib costs more to import
