"""Runs make where something changed, one runner at a time, and says which files of cases did not build."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from trapframe.system import interrupt
from trapframe.system.files import can_write, open_lock, write_cache
from trapframe.system.folders import VARIABLE, build_folder, release_of
from trapframe.system.unable import NO_LEAVE, NO_ROOM, Unable

SECONDS = 900.0
OUTPUT = 4 << 20
MESSAGE = 4_000  # of a compiler, in a report
FAILED = re.compile(r"\*\*\* \[(?:[^\]]*?: )?([^\]\s:]+)\] (?:Error|Segmentation|Killed|Terminated)")
INPUTS = ("cases", "harness", "launcher")
CANNOT_WRITE = [os.strerror(number) for number in (*NO_ROOM, errno.EROFS)]
UNFIT = re.compile(r"[\s:#$%=;&|*?'\"\\()<>`~]")  # in a path for make and its shell
REPLAY_ROM = "replay.rom"
RELEASED = ("replay", "sweeps")  # that a release brings besides the ROMs
UNFINISHED = ".unfinished"  # in the folder while make is at work
PRODUCTS = (".d", ".elf", ".linux", ".o", ".rom", ".so")


class BuildError(Exception):
    """make itself can't run."""

    exit_code = 3


@dataclass(frozen=True)
class BuildFailure:
    """A file that does not build, and what the compiler says."""

    file: str  # FAMILY/FILE, or another target of make
    message: str


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody builds in the folder meanwhile. Who may not write there only waits for somebody who does."""
    path = folder / ".lock"
    kind = fcntl.LOCK_EX
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open_lock(path)
    except OSError as error:
        if error.errno not in NO_LEAVE:
            raise
        try:
            lock, kind = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), fcntl.LOCK_SH
        except OSError:  # nobody has ever built there
            yield
            return
    try:
        interrupt.lock(lock, kind)
        yield
    finally:
        os.close(lock)


def ensure_built(root: Path, files: list[str], jobs: int) -> tuple[BuildFailure, ...]:
    """All ROMs are as their sources say, but for the failures. To be called with the lock held."""
    folder = build_folder(root)
    if release_of(root):
        return ()
    stamp_file = folder / "stamp.json"
    inputs = _inputs(root)
    if _read(stamp_file) == [inputs, _outputs(folder, files)]:
        return ()
    if not can_write(folder):
        _check_nothing_to_do(root, folder, "roms")
        return ()
    failures = _make(root, files, jobs, "roms")
    if not failures:  # with the inputs as they were before make read them
        write_cache(stamp_file, json.dumps([inputs, _outputs(folder, files)]).encode())
    return failures


def ensure_programs(root: Path, files: Sequence[str], jobs: int) -> tuple[BuildFailure, ...]:
    """The same of these files as programs of Linux, which make looks after."""
    folder = build_folder(root)
    where = "build" if folder == root / "build" else folder
    return _ensure(root, jobs, *(f"{where}/{file}.linux" for file in files), files=files)


def replay_rom(root: Path, jobs: int) -> bytes:
    """The ROM that replays tests, without any."""
    folder = build_folder(root)
    with alone(folder):
        _whole(_ensure(root, jobs, "replay"))
        return (folder / REPLAY_ROM).read_bytes()


def sweep_roms(root: Path, names: Sequence[str], jobs: int) -> dict[str, bytes]:
    """The ROMs of sweeps, by name."""
    folder = build_folder(root)
    with alone(folder):
        _whole(_ensure(root, jobs, "sweeps"))
        return {name: (folder / "sweeps" / f"{name}.rom").read_bytes() for name in names}


def _whole(failures: tuple[BuildFailure, ...]) -> None:
    if failures:
        raise BuildError("\n".join(f"{one.file}: {one.message}" for one in failures))


def ensure_specification(root: Path, jobs: int) -> tuple[BuildFailure, ...]:
    """The specification's library. It and the next take the lock themselves."""
    library = build_folder(root) / "spec/spec.so"
    sources = (root / "Makefile", *(root / "spec").glob("*.[ch]"))
    with alone(build_folder(root)):
        try:
            if library.stat().st_mtime > max(one.stat().st_mtime for one in sources):
                return ()
        except OSError:
            pass
        return _ensure(root, jobs, "specification")


def ensure_ask(root: Path, jobs: int) -> tuple[BuildFailure, ...]:
    """The same of the library that answers questions."""
    with alone(build_folder(root)):
        return _ensure(root, jobs, "ask-library")


def _ensure(root: Path, jobs: int, *targets: str, files: Sequence[str] = ()) -> tuple[BuildFailure, ...]:
    if release_of(root) and set(targets) <= set(RELEASED):
        return ()
    if can_write(build_folder(root)):
        return _make(root, list(files), jobs, *targets)
    _check_nothing_to_do(root, build_folder(root), *targets)
    return ()


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _inputs(root: Path) -> list[list[object]]:
    """Everything that make would look at: a millisecond for hundreds of files."""
    entries: list[list[object]] = [["CC", os.environ.get("CC", "")], _stat(root, "Makefile")]
    stack = [name for name in INPUTS if (root / name).is_dir()]
    while stack:
        name = stack.pop()
        with os.scandir(root / name) as folder:
            for entry in folder:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(f"{name}/{entry.name}")
                else:
                    entries.append(_stat(root, f"{name}/{entry.name}"))
    return sorted(entries, key=itemgetter(0))


