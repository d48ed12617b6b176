"""A folder for what one command needs meanwhile; what a command that was killed left is taken away."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trapframe.system import interrupt

PREFIX = "trapframe-run-"
OWNER = "TRAPFRAME_FOLDER"  # in the environment of all that runs in the folder
MEMORY = "/dev/shm"  # a file there costs less than half as much
ROOM = 128 << 20  # bytes that are free there, at least


@contextmanager
def folder() -> Iterator[Path]:
    """Locked for as long as we live. The kernel unlocks it: a dead command can't be taken for a live one."""
    with interrupt.held():
        place = _place()
        for parent in {tempfile.gettempdir(), place}:
            for name in os.listdir(parent):
                if name.startswith(PREFIX):
                    _take_away(f"{parent}/{name}")
        path, lock = _create(place)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _place() -> str:
    """In memory, where there is enough of it and TMPDIR doesn't say otherwise."""
    place = tempfile.gettempdir()
    if place != "/tmp" or os.environ.get("TMPDIR"):
        return place
    try:
        found = os.statvfs(MEMORY)
        fine = os.access(MEMORY, os.W_OK | os.X_OK) and found.f_bavail * found.f_frsize >= ROOM
    except OSError:
        return place
    return MEMORY if fine else place


def _create(place: str) -> tuple[Path, int]:
    while True:
        path = tempfile.mkdtemp(prefix=PREFIX, dir=place)
        try:
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # another command took it for a dead one's, before it was locked
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            return Path(path), lock  # a file system without locks: nobody can take it away either
        if os.path.isdir(path):
            return Path(path), lock
        os.close(lock)


def _take_away(path: str) -> None:
    """Only where it is ours and nobody has it locked."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if os.fstat(lock).st_uid == os.getuid():
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _end_processes(path)
            shutil.rmtree(path, ignore_errors=True)
    except OSError:
        pass  # it is locked
    finally:
        os.close(lock)


def _end_processes(path: str) -> None:
    """Those that were started in the folder, and have left the group that ended with the command."""
    mark = f"{OWNER}={path}".encode()
    ended: set[str] = set()
    while True:
        found = {name for name in os.listdir("/proc") if has(name, mark)} - ended
        if not found:
            return
        for pid in found:
            try:
                os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass
        ended |= found


def has(pid: str, mark: bytes) -> bool:
    """Whether this is a process that was started with `mark` in its environment."""
    if not pid.isdecimal():
        return False
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return mark in file.read().split(b"\0")
    except OSError:
        return False  # another user's, or gone
