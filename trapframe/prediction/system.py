"""Instructions of group 7 and others that manage the system: tables, TLBs, tokens, keys, time stamps."""

from __future__ import annotations

from trapframe.prediction.control import PCIDE, TSC_AUX, lmsw, refuse, xgetbv, xsetbv
from trapframe.prediction.machine import PE
from trapframe.prediction.operand import LOCK, Instruction
from trapframe.prediction.privileged import save_previous, set_busy
from trapframe.prediction.processor import (
    AC_FLAG,
    CP,
    CR4_TSD,
    GP,
    STATUS,
    UD,
    NotFollowed,
    Processor,
    fault,
    refuse_lock,
)

CR4_PCE, CR4_PKE, CR4_FSGSBASE, VMXE, SMXE = 1 << 8, 1 << 22, 1 << 16, 1 << 13, 1 << 14
RSTORSSP = 4  # error code of #CP
NOT_EXECUTED = 0x3FFFFFFF  # numbers of counters that processors have lie below
SMAP_INSTRUCTIONS, SVM = (0xCA, 0xCB), range(0xD8, 0xE0)
# These, XGETBV, XSETBV, RDPKRU, WRPKRU: NP (SDM 2A "Opcode Column in the Instruction Summary Table")
WITHOUT_PREFIX = (*SMAP_INSTRUCTIONS, 0xD0, 0xD1, 0xEE, 0xEF)


def group_7(cpu: Processor, one: Instruction) -> None:
    """SGDT, SIDT, LGDT, LIDT, SMSW, LMSW, INVLPG, and what has no memory operand."""
    cpu.operand(one, 0)
    reg = one.reg & 7
    if one.mod == 3 and one.has(0xF3) and reg == 5 and one.rm & 7 in (0, 2):
        return save_previous(cpu, one) if one.rm & 7 else set_busy(cpu, one)
    if one.mod == 3 and reg not in (4, 6):
        return without_memory(cpu, one, 0xC0 | reg << 3 | one.rm & 7)
    refuse_lock(one)
    if reg == 5:
        return restore_ssp(cpu, one) if one.has(0xF3) and one.mod != 3 else unknown()
    if reg in (2, 3, 6, 7):
        cpu.need_cpl_0()
    elif cpu.umip:
        raise fault(GP, 0)
    if reg == 4:
        size = one.operand_size // 8 if one.mod == 3 else 2
        cpu.set_value(one, size, cpu.machine.cr0 & (1 << 8 * size) - 1)
    elif reg == 6:
        lmsw(cpu, cpu.value(one, 2))
    elif reg != 7:  # INVLPG never faults for its operand
        table_register(cpu, one)
    cpu.next(one)


def unknown() -> None:
    raise fault(UD)


def table_register(cpu: Processor, one: Instruction) -> None:
    reg = one.reg & 7
    table = cpu.machine.gdtr if reg in (0, 2) else cpu.machine.idtr
    size = 8 if cpu.bits == 64 else 4
    at = one.address + 2 & (1 << one.address_size) - 1
    if reg < 2:
        for offset, many in ((one.address, 2), (at, size)):
            cpu.access(one.segment, offset, many, True, 4)
        cpu.store(one.segment, one.address, 2, table.limit, 4)
        return cpu.store(one.segment, at, size, table.base, 4)
    limit = cpu.load(one.segment, one.address, 2)
    base = cpu.load(one.segment, at, size)
    if size == 8 and not cpu.is_canonical_anywhere(base):
        refuse()
    if one.operand_size == 16 and size == 4:
        base &= 0xFFFFFF
    table.base, table.limit = base, limit


