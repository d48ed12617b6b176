"""Which state of the checkout a run is of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from trapframe.suite.case import sources
from trapframe.system import process
from trapframe.system.folders import build_folder, release_of

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

    roms, told = build_folder(root), root / "expected"
    of_cases = (path for file in sources(root) for path in (f"{roms}/{file}.rom", f"{told}/{file}.txt"))
    quirks = sorted(f"{where}/{name}" for where, _, names in os.walk(told / "quirks") for name in names)
    lines = _written(chain(of_cases, quirks))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _written(paths: Iterable[str]) -> Iterator[str]:
    """When each of the files was written that are there, and its size."""
    for path in paths:
        try:
            stat = os.stat(path)
        except OSError:
            continue
        yield f"{path} {stat.st_mtime_ns} {stat.st_size}"


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
