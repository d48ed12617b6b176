"""The specification of delivery (spec/), called through ctypes: docs/spec.md."""

from __future__ import annotations

import ctypes as c
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

GPRS = (
    "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split()
)  # enum spec_gpr: the order of their numbers
SEGMENTS = "es cs ss ds fs gs ldtr tr".split()  # enum spec_segment
_SEGMENT = {name: number for number, name in enumerate(SEGMENTS)}
CHOICES = (
    *(
        "ext_exception",
        "ext_int1",
        "gate_16bit_error",
        "gate_reserved",
        "gate_cs_mode_error",
        "gate_cs_order",
    ),
    *("ist_ss", "inner_ss_rpl", "iret_ss_not_present", "ret_ss_not_present", "null_ss_rpl"),
    *("db_general_detect", "db_mov_ss", "db_not_enabled", "pf_id_without_nx", "pml4e_g", "pf_accessed"),
    *("syscall_compat", "sysret_canonical", "sysret_ss", "sysenter_long", "ltr_base", "iret_vme", "lar_half"),
    *("system_compat", "system_compat_read", "operand_parts"),
)  # enum spec_choice
KINDS = ("fault", "trap", "abort", "int_n", "int3", "into", "int1", "interrupt", "nmi")  # enum event_kind
STORES = ("push", "shadow", "descriptor", "tss", "paging")  # enum store_kind
ENDS = ("completed", "fault", "shutdown")  # enum spec_end
VENDORS = ("intel", "amd")  # enum spec_vendor
SYSTEM_CALLS = ("syscall", "sysret", "sysenter", "sysexit")  # enum system_call
VERIFY = ("lar", "lsl", "verr", "verw")  # enum spec_verify
FLAGS = ("cli", "sti", "pushf", "popf")  # enum spec_flags
WATCHED = ("read", "write", "io")
NEAR = ("jump", "call", "return")  # enum near_kind
FEATURES = {"page_1g": 1}

Reader = Callable[[int, int], int]  # physical address, size: the value


class SpecError(RuntimeError):
    """The library isn't the one that this module describes, or gave up."""


class Segment(c.Structure):
    base: int
    limit: int
    selector: int
    type: int
    s: int
    dpl: int
    p: int
    l: int  # noqa: E741 - the manual's name
    db: int
    _fields_ = [
        ("base", c.c_uint64),
        ("limit", c.c_uint32),
        ("selector", c.c_uint16),
        *((name, c.c_uint8) for name in ("type", "s", "dpl", "p", "l", "db")),
    ]


class Table(c.Structure):
    base: int
    limit: int
    _fields_ = [("base", c.c_uint64), ("limit", c.c_uint64)]


READ = c.CFUNCTYPE(c.c_uint64, c.c_void_p, c.c_uint64, c.c_uint32)


class Machine(c.Structure):
    """struct machine. A register by its name: machine["rax"], machine.segment_of("cs")."""

    rip: int
    rflags: int
    cr0: int
    cr2: int
    cr3: int
    cr4: int
    efer: int
    dr6: int
    dr7: int
    debugctl: int
    gdtr: Table
    idtr: Table
    cpl: int
    physical_bits: int
    features: int
    nmi_blocked: int
    sti_shadow: int
    mov_ss_shadow: int
    star: int
    lstar: int
    cstar: int
    fmask: int
    sysenter_cs: int
    sysenter_esp: int
    sysenter_eip: int
    u_cet: int
    s_cet: int
    ssp: int
    interrupt_ssp_table: int
    _fields_ = [
        ("gpr", c.c_uint64 * len(GPRS)),
        *((name, c.c_uint64) for name in ("rip", "rflags", "cr0", "cr2", "cr3", "cr4", "efer")),
        ("pdpte", c.c_uint64 * 4),
        ("dr", c.c_uint64 * 4),
        *((name, c.c_uint64) for name in ("dr6", "dr7", "debugctl")),
        ("segment", Segment * len(SEGMENTS)),
        ("gdtr", Table),
        ("idtr", Table),
        *((name, c.c_uint64) for name in ("star", "lstar", "cstar", "fmask")),
        *((name, c.c_uint64) for name in ("sysenter_cs", "sysenter_esp", "sysenter_eip")),
        *((name, c.c_uint64) for name in ("u_cet", "s_cet", "ssp")),
        ("pl_ssp", c.c_uint64 * 4),
        ("interrupt_ssp_table", c.c_uint64),
        ("pkru", c.c_uint32),
        ("pkrs", c.c_uint32),
        *((name, c.c_uint8) for name in ("cpl", "nmi_blocked", "sti_shadow", "mov_ss_shadow")),
        ("physical_bits", c.c_uint8),
        ("features", c.c_uint8),
        ("choice", c.c_uint8 * len(CHOICES)),
        ("read", READ),
        ("context", c.c_void_p),
        ("translate", c.c_void_p),
    ]

    def __getitem__(self, gpr: str) -> int:
        return int(self.gpr[GPRS.index(gpr)])

    def __setitem__(self, gpr: str, value: int) -> None:
        self.gpr[GPRS.index(gpr)] = value

    def segment_of(self, name: str) -> Segment:
        found: Segment = self.segment[_SEGMENT[name]]
        return found

    def copy(self) -> Machine:
        return Machine.from_buffer_copy(self)


