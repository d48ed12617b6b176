"""Where the checkout is, and where its results of building are, which need not be in it."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VARIABLE = "TRAPFRAME_BUILD"
RELEASE = "RELEASE.json"  # in a release's folder: its version and commit


def build_folder(root: Path) -> Path:
    """The Makefile asks the same variable."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else root / "build"


@cache
def release_of(root: Path) -> str:
    """The commit that a release was made of, in which nothing is built any more; nothing in a checkout."""
    try:
        return str(json.loads((root / RELEASE).read_bytes())["commit"])
    except FileNotFoundError:
        return ""
