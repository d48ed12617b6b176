"""MMX, SSE and AVX: what refuses them, where their operands lie, and #XM. AVX-512 isn't in the table."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import or_

from trapframe.prediction import numbers as n
from trapframe.prediction.control import AVX, OSXSAVE, SSE, refuse
from trapframe.prediction.floating import wait
from trapframe.prediction.operand import LOCK, Instruction
from trapframe.prediction.processor import (
    CR4_OSFXSR,
    EM,
    NM,
    TS,
    UD,
    XM,
    NotFollowed,
    Processor,
    fault,
    refuse_lock,
)
from trapframe.prediction.machine import PE
from trapframe.prediction.privileged import clear_busy, increment_ssp
from trapframe.prediction.system import fs_gs_base

OSXMMEXCPT, DAZ, FTZ = 1 << 10, 1 << 6, 1 << 15
MXCSR_BITS, MASKS_AT = 0xFFFF, 7
IMMEDIATE = (0x0F70, 0x0F71, 0x0F72, 0x0F73, 0x0FC2, 0x0FC4, 0x0FC5, 0x0FC6)
TO_REGISTERS = (0x0F50, 0x0FC5, 0x0FD7)
WHOLE_MOVES = {0x0F10: False, 0x0F11: True, 0x0F28: False, 0x0F29: True, 0x0F2B: True, 0x0FE7: True}
INTEGER_MOVES = {0x0F6F: False, 0x0F7F: True}
HALF_MOVES = {0x0F12: False, 0x0F13: True, 0x0F16: False, 0x0F17: True}
ARITHMETIC = {0x0F58: "add", 0x0F59: "mul", 0x0F5C: "sub", 0x0F5E: "div", 0x0F51: "sqrt"}
# Minima, predicates, conversions, sums across: what else has exceptions.
OTHERS = (0x0F2A, 0x0F2C, 0x0F2D, 0x0F5A, 0x0F5B, 0x0F5D, 0x0F5F, 0x0F7C, 0x0F7D, 0x0FC2, 0x0FD0, 0x0FE6)
COMPARISONS, TO_INTEGER, TRUNCATES = (0x0F2E, 0x0F2F), (0x0F2C, 0x0F2D), 0x0F2C
MASKED_STORE, LOADS_MXCSR = 0x0FF7, 2
SCALARS = ((0xF3, 4), (0xF2, 8))
FORMATS = {0: (n.SINGLE, 4), 0x66: (n.DOUBLE, 8), 0xF3: (n.SINGLE, 4), 0xF2: (n.DOUBLE, 8)}
# Memory operands that are a part of the register, by opcode and prefix: bytes, and those of a 32-byte form.
PARTS = {
    **{
        (code, kind): (size, size)
        for code in (0x0F52, 0x0F53, 0x0F5D, 0x0F5F, 0x0FC2)
        for kind, size in SCALARS
    },
    (0x0F12, 0xF2): (8, 32),  # MOVDDUP
    (0x0F2A, 0): (8, 8),  # CVTPI2PS, CVTPI2PD, CVTTPS2PI, CVTPS2PI
    (0x0F2A, 0x66): (8, 8),
    (0x0F2C, 0): (8, 8),
    (0x0F2D, 0): (8, 8),
    (0x0F5A, 0): (8, 16),  # CVTPS2PD, CVTSS2SD
    (0x0F5A, 0xF3): (4, 4),
    (0x0FE6, 0xF3): (8, 16),  # CVTDQ2PD
    (0x0FC4, 0): (2, 2),  # PINSRW
    (0x0FC4, 0x66): (2, 2),
    **{(code, 0): (4, 4) for code in (0x0F60, 0x0F61, 0x0F62)},  # PUNPCKL of MMX
}


# Prefixes that make no instruction of an opcode, 0 being none: it is marked NP (SDM 2A "Opcode Column in
# the Instruction Summary Table"), or the map has others alone.
_NO_SCALAR = frozenset(
    0x0F00 | low
    for low in (0x14, 0x15, 0x17, 0x28, 0x29, 0x2E, 0x2F, 0x50, 0x54, 0x55, 0x56, 0x57, *range(0x60, 0x6F))
    + (*range(0x71, 0x78), 0xC3, 0xC4, 0xC5, 0xC6, *range(0xD1, 0xD6), *range(0xD7, 0xE6))
    + (*range(0xE7, 0xF0), *range(0xF1, 0xFF))
)
_SSSE3 = frozenset((*range(0x0F3800, 0x0F380C), 0x0F381C, 0x0F381D, 0x0F381E, 0x0F3A0F))
_SHA = frozenset((*range(0x0F38C8, 0x0F38CE), 0x0F3ACC))
_AES = frozenset((0x0F38DB, 0x0F38DC, 0x0F38DD, 0x0F38DE, 0x0F38DF))
_SSE4 = frozenset(
    (0x0F3810, 0x0F3814, 0x0F3815, 0x0F3817, *range(0x0F3820, 0x0F3826), *range(0x0F3828, 0x0F382C))
    + (*range(0x0F3830, 0x0F3836), *range(0x0F3837, 0x0F3842), *range(0x0F3A08, 0x0F3A0F))
    + (*range(0x0F3A14, 0x0F3A18), 0x0F3A20, 0x0F3A21, 0x0F3A22, 0x0F3A40, 0x0F3A41, 0x0F3A42, 0x0F3A44)
    + (0x0F3A60, 0x0F3A61, 0x0F3A62, 0x0F3A63, 0x0F3ADF)
)
NO_FORM = {
    0: _SSE4 | _AES | {0x0F6C, 0x0F6D, 0x0F7C, 0x0F7D, 0x0FD0, 0x0FD6, 0x0FE6, 0x0FF0},
    0x66: _SHA | {0x0F52, 0x0F53, 0x0F77, 0x0FC3, 0x0FF0},
    0xF3: _NO_SCALAR | _SSSE3 | _SHA | _SSE4 | {0x0F7C, 0x0F7D, 0x0FD0, 0x0FF0},
    0xF2: _NO_SCALAR
    | _SSSE3
    | _SHA
    | _SSE4
    | _AES
    | {0x0F16, 0x0F52, 0x0F53, 0x0F5B, 0x0F6F, 0x0F7E, 0x0F7F},
}
# The same of group 15, by whether it names a register, and by its row.
NO_FORM_15 = {
    **dict.fromkeys(((False, row) for row in range(4)), (0x66, 0xF3, 0xF2)),
    (False, 7): (0xF3, 0xF2),
    (True, 5): (0x66, 0xF2),
    (True, 7): (0x66, 0xF3, 0xF2),
}


def prefix(one: Instruction) -> int:
    """The one that is part of the opcode."""
    return next((code for code in (0xF3, 0xF2, 0x66) if one.has(code)), 0) if one.prefixes else 0


def has_form(one: Instruction) -> bool:
    """With its prefix."""
    return one.opcode not in NO_FORM[prefix(one)]


def is_mmx(one: Instruction) -> bool:
    low = one.opcode & 0xFF
    return low >= 0x60 and one.opcode not in (0x0FC2, 0x0FC6) and not prefix(one)


def converts_mmx(one: Instruction) -> bool:
    """CVTPI2PS, CVTPI2PD but from memory, CVTPS2PI, CVTPD2PI and those that truncate, MOVQ2DQ, MOVDQ2Q."""
    kind = prefix(one)
    if one.opcode == 0x0FD6:
        return kind in (0xF2, 0xF3)
    if one.opcode == 0x0F2A and kind == 0x66 and one.mod != 3:
        return False
    return one.opcode in (0x0F2A, 0x0F2C, 0x0F2D) and kind in (0, 0x66)


def check(cpu: Processor, one: Instruction) -> None:
    """SDM 3A table "Action Taken From Different Combinations of EM, MP, TS"; SSE's part of it."""
    if one.vex:
        if not cpu.machine.cr4 & OSXSAVE or cpu.xcr0 & (SSE | AVX) != SSE | AVX:
            raise fault(UD)
    elif cpu.machine.cr0 & EM or (not is_mmx(one) and not cpu.machine.cr4 & CR4_OSFXSR):
        raise fault(UD)
    if cpu.machine.cr0 & TS:
        raise fault(NM)
    if (is_mmx(one) or converts_mmx(one)) and not one.vex:
        wait(cpu)