class Event(c.Structure):
    cr2: int
    dr6: int
    error: int
    kind: int
    vector: int
    has_error: int
    length: int
    breakpoint: int
    between_repeats: int
    _fields_ = [
        ("cr2", c.c_uint64),
        ("dr6", c.c_uint64),
        ("error", c.c_uint32),
        *((name, c.c_uint8) for name in ("kind", "vector", "has_error", "length")),
        *((name, c.c_uint8) for name in ("breakpoint", "between_repeats")),
    ]


def event(kind: str, vector: int, error: int | None = None, **more: int) -> Event:
    return Event(kind=KINDS.index(kind), vector=vector, error=error or 0, has_error=error is not None, **more)


class _Access(c.Structure):
    _fields_ = [
        ("linear", c.c_uint64),
        *((name, c.c_uint8) for name in ("write", "fetch", "user", "implicit", "shadow")),
    ]


class _Store(c.Structure):
    _fields_ = [
        *((name, c.c_uint64) for name in ("linear", "physical", "value", "open")),
        *((name, c.c_uint8) for name in ("size", "kind", "maybe")),
    ]


class _Open(c.Structure):
    _fields_ = [("field", c.c_char_p), ("reason", c.c_char_p), ("bits", c.c_uint64)]


class _Outcome(c.Structure):
    _fields_ = [
        ("event", Event),
        ("chain", Event * 4),
        ("store", _Store * 128),
        ("open", _Open * 8),
        ("rule", c.c_void_p * 48),
        ("asked", c.c_uint32),
        *((name, c.c_uint8) for name in ("end", "chain_count", "store_count", "open_count", "rule_count")),
        ("overflow", c.c_uint8),
    ]


class _Transfer(c.Structure):
    _fields_ = [
        ("offset", c.c_uint64),
        ("selector", c.c_uint16),
        *((name, c.c_uint8) for name in ("call", "operand_size", "length")),
    ]


class _Near(c.Structure):
    _fields_ = [
        ("target", c.c_uint64),
        ("release", c.c_uint16),
        *((name, c.c_uint8) for name in ("kind", "operand_size", "length", "indirect", "no_track", "next")),
    ]


class Pending(c.Structure):
    dr6: int
    dr6_maybe: int
    machine_check: int
    nmi: int
    interrupt: int
    vector: int
    _fields_ = [
        ("dr6", c.c_uint64),
        ("dr6_maybe", c.c_uint64),
        *((name, c.c_uint8) for name in ("machine_check", "nmi", "interrupt", "vector")),
    ]


@dataclass(frozen=True)
class Store:
    kind: str
    linear: int
    physical: int
    size: int
    value: int
    open: int  # bits of the value that no manual decides
    maybe: bool  # it needn't have happened


@dataclass(frozen=True)
class Rule:
    id: str
    section: str


@dataclass(frozen=True)
class Outcome:
    """What a function of the specification says, beside the machine that it has changed."""

    end: str
    event: Event  # the one delivered, or raised
    chain: tuple[Event, ...]
    stores: tuple[Store, ...]
    open: tuple[tuple[str, int, str], ...]  # field, bits, reason
    rules: tuple[Rule, ...]
    asked: tuple[str, ...]  # choices

    @property
    def frame(self) -> tuple[Store, ...]:
        """What the last event pushed, upwards from the handler's stack pointer."""
        return tuple(one for one in reversed(self.stores) if one.kind == "push" and not one.maybe)

    def open_bits(self, field: str) -> int:
        bits = 0
        for name, mask, _ in self.open:
            bits |= mask if name == field else 0
        return bits


