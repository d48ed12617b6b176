"""Privileged instructions, I/O, flags that IOPL guards, shadow stacks' own instructions."""

from __future__ import annotations


from trapframe.prediction.machine import PE
from trapframe.prediction.operand import Instruction
from trapframe.prediction.processor import (
    CF,
    CP,
    CR4_CET,
    DF,
    GP,
    NotFollowed,
    Processor,
    SETSSBSY,
    SH_STK_EN,
    STATUS,
    TS,
    UD,
    WR_SHSTK_EN,
    fault,
    refuse_lock,
)
from trapframe.prediction.transfers import shadow_stack_entry


def privileged(cpu: Processor, one: Instruction) -> None:
    """HLT, CLTS, INVD, WBINVD."""
    refuse_lock(one)
    cpu.need_cpl_0()
    if one.opcode == 0xF4:
        raise NotFollowed("HLT")
    if one.opcode == 0x0F06:
        cpu.machine.cr0 &= ~TS
    cpu.next(one)


def mov_debug(cpu: Processor, one: Instruction) -> None:
    """SDM 3B "Debug Registers"; "General-Detect Exception Condition"."""
    cpu.operand(one, 0)
    refuse_lock(one)
    if one.reg >= 8:
        raise fault(UD)
    size = 8 if cpu.bits == 64 else 4
    value = None if one.opcode == 0x0F21 else cpu.read(one.rm, size)
    found, outcome = cpu.spec.debug_register(cpu.machine, one.reg, value)
    cpu.done(outcome)
    if value is None:
        cpu.write(one.rm, size, found)
    cpu.next(one)


