"""Writes files so that nobody ever sees half of one, and only where nothing of others gets lost."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from trapframe.system import interrupt

LONGEST_NAME = 60  # letters, of four bytes at most
JSON = re.compile(rb'\s*\{\s*"schema": ?\d')  # how every JSON file of ours begins
PAGE = re.compile(rb".*<title>trapframe\b", re.DOTALL)
BEGINNING = 1024  # bytes


def write_atomically(path: Path, data: bytes) -> None:
    """Whole, or not at all; of two writers at once the later one wins."""
    write_parts(path, (data,))


@interrupt.held()
def write_parts(path: Path, parts: Iterable[bytes]) -> None:
    """The same, of what needn't be in memory at once."""
    import tempfile  # 8 ms, and most commands write nothing

    with naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fd, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(fd, "wb") as file:
                file.writelines(parts)
                os.fchmod(file.fileno(), 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


def write_cache(path: Path, data: bytes) -> None:
    """What is only quicker to have: where it can't be written it is made anew each time."""
    try:
        write_atomically(path, data)
    except OSError:
        pass


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An error of writing says which file that is: an open one has no name, a temporary one nobody knows."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def try_to_write(path: Path) -> None:
    """Whether the file could be written, by doing it: modes don't say it all. Raises what is in the way."""
    import tempfile

    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent) as file, naming(path.parent):
        file.write(b"x")
        file.flush()


def can_write(folder: Path) -> bool:
    """Into it, or where it would have to be made."""
    there = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    return os.access(there, os.W_OK | os.X_OK)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else who asks for this lock has it meanwhile. It goes with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(open_lock(path), "wb") as file:
        interrupt.lock(file.fileno())
        yield


def open_lock(path: Path) -> int:
    """A file of that name, whose content is nobody's business, and never one that a link leads to."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.open(path, flags, 0o644)


def is_ours(
    folder: Path, marks: Collection[str], leftover: Callable[[str], object] = lambda name: False
) -> bool:
    """Whether we may write into it: it is new or empty, or has a file of `marks` that we wrote.

    `leftover` says which names are those of a run that was killed before it wrote any.
    """
    whole = folder.resolve()
    if whole == whole.parent:
        return False
    if not folder.exists():
        return True
    names = [path.name for path in folder.iterdir() if not leftover(path.name)]
    return not names or any(name in marks and begins_as(JSON, folder / name) for name in names)


def begins_as(ours: re.Pattern[bytes], path: Path) -> bool:
    """Whether there is such a file, and it begins as those do that we write."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return ours.match(file.read(BEGINNING)) is not None


def is_name(text: str) -> bool:
    """Whether it can be one part of a path and nothing else."""
    return 0 < len(text) < LONGEST_NAME and text.isprintable() and "/" not in text and text not in (".", "..")