# What spec_layout() of choices.c returns, in its order.
_LAYOUT = (
    *(c.sizeof(Segment), c.sizeof(Machine), Machine.segment.offset, getattr(Machine, "star").offset),
    *(getattr(Machine, "cpl").offset, Machine.choice.offset, getattr(Machine, "read").offset),
    *(c.sizeof(Event), c.sizeof(_Access), c.sizeof(_Store), c.sizeof(_Outcome), _Outcome.store.offset),
    *(_Outcome.open.offset, _Outcome.rule.offset, _Outcome.asked.offset, c.sizeof(_Transfer)),
    *(c.sizeof(Pending), len(CHOICES), c.sizeof(_Near)),
)


class Specification:
    """The library; `make spec` builds it as build/spec/spec.so."""

    def __init__(self, path: Path) -> None:
        self.library = c.CDLL(str(path))
        self.library.spec_layout.restype = c.c_uint32
        layout = tuple(self.library.spec_layout(number) for number in range(len(_LAYOUT) + 1))
        if layout != (*_LAYOUT, 0):
            raise SpecError(f"{path}: its structures aren't those of trapframe/spec.py: {layout} {_LAYOUT}")
        for name in ("spec_boundary", "spec_translate", "spec_verify", "spec_adjust_rpl"):
            getattr(self.library, name).restype = c.c_bool

    def machine(self, vendor: str, read: Reader) -> Machine:
        """All zeros but the choices; `read` stays alive as long as the machine and its copies."""
        machine = Machine(physical_bits=40, features=sum(FEATURES.values()))
        machine.read = READ(lambda _, physical, size: read(physical, size))
        self.library.spec_choices(c.byref(machine), VENDORS.index(vendor))
        return machine

    def deliver(self, machine: Machine, happens: Event) -> Outcome:
        return self._call("spec_deliver", machine, c.byref(happens))

    def load_segment(self, machine: Machine, segment: str, selector: int) -> Outcome:
        return self._call("spec_load_segment", machine, SEGMENTS.index(segment), c.c_uint16(selector))

    def iret(self, machine: Machine, operand_size: int, length: int) -> Outcome:
        return self._call("spec_iret", machine, operand_size, length)

    def far_return(self, machine: Machine, operand_size: int, release: int = 0) -> Outcome:
        return self._call("spec_far_return", machine, operand_size, release)

    def far_transfer(
        self, machine: Machine, selector: int, offset: int, call: bool, operand_size: int, length: int
    ) -> Outcome:
        to = _Transfer(offset, selector, call, operand_size, length)
        return self._call("spec_far_transfer", machine, c.byref(to))

    def system_call(self, machine: Machine, name: str, operand_size: int = 64, length: int = 2) -> Outcome:
        return self._call("spec_system_call", machine, SYSTEM_CALLS.index(name), operand_size, length)

    def near_branch(
        self, machine: Machine, kind: str, operand_size: int, length: int, target: int = 0, **more: int
    ) -> Outcome:
        """`more`: release, indirect, no_track, next."""
        branch = _Near(target, 0, NEAR.index(kind), operand_size, length)
        for name, value in more.items():
            setattr(branch, name, value)
        return self._call("spec_near_branch", machine, c.byref(branch))

    def verify(self, machine: Machine, name: str, selector: int) -> tuple[int | None, Outcome]:
        """What LAR or LSL load (0 for VERR and VERW); None where ZF is cleared, or a fault came."""
        value, outcome = c.c_uint64(), _Outcome()
        found = self.library.spec_verify(
            *(c.byref(machine), VERIFY.index(name), c.c_uint16(selector), c.byref(value), c.byref(outcome))
        )
        return value.value if found else None, _read(outcome)

    def adjust_rpl(self, machine: Machine, selector: int, than: int) -> tuple[int | None, Outcome]:
        """The changed selector, or None."""
        changed, outcome = c.c_uint16(selector), _Outcome()
        done = self.library.spec_adjust_rpl(
            c.byref(machine), c.byref(changed), c.c_uint16(than), c.byref(outcome)
        )
        return changed.value if done else None, _read(outcome)

    def load_system(self, machine: Machine, name: str, selector: int) -> Outcome:
        return self._call("spec_load_system", machine, SEGMENTS.index(name), c.c_uint16(selector))

    def flags(self, machine: Machine, name: str, operand_size: int) -> Outcome:
        return self._call("spec_flags", machine, FLAGS.index(name), operand_size)

    def translate(self, machine: Machine, linear: int, **how: int) -> tuple[int | None, Outcome]:
        """`how`: write, fetch, user, implicit, shadow. The physical address, or none and the page fault."""
        physical = c.c_uint64()
        outcome = _Outcome()
        access = _Access(linear, **how)
        done = self.library.spec_translate(
            c.byref(machine), c.byref(access), c.byref(physical), c.byref(outcome)
        )
        return physical.value if done else None, _read(outcome)

    def boundary(self, machine: Machine, pending: Pending) -> tuple[Event | None, Outcome]:
        happens = Event()
        outcome = _Outcome()
        comes = self.library.spec_boundary(
            c.byref(machine), c.byref(pending), c.byref(happens), c.byref(outcome)
        )
        return happens if comes else None, _read(outcome)

    def watch(self, machine: Machine, kind: str, address: int, size: int, pending: Pending) -> None:
        """Adds what an access meets."""
        where = c.c_uint64(address)
        self.library.spec_watch(c.byref(machine), WATCHED.index(kind), where, size, c.byref(pending))

    def debug_register(self, machine: Machine, number: int, value: int | None = None) -> tuple[int, Outcome]:
        """MOV to DRn; without a value from it."""
        held = c.c_uint64(value or 0)
        outcome = self._call("spec_debug_register", machine, number, value is not None, c.byref(held))
        return held.value, outcome

    def _call(self, name: str, machine: Machine, *arguments: object) -> Outcome:
        outcome = _Outcome()
        getattr(self.library, name)(c.byref(machine), *arguments, c.byref(outcome))
        return _read(outcome)


