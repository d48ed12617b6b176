"""stdin, stdout and stderr as they may be: closed, full, or a pipe whose reader has gone."""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

from trapframe.system.interrupt import STOP, discard

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIPE = select.PIPE_BUF  # bytes that a pipe which is ready takes without waiting


class _Output(io.FileIO):
    """Waits for whoever reads it until a signal comes.

    The kernel may give a signal to another thread, or just before the call: write() would not end by it.
    """

    def write(self, data: ReadableBuffer) -> int:
        poll = select.poll()
        poll.register(self.fileno(), select.POLLOUT)
        poll.register(STOP.fileno(), select.POLLIN)
        if all(fd != self.fileno() for fd, _ in poll.poll()):
            discard(self.fileno())
        return super().write(memoryview(data)[:PIPE])


def _heeding(stream: TextIO) -> TextIO:
    """The same stream; a signal ends each wait for it."""
    if not isinstance(stream, io.TextIOWrapper) or stream not in (sys.__stdout__, sys.__stderr__):
        return stream  # somebody else's, who asks for a command in this process
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",  # where LC_ALL has no letter for it
        line_buffering=stream.line_buffering or stream.write_through,
    )


def prepare() -> bool:
    """False where stdout is closed. What is opened next must not get the number of a closed one."""
    there = sys.stdout is not None
    if sys.stdin is None:  # and these get its number, the lowest that is free
        sys.stdin = open(os.devnull, encoding="utf-8")
    if sys.stderr is None and there:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    if there:
        sys.stdout, sys.stderr = _heeding(sys.stdout), _heeding(sys.stderr)
    return there


def flush() -> OSError | None:
    """Why stdout doesn't take what was printed. It takes anything from then on, to nowhere."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        mute()
    except OSError as error:
        mute()
        return error
    return None


def mute() -> None:
    """Nothing that is printed goes anywhere."""
    discard(sys.stdout.fileno())


def takes_nothing() -> bool:
    """Whether stdout is at fault for an error that names no file."""
    try:
        os.write(sys.stdout.fileno(), b"\n")
    except OSError:
        return True
    return False


def to_stderr() -> None:
    """All that is printed from now on."""
    mute()  # what was printed and not taken
    sys.stdout = sys.stderr


def complain(text: str) -> None:
    """One line on stderr, if that takes it."""
    try:
        print(f"runner.py: {text}", file=sys.stderr)
    except OSError:
        discard(sys.stderr.fileno())
