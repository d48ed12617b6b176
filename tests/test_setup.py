"""scripts/setup.sh: what it calls missing, before it would install it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from mini import ROOT

SHELL = ("sh", "cat", "dirname", "id")  # what the script itself needs


def missing(folder: Path, *groups: str, tools: tuple[str, ...] = (), python: str) -> str:
    """What it says on a system that has these tools only, and no apt-get."""
    for name in (*SHELL, *tools):
        (folder / name).symlink_to(shutil.which(name) or "")
    done = subprocess.run(
        [ROOT / "scripts/setup.sh", *groups],
        env={**os.environ, "PATH": str(folder), "PYTHON": python},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "no apt-get here" in done.stderr, done.stdout + done.stderr
    return done.stderr


def test_a_module_of_another_python_is_no_module(tmp_path: Path) -> None:
    """The first python3 in PATH has all, the one that is used lacks jinja2."""
    used, path = tmp_path / "used", tmp_path / "path"
    path.mkdir()
    used.write_text("#!/bin/sh\ncase $2 in *jinja2*) exit 1 ;; esac\n")
    (path / "python3").write_text("#!/bin/sh\n")
    for file in (used, path / "python3"):
        file.chmod(0o755)
    said = missing(path, "run", python=str(used))
    assert "python3-jinja2" in said and "python3-rich" not in said