# SDM 2D "Opcode Map", "Opcode Extensions For One-Byte And Two-byte Opcodes": what takes memory only, what a
# register only; the rows of groups 12 to 14.
ONLY_MEMORY = {0x0F13, 0x0F17, 0x0F2B, 0x0FE7, 0x0FF0}
ONLY_REGISTER = {0x0F50, 0x0F71, 0x0F72, 0x0F73, 0x0FC5, 0x0FD7, 0x0FF7}
SHIFTS = {0x0F71: (2, 4, 6), 0x0F72: (2, 4, 6), 0x0F73: (2, 6)}


def exists(one: Instruction) -> bool:
    if (
        one.opcode in SHIFTS
        and one.reg & 7 not in SHIFTS[one.opcode]
        and (one.opcode != 0x0F73 or one.reg & 7 not in (3, 7) or is_mmx(one))
    ):
        return False
    return one.opcode not in (ONLY_MEMORY if one.mod == 3 else ONLY_REGISTER)


def vector(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0, 1 if one.opcode in IMMEDIATE else 0)
    refuse_lock(one)
    if not exists(one):
        raise fault(UD)
    if one.opcode in IMMEDIATE:
        one.immediate = one.take()
    check(cpu, one)
    kind, code = prefix(one), one.opcode
    width = 32 if one.vex == 32 else 8 if is_mmx(one) else 16
    scalar = kind in (0xF3, 0xF2)
    part = PARTS.get((code, kind), (0, 0))[one.vex == 32]
    if code == 0x0F2A and scalar:
        part = one.size_by_w
    if part and one.mod != 3:
        operand(cpu, one, part, 0 if part < 16 else 1)
        cpu.unknown_vectors.add(one.reg)
    elif code in (0x0F10, 0x0F11) and scalar:
        move(cpu, one, FORMATS[kind][1], WHOLE_MOVES[code], 0)
    elif code == 0x0FE7 and is_mmx(one):
        move(cpu, one, 8, True, 0)
    elif code in WHOLE_MOVES and not (code == 0x0FE7 and not kind):
        move(cpu, one, width, WHOLE_MOVES[code], width if code not in (0x0F10, 0x0F11) else 1)
    elif code in INTEGER_MOVES:
        move(cpu, one, width, INTEGER_MOVES[code], width if kind == 0x66 else 1 if kind else 0)
    elif code in HALF_MOVES:
        move(cpu, one, 8, HALF_MOVES[code], 0)
    elif code in (0x0F6E, 0x0F7E) and kind != 0xF3:
        size = one.size_by_w
        if code == 0x0F6E:
            set_register(cpu, one.reg, cpu.value(one, size))
        else:
            cpu.set_value(one, size, register(cpu, one.reg) & (1 << 8 * size) - 1)
    elif code in (0x0F7E, 0x0FD6):
        move(cpu, one, 8, code == 0x0FD6, 0)
    elif code in ARITHMETIC:
        arithmetic(cpu, one, kind, scalar, width)
    elif code in COMPARISONS:
        compare(cpu, one, kind)
    elif code in TO_INTEGER and scalar:
        integer(cpu, one, kind)
    elif code == 0x0F5A and kind == 0xF2:
        narrow(cpu, one)
    elif code == MASKED_STORE:
        masked_store(cpu, one, width)
    elif code == 0x0FF0:
        move(cpu, one, width, False, 1)
    elif code in TO_REGISTERS:
        raise NotFollowed("SSE")
    else:
        value = operand(cpu, one, width, 0 if is_mmx(one) else 1 if one.vex else width)
        logic(cpu, one, value, width)
    if code in OTHERS:
        report(cpu, others(cpu, one, kind, width))
    cpu.next(one)


