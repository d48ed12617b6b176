"""A machine of the specification with tables of its own making, for who constructs a state."""

from __future__ import annotations

from trapframe.spec import Event, Outcome, Segment, Specification

PML4, PML5, GDT, IDT, LDT, TSS, TSS2 = 0x1000, 0x9000, 0x10000, 0x11000, 0x13000, 0x14000, 0x15000
STACK, INNER = 0x20000, 0x30000  # tops
CODE = 0x40000
P, W, U, A, D, PS, G, XD = 1, 2, 4, 0x20, 0x40, 0x80, 0x100, 1 << 63
FLAGS = 0xAD7

# What GDT has, by selector with RPL 0; DPL and type as their names say.
CODE0, DATA0, CODE3, DATA3, CODE32, TR, CODE1, CONFORMING, LDTS, TASK2, FREE = (
    *(0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x70),
)


class Memory:
    """Sparse bytes. What a delivery stores is written only by `apply`."""

    def __init__(self) -> None:
        self.bytes: dict[int, int] = {}

    def read(self, physical: int, size: int) -> int:
        return sum(self.bytes.get(physical + n, 0) << 8 * n for n in range(size))

    def write(self, physical: int, size: int, value: int) -> None:
        for n in range(size):
            self.bytes[physical + n] = value >> 8 * n & 0xFF

    def apply(self, outcome: Outcome) -> None:
        for one in outcome.stores:
            if not one.maybe:
                self.write(one.physical, one.size, one.value)


def descriptor(
    type_: int, dpl: int = 0, base: int = 0, limit: int = 0xFFFFF, p: int = 1, s: int = 1, **more: int
) -> int:
    """SDM 3A "Segment Descriptors". `more`: l, d, g."""
    value = limit & 0xFFFF | (base & 0xFFFFFF) << 16 | type_ << 40 | s << 44 | dpl << 45 | p << 47
    value |= (limit >> 16 & 15) << 48 | (base >> 24 & 0xFF) << 56
    return value | more.get("l", 0) << 53 | more.get("d", 0) << 54 | more.get("g", 1) << 55


def gate(
    offset: int, selector: int, type_: int = 0xE, dpl: int = 0, p: int = 1, ist: int = 0, s: int = 0
) -> int:
    """The low 8 bytes of a gate, which are all of a legacy one."""
    value = offset & 0xFFFF | selector << 16 | ist << 32 | type_ << 40 | s << 44 | dpl << 45 | p << 47
    return value | (offset >> 16 & 0xFFFF) << 48


def fill(segment: Segment, selector: int, raw: int) -> None:
    """The hidden part, as a load leaves it."""
    g = raw >> 55 & 1
    limit = raw & 0xFFFF | (raw >> 48 & 15) << 16
    segment.selector = selector
    segment.base = (raw >> 16 & 0xFFFFFF) | (raw >> 56 & 0xFF) << 24
    segment.limit = limit << 12 | 0xFFF if g else limit
    segment.type, segment.s, segment.dpl = raw >> 40 & 15, raw >> 44 & 1, raw >> 45 & 3
    segment.p, segment.l, segment.db = raw >> 47 & 1, raw >> 53 & 1, raw >> 54 & 1


class Setup:
    """A machine with its tables: in IA-32e mode, or in protected mode with 32-bit segments."""

    def __init__(self, spec: Specification, long: bool, vendor: str = "intel", cpl: int = 0) -> None:
        self.spec = spec
        self.long = long
        self.memory = Memory()
        self.machine = machine = spec.machine(vendor, self.memory.read)
        machine.gdtr.base, machine.gdtr.limit = GDT, 0xFF
        machine.idtr.base, machine.idtr.limit = IDT, 0xFFF if long else 0x7FF
        machine.cr0 = 0x80010031 if long else 0x31
        machine.rip, machine.rflags = CODE, FLAGS
        machine["rsp"] = STACK
        machine.dr6, machine.dr7 = 0xFFFF0FF0, 0x400
        wide = {"l": 1} if long else {"d": 1}
        for selector, raw in {
            CODE0: descriptor(0xB, **wide),
            DATA0: descriptor(3, d=1),
            CODE3: descriptor(0xB, 3, **wide),
            DATA3: descriptor(3, 3, d=1),
            CODE32: descriptor(0xB, d=1),
            TR: descriptor(0xB, base=TSS, limit=0x67, s=0, g=0),
            CODE1: descriptor(0xB, 1, **wide),
            CONFORMING: descriptor(0xF, **wide),
            LDTS: descriptor(2, base=LDT, limit=0xFF, s=0, g=0),
            TASK2: descriptor(9, base=TSS2, limit=0x67, s=0, g=0),
        }.items():
            self.set_descriptor(selector, raw)
        self.load("cs", (CODE3 if cpl == 3 else CODE0) | cpl)
        for name in ("ss", "ds", "es", "fs", "gs"):
            self.load(name, (DATA3 if cpl == 3 else DATA0) | cpl)
        self.load("tr", TR)
        machine.cpl = cpl
        for vector in range(256):
            self.set_gate(vector)
        if long:
            machine.cr4, machine.efer, machine.cr3 = 0x620, 0xD01, PML4
            self.map_all()
            for n in range(3):
                self.memory.write(TSS + 4 + 8 * n, 8, INNER + 0x1000 * n)
            for n in range(1, 8):
                self.memory.write(TSS + 28 + 8 * n, 8, INNER + 0x8000 + 0x1000 * n)
        else:
            self.memory.write(TSS + 4, 4, INNER)
            self.memory.write(TSS + 8, 2, DATA0)

    def map_all(self) -> None:
        """2 MiB one to one, open to everybody: the last table's entries can be changed by `entry`."""
        for level, table in ((4, PML4), (3, PML4 + 0x1000), (2, PML4 + 0x2000)):
            self.memory.write(table, 8, table + 0x1000 | P | W | U | A)
        for page in range(512):
            self.memory.write(PML4 + 0x3000 + 8 * page, 8, page << 12 | P | W | U | A | D)

    def entry(self, level: int, linear: int = 0) -> int:
        """Where the paging-structure entry lies."""
        index = linear >> 12 & 0x1FF if level == 1 else 0
        return PML4 + 0x1000 * (4 - level) + 8 * index

    def set_entry(self, level: int, linear: int, value: int) -> None:
        self.memory.write(self.entry(level, linear), 8, value)

    def set_descriptor(self, selector: int, raw: int, high: int = 0) -> None:
        self.memory.write(GDT + (selector & ~7), 8, raw)
        if high or not raw >> 44 & 1 and self.long:
            self.memory.write(GDT + (selector & ~7) + 8, 8, high)

    def load(self, name: str, selector: int) -> None:
        fill(self.machine.segment_of(name), selector, self.memory.read(GDT + (selector & ~7), 8))

    def handler(self, vector: int) -> int:
        return 0x50000 + 16 * vector

    def set_gate(self, vector: int, **how: int) -> None:
        offset = how.pop("offset", self.handler(vector))
        low = gate(offset, how.pop("selector", CODE0), **{key: how[key] for key in how if key != "high"})
        if self.long:
            self.memory.write(IDT + 16 * vector, 8, low)
            self.memory.write(IDT + 16 * vector + 8, 8, how.get("high", offset >> 32))
        else:
            self.memory.write(IDT + 8 * vector, 8, low)

    def deliver(self, happens: Event) -> Outcome:
        return self.spec.deliver(self.machine, happens)

    def push(self, size: int, *words: int) -> None:
        """Upwards from the stack pointer."""
        for n, word in enumerate(words):
            self.memory.write(self.machine["rsp"] + n * size, size, word)
