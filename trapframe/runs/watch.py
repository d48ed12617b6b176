"""`--watch`: runs again whenever an emulator's binary, or what the cases are made of, has changed."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trapframe.report import json
from trapframe.runs.earlier import LAST
from trapframe.suite import case
from trapframe.system import interrupt
from trapframe.system.bond import Bond
from trapframe.system.inotify import Inotify, WatchError

INTERRUPTED = 130
USELESS = (2, 4)  # exit codes of a command line that no change of a file mends
QUIET = 0.2  # seconds without a change: a build writes several files, an editor one in several steps
INPUTS = ("cases", "expected", "harness", "engines")
KINDS = {
    "cases": (".c",),
    "expected": (".txt", ".toml"),
    "harness": (".c", ".h", ".S", ".ld"),
    "engines": (".toml",),
}


@dataclass(frozen=True)
class Options:
    """What the command line says of it."""

    path: Path | None  # of --watch
    engines: tuple[str, ...]  # as -e has them
    report: Path
    against: Path | None
    failed_first: bool
    excluded: str  # an option that makes no sense with it


class Changes(Inotify):
    """And waits for them."""

    def __init__(self) -> None:
        super().__init__()
        # Python runs a signal's handler when a wait is over: for one that comes just before it, too.
        self._signals, self._writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def close(self) -> None:
        signal.set_wakeup_fd(self._before)
        os.close(self._signals)
        os.close(self._writer)
        super().close()

    def wait(self, *others: int, seconds: float | None = None) -> set[int]:
        """What is ready: of our own descriptor and the others."""
        poll = select.poll()
        for fd in (self.fileno(), self._signals, *others):
            poll.register(fd, select.POLLIN)
        return {fd for fd, _ in poll.poll(None if seconds is None else seconds * 1000)}


@dataclass(frozen=True)
class Watched:
    """What a change of means another run."""

    root: Path
    programs: tuple[Path, ...]
    executable: frozenset[Path] = frozenset()  # of the programs, those that were so in the beginning
    files: frozenset[str] | None = None  # FAMILY/FILE of the selection; None: any
    known: frozenset[
        str
    ] = frozenset()  # all FAMILY/FILE that there were: a new one may belong to the selection

    def places(self) -> set[Path]:
        """Each program by its name, and where that leads."""
        return {place for program in self.programs for place in (program, program.resolve())}

    def watch(self, changes: Inotify) -> None:
        """Also what has come since: a folder that isn't there is waited for in the nearest one that is."""
        for place in self.places():
            next(folder for folder in place.parents if changes.add(folder))
        changes.add(self.root)
        for name in INPUTS:
            for folder, _, _ in os.walk(self.root / name):
                changes.add(Path(folder))

    def relevant(self, changed: Iterable[Path]) -> set[Path]:
        return {path for path in changed if self._is_relevant(path)}

    def _is_relevant(self, path: Path) -> bool:
        if any(path == place or path in place.parents for place in self.places()):
            return True
        try:
            top, *parts = path.relative_to(self.root).parts
        except ValueError:
            return False
        if not parts:
            return top == "Makefile" or top in INPUTS
        if path.name.startswith(".") or path.suffix not in KINDS.get(top, ()):
            return False
        if top not in ("cases", "expected") or path.suffix == ".toml" or self.files is None:
            return True
        file = Path(*parts).with_suffix("").as_posix()
        return file in self.files or file not in self.known


def watch(root: Path, options: Options) -> int:
    """Until Ctrl-C: then the exit code of the latest run, or 130 where one was interrupted."""
    if options.excluded:
        raise WatchError(f"--watch can't be had with {options.excluded}")
    changes = Changes()
    kept = Path(tempfile.mkdtemp(prefix="trapframe-watch-")) / "report.json"
    try:
        keep(options, kept)
        found = programs(options)
        executable = frozenset(path for path in found if os.access(path, os.X_OK))
        return _rounds(Watched(root, tuple(found), executable), options, changes, kept)
    finally:
        changes.close()
        shutil.rmtree(kept.parent, ignore_errors=True)


def programs(options: Options) -> list[Path]:
    """That of --watch, and those that -e NAME=PATH names."""
    wanted = [Path(text.partition("=")[2]) for text in options.engines if "=" in text]
    wanted += [options.path] if options.path else []
    for path in wanted:
        if not path.is_file():
            what = "--watch" if path == options.path else "-e"
            raise WatchError(f"{what} {path}: there is no such file; a case's name goes before --watch")
    return [Path(os.path.abspath(path)) for path in dict.fromkeys(wanted)]


