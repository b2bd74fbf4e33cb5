"""What pages that trace and pages that link there share: how a traced fact is called, and how it is counted."""

from __future__ import annotations

from codegen.reference.subjects import Subject


def trace_steps(subject: Subject) -> tuple[str, str, str]:
    """Name the place of a subject within a page that traces it."""
    return ("trace", subject.kind.value, subject.path)


def counted(count: int, word: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{count} {word if count == 1 else f'{word}s'}"
