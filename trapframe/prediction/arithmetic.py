"""Arithmetic and what it makes of the status flags; divisions."""

from __future__ import annotations


from trapframe.prediction.operand import Instruction, LOCK
from trapframe.prediction.processor import (
    CF,
    DE,
    OF,
    NotFollowed,
    Processor,
    Raised,
    STATUS,
    UD,
    fault,
    refuse_lock,
    width,
)

BOUNDS = 3 << 3  # of XCR0


def condition(flags: int, number: int) -> bool:
    """SDM 2B "Jcc"."""
    carry, parity, zero, sign, overflow = (bool(flags >> bit & 1) for bit in (0, 2, 6, 7, 11))
    conditions = (
        *(overflow, carry, zero, carry or zero, sign, parity),
        *(sign != overflow, zero or sign != overflow),
    )
    return conditions[number >> 1] != bool(number & 1)


def group_4(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 1)
    if one.reg & 7 > 1:
        raise fault(UD)
    count(cpu, one, 1, -1 if one.reg & 7 else 1)


def move_if(cpu: Processor, one: Instruction) -> None:
    """CMOVcc reads its operand whatever the condition."""
    size = one.operand_size // 8
    cpu.operand(one, size)
    refuse_lock(one)
    value = cpu.value(one, size)
    taken = condition(cpu.machine.rflags, one.opcode & 15)
    cpu.write(one.reg, size, value if taken else cpu.read(one.reg, size))
    cpu.next(one)


def set_if(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 1)
    refuse_lock(one)
    cpu.set_value(one, 1, int(condition(cpu.machine.rflags, one.opcode & 15)))
    cpu.next(one)


def exchange_add(cpu: Processor, one: Instruction) -> None:
    size = width(one)
    cpu.operand(one, size)
    if one.has(LOCK) and one.mod == 3:
        raise fault(UD)
    if one.mod != 3:
        cpu.access(one.segment, one.address, size, True)
    a, b = cpu.value(one, size), cpu.read(one.reg, size, one.rex)
    result = arithmetic(cpu, ADD, a, b, size)
    cpu.write(one.reg, size, a, one.rex)
    cpu.set_value(one, size, result)
    cpu.next(one)


def compare_exchange(cpu: Processor, one: Instruction) -> None:
    """The destination is written in any case."""
    size = width(one)
    cpu.operand(one, size)
    if one.has(LOCK) and one.mod == 3:
        raise fault(UD)
    if one.mod != 3:
        cpu.access(one.segment, one.address, size, True)
    found, accumulator = cpu.value(one, size), cpu.read(0, size, 1)
    arithmetic(cpu, CMP, accumulator, found, size)
    cpu.set_value(one, size, cpu.read(one.reg, size, one.rex) if found == accumulator else found)
    if found != accumulator:
        cpu.write(0, size, found, 1)
    cpu.next(one)


def count(cpu: Processor, one: Instruction, size: int, step: int) -> None:
    if one.mod == 3:
        refuse_lock(one)
    else:
        cpu.access(one.segment, one.address, size, True)  # a read that is a write: its fault has W/R set
    before = cpu.value(one, size)
    after = before + step & (1 << 8 * size) - 1
    if one.mod != 3:
        cpu.store(one.segment, one.address, size, after)
    else:
        cpu.write(one.rm, size, after, one.rex)
    set_flags(cpu, after, size, keep=CF, carry=False, adjust=(before ^ after ^ 1) & 16 != 0)
    top = 1 << 8 * size - 1
    overflow = after == top if step == 1 else before == top
    cpu.machine.rflags |= OF if overflow else 0
    cpu.next(one)


def set_flags(cpu: Processor, result: int, size: int, keep: int, carry: bool, adjust: bool) -> None:
    """All status flags but OF, which is cleared."""
    cpu.unknown_flags &= keep
    flags = cpu.machine.rflags & ~(STATUS & ~keep)
    flags |= CF if carry else 0
    flags |= 4 if not (result & 0xFF).bit_count() & 1 else 0
    flags |= 16 if adjust else 0
    flags |= 64 if not result else 0
    flags |= 128 if result >> 8 * size - 1 else 0
    cpu.machine.rflags = flags


ADD, OR, ADC, SBB, AND, SUB, XOR, CMP = range(8)