def _need_supervisor_shadow_stack(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    if not cpu.machine.cr4 & CR4_CET or not cpu.machine.s_cet & SH_STK_EN:
        raise fault(UD)
    cpu.need_cpl_0()


def set_busy(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "SETSSBSY"."""
    machine = cpu.machine
    _need_supervisor_shadow_stack(cpu, one)
    ssp = machine.pl_ssp[0]
    if ssp & 7:
        raise fault(GP, 0)
    physical = cpu.physical(ssp, write=1, shadow=1)
    if cpu.memory.read(physical, 8) != ssp:
        raise fault(CP, SETSSBSY)
    cpu.memory.write(physical, 8, ssp | 1)
    machine.ssp = ssp
    cpu.next(one)


def increment_ssp(cpu: Processor, one: Instruction) -> None:
    """SDM 2A "INCSSPD/INCSSPQ": the first and the last element are read, for a count of 0 as for 1."""
    machine = cpu.machine
    refuse_lock(one)
    if not cpu.shadow_stack:
        raise fault(UD)
    size = one.size_by_w
    count = cpu.read(one.rm, 1, 1)
    shadow_stack_entry(cpu, machine.ssp, False)
    shadow_stack_entry(cpu, machine.ssp + size * (max(count, 1) - 1), False)
    machine.ssp += size * count
    cpu.next(one)


def clear_busy(cpu: Processor, one: Instruction) -> None:
    """SDM 2A "CLRSSBSY"."""
    machine = cpu.machine
    _need_supervisor_shadow_stack(cpu, one)
    linear = _aligned(cpu, one, 8)
    physical = cpu.physical(linear, write=1, shadow=1)
    is_busy = cpu.memory.read(physical, 8) == linear | 1
    if is_busy:
        cpu.memory.write(physical, 8, linear)
    machine.ssp = 0
    machine.rflags = machine.rflags & ~STATUS | (0 if is_busy else CF)
    cpu.next(one)


def save_previous(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "SAVEPREVSSP": what it pops is popped where nothing is refused."""
    machine, mode = cpu.machine, int(cpu.bits == 64)
    refuse_lock(one)
    if not cpu.shadow_stack:
        raise fault(UD)
    ssp = machine.ssp
    if ssp & 7:
        raise fault(GP, 0)
    token = cpu.memory.read(shadow_stack_entry(cpu, ssp, False), 8)
    ssp += 8
    if machine.rflags & CF:
        if mode or cpu.memory.read(shadow_stack_entry(cpu, ssp, False), 4):
            raise fault(GP, 0)
        ssp += 4
    if not token & 2 or (not mode and token >> 32):
        raise fault(GP, 0)
    old = token & ~3
    below, place = (shadow_stack_entry(cpu, at, True) for at in (old - 4, (old & ~7) - 8))
    cpu.memory.write(below, 4, 0)
    cpu.memory.write(place, 8, old | mode)
    machine.ssp = ssp
    cpu.next(one)


def write_shadow_stack(cpu: Processor, one: Instruction) -> None:
    """WRSS; WRUSS, which writes as CPL 3 does."""
    cpu.operand(one, 0)
    machine, for_user = cpu.machine, one.opcode == 0x0F38F5
    if one.mod == 3 or one.has(0x66) != for_user or one.has(0xF2) or one.has(0xF3):
        raise NotFollowed("neither WRSS nor WRUSS")
    refuse_lock(one)
    if for_user:
        if not machine.cr4 & CR4_CET:
            raise fault(UD)
        cpu.need_cpl_0()
    elif not cpu.shadow_stack or not (machine.u_cet if machine.cpl == 3 else machine.s_cet) & WR_SHSTK_EN:
        raise fault(UD)
    size = one.size_by_w
    user = int(for_user or machine.cpl == 3)
    physical = cpu.physical(_aligned(cpu, one, size), user=user, write=1, shadow=1)
    cpu.memory.write(physical, size, cpu.read(one.reg, size))
    cpu.next(one)


def _aligned(cpu: Processor, one: Instruction, size: int) -> int:
    """The operand's linear address."""
    linear = cpu.linear(one.segment, one.address, size, True)
    if linear & size - 1:
        raise fault(GP, 0)
    return linear


def read_ssp(cpu: Processor, one: Instruction) -> None:
    """RDSSP does nothing where there are no shadow stacks; others of its opcode never do."""
    cpu.operand(one, 0)
    refuse_lock(one)
    if one.has(0xF3) and one.mod == 3 and one.reg & 7 == 1 and cpu.shadow_stack:
        cpu.write(one.rm, one.size_by_w, cpu.machine.ssp)
    cpu.next(one)


def cli_sti(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.done(cpu.spec.flags(cpu.machine, "cli" if one.opcode == 0xFA else "sti", one.operand_size))
    cpu.next(one)


def flag(cpu: Processor, one: Instruction) -> None:
    """CMC, CLC, STC, CLD, STD."""
    refuse_lock(one)
    flags = cpu.machine.rflags
    changed = {0xF5: flags ^ CF, 0xF8: flags & ~CF, 0xF9: flags | CF, 0xFC: flags & ~DF, 0xFD: flags | DF}
    cpu.machine.rflags = changed[one.opcode]
    cpu.next(one)


def port(cpu: Processor, one: Instruction) -> None:
    """IN, OUT: SDM 1 "I/O Permission Bit Map"; I/O breakpoints. What a port holds is its device's affair."""
    size = min(one.operand_size // 8, 4) if one.opcode & 1 else 1
    number = one.take() if one.opcode < 0xE8 else cpu.read(2, 2)
    refuse_lock(one)
    check_ports(cpu, number, size)
    cpu.watch(number, size, "io")
    if not one.opcode & 2:
        cpu.unknown[0] = (1 << 8 * size) - 1
    cpu.next(one)


def check_ports(cpu: Processor, port: int, size: int) -> None:
    machine = cpu.machine
    if not machine.cr0 & PE or (machine.cpl <= cpu.iopl and not cpu.vm86):
        return
    tss = machine.segment_of("tr")
    if not tss.type & 8:
        raise fault(GP, 0)

    def read(offset: int) -> int:
        if offset + 1 > tss.limit:
            raise fault(GP, 0)
        value = 0
        for number in range(2):
            at = cpu.physical(tss.base + offset + number, implicit=1)
            value |= cpu.memory.read(at, 1) << 8 * number
        return value

    bits = read(read(0x66) + port // 8) >> port % 8
    if bits & (1 << size) - 1:
        raise fault(GP, 0)
