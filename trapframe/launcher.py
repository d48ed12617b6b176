"""Emulators that are started once and forked for each run: docs/launcher.md."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from trapframe import process

VARIABLE = "TRAPFRAME_LAUNCHER"  # names the server's end of the socket
HELLO = b"trapframe launcher 1"
READY = 10.0  # seconds in which an emulator has to come to where it is stopped
ANSWER = 5.0  # and in which it has to make a process
MESSAGE = 256


@dataclass(frozen=True)
class Program:
    """What is started once. Of two engines with one Program, each run of either may come from one server."""

    library: Path  # launcher/NAME.c, built
    command: tuple[str, ...]  # the engine's own, and what the launcher adds
    env: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]  # its folder's, a ROM of random bytes among them


class Forked:
    """A process that a server made, our own child: as much of Popen as a run needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


@dataclass
class Server:
    """One emulator, stopped before its guest's first instruction; or why there is none."""

    program: Program
    why_not: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)  # of the socket: an order, its answer
    line: socket.socket | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self, folder: Path) -> None:
        folder.mkdir()
        for name, content in self.program.files:
            (folder / name).write_bytes(content)
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = {**os.environ, **dict(self.program.env), VARIABLE: str(theirs.fileno())}
        env["LD_PRELOAD"] = " ".join(filter(None, (str(self.program.library), env.get("LD_PRELOAD"))))
        try:
            self.process = subprocess.Popen(
                self.program.command,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return self.end(f"it can't be started: {error}")
        finally:
            theirs.close()
        process.limit_core(self.process.pid)
        self.line.settimeout(READY)
        try:
            said = self.line.recv(MESSAGE)
        except TimeoutError:
            return self.end(f"it isn't ready after {READY:g} s")
        if said != HELLO:
            return self.end(said.decode(errors="replace") or "it ended, or it doesn't load the launcher's library")
        self.line.settimeout(ANSWER)

    def fork(self, folder: Path, log: int) -> Forked | None:
        """None where the server is gone: whoever asked starts the emulator afresh."""
        with self.lock:
            if self.line is None:
                return None
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                socket.send_fds(self.line, [b"x"], [place, log])
                answer = self.line.recv(MESSAGE)
            except OSError as error:
                answer = str(error).encode()
            finally:
                os.close(place)
            if len(answer) == 4 and (pid := struct.unpack("=i", answer)[0]) > 0:
                return Forked(pid)
            self.end("it died between two runs")
            return None

    def end(self, why_not: str) -> None:
        self.why_not = why_not
        if self.line:
            self.line.close()
            self.line = None
        if self.process:
            process.kill_group(self.process.pid)
            self.process.wait()
            self.process = None


class Servers:
    """Those of one run: each is started when its first process is wanted."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._lock = threading.Lock()
        self._servers: dict[Program, Server] = {}
        self._starting: dict[Program, threading.Event] = {}

    def fork(self, program: Program, folder: Path, log: int) -> Forked | None:
        return self._server(program).fork(folder, log)

    def why_not(self, program: Program) -> str:
        """Why this program has no server; empty while it has one, or hasn't been asked for."""
        server = self._servers.get(program)
        return server.why_not if server else ""

    def _server(self, program: Program) -> Server:
        """Started by the first thread that asks; the others wait for it."""
        with self._lock:
            server = self._servers.get(program)
            if server is None:
                server = self._servers[program] = Server(program)
                server.lock.acquire()
                mine = True
            else:
                mine = False
            number = len(self._servers)
        if mine:
            try:
                server.start(self._scratch / f"server-{number}")
            finally:
                server.lock.release()
        return server

    def close(self) -> None:
        for server in self._servers.values():
            with server.lock:
                server.end("the run is over")
