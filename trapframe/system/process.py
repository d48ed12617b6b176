"""Runs one foreign process to its end: bounded output, a time limit, its whole group killed."""

from __future__ import annotations

import ctypes
import math
import os
import re
import resource
import select
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from trapframe.system import interrupt
from trapframe.system.bond import Bond
from trapframe.system.interrupt import STOP, Stop

CHUNK = 65_536
PAGE = 4096  # of x86-64; the only processor with launchers
LOOK = 0.25  # seconds from one look at the size of a serial line that is a file to the next
LOOK_BACK = 512  # how far before a new chunk a watched pattern may begin
PR_SET_CHILD_SUBREAPER = 36
FILE_SIZE = 1 << 20  # what a process may write into one file, at least


class Why(Enum):
    """Why a process is at its end."""

    ITSELF = "it ended by itself"
    WATCH = "it sent what ends a run"
    LIMIT = "the time limit"
    FLOOD = "it sent too much"
    STOPPED = "we were told to stop"
    MISSING = "it could not be started"


@dataclass(frozen=True)
class Channel:
    """How much may come on one line, what ends the run as soon as it comes, and who is told of all."""

    limit: int
    watch: re.Pattern[bytes] | None = None
    tell: Callable[[bytes], None] | None = None


@dataclass(frozen=True)
class Ended:
    """A process that is gone."""

    why: Why
    status: int | None  # only where it ended by itself; negative: the signal
    serial: bytes
    log: bytes
    seconds: float
    error: str = ""  # for MISSING


class Forked:
    """A process that another one made for us, our own child: as much of Popen as a run of it needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    @staticmethod
    def sent(serial: bytes) -> bytes:
        """Without the rest of the page that it had mapped, if it was killed: launcher/launcher.c."""
        return serial.rstrip(b"\0") if len(serial) % PAGE == 0 else serial


# Makes one in a folder. The descriptors: of its log, and of the end of its bond.
Fork = Callable[[Path, int, int], Forked | None]


@dataclass
class _Sink:
    """The reading end of one line, and what came so far."""

    fd: int
    channel: Channel
    data: bytearray = field(default_factory=bytearray)
    flooded: bool = False
    seen: bool = False  # the watched pattern
    open: bool = True

    def read(self) -> bool:
        """One chunk. False where nothing more is there now."""
        try:
            chunk = os.read(self.fd, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self.open = False
            return False
        start = max(0, len(self.data) - LOOK_BACK)
        self.data += chunk
        if self.channel.tell:
            self.channel.tell(chunk)
        if self.channel.watch and self.channel.watch.search(self.data, start):
            self.seen = True
        if len(self.data) > self.channel.limit:
            self.flooded = True
        return True

    def drain(self) -> None:
        while self.open and not self.flooded and self.read():
            pass

    def bytes(self) -> bytes:
        return bytes(self.data[: self.channel.limit])


class Limit(NamedTuple):
    """What a process may take."""

    seconds: float
    processor: float = math.inf  # seconds of its threads together


@interrupt.held()
def run(
    command: Sequence[str],
    *,
    folder: Path,
    env: Mapping[str, str],
    limit: Limit,
    log: Channel,
    serial: Channel,
    file: str = "",
    stop: Stop | None = None,
    file_size: int = FILE_SIZE,
    fork: Fork | None = None,
) -> Ended:
    """Never leaves the process, or one of its group, behind, whatever becomes of us.

    `fork` may make the process instead of the command; where it makes none, the command is started.

    `log` is stdout and stderr. The serial line is the file of that name, made here in `folder`, or stdout
    without one. It is a FIFO only where it is watched: that wakes us up for nearly each byte.
    """
    began = time.monotonic()
    fds: list[int] = []
    process: subprocess.Popen[bytes] | Forked | None = None
    bond: Bond | None = None
    if STOP.is_set:
        return Ended(Why.STOPPED, None, b"", b"", 0.0)
    try:
        log_in, log_out = os.pipe()
        fds += [log_in, log_out]
        stdout = log_out
        if file and serial.watch:
            os.mkfifo(folder / file)
            # Read and write: a FIFO whose writers come and go then never looks closed.
            serial_in = os.open(folder / file, os.O_RDWR | os.O_CLOEXEC)
        elif file:
            serial_in = os.open(folder / file, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        else:
            serial_in, stdout = os.pipe()
            fds += [stdout]
        fds += [serial_in]
        for fd in (log_in, serial_in):
            os.set_blocking(fd, False)
        bond = Bond()
        try:
            process = fork(folder, log_out, bond.theirs) if fork else None
            process = process or subprocess.Popen(
                command,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=log_out,
                start_new_session=True,
                pass_fds=(bond.theirs,),
            )
        except (OSError, ValueError) as error:
            return Ended(Why.MISSING, None, b"", b"", time.monotonic() - began, _reason(error))
        bond.tie(-process.pid)
        _limit(process.pid, limit.seconds, max(file_size, serial.limit + 1))
        for fd in {log_out, stdout}:
            os.close(fd)
            fds.remove(fd)
        sinks = (_Sink(serial_in, serial), _Sink(log_in, log))
        why = _follow(process.pid, sinks, began + limit.seconds, limit.processor, stop)
        kill_group(process.pid)  # before it is reaped: until then nobody else can have its number
        for sink in sinks:
            sink.drain()
        status = process.wait()
        if any(sink.flooded for sink in sinks) and why is not Why.STOPPED:
            why = Why.FLOOD
        own_status = status if why is Why.ITSELF else None
        sent = sinks[0].bytes()
        if isinstance(process, Forked):
            sent = process.sent(sent)
        return Ended(why, own_status, sent, sinks[1].bytes(), time.monotonic() - began)
    finally:
        if process is not None and process.returncode is None:
            kill_group(process.pid)
            process.wait()
        if bond:
            bond.close()
        for fd in fds:
            os.close(fd)


@interrupt.held()
def foreground(command: Sequence[str], *, folder: Path, env: Mapping[str, str]) -> int:
    """The status of a program that has our terminal, and Ctrl-C with it. What it starts ends with it."""
    spared = adopt_orphans()
    bond = Bond()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with subprocess.Popen(command, cwd=folder, env=env, pass_fds=(bond.theirs,)) as process:
            bond.tie(process.pid)
            ended = os.pidfd_open(process.pid)
            poll = select.poll()
            for fd in (ended, STOP.fileno()):
                poll.register(fd, select.POLLIN)
            poll.poll()
            os.close(ended)
            process.kill()
        return process.returncode
    finally:
        bond.close()
        end_orphans(spared)
        signal.signal(signal.SIGINT, before)


def kill_group(pid: int) -> None:
    """The leader by its own number, too: a forked one isn't a leader yet when it begins."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def no_core(pid: int) -> None:
    """No core dump of this process, nor of those that it makes."""
    try:
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        pass  # it is gone already


