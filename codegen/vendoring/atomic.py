"""One file replaced as a whole: a kill at any moment leaves the old one or the new one.

In: a path, and what it is to hold. What a killed run leaves beside it has a name that `clean_temporary` knows.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from codegen.files.manifest import open_itself
from codegen.files.places import refuse, writing
from codegen.files.swap import patiently, sync_folder


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside the one it replaces, make it durable, and rename it; a link is replaced by nothing."""
    refuse_link(path)
    with writing(path):
        _replace_file(path, content)


def _replace_file(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.speccast-{os.urandom(8).hex()}")
    try:
        with open(open_itself(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        patiently(lambda: temporary.replace(path))
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def refuse_link(path: Path) -> None:
    if path.is_symlink():
        refuse("symlink", "a symbolic link stands where a file of speccast belongs; remove it", path)


def clean_temporary(path: Path) -> None:
    """Remove what a killed run left beside a file. Hold the lock."""
    ours = re.compile(re.escape(f".{path.name}.speccast-") + "[0-9a-f]{16}")
    with suppress(FileNotFoundError, NotADirectoryError):
        for name in os.listdir(path.parent):
            if ours.fullmatch(name):
                (path.parent / name).unlink(missing_ok=True)
