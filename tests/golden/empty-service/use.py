"""A service without operations still is a package."""

from __future__ import annotations

from typing import Any

import pytest


def use(package: Any) -> None:
    assert (package.SERVICE, package.RELEASE) == ("post", "2024-12-05")
    assert {"errors", "models"} <= set(dir(package))
    assert package.models.__all__ == ["ConstraintWarning", "Unknown", "events"]
    assert issubclass(package.errors.ServiceError, package.errors.Error)
    with pytest.raises(AttributeError, match="no attribute 'Client_'"):
        _ = package.Client_