def logic(cpu: Processor, one: Instruction, value: int, width: int) -> None:
    """What makes masks: PXOR, XORPS, PCMPEQ, PSRLDQ, PSLLDQ. Nobody asks what all others compute."""
    code = one.opcode
    target, before = one.reg, register(cpu, one.source if one.vex else one.reg)
    if code in (0x0FEF, 0x0F57):
        return set_register(cpu, target, before ^ value)
    if code in (0x0F74, 0x0F75, 0x0F76):
        size = 1 << code - 0x0F74
        ones = (1 << 8 * size) - 1
        found = [ones if (before ^ value) >> 8 * at & ones == 0 else 0 for at in range(0, width, size)]
        return set_register(cpu, target, sum(mask << 8 * size * n for n, mask in enumerate(found)))
    if code == 0x0F73 and one.reg & 7 in (3, 7):
        moved = 8 * one.immediate
        shifted = value >> moved if one.reg & 7 == 3 else value << moved & (1 << 8 * width) - 1
        return set_register(cpu, one.rm, shifted)
    cpu.unknown_vectors.add(one.rm if code in (0x0F71, 0x0F72, 0x0F73) else target)


def register(cpu: Processor, number: int) -> int:
    return cpu.xmm.get(number, 0)


def set_register(cpu: Processor, number: int, value: int) -> None:
    cpu.xmm[number] = value
    cpu.unknown_vectors.discard(number)


def aligned(cpu: Processor, one: Instruction, size: int, write: bool, alignment: int) -> None:
    """Memory that has to be aligned to its size is #GP(0), before any page fault."""
    if alignment > 1 and cpu.linear(one.segment, one.address, size, write) & alignment - 1:
        refuse()


