"""Control registers, MSRs, XCR0: which values are refused, and what they do."""

from __future__ import annotations

from trapframe.prediction.machine import LMA, PE
from trapframe.prediction.operand import LOCK, Instruction
from trapframe.prediction.processor import CR4_CET, GP, PG, TS, UD, NotFollowed, Processor, fault, refuse_lock

ET, NW, CD, WP = 1 << 4, 1 << 29, 1 << 30, 1 << 16
CR0_BITS = 0xE005003F
PAE, VMXE, SMXE, PCIDE, OSXSAVE, LA57 = 1 << 5, 1 << 13, 1 << 14, 1 << 17, 1 << 18, 1 << 12
# CR4 to PKS, without 15 and 19, which are reserved.
CR4_BITS = 0x1FFFFFF & ~(1 << 15 | 1 << 19)
CR4_FEATURES = {
    **{"vmx": VMXE, "smap": 1 << 21, "smep": 1 << 20, "pku": 1 << 22, "vme": 3},
    **{"la57": LA57, "umip": 1 << 11, "fsgsbase": 1 << 16, "pcid": PCIDE},
    **{"xsave": OSXSAVE, "cet_ss": CR4_CET, "pks": 1 << 24},
}
LOADS_PDPTES = 1 << 4 | PAE | 1 << 7 | 1 << 20  # of CR4: PSE, PAE, PGE, SMEP (SDM 3A "PDPTE Registers")
CR0_LOADS_PDPTES = CD | NW | PG


def refuse() -> None:
    raise fault(GP, 0)