def adopt_orphans() -> frozenset[int]:
    """From now on a process that left its group becomes our child when its parent dies: see end_orphans().

    Returns the children that we have already: a shell that became us by `exec` may have left some.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    return _children()


def end_orphans(spared: frozenset[int]) -> None:
    """Kills all children but the spared ones. To be called when no process of ours is wanted any more."""
    while children := _children() - spared:
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            except (ProcessLookupError, ChildProcessError):
                pass


def _follow(pid: int, sinks: Sequence[_Sink], deadline: float, processor: float, stop: Stop | None) -> Why:
    """Reads until the first of the process's end, the limit, a flood, a watched pattern, or the stop."""
    ended = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        files = [sink for sink in sinks if stat.S_ISREG(os.fstat(sink.fd).st_mode)]
        by_fd = {sink.fd: sink for sink in sinks if sink not in files}
        for fd in by_fd:
            poll.register(fd, select.POLLIN)
        stops = {STOP.fileno()} | ({stop.fileno()} if stop else set())
        for fd in stops:
            poll.register(fd, select.POLLIN)
        while True:
            left = max(0.0, deadline - time.monotonic())
            looks = files or processor < math.inf
            ready = {fd for fd, _ in poll.poll(min(left, LOOK if looks else left) * 1000)}
            if stops & ready:
                return Why.STOPPED
            for fd in ready & by_fd.keys():
                sink = by_fd[fd]
                sink.read()
                if sink.flooded:
                    return Why.FLOOD
                if sink.seen:
                    return Why.WATCH
                if not sink.open:
                    poll.unregister(fd)
            if ended in ready:
                return Why.ITSELF
            if any(os.fstat(sink.fd).st_size > sink.channel.limit for sink in files):
                return Why.FLOOD
            if time.monotonic() >= deadline or processor < math.inf and spent(pid) >= processor:
                return Why.LIMIT
    finally:
        os.close(ended)


def spent(pid: int) -> float:
    """Seconds of processor time."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the clock of a process: clock_getcpuclockid(3)
    except OSError:
        return 0.0  # it is gone already


def _limit(pid: int, seconds: float, file_size: int) -> None:
    """What holds even if we are killed first: processor time, core dumps, file size. What it starts
    before we come to this has no limits."""
    processor = int(seconds) * 4 + 10
    for what, value in (
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, file_size),
    ):
        try:
            resource.prlimit(pid, what, (value, value))
        except (OSError, ValueError):
            pass  # it is gone already, or a lower limit holds


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _children() -> frozenset[int]:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return frozenset()  # there is none, as nearly always: which they are takes 10 ms
    found = set()
    for name in os.listdir("/proc"):
        if not name.isdecimal():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as line:
                fields = line.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(name))
    return frozenset(found)
