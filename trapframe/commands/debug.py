"""`debug`: one case on one engine under gdb, from the instruction that faults."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from trapframe.commands.arguments import add_how_to_run, read_how_to_run
from trapframe.engines.engine import Engine
from trapframe.engines.job import Job, fill_folder, rom_for, run_job
from trapframe.frames import environment, facts, record, symbol
from trapframe.model import CaseInfo, Record
from trapframe.report import in_gdb
from trapframe.runs.choice import choose_one
from trapframe.system import process, scratch
from trapframe.system.folders import ROOT, build_folder

EXAMPLE = "./runner.py debug page_fault/read_only_user_mov -e qemu"
WITH_GDB = ("setpriv", "--pdeathsig", "KILL")  # gdb gives the emulator a session of its own
ENDS = ("program_end", "program_end32", "program_end16")
SCRIPT = """\
set pagination off
set confirm off
set remotetimeout 60
set architecture i386:x86-64
file {elf}
target remote | exec {command}
hbreak *{at:#x}
continue
delete
python import sys; sys.path.insert(0, {root!r})
python from trapframe.report import in_gdb
python from trapframe.report.in_gdb import Known, Told
python in_gdb.define(gdb, {told})
printf "\\n{what}; `delivered` goes on to the handler and shows the frame,\\n"
printf "`here` the next instructions in any mode; `kill` and `quit` end it\\n"
here
"""


def script(root: Path, info: CaseInfo, found: Record, command: str) -> str | None:
    """What gdb is told; nothing where the record has no label to stop at."""
    fault = found.labels.get("fault") or next(iter(found.labels.values()), None)
    if fault is None:
        return None
    elf = build_folder(root) / f"{info.file}.elf"
    return script_at(root, elf, fault, f"{info.case}: at fault", _told(info, found), command)


def script_at(root: Path, elf: Path, at: int, what: str, told: in_gdb.Told, command: str) -> str:
    """It stops at this address."""
    return SCRIPT.format(
        elf=shlex.quote(str(elf)), command=command, root=str(root), told=told, at=at, what=what
    )


def _told(info: CaseInfo, found: Record) -> in_gdb.Told:
    env = environment.of(info.env)
    names = symbol.symbols(info, found)
    frames = []
    for frame in found.frames:
        layout = facts.taken_apart(frame, found, names)
        error = ("error",) if layout.error is not None else ()
        at = facts.linear_stack(frame, found)
        frames.append(in_gdb.Known(frame.vector, at, layout.unit, (*error, *layout.pushed)))
    return in_gdb.Told(
        word=env.word,
        bits=facts.entry(found)[1] if found.start else env.code[0],
        stubs="real_stubs" if env.word == 2 else "capture_stubs",
        entry=1 if env.word == 4 else 0,  # an IRET stands before it
        ends=ENDS,
        frames=tuple(frames),
    )


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="CASE")
    add_how_to_run(parser)


def command(options: argparse.Namespace) -> int:
    return debug(ROOT, options.name, *read_how_to_run(options))


class NoDebugger(Exception):
    """What `debug` needs isn't there."""

    exit_code = 2


def debug(
    root: Path, case: str, wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """gdb starts the emulator itself and talks to it through a pipe."""
    gdb = gdb_here()
    info, image, plain = choose_one(root, case, wanted, files, timeout, jobs)
    _, _, chosen = choose_one(root, case, wanted, files, timeout, jobs, "debug")
    with scratch.folder() as folder:
        result = run_job(
            Job(info.case, plain.engine, plain.id, image, info.variant), process.Limit(timeout), folder
        )
        text = result and script(root, info, record.parse(result.serial), emulator(chosen.engine))
        if not text:
            raise NoDebugger(f"{info.case}: its record on {plain.label} has no label to stop at")
        return session(gdb, chosen.engine, rom_for(image, info.variant), text, folder)


def gdb_here() -> str:
    gdb = shutil.which("gdb")
    if not gdb:
        raise NoDebugger("no gdb in PATH; apt-get install gdb")
    return gdb


def emulator(engine: Engine) -> str:
    """How gdb starts it."""
    with_gdb = WITH_GDB if shutil.which(WITH_GDB[0]) else ()
    return shlex.join([*with_gdb, *engine.command])


def session(gdb: str, engine: Engine, rom: bytes, text: str, folder: Path) -> int:
    fill_folder(folder, engine, rom)
    (folder / "script").write_text(text)
    command = [gdb, "-q", "-nx", "-x", "script"]
    env = {**engine.environment, scratch.OWNER: str(folder)}
    return process.foreground(command, folder=folder, env=env)
