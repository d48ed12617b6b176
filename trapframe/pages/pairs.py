"""What the specification says of each pair of events of the double-fault matrices, each constructed."""

from __future__ import annotations

from collections.abc import Mapping

from trapframe.frames.decode import vector_name
from trapframe.prediction.constructed import CODE1, CODE32, FREE, TSS, Setup, descriptor
from trapframe.spec import Event, Specification, event

INT_N, IRQ = 0x40, 0x60
EVENTS: Mapping[str, Event] = {
    "db": event("trap", 1, dr6=1 << 14),
    "db_code": event("fault", 1, dr6=1, breakpoint=1),
    "nmi": event("nmi", 2),
    "bp": event("int3", 3, length=1),
    "of": event("into", 4, length=1),
    "br": event("fault", 5),
    "ud": event("fault", 6),
    "nm": event("fault", 7),
    "mf": event("fault", 16),
    "ac": event("fault", 17, 0),
    "xm": event("fault", 19),
    "int": event("int_n", INT_N, length=2),
    "irq": event("interrupt", IRQ),
    "de": event("fault", 0),
    "ts": event("fault", 10, 0x50),
    "np": event("fault", 11, 0x50),
    "ss": event("fault", 12, 0x50),
    "gp": event("fault", 13, 0),
    "cp": event("fault", 21, 1),
    "pf": event("fault", 14, 4, cr2=0x40000000),
    "df": event("abort", 8, 0),
}
MISSING = 0x100000  # a page, and the one below which a stack may begin
NOT_CANONICAL = 0x0000900000000000
PAGING, PSE, PAGE_PS, ALL = 1 << 31, 1 << 4, 0x80, 7
ESP1, SS1, IST3 = 0xC, 0x10, 0x34  # in a TSS


def long64(spec: Specification, first: str, second: str) -> str:
    """The stacks are those of IST entries: IST3, and IST7 beyond the TSS."""
    setup = Setup(spec, True, cpl=3)
    if first == "of":  # INTO is no instruction of 64-bit mode
        setup.load("cs", CODE32 | 3)
        setup.machine.segment_of("cs").dpl = 3
    gate = {
        "ts": {"ist": 7},
        "np": {"p": 0},
        "gp": {"type_": 0},
    }.get(second, {"ist": 3})
    setup.machine.segment_of("tr").limit = IST3 + 4 * 8 - 1
    stack = {"ss": NOT_CANONICAL, "pf": MISSING + 0x1000}.get(second)
    if stack:
        setup.memory.write(TSS + IST3, 8, stack)
        setup.set_entry(1, MISSING, 0)
    setup.set_gate(EVENTS[first].vector, dpl=3, **gate)
    return _delivered(setup, first)


def pm32(spec: Specification, first: str, second: str) -> str:
    """The handlers are in ring 1, on a stack of the TSS."""
    setup = Setup(spec, False, cpl=3)
    machine, memory = setup.machine, setup.memory
    machine.cr0 |= PAGING
    machine.cr4, machine.cr3 = PSE, 0x1000
    memory.write(0x1000, 4, PAGE_PS | ALL)
    setup.set_descriptor(FREE, descriptor(3, 1, d=1, p=int(second != "ss")))
    memory.write(TSS + ESP1, 4, 0x40_1000 if second == "pf" else 0x30000)
    memory.write(TSS + SS1, 2, FREE | (2 if second == "ts" else 1))
    gate = {"np": {"p": 0}, "gp": {"type_": 0}}.get(second, {})
    setup.set_gate(EVENTS[first].vector, selector=CODE1, dpl=3, **gate)
    return _delivered(setup, first)


def _delivered(setup: Setup, first: str) -> str:
    outcome = setup.deliver(Event.from_buffer_copy(EVENTS[first]))
    return "shutdown" if outcome.end == "shutdown" else vector_name(outcome.event.vector)


CONSTRUCTED = {"double_fault/matrix": long64, "pm_double_fault/matrix": pm32}