def arithmetic(cpu: Processor, which: int, a: int, b: int, size: int) -> int:
    top, mask = 1 << 8 * size - 1, (1 << 8 * size) - 1
    borrow = cpu.machine.rflags & 1 if which in (ADC, SBB) else 0
    if which in (ADD, ADC):
        whole = a + b + borrow
        result = whole & mask
        set_flags(cpu, result, size, 0, whole > mask, (a ^ b ^ result) & 16 != 0)
        overflow = (a ^ result) & (b ^ result) & top
    elif which in (SUB, SBB, CMP):
        whole = a - b - borrow
        result = whole & mask
        set_flags(cpu, result, size, 0, whole < 0, (a ^ b ^ result) & 16 != 0)
        overflow = (a ^ b) & (a ^ result) & top
    else:
        result = {OR: a | b, AND: a & b, XOR: a ^ b}[which]
        adjust = cpu.machine.rflags & 16 != 0  # undefined: as it was
        set_flags(cpu, result, size, 0, False, adjust)
        overflow = 0
    cpu.machine.rflags |= OF if overflow else 0
    return result


def alu(cpu: Processor, one: Instruction) -> None:
    """ADD to CMP: r/m with r, r with r/m, the accumulator with an immediate."""
    which, form = one.opcode >> 3, one.opcode & 7
    size = width(one)
    if form >= 4:
        refuse_lock(one)
        value = one.signed(min(size, 4)) & (1 << 8 * size) - 1
        result = arithmetic(cpu, which, cpu.read(0, size, 1), value, size)
        if which != CMP:
            cpu.write(0, size, result, 1)
        return cpu.next(one)
    cpu.operand(one, size)
    if one.has(LOCK) and (one.mod == 3 or form & 2 or which == CMP):
        raise fault(UD)
    register = cpu.read(one.reg, size, one.rex)
    if form & 2:
        result = arithmetic(cpu, which, register, cpu.value(one, size), size)
        if which != CMP:
            cpu.write(one.reg, size, result, one.rex)
    else:
        modify(cpu, one, which, register, size)
    cpu.next(one)


def modify(cpu: Processor, one: Instruction, which: int, value: int, size: int) -> None:
    if one.mod == 3 or which == CMP:
        result = arithmetic(cpu, which, cpu.value(one, size), value, size)
        if which != CMP:
            cpu.write(one.rm, size, result, one.rex)
        return
    flags = cpu.machine.rflags
    cpu.access(one.segment, one.address, size, True)  # a read that is a write: its fault has W/R set
    before = cpu.load(one.segment, one.address, size)
    result = arithmetic(cpu, which, before, value, size)
    try:
        cpu.store(one.segment, one.address, size, result)
    except Raised:
        cpu.machine.rflags = flags
        raise


def group_1(cpu: Processor, one: Instruction) -> None:
    size = width(one)
    narrow = 1 if one.opcode != 0x81 else min(size, 4)
    cpu.operand(one, size, narrow)
    value = one.signed(narrow) & (1 << 8 * size) - 1
    which = one.reg & 7
    if one.has(LOCK) and (one.mod == 3 or which == CMP):
        raise fault(UD)
    modify(cpu, one, which, value, size)
    cpu.next(one)


def test(cpu: Processor, one: Instruction) -> None:
    size = width(one)
    refuse_lock(one)
    if one.opcode in (0xF6, 0xF7):
        cpu.operand(one, size, min(size, 4))
        b = one.signed(min(size, 4)) & (1 << 8 * size) - 1
        a = cpu.value(one, size)
    elif one.opcode >= 0xA8:
        a, b = cpu.read(0, size, 1), one.signed(min(size, 4)) & (1 << 8 * size) - 1
    else:
        cpu.operand(one, size)
        a, b = cpu.value(one, size), cpu.read(one.reg, size, one.rex)
    arithmetic(cpu, AND, a, b, size)
    cpu.next(one)


