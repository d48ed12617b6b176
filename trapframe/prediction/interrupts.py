"""Instructions that raise an exception by themselves: INT n and its kin, UD, BOUND."""

from __future__ import annotations


from trapframe.prediction.operand import Instruction, LOCK
from trapframe.prediction.processor import (
    BR,
    DB,
    NotFollowed,
    OF,
    Processor,
    Raised,
    UD,
    fault,
    load_parts,
    refuse_lock,
)
from trapframe.spec import event


def int3(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    raise Raised(event("int3", 3, length=one.length))


def int_n(cpu: Processor, one: Instruction) -> None:
    vector = one.take()
    refuse_lock(one)
    raise Raised(event("int_n", vector, length=one.length))


def int1(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    raise Raised(event("int1", DB, length=one.length))


def into(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    if cpu.bits == 64:
        raise fault(UD)
    if cpu.machine.rflags & OF:
        raise Raised(event("into", 4, length=one.length))
    cpu.next(one)


def ud2(cpu: Processor, one: Instruction) -> None:
    raise fault(UD)


def ud_with_operand(cpu: Processor, one: Instruction) -> None:
    """UD1; UD0's operand is the processor's own affair."""
    cpu.operand(one, 0)
    raise fault(UD)


def invalid_in_64_bit_mode(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64:
        raise fault(UD)
    refuse_lock(one)
    raise NotFollowed(f"instruction {one.opcode:#x}")


def bound(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64:
        if cpu.xcr0 & 0xE6 != 0xE6:  # SSE, AVX, and AVX-512's three
            raise fault(UD)
        raise NotFollowed("EVEX prefix")
    cpu.operand(one, 0)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    size = one.operand_size // 8
    lower, upper = load_parts(cpu, one, size, size)
    top = 1 << 8 * size - 1
    index, low, high = ((value ^ top) - top for value in (cpu.read(one.reg, size), lower, upper))
    if not low <= index <= high:
        raise fault(BR)
    cpu.next(one)
