"""Signals that end a command: every wait ends at once, and what would leave something behind isn't cut."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Ends every wait that polls it."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def set(self) -> None:
        """May be called from a signal handler."""
        try:
            os.write(self.writer, b"x")  # nobody reads it, so everybody who polls sees it
        except BlockingIOError:
            pass  # it is full, and so is set

    def clear(self) -> None:
        try:
            while os.read(self._reader, 4096):
                pass
        except BlockingIOError:
            pass

    @property
    def is_set(self) -> bool:
        return bool(_ready(self._reader, select.POLLIN))

    def fileno(self) -> int:
        return self._reader

    def close(self) -> None:
        os.close(self._reader)
        os.close(self.writer)


@dataclass
class _Command:
    """Signals are the whole process's, and so is this."""

    stop: Stop = field(default_factory=Stop)
    held: int = 0  # blocks that aren't to be cut
    came: int = 0  # signals


_COMMAND = _Command()
STOP = _COMMAND.stop  # set by the first signal, before any Python code learns of it


@contextmanager
def heeded() -> Iterator[None]:
    """Meanwhile a signal raises KeyboardInterrupt. What is ignored (by nohup) stays ignored.

    Python runs a handler in the main thread only, and not while that waits: a signal that comes just before
    it waits for a lock, or that the kernel gives to another thread, would be noticed when the wait is over.
    So no wait relies on the handler: the interpreter itself, in whatever thread, writes into `STOP`.
    """
    before = {
        number: signal.signal(number, _handle)
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    wakeup = signal.set_wakeup_fd(STOP.writer, warn_on_full_buffer=False)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)


def _handle(number: int, frame: FrameType | None) -> None:
    _COMMAND.came += 1
    _give_up_output()
    if not _COMMAND.held and not _unwinding():
        raise KeyboardInterrupt


def _unwinding() -> bool:
    """A second signal doesn't cut what the first one has left to tidy up."""
    error = sys.exception()
    while error and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _give_up_output() -> None:
    """A write to a reader that doesn't read would hold us up: after the signal it goes nowhere instead."""
    for fd in (1, 2):
        if not _ready(fd, select.POLLOUT):
            discard(fd)


def discard(fd: int) -> None:
    """What is written there goes nowhere from now on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, fd)
    os.close(nowhere)


@contextmanager
def held() -> Iterator[None]:
    """What a signal would have raised in this block, it raises at the end of it. Waits in it poll `STOP`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _COMMAND.came
    _COMMAND.held += 1
    try:
        yield
    finally:
        _COMMAND.held -= 1
        if _COMMAND.came > before and not _COMMAND.held and not _unwinding():
            raise KeyboardInterrupt


def answered() -> None:
    """To be called by who caught KeyboardInterrupt and goes on."""
    STOP.clear()


def lock(fd: int, kind: int = fcntl.LOCK_EX) -> None:
    """Waits for flock() until a signal comes."""
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
        return
    except BlockingIOError:
        pass
    locked = Stop()
    copy = os.dup(fd)

    def wait() -> None:
        fcntl.flock(copy, kind)
        os.close(copy)
        locked.set()

    # In a thread, since nothing waits for a lock and a pipe at once; it ends with the process.
    threading.Thread(target=wait, daemon=True).start()
    poll = select.poll()
    poll.register(locked.fileno(), select.POLLIN)
    poll.register(STOP.fileno(), select.POLLIN)
    while not locked.is_set:
        poll.poll()
        if STOP.is_set:
            raise KeyboardInterrupt
    locked.close()


def _ready(fd: int, what: int) -> int:
    poll = select.poll()
    poll.register(fd, what)
    return len(poll.poll(0))
