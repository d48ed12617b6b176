"""Shifts, bits, and products. Status flags that their pages leave undefined are open."""

from __future__ import annotations

from trapframe.prediction.arithmetic import SF_ZF_AF_PF, product_flags, set_flags, signed
from trapframe.prediction.operand import LOCK, Instruction
from trapframe.prediction.processor import CF, OF, UD, NotFollowed, Processor, fault, refuse_lock, width

ROL, ROR, RCL, RCR, SHL, SHR, SAL, SAR = range(8)
AF, ZF = 1 << 4, 1 << 6
BY_ONE, BY_CL, BY_IMMEDIATE = (0xD0, 0xD1), (0xD2, 0xD3), (0xC0, 0xC1)


def shift(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "SAL/SAR/SHL/SHR", "RCL/RCR/ROL/ROR": a count of 0 changes no flag."""
    size = width(one)
    cpu.operand(one, size, 1 if one.opcode in BY_IMMEDIATE else 0)
    count = one.take() if one.opcode in BY_IMMEDIATE else cpu.read(1, 1, 1) if one.opcode in BY_CL else 1
    refuse_lock(one)
    count &= 63 if size == 8 else 31
    with cpu.restoring_flags(cpu.machine.rflags):
        value = cpu.changed(one, size)
        cpu.set_value(one, size, shifted(cpu, one.reg & 7, value, count, 8 * size))
    cpu.next(one)


def shifted(cpu: Processor, which: int, value: int, count: int, bits: int) -> int:
    mask, top = (1 << bits) - 1, bits - 1
    carry = cpu.machine.rflags & 1
    if not count:
        return value
    if which in (ROL, ROR):
        count %= bits
        left = count if which == ROL else -count % bits
        result = (value << left | value >> bits - left) & mask
        carry = result & 1 if which == ROL else result >> top
    elif which in (RCL, RCR):
        whole = carry << bits | value
        left = count % (bits + 1) if which == RCL else -count % (bits + 1)
        whole = (whole << left | whole >> bits + 1 - left) & (1 << bits + 1) - 1
        result, carry = whole & mask, whole >> bits
    elif which in (SHL, SAL):
        result, carry = value << count & mask, value << count >> bits & 1
    else:
        signed = value - (value >> top << bits) if which == SAR else value
        result, carry = signed >> count & mask, signed >> count - 1 & 1
    if which >= SHL:
        set_flags(cpu, result, bits // 8, 0, bool(carry), False)
        cpu.leave_flags_open(AF)
    overflow = {
        ROL: result >> top ^ carry,
        RCL: result >> top ^ carry,
        SHL: result >> top ^ carry,
        SHR: value >> top,
    }
    flag = {**overflow, SAL: overflow[SHL], SAR: 0}.get(which, result >> top ^ result >> top - 1 & 1)
    cpu.machine.rflags = cpu.machine.rflags & ~(CF | OF) | carry | (OF if flag else 0)
    if count != 1:
        cpu.leave_flags_open(OF)
    return result


def double_shift(cpu: Processor, one: Instruction) -> None:
    """SHLD, SHRD."""
    size = one.operand_size // 8
    immediate = one.opcode & 1 == 0
    cpu.operand(one, size, 1 if immediate else 0)
    count = (one.take() if immediate else cpu.read(1, 1, 1)) & (63 if size == 8 else 31)
    refuse_lock(one)
    bits, source = 8 * size, cpu.read(one.reg, size)
    with cpu.restoring_flags(cpu.machine.rflags):
        value = cpu.changed(one, size)
        if count:
            left = one.opcode < 0x0FA8
            whole = value << bits | source if left else source << bits | value
            result = (whole << count >> bits if left else whole >> count) & (1 << bits) - 1
            carry = whole >> 2 * bits - count & 1 if left else whole >> count - 1 & 1
            set_flags(cpu, result, size, 0, bool(carry), False)
            cpu.leave_flags_open(OF | AF)
            value = result
        cpu.set_value(one, size, value)
    cpu.next(one)


BT, BTS, BTR, BTC = range(4)


def bit_test(cpu: Processor, one: Instruction) -> None:
    """BT, BTS, BTR, BTC: of a bit string in memory, the operand at the bit."""
    size = one.operand_size // 8
    by_number = one.opcode == 0x0FBA
    cpu.operand(one, size, 1 if by_number else 0)
    which = one.reg & 7
    if by_number and which < 4:
        raise fault(UD)
    which = which - 4 if by_number else one.opcode >> 3 & 3
    number = one.take() if by_number else cpu.read(one.reg, size)
    if one.has(LOCK) and (one.mod == 3 or which == BT):
        raise fault(UD)
    if one.mod != 3 and not by_number:
        number -= number >> 8 * size - 1 << 8 * size
        one.address = one.address + size * (number // (8 * size)) & (1 << one.address_size) - 1
    bit = number % (8 * size)
    value = cpu.value(one, size) if which == BT else cpu.changed(one, size)
    changed = {BT: value, BTS: value | 1 << bit, BTR: value & ~(1 << bit), BTC: value ^ 1 << bit}[which]
    if which != BT:
        cpu.set_value(one, size, changed)
    cpu.machine.rflags = cpu.machine.rflags & ~CF | value >> bit & 1
    cpu.leave_flags_open((SF_ZF_AF_PF | OF) & ~ZF)
    cpu.next(one)


def scan(cpu: Processor, one: Instruction) -> None:
    """BSF, BSR, TZCNT, LZCNT, POPCNT."""
    size = one.operand_size // 8
    cpu.operand(one, size)
    refuse_lock(one)
    value, counts = cpu.value(one, size), one.has(0xF3)
    if one.opcode == 0x0FB8 and not counts:
        raise fault(UD)
    flags = cpu.machine.rflags & ~(CF | ZF)
    if one.opcode == 0x0FB8:
        result = value.bit_count()
        flags = flags & ~(SF_ZF_AF_PF | OF) | (0 if value else ZF)
    elif not value:
        result = 8 * size
        flags |= CF if counts else ZF
    else:
        lowest, highest = (value & -value).bit_length() - 1, value.bit_length() - 1
        result = lowest if one.opcode == 0x0FBC else 8 * size - 1 - highest if counts else highest
        flags |= ZF if counts and not result else 0
    cpu.machine.rflags = flags
    if one.opcode != 0x0FB8:
        cpu.leave_flags_open((SF_ZF_AF_PF | OF) & ~ZF | (0 if counts else CF))
    if value or counts:
        cpu.write(one.reg, size, result)
    else:
        cpu.leave_open(one.reg, (1 << 8 * size) - 1, size)
    cpu.next(one)


def byte_swap(cpu: Processor, one: Instruction) -> None:
    """BSWAP; of 16 bits it is undefined."""
    refuse_lock(one)
    number, size = one.opcode & 7 | (8 if one.rex & 1 else 0), max(one.operand_size // 8, 4)
    value = int.from_bytes(cpu.read(number, size).to_bytes(size, "little"), "big")
    cpu.write(number, size, value)
    cpu.next(one)


def product(cpu: Processor, one: Instruction) -> None:
    """IMUL of two and of three operands."""
    size = one.operand_size // 8
    immediate = {0x69: min(size, 4), 0x6B: 1}.get(one.opcode, 0)
    cpu.operand(one, size, immediate)
    refuse_lock(one)
    factor = one.signed(immediate) if immediate else signed(cpu.read(one.reg, size), size)
    whole = factor * signed(cpu.value(one, size), size)
    cpu.write(one.reg, size, whole)
    product_flags(cpu, whole != signed(whole, size))
    cpu.next(one)


def checksum(cpu: Processor, one: Instruction) -> None:
    """CRC32, whose result nobody asks for."""
    if not one.has(0xF2):
        raise NotFollowed("MOVBE")
    size = width(one)
    cpu.operand(one, size)
    refuse_lock(one)
    cpu.value(one, size)
    cpu.write(one.reg, one.size_by_w, 0)
    cpu.leave_open(one.reg, 0xFFFFFFFF, 4)
    cpu.next(one)
