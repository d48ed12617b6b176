"""Runs one ROM on one engine, in a folder of its own, and never raises."""

from __future__ import annotations

import itertools
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trapframe.engines.engine import Engine, PROGRAM, ROW
from trapframe.model import End, RunResult
from trapframe.system import process, scratch
from trapframe.system.interrupt import Stop
from trapframe.system.process import Fork, Forked, Limit

ROM_SIZE = 65_536
VARIANT = 0xFFE8  # docs/contract.md
# Runs a ROM in a process that there is already; nothing where there is none.
Serve = Callable[[bytes, Limit, Stop | None], process.Ended | None]
NUMBERS = itertools.count(1)  # of the folders of runs
LOG_KEPT = 8_192  # of the beginning, and of the end


@dataclass(frozen=True)
class Job:
    """What is to run."""

    case: str
    engine: Engine
    engine_id: str  # unique among the engines of a run
    image: bytes  # the base image
    variant: int
    program: Path = Path()  # in place of it, on a hosted engine

    @property
    def command(self) -> tuple[str, ...]:
        if not self.engine.id.hosted:
            return self.engine.command
        values = {f"{{{PROGRAM}}}": str(self.program), f"{{{ROW}}}": str(self.variant)}
        return tuple(values.get(word, word) for word in self.engine.command)

    @property
    def rom(self) -> bytes | None:
        """None: the engine takes a program."""
        return None if self.engine.id.hosted else rom_for(self.image, self.variant)


def rom_for(image: bytes, variant: int) -> bytes:
    """The ROM that runs this row of the file's case table."""
    if len(image) != ROM_SIZE:
        raise ValueError(f"a ROM has {ROM_SIZE} bytes, this one {len(image)}")
    return image[:VARIANT] + struct.pack("<I", variant) + image[VARIANT + 4 :]


def fill_folder(folder: Path, engine: Engine, rom: bytes | None) -> None:
    """All that the engine's command line names."""
    write_files(folder, (*(() if rom is None else ((engine.rom, rom),)), *engine.files))


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, content in files:
        if "/" in name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)


def run_job(
    job: Job,
    limit: Limit,
    parent: Path,
    stop: Stop | None = None,
    fork: Fork | None = None,
    serve: Serve | None = None,
) -> RunResult | None:
    """What one process did; None where it was stopped with the whole run.

    `fork` may make the process, `serve` may have one that runs one ROM after the other.
    """
    began = time.monotonic()
    try:
        ended = serve(job.rom, limit, stop) if serve and job.rom else None
        ended = ended or _run(job, limit, parent, stop, fork)
    except Exception as error:  # a full disk, no more processes: one result, not the end of the run
        spent = time.monotonic() - began
        return RunResult(End.MISSING, b"", f"{type(error).__name__}: {error}", spent, None, job.command)
    if ended.why is process.Why.STOPPED:
        return None
    log = ended.error or _bounded(ended.log.decode(errors="backslashreplace"))
    end, reason = job.engine.read_end(ended), job.engine.reason(ended)
    return RunResult(end, ended.serial, log, ended.seconds, ended.status, job.command, reason)


def _run(job: Job, limit: Limit, parent: Path, stop: Stop | None, fork: Fork | None) -> process.Ended:
    engine = job.engine
    folder = parent / str(next(NUMBERS))
    folder.mkdir()

    def forked(folder: Path, log: int, bond: int) -> Forked | None:
        """It has read all files but the ROM already, where there is one."""
        child = fork(folder, log, bond) if fork else None
        if child is None:
            write_files(folder, engine.files)
        return child

    try:
        if (rom := job.rom) is not None:
            write_files(folder, [(engine.rom, rom)])
        return process.run(
            job.command,
            folder=folder,
            env={**engine.environment, scratch.OWNER: str(parent)},
            limit=limit,
            log=engine.log_channel(),
            serial=engine.serial_channel(),
            file=engine.serial,
            stop=stop,
            fork=forked,
        )
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """One by one, which is quicker; whatever there may be in a folder in it, the slow way."""
    try:
        for name in os.listdir(folder):
            os.unlink(f"{folder}/{name}")
        os.rmdir(folder)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def _bounded(log: str) -> str:
    if len(log) <= 2 * LOG_KEPT:
        return log
    return f"{log[:LOG_KEPT]}\n[... {len(log) - 2 * LOG_KEPT} characters left out ...]\n{log[-LOG_KEPT:]}"
