"""Runs make where something changed, one runner at a time, and says which files of cases did not build."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trapframe.files import write_atomically

SECONDS = 900.0
OUTPUT = 4 << 20
MESSAGE = 4_000  # of a compiler, in a report
FAILED = re.compile(r"\*\*\* \[(?:[^\]]*?: )?([^\]\s:]+)\] (?:Error|Segmentation|Killed|Terminated)")
INPUTS = ("cases", "harness")


class BuildError(Exception):
    """make itself can't run."""

    exit_code = 3


@dataclass(frozen=True)
class BuildFailure:
    """A file that does not build, and what the compiler says."""

    file: str  # FAMILY/FILE, or another target of make
    message: str


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else who asks for this lock has it meanwhile. It goes with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ensure_built(root: Path, files: list[str], jobs: int) -> tuple[BuildFailure, ...]:
    """All ROMs are as their sources say, but for the failures. To be called with the lock held."""
    stamp_file = root / "build" / "stamp.json"
    inputs = _inputs(root)
    if _read(stamp_file) == [inputs, _outputs(root, files)]:
        return ()
    failures = _make(root, files, jobs)
    if not failures:  # with the inputs as they were before make read them
        write_atomically(stamp_file, json.dumps([inputs, _outputs(root, files)]).encode())
    return failures


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _inputs(root: Path) -> list[list[object]]:
    """Everything that make would look at: a millisecond for hundreds of files."""
    entries: list[list[object]] = [["CC", os.environ.get("CC", "")], _stat(root, "Makefile")]
    stack = list(INPUTS)
    while stack:
        name = stack.pop()
        with os.scandir(root / name) as folder:
            for entry in folder:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(f"{name}/{entry.name}")
                else:
                    entries.append(_stat(root, f"{name}/{entry.name}"))
    return sorted(entries, key=str)


def _outputs(root: Path, files: list[str]) -> list[list[object]]:
    return [_stat(root, f"build/{file}.{kind}") for file in files for kind in ("elf", "rom")]


def _stat(root: Path, name: str) -> list[object]:
    try:
        stat = os.stat(f"{root}/{name}")
    except OSError:
        return [name, 0, 0]
    return [name, stat.st_mtime_ns, stat.st_size]


def _make(root: Path, files: list[str], jobs: int) -> tuple[BuildFailure, ...]:
    from trapframe import process

    # -O: what one target prints stays together, with make's verdict on it right behind.
    command = ("make", "-k", "-s", "-O", f"-j{jobs}", "roms")
    channel = process.Channel(OUTPUT)
    env = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }
    ended = process.run(
        command, folder=root, env={**env, "LC_ALL": "C"}, seconds=SECONDS, log=channel, serial=channel
    )
    # On stderr, and so in the log: what make says itself, and what the compiler says.
    output = ended.log.decode(errors="replace")
    if ended.why is process.Why.MISSING:
        raise BuildError(f"{ended.error}: `make setup` installs what is missing")
    if ended.why is not process.Why.ITSELF:
        raise BuildError(f"{' '.join(command)}: {ended.why.value}")
    if ended.status == 0:
        return ()
    failures = read_failures(output, files)
    return failures or (BuildFailure("make", output[-MESSAGE:] or f"status {ended.status}"),)


def read_failures(output: str, files: list[str]) -> tuple[BuildFailure, ...]:
    """What make -k -O printed, by the target that failed."""
    failures: dict[str, str] = {}
    block: list[str] = []
    for line in output.splitlines():
        found = FAILED.search(line)
        if found:
            target = _file_of(found[1], files)
            failures.setdefault(target, "\n".join(block)[:MESSAGE] or line)
            block = []
        elif not re.match(r"make(\[\d+\])?: ", line):
            block.append(line)
    return tuple(BuildFailure(file, message) for file, message in sorted(failures.items()))


def _file_of(target: str, files: list[str]) -> str:
    name = re.sub(r"^build/|\.(elf|rom|o|d)$", "", re.sub(r"^.*/build/", "build/", target))
    return name if name in files else target


def not_built(root: Path, files: list[str], failures: tuple[BuildFailure, ...]) -> set[str]:
    """The files whose ROM is missing, or older than what failed to build."""
    failed = {failure.file for failure in failures}
    if failed <= set(files):
        return failed
    # Something that every case is linked with failed: only ROMs newer than all of its sources can be right.
    newest = max((path.stat().st_mtime_ns for path in (root / "harness").rglob("*.*")), default=0)
    stale = {file for file in files if _modified(root / "build" / f"{file}.rom") < newest}
    return failed & set(files) | stale


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
