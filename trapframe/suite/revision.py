"""Which state of the checkout a run is of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from trapframe.system import process
from trapframe.system.folders import build_folder, release_of

BY_HAND = "by-hand"  # in the build folder: copies of ROMs for who starts an emulator by hand
DIRTY = "-dirty"  # behind a commit where something was changed


def commit(root: Path) -> str | None:
    """The checkout's commit, '-dirty' behind it where something was changed."""
    if known := release_of(root):
        return known
    channel = process.Channel(4096)
    command = ("git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
    ended = process.run(
        command, folder=root, env=os.environ, limit=process.Limit(10), log=channel, serial=channel
    )
    return ended.serial.decode(errors="replace").strip() if ended.status == 0 else None


def commit_aside(root: Path) -> Future[str | None]:
    """The same in a thread: git takes as long as opening the workspace."""
    with_one = ThreadPoolExecutor(1)
    try:
        return with_one.submit(commit, root)
    finally:
        with_one.shutdown(wait=False)


def inputs(root: Path) -> str:
    """Another text as soon as a ROM or something in expected/ was written."""
    import hashlib

    lines = [*_written(build_folder(root), ".rom"), *_written(root / "expected", ".t")]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def _written(folder: Path, part: str) -> Iterator[str]:
    """When each file was written that has this in its name, and its size."""
    for place, folders, names in os.walk(folder):
        if BY_HAND in folders:
            folders.remove(BY_HAND)
        for name in names:
            if part in name:
                stat = os.stat(f"{place}/{name}")
                yield f"{place}/{name} {stat.st_mtime_ns} {stat.st_size}"


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
