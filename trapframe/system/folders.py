"""Where the checkout is, and where its results of building are, which need not be in it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VARIABLE = "TRAPFRAME_BUILD"


def build_folder(root: Path) -> Path:
    """The Makefile asks the same variable."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else root / "build"
