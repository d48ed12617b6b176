"""Far and near transfers of control, system calls."""

from __future__ import annotations


from trapframe.prediction.arithmetic import condition, count
from trapframe.prediction.operand import Instruction
from trapframe.prediction.processor import (
    Processor,
    MASK_64,
    UD,
    fault,
    load_parts,
    refuse_lock,
)


def iret(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.done(cpu.spec.iret(cpu.machine, one.operand_size, one.length))


def far_return(cpu: Processor, one: Instruction) -> None:
    release = one.take(2) if one.opcode == 0xCA else 0
    refuse_lock(one)
    cpu.done(cpu.spec.far_return(cpu.machine, one.operand_size, release))


def far_direct(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64:
        raise fault(UD)
    offset, selector = one.take(one.operand_size // 8), one.take(2)
    refuse_lock(one)
    transfer(cpu, one, selector, offset, one.opcode == 0x9A)


def transfer(cpu: Processor, one: Instruction, selector: int, offset: int, call: bool) -> None:
    cpu.done(cpu.spec.far_transfer(cpu.machine, selector, offset, call, one.operand_size, one.length))


def group_5(cpu: Processor, one: Instruction) -> None:
    """INC, DEC, CALL, JMP, PUSH."""
    cpu.operand(one, 8)
    reg = one.reg & 7
    if reg in (3, 5):
        if one.mod == 3:
            raise fault(UD)
        refuse_lock(one)
        size = one.operand_size // 8
        if cpu.bits != 64 or size != 8:
            size = min(size, 4)
        offset, selector = load_parts(cpu, one, size, 2)
        transfer(cpu, one, selector, offset, reg == 3)
    elif reg in (2, 4):
        refuse_lock(one)
        size = branch_size(cpu, one)
        target = cpu.value(one, size // 8)
        how = {"indirect": 1, "no_track": int(one.has(0x3E))}
        near(cpu, one, target, size, "call" if reg == 2 else "jump", **how)
    elif reg == 6:
        refuse_lock(one)
        cpu.push(cpu.value(one, one.stack_size // 8), one.stack_size // 8)
        cpu.next(one)
    elif reg == 7:
        raise fault(UD)
    else:
        count(cpu, one, one.operand_size // 8, 1 if reg == 0 else -1)


def branch_size(cpu: Processor, one: Instruction) -> int:
    """In 64-bit mode Intel's processors ignore 66H here, AMD's don't (docs/doubts.md)."""
    if cpu.bits == 64:
        return 16 if one.has(0x66) and cpu.vendor == "amd" else 64
    return one.operand_size


def near(cpu: Processor, one: Instruction, target: int, size: int, kind: str = "jump", **more: int) -> None:
    """SDM 2A "JMP", "CALL", SDM 2B "RET", near."""
    branch = cpu.spec.near_branch(cpu.machine, kind, size, one.length, target & MASK_64, **more)
    cpu.done(branch)


def shadow_stack_entry(cpu: Processor, ssp: int, write: bool) -> int:
    return cpu.physical(ssp, user=int(cpu.machine.cpl == 3), write=int(write), shadow=1)


def jump(cpu: Processor, one: Instruction) -> None:
    size = branch_size(cpu, one)
    short = one.opcode in (0xEB, *range(0x70, 0x80))
    moved = one.signed(1 if short else 2 if size == 16 else 4)
    refuse_lock(one)
    if one.opcode in range(0x70, 0x80) or one.opcode in range(0xF80, 0xF90):
        if not condition(cpu.machine.rflags, one.opcode & 15):
            return cpu.next(one)
    target, kind = cpu.machine.rip + one.length + moved, "call" if one.opcode == 0xE8 else "jump"
    near(cpu, one, target, size, kind, next=int(not moved))


def loop(cpu: Processor, one: Instruction) -> None:
    """LOOPNE, LOOPE, LOOP, JCXZ."""
    moved = one.signed(1)
    refuse_lock(one)
    size = one.address_size
    count = cpu.read(1, size // 8)
    if one.opcode == 0xE3:
        taken = not count
    else:
        count = count - 1 & (1 << size) - 1
        zero = bool(cpu.machine.rflags & 64)
        taken = bool(count) and (one.opcode == 0xE2 or zero == (one.opcode == 0xE1))
    if taken:
        target = cpu.machine.rip + one.length + moved
        near(cpu, one, target, branch_size(cpu, one))
    if one.opcode != 0xE3:
        cpu.write(1, size // 8, count)
    if not taken:
        cpu.next(one)


def near_return(cpu: Processor, one: Instruction) -> None:
    release = one.take(2) if one.opcode == 0xC2 else 0
    refuse_lock(one)
    size, sp = branch_size(cpu, one), cpu.machine["rsp"]
    near(cpu, one, 0, size, "return", release=release)
    cpu.watch_pop(sp, size // 8)


def system_call(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    names = {0xF05: "syscall", 0xF07: "sysret", 0xF34: "sysenter", 0xF35: "sysexit"}
    cpu.done(cpu.spec.system_call(cpu.machine, names[one.opcode], one.operand_size, one.length))
