"""The checkout as commands need it: built, its cases known, their ROMs in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trapframe.model import CaseInfo
from trapframe.suite import build, case, unbuilt
from trapframe.suite.build import BuildFailure
from trapframe.suite.select import NothingSelected, Selection, choose
from trapframe.system.folders import build_folder


@dataclass(frozen=True)
class Picked:
    """What a selection means: what can run, and what doesn't build."""

    cases: tuple[CaseInfo, ...]
    failures: tuple[BuildFailure, ...]  # of files that it means, and of what all are linked with
    others: tuple[str, ...]  # files that do not build either

    def tell(self) -> int:
        """Says on stderr what is not built. The exit code, as far as that decides it."""
        return unbuilt.tell(self.failures, self.others)


@dataclass(frozen=True)
class Workspace:
    """Everything that was built, and what was not."""

    cases: tuple[CaseInfo, ...]
    images: dict[str, bytes]  # base image by FAMILY/FILE
    failures: tuple[BuildFailure, ...]
    unbuilt: frozenset[str]  # FAMILY/FILE
    stand_ins: tuple[CaseInfo, ...] = ()  # for the cases of the unbuilt files
    folder: Path = Path()  # where it was built

    def program(self, file: str) -> Path:
        """The file's cases as a program of Linux, where those were wanted."""
        return self.folder / f"{file}.linux"

    def pick(self, selection: Selection) -> Picked:
        """A file that doesn't build fails what asks for it, by a glob or by having none, and nothing else."""
        try:
            found = choose((*self.cases, *self.stand_ins), selection)
        except NothingSelected as error:
            if rest := unbuilt.others(failure.file for failure in self.failures):
                raise NothingSelected(f"{error}; {rest}") from error
            raise
        asked = {one.file for one in found if not one.outcome}
        failures = tuple(one for one in self.failures if one.file in asked or one.file not in self.unbuilt)
        return Picked(
            tuple(one for one in found if one.outcome),
            failures,
            tuple(one.file for one in self.failures if one not in failures),
        )


def _whole(path: str) -> bytes:
    """Unbuffered, in half the time: there are hundreds of them."""
    with open(path, "rb", buffering=0) as file:
        return file.read()


def open_workspace(root: Path, jobs: int, images: bool = True, programs: bool = False) -> Workspace:
    """Builds what has changed, one runner at a time. The ROMs are then ours, whatever another one does.

    `programs`: the cases as programs of Linux, too.
    """
    folder = build_folder(root)
    with build.alone(folder):
        files = case.sources(root)
        failures = build.ensure_built(root, files, jobs)
        if programs and not failures:
            failures = build.ensure_programs(root, files, jobs)
        lacking = build.not_built(root, files, failures) if failures else set()
        index = case.load_index(root, [file for file in files if file not in lacking])
        roms = {one.file: b"" for one in index.cases}
        if images:
            roms = {file: _whole(f"{folder}/{file}.rom") for file in roms}
    unreadable = tuple(BuildFailure(file, message) for file, message in index.unreadable)
    lacking |= {failure.file for failure in unreadable}
    return Workspace(
        index.cases,
        roms,
        (*failures, *unreadable),
        frozenset(lacking),
        unbuilt.stand_ins(root, lacking),
        folder,
    )
