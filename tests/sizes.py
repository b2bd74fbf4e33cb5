"""How large the slow families of tests are: small and fixed by default, whole with SPECCAST_FULL=1."""

from __future__ import annotations

import os

FULL = os.environ.get("SPECCAST_FULL") == "1"
