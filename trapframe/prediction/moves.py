"""Moves, segment loads, and the stack."""

from __future__ import annotations


from trapframe.prediction.operand import Instruction, LOCK
from trapframe.prediction.processor import (
    GP,
    Processor,
    RSP,
    Raised,
    SS,
    STATUS,
    UD,
    fault,
    load_parts,
    refuse_lock,
    width,
)
from trapframe.prediction.selectors import adjust_rpl
from trapframe.spec import SEGMENTS


def push_segment(cpu: Processor, one: Instruction) -> None:
    name = {0x06: "es", 0x0E: "cs", 0x16: "ss", 0x1E: "ds", 0xFA0: "fs", 0xFA8: "gs"}[one.opcode]
    if cpu.bits == 64 and one.opcode < 0xF00:
        raise fault(UD)
    refuse_lock(one)
    cpu.push(cpu.machine.segment_of(name).selector, one.stack_size // 8)
    cpu.next(one)


def pop_segment(cpu: Processor, one: Instruction) -> None:
    name = {0x07: "es", 0x17: "ss", 0x1F: "ds", 0xFA1: "fs", 0xFA9: "gs"}[one.opcode]
    if cpu.bits == 64 and one.opcode < 0xF00:
        raise fault(UD)
    refuse_lock(one)
    size = one.stack_size // 8
    selector = cpu.top(size) & 0xFFFF
    cpu.done(cpu.spec.load_segment(cpu.machine, name, selector))
    cpu.move_stack(size)
    cpu.next(one)
    if name == "ss":
        cpu.machine.mov_ss_shadow = 1


def mov_to_segment(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 2)
    if one.reg & 7 in (1, 6, 7) or one.has(LOCK):
        raise fault(UD)
    name = SEGMENTS[one.reg & 7]
    cpu.done(cpu.spec.load_segment(cpu.machine, name, cpu.value(one, 2)))
    cpu.next(one)
    if name == "ss":
        cpu.machine.mov_ss_shadow = 1


def mov_from_segment(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 2)
    if one.reg & 7 in (6, 7) or one.has(LOCK):
        raise fault(UD)
    selector = cpu.machine.segment_of(SEGMENTS[one.reg & 7]).selector
    if one.mod == 3:
        cpu.write(one.rm, one.operand_size // 8, selector)
    else:
        cpu.store(one.segment, one.address, 2, selector)
    cpu.next(one)


def load_far_pointer(cpu: Processor, one: Instruction) -> None:
    name = {0xC4: "es", 0xC5: "ds", 0xFB2: "ss", 0xFB4: "fs", 0xFB5: "gs"}[one.opcode]
    cpu.operand(one, 0)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    size = one.operand_size // 8
    offset, selector = load_parts(cpu, one, size, 2)
    cpu.done(cpu.spec.load_segment(cpu.machine, name, selector))
    cpu.write(one.reg, size, offset)
    cpu.next(one)


def mov(cpu: Processor, one: Instruction) -> None:
    size = width(one)
    cpu.operand(one, size)
    refuse_lock(one)
    if one.opcode & 2:
        cpu.write(one.reg, size, cpu.value(one, size), one.rex)
    else:
        cpu.set_value(one, size, cpu.read(one.reg, size, one.rex))
    cpu.next(one)


def mov_immediate(cpu: Processor, one: Instruction) -> None:
    size = width(one)
    cpu.operand(one, size, min(size, 4))
    value = one.signed(min(size, 4))
    if one.reg & 7 or one.has(LOCK):
        raise fault(UD)
    cpu.set_value(one, size, value)
    cpu.next(one)


def mov_register(cpu: Processor, one: Instruction) -> None:
    size = 1 if one.opcode < 0xB8 else one.operand_size // 8
    value = one.take(size)
    refuse_lock(one)
    cpu.write(one.opcode & 7 | (8 if one.rex & 1 else 0), size, value, one.rex)
    cpu.next(one)


def mov_offset(cpu: Processor, one: Instruction) -> None:
    size, offset = width(one), one.take(one.address_size // 8)
    refuse_lock(one)
    segment = one.override or "ds"
    if one.opcode < 0xA2:
        cpu.write(0, size, cpu.load(segment, offset, size), one.rex)
    else:
        cpu.store(segment, offset, size, cpu.read(0, size, one.rex))
    cpu.next(one)


def lea(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    cpu.write(one.reg, one.operand_size // 8, one.address)
    cpu.next(one)


def push(cpu: Processor, one: Instruction) -> None:
    size = one.stack_size // 8
    if one.opcode == 0x6A:
        value = one.signed(1)
    elif one.opcode == 0x68:
        value = one.signed(min(size, 4))
    else:
        value = cpu.read(one.opcode & 7 | (8 if one.rex & 1 else 0), size, 1)
    refuse_lock(one)
    cpu.push(value, size)
    cpu.next(one)


def pop(cpu: Processor, one: Instruction) -> None:
    size = one.stack_size // 8
    refuse_lock(one)
    value = cpu.top(size)
    cpu.move_stack(size)
    cpu.write(one.opcode & 7 | (8 if one.rex & 1 else 0), size, value, 1)
    cpu.next(one)


def pop_operand(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "POP": an address by RSP is that behind the pop."""
    size = one.stack_size // 8
    value = cpu.top(size)
    before = cpu.machine["rsp"]
    cpu.move_stack(size)
    try:
        cpu.operand(one, size)
        if one.reg & 7 or one.has(LOCK):
            raise fault(UD)
        cpu.set_value(one, size, value)
    except Raised:
        cpu.machine["rsp"] = before
        raise
    cpu.next(one)


def leave(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    size, before = one.stack_size // 8, cpu.machine["rsp"]
    mask = cpu.stack_mask
    cpu.machine["rsp"] = before & ~mask | cpu.machine["rbp"] & mask
    try:
        value = cpu.top(size)
    except Raised:
        cpu.machine["rsp"] = before
        raise
    cpu.move_stack(size)
    cpu.write(5, size, value, 1)
    cpu.next(one)


def enter(cpu: Processor, one: Instruction) -> None:
    """SDM 2A "ENTER": a write at the final stack pointer is tried, too."""
    room, level = one.take(2), one.take() & 31
    refuse_lock(one)
    size, machine = one.stack_size // 8, cpu.machine
    sp, bp, mask = machine["rsp"], machine["rbp"], cpu.stack_mask
    try:
        cpu.push(bp & (1 << 8 * size) - 1, size)
        frame = machine["rsp"]
        for number in range(1, level):
            cpu.push(cpu.load("ss", bp - size * number & mask, size), size)
        if level:
            cpu.push(frame & (1 << 8 * size) - 1, size)
        final = machine["rsp"] & ~mask | machine["rsp"] - room & mask
        cpu.parts(cpu.linear("ss", final & mask, size, True), size, True, machine.cpl == 3)
    except Raised:
        machine["rsp"] = sp
        raise
    machine["rsp"] = final
    cpu.write(5, size, frame, 1)
    cpu.next(one)


def translate_byte(cpu: Processor, one: Instruction) -> None:
    """XLAT."""
    refuse_lock(one)
    address = cpu.gpr(3) + cpu.read(0, 1, 1) & (1 << one.address_size) - 1
    cpu.write(0, 1, cpu.load(one.override or "ds", address, 1), 1)
    cpu.next(one)


def flags_in_ah(cpu: Processor, one: Instruction) -> None:
    """SAHF, LAHF."""
    refuse_lock(one)
    written = STATUS & 0xFF
    if one.opcode == 0x9E:
        cpu.machine.rflags = cpu.machine.rflags & ~written | cpu.read(4, 1) & written
    else:
        cpu.write(4, 1, cpu.machine.rflags)
    cpu.next(one)


def sign_extend(cpu: Processor, one: Instruction) -> None:
    """CBW, CWDE, CDQE; CWD, CDQ, CQO."""
    refuse_lock(one)
    size = one.operand_size // 8
    if one.opcode == 0x98:
        half = cpu.read(0, size // 2, 1)
        cpu.write(0, size, half - (half >> 4 * size - 1 << 4 * size))
    else:
        cpu.write(2, size, -(cpu.read(0, size) >> 8 * size - 1))
    cpu.next(one)


def push_all(cpu: Processor, one: Instruction) -> None:
    """PUSHA: each word where it will lie is checked before RSP moves."""
    if cpu.bits == 64 or one.has(LOCK):
        raise fault(UD)
    size, before = one.operand_size // 8, cpu.machine["rsp"]
    if cpu.by_selector and before & 0xFFFF in (7, 9, 11, 13, 15):
        raise fault(GP, 0)
    if cpu.by_selector and before & 0xFFFF in (1, 3, 5):
        raise fault(SS, 0)  # SDM 2B "PUSHA": which can't be delivered, nor can #DF
    try:
        for number in range(8):
            cpu.push((before if number == RSP else cpu.gpr(number)) & (1 << 8 * size) - 1, size)
    except Raised:
        cpu.machine["rsp"] = before
        raise
    cpu.next(one)


def pop_all(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64 or one.has(LOCK):
        raise fault(UD)
    size = one.operand_size // 8
    sp = cpu.machine["rsp"]
    values = [cpu.load("ss", sp + size * number & cpu.stack_mask, size) for number in range(8)]
    for number, value in enumerate(reversed(values)):
        if number != RSP:
            cpu.write(number, size, value, 1)
    cpu.move_stack(8 * size)
    cpu.next(one)


def extend(cpu: Processor, one: Instruction) -> None:
    """MOVZX, MOVSX, MOVSXD."""
    size = {0xFB6: 1, 0xFB7: 2, 0xFBE: 1, 0xFBF: 2}.get(one.opcode, 4)
    if size == 4 and cpu.bits != 64:
        return adjust_rpl(cpu, one)
    cpu.operand(one, size)
    refuse_lock(one)
    value = cpu.value(one, size)
    if one.opcode not in (0xFB6, 0xFB7):
        value -= value >> 8 * size - 1 << 8 * size
    cpu.write(one.reg, one.operand_size // 8, value)
    cpu.next(one)


def store_integer(cpu: Processor, one: Instruction) -> None:
    """MOVNTI."""
    size = one.operand_size // 8
    cpu.operand(one, size)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    cpu.store(one.segment, one.address, size, cpu.read(one.reg, size))
    cpu.next(one)


def push_flags(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.done(cpu.spec.flags(cpu.machine, "pushf", one.stack_size))
    cpu.next(one)


def pop_flags(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    size, sp = one.stack_size, cpu.machine["rsp"]
    cpu.done(cpu.spec.flags(cpu.machine, "popf", size))
    cpu.watch_pop(sp, size // 8)
    cpu.next(one)


def xchg(cpu: Processor, one: Instruction) -> None:
    size = width(one)
    cpu.operand(one, size)
    if one.has(LOCK) and one.mod == 3:
        raise fault(UD)
    if one.mod != 3:
        cpu.access(one.segment, one.address, size, True)
    a, b = cpu.value(one, size), cpu.read(one.reg, size, one.rex)
    cpu.set_value(one, size, b)
    cpu.write(one.reg, size, a, one.rex)
    cpu.next(one)
