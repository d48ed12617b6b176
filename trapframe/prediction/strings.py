"""String instructions, one repetition after the other."""

from __future__ import annotations


from trapframe.prediction.arithmetic import CMP, arithmetic
from trapframe.prediction.operand import Instruction
from trapframe.prediction.privileged import check_ports
from trapframe.prediction.processor import DF, Processor, Raised, TF, refuse_lock, width


def string(cpu: Processor, one: Instruction) -> None:
    """Each repetition is done or not, and a trap comes between two of them (SDM 2B "REP")."""
    kind = one.opcode & 0xFE
    size = min(width(one), 4) if kind in (INS, OUTS) else width(one)
    refuse_lock(one)
    mask = (1 << one.address_size) - 1
    repeated = one.has(0xF3) or one.has(0xF2)
    step = -size if cpu.machine.rflags & DF else size
    if kind in (INS, OUTS):
        check_ports(cpu, cpu.read(2, 2), size)
    flags = cpu.machine.rflags
    while not repeated or cpu.gpr(1) & mask:
        repetition(cpu, one, kind, size, mask, flags)
        if kind in (INS, OUTS):
            cpu.watch(cpu.read(2, 2), size, "io")
        if kind in (MOVS, LODS, CMPS, OUTS):
            advance(cpu, 6, step, one.address_size)
        if kind in (MOVS, STOS, CMPS, SCAS, INS):
            advance(cpu, 7, step, one.address_size)
        if not repeated:
            break
        advance(cpu, 1, -1, one.address_size)
        if kind in (CMPS, SCAS) and bool(cpu.machine.rflags & 64) != one.has(0xF3):
            break
        if cpu.gpr(1) & mask and (cpu.machine.rflags & TF or cpu.pending.dr6):
            cpu.between = True
            return
    cpu.next(one)


INS, OUTS, MOVS, CMPS, STOS, LODS, SCAS = 0x6C, 0x6E, 0xA4, 0xA6, 0xAA, 0xAC, 0xAE


def repetition(cpu: Processor, one: Instruction, kind: int, size: int, mask: int, flags: int) -> None:
    source = (one.override or "ds", cpu.gpr(6) & mask, size)
    target = ("es", cpu.gpr(7) & mask, size)
    if kind == MOVS:
        cpu.store(*target, cpu.load(*source))
    elif kind == STOS:
        cpu.store(*target, cpu.read(0, size, 1))
    elif kind == INS:
        cpu.store_unknown(*target)
    elif kind == LODS:
        cpu.write(0, size, cpu.load(*source), 1)
    elif kind == OUTS:
        cpu.load(*source)
    else:
        try:
            a = cpu.load(*source) if kind == CMPS else cpu.read(0, size, 1)
            b = cpu.load(*target)
        except Raised:
            cpu.machine.rflags = flags  # SDM 2B "REP": as before the instruction
            raise
        arithmetic(cpu, CMP, a, b, size)


def advance(cpu: Processor, number: int, step: int, bits: int) -> None:
    cpu.write(number, bits // 8, (cpu.gpr(number) + step) & (1 << bits) - 1, 1)