def operand(cpu: Processor, one: Instruction, size: int, alignment: int) -> int:
    """`alignment`: 0 where it is checked for CPL 3 alone, 1 where it needn't be at all."""
    if one.mod == 3:
        return register(cpu, one.rm) & (1 << 8 * size) - 1
    aligned(cpu, one, size, False, alignment)
    return cpu.load(one.segment, one.address, size, alignment)


def move(cpu: Processor, one: Instruction, size: int, store: bool, alignment: int) -> None:
    if not store:
        return set_register(cpu, one.reg, operand(cpu, one, size, alignment))
    value = register(cpu, one.reg) & (1 << 8 * size) - 1
    if one.mod == 3:
        return set_register(cpu, one.rm, value)
    aligned(cpu, one, size, True, alignment)
    if one.reg in cpu.unknown_vectors:
        return cpu.store_unknown(one.segment, one.address, size, alignment)
    cpu.store(one.segment, one.address, size, value, alignment)


def masked_store(cpu: Processor, one: Instruction, width: int) -> None:
    """MASKMOVDQU, MASKMOVQ: bytes whose mask's top bit is set."""
    if one.mod != 3:
        raise fault(UD)
    mask, value = register(cpu, one.rm), register(cpu, one.reg)
    address, segment = cpu.gpr(7) & (1 << one.address_size) - 1, one.override or "ds"
    for number in range(width):
        if mask >> 8 * number + 7 & 1:
            cpu.store(segment, address + number & (1 << one.address_size) - 1, 1, value >> 8 * number & 0xFF)


# ---- Exceptions (SDM 1 "SSE and SSE2 SIMD Floating-Point Exceptions"). ----


def unmasked(cpu: Processor) -> int:
    return ~cpu.mxcsr >> MASKS_AT & 0x3F


def report(cpu: Processor, flags: int) -> None:
    """Flags are set before the exception; the destination keeps what it has."""
    cpu.mxcsr |= flags
    if flags & unmasked(cpu):
        raise fault(XM if cpu.machine.cr4 & OSXMMEXCPT else UD)


def elements(cpu: Processor, value: int, form: n.Format, size: int, count: int) -> list[n.Number]:
    found = [n.decode(value >> 8 * size * number & (1 << 8 * size) - 1, form) for number in range(count)]
    if not cpu.mxcsr & DAZ:
        return found
    return [n.Number(negative=one.negative) if one.denormal else one for one in found]


def settle(cpu: Processor, results: list[n.Result], form: n.Format) -> int:
    """All flags. An unmasked exception of any element's operands leaves no result to look at."""
    flags, open_to = reduce(or_, (found for _, found in results)), unmasked(cpu)
    if not flags & open_to & n.OF_OPERANDS:
        for result in results:
            number, more = n.finish(result, form, open_to)
            flags |= more | (n.UE | n.PE if number.denormal and cpu.mxcsr & FTZ and not open_to & n.UE else 0)
    return flags


def arithmetic(cpu: Processor, one: Instruction, kind: int, scalar: bool, width: int) -> None:
    form, size = FORMATS[kind]
    count = 1 if scalar else width // size
    alignment = 0 if scalar else 1 if one.vex else width
    second = elements(cpu, operand(cpu, one, size * count, alignment), form, size, count)
    first = elements(cpu, register(cpu, one.source if one.vex else one.reg), form, size, count)
    name = ARITHMETIC[one.opcode]
    if name == "sqrt":
        results = [n.square_root(number) for number in second]
    else:
        results = [n.OPERATIONS[name](a, b) for a, b in zip(first, second)]
    report(cpu, settle(cpu, results, form))
    cpu.unknown_vectors.add(one.reg)