def restore_ssp(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "RSTORSSP"."""
    machine = cpu.machine
    if not cpu.shadow_stack:
        raise fault(UD)
    linear = cpu.linear(one.segment, one.address, 8, True)
    if linear & 7:
        raise fault(GP, 0)
    physical = cpu.physical(linear, user=int(machine.cpl == 3), write=1, shadow=1)
    token, mode = cpu.memory.read(physical, 8), int(cpu.bits == 64)
    if token & 3 != mode or (not mode and token >> 32) or ((token & ~1) - 8) & ~7 != linear:
        raise fault(CP, RSTORSSP)
    cpu.memory.write(physical, 8, machine.ssp | mode | 2)
    machine.ssp = linear
    machine.rflags = machine.rflags & ~STATUS | token >> 2 & 1
    cpu.next(one)


def without_memory(cpu: Processor, one: Instruction, code: int) -> None:
    machine = cpu.machine
    refuse_lock(one)
    if code in WITHOUT_PREFIX and any(map(one.has, (0x66, 0xF2, 0xF3))):
        raise fault(UD)
    if code in (0xC8, 0xC9):  # MONITOR, MWAIT
        if machine.cr0 & PE and machine.cpl or "monitor" in cpu.absent:
            raise fault(UD)
        extensions = cpu.read(1, 8 if cpu.bits == 64 else 4)
        if extensions if code == 0xC8 else extensions & ~1:
            refuse()
        if code == 0xC9:
            raise NotFollowed("MWAIT")
        cpu.access(one.override or "ds", cpu.read(0, one.address_size // 8), 1, False)
    elif code in SMAP_INSTRUCTIONS:
        if machine.cpl or "smap" in cpu.absent:
            raise fault(UD)
        machine.rflags = machine.rflags & ~AC_FLAG | (AC_FLAG if code == 0xCB else 0)
    elif code == 0xD0:
        xgetbv(cpu)
    elif code == 0xD1:
        xsetbv(cpu)
    elif code in (0xEE, 0xEF):
        protection_keys(cpu, write=code == 0xEF)
    elif code == 0xF8:
        if cpu.bits != 64:
            raise fault(UD)
        cpu.need_cpl_0()
        gs = machine.segment_of("gs")
        gs.base, cpu.kernel_gs_base = cpu.kernel_gs_base, gs.base
    elif code == 0xF9:
        if "rdtscp" in cpu.absent:
            raise fault(UD)
        time_stamp(cpu)
        read_tsc_aux(cpu, 1)
    else:  # of VMX outside of its operation, of SVM where it isn't enabled, and none at all
        raise fault(UD)
    cpu.next(one)


def protection_keys(cpu: Processor, write: bool) -> None:
    """RDPKRU, WRPKRU."""
    machine = cpu.machine
    if not machine.cr4 & CR4_PKE:
        raise fault(UD)
    if cpu.read(1, 4) or write and cpu.read(2, 4):
        refuse()
    if write:
        setattr(machine, "pkru", cpu.read(0, 4))
    else:
        cpu.write(0, 4, int(getattr(machine, "pkru")))
        cpu.write(2, 4, 0)


def time_stamp(cpu: Processor) -> None:
    """What a counter holds nobody says."""
    machine = cpu.machine
    if machine.cr0 & PE and machine.cpl and machine.cr4 & CR4_TSD:
        refuse()
    open_result(cpu)


def read_tsc_aux(cpu: Processor, register: int) -> None:
    """RDTSCP's ECX, RDPID's register: the lower half."""
    value = cpu.other_msrs.get(TSC_AUX)
    cpu.write(register, 4, value or 0)
    cpu.leave_open(register, 0xFFFFFFFF if value is None else 0, 4)


def open_result(cpu: Processor) -> None:
    for register in (0, 2):
        cpu.write(register, 4, 0)
        cpu.leave_open(register, 0xFFFFFFFF, 4)


def rdtsc(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    time_stamp(cpu)
    cpu.next(one)


def rdpmc(cpu: Processor, one: Instruction) -> None:
    machine = cpu.machine
    refuse_lock(one)
    if machine.cr0 & PE and machine.cpl and not machine.cr4 & CR4_PCE or cpu.read(1, 4) >= NOT_EXECUTED:
        refuse()
    open_result(cpu)
    cpu.next(one)


def cpuid(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    for register in (0, 1, 2, 3):
        cpu.write(register, 4, 0)
        cpu.leave_open(register, 0xFFFFFFFF, 4)
    cpu.next(one)


def disabled(cpu: Processor, one: Instruction) -> None:
    """RSM outside of system-management mode; GETSEC with CR4.SMXE=0."""
    if one.opcode == 0x0F37 and cpu.machine.cr4 & SMXE:
        raise NotFollowed("GETSEC")
    raise fault(UD)


def group_9(cpu: Processor, one: Instruction) -> None:
    """CMPXCHG8B, CMPXCHG16B; VMXON with CR4.VMXE=0."""
    cpu.operand(one, 0)
    machine = cpu.machine
    if one.mod == 3:
        if one.reg & 7 == 7 and one.has(0xF3) and not one.has(LOCK) and "rdpid" not in cpu.absent:
            read_tsc_aux(cpu, one.rm)
            return cpu.next(one)
        if one.reg & 7 in (6, 7) and not one.has(LOCK):
            raise NotFollowed("RDRAND, RDSEED, RDPID")
        raise fault(UD)
    if one.reg & 7 != 1:
        if one.reg & 7 == 6 and not machine.cr4 & VMXE:
            raise fault(UD)
        raise NotFollowed("group 9")
    half = one.size_by_w
    if ("cx16" if half == 8 else "cx8") in cpu.absent:
        raise fault(UD)
    if half == 8 and cpu.linear(one.segment, one.address, 16, True) & 15:
        refuse()
    cpu.access(one.segment, one.address, 2 * half, True, 8 if half == 4 else 1)
    found = cpu.load(one.segment, one.address, 2 * half, 8 if half == 4 else 1)
    equal = found == cpu.read(2, half) << 8 * half | cpu.read(0, half)
    value = cpu.read(1, half) << 8 * half | cpu.read(3, half) if equal else found
    cpu.store(one.segment, one.address, 2 * half, value, 8 if half == 4 else 1)
    if not equal:
        cpu.write(0, half, found)
        cpu.write(2, half, found >> 8 * half)
    machine.rflags = machine.rflags & ~64 | (64 if equal else 0)
    cpu.next(one)


def invpcid(cpu: Processor, one: Instruction) -> None:
    """SDM 2A "INVPCID": every walk here is one of memory, so that only its refusals count."""
    machine = cpu.machine
    cpu.operand(one, 0)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    if cpu.vm86:
        refuse()
    cpu.need_cpl_0()
    kind = cpu.read(one.reg, 8 if cpu.bits == 64 else 4)
    descriptor = cpu.load(one.segment, one.address, 16, 1)
    low, address = descriptor & (1 << 64) - 1, descriptor >> 64
    if kind > 3 or low >> 12:
        refuse()
    if kind < 2 and not machine.cr4 & PCIDE and low or kind == 0 and not cpu.is_canonical(address):
        refuse()
    cpu.next(one)


def fs_gs_base(cpu: Processor, one: Instruction) -> None:
    """RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE."""
    refuse_lock(one)
    if cpu.bits != 64 or not cpu.machine.cr4 & CR4_FSGSBASE:
        raise fault(UD)
    segment, size = cpu.machine.segment_of("gs" if one.reg & 1 else "fs"), one.operand_size // 8
    if one.reg & 2:
        value = cpu.read(one.rm, size)
        if not cpu.is_canonical_anywhere(value):
            refuse()
        segment.base = value
    else:
        cpu.write(one.rm, size, segment.base)
    cpu.next(one)
