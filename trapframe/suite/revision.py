"""Which state of the checkout a run is of."""

from __future__ import annotations

import os
from pathlib import Path

from trapframe.system import process
from trapframe.system.folders import build_folder

DIRTY = "-dirty"  # behind a commit where something was changed


def commit(root: Path) -> str | None:
    """The checkout's commit, '-dirty' behind it where something was changed."""
    channel = process.Channel(4096)
    command = ("git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
    ended = process.run(
        command, folder=root, env=os.environ, limit=process.Limit(10), log=channel, serial=channel
    )
    return ended.serial.decode(errors="replace").strip() if ended.status == 0 else None


def inputs(root: Path) -> str:
    """Another text as soon as a ROM or something in expected/ was written."""
    import hashlib

    paths = (*build_folder(root).glob("*/*.rom"), *root.glob("expected/**/*.t*"))
    lines = [f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in sorted(paths)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def changed(root: Path, was_commit: str, was_inputs: str) -> str:
    """What has changed in the checkout since a run of it; nothing where it is the same."""
    here = commit(root) or ""
    if was_commit and here and was_commit != here:
        return f"this checkout is at commit {short(here)}, the run was of {short(was_commit)}"
    if here and not here.endswith(DIRTY):
        return ""  # the same commit, if perhaps in another folder
    same = not was_inputs or was_inputs == inputs(root)
    return "" if same else "cases or golden files of this checkout have changed since the run"


def short(commit: str) -> str:
    return f"{commit[:12]}{DIRTY if commit.endswith(DIRTY) else ''}"
