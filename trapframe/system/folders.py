"""Where a checkout's results of building are, which need not be in the checkout."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "TRAPFRAME_BUILD"


def build_folder(root: Path) -> Path:
    """The Makefile asks the same variable."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else root / "build"