def others(cpu: Processor, one: Instruction, kind: int, width: int) -> int:
    """The flags alone: nobody asks what these compute."""
    code, scalar = one.opcode, kind in (0xF3, 0xF2)
    if code == 0x0F2A:
        return from_integers(cpu, one, kind)
    if code in (0x0F7C, 0x0F7D, 0x0FD0):
        return across(cpu, one, n.DOUBLE if kind == 0x66 else n.SINGLE, width)
    if code in (0x0F5B, 0x0FE6):
        if code == 0x0F5B and not kind:
            integers = operand(cpu, one, width, 1)
            return rounding([integers >> at & 0xFFFFFFFF for at in range(0, 8 * width, 32)], 32, n.SINGLE)
        if code == 0x0FE6 and kind == 0xF3:
            return 0
        form, count = (n.SINGLE, width // 4) if code == 0x0F5B else (n.DOUBLE, width // 8)
        truncates = kind == (0xF3 if code == 0x0F5B else 0x66)
        return to_integers(sources(cpu, one, form, count), 32, truncates)
    if code in TO_INTEGER:
        form = n.DOUBLE if kind == 0x66 else n.SINGLE
        return 0 if scalar else to_integers(sources(cpu, one, form, 2), 32, code == TRUNCATES)
    form, size = FORMATS[kind]
    count = 1 if scalar else width // size
    if code == 0x0F5A:
        return 0 if kind == 0xF2 else convert(cpu, one, form, 1 if scalar else width // 8)
    second = sources(cpu, one, form, count)
    first = elements(cpu, register(cpu, one.source if one.vex else one.reg), form, size, count)
    quiet = code == 0x0FC2 and (one.immediate & 3 in (0, 3)) != bool(one.immediate & 0x10)
    return reduce(or_, (n.compared(a, b, quiet)[1] for a, b in zip(first, second)))


def sources(cpu: Processor, one: Instruction, form: n.Format, count: int) -> list[n.Number]:
    size = 4 if form is n.SINGLE else 8
    return elements(cpu, operand(cpu, one, size * count, 1), form, size, count)


def to_integers(numbers: list[n.Number], bits: int, truncate: bool) -> int:
    return reduce(or_, (n.to_integer(number, bits, truncate)[1] for number in numbers))


def rounding(integers: list[int], bits: int, form: n.Format) -> int:
    """PE where one of them has more digits than the format."""
    values = [Fraction(value - (value >> bits - 1 << bits)) for value in integers]
    return reduce(or_, (n.rounded(value, value < 0, form, 0)[1] for value in values))


def from_integers(cpu: Processor, one: Instruction, kind: int) -> int:
    if kind == 0x66 or (not kind and one.mod == 3):  # an MMX register: nobody asks
        return 0
    if kind:
        return rounding([cpu.value(one, one.size_by_w)], 8 * one.size_by_w, FORMATS[kind][0])
    both = operand(cpu, one, 8, 1)
    return rounding([both & 0xFFFFFFFF, both >> 32], 32, n.SINGLE)


def convert(cpu: Processor, one: Instruction, form: n.Format, count: int) -> int:
    """CVTPS2PD, CVTSS2SD, CVTPD2PS."""
    numbers = sources(cpu, one, form, count)
    results: list[n.Result] = [
        (number if number.kind != "finite" else number.value, n.operands(number)) for number in numbers
    ]
    return settle(cpu, results, n.DOUBLE if form is n.SINGLE else n.SINGLE)


def across(cpu: Processor, one: Instruction, form: n.Format, width: int) -> int:
    """HADD, HSUB, ADDSUB."""
    size = 4 if form is n.SINGLE else 8
    second = sources(cpu, one, form, width // size)
    first = elements(cpu, register(cpu, one.source if one.vex else one.reg), form, size, width // size)
    if one.opcode == 0x0FD0:
        pairs = zip(first, second)
        results = [(n.add if number % 2 else n.subtract)(a, b) for number, (a, b) in enumerate(pairs)]
    else:
        method = n.add if one.opcode == 0x0F7C else n.subtract
        results = [method(all[at], all[at + 1]) for all in (first, second) for at in range(0, len(all), 2)]
    return settle(cpu, results, form)


def compare(cpu: Processor, one: Instruction, kind: int) -> None:
    """UCOMISS, COMISS and those of doubles."""
    form, size = FORMATS[kind]
    (b,) = elements(cpu, operand(cpu, one, size, 0), form, size, 1)
    (a,) = elements(cpu, register(cpu, one.reg), form, size, 1)
    found, flags = n.compared(a, b, one.opcode == 0x0F2E)
    report(cpu, flags)
    cpu.machine.rflags = cpu.machine.rflags & ~0x8D5 | found


def integer(cpu: Processor, one: Instruction, kind: int) -> None:
    form, size = FORMATS[kind]
    (number,) = elements(cpu, operand(cpu, one, size, 0), form, size, 1)
    wide = one.size_by_w
    value, flags = n.to_integer(number, 8 * wide, one.opcode == TRUNCATES)
    report(cpu, flags)
    cpu.write(one.reg, wide, value)


def narrow(cpu: Processor, one: Instruction) -> None:
    """CVTSD2SS."""
    (number,) = elements(cpu, operand(cpu, one, 8, 0), n.DOUBLE, 8, 1)
    result: n.Result = (number if number.kind != "finite" else number.value, n.operands(number))
    report(cpu, settle(cpu, [result], n.SINGLE))
    cpu.unknown_vectors.add(one.reg)


def empty_mmx(cpu: Processor, one: Instruction) -> None:
    """EMMS; VZEROUPPER, VZEROALL."""
    refuse_lock(one)
    if one.vex:
        check(cpu, one)
        return cpu.next(one)
    if cpu.machine.cr0 & EM:
        raise fault(UD)
    if cpu.machine.cr0 & TS:
        raise fault(NM)
    wait(cpu)
    cpu.next(one)


# ---- Group 15 ----


def group_15(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    reg, kind = one.reg & 7, prefix(one)
    if one.mod != 3 and reg < 7 and not kind:
        return save_restore(cpu, one)
    if one.mod == 3 and kind == 0xF3 and reg < 4:
        return fs_gs_base(cpu, one)
    if one.mod == 3 and kind == 0xF3 and reg == 5:
        return increment_ssp(cpu, one)
    if one.mod != 3 and kind == 0xF3 and reg == 6:
        return clear_busy(cpu, one)
    if kind in NO_FORM_15.get((one.mod == 3, reg), ()):
        raise fault(UD)
    if (one.mod == 3 and (kind or reg < 5)) or (one.mod != 3 and kind):
        raise NotFollowed("group 15")
    refuse_lock(one)
    if one.mod != 3 and one.segment == "cs":  # which CLFLUSH may name though it can't be read
        raise NotFollowed("CLFLUSH of code")
    if one.mod != 3:  # CLFLUSH reads a byte, and needs no alignment
        cpu.access(one.segment, one.address, 1, False)
    cpu.next(one)


def save_restore(cpu: Processor, one: Instruction) -> None:
    """FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, XSAVE, XRSTOR: /0 to /6 of group 15 with memory."""
    reg, machine = one.reg & 7, cpu.machine
    refuse_lock(one)
    if reg in (4, 5, 6):
        return extended(cpu, one)
    if reg in (2, 3):
        if machine.cr0 & EM or not machine.cr4 & CR4_OSFXSR:
            raise fault(UD)
        if machine.cr0 & TS:
            raise fault(NM)
        return mxcsr(cpu, one)
    if machine.cr0 & (EM | TS):
        raise fault(NM)
    aligned(cpu, one, 512, reg == 0, 16)
    cpu.parts(cpu.linear(one.segment, one.address, 512, reg == 0), 512, reg == 0, machine.cpl == 3)
    if reg == 0:
        cpu.store_unknown(one.segment, one.address, 512, 1)
        cpu.store(one.segment, one.address + 24, 4, cpu.mxcsr, 1)
        for number in range(16 if cpu.bits == 64 else 8):
            cpu.store(one.segment, one.address + 160 + 16 * number, 16, register(cpu, number), 1)
    else:
        load_mxcsr(cpu, cpu.load(one.segment, one.address + 24, 4, 1))
        if cpu.load(one.segment, one.address + 4, 1, 1):
            raise NotFollowed("FXRSTOR of x87 registers")
        cpu.float.stack = []
        words = [cpu.load(one.segment, one.address + 2 * number, 2, 1) for number in range(2)]
        cpu.float.control, cpu.float.flags = words[0], words[1] & 0x477F
        for number in range(16 if cpu.bits == 64 else 8):
            cpu.xmm[number] = cpu.load(one.segment, one.address + 160 + 16 * number, 16, 1)
    cpu.next(one)


def mxcsr(cpu: Processor, one: Instruction) -> None:
    if one.reg & 7 == LOADS_MXCSR:
        load_mxcsr(cpu, cpu.load(one.segment, one.address, 4))
    else:
        cpu.store(one.segment, one.address, 4, cpu.mxcsr)
    cpu.next(one)


def load_mxcsr(cpu: Processor, value: int) -> None:
    if value & ~MXCSR_BITS:
        refuse()
    cpu.mxcsr = value


def extended(cpu: Processor, one: Instruction) -> None:
    """XSAVE, XSAVEOPT; XRSTOR, whose header is checked."""
    restores = one.reg & 7 == 5
    if not cpu.machine.cr4 & OSXSAVE:
        raise fault(UD)
    if cpu.machine.cr0 & TS:
        raise fault(NM)
    aligned(cpu, one, 576, not restores, 64)
    asked = (cpu.read(2, 4) << 32 | cpu.read(0, 4)) & cpu.xcr0
    size = 832 if asked & AVX and not restores else 576
    linear = cpu.linear(one.segment, one.address, size, not restores)
    cpu.parts(linear, size, not restores, cpu.machine.cpl == 3)
    if restores:
        header = [cpu.load(one.segment, one.address + 512 + 8 * number, 8, 1) for number in range(3)]
        if header[1] >> 63:
            raise NotFollowed("XRSTOR of the compacted form")
        if header[0] & ~cpu.xcr0 or header[1] or header[2]:
            refuse()
        if asked & (SSE | AVX):
            load_mxcsr(cpu, cpu.load(one.segment, one.address + 24, 4, 1))
    else:
        cpu.store_unknown(one.segment, one.address, size, 1)
    cpu.next(one)


# ---- VEX (SDM 2A "Intel AVX Instruction Format"). ----

MAPS = {1: 0x0F00, 2: 0x0F3800, 3: 0x0F3A00}
PREFIXES = {0: (), 1: (0x66,), 2: (0xF3,), 3: (0xF2,)}
MASKED_MOVES = {0x0F382C: (4, False), 0x0F382D: (8, False), 0x0F382E: (4, True), 0x0F382F: (8, True)}


def take_vex(cpu: Processor, one: Instruction) -> bool:
    """Whether C4 or C5 begins a VEX prefix; LES and LDS else."""
    if cpu.bits != 64 and one.byte(one.length) < 0xC0:
        return False
    if cpu.by_selector or not cpu.machine.cr0 & PE:
        raise fault(UD)
    if one.rex or any(map(one.has, (LOCK, 0x66, 0xF2, 0xF3))):
        raise fault(UD)
    first = one.take()
    last, number = first, 1
    if one.opcode == 0xC4:
        last, number = one.take(), first & 0x1F
    inverted = ~first & 0xE0 if one.opcode == 0xC4 else ~first & 0x80
    one.rex = 0x40 | inverted >> 5 | (last >> 7 << 3 if one.opcode == 0xC4 else 0)
    if one.opcode == 0xC5:
        one.rex = 0x40 | inverted >> 5
    one.vex, one.source = 32 if last & 4 else 16, ~last >> 3 & 15
    one.prefixes.extend(PREFIXES[last & 3])
    if number not in MAPS:
        raise fault(UD)
    one.opcode = MAPS[number] | one.take()
    return True


def load_streaming(cpu: Processor, one: Instruction) -> None:
    """MOVNTDQA."""
    cpu.operand(one, 0)
    if one.mod == 3 or prefix(one) != 0x66 or one.has(LOCK):
        raise fault(UD)
    check(cpu, one)
    move(cpu, one, one.vex or 16, False, one.vex or 16)
    cpu.next(one)


# By SDM 2D "Opcode Map" and the pages of the instructions, of the opcodes behind 0F: those with a VEX form.
VEX_FORMS = {
    *range(0x10, 0x18),
    *range(0x28, 0x30),
    *range(0x50, 0x80),
    0xAE,
    0xC2,
    *range(0xC4, 0xC7),
    *range(0xD0, 0xFF),
}
# Those whose vvvv has to be 1111b, and by prefix more of them (10 and 11 but for scalars of registers).
# Then those of one length, and of one W.
NO_SOURCE = frozenset(
    (0x0F13, 0x0F17, 0x0F28, 0x0F29, *range(0x0F2B, 0x0F30), 0x0F50, 0x0F5B, 0x0F6E, 0x0F6F, 0x0F70, 0x0F77)
    + (0x0F7E, 0x0F7F, 0x0FAE, 0x0FC5, 0x0FD6, 0x0FD7, 0x0FE6, 0x0FE7, 0x0FF0, 0x0FF7)
    + (0x0F380E, 0x0F380F, 0x0F3813, *range(0x0F3817, 0x0F381B), 0x0F381C, 0x0F381D, 0x0F381E)
    + (*range(0x0F3820, 0x0F3826), 0x0F382A, *range(0x0F3830, 0x0F3836), 0x0F3841, 0x0F3858, 0x0F3859)
    + (0x0F385A, 0x0F3878, 0x0F3879, 0x0F38DB, 0x0F3A00, 0x0F3A01, 0x0F3A04, 0x0F3A05, 0x0F3A08, 0x0F3A09)
    + (
        *range(0x0F3A14, 0x0F3A18),
        0x0F3A19,
        0x0F3A1D,
        0x0F3A39,
        *range(0x0F3A60, 0x0F3A64),
        0x0F3ADF,
        0x0F3AF0,
    )
)
NO_SOURCE_OF = {
    0x0F12: (0xF3, 0xF2),
    0x0F16: (0xF3,),
    **dict.fromkeys((0x0F51, 0x0F52, 0x0F53, 0x0F5A), (0, 0x66)),
}
ONLY_128 = frozenset(
    (0x0F13, 0x0F17, 0x0F6E, 0x0F7E, 0x0FAE, 0x0FC4, 0x0FC5, 0x0FD6, 0x0FF7, 0x0F3841, 0x0F38DB, 0x0F38F2)
    + (0x0F38F3, 0x0F38F5, 0x0F38F6, 0x0F38F7, *range(0x0F3A14, 0x0F3A18), 0x0F3A20, 0x0F3A21, 0x0F3A22)
    + (0x0F3A41, *range(0x0F3A60, 0x0F3A64), 0x0F3ADF, 0x0F3AF0)
)
ONLY_256 = frozenset(
    (0x0F3816, 0x0F3819, 0x0F381A, 0x0F3836, 0x0F385A, 0x0F3A00, 0x0F3A01, 0x0F3A06, 0x0F3A18, 0x0F3A19)
    + (0x0F3A38, 0x0F3A39, 0x0F3A46)
)
ONLY_W0 = frozenset(
    (
        *range(0x0F380C, 0x0F3810),
        0x0F3813,
        0x0F3816,
        0x0F3818,
        0x0F3819,
        0x0F381A,
        0x0F3836,
        0x0F3846,
        0x0F3858,
    )
    + (0x0F3859, 0x0F385A, 0x0F3878, 0x0F3879, 0x0F3A04, 0x0F3A05, 0x0F3A06, 0x0F3A18, 0x0F3A19, 0x0F3A1D)
    + (0x0F3A38, 0x0F3A39, 0x0F3A46, 0x0F3A4A, 0x0F3A4B, 0x0F3A4C)
)
ONLY_W1 = (0x0F3A00, 0x0F3A01)


def has_vex_form(one: Instruction) -> bool:
    if one.opcode == 0x0F77:
        return not one.source
    modrm, low = one.byte(one.length), one.opcode & 0xFF
    register_operand, kind = modrm >= 0xC0, prefix(one)
    if one.opcode in MASKED_MOVES:
        return not register_operand and not one.rex & 8
    if one.opcode >> 8 == 0x0F:
        if low not in VEX_FORMS or (is_mmx(one) and low != 0xAE):
            return False
        if low == 0xAE and (register_operand or modrm >> 3 & 7 not in (2, 3)):
            return False
    if one.opcode in (ONLY_W0 if one.rex & 8 else ONLY_W1):
        return False
    no_source = one.opcode in NO_SOURCE or kind in NO_SOURCE_OF.get(one.opcode, ())
    if one.opcode in (0x0F10, 0x0F11):
        no_source = not (register_operand and kind in (0xF2, 0xF3))
    only_128 = one.opcode in ONLY_128 or (one.opcode in (0x0F12, 0x0F16) and kind in (0, 0x66))
    if one.opcode in ONLY_256 and one.vex == 16:
        return False
    return not (no_source and one.source) and not (only_128 and one.vex == 32)


# KANDW and the other instructions of opmask registers.
OPMASK = (
    *(0x0F00 | low for low in (0x41, 0x42, *range(0x44, 0x48), 0x4A, 0x4B, *range(0x90, 0x94), 0x98, 0x99)),
    *range(0x0F3A30, 0x0F3A34),
)


def vex(cpu: Processor, one: Instruction) -> None:
    if one.opcode in OPMASK and cpu.xcr0 & 0x20:
        raise NotFollowed("opmask register")
    if not has_vex_form(one):
        raise fault(UD)
    if one.opcode == 0x0F382A:
        return load_streaming(cpu, one)
    if one.opcode in MASKED_MOVES:
        return masked_move(cpu, one)
    if one.opcode == 0x0F77:
        return empty_mmx(cpu, one)
    if one.opcode == 0x0FAE:  # VLDMXCSR, VSTMXCSR
        cpu.operand(one, 0)
        check(cpu, one)
        return mxcsr(cpu, one)
    if one.opcode >> 8 != 0x0F:
        raise NotFollowed("VEX prefix")
    vector(cpu, one)


def masked_move(cpu: Processor, one: Instruction) -> None:
    """VMASKMOVPS, VMASKMOVPD: elements whose mask's top bit is clear aren't touched."""
    cpu.operand(one, 0)
    check(cpu, one)
    size, store = MASKED_MOVES[one.opcode]
    mask, value = register(cpu, one.source), register(cpu, one.reg)
    for number in range(one.vex // size):
        if mask >> 8 * size * (number + 1) - 1 & 1:
            at = one.address + size * number & (1 << one.address_size) - 1
            if store:
                cpu.store(one.segment, at, size, value >> 8 * size * number & (1 << 8 * size) - 1, 1)
            else:
                cpu.load(one.segment, at, size, 1)
    cpu.next(one)
