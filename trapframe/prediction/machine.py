"""The specification's machine, as a description has it, and its memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from mmap import mmap

from trapframe.frames import environment
from trapframe.prediction.description import PAGE, Description
from trapframe.spec import GPRS, SEGMENTS, Machine, Segment, Specification, Store

LOCAL, RPL = 4, 3  # of a selector
VM = 1 << 17
PE, PG, PAE, LMA = 1, 1 << 31, 1 << 5, 1 << 10
PHYSICAL_BITS = 40
APIC = 0xFEE00000
NO_MEMORY = 1 << 32  # from here on, on machines of these cases
SMEP_SMAP_KEYS = 1 << 20 | 1 << 21 | 1 << 22 | 1 << 24
DATA_WRITABLE, CODE_READABLE = 3, 11  # types, accessed
FROM_DESCRIPTION = (
    *("cr0", "cr3", "cr4", "efer", "star", "lstar", "cstar", "fmask"),
    *("sysenter_cs", "sysenter_esp", "sysenter_eip", "u_cet", "s_cet", "interrupt_ssp_table"),
    *("pkru", "pkrs"),
)


class Memory:
    """Physical memory, little-endian."""

    def __init__(self, content: bytes | mmap) -> None:
        self._content = content
        self._changed: dict[int, bytearray] = {}  # by page
        self.missing = False  # something was read that the description doesn't reach to
        self.read_device: Callable[[int], int] = lambda physical: 0  # the APIC's registers
        self.devices: list[tuple[int, int]] = []  # what was written to the APIC
        self._open: list[tuple[int, int, int]] = []  # addresses, sizes, and the bits that no manual decides
        self.looked_at: set[int] = set()  # pages, by the specification
        self._translated: dict[Hashable, int] = {}  # pages, by all that a translation depends on but memory
        self._tables: set[int] = set()  # pages that those translations depend on

    def read(self, physical: int, size: int) -> int:
        page = physical & -PAGE
        if (first := page + PAGE - physical) < size:
            return self.read(physical, first) | self.read(page + PAGE, size - first) << 8 * first
        changed = self._changed.get(page)
        if changed is not None:
            offset = physical - page
            return int.from_bytes(changed[offset : offset + size], "little")
        if page >= APIC:
            return self.read_device(physical)
        if physical + size > len(self._content):
            self.missing = True
        return int.from_bytes(self._content[physical : physical + size], "little")

    def read_for_specification(self, physical: int, size: int) -> int:
        self.looked_at.add(physical & -PAGE)  # no entry of a table lies across two
        return self.read(physical, size)

    def translated(self, key: Hashable) -> int | None:
        """The page that was kept under this key, while nothing has written to the tables."""
        return self._translated.get(key)

    def keep_translation(self, key: Hashable, page: int) -> None:
        """It depends on what was looked at."""
        self._translated[key] = page
        self._tables |= self.looked_at

    def there(self, physical: int, size: int) -> bytes:
        """At most so many bytes: to the end of the page, none of a device, none that nobody knows of."""
        page = physical & -PAGE
        size = min(size, page + PAGE - physical)
        changed = self._changed.get(page)
        if changed is not None:
            return bytes(changed[physical - page : physical - page + size])
        return b"" if page >= APIC else self._content[physical : physical + size]

    def image(self, physical: int, size: int) -> bytes:
        """So many bytes."""
        first = min(size, PAGE - physical % PAGE)
        found = self.there(physical, first).ljust(first, b"\0")
        return found + self.image(physical + first, size - first) if first < size else found

    def leave_open(self, physical: int, size: int, bits: int = -1) -> None:
        """`bits`: of the value; all of them where nothing here computes it."""
        self._open.append((physical, size, bits & (1 << 8 * size) - 1))

    @property
    def is_open(self) -> bool:
        return bool(self._open)

    def open_bits(self, physical: int, size: int) -> int:
        """Of the value of so many bytes there."""
        found = 0
        for at, many, bits in self._open:
            if at < physical + size and physical < at + many:
                found |= bits << 8 * (at - physical) if at >= physical else bits >> 8 * (physical - at)
        return found & (1 << 8 * size) - 1

    def write(self, physical: int, size: int, value: int) -> None:
        page = physical & -PAGE
        if (first := page + PAGE - physical) < size:
            self.write(physical, first, value)
            return self.write(page + PAGE, size - first, value >> 8 * first)
        if page >= NO_MEMORY:
            return None
        if page >= APIC:
            return self.devices.append((physical, value))
        if self._open:
            self._open = [one for one in self._open if one[0] < physical or one[0] + one[1] > physical + size]
        if page in self._tables:
            self._translated.clear()
            self._tables.clear()
        if page not in self._changed:
            self._changed[page] = bytearray(self._content[page : page + PAGE].ljust(PAGE, b"\0"))
        offset = physical - page
        self._changed[page][offset : offset + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")

    def apply(self, stores: Iterable[Store]) -> None:
        """All that certainly happened."""
        for one in stores:
            if not one.maybe:
                self.write(one.physical, one.size, one.value)
            open_bits = self.read(one.physical, one.size) ^ one.value if one.maybe else one.open
            if open_bits:
                self.leave_open(one.physical, one.size, open_bits)


def machine_of(spec: Specification, vendor: str, told: Description, memory: Memory) -> Machine:
    """With the registers that the program starts with."""
    env = environment.of(told.head.env)
    machine = spec.machine(vendor, memory.read_for_specification)
    registers, start = told.registers, told.head.start
    for name in FROM_DESCRIPTION:
        setattr(machine, name, registers.get(name, 0))
    for number in range(4):
        machine.dr[number] = registers[f"dr{number}"]
    machine.pl_ssp[0], machine.pl_ssp[3] = registers.get("pl_ssp0", 0), registers.get("pl_ssp3", 0)
    machine.gdtr.base, machine.gdtr.limit = registers["gdtr"], registers["gdtr_limit"]
    machine.idtr.base, machine.idtr.limit = registers["idtr"], registers["idtr_limit"]
    machine.physical_bits = PHYSICAL_BITS
    for name in env.gprs:
        machine[GPRS[_number(name)]] = start[name]
    machine["rsp"] = start[env.sp]
    machine.rip, machine.rflags = start[env.ip], start[env.flags]
    machine.cr2, machine.dr6, machine.dr7 = start.get("cr2", 0), start["dr6"], start["dr7"]
    if not machine.efer & LMA and machine.cr4 & PAE and machine.cr0 & PG:
        # Some emulators set bit 5 of the pointer in use, where other entries have the accessed flag.
        first = machine.cr3 & 0xFFFFFFE0
        memory.write(first, 1, memory.read(first, 1) & ~0x20)
        for number in range(4):
            machine.pdpte[number] = memory.read((machine.cr3 & 0xFFFFFFE0) + 8 * number, 8)
    _load_segments(spec, machine, told, memory)
    return machine


def _number(gpr: str) -> int:
    """eax and rax are one register."""
    return GPRS.index(gpr if gpr in GPRS else f"r{gpr[1:]}")


def _load_segments(spec: Specification, machine: Machine, told: Description, memory: Memory) -> None:
    start = told.head.start
    by_selector = not machine.cr0 & PE or bool(machine.rflags & VM)
    for name, selector in (("tr", told.registers["tr"]), ("ldtr", told.registers["ldtr"])):
        _set(machine.segment_of(name), selector, _raw(memory, told.harness["gdt"] + (selector & ~7)))
        if machine.efer & LMA:
            high = memory.read(told.harness["gdt"] + (selector & ~7) + 8, 4)
            machine.segment_of(name).base |= high << 32
    if not told.registers["ldtr"] & ~RPL:
        machine.segment_of("ldtr").p = 0
    machine.segment_of("tr").type |= 2
    for name in SEGMENTS[:6]:
        segment = machine.segment_of(name)
        if by_selector:
            _set_by_selector(segment, name, start[name], 3 if machine.rflags & VM else 0)
        elif start[name] & ~RPL:
            _set(segment, start[name], _descriptor(spec, machine, memory, start[name]))
        else:
            segment.selector, segment.dpl = start[name], start[name] & RPL
    if machine.efer & LMA:
        machine.segment_of("fs").base, machine.segment_of("gs").base = start["fs_base"], start["gs_base"]
    machine.cpl = cpl = 3 if machine.rflags & VM else start["cs"] & RPL if machine.cr0 & PE else 0
    machine.ssp = machine.pl_ssp[3] if cpl == 3 else told.registers.get("ssp", 0)


def look(spec: Specification, machine: Machine, linear: int) -> int | None:
    """Where the harness finds memory: by the tables, whatever rights there are."""
    plain = machine.copy()
    plain.cr4 &= ~SMEP_SMAP_KEYS
    plain.rflags &= ~VM
    found, _ = spec.translate(
        plain, linear & (2**64 - 1 if machine.efer & LMA else 2**32 - 1), implicit=1
    )
    return found


def _raw(memory: Memory, physical: int) -> int:
    return memory.read(physical, 8)


def _descriptor(spec: Specification, machine: Machine, memory: Memory, selector: int) -> int:
    table = machine.segment_of("ldtr").base if selector & LOCAL else machine.gdtr.base
    physical = look(spec, machine, table + (selector & ~7))
    return _raw(memory, physical) if physical is not None else 0


def _set(segment: Segment, selector: int, raw: int) -> None:
    """SDM 3A "Segment Descriptors"."""
    limit = raw & 0xFFFF | raw >> 32 & 0xF0000
    segment.base = raw >> 16 & 0xFFFFFF | raw >> 32 & 0xFF000000
    segment.limit = limit << 12 | 0xFFF if raw >> 55 & 1 else limit
    segment.selector = selector
    segment.type, segment.s, segment.dpl, segment.p = (
        raw >> 40 & 15,
        raw >> 44 & 1,
        raw >> 45 & 3,
        raw >> 47 & 1,
    )
    segment.l, segment.db = raw >> 53 & 1, raw >> 54 & 1  # noqa: E741


def _set_by_selector(segment: Segment, name: str, selector: int, dpl: int) -> None:
    """SDM 3B "Address Translation in Real-Address Mode"."""
    segment.base, segment.limit, segment.selector = selector << 4, 0xFFFF, selector
    segment.type, segment.s, segment.dpl, segment.p = DATA_WRITABLE, 1, dpl, 1
    segment.l = segment.db = 0  # noqa: E741