def mov_control(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "MOV-Move to/from Control Registers". On AMD LOCK is bit 3 of the register's number."""
    cpu.operand(one, 0)
    one.rm, one.mod = one.rm | (8 if one.mod != 3 and one.rex & 1 else 0), 3
    number = one.reg
    if one.has(LOCK):
        if cpu.vendor != "amd" or number:
            raise fault(UD)
        number = 8
    if number not in (0, 2, 3, 4, 8):
        raise fault(UD)
    cpu.need_cpl_0()
    size = 8 if cpu.bits == 64 else 4
    if one.opcode == 0x0F20:
        value = cpu.task_priority if number == 8 else int(getattr(cpu.machine, f"cr{number}"))
        cpu.write(one.rm, size, value)
    else:
        WRITE[number](cpu, cpu.read(one.rm, size))
        cpu.leave_flags_open(0x8D5)
    cpu.next(one)


def write_cr0(cpu: Processor, value: int) -> None:
    machine = cpu.machine
    if value >> 32 or (value & PG and not value & PE) or (value & NW and not value & CD):
        refuse()
    if machine.cr4 & CR4_CET and not value & WP:
        refuse()
    if not value & PG and machine.cr0 & PG and (cpu.bits == 64 or machine.cr4 & PCIDE):
        refuse()
    value = value & CR0_BITS | ET  # reserved bits are ignored and ET stays set
    changed = value ^ machine.cr0
    if changed & PG or changed & PE and machine.cr0 & PG:
        raise NotFollowed("another mode")
    if changed & CR0_LOADS_PDPTES:
        load_pdptes(cpu, machine.cr3, machine.cr4)
    machine.cr0 = value


def load_pdptes(cpu: Processor, cr3: int, cr4: int) -> None:
    """SDM 3A "PDPTE Registers": reserved bits of one that is present are #GP(0), and nothing is loaded."""
    machine = cpu.machine
    if machine.efer & LMA or not cr4 & PAE or not machine.cr0 & PG:
        return
    found = [cpu.memory.read((cr3 & 0xFFFFFFE0) + 8 * number, 8) for number in range(4)]
    reserved = 0x1E6 | (1 << 64) - (1 << machine.physical_bits)
    if any(one & 1 and one & reserved for one in found):
        refuse()
    for number, one in enumerate(found):
        machine.pdpte[number] = one


def write_cr2(cpu: Processor, value: int) -> None:
    cpu.machine.cr2 = value


def write_cr3(cpu: Processor, value: int) -> None:
    machine = cpu.machine
    if cpu.bits == 64:
        if value >> 63 and not machine.cr4 & PCIDE:
            refuse()
        value &= (1 << 63) - 1
        if value >> machine.physical_bits:
            refuse()
    load_pdptes(cpu, value, machine.cr4)
    machine.cr3 = value


def write_cr4(cpu: Processor, value: int) -> None:
    machine = cpu.machine
    absent = sum(CR4_FEATURES.get(name, 0) for name in cpu.absent)
    changed = value ^ machine.cr4
    if value & ~(CR4_BITS & ~absent):
        refuse()
    if machine.efer & LMA and (not value & PAE or changed & LA57):
        refuse()
    if value & changed & PCIDE and (not machine.efer & LMA or machine.cr3 & 0xFFF):
        refuse()
    if value & CR4_CET and not machine.cr0 & WP:
        refuse()
    if changed & LOADS_PDPTES:
        load_pdptes(cpu, machine.cr3, value)
    machine.cr4 = value


def write_cr8(cpu: Processor, value: int) -> None:
    if value >> 4:
        refuse()
    cpu.task_priority = value


WRITE = {0: write_cr0, 2: write_cr2, 3: write_cr3, 4: write_cr4, 8: write_cr8}


def lmsw(cpu: Processor, value: int) -> None:
    """PE can be set, and not cleared."""
    machine = cpu.machine
    if value & PE and not machine.cr0 & PE:
        raise NotFollowed("another mode")
    machine.cr0 = machine.cr0 & ~0xE | value & 0xE


# ---- MSRs (SDM 3C, chapter "Model-Specific Registers"). ----

REGISTERS = {
    0x174: "sysenter_cs",
    0x175: "sysenter_esp",
    0x176: "sysenter_eip",
    0x6A0: "u_cet",
    0x6A2: "s_cet",
    0x6A8: "interrupt_ssp_table",
    0x6E1: "pkrs",
    0xC0000080: "efer",
    0xC0000081: "star",
    0xC0000082: "lstar",
    0xC0000083: "cstar",
    0xC0000084: "fmask",
    0x1D9: "debugctl",
}
BASES = {0xC0000100: "fs", 0xC0000101: "gs"}
PL_SSP = range(0x6A4, 0x6A8)
KERNEL_GS_BASE, TSC_AUX, EFER, DEBUGCTL, PKRS = 0xC0000102, 0xC0000103, 0xC0000080, 0x1D9, 0x6E1
APIC_BASE, MTRR_DEF_TYPE, PAT, TSC, X2APIC = 0x1B, 0x2FF, 0x277, 0x10, range(0x800, 0x900)
MTRR_VARIABLE, MTRR_FIXED = range(0x200, 0x210), (0x250, 0x258, 0x259, *range(0x268, 0x270))
KEPT = (TSC_AUX, PAT, MTRR_DEF_TYPE, *MTRR_VARIABLE, *MTRR_FIXED)  # and read as they were written
SYSENTER_ADDRESSES = (0x175, 0x176)
ADDRESSES = (
    *BASES,
    KERNEL_GS_BASE,
    0xC0000082,
    0xC0000083,
    *SYSENTER_ADDRESSES,
    0x6A0,
    0x6A2,
    0x6A8,
    *PL_SSP,
)
SCE, LME, NXE = 1, 1 << 8, 1 << 11
EFER_BITS = {"intel": SCE | LME | LMA | NXE, "amd": SCE | LME | LMA | NXE | 0x3F000}
DEBUGCTL_BITS = 0xDFC3
MEMORY_TYPES = (0, 1, 4, 5, 6)
EXTD, EN = 1 << 10, 1 << 11
CET_BITS = {0x6A0: 0x3F, 0x6A2: 0x3F}


def wrmsr(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.need_cpl_0()
    number, value = cpu.read(1, 4), cpu.read(2, 4) << 32 | cpu.read(0, 4)
    if number in SYSENTER_ADDRESSES and cpu.vendor == "amd":
        value &= 0xFFFFFFFF  # docs/doubts.md, "AMD: SYSENTER MSRs and TSC_AUX"
    if number in ADDRESSES and not cpu.is_canonical_anywhere(value):
        refuse()
    write_msr(cpu, number, value)
    cpu.next(one)


def write_msr(cpu: Processor, number: int, value: int) -> None:
    machine = cpu.machine
    if number == EFER:
        if value & ~(EFER_BITS[cpu.vendor] & ~(NXE if "nx" in cpu.absent else 0)):
            refuse()
        if (value ^ machine.efer) & LME and machine.cr0 & PG:
            refuse()
        machine.efer = value & ~LMA | machine.efer & LMA
    elif number == DEBUGCTL and value & ~DEBUGCTL_BITS or number == PKRS and value >> 32:
        refuse()
    elif number in PL_SSP:
        if value & 3:
            refuse()
        machine.pl_ssp[number - PL_SSP.start] = value
    elif number in CET_BITS:
        if value & 0x3C0 or value & 0xC00 == 0xC00:
            refuse()
        setattr(machine, REGISTERS[number], value)
    elif number in REGISTERS:
        setattr(machine, REGISTERS[number], value)
    elif number in BASES:
        machine.segment_of(BASES[number]).base = value
    elif number == KERNEL_GS_BASE:
        cpu.kernel_gs_base = value
    elif number in KEPT:
        if not takes(cpu, number, value):
            refuse()
        cpu.other_msrs[number] = value
    elif number == APIC_BASE:
        if value >> machine.physical_bits or value & (EXTD | EN) == EXTD:
            refuse()
        raise NotFollowed("x2APIC mode, which no description tells")
    elif number != TSC:
        refuse()


def takes(cpu: Processor, number: int, value: int) -> bool:
    """Whether a register of KEPT takes the value: SDM 3A "IA32_PAT MSR", "Memory Type Range Registers"."""
    fields = [value >> shift & 0xFF for shift in range(0, 64, 8)]
    if number == PAT:
        return all(one in (*MEMORY_TYPES, 7) for one in fields)
    if number == MTRR_DEF_TYPE:
        return fields[0] in MEMORY_TYPES and not value & ~0xCFF
    if number in MTRR_FIXED:
        return all(one in MEMORY_TYPES for one in fields)
    if number in MTRR_VARIABLE:
        is_mask = number & 1
        reserved = value & (0x7FF if is_mask else 0xF00) or value >> cpu.machine.physical_bits
        return not reserved and (bool(is_mask) or fields[0] in MEMORY_TYPES)
    return not value >> 32 or cpu.vendor == "amd"  # TSC_AUX: docs/doubts.md


def rdmsr(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.need_cpl_0()
    number = cpu.read(1, 4)
    value: int | None
    if number in REGISTERS:
        value = int(getattr(cpu.machine, REGISTERS[number]))
    elif number in BASES:
        value = cpu.machine.segment_of(BASES[number]).base
    elif number in PL_SSP:
        value = cpu.machine.pl_ssp[number - PL_SSP.start]
    elif number == KERNEL_GS_BASE:
        value = cpu.kernel_gs_base
    elif number in X2APIC:
        raise NotFollowed("x2APIC mode, which no description tells")
    elif number in KEPT:
        value = cpu.other_msrs.get(number)
    elif number in (TSC, APIC_BASE):
        value = None
    else:
        refuse()
    for register, shift in ((0, 0), (2, 32)):
        cpu.write(register, 4, (value or 0) >> shift)
        cpu.leave_open(register, 0xFFFFFFFF if value is None else 0, 4)
    cpu.next(one)


# ---- XCR0 (SDM 1 "Enabling the XSAVE Feature Set and XSAVE-Enabled Features"). ----

X87, SSE, AVX, MPX, AVX512 = 1, 2, 4, 0x18, 0xE0
PKRU, TILE = 1 << 9, 3 << 17
XCR0_BITS = X87 | SSE | AVX | MPX | AVX512 | PKRU | TILE
XCR0_FEATURES = {"avx": AVX, "mpx": MPX, "avx512f": AVX512, "pku": PKRU, "amx_tile": TILE}


def xsetbv(cpu: Processor) -> None:
    if not cpu.machine.cr4 & OSXSAVE:
        raise fault(UD)
    cpu.need_cpl_0()
    value = cpu.read(2, 4) << 32 | cpu.read(0, 4)
    absent = sum(XCR0_FEATURES.get(name, 0) for name in cpu.absent)
    if cpu.read(1, 4) or not value & X87 or value & ~XCR0_BITS | value & absent:
        refuse()
    if value & AVX and not value & SSE or any(value & both not in (0, both) for both in (MPX, AVX512, TILE)):
        refuse()
    if value & AVX512 and not value & AVX:
        refuse()
    cpu.xcr0 = value


def xgetbv(cpu: Processor) -> None:
    if not cpu.machine.cr4 & OSXSAVE:
        raise fault(UD)
    if cpu.read(1, 4) > 1:
        refuse()
    cpu.write(0, 4, cpu.xcr0)
    cpu.write(2, 4, cpu.xcr0 >> 32)


def clear_task_switched(cpu: Processor) -> None:
    cpu.machine.cr0 &= ~TS
