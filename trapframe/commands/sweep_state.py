"""One state of a sweep for somebody who looks on: the engine's own log of it, or gdb at its instruction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from trapframe.commands import debug, trace
from trapframe.engines.engine import Engine
from trapframe.report import in_gdb
from trapframe.sweep.rom import Part
from trapframe.sweep.walk import Shown, Sweep
from trapframe.system import scratch
from trapframe.system.folders import build_folder

ELF32 = 1  # the class of an ELF file
STUBS64 = 0x43  # as harness/sweep/layout.h has them
STUBS32 = (*range(18), 0x20, 0x21, 0x22, 0xFF)  # harness/sweep32/layout.h, at LOW_CODE


def rom_of(sweep: Sweep, part: Part) -> bytes:
    return replace(part, step=1, show=True).rom(sweep.base)


def trace_state(sweep: Sweep, part: Part, engine: Engine, timeout: float) -> Iterator[str]:
    """`engine`: with what [trace] of its file adds."""
    pattern = trace.pattern_of(engine)
    ended = trace.run_traced(engine, rom_of(sweep, part), timeout)
    for line in ended.log.split(b"\n"):
        if pattern.search(line):
            yield line.decode("ascii", "backslashreplace").strip()
    yield f"end: {engine.read_end(ended).value}"


def debug_state(root: Path, sweep: Sweep, part: Part, shown: Shown, engine: Engine) -> int:
    """`engine`: with what [debug] of its file adds."""
    gdb, elf = debug.gdb_here(), build_folder(root) / "sweeps" / f"{sweep.name}.elf"
    if shown.told.code is None or not elf.exists():
        raise debug.NoDebugger(f"{sweep.name}: without {elf}, or in a state that doesn't begin")
    what = f"{sweep.name}: before the instruction of the state"
    told = _told(elf.read_bytes()[4] == ELF32)
    with scratch.folder() as folder:
        text = debug.script_at(root, elf, shown.told.code, what, told, debug.emulator(engine))
        return debug.session(gdb, engine, rom_of(sweep, part), text, folder)


def _told(narrow: bool) -> in_gdb.Told:
    if narrow:
        return in_gdb.Told(4, 32, "*(char *)0x7000", 0, (), (), stub=4, vectors=STUBS32)
    return in_gdb.Told(8, 64, "stubs", 0, (), (), vectors=tuple(range(STUBS64)))