def increment(cpu: Processor, one: Instruction) -> None:
    """INC and DEC of a register; in 64-bit mode these are REX."""
    one.mod, one.rm = 3, one.opcode & 7
    count(cpu, one, one.operand_size // 8, 1 if one.opcode < 0x48 else -1)


def nop(cpu: Processor, one: Instruction) -> None:
    if one.has(0xF3) and one.opcode == 0x90:
        refuse_lock(one)
        return cpu.next(one)  # PAUSE
    if one.rex & 1:
        return exchange_register(cpu, one)
    refuse_lock(one)
    cpu.next(one)


def exchange_register(cpu: Processor, one: Instruction) -> None:
    """XCHG with the accumulator."""
    size, number = one.operand_size // 8, one.opcode & 7 | (8 if one.rex & 1 else 0)
    refuse_lock(one)
    a, b = cpu.read(0, size, 1), cpu.read(number, size, 1)
    cpu.write(number, size, a, 1)
    cpu.write(0, size, b, 1)
    cpu.next(one)


def long_nop(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    # BNDMK of BND0 is followed: it changes nothing that is recorded.
    makes = one.opcode == 0x0F1B and one.has(0xF3) and not one.reg and (one.mod, one.rm & 7) != (0, 5)
    if one.opcode in (0x0F1A, 0x0F1B) and cpu.xcr0 & BOUNDS == BOUNDS and not makes:
        raise NotFollowed("MPX")
    refuse_lock(one)
    cpu.next(one)


def group_3(cpu: Processor, one: Instruction) -> None:
    size = width(one)
    start = one.length
    cpu.operand(one, size, 0)
    which = one.reg & 7
    if which in (0, 1):
        one.length = start
        return test(cpu, one)
    if one.has(LOCK) and (one.mod == 3 or which > 3):
        raise fault(UD)
    if which in (6, 7):
        divide(cpu, one, size, which == 7)
    elif which in (2, 3):
        if one.mod != 3:
            cpu.access(one.segment, one.address, size, True)
        value = cpu.value(one, size)
        result = ~value if which == 2 else arithmetic(cpu, SUB, 0, value, size)
        cpu.set_value(one, size, result)
        cpu.next(one)
    else:
        multiply(cpu, one, size, which == 5)


def divide(cpu: Processor, one: Instruction, size: int, signed: bool) -> None:
    """SDM 2A "DIV", "IDIV". Status flags are undefined behind it."""
    divisor = cpu.value(one, size)
    width = 8 * size
    if size == 1:
        dividend = cpu.read(0, 2)
    else:
        dividend = cpu.read(2, size) << width | cpu.read(0, size)
    if signed:
        divisor -= divisor >> width - 1 << width
        dividend -= dividend >> 2 * width - 1 << 2 * width
    if not divisor:
        raise fault(DE)
    quotient = abs(dividend) // abs(divisor) * (1 if (dividend < 0) == (divisor < 0) else -1)
    lowest, highest = (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)
    if not lowest <= quotient <= highest:
        raise fault(DE)
    remainder = dividend - quotient * divisor
    if size == 1:
        cpu.write(0, 2, (remainder & 0xFF) << 8 | quotient & 0xFF)
    else:
        cpu.write(0, size, quotient)
        cpu.write(2, size, remainder)
    cpu.next(one)


def aam(cpu: Processor, one: Instruction) -> None:
    divisor = one.take()
    if cpu.bits == 64 or one.has(LOCK):
        raise fault(UD)
    if not divisor:
        raise fault(DE)
    value = cpu.read(0, 1, 1)
    set_flags(cpu, value % divisor, 1, 0, False, False)
    cpu.leave_flags_open(OF | CF | 16)
    cpu.write(0, 2, value // divisor << 8 | value % divisor)
    cpu.next(one)


SF_ZF_AF_PF = 0xD4


def multiply(cpu: Processor, one: Instruction, size: int, with_sign: bool) -> None:
    """MUL and IMUL of the accumulator."""
    a, b = cpu.read(0, size, 1), cpu.value(one, size)
    whole = signed(a, size) * signed(b, size) if with_sign else a * b
    cpu.write(0, size, whole, 1)
    if size == 1:
        cpu.write(0, 2, whole)
    else:
        cpu.write(2, size, whole >> 8 * size)
    low = signed(whole, size) if with_sign else whole & (1 << 8 * size) - 1
    product_flags(cpu, whole != low)
    cpu.next(one)


def product_flags(cpu: Processor, overflow: bool) -> None:
    cpu.machine.rflags = cpu.machine.rflags & ~(CF | OF) | (CF | OF if overflow else 0)
    cpu.leave_flags_open(SF_ZF_AF_PF)


def signed(value: int, size: int) -> int:
    value &= (1 << 8 * size) - 1
    return value - (value >> 8 * size - 1 << 8 * size)
