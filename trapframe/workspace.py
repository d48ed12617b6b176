"""The checkout as commands need it: built, its cases known, their ROMs in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trapframe import build, case
from trapframe.build import BuildFailure
from trapframe.model import CaseInfo


@dataclass(frozen=True)
class Workspace:
    """Everything that was built, and what was not."""

    cases: tuple[CaseInfo, ...]
    images: dict[str, bytes]  # base image by FAMILY/FILE
    failures: tuple[BuildFailure, ...]
    unbuilt: frozenset[str]  # FAMILY/FILE


def open_workspace(root: Path, jobs: int, images: bool = True) -> Workspace:
    """Builds what has changed, one runner at a time. The ROMs are then ours, whatever another one does."""
    with build.locked(root / "build" / ".lock"):
        files = case.sources(root)
        failures = build.ensure_built(root, files, jobs)
        unbuilt = build.not_built(root, files, failures) if failures else set()
        index = case.load_index(root, [file for file in files if file not in unbuilt])
        roms = {one.file: b"" for one in index.cases}
        if images:
            roms = {file: (root / "build" / f"{file}.rom").read_bytes() for file in roms}
    unreadable = tuple(BuildFailure(file, message) for file, message in index.unreadable)
    unbuilt |= {failure.file for failure in unreadable}
    return Workspace(index.cases, roms, (*failures, *unreadable), frozenset(unbuilt))
