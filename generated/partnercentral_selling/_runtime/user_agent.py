"""The User-Agent header, in the form AWS's SDKs use: `prefix/name#value`, parted by spaces."""

from __future__ import annotations

import os
import re
import sys

from .config import Service

_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9!$%&'*+.^_`|~,-]")
RUNTIME = "1"
"""Changes when the runtime sends something else than before."""


def user_agent(service: Service) -> str:
    """Say what calls: this runtime, the service's release, the system, Python, and AWS_SDK_UA_APP_ID if it is set."""
    system, release, machine = _system()
    version = ".".join(map(str, sys.version_info[:3]))
    parts = [
        f"speccast/{RUNTIME}",
        "ua/2.1",
        f"api/{_word(service.name)}#{_word(service.release)}",
        f"os/{system}#{release}",
        f"md/arch#{machine}",
        f"lang/python#{version}",
        f"md/pyimpl#{_word(sys.implementation.name)}",
        "cfg/retry-mode#standard",
    ]
    application = os.environ.get("AWS_SDK_UA_APP_ID", "")
    return " ".join([*parts, *([f"app/{_word(application)[:50]}"] if application else [])])


def _system() -> tuple[str, str, str]:
    """Name the system, its release and its machine; asked of the kernel where that is possible, which is cheap."""
    known = {"linux": "linux", "darwin": "macos", "win32": "windows"}
    name = known.get(sys.platform, "other")
    if sys.platform == "win32":
        release = ".".join(map(str, sys.getwindowsversion()[:2]))
        return name, release, _word(os.environ.get("PROCESSOR_ARCHITECTURE", "unknown").lower())
    found = os.uname()
    return name, _word(".".join(found.release.split(".")[:2])), _word(found.machine)


def _word(text: str) -> str:
    return _NOT_ALLOWED.sub("-", text)
