"""The files of a spec as they were found: names and bytes, nothing parsed."""

from __future__ import annotations

from typing import Literal

from codegen.records import dataclass

Form = Literal["speccast", "botocore", "smithy"]

BOTOCORE_FILES = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1")
"""Files of a release of botocore that are read, without their endings; the first is the model."""
ENDINGS = (".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A file of a spec: `name` within its release, `path` as shown to the user."""

    name: str
    path: str
    content: bytes
