"""Findings as lines of text, for expectations that people review."""

from __future__ import annotations

import json
from collections.abc import Iterator

from codegen.diff.findings import Audience, Finding


def told(finding: Finding) -> Iterator[str]:
    levels = "/".join(finding.level_for(audience) for audience in Audience)
    accepted = f" (accepted: {finding.accepted.reason})" if finding.accepted else ""
    yield f"{finding.rule} {finding.path} {finding.direction} {levels}: {finding.summary}{accepted}\n"
    for word, texts in (("lost", finding.lost), ("gained", finding.gained)):
        yield from (f"  {word} {json.dumps(text)}\n" for text in texts)