def _read(raw: _Outcome) -> Outcome:
    if not (raw.end or raw.chain_count or raw.store_count or raw.open_count or raw.rule_count or raw.asked):
        return _NOTHING
    if raw.overflow:
        raise SpecError("a list of the outcome is too short")
    return Outcome(
        end=ENDS[raw.end],
        event=Event.from_buffer_copy(raw.event),
        chain=tuple(map(Event.from_buffer_copy, raw.chain[: raw.chain_count])),
        stores=tuple(map(_store, raw.store[: raw.store_count])),
        open=tuple((one.field.decode(), one.bits, one.reason.decode()) for one in raw.open[: raw.open_count]),
        rules=tuple(map(_rule, raw.rule[: raw.rule_count])),
        asked=_asked(raw.asked),
    )


_NOTHING = Outcome(end=ENDS[0], event=Event(), chain=(), stores=(), open=(), rules=(), asked=())


def _store(raw: _Store) -> Store:
    return Store(STORES[raw.kind], raw.linear, raw.physical, raw.size, raw.value, raw.open, bool(raw.maybe))


@cache
def _asked(bits: int) -> tuple[str, ...]:
    return tuple(name for number, name in enumerate(CHOICES) if bits >> number & 1)


@cache  # a library stays where it was loaded
def _rule(address: int) -> Rule:
    """RULE() of spec/internal.h: the id, a zero, the section."""
    name = c.string_at(address)
    return Rule(name.decode(), c.string_at(address + len(name) + 1).decode())


def ways(machine: Machine, open_choices: dict[str, tuple[int, ...]]) -> Iterator[Machine]:
    """The machine with each combination of these choices."""
    names = list(open_choices)
    for values in product(*open_choices.values()):
        copy = machine.copy()
        for name, value in zip(names, values, strict=True):
            copy.choice[CHOICES.index(name)] = value
        yield copy


# Choices that a vendor's manual leaves open: the column `open` of docs/choices.md.
OPEN = {
    "ext_int1": ("amd",),
    **dict.fromkeys(("gate_16bit_error", "gate_cs_mode_error", "gate_cs_order", "ist_ss"), VENDORS),
    "gate_reserved": ("intel",),
    "inner_ss_rpl": ("amd",),
    **dict.fromkeys(("iret_ss_not_present", "ret_ss_not_present", "db_general_detect"), VENDORS),
    "pf_id_without_nx": ("amd",),
    "pf_accessed": VENDORS,
    "ltr_base": ("intel",),
    "iret_vme": VENDORS,
    "lar_half": ("intel",),
    "system_compat": ("intel",),
    "system_compat_read": ("amd",),
    "operand_parts": VENDORS,
}
