"""A function of the case's own, called by the harness behind a frame, instruction by instruction."""

from __future__ import annotations

from collections.abc import Callable

from trapframe.prediction.machine import LMA, PE
from trapframe.prediction.processor import NotFollowed, Processor, Raised
from trapframe.prediction.table import execute
from trapframe.spec import SEGMENTS

STEPS = 20000
# At the end of what the harness maps one to one: nothing that a description tells.
STACK, COPY, RETURN = 0x7F0000, 0x7F0100, 0x7F0200
SEGMENTS_USED = ("es", "cs", "ss", "ds")
CODE, DATA = 11, 3


def call(cpu: Processor, function: int, frame: int, takes_back: Callable[[], bool]) -> None:
    """Its stores, and what it does to registers that no handler's return restores, stay.

    One that takes its frame back tells what came by values, which it has from the harness's own copy.
    """
    machine, before, pending = cpu.machine, cpu.machine.copy(), cpu.pending.dr6
    unknown, flags = dict(cpu.unknown), cpu.unknown_flags
    wide = bool(machine.efer & LMA)
    _enter(cpu, wide)
    machine.rip, size = function, 8 if wide else 4
    machine["rdi"] = frame
    for value in (RETURN,) if wide else (0, frame, RETURN):
        machine["rsp"] -= size
        cpu.memory.write(machine["rsp"], size, value)
    try:
        for _ in range(STEPS):
            if machine.rip == RETURN:
                break
            execute(cpu, cpu.decode())
            if takes_back():
                raise NotFollowed("an action of the case's own that takes its frame back")
        else:
            raise NotFollowed("an action that doesn't end")
    except Raised as raised:
        raise NotFollowed(f"an action of the case's own raises {raised.event.vector}") from None
    cpu.pending.dr6, cpu.unknown, cpu.unknown_flags = pending, unknown, flags
    for number in range(16):
        machine.gpr[number] = before.gpr[number]
    machine.rip, machine.rflags, machine.cpl = before.rip, before.rflags, before.cpl
    machine.cr0 = machine.cr0 & ~PE | before.cr0 & PE
    for name in SEGMENTS_USED:
        number = SEGMENTS.index(name)
        machine.segment[number] = before.segment[number]


def _enter(cpu: Processor, wide: bool) -> None:
    machine = cpu.machine
    machine.cr0 |= PE
    machine.cpl, machine.rflags, machine["rsp"] = 0, 2, STACK
    for name in SEGMENTS_USED:
        segment = machine.segment_of(name)
        code = name == "cs"
        segment.base, segment.limit = 0, 0xFFFFFFFF
        segment.type, segment.s, segment.p, segment.dpl = CODE if code else DATA, 1, 1, 0
        segment.l, segment.db = int(wide and code), int(not wide or not code)  # noqa: E741
