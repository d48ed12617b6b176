"""Emulators that take one ROM after the other in one process, a fresh machine for each: docs/launcher.md."""

from __future__ import annotations

import os
import re
import select
import subprocess
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

from trapframe.engines.engine import LOG_LIMIT, Engine
from trapframe.engines.job import ROM_SIZE, write_files
from trapframe.system import process, scratch
from trapframe.system.bond import Bond
from trapframe.system.interrupt import STOP, Stop
from trapframe.system.process import CHUNK, LOOK, Ended, Limit, Why

VARIABLE = "TRAPFRAME_SERVER"  # the descriptor that it answers on; ROMs come on its stdin
HELLO = b"trapframe server 1\n"
READY = 20.0  # seconds in which it has to say so
ANSWER = re.compile(rb"(serial|end) ([0-9]{1,6})\n")
ANSWER_SIZE = 16  # of the longest


class ServerError(Exception):
    """It can't be used, and why."""


class Server:
    """One process, which runs one ROM at a time. After whatever isn't an answer it is closed."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._bond = Bond()
        self._most = engine.most
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self._log, log = os.pipe()
        self._fds = [self._orders, self._answers, self._log]
        self._come = bytearray()  # answers that nobody has read yet
        self._said = bytearray()  # on stdout and stderr
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        write_files(folder, ((engine.rom, bytes(ROM_SIZE)), *engine.files))
        try:
            self._process = subprocess.Popen(
                engine.command,
                cwd=folder,
                env={**engine.environment, scratch.OWNER: str(folder.parent), VARIABLE: str(answers)},
                stdin=orders,
                stdout=log,
                stderr=log,
                pass_fds=(answers, self._bond.theirs),
                start_new_session=True,
            )
            self._bond.tie(-self._process.pid)
        except (OSError, ValueError) as error:
            raise ServerError(f"it can't be started: {error}") from error
        finally:
            for fd in (orders, answers, log):
                os.close(fd)
            if not self._process:
                self.close()
        self._pid = self._process.pid
        process.no_core(self._pid)
        for fd in self._fds:
            os.set_blocking(fd, False)
        try:
            self._greet()
        except ServerError:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        return bool(self._fds)

    def close(self) -> None:
        """Ends it."""
        if self._process:
            process.kill_group(self._process.pid)
            self._process.wait()
        self._bond.close()
        for fd in self._fds:
            os.close(fd)
        self._fds = []

    def _greet(self) -> None:
        deadline = time.monotonic() + READY
        while len(self._come) < len(HELLO):
            why = self._follow(deadline, None)
            if why is Why.STOPPED:
                raise ServerError("the run was interrupted")
            if why is Why.LIMIT:
                raise ServerError(f"it isn't ready after {READY:g} s")
            if why:
                last = self._said.decode(errors="replace").strip().splitlines()[-1:]
                raise ServerError(": ".join(["it ended", *last]))
        said = bytes(self._come[: len(HELLO)])
        if said != HELLO:
            raise ServerError(
                f"it says {ascii(said.decode(errors='replace'))}, expected {ascii(HELLO.decode())}"
            )
        del self._come[: len(HELLO)]

    def run(self, rom: bytes, limit: Limit, stop: Stop | None) -> Ended:
        """As a process of its own would have ended."""
        began = time.monotonic()
        spent = process.spent(self._pid) + limit.processor
        self._said.clear()
        serial = bytearray()
        rest = memoryview(rom)
        status: int | None = None
        why: Why | None = None
        while status is None and why is None:
            rest = self._send(rest)
            why = self._follow(began + limit.seconds, stop, sending=bool(rest))
            try:
                status = self._answer(serial)
            except ServerError as error:
                self._said += f"\n{error}".encode()
                break
            if why is None and status is None and process.spent(self._pid) >= spent:
                why = Why.LIMIT
            if len(serial) > self._most or len(self._said) > LOG_LIMIT:
                why, status = Why.FLOOD, None
        if status is not None:
            why = Why.ITSELF
        elif why is Why.ITSELF:
            status = self._last(began + limit.seconds - time.monotonic())
        else:
            self.close()
        sent, log = bytes(serial[: self._most]), bytes(self._said[:LOG_LIMIT])
        return Ended(why or Why.ITSELF, status, sent, log, time.monotonic() - began)

    def _last(self, seconds: float) -> int | None:
        """How it ended, when it has closed its lines."""
        try:
            return self._process.wait(max(0.0, seconds)) if self._process else None
        except subprocess.TimeoutExpired:
            return None
        finally:
            self.close()

    def _send(self, rest: memoryview) -> memoryview:
        """What the pipe takes now of a ROM; the rest of it."""
        try:
            return rest[os.write(self._orders, rest) :] if rest else rest
        except BlockingIOError:
            return rest
        except BrokenPipeError:
            return rest[:0]  # it has ended, or doesn't want the rest

    def _follow(self, deadline: float, stop: Stop | None, sending: bool = False) -> Why | None:
        """Waits a little while for anything, and reads it. Why it is all over, if it is."""
        poll = select.poll()
        stops = {STOP.fileno()} | ({stop.fileno()} if stop else set())
        for fd in (self._answers, self._log, *stops):
            poll.register(fd, select.POLLIN)
        if sending:
            poll.register(self._orders, select.POLLOUT)
        ready = {fd for fd, _ in poll.poll(max(0.0, min(LOOK, deadline - time.monotonic())) * 1000)}
        if stops & ready:
            return Why.STOPPED
        open_log = self._read(self._log, self._said)  # before what it answered, which it says last
        if not self._read(self._answers, self._come) or not open_log:
            return Why.ITSELF
        return Why.LIMIT if time.monotonic() >= deadline else None

    @staticmethod
    def _read(fd: int, into: bytearray) -> bool:
        """All that is there. False at its end."""
        try:
            while chunk := os.read(fd, CHUNK):
                into += chunk
            return False
        except BlockingIOError:
            return True

    def _answer(self, serial: bytearray) -> int | None:
        """Takes what has come of the serial line. The status, when that has come."""
        while found := ANSWER.match(self._come):
            number = int(found[2])
            if found[1] == b"end":
                del self._come[: found.end()]
                return number
            whole = found.end() + number
            if len(self._come) < whole:
                return None
            serial += self._come[found.end() : whole]
            del self._come[:whole]
        if b"\n" in self._come[:ANSWER_SIZE] or len(self._come) > ANSWER_SIZE:
            raise ServerError(f"the server answers {ascii(bytes(self._come[:40]))}")
        return None


class Pool:
    """The servers of one engine, as many as there are callers at once; or why there are none."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self._folder = folder
        self._free: SimpleQueue[Server] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self.why_not = ""

    def serve(self, rom: bytes, limit: Limit, stop: Stop | None) -> Ended | None:
        try:
            server = self._free.get_nowait()
        except Empty:
            found = self._start()
            if not found:
                return None
            server = found
        ended = None
        try:
            ended = server.run(rom, limit, stop)
        finally:
            if not ended:
                server.close()
            elif server.alive:
                self._free.put(server)
        return ended

    def _start(self) -> Server | None:
        """None after the first one that couldn't be had: the next would end in the same way."""
        with self._lock:
            if self.why_not:
                return None
            self._started += 1
            folder = self._folder / f"{self.engine.id.kind}-{id(self):x}-{self._started}"
        try:
            return Server(self.engine, folder)
        except (ServerError, OSError) as error:
            self.why_not = str(error)
            return None

    def close(self) -> None:
        while True:
            try:
                self._free.get_nowait().close()
            except Empty:
                return