def _rounds(watched: Watched, options: Options, changes: Changes, kept: Path) -> int:
    last: int | None = None  # exit code
    while True:
        try:
            settle(watched, changes)
            stamp = _stamp(options.report)
        except KeyboardInterrupt:
            return INTERRUPTED if last is None else last
        try:
            code = _run(command(sys.argv[1:], options, kept), watched, changes)
        except KeyboardInterrupt:
            return INTERRUPTED
        if code is None:
            continue
        if code in USELESS and last is None:
            return code
        last = code
        try:
            reported = _stamp(options.report) != stamp
            if reported:
                keep(options, kept)
            watched = narrowed(watched, options.report if reported else None)
            print(f"watching {told(watched)}; Ctrl-C ends with {code}", flush=True)
            _wait(watched, changes)
        except KeyboardInterrupt:
            return last


def _stamp(report: Path) -> tuple[int, int] | None:
    """Another one as soon as a run has written its report."""
    try:
        stat = (report / "report.json").stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def command(arguments: Sequence[str], options: Options, kept: Path) -> list[str]:
    """Of one run: what failed comes first, and it's held against what the latest finished run left."""
    words = _without(arguments, "--watch", options.path)
    if not options.failed_first and (options.report / "run.jsonl").exists():
        words.insert(1, "--ff")
    if options.against == Path(LAST):
        words = _without(words, "--against", options.against)
        if kept.exists():
            words[1:1] = ["--against", str(kept)]
    return words


def _without(words: Sequence[str], option: str, value: Path | None) -> list[str]:
    found: list[str] = []
    for word in words:
        if value and Path(word) == value and found[-1:] == [option]:
            found.pop()
        elif not word.startswith(f"{option}="):
            found.append(word)
    return [word for word in found if word != option]


def keep(options: Options, kept: Path) -> None:
    """The report of the latest run, if that is whole: the next one writes over it."""
    report = options.report / "report.json"
    if options.against == Path(LAST) and report.exists() and not json.read(report).get("interrupted"):
        shutil.copy(report, kept)


def narrowed(watched: Watched, report: Path | None) -> Watched:
    """With the files of the selection, where a run has said which those are."""
    known = frozenset(case.sources(watched.root))
    said = json.read(report / "report.json") if report else {}
    lists = ("cases", "build_failures", "golden_problems")
    named = {
        one["file"].removeprefix("expected/").removesuffix(".txt")
        for name in lists
        for one in said.get(name, ())
    }
    return replace(watched, files=frozenset(named) if named and named <= known else None, known=known)


def told(watched: Watched) -> str:
    files = "all cases" if watched.files is None else f"{len(watched.files)} files of cases"
    return ", ".join((*map(str, watched.programs), files))


def _run(words: Sequence[str], watched: Watched, changes: Changes) -> int | None:
    """The exit code; nothing where something changed first, which ends the run."""
    # Its own process group: Ctrl-C is for us, and we tell it once.
    child: subprocess.Popen[bytes] | None = None
    bond = Bond()
    try:
        program = [sys.executable, str(watched.root / "runner.py")]
        with interrupt.held():
            child = subprocess.Popen([*program, *words], process_group=0, pass_fds=(bond.theirs,))
            bond.tie(child.pid)
        ended = os.pidfd_open(child.pid)
        try:
            while True:
                if ended in changes.wait(ended):
                    return child.wait()
                if changed := watched.relevant(changes.read()):
                    _tell(watched, changed)
                    return None
        finally:
            os.close(ended)
    finally:
        if child:
            child.terminate()  # nothing, where it is at its end
            child.wait()
        bond.close()


def _wait(watched: Watched, changes: Changes) -> None:
    watched.watch(changes)
    while True:
        if changed := watched.relevant(changes.read()):
            return _tell(watched, changed)
        changes.wait()


def _tell(watched: Watched, changed: set[Path]) -> None:
    names = sorted(os.path.relpath(path, watched.root) for path in changed)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    print(f"\nchanged: {', '.join(names[:3])}{more}", flush=True)


def settle(watched: Watched, changes: Changes) -> None:
    """Until nothing has changed for a moment, with every program there and nobody writing to it."""
    while True:
        watched.watch(changes)
        whole = all(is_whole(path, path in watched.executable) for path in watched.programs)
        if not changes.wait(seconds=QUIET if whole else None):
            return
        changes.read()


def is_whole(path: Path, executable: bool) -> bool:
    """Whether it is there and no process has it open for writing: then, and only then, it can be leased."""
    if executable and not os.access(path, os.X_OK):
        return False  # a linker's last step
    try:
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return False
            fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)  # told who writes meanwhile: nobody minds
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except (FileNotFoundError, NotADirectoryError, BlockingIOError):
        return False
    except OSError:  # another user's, or a file system without leases
        return True
    return True
