"""Where the files live that come with the generator but are no code of it: `templates` and the curated `specs`.

In: a folder's name. Out: its path. A wheel carries both inside the import package; in a checkout they stand at the top,
where people look for them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
