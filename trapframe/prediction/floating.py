"""x87: its stack, its exceptions, and #MF, which waits for the next waiting instruction."""

from __future__ import annotations

from fractions import Fraction

from trapframe.prediction import numbers as n
from trapframe.prediction.operand import Instruction
from trapframe.prediction.unit import MASKS, Float
from trapframe.prediction.processor import (
    EM,
    MF,
    MP,
    NM,
    TS,
    UD,
    NotFollowed,
    Processor,
    fault,
    refuse_lock,
)

NE = 1 << 5  # CR0

# By opcode and /reg of a memory operand: bytes; what is written has a minus sign.
MEMORY = {
    0xD8: dict.fromkeys(range(8), 4),
    0xD9: {0: 4, 2: -4, 3: -4, 5: 2, 7: -2},
    0xDA: dict.fromkeys(range(8), 4),
    0xDB: {0: 4, 1: -4, 2: -4, 3: -4, 5: 10, 7: -10},
    0xDC: dict.fromkeys(range(8), 8),
    0xDD: {0: 8, 1: -8, 2: -8, 3: -8, 7: -2},
    0xDE: dict.fromkeys(range(8), 2),
    0xDF: {0: 2, 1: -2, 2: -2, 3: -2, 4: 10, 5: 8, 6: -10, 7: -8},
}
ENVIRONMENT, STATE = {(0xD9, 4): 14, (0xD9, 6): -14}, {(0xDD, 4): 94, (0xDD, 6): -94}
REALS = {0xD8: n.SINGLE, 0xD9: n.SINGLE, 0xDC: n.DOUBLE, 0xDD: n.DOUBLE}
CONSTANTS = {0: Fraction(1), 3: Fraction(3141592653589793239, 10**18), 6: Fraction(0)}  # FLD1, FLDPI, FLDZ
NONWAITING = {(0xD9, 6), (0xD9, 7), (0xDD, 6), (0xDD, 7)}


def check(cpu: Processor, waits: bool = True) -> None:
    if cpu.machine.cr0 & (EM | TS):
        raise fault(NM)
    if waits:
        wait(cpu)


def wait(cpu: Processor) -> None:
    if cpu.float.pending:
        if not cpu.machine.cr0 & NE:
            raise NotFollowed("FERR#")
        raise fault(MF)


