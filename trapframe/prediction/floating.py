"""x87, MMX and SSE: what they compute is in no register of a record, so only what refuses them counts."""

from __future__ import annotations


from trapframe.prediction.operand import Instruction
from trapframe.prediction.privileged import increment_ssp
from trapframe.prediction.processor import (
    AC_FLAG,
    CR4_OSFXSR,
    EM,
    MP,
    NM,
    NotFollowed,
    Processor,
    TS,
    UD,
    fault,
    refuse_lock,
)

# By opcode and /reg of a memory operand: bytes; what is written has a minus sign. Others are not followed.
X87 = {
    0xD8: dict.fromkeys(range(8), 4),
    0xD9: {0: 4, 2: -4, 3: -4, 5: 2, 7: -2},
    0xDA: dict.fromkeys(range(8), 4),
    0xDB: {0: 4, 1: -4, 2: -4, 3: -4, 5: 10, 7: -10},
    0xDC: dict.fromkeys(range(8), 8),
    0xDD: {0: 8, 1: -8, 2: -8, 3: -8, 7: -2},
    0xDE: dict.fromkeys(range(8), 2),
    0xDF: {0: 2, 1: -2, 2: -2, 3: -2, 4: 10, 5: 8, 6: -10, 7: -8},
}


def x87(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    refuse_lock(one)
    if cpu.machine.cr0 & (EM | TS):
        raise fault(NM)
    size = X87[one.opcode].get(one.reg & 7, 0) if one.mod != 3 else 0
    if one.mod == 3 and one.opcode in (0xDA, 0xDB, 0xDF):
        raise NotFollowed("x87")  # some of these write flags or AX
    if one.mod != 3 and (
        not size or abs(size) == 10 or cpu.machine.cpl == 3 and cpu.machine.rflags & AC_FLAG
    ):
        raise NotFollowed("x87")

    def effect() -> None:
        if size < 0:
            cpu.store_unknown(one.segment, one.address, -size)
        elif size:
            cpu.access(one.segment, one.address, size, False)
        cpu.next(one)

    raise NotFollowed("x87", effect)


def fwait(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    if cpu.machine.cr0 & MP and cpu.machine.cr0 & TS:
        raise fault(NM)
    raise NotFollowed("x87", lambda: cpu.next(one))


IMMEDIATE = (0x0F70, 0x0F71, 0x0F72, 0x0F73, 0x0FC2, 0x0FC4, 0x0FC5, 0x0FC6)


TO_REGISTERS = (0x0F2C, 0x0F2D, 0x0F2E, 0x0F2F, 0x0F50, 0x0FC5, 0x0FD7)


def vector(cpu: Processor, one: Instruction) -> None:
    """SDM 3A table "Action Taken From Different Combinations of EM, MP, TS"; SSE's part of it."""
    cpu.operand(one, 0, 1 if one.opcode in IMMEDIATE else 0)
    refuse_lock(one)
    if one.opcode in IMMEDIATE:
        one.take()
    mmx = one.opcode & 0xFF >= 0x60 and one.opcode not in (0x0FC2, 0x0FC6)
    mmx = mmx and not any(map(one.has, (0x66, 0xF2, 0xF3)))
    if cpu.machine.cr0 & EM or (not mmx and not cpu.machine.cr4 & CR4_OSFXSR):
        raise fault(UD)
    if cpu.machine.cr0 & TS:
        raise fault(NM)
    if one.mod != 3 or one.opcode in TO_REGISTERS or (one.opcode == 0x0F7E and not one.has(0xF3)):
        raise NotFollowed("SSE")
    raise NotFollowed("SSE", lambda: cpu.next(one))


def vector_plain(cpu: Processor, one: Instruction) -> None:
    """EMMS."""
    refuse_lock(one)
    if cpu.machine.cr0 & EM:
        raise fault(UD)
    if cpu.machine.cr0 & TS:
        raise fault(NM)
    cpu.next(one)


def group_15(cpu: Processor, one: Instruction) -> None:
    """FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, CLFLUSH, fences, and others."""
    cpu.operand(one, 0)
    reg, cr0 = one.reg & 7, cpu.machine.cr0
    if one.has(0xF3) and one.mod == 3 and reg == 5:
        return increment_ssp(cpu, one)
    if one.has(0xF3):
        raise NotFollowed("group 15")
    if one.mod == 3 and reg >= 5:
        raise NotFollowed("a fence", lambda: cpu.next(one))
    refuse_lock(one)
    if reg in (0, 1) and cr0 & (EM | TS):
        raise fault(NM)
    if reg in (2, 3) and (cr0 & EM or not cpu.machine.cr4 & CR4_OSFXSR):
        raise fault(UD)
    if reg in (2, 3) and cr0 & TS:
        raise fault(NM)
    if reg in (2, 3):
        if reg == 3:
            cpu.store_unknown(one.segment, one.address, 4)
        else:
            cpu.access(one.segment, one.address, 4, False)
        raise NotFollowed("MXCSR", lambda: cpu.next(one))
    if reg == 7:

        def effect() -> None:
            cpu.linear(one.segment, one.address, 1, False)
            cpu.next(one)

        raise NotFollowed("CLFLUSH", effect)
    raise NotFollowed("group 15")
