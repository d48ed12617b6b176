"""The checkout as commands need it: built, its cases known, their ROMs in memory."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from mmap import MADV_DONTNEED, PROT_READ, mmap
from pathlib import Path

from trapframe.model import CaseInfo
from trapframe.suite import build, case, unbuilt
from trapframe.suite.build import BuildFailure
from trapframe.suite.select import NothingSelected, Selection, choose
from trapframe.system.descriptors import allow
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
    images: Mapping[str, bytes]  # base image by FAMILY/FILE
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


class Images(Mapping[str, bytes]):
    """The ROMs as they were when this was made: make replaces a file, it doesn't write into one.

    Each is mapped at once, and copied when it is wanted. Of the copies the latest is kept: cases of one file
    come one behind the other.
    """

    def __init__(self, folder: Path, files: Collection[str]) -> None:
        allow(len(files))  # what is mapped keeps its file open
        self._mapped = {file: _map(f"{folder}/{file}.rom") for file in files}
        self._latest = ("", b"")

    def __getitem__(self, file: str) -> bytes:
        name, image = self._latest
        if name != file:
            image = bytes(self._mapped[file])
            self._mapped[file].madvise(MADV_DONTNEED)  # the pages needn't be ours a second time
            self._latest = (file, image)
        return image

    def __iter__(self) -> Iterator[str]:
        return iter(self._mapped)

    def __len__(self) -> int:
        return len(self._mapped)


def _map(path: str) -> mmap:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return mmap(fd, 0, prot=PROT_READ)
    finally:
        os.close(fd)


@dataclass(frozen=True)
class Built:
    """What make has made, while nobody else builds."""

    root: Path
    folder: Path
    files: list[str]
    failures: tuple[BuildFailure, ...]

    def read(self, images: bool = True) -> Workspace:
        """The ROMs are then ours, whatever another runner does."""
        lacking = build.not_built(self.root, self.files, self.failures) if self.failures else set()
        index = case.load_index(self.root, [file for file in self.files if file not in lacking])
        roms = Images(self.folder, {one.file for one in index.cases} if images else ())
        unreadable = tuple(BuildFailure(file, message) for file, message in index.unreadable)
        lacking |= {failure.file for failure in unreadable}
        return Workspace(
            index.cases,
            roms,
            (*self.failures, *unreadable),
            frozenset(lacking),
            unbuilt.stand_ins(self.root, lacking),
            self.folder,
        )

    def with_programs(self, workspace: Workspace, files: Collection[str], jobs: int) -> Workspace:
        """What was read, once these files are programs of Linux, too; anew without those that don't build."""
        if not files or self.failures:
            return workspace
        failures = build.ensure_programs(self.root, sorted(files), jobs)
        return replace(self, failures=failures).read() if failures else workspace


@contextmanager
def built(root: Path, jobs: int) -> Iterator[Built]:
    """Builds what has changed, one runner at a time."""
    folder = build_folder(root)
    with build.alone(folder):
        files = case.sources(root)
        yield Built(root, folder, files, build.ensure_built(root, files, jobs))


def open_workspace(root: Path, jobs: int, images: bool = True) -> Workspace:
    """Builds what has changed, and reads it."""
    with built(root, jobs) as made:
        return made.read(images)
