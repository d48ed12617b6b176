"""Privileged instructions, I/O, flags that IOPL guards, shadow stacks' own instructions."""

from __future__ import annotations


from trapframe.prediction.machine import PE
from trapframe.prediction.operand import Instruction, LOCK
from trapframe.prediction.processor import (
    BD,
    CF,
    CP,
    CR4_CET,
    CR4_DE,
    CR4_UMIP,
    CR4_VME,
    DB,
    DF,
    GD,
    GP,
    IF,
    IO,
    NotFollowed,
    PG,
    Processor,
    SETSSBSY,
    SH_STK_EN,
    TS,
    UD,
    VIF,
    VIP,
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


MSRS = {
    0x174: "sysenter_cs",
    0x175: "sysenter_esp",
    0x176: "sysenter_eip",
    0x6A0: "u_cet",
    0x6A2: "s_cet",
    0x6A8: "interrupt_ssp_table",
    0xC0000081: "star",
    0xC0000082: "lstar",
    0xC0000083: "cstar",
    0xC0000084: "fmask",
}


BASES = {0xC0000100: "fs", 0xC0000101: "gs"}


PL_SSP = range(0x6A4, 0x6A8)


def wrmsr(cpu: Processor, one: Instruction) -> None:
    """Which values are refused is left to the golden file."""
    refuse_lock(one)
    cpu.need_cpl_0()
    number, value = cpu.read(1, 4), cpu.read(2, 4) << 32 | cpu.read(0, 4)

    def effect() -> None:
        if number in MSRS:
            setattr(cpu.machine, MSRS[number], value)
        elif number in BASES:
            cpu.machine.segment_of(BASES[number]).base = value
        elif number in PL_SSP:
            cpu.machine.pl_ssp[number - PL_SSP.start] = value
        else:
            raise NotFollowed("WRMSR")
        cpu.next(one)

    raise NotFollowed("WRMSR", effect)


def rdmsr(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.need_cpl_0()
    number = cpu.read(1, 4)

    def effect() -> None:
        if number in MSRS:
            value = int(getattr(cpu.machine, MSRS[number]))
        elif number in BASES:
            value = cpu.machine.segment_of(BASES[number]).base
        else:
            raise NotFollowed("RDMSR")
        cpu.write(0, 4, value)
        cpu.write(2, 4, value >> 32)
        cpu.next(one)

    raise NotFollowed("RDMSR", effect)


ET = 1 << 4
CR0_BITS = 0xE005003F


def mov_control(cpu: Processor, one: Instruction) -> None:
    """Which values are refused is left to the golden file."""
    cpu.operand(one, 0)
    if one.has(LOCK):
        raise NotFollowed("LOCK MOV CRn")  # AMD's MOV CR8
    if one.reg not in (0, 2, 3, 4, 8):
        raise fault(UD)
    cpu.need_cpl_0()
    name, size = f"cr{one.reg}", 8 if cpu.bits == 64 else 4

    def effect() -> None:
        if one.reg == 8:
            raise NotFollowed("MOV CR8")
        if one.opcode == 0x0F20:
            cpu.write(one.rm, size, int(getattr(cpu.machine, name)))
        else:
            value, before = cpu.read(one.rm, size), int(getattr(cpu.machine, name))
            if one.reg == 0 and (value ^ before) & (PE | PG):
                raise NotFollowed("another mode")
            if (
                one.reg == 0
            ):  # reserved bits are ignored and ET stays set: SDM 2B "MOV-Move to/from Control Registers"
                value = value & CR0_BITS | ET
            setattr(cpu.machine, name, value)
        cpu.next(one)

    raise NotFollowed("MOV CRn", effect)


def mov_debug(cpu: Processor, one: Instruction) -> None:
    """SDM 3B "Debug Registers"; "General-Detect Exception Condition"."""
    cpu.operand(one, 0)
    machine = cpu.machine
    refuse_lock(one)
    if one.reg >= 8:
        raise fault(UD)
    if one.reg in (4, 5) and machine.cr4 & CR4_DE:
        raise fault(UD)
    cpu.need_cpl_0()
    if machine.dr7 & GD:
        raise fault(DB, dr6=BD)
    number, size = one.reg + 2 if one.reg in (4, 5) else one.reg, 8 if cpu.bits == 64 else 4
    if one.opcode == 0x0F21:
        value = machine.dr[number] if number < 4 else machine.dr6 if number == 6 else machine.dr7
        cpu.write(one.rm, size, value)
        return cpu.next(one)
    value = cpu.read(one.rm, size)
    if number >= 6 and value >> 32:
        raise fault(GP, 0)
    if number < 4:
        machine.dr[number] = value
    elif number == 6:
        machine.dr6 = value & 0x1E00F | 0xFFFE0FF0
        raise NotFollowed("MOV DR6", lambda: cpu.next(one))
    else:
        machine.dr7 = value & 0xFFFF2FFF | 0x400
    cpu.next(one)


def set_busy(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "SETSSBSY"."""
    machine = cpu.machine
    refuse_lock(one)
    if not machine.cr4 & CR4_CET or not machine.s_cet & SH_STK_EN:
        raise fault(UD)
    cpu.need_cpl_0()
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
    """SDM 2A "INCSSPD/INCSSPQ": the first and the last element are read."""
    machine = cpu.machine
    refuse_lock(one)
    if not cpu.shadow_stack:
        raise fault(UD)
    size = 8 if one.rex & 8 else 4
    count = cpu.read(one.rm, 1, 1)
    if count:
        shadow_stack_entry(cpu, machine.ssp, False)
        shadow_stack_entry(cpu, machine.ssp + size * (count - 1), False)
    machine.ssp += size * count
    cpu.next(one)


def read_ssp(cpu: Processor, one: Instruction) -> None:
    """RDSSP does nothing where there are no shadow stacks; others of its opcode never do."""
    cpu.operand(one, 0)
    refuse_lock(one)
    if one.has(0xF3) and one.mod == 3 and one.reg & 7 == 1 and cpu.shadow_stack:
        cpu.write(one.rm, 8 if one.rex & 8 else 4, cpu.machine.ssp)
    cpu.next(one)


def group_7(cpu: Processor, one: Instruction) -> None:
    """SGDT, SIDT, LGDT, LIDT, SMSW, LMSW, INVLPG, and what has no memory operand."""
    cpu.operand(one, 0)
    reg = one.reg & 7
    if one.mod == 3 and one.has(0xF3) and reg == 5 and one.rm & 7 == 0:
        return set_busy(cpu, one)
    if one.mod == 3 and reg not in (4, 6):
        raise NotFollowed("group 7")
    refuse_lock(one)
    if reg == 5:
        raise NotFollowed("RSTORSSP") if one.has(0xF3) else fault(UD)
    if reg in (2, 3, 6, 7):
        cpu.need_cpl_0()
    elif reg in (0, 1, 4) and machine_umip(cpu):
        raise fault(GP, 0)
    if reg == 4:
        size = one.operand_size // 8 if one.mod == 3 else 2
        if one.mod == 3:
            cpu.write(one.rm, size, cpu.machine.cr0)
        else:
            cpu.store(one.segment, one.address, 2, cpu.machine.cr0)
        return cpu.next(one)
    if reg == 6:
        value = cpu.value(one, 2)
        cpu.machine.cr0 = cpu.machine.cr0 & ~14 | value & 15
        return cpu.next(one)
    if reg == 7:
        raise NotFollowed("INVLPG", lambda: cpu.next(one))
    table = cpu.machine.gdtr if reg in (0, 2) else cpu.machine.idtr
    size = 8 if cpu.bits == 64 else 4

    def effect() -> None:
        at = one.address + 2 & (1 << one.address_size) - 1
        if reg < 2:
            cpu.store(one.segment, one.address, 2, table.limit)
            cpu.store(one.segment, at, size, table.base)
        else:
            limit = cpu.load(one.segment, one.address, 2)
            table.base, table.limit = cpu.load(one.segment, at, size), limit
        cpu.next(one)

    raise NotFollowed("descriptor-table registers", effect)


def machine_umip(cpu: Processor) -> bool:
    return bool(cpu.machine.cr4 & CR4_UMIP and cpu.machine.cr0 & PE and cpu.machine.cpl)


def group_6(cpu: Processor, one: Instruction) -> None:
    """SLDT, STR, LLDT, LTR, VERR, VERW."""
    cpu.operand(one, 2)
    reg = one.reg & 7
    if cpu.by_selector or one.has(LOCK) or reg > 5:
        raise fault(UD)
    if reg in (2, 3):
        cpu.need_cpl_0()
    elif reg in (0, 1) and machine_umip(cpu):
        raise fault(GP, 0)
    if reg < 2:
        selector = cpu.machine.segment_of("ldtr" if reg == 0 else "tr").selector
        if one.mod == 3:
            cpu.write(one.rm, one.operand_size // 8, selector)
        else:
            cpu.store(one.segment, one.address, 2, selector)
        return cpu.next(one)
    raise NotFollowed("LLDT, LTR, VERR, VERW")


def cli_sti(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    machine = cpu.machine
    if machine.cr0 & PE and cpu.iopl < (3 if cpu.vm86 else machine.cpl):
        if (cpu.vm86 and machine.cr4 & CR4_VME) or (machine.cpl == 3 and machine.cr4 & 2):
            if one.opcode == 0xFB and machine.rflags & VIP:
                raise fault(GP, 0)
            machine.rflags = machine.rflags & ~VIF if one.opcode == 0xFA else machine.rflags | VIF
            return cpu.next(one)
        raise fault(GP, 0)
    if one.opcode == 0xFA:
        machine.rflags &= ~IF
        return cpu.next(one)
    shadow = not machine.rflags & IF
    machine.rflags |= IF
    cpu.next(one)
    machine.sti_shadow = int(shadow)


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
    if cpu.machine.cr4 & CR4_DE:
        cpu.watch(number, size, (IO,))
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