def _outputs(folder: Path, files: list[str]) -> list[list[object]]:
    return [_stat(folder, f"{file}.{kind}") for file in files for kind in ("elf", "rom")]


def _stat(root: Path, name: str) -> list[object]:
    try:
        stat = os.stat(f"{root}/{name}")
    except OSError:
        return [name, 0, 0]
    return [name, stat.st_mtime_ns, stat.st_size]


def _check_nothing_to_do(root: Path, folder: Path, *targets: str) -> None:
    """Where nothing can be built it is enough that nothing has to be."""
    status, said = _ask_make(root, "-q", *targets)
    if status or (folder / UNFINISHED).exists():
        raise Unable(
            f"{folder}: what is built there is older than its sources, or not there, and it can't be written;"
            f" {VARIABLE}=DIR builds in another folder" + (f"\n{said}" if status != 1 else "")
        )


def _make(root: Path, files: list[str], jobs: int, *targets: str) -> tuple[BuildFailure, ...]:
    # -O: what one target prints stays together, with make's verdict on it right behind.
    mark = build_folder(root) / UNFINISHED
    _begin(mark)
    status, output = _ask_make(root, "-k", "-s", "-O", f"-j{jobs}", *targets)
    mark.unlink()  # where it didn't end by itself we don't come here
    if status == 0:
        return ()
    for reason in CANNOT_WRITE:
        if reason in output:
            raise Unable(f"{build_folder(root)}: {reason}; make room, or {VARIABLE}=DIR builds elsewhere")
    failures = read_failures(output, files, build_folder(root))
    return failures or (BuildFailure("make", output[-MESSAGE:] or f"status {status}"),)


def _ask_make(root: Path, *words: str) -> tuple[int | None, str]:
    """Its status, and what it and the compiler say."""
    if release_of(root):
        raise BuildError("nothing is built in a release: this needs a checkout")
    from trapframe.system import process

    folder = build_folder(root)
    command: tuple[str, ...] = ("make", *words)
    if folder != root / "build":
        if UNFIT.search(str(folder)):
            raise Unable(f"{VARIABLE}={folder}: make can't work with a blank or a sign in that path")
        command = (*command, f"BUILD={folder}")
    channel = process.Channel(OUTPUT)
    env = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }
    ended = process.run(
        command,
        folder=root,
        env={**env, "LC_ALL": "C"},
        limit=process.Limit(SECONDS),
        log=channel,
        serial=channel,
    )
    # On stderr, and so in the log: what make says itself, and what the compiler says.
    output = ended.log.decode(errors="replace")
    if ended.why is process.Why.MISSING:
        raise BuildError(f"{ended.error}: `make setup` installs what is missing")
    if ended.why is not process.Why.ITSELF:
        raise BuildError(f"{' '.join(command)}: {ended.why.value}")
    return ended.status, output


def _begin(mark: Path) -> None:
    """Removes what a make that was killed has written: the last of it may be half a file, yet new."""
    if mark.exists():
        began = mark.stat().st_mtime_ns
        for path in mark.parent.rglob("*.*"):
            if path.suffix in PRODUCTS and path.stat().st_mtime_ns >= began:
                path.unlink()
    mark.touch()


def read_failures(output: str, files: list[str], folder: Path = Path("build")) -> tuple[BuildFailure, ...]:
    """What make -k -O printed, by the target that failed."""
    failures: dict[str, str] = {}
    block: list[str] = []
    for line in output.splitlines():
        found = FAILED.search(line)
        if found:
            target = _file_of(found[1], files, folder)
            failures.setdefault(target, "\n".join(block)[:MESSAGE] or line)
            block = []
        elif not re.match(r"make(\[\d+\])?: ", line):
            block.append(line)
    return tuple(BuildFailure(file, message) for file, message in sorted(failures.items()))


def _file_of(target: str, files: list[str], folder: Path) -> str:
    below = target.removeprefix(f"{folder}/").removeprefix("build/")
    name = re.sub(r"\.(elf|linux|rom|o|d)$", "", below)
    return name if name in files else target


def not_built(root: Path, files: list[str], failures: tuple[BuildFailure, ...]) -> set[str]:
    """The files whose ROM is missing, or older than what failed to build."""
    failed = {failure.file for failure in failures}
    if failed <= set(files):
        return failed
    # Something that every case is linked with failed: only ROMs newer than all of its sources can be right.
    newest = max((path.stat().st_mtime_ns for path in (root / "harness").rglob("*.*")), default=0)
    stale = {file for file in files if _modified(build_folder(root) / f"{file}.rom") < newest}
    return failed & set(files) | stale


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
