"""Every target by its name."""

from __future__ import annotations

from collections.abc import Mapping

from fuzz import answers, kept, served, specs
from fuzz.target import Target

TARGETS: Mapping[str, Target] = {
    target.name: target for module in (specs, answers, served, kept) for target in module.TARGETS
}
