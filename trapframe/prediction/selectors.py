"""Instructions that look at a selector: LAR, LSL, VERR, VERW, ARPL, LLDT, LTR, SLDT, STR."""

from __future__ import annotations

from trapframe.prediction.operand import LOCK, Instruction
from trapframe.prediction.processor import GP, UD, Processor, fault, refuse_lock

NULL = 0  # selector


def group_6(cpu: Processor, one: Instruction) -> None:
    """SLDT, STR, LLDT, LTR, VERR, VERW."""
    cpu.operand(one, 2)
    reg = one.reg & 7
    if one.has(LOCK) or reg > 5 or (reg < 2 and cpu.by_selector):
        raise fault(UD)
    if reg < 2:
        if cpu.umip:
            raise fault(GP, 0)
        selector = cpu.machine.segment_of("ldtr" if reg == 0 else "tr").selector
        if one.mod == 3:
            cpu.write(one.rm, one.operand_size // 8, selector)
        else:
            cpu.store(one.segment, one.address, 2, selector)
    else:
        if cpu.by_selector or (reg < 4 and cpu.machine.cpl):
            _look_at(cpu, reg, NULL)  # refused before the operand is read
        _look_at(cpu, reg, cpu.value(one, 2))
    cpu.next(one)


def _look_at(cpu: Processor, reg: int, selector: int) -> None:
    """LLDT, LTR, VERR, VERW."""
    if reg < 4:
        cpu.done(cpu.spec.load_system(cpu.machine, "ldtr" if reg == 2 else "tr", selector))
    else:
        cpu.done(cpu.spec.verify(cpu.machine, "verr" if reg == 4 else "verw", selector)[1])


def load_rights(cpu: Processor, one: Instruction) -> None:
    """LAR, LSL."""
    cpu.operand(one, 2)
    refuse_lock(one)
    name, size = "lar" if one.opcode == 0x0F02 else "lsl", one.operand_size // 8
    if cpu.by_selector:  # refused before the operand is read
        cpu.done(cpu.spec.verify(cpu.machine, name, NULL)[1])
    value, outcome = cpu.spec.verify(cpu.machine, name, cpu.value(one, 2))
    cpu.done(outcome)
    if value is not None:
        cpu.write(one.reg, size, value)
        cpu.leave_open(one.reg, outcome.open_bits("value"), size)
    cpu.next(one)


def adjust_rpl(cpu: Processor, one: Instruction) -> None:
    """ARPL; in 64-bit mode its opcode is MOVSXD's. The destination is written where it changes."""
    cpu.operand(one, 2)
    refuse_lock(one)
    if cpu.by_selector:
        cpu.done(cpu.spec.adjust_rpl(cpu.machine, NULL, NULL)[1])
    if one.mod != 3:
        cpu.linear(one.segment, one.address, 2, True)  # "located in a non-writable segment"
    selector = cpu.value(one, 2)
    before = cpu.machine.rflags
    changed, outcome = cpu.spec.adjust_rpl(cpu.machine, selector, cpu.read(one.reg, 2))
    cpu.note(outcome)
    if changed is not None:
        with cpu.restoring_flags(before):
            cpu.set_value(one, 2, changed)
    cpu.next(one)