def fwait(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    if cpu.machine.cr0 & MP and cpu.machine.cr0 & TS:
        raise fault(NM)
    wait(cpu)
    cpu.next(one)


def x87(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    refuse_lock(one)
    if one.mod == 3:
        registers(cpu, one)
    else:
        memory(cpu, one)
    cpu.next(one)


def memory(cpu: Processor, one: Instruction) -> None:
    key = (one.opcode, one.reg & 7)
    size = MEMORY[one.opcode].get(key[1], 0)
    if key in ENVIRONMENT or key in STATE:
        return environment(cpu, one, key)
    if not size:
        raise fault(UD)
    check(cpu, key not in NONWAITING)
    unit = cpu.float
    alignment = 8 if abs(size) == 10 else 0
    if size < 0:
        cpu.access(one.segment, one.address, -size, True, alignment)
        write(cpu, one, key, -size)
        return
    value = cpu.load(one.segment, one.address, size, alignment)
    if key == (0xD9, 5):
        unit.control = value
    elif key == (0xDB, 5):
        unit.push(n.decode(value, n.EXTENDED))
    elif key[0] in (0xDB, 0xDF):
        unit.push(whole(value, size) if key != (0xDF, 4) else n.ZERO)
    elif key[0] in (0xD9, 0xDD):
        number = n.decode(value, REALS[key[0]])
        flags = n.operands(number)
        unit.flags |= flags
        if not flags & unit.unmasked & n.OF_OPERANDS:
            unit.push(number)
    else:
        number = n.decode(value, REALS[key[0]]) if key[0] in REALS else whole(value, size)
        calculate(unit, key[1], 0, number)


def whole(value: int, size: int) -> n.Number:
    value -= value >> 8 * size - 1 << 8 * size
    return n.Number("finite", value < 0, Fraction(abs(value)))


def write(cpu: Processor, one: Instruction, key: tuple[int, int], size: int) -> None:
    """What is stored nobody asks, but for words of the unit's own."""
    unit = cpu.float
    words = {(0xD9, 7): unit.control, (0xDD, 7): unit.status}
    if key in words:
        return cpu.store(one.segment, one.address, 2, words[key])
    number = unit.get(0)
    if number is None:
        return
    flags = 0
    if key[0] in REALS:
        result: n.Number | Fraction = number if number.kind != "finite" else number.value
        _, flags = n.finish((result, n.IE if number.signalling else 0), REALS[key[0]], unit.unmasked)
    elif key[0] in (0xDB, 0xDF) and size != 10:
        _, flags = n.to_integer(number, 8 * size, key[1] == 1)
    unit.flags |= flags
    if flags & unit.unmasked & (n.IE | n.OE | n.UE):
        return
    cpu.store_unknown(one.segment, one.address, size, 8 if size == 10 else 0)
    if key[1] in (1, 3, 6, 7):
        unit.pop()


def environment(cpu: Processor, one: Instruction, key: tuple[int, int]) -> None:
    """FLDENV, FNSTENV, FRSTOR, FNSAVE: a word or a doubleword for each of seven."""
    unit, half = cpu.float, one.operand_size // 16 if one.operand_size < 64 else 2
    loads = key in ((0xD9, 4), (0xDD, 4))
    size = 14 * half + (80 if key in STATE else 0)
    check(cpu, loads)
    cpu.access(one.segment, one.address, size, not loads, 2 * half)
    if loads:
        if key in STATE:
            raise NotFollowed("FRSTOR")
        words = [cpu.load(one.segment, one.address + 2 * half * number, 2) for number in range(2)]
        unit.control, unit.flags = words[0], words[1] & 0x477F
        return
    cpu.store_unknown(one.segment, one.address, size, 2 * half)
    for number, value in enumerate((unit.control, unit.status)):
        cpu.store(one.segment, one.address + 2 * half * number, 2, value)
    if key in STATE:
        unit.initialize()
    else:
        unit.control |= MASKS


def calculate(unit: Float, which: int, into: int, other: n.Number | None) -> bool:
    """ADD, MUL, COM, COMP, SUB, SUBR, DIV, DIVR of ST(0) and another, in the order of their numbers."""
    top = unit.get(0)
    if top is None or other is None:
        return False
    if which in (2, 3):
        _, flags = n.compared(top, other, False)
        unit.flags |= flags
        if flags & unit.unmasked & n.OF_OPERANDS:
            return False
        if which == 3:
            unit.pop()
        return True
    a, b = (top, other) if which in (0, 1, 4, 6) else (other, top)
    name = ("add", "mul", "", "", "sub", "sub", "div", "div")[which]
    return unit.finish(n.OPERATIONS[name](a, b), into)


def registers(cpu: Processor, one: Instruction) -> None:
    unit, reg, index = cpu.float, one.reg & 7, one.rm & 7
    code = one.opcode
    if code == 0xDB and reg == 4 and index in (2, 3):  # FNCLEX, FNINIT
        check(cpu, False)
        if index == 3:
            unit.initialize()
        else:
            unit.flags &= 0x4700
        return
    if code == 0xDF and reg == 4 and not index:  # FNSTSW AX
        check(cpu, False)
        return cpu.write(0, 2, unit.status)
    check(cpu)
    if code == 0xD8:
        calculate(unit, reg, 0, unit.get(index))
    elif code in (0xDC, 0xDE) and reg not in (2, 3):
        # The number of /r says which of ST(0) and ST(i) comes first, wherever the result goes.
        if calculate(unit, reg, index, unit.get(index)) and code == 0xDE:
            unit.pop()
    elif code == 0xD9 and reg == 5 and index in CONSTANTS:
        unit.push(n.Number(size=CONSTANTS[index]))
    elif code == 0xD9 and reg == 5 and index < 7:
        unit.push(n.ONE)  # a logarithm: a number like any other
    elif code == 0xD9 and reg == 0:
        number = unit.get(index)
        if number is not None:
            unit.push(number)
    elif code == 0xDD and reg in (2, 3):
        number = unit.get(0)
        if number is not None:
            unit.set(index, number)
            if reg == 3:
                unit.pop()
    elif code == 0xD9 and reg == 4 and index == 0:
        number = unit.get(0)
        if number is not None:
            unit.set(0, n.negated(number))
    elif code == 0xD9 and reg == 7 and index == 2:
        number = unit.get(0)
        if number is not None:
            unit.finish(n.square_root(number), 0)
    elif not (code == 0xD9 and reg == 2 and index == 0):  # FNOP
        raise NotFollowed("x87")
