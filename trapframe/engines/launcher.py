"""Emulators that are started once and forked for each run: docs/launcher.md."""

from __future__ import annotations

import os
import select
import socket
import struct
import subprocess
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from trapframe.engines.engine import Engine, ROM
from trapframe.engines.job import ROM_SIZE, Serve
from trapframe.engines.served import Pool
from trapframe.system import process, scratch
from trapframe.system.bond import Bond
from trapframe.system.interrupt import STOP
from trapframe.system.process import Fork, Forked

FOLDER = "launcher"  # in the build folder
VARIABLE = "TRAPFRAME_LAUNCHER"  # names the server's end of the socket
HELLO = b"trapframe launcher 1"
READY = 10.0  # seconds in which an emulator has to come to where it is stopped
ANSWER = 10.0  # and in which it has to make a process
MESSAGE = 256

NO_LAUNCHER = "its engine file names no launcher"
NO_LIBRARY = "there is no {}"
INTERRUPTED = "the run was interrupted"
DIED = "it died between two runs"


@dataclass(frozen=True)
class Program:
    """What is started once: engines that share all of this share a server."""

    library: Path
    command: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]


@dataclass
class Server:
    """One emulator, stopped before its guest's first instruction; or why there is none."""

    program: Program
    folder: Path
    lock: threading.Lock = field(default_factory=threading.Lock)  # of the socket: an order, its answer
    why_not: str = "it isn't started"
    _line: socket.socket | None = None
    _process: subprocess.Popen[bytes] | None = None
    _bond: Bond | None = None

    def start(self) -> None:
        """Whatever goes wrong, `why_not` says it."""
        try:
            self._start()
        except (OSError, ValueError) as error:
            self.end(f"it can't be started: {error}")

    def _start(self) -> None:
        if not self.program.library.is_file():
            return self.end(NO_LIBRARY.format(self.program.library))
        self.folder.mkdir()
        for name, content in ((ROM, os.urandom(ROM_SIZE)), *self.program.files):
            (self.folder / name).write_bytes(content)
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = {**os.environ, **dict(self.program.env), scratch.OWNER: str(self.folder.parent)}
        env[VARIABLE] = str(theirs.fileno())
        env["LD_BIND_NOW"] = "1"  # once here, and not in each process
        env["LD_PRELOAD"] = " ".join(filter(None, (str(self.program.library), env.get("LD_PRELOAD"))))
        self._bond = Bond()
        try:
            self._process = subprocess.Popen(
                self.program.command,
                cwd=self.folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), self._bond.theirs),
                start_new_session=True,
            )
        finally:
            theirs.close()
        self._bond.tie(-self._process.pid)
        process.no_core(self._process.pid)
        said = self._receive(READY)
        if said == HELLO:
            self.why_not = ""
        elif said is None:
            self.end(INTERRUPTED if STOP.is_set else f"it isn't ready after {READY:g} s")
        else:
            self.end(said.decode(errors="replace") or "it ended, or doesn't load the launcher's library")

    def fork(self, folder: Path, log: int, bond: int) -> Forked | None:
        """A process of our own in this folder; None where the server is gone."""
        with self.lock:
            if self._line is None:
                return None
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                socket.send_fds(self._line, [b"x"], [place, log, bond])
                answer = self._receive(ANSWER)
            except OSError:
                answer = b""
            finally:
                os.close(place)
            number = struct.unpack("=i", answer)[0] if answer and len(answer) == 4 else 0
            if number <= 0:
                self.end(
                    INTERRUPTED if STOP.is_set else f"{DIED}: {os.strerror(-number)}" if number else DIED
                )
            return Forked(number) if number > 0 else None

    def _receive(self, seconds: float) -> bytes | None:
        """Nothing (b"") from a server that ended; None where none came in time, or a signal came."""
        assert self._line
        poll = select.poll()
        for one in (self._line.fileno(), STOP.fileno()):
            poll.register(one, select.POLLIN)
        ready = {fd for fd, _ in poll.poll(seconds * 1000)}
        return self._line.recv(MESSAGE) if self._line.fileno() in ready else None

    def end(self, why_not: str) -> None:
        self.why_not = why_not
        if self._line:
            self._line.close()
        if self._process:
            process.kill_group(self._process.pid)
            self._process.wait()
        if self._bond:
            self._bond.close()
        self._line = self._process = self._bond = None


class Servers:
    """Those of one run. Each is started when its first process is wanted."""

    def __init__(self, libraries: Path, folder: Path) -> None:
        self._libraries = libraries
        self._folder = folder
        self._lock = threading.Lock()
        self._servers: dict[Program, Server] = {}
        self._afresh: dict[Program, str] = {}  # why: of those that were asked for and weren't there
        self._pools: dict[Engine, Pool] = {}  # of those that need no fork

    def begin(self, engines: Iterable[Engine]) -> None:
        """Starts theirs aside, so that they are ready when the first process is wanted.

        One after the other: at once they would take each other's time, and that of who reads the cases.
        """
        servers = [self._server(program) for program in filter(None, map(self._program, engines))]
        new = [server for server, is_first in servers if is_first]
        if new:
            threading.Thread(target=self._start, args=new).start()

    def fork(self, engine: Engine) -> Fork | None:
        """Makes a process of this engine, if it can be had so at all."""
        program = self._program(engine)
        return partial(self._fork, program) if program else None

    def serve(self, engine: Engine) -> Serve | None:
        """Runs ROMs of this engine, if it can do so."""
        if not engine.serves:
            return None
        with self._lock:
            return self._pools.setdefault(engine, Pool(engine, self._folder)).serve

    def why_afresh(self, engine: Engine) -> str:
        """Why its emulator was started afresh; empty where it wasn't."""
        if engine.serves:
            return self._pools[engine].why_not if engine in self._pools else ""
        program = self._program(engine)
        return self._afresh.get(program, "") if program else NO_LAUNCHER

    def close(self) -> None:
        for server in self._servers.values():
            with server.lock:
                server.end("the run is over")
        for pool in self._pools.values():
            pool.close()

    def _program(self, engine: Engine) -> Program | None:
        if not engine.launcher or not engine.serial:
            return None
        library = self._libraries / f"{engine.launcher.library}.so"
        return Program(library, (*engine.command, *engine.launcher.args), engine.env, engine.files)

    def _fork(self, program: Program, folder: Path, log: int, bond: int) -> Forked | None:
        server, is_first = self._server(program)
        if is_first:
            self._start(server)
        found = server.fork(folder, log, bond)
        if found is None:
            self._afresh.setdefault(program, server.why_not)
        return found

    def _server(self, program: Program) -> tuple[Server, bool]:
        """And whether it is new: then it is locked, and others wait in fork() until it is started."""
        with self._lock:
            found = self._servers.get(program)
            if found:
                return found, False
            server = self._servers[program] = Server(program, self._folder / f"server-{len(self._servers)}")
            server.lock.acquire()
            return server, True

    @staticmethod
    def _start(server: Server, *later: Server) -> None:
        try:
            server.start()
        finally:
            server.lock.release()
            if later:
                Servers._start(*later)
