"""The specification against expectations derived by hand from the manual's sections, which the names cite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import spec_machine as sm
from mini import ROOT
from spec_machine import CODE0, CODE3, DATA0, DATA3, FLAGS, INNER, STACK, Setup, frame, met, rules, state
from trapframe.spec import CHOICES, Pending, Specification, event

TF, IF, NT, RF, VM, AC = 1 << 8, 1 << 9, 1 << 14, 1 << 16, 1 << 17, 1 << 18
CLEARED = FLAGS & ~IF
DE, DB, UD, DF, TS, NP, SS, GP, PF, ACX = 0, 1, 6, 8, 10, 11, 12, 13, 14, 17
EXT, IDT = 1, 2


@pytest.fixture(scope="session")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Specification:
    return Specification(sm.build(tmp_path_factory.mktemp("spec")))


def long_mode(spec: Specification, cpl: int = 0, vendor: str = "intel") -> Setup:
    return Setup(spec, True, vendor, cpl)


def protected(spec: Specification, cpl: int = 0) -> Setup:
    return Setup(spec, False, cpl=cpl)


# ---- SDM 3A, chapter "Paging" ----

READ: dict[str, int] = {}
WRITE, FETCH = {"write": 1}, {"fetch": 1}
USER = {"user": 1}
CR4_SMEP, CR4_SMAP, CR4_PKE, CR4_LA57 = 1 << 20, 1 << 21, 1 << 22, 1 << 12


def walk(setup: Setup, linear: int = 0x5000, **access: int) -> int | str:
    """The physical address, or the page fault's error code as text."""
    physical, outcome = setup.spec.translate(setup.machine, linear, **access)
    if physical is not None:
        return physical
    assert (outcome.event.vector, outcome.event.cr2) == (PF, linear)
    return f"{outcome.event.error:#x}"


@pytest.mark.parametrize(
    ("leaf", "access", "expected"),
    [
        (0x5000 | 7, READ, 0x5000),
        (0x5000 | 7, USER | WRITE, 0x5000),
        (0x5000 | 6, READ, "0x0"),
        (0x5000 | 6, USER | WRITE, "0x6"),
        (0x5000 | 6, FETCH, "0x10"),
        (0x5000 | 3, USER, "0x5"),
        (0x5000 | 5, USER | WRITE, "0x7"),
        (0x5000 | 5, WRITE, "0x3"),  # CR0.WP=1
        (0x5000 | 7 | sm.XD, FETCH, "0x11"),
        (0x5000 | 7 | sm.XD, USER | FETCH, "0x15"),
        (0x5000 | 7 | sm.XD, READ, 0x5000),
        (1 << 45 | 0x5000 | 7, READ, "0x9"),  # beyond MAXPHYADDR
        (1 << 45 | 0x5000 | 7, USER | WRITE, "0xf"),
        (1 << 45 | 0x5000 | 6, READ, "0x0"),  # reserved bits aren't checked where P=0
    ],
)
def test_four_level_leaf(spec: Specification, leaf: int, access: dict[str, int], expected: int | str) -> None:
    setup = long_mode(spec)
    setup.set_entry(1, 0x5000, leaf)
    assert walk(setup, **access) == expected


@pytest.mark.parametrize(
    ("cr4", "flags", "access", "expected"),
    [
        (CR4_SMEP, FLAGS, FETCH, "0x11"),
        (CR4_SMEP, FLAGS, USER | FETCH, 0x5000),
        (CR4_SMAP, FLAGS, READ, "0x1"),
        (CR4_SMAP, FLAGS, WRITE, "0x3"),
        (CR4_SMAP, FLAGS | AC, READ, 0x5000),
        (CR4_SMAP, FLAGS | AC, {"implicit": 1}, "0x1"),
        (CR4_SMAP, FLAGS, FETCH, 0x5000),
        (CR4_SMAP, FLAGS, USER, 0x5000),
    ],
)
def test_supervisor_on_user_page(
    spec: Specification, cr4: int, flags: int, access: dict[str, int], expected: int | str
) -> None:
    setup = long_mode(spec)
    setup.machine.cr4 |= cr4
    setup.machine.rflags = flags
    assert walk(setup, **access) == expected


@pytest.mark.parametrize(
    ("pkru", "wp", "access", "expected"),
    [
        (1 << 6, 1, USER, "0x25"),
        (1 << 6, 1, READ, "0x21"),
        (2 << 6, 1, USER | WRITE, "0x27"),
        (2 << 6, 1, USER, 0x5000),
        (2 << 6, 1, WRITE, "0x23"),
        (2 << 6, 0, WRITE, 0x5000),
        (3 << 6, 1, USER | FETCH, 0x5000),
        (3 << 4, 1, USER | WRITE, 0x5000),  # another key
    ],
)
def test_protection_key(
    spec: Specification, pkru: int, wp: int, access: dict[str, int], expected: int | str
) -> None:
    setup = long_mode(spec)
    setup.machine.cr4 |= CR4_PKE
    setup.machine.cr0 = setup.machine.cr0 & ~(1 << 16) | wp << 16
    setup.machine.pkru = pkru
    setup.set_entry(1, 0x5000, 0x5000 | 7 | 3 << 59)
    assert walk(setup, **access) == expected


@pytest.mark.parametrize(
    ("level", "value", "vendor", "expected"),
    [
        (4, 0x2000 | 7 | sm.PS, "intel", "0x9"),
        (4, 0x2000 | 7 | sm.G, "intel", 0x5000),
        (4, 0x2000 | 7 | sm.G, "amd", "0x9"),
        (3, 7 | sm.PS, "intel", 0x5000),
        (3, 1 << 13 | 7 | sm.PS, "intel", "0x9"),
        (2, 0x200000 | 7 | sm.PS, "intel", 0x205000),
        (2, 0x202000 | 7 | sm.PS, "intel", "0x9"),
        (2, 0x4000 | 3, "intel", 0x5000),
        (3, 0x3000 | 6, "intel", "0x0"),
    ],
)
def test_upper_entries(spec: Specification, level: int, value: int, vendor: str, expected: int | str) -> None:
    setup = long_mode(spec, vendor=vendor)
    setup.set_entry(level, 0, value)
    assert walk(setup) == expected


def test_five_level(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.machine.cr4 |= CR4_LA57
    setup.machine.cr3 = sm.PML5
    setup.memory.write(sm.PML5, 8, sm.PML4 | 7)
    assert walk(setup) == 0x5000
    setup.memory.write(sm.PML5, 8, sm.PML4 | 7 | sm.PS)
    assert walk(setup) == "0x9"


def test_32_bit_paging(spec: Specification) -> None:
    setup = protected(spec)
    machine = setup.machine
    machine.cr0 |= 1 << 31
    machine.cr3 = 0x1000
    setup.memory.write(0x1000, 4, 0x2000 | 7)
    setup.memory.write(0x2000 + 4 * 5, 4, 0x7000 | 7)
    assert walk(setup) == 0x7000
    setup.memory.write(0x1004, 4, 1 << 13 | 0x800000 | 7 | sm.PS)
    assert walk(setup, 0x412345) == "0x0"  # CR4.PSE=0: PS is ignored, and the table's entry is 0
    machine.cr4 |= 1 << 4
    assert walk(setup, 0x412345) == 0x100812345  # PSE-36: bits 20:13 are bits 39:32
    machine.physical_bits = 32  # bits 21:13 are all reserved then
    assert walk(setup, 0x412345) == "0x9"
    assert walk(setup, 0x412345, fetch=1) == "0x9"  # no execute-disable: I/D is 0


def test_pae_paging(spec: Specification) -> None:
    setup = protected(spec)
    machine = setup.machine
    machine.cr0 |= 1 << 31
    machine.cr4 |= 1 << 5
    machine.pdpte[0] = 0x1000 | 1
    setup.memory.write(0x1000, 8, 0x2000 | 7)
    setup.memory.write(0x2000 + 8 * 5, 8, 0x7000 | 7)
    assert walk(setup) == 0x7000
    assert walk(setup, 0x40005000) == "0x0"
    setup.memory.write(0x2000 + 8 * 5, 8, 1 << 52 | 0x7000 | 7)  # bits 62:MAXPHYADDR
    assert walk(setup) == "0x9"
    setup.memory.write(0x2000 + 8 * 5, 8, sm.XD | 0x7000 | 7)  # XD with NXE=0
    assert walk(setup) == "0x9"


def test_accessed_and_dirty_flags(spec: Specification) -> None:
    setup = long_mode(spec)
    for level in (4, 3, 2):
        at = setup.entry(level)
        setup.memory.write(at, 8, setup.memory.read(at, 8) & ~sm.A)
    setup.set_entry(1, 0x5000, 0x5000 | 7)
    _, outcome = spec.translate(setup.machine, 0x5000)
    flags = [(one.physical, one.value & (sm.A | sm.D), one.maybe) for one in outcome.stores]
    assert flags == [(setup.entry(level, 0x5000), sm.A, False) for level in (4, 3, 2, 1)]
    _, outcome = spec.translate(setup.machine, 0x5000, write=1)
    assert outcome.stores[-1].value == 0x5000 | 7 | sm.A | sm.D
    setup.set_entry(1, 0x5000, 0x5000 | 5)
    _, outcome = spec.translate(setup.machine, 0x5000, write=1)
    assert [one.maybe for one in outcome.stores] == [False, False, False, True]
    setup.set_entry(1, 0x5000, 0)
    _, outcome = spec.translate(setup.machine, 0x5000)
    assert [one.maybe for one in outcome.stores] == [True, True, True]


def test_shadow_stack_page(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.set_entry(1, 0x5000, 0x5000 | sm.P | sm.A | sm.D)
    assert walk(setup, shadow=1, write=1) == 0x5000
    assert walk(setup, shadow=1, write=1, user=1) == "0x47"
    assert walk(setup, write=1) == "0x3"
    setup.set_entry(1, 0x5000, 0x5000 | 3 | sm.A | sm.D)
    assert walk(setup, shadow=1) == "0x41"


# ---- SDM 3A "Exception and Interrupt Handling in 64-bit Mode"; SDM 2A "INT n" ----


def test_fault_same_privilege(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.machine["rsp"] = STACK - 5
    outcome = setup.deliver(event("fault", GP, 0x18))
    assert frame(outcome) == [0x18, sm.CODE, CODE0, FLAGS | RF, STACK - 5, DATA0]
    assert state(setup.machine) == (setup.handler(GP), CODE0, STACK - 16 - 48, DATA0)
    assert setup.machine.rflags == CLEARED


def test_int_n_inner(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.set_gate(0x80, dpl=3, type_=0xF)
    outcome = setup.deliver(event("int_n", 0x80, length=2))
    assert frame(outcome) == [sm.CODE + 2, CODE3 | 3, FLAGS, STACK, DATA3 | 3]
    assert state(setup.machine) == (setup.handler(0x80), CODE0, INNER - 40, 0)
    assert setup.machine.rflags == FLAGS  # a trap gate
    assert setup.machine.cpl == 0


def test_ring_1(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.set_gate(UD, selector=sm.CODE1)
    setup.deliver(event("fault", UD))
    assert state(setup.machine) == (setup.handler(UD), sm.CODE1 | 1, INNER + 0x1000 - 40, 1)


@pytest.mark.parametrize(("value", "ss"), [(0, DATA0), (1, 0)])
def test_ist_without_change_of_privilege(spec: Specification, value: int, ss: int) -> None:
    setup = long_mode(spec)
    setup.machine.choice[CHOICES.index("ist_ss")] = value
    setup.set_gate(UD, ist=3)
    outcome = setup.deliver(event("fault", UD))
    assert state(setup.machine) == (setup.handler(UD), CODE0, INNER + 0xB000 - 40, ss)
    assert "ist_ss" in outcome.asked


def test_conforming_handler_keeps_cpl(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.set_gate(UD, selector=sm.CONFORMING)
    setup.deliver(event("fault", UD))
    assert state(setup.machine) == (setup.handler(UD), sm.CONFORMING | 3, STACK - 40, DATA3 | 3)


GATES = [
    ({"p": 0}, NP, 0x40 * 8 + IDT, "idt.gate.not-present"),
    ({"type_": 0xC}, GP, 0x40 * 8 + IDT, "idt.gate.type"),
    ({"type_": 6}, GP, 0x40 * 8 + IDT, "idt.gate.type"),
    ({"type_": 5}, GP, 0x40 * 8 + IDT, "idt.gate.type"),
    ({"s": 1}, GP, 0x40 * 8 + IDT, "idt.gate.type"),
    ({"selector": 3}, GP, 0, "gate.cs-null"),
    ({"selector": 0x200}, GP, 0x200, "gate.cs-beyond-limit"),
    ({"selector": 0x0C}, GP, 0x0C, "gate.cs-beyond-limit"),  # the LDT, and there is none
    ({"selector": DATA0}, GP, DATA0, "gate.cs-type"),
    ({"selector": CODE3}, GP, CODE3, "gate.cs-dpl"),
    ({"selector": sm.CODE32}, GP, sm.CODE32, "gate.cs-not-64-bit"),
    ({"high": 0x8000}, GP, 0, "gate.offset-non-canonical"),
    ({"selector": 0x72}, NP, 0x70, "gate.cs-not-present"),
]


@pytest.mark.parametrize(("how", "vector", "error", "rule"), GATES)
@pytest.mark.parametrize(("kind", "ext"), [("int_n", 0), ("interrupt", 1), ("nmi", 1)])
def test_gate(
    spec: Specification, how: dict[str, int], vector: int, error: int, rule: str, kind: str, ext: int
) -> None:
    setup = long_mode(spec)
    setup.set_descriptor(0x70, sm.descriptor(0xB, p=0, l=1))
    setup.set_gate(0x40, **how)
    outcome = setup.deliver(event(kind, 0x40, length=2 if kind == "int_n" else 0))
    assert met(outcome) == [(0x40, 0), (vector, error | ext)]
    assert rules(outcome)[0] == rule
    assert frame(outcome)[:2] == [error | ext, sm.CODE]
    assert outcome.frame[3].value == FLAGS | RF  # fault-class


@pytest.mark.parametrize(
    ("kind", "vendor", "ext"),
    [
        ("fault", "intel", 1),
        ("fault", "amd", 0),
        ("trap", "intel", 1),
        ("int1", "amd", 1),
        ("int3", "intel", 0),
    ],
)
def test_ext(spec: Specification, kind: str, vendor: str, ext: int) -> None:
    setup = long_mode(spec, vendor=vendor)
    setup.set_gate(1, p=0)
    assert met(setup.deliver(event(kind, 1)))[1] == (NP, 1 * 8 + IDT + ext)


def test_dpl_counts_for_software_interrupts_alone(spec: Specification) -> None:
    for kind, vector, refused in (
        ("int_n", 1, True),
        ("int3", 3, True),
        ("int1", 1, False),
        ("trap", 1, False),
    ):
        outcome = long_mode(spec, cpl=3).deliver(event(kind, vector, length=1))
        assert ("idt.gate.dpl" in rules(outcome)) is refused
        if refused:
            assert met(outcome)[1] == (GP, vector * 8 + IDT)


def test_dpl_before_present(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.set_gate(0x40, p=0)
    assert met(setup.deliver(event("int_n", 0x40)))[1] == (GP, 0x40 * 8 + IDT)


def test_idt_limit(spec: Specification) -> None:
    for limit, beyond in ((0x40F, False), (0x40E, True)):
        setup = long_mode(spec)
        setup.machine.idtr.limit = limit
        outcome = setup.deliver(event("int_n", 0x40))
        assert ("idt.beyond-limit" in rules(outcome)) is beyond


def test_tss_limit(spec: Specification) -> None:
    for ist, last in ((0, 11), (1, 43), (7, 91)):
        for limit, beyond in ((last, False), (last - 1, True)):
            setup = long_mode(spec, cpl=3)
            setup.machine.segment_of("tr").limit = limit
            setup.set_gate(0x40, ist=ist, dpl=3)
            setup.set_gate(TS, selector=sm.CONFORMING)
            outcome = setup.deliver(event("int_n", 0x40))
            assert met(outcome) == [(0x40, 0)] + [(TS, sm.TR)] * beyond


def test_non_canonical_stack(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.memory.write(sm.TSS + 4, 8, 0x900000000000)
    setup.set_gate(SS, ist=2)
    assert met(setup.deliver(event("fault", UD))) == [(UD, 0), (SS, EXT)]


def test_push_page_fault(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.set_entry(1, INNER - 0x1000, INNER - 0x1000 | 4)
    setup.set_gate(PF, ist=1)
    outcome = setup.deliver(event("fault", UD))
    assert met(outcome) == [(UD, 0), (PF, 2)]
    assert setup.machine.cr2 == INNER - 8
    setup = long_mode(spec)  # the frame's last words don't fit: the first ones may have been written
    setup.machine["rsp"] = STACK - 0x1000 + 16
    setup.set_entry(1, STACK - 0x2000, 4)
    setup.set_gate(PF, ist=1)
    outcome = setup.deliver(event("fault", UD))
    assert setup.machine.cr2 == STACK - 0x1000 - 8
    assert [one.value for one in outcome.stores if one.maybe] == [DATA0, STACK - 0x1000 + 16]
    assert len(outcome.frame) == 6


def test_descriptor_becomes_accessed(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.set_descriptor(CODE0, sm.descriptor(0xA, l=1))
    outcome = setup.deliver(event("fault", UD))
    stores = [(one.linear, one.size, one.value) for one in outcome.stores if one.kind == "descriptor"]
    assert stores == [(sm.GDT + CODE0 + 5, 1, 0x9B)]


def test_debug_registers_of_a_debug_exception(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.machine.dr7 = 0x2400
    outcome = setup.deliver(event("trap", DB, dr6=0x4000))
    assert setup.machine.dr6 == 0xFFFF4FF0
    assert setup.machine.dr7 == 0x400
    assert outcome.frame[2].value == FLAGS


def test_nmi_blocks_and_ends_shadows(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.machine.sti_shadow = 1
    setup.deliver(event("nmi", 2))
    assert (setup.machine.nmi_blocked, setup.machine.sti_shadow) == (1, 0)


# ---- SDM 3A "Interrupt 8-Double Fault Exception (#DF)" ----

BENIGN, CONTRIBUTORY, PAGE = (1, 3, 4, 5, 6, 7, 16, 17, 19), (0, 10, 11, 12, 13), (14,)


@pytest.mark.parametrize("first", (*BENIGN, *CONTRIBUTORY, *PAGE))
@pytest.mark.parametrize("second", ("contributory", "page"))
def test_double_fault_table(spec: Specification, first: int, second: str) -> None:
    setup = long_mode(spec)
    setup.set_gate(first, p=int(second == "page"), selector=0x38 if second == "page" else CODE0)
    if second == "page":
        setup.machine.gdtr.limit = 0x1FFF  # the gate's descriptor lies on a page that is missing
        setup.set_gate(first, selector=0x1000)
        setup.set_entry(1, sm.GDT + 0x1000, 0)
        setup.machine.idtr.base = 0x60000
        for vector in range(32):
            low = sm.gate(setup.handler(vector), 0x1000 if vector == first else CODE0)
            setup.memory.write(0x60000 + 16 * vector, 8, low)
        if first == PF:
            setup.memory.write(0x60000 + 16 * PF, 8, sm.gate(setup.handler(PF), 0x1000))
    outcome = setup.deliver(event("fault", first, 0 if first in (10, 11, 12, 13, 14, 17) else None))
    double = (first in CONTRIBUTORY and second == "contributory") or first in PAGE
    assert ("double-fault.generated" in rules(outcome)) is double
    assert outcome.event.vector == (DF if double else PF if second == "page" else NP)
    if double:
        assert outcome.frame[0].value == 0
        assert (outcome.frame[1].open, outcome.frame[2].open) == (2**64 - 1, 2**64 - 1)
        assert outcome.frame[3].open == RF


@pytest.mark.parametrize("broken", ({"p": 0}, {"selector": 0}))
def test_shutdown(spec: Specification, broken: dict[str, int]) -> None:
    setup = long_mode(spec)
    for vector in (GP, NP, DF):
        setup.set_gate(vector, **broken)
    outcome = setup.deliver(event("fault", GP, 0))
    assert outcome.end == "shutdown"
    assert outcome.rules[-1].id == "double-fault.shutdown"


# ---- Protected mode ----


def test_32_bit_gate_same_privilege(spec: Specification) -> None:
    setup = protected(spec)
    outcome = setup.deliver(event("fault", GP, 0x18))
    assert frame(outcome) == [0x18, sm.CODE, CODE0, FLAGS | RF]
    assert [one.size for one in outcome.frame] == [4] * 4
    assert state(setup.machine) == (setup.handler(GP), CODE0, STACK - 16, DATA0)


def test_what_is_open_of_a_word_across_pages(spec: Specification) -> None:
    setup = protected(spec)
    setup.machine["rsp"] = 0x8007  # CS is padded to 32 bits, and it isn't said with what
    outcome = setup.deliver(event("int_n", 0x40, length=2))
    parts = sorted((one.linear, one.size, one.open) for one in outcome.frame if one.open)
    assert parts == [(0x7FFF, 1, 0xFFFF0000), (0x8000, 3, 0xFFFF00)]


def test_32_bit_gate_inner(spec: Specification) -> None:
    setup = protected(spec, cpl=3)
    outcome = setup.deliver(event("fault", UD))
    assert frame(outcome) == [sm.CODE, CODE3 | 3, FLAGS | RF, STACK, DATA3 | 3]
    assert state(setup.machine) == (setup.handler(UD), CODE0, INNER - 20, DATA0)


def test_16_bit_gate(spec: Specification) -> None:
    setup = protected(spec)
    setup.set_gate(0x40, type_=7, offset=0x1234)
    outcome = setup.deliver(event("int_n", 0x40, length=2))
    assert [(one.size, one.value & 0xFFFF) for one in outcome.frame] == [(2, 2), (2, CODE0), (2, FLAGS)]
    assert state(setup.machine) == (0x1234, CODE0, STACK - 6, DATA0)


@pytest.mark.parametrize(
    ("ss", "vector", "error"),
    [
        (0, TS, 0),
        (3, TS, 0),
        (0x400, TS, 0x400),
        (DATA0 | 1, TS, DATA0),
        (DATA3, TS, DATA3),
        (CODE0, TS, CODE0),
        (0x70, SS, 0x70),
    ],
)
def test_stack_of_the_tss(spec: Specification, ss: int, vector: int, error: int) -> None:
    setup = protected(spec, cpl=3)
    setup.set_descriptor(0x70, sm.descriptor(3, p=0, d=1))
    setup.memory.write(sm.TSS + 8, 2, ss)
    for handler in (TS, SS):
        setup.set_gate(handler, selector=sm.CONFORMING)
    assert met(setup.deliver(event("interrupt", 0x40))) == [(0x40, 0), (vector, error | EXT)]


def test_stack_limit(spec: Specification) -> None:
    for top, fits in ((12, True), (11, False)):
        setup = protected(spec)
        setup.machine["rsp"] = top
        setup.set_gate(SS, type_=5, selector=sm.TASK2)
        setup.memory.write(sm.TSS2 + 0x4C, 2, CODE0)
        setup.memory.write(sm.TSS2 + 0x50, 2, DATA0)
        setup.memory.write(sm.TSS2 + 0x38, 4, STACK)
        outcome = setup.deliver(event("int_n", 0x40))
        assert ("stack.no-room" in rules(outcome)) is not fits


def test_virtual_8086(spec: Specification) -> None:
    setup = protected(spec, cpl=3)
    machine = setup.machine
    machine.rflags = FLAGS | VM | 3 << 12
    for n, name in enumerate(("cs", "ss", "ds", "es", "fs", "gs")):
        segment = machine.segment_of(name)
        segment.selector, segment.base, segment.limit, segment.db = (
            0x100 * (n + 1),
            0x1000 * (n + 1),
            0xFFFF,
            0,
        )
    machine.rip, machine["rsp"] = 0x10, 0x800
    setup.set_gate(0x40, dpl=3)
    outcome = setup.deliver(event("int_n", 0x40, length=2))
    image = [0x12, 0x100, FLAGS | VM | 3 << 12, 0x800, 0x200, 0x400, 0x300, 0x500, 0x600]
    assert frame(outcome) == image
    assert machine.rflags == CLEARED | 3 << 12
    assert [machine.segment_of(name).selector for name in ("ds", "es", "fs", "gs")] == [0] * 4
    assert machine["rsp"] == INNER - 36


def test_virtual_8086_int_n_below_iopl_3(spec: Specification) -> None:
    setup = protected(spec, cpl=3)
    setup.machine.rflags = FLAGS | VM
    assert met(setup.deliver(event("int_n", 0x40)))[1] == (GP, 0)
    setup = protected(spec, cpl=3)
    setup.machine.rflags = FLAGS | VM
    setup.set_gate(3, dpl=3)
    assert met(setup.deliver(event("int3", 3))) == [(3, 0)]


def test_virtual_8086_wants_ring_0(spec: Specification) -> None:
    for selector in (sm.CODE1, sm.CONFORMING):
        setup = protected(spec, cpl=3)
        setup.machine.rflags = FLAGS | VM
        setup.set_gate(UD, selector=selector)
        assert met(setup.deliver(event("fault", UD)))[1] == (GP, selector | EXT)


def test_vme_redirection(spec: Specification) -> None:
    setup = protected(spec, cpl=3)
    machine = setup.machine
    machine.rflags = FLAGS | VM | 1 << 19  # VIF, IOPL 0
    machine.cr4 |= 1
    machine.segment_of("tr").limit = 0xFF
    for name in ("cs", "ss"):
        segment = machine.segment_of(name)
        segment.selector, segment.base, segment.limit, segment.db = 0x100, 0x1000, 0xFFFF, 0
    machine.rip, machine["rsp"] = 0x10, 0x800
    setup.memory.write(sm.TSS + 0x66, 2, 0x88)
    setup.memory.write(0x40 * 4, 4, 0x23450678)
    outcome = setup.deliver(event("int_n", 0x40, length=2))
    assert frame(outcome) == [0x12, 0x100, FLAGS & 0xFFFF | IF | 3 << 12]
    assert (machine.rip, machine.segment_of("cs").selector, machine["rsp"]) == (0x678, 0x2345, 0x7FA)
    assert machine.rflags == FLAGS | VM
    assert machine.cpl == 3


def test_real_address_mode(spec: Specification) -> None:
    setup = protected(spec)
    machine = setup.machine
    machine.cr0 = 0x30
    machine.idtr.base, machine.idtr.limit = 0, 0x3FF
    for name in ("cs", "ss"):
        segment = machine.segment_of(name)
        segment.selector, segment.base, segment.limit, segment.db = 0x100, 0x1000, 0xFFFF, 0
    machine.rip, machine["rsp"] = 0x10, 0x800
    machine.rflags = FLAGS | TF | AC
    setup.memory.write(GP * 4, 4, 0x23450678)
    outcome = setup.deliver(event("fault", GP, 0))
    assert frame(outcome) == [0x10, 0x100, (FLAGS | TF) & 0xFFFF]  # no error code
    assert (machine.rip, machine.segment_of("cs").base, machine["rsp"]) == (0x678, 0x23450, 0x7FA)
    assert machine.rflags == CLEARED
    machine.idtr.limit = 0x22  # neither 13 nor 8
    assert setup.deliver(event("fault", GP, 0)).end == "shutdown"


# ---- Tasks ----


def with_task(spec: Specification, cpl: int = 0) -> Setup:
    setup = protected(spec, cpl)
    at = sm.TSS2
    for offset, value in (
        (0x20, 0x5678),
        (0x24, 2),
        (0x38, STACK - 0x100),
        (0x28, 0xAAAA),
        (0x4C, CODE0),
        (0x50, DATA0),
    ):
        setup.memory.write(at + offset, 4, value)
    setup.set_gate(UD, type_=5, selector=sm.TASK2)
    setup.set_gate(TS, type_=0xE)
    return setup


def test_task_gate(spec: Specification) -> None:
    setup = with_task(spec)
    setup.machine["rax"] = 0x1234
    outcome = setup.deliver(event("fault", UD))
    setup.memory.apply(outcome)
    read = setup.memory.read
    assert (read(sm.TSS + 0x20, 4), read(sm.TSS + 0x28, 4)) == (sm.CODE, 0x1234)
    assert read(sm.TSS + 0x24, 4) == FLAGS | RF
    assert read(sm.TSS2, 2) == sm.TR
    assert read(sm.GDT + sm.TASK2 + 5, 1) & 15 == 0xB
    assert read(sm.GDT + sm.TR + 5, 1) & 15 == 0xB
    assert state(setup.machine) == (0x5678, CODE0, STACK - 0x100, DATA0)
    assert setup.machine.rflags == NT | 2
    assert (setup.machine["rax"], setup.machine.cr0 & 8) == (0xAAAA, 8)
    assert setup.machine.segment_of("tr").selector == sm.TASK2


def test_task_gate_pushes_the_error_code_in_the_new_task(spec: Specification) -> None:
    setup = with_task(spec)
    setup.set_gate(GP, type_=5, selector=sm.TASK2)
    outcome = setup.deliver(event("fault", GP, 0x18))
    assert frame(outcome) == [0x18]
    assert setup.machine["rsp"] == STACK - 0x104


@pytest.mark.parametrize(
    ("selector", "raw", "vector", "error"),
    [
        (sm.TASK2 | 4, None, GP, sm.TASK2 | 4),
        (0x400, None, GP, 0x400),
        (DATA0, None, GP, DATA0),
        (sm.TASK2, sm.descriptor(0xB, base=sm.TSS2, limit=0x67, s=0, g=0), GP, sm.TASK2),
        (sm.TASK2, sm.descriptor(9, base=sm.TSS2, limit=0x67, s=0, g=0, p=0), NP, sm.TASK2),
        (sm.TASK2, sm.descriptor(9, base=sm.TSS2, limit=0x66, s=0, g=0), TS, sm.TASK2),
        (sm.TASK2, sm.descriptor(1, base=sm.TSS2, limit=0x2A, s=0, g=0), TS, sm.TASK2),
    ],
)
def test_task_gate_before_the_commit(
    spec: Specification, selector: int, raw: int | None, vector: int, error: int
) -> None:
    setup = with_task(spec)
    if raw is not None:
        setup.set_descriptor(sm.TASK2, raw)
    setup.set_gate(UD, type_=5, selector=selector)
    outcome = setup.deliver(event("fault", UD))
    assert met(outcome) == [(UD, 0), (vector, error | EXT)]
    assert frame(outcome)[1] == sm.CODE
    assert setup.machine.segment_of("tr").selector == sm.TR


@pytest.mark.parametrize(
    ("offset", "selector", "vector", "error"),
    [
        (0x4C, 0, TS, 0),
        (0x4C, DATA0, TS, DATA0),
        (0x4C, CODE3, TS, CODE3),
        (0x50, DATA3, TS, DATA3),
        (0x50, 0x70, SS, 0x70),
        (0x54, 0x70, NP, 0x70),
        (0x48, 0x400, TS, 0x400),
        (0x60, DATA0, TS, DATA0),
    ],
)
def test_task_gate_behind_the_commit(
    spec: Specification, offset: int, selector: int, vector: int, error: int
) -> None:
    setup = with_task(spec)
    setup.set_descriptor(0x70, sm.descriptor(3, p=0, d=1))
    setup.memory.write(sm.TSS2 + offset, 2, selector)
    outcome = setup.deliver(event("fault", UD))
    assert met(outcome)[:2] == [(UD, 0), (vector, error | EXT)]
    assert setup.machine.segment_of("tr").selector == sm.TASK2


def test_iret_from_a_nested_task(spec: Specification) -> None:
    setup = with_task(spec)
    setup.memory.apply(setup.deliver(event("fault", UD)))
    outcome = spec.iret(setup.machine, 32, 1)
    setup.memory.apply(outcome)
    assert outcome.end == "completed"
    assert state(setup.machine) == (sm.CODE, CODE0, STACK, DATA0)
    assert setup.machine.rflags == FLAGS | RF
    assert setup.memory.read(sm.GDT + sm.TASK2 + 5, 1) & 15 == 9
    assert setup.memory.read(sm.TSS2 + 0x24, 4) == 2  # NT cleared in the image
    assert setup.machine.segment_of("tr").selector == sm.TR


def test_iret_link_not_busy(spec: Specification) -> None:
    setup = with_task(spec)
    setup.machine.rflags |= NT
    setup.memory.write(sm.TSS, 2, sm.TASK2)
    outcome = spec.iret(setup.machine, 32, 1)
    assert (outcome.end, outcome.event.vector, outcome.event.error) == ("fault", TS, sm.TASK2)


@pytest.mark.parametrize(("call", "old", "flags"), [(True, 0xB, NT | 2), (False, 9, 2)])
def test_far_transfer_to_a_task(spec: Specification, call: bool, old: int, flags: int) -> None:
    setup = with_task(spec)
    outcome = spec.far_transfer(setup.machine, sm.TASK2, 0, call, 32, 7)
    setup.memory.apply(outcome)
    assert setup.machine.rflags == flags
    assert setup.memory.read(sm.TSS + 0x20, 4) == sm.CODE + 7
    assert setup.memory.read(sm.GDT + sm.TR + 5, 1) & 15 == old
    assert setup.memory.read(sm.TSS2, 2) == (sm.TR if call else 0)


# ---- SDM 2B "MOV" ----


@pytest.mark.parametrize(
    ("long", "cpl", "segment", "selector", "vector", "error"),
    [
        (True, 0, "ss", 0, None, 0),
        (True, 0, "ss", 1, GP, 0),
        (True, 3, "ss", 3, GP, 0),
        (False, 0, "ss", 0, GP, 0),
        (True, 0, "ss", DATA0, None, 0),
        (True, 0, "ss", DATA0 | 1, GP, DATA0),
        (True, 0, "ss", DATA3, GP, DATA3),
        (True, 0, "ss", CODE0, GP, CODE0),
        (True, 0, "ss", 0x70, SS, 0x70),
        (True, 0, "ss", 0x400, GP, 0x400),
        (True, 3, "ds", 0, None, 0),
        (True, 3, "ds", DATA0, GP, DATA0),
        (True, 0, "ds", DATA0 | 3, GP, DATA0),
        (True, 3, "ds", sm.CONFORMING, None, 0),
        (True, 0, "es", 0x70, NP, 0x70),
        (True, 0, "es", 0x78, GP, 0x78),  # execute-only
        (True, 0, "fs", sm.TR, GP, sm.TR),
    ],
)
def test_load_segment(
    spec: Specification, long: bool, cpl: int, segment: str, selector: int, vector: int | None, error: int
) -> None:
    setup = Setup(spec, long, cpl=cpl)
    setup.set_descriptor(0x70, sm.descriptor(3, p=0, d=1))
    setup.set_descriptor(0x78, sm.descriptor(9))
    before = setup.machine.segment_of(segment).selector
    outcome = spec.load_segment(setup.machine, segment, selector)
    now = setup.machine.segment_of(segment).selector
    if vector is None:
        assert (outcome.end, now) == ("completed", selector)
    else:
        assert (outcome.end, outcome.event.vector, outcome.event.error) == ("fault", vector, error)
        assert now == before


# ---- SDM 2A "IRET", SDM 2B "RET" ----


@pytest.mark.parametrize("size", (16, 32, 64))
def test_iret_in_64_bit_mode_pops_the_stack(spec: Specification, size: int) -> None:
    setup = long_mode(spec)
    setup.machine["rsp"] = 0x8000
    setup.push(size // 8, 0x1234, CODE0, 0x2 | TF, 0x7F00, DATA0)
    outcome = spec.iret(setup.machine, size, 2)
    assert outcome.end == "completed"
    assert state(setup.machine) == (0x1234, CODE0, 0x7F00, DATA0)
    assert setup.machine.rflags == 2 | TF


def test_iretq_outer(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.machine["rsp"] = 0x8000
    setup.machine.nmi_blocked = 1
    setup.push(8, 0x1234, CODE3 | 3, FLAGS | 3 << 12, 0x7F00, DATA3 | 3)
    spec.iret(setup.machine, 64, 2)
    assert state(setup.machine) == (0x1234, CODE3 | 3, 0x7F00, DATA3 | 3)
    assert (setup.machine.cpl, setup.machine.nmi_blocked) == (3, 0)
    assert setup.machine.segment_of("ds").selector == 0  # DPL 0 data


RETURNS = [
    ((0x1234, 0, 2, 0x7F00, DATA0), GP, 0),
    ((0x1234, 0x400, 2, 0x7F00, DATA0), GP, 0x400),
    ((0x1234, DATA0, 2, 0x7F00, DATA0), GP, DATA0),
    ((0x1234, CODE3, 2, 0x7F00, DATA0), GP, CODE3),
    ((0x1234, 0x78, 2, 0x7F00, DATA0), NP, 0x78),
    ((0x1234, CODE0, 2, 0x7F00, DATA3), GP, DATA3),
    ((0x1234, CODE0, 2, 0x7F00, DATA0 | 3), GP, DATA0),
    ((0x1234, CODE0, 2, 0x7F00, 0x70), SS, 0x70),
    ((0x1234, CODE3 | 3, 2, 0x7F00, 3), GP, 0),
    ((0x1234, CODE0, 2, 0x7F00, 3), GP, 0),
    ((0x8000 << 32, CODE0, 2, 0x7F00, DATA0), GP, 0),
]


@pytest.mark.parametrize(("image", "vector", "error"), RETURNS)
def test_iretq_refuses(spec: Specification, image: tuple[int, ...], vector: int, error: int) -> None:
    setup = long_mode(spec)
    setup.machine["rsp"] = 0x8000
    setup.set_descriptor(0x70, sm.descriptor(3, p=0, d=1))
    setup.set_descriptor(0x78, sm.descriptor(0xB, p=0, l=1))
    setup.push(8, *image)
    before = bytes(setup.machine)
    outcome = spec.iret(setup.machine, 64, 2)
    assert (outcome.end, outcome.event.vector, outcome.event.error) == ("fault", vector, error)
    assert bytes(setup.machine) == before


def test_iret_nested_task_flag_in_ia32e_mode(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.machine.rflags |= NT
    outcome = spec.iret(setup.machine, 64, 2)
    assert (outcome.event.vector, outcome.event.error, rules(outcome)) == (GP, 0, ["iret.nested-task-ia32e"])


def test_iret_flags_by_privilege(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.machine["rsp"] = 0x8000
    everything = 0x3F7FD7 & ~NT
    setup.push(8, 0x1234, CODE3 | 3, everything, 0x7F00, DATA3 | 3)
    spec.iret(setup.machine, 64, 2)
    kept = IF | 3 << 12 | 3 << 19 | VM
    assert setup.machine.rflags == everything & ~kept | FLAGS & kept


def test_iretd_same_and_outer_in_protected_mode(spec: Specification) -> None:
    setup = protected(spec)
    setup.machine["rsp"] = 0x8000
    setup.push(4, 0x1234, CODE0, 2)
    spec.iret(setup.machine, 32, 1)
    assert state(setup.machine) == (0x1234, CODE0, 0x800C, DATA0)
    setup.machine["rsp"] = 0x8000
    setup.push(4, 0x1234, CODE3 | 3, 2, 0x7F00, DATA3 | 3)
    spec.iret(setup.machine, 32, 1)
    assert state(setup.machine) == (0x1234, CODE3 | 3, 0x7F00, DATA3 | 3)


def test_iret_to_virtual_8086(spec: Specification) -> None:
    setup = protected(spec)
    setup.machine["rsp"] = 0x8000
    setup.push(4, 0x12, 0x100, VM | 2, 0x800, 0x200, 0x300, 0x400, 0x500, 0x600)
    spec.iret(setup.machine, 32, 1)
    assert state(setup.machine) == (0x12, 0x100, 0x800, 0x200)
    selectors = [setup.machine.segment_of(name).selector for name in ("es", "ds", "fs", "gs")]
    assert selectors == [0x300, 0x400, 0x500, 0x600]
    assert setup.machine.cpl == 3


def test_far_return(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.machine["rsp"] = 0x8000
    setup.push(8, 0x1234, CODE0)
    spec.far_return(setup.machine, 64, 0x10)
    assert state(setup.machine) == (0x1234, CODE0, 0x8020, DATA0)
    setup = long_mode(spec)
    setup.machine["rsp"] = 0x8000
    setup.push(8, 0x1234, CODE3 | 3, 0, 0, 0x7F00, DATA3 | 3)
    spec.far_return(setup.machine, 64, 0x10)
    assert state(setup.machine) == (0x1234, CODE3 | 3, 0x7F10, DATA3 | 3)


# ---- SDM 2A "CALL", "JMP" ----


def test_far_call(spec: Specification) -> None:
    setup = long_mode(spec)
    outcome = spec.far_transfer(setup.machine, CODE0, 0x1234, True, 64, 3)
    assert frame(outcome) == [sm.CODE + 3, CODE0]
    assert state(setup.machine) == (0x1234, CODE0, STACK - 16, DATA0)


@pytest.mark.parametrize(
    ("selector", "offset", "vector", "error"),
    [
        (0, 0, GP, 0),
        (0x400, 0, GP, 0x400),
        (DATA0, 0, GP, DATA0),
        (CODE3, 0, GP, CODE3),
        (CODE0 | 1, 0, GP, CODE0),
        (CODE0, 0x8000 << 32, GP, 0),
        (sm.TASK2, 0, GP, sm.TASK2),
        (0x70, 0, NP, 0x70),
    ],
)
def test_far_call_refuses(spec: Specification, selector: int, offset: int, vector: int, error: int) -> None:
    setup = long_mode(spec)
    setup.set_descriptor(0x70, sm.descriptor(0xB, p=0, l=1))
    outcome = spec.far_transfer(setup.machine, selector, offset, True, 64, 3)
    assert (outcome.end, outcome.event.vector, outcome.event.error) == ("fault", vector, error)
    assert not outcome.frame


def test_a_far_call_that_cannot_push_may_leave_the_accessed_flag(spec: Specification) -> None:
    setup = long_mode(spec)
    setup.set_descriptor(0x70, sm.descriptor(0xA, l=1))
    setup.set_entry(1, STACK - 0x1000, 4)
    setup.machine["rsp"] = STACK - 0xFF8
    outcome = spec.far_transfer(setup.machine, 0x70, 0x1234, True, 64, 3)
    assert (outcome.end, outcome.event.vector) == ("fault", PF)
    assert [one.maybe for one in outcome.stores if one.kind == "descriptor"] == [True]


def test_call_gate_inner(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    setup.set_descriptor(0x70, sm.gate(0x60000, CODE0, 0xC, 3))
    outcome = spec.far_transfer(setup.machine, 0x73, 0, True, 64, 3)
    assert frame(outcome) == [sm.CODE + 3, CODE3 | 3, STACK, DATA3 | 3]
    assert state(setup.machine) == (0x60000, CODE0, INNER - 32, 0)


def test_call_gate_copies_parameters(spec: Specification) -> None:
    setup = protected(spec, cpl=3)
    setup.machine["rsp"] = 0x8000
    setup.push(4, 0x11, 0x22, 0x33)
    setup.set_descriptor(0x70, sm.gate(0x60000, CODE0, 0xC, 3) | 2 << 32)
    outcome = spec.far_transfer(setup.machine, 0x73, 0, True, 32, 7)
    assert frame(outcome) == [sm.CODE + 7, CODE3 | 3, 0x11, 0x22, 0x8000, DATA3 | 3]
    assert state(setup.machine) == (0x60000, CODE0, INNER - 24, DATA0)


@pytest.mark.parametrize(
    ("gate", "high", "vector", "error"),
    [
        (sm.gate(0x60000, CODE0, 0xC, 0), 0, GP, 0x70),  # DPL below CPL
        (sm.gate(0x60000, CODE0, 0xC, 3, p=0), 0, NP, 0x70),
        (sm.gate(0x60000, CODE0, 0xC, 3), 0x100 << 32, GP, 0x70),  # the upper type
        (sm.gate(0x60000, 0, 0xC, 3), 0, GP, 0),
        (sm.gate(0x60000, 0x400, 0xC, 3), 0, GP, 0x400),
        (sm.gate(0x60000, DATA0, 0xC, 3), 0, GP, DATA0),
        (sm.gate(0x60000, sm.CODE32, 0xC, 3), 0, GP, sm.CODE32),
        (sm.gate(0x60000, CODE0, 0xC, 3), 0x8000, GP, 0),
        (sm.gate(0x60000, CODE0, 4, 3), 0, GP, 0x70),  # 16-bit
    ],
)
def test_call_gate_refuses(spec: Specification, gate: int, high: int, vector: int, error: int) -> None:
    setup = long_mode(spec, cpl=3)
    setup.set_descriptor(0x70, gate, high)
    outcome = spec.far_transfer(setup.machine, 0x73, 0, True, 64, 3)
    assert (outcome.end, outcome.event.vector, outcome.event.error) == ("fault", vector, error)


# ---- SDM 2B "SYSCALL", "SYSRET", "SYSENTER", "SYSEXIT" ----


def test_syscall_and_sysret(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    machine = setup.machine
    setattr(machine, "star", (CODE0 + 0x20) << 48 | CODE0 << 32)
    setattr(machine, "lstar", 0x70000)
    setattr(machine, "fmask", IF | TF)
    spec.system_call(machine, "syscall")
    assert state(machine) == (0x70000, CODE0, STACK, CODE0 + 8)
    assert (machine["rcx"], machine["r11"], machine.rflags) == (sm.CODE + 2, FLAGS, FLAGS & ~IF)
    machine["r11"] = FLAGS | RF | VM
    spec.system_call(machine, "sysret")
    assert state(machine) == (sm.CODE + 2, CODE0 + 0x33, STACK, CODE0 + 0x2B)
    assert (machine.rflags, machine.cpl) == (FLAGS, 3)


@pytest.mark.parametrize(("vendor", "vector"), [("intel", GP), ("amd", None)])
def test_sysret_non_canonical(spec: Specification, vendor: str, vector: int | None) -> None:
    setup = long_mode(spec, vendor=vendor)
    setup.machine["rcx"] = 1 << 47
    outcome = spec.system_call(setup.machine, "sysret")
    assert (outcome.event.vector if outcome.end == "fault" else None) == vector


def test_sysenter_wants_a_selector(spec: Specification) -> None:
    setup = long_mode(spec, cpl=3)
    outcome = spec.system_call(setup.machine, "sysenter")
    assert (outcome.event.vector, outcome.event.error) == (GP, 0)
    setattr(setup.machine, "sysenter_cs", CODE0)
    setattr(setup.machine, "sysenter_esp", INNER)
    setattr(setup.machine, "sysenter_eip", 0x70000)
    spec.system_call(setup.machine, "sysenter")
    assert state(setup.machine) == (0x70000, CODE0, INNER, CODE0 + 8)
    assert setup.machine.rflags == CLEARED


# ---- SDM 3A "Priority Among Simultaneous Exceptions and Interrupts" ----


def test_boundary_order(spec: Specification) -> None:
    setup = long_mode(spec)
    machine = setup.machine
    machine.dr[0], machine.dr7 = sm.CODE, 0x401
    pending = Pending(dr6=0x4000, machine_check=1, nmi=1, interrupt=1, vector=0x40)
    came = []
    for _ in range(4):
        happens, _outcome = spec.boundary(machine, pending)
        assert happens
        came.append(happens.vector)
    assert came == [18, DB, 2, 0x40]
    happens, outcome = spec.boundary(machine, pending)
    assert happens and (happens.vector, happens.breakpoint, happens.dr6) == (DB, 1, 1)
    machine.rflags |= RF
    assert spec.boundary(machine, pending)[0] is None
    assert machine.rflags == FLAGS  # RF is good for one instruction
    assert spec.boundary(machine, pending)[0]


@pytest.mark.parametrize(
    ("shadow", "comes"), [("sti_shadow", [DB, 2, DB]), ("mov_ss_shadow", []), ("nmi_blocked", [DB, 0x40, DB])]
)
def test_boundary_shadows(spec: Specification, shadow: str, comes: list[int]) -> None:
    machine = long_mode(spec).machine
    machine.dr[0], machine.dr7 = sm.CODE, 0x401
    pending = Pending(dr6=0x4000, nmi=1, interrupt=1, vector=0x40)
    came = []
    for _ in range(3):
        setattr(machine, shadow, 1)
        happens, _outcome = spec.boundary(machine, pending)
        if happens:
            came.append(happens.vector)
        else:
            break
    assert came == comes


# ---- Shadow stacks ----


def test_shadow_stack_of_a_handler(spec: Specification) -> None:
    setup = long_mode(spec)
    machine = setup.machine
    machine.cr4 |= 1 << 23
    setattr(machine, "s_cet", 1)
    setattr(machine, "ssp", 0x5FF8)
    setup.set_entry(1, 0x5000, 0x5000 | sm.P | sm.A | sm.D)
    outcome = setup.deliver(event("fault", UD))
    words = [(one.linear, one.value) for one in outcome.stores if one.kind == "shadow"]
    assert words == [(0x5FF4, 0), (0x5FF0, CODE0), (0x5FE8, sm.CODE), (0x5FE0, 0x5FF8)]
    setup.memory.apply(outcome)
    outcome = spec.iret(machine, 64, 2)
    assert (outcome.end, getattr(machine, "ssp"), machine.rip) == ("completed", 0x5FF8, sm.CODE)
    setup.memory.write(0x5FE8, 8, 0x1234)
    machine["rsp"], machine.rip = STACK - 40, setup.handler(UD)
    setattr(machine, "ssp", 0x5FE0)
    outcome = spec.iret(machine, 64, 2)
    assert (outcome.event.vector, outcome.event.error, rules(outcome)) == (21, 2, ["shadow.return-lip"])


# ---- As a program ----

COUNT = "800"
STRICT = "-Wconversion -fno-sanitize-recover=all -g"


def digest(library: Path, preload: str = "") -> str:
    env = {**os.environ, "LD_PRELOAD": preload, "ASAN_OPTIONS": "detect_leaks=0"}
    command = [sys.executable, str(ROOT / "tests/spec_random.py"), str(library), COUNT]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


def test_random_states_under_sanitizers_and_two_compilers(spec: Specification, tmp_path: Path) -> None:
    plain = digest(Path(spec.library._name))
    undefined = sm.build(tmp_path / "clang", "clang", f"{STRICT} -fsanitize=undefined -fsanitize-trap=all")
    assert digest(undefined) == plain
    both = sm.build(tmp_path / "gcc", "gcc", f"{STRICT} -fsanitize=address,undefined")
    found = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True)
    assert digest(both, found.stdout.strip()) == plain


def test_names_and_calls_of_a_guest(tmp_path: Path) -> None:
    """No name but its own; of the calls that a compiler makes by itself memcpy and memset alone."""
    objects = [str(tmp_path / "spec" / name) for name in ("guest64.o", "guest32.o")]
    subprocess.run(["make", "-s", "-C", str(ROOT), f"BUILD={tmp_path}", *objects], check=True)
    for path in objects:
        text = subprocess.run(["nm", "-g", path], check=True, capture_output=True, text=True).stdout
        names = {line.split()[-1] for line in text.splitlines() if line.strip()}
        assert {name for name in names if not name.startswith("spec_")} <= {"memcpy", "memset"}


RULE = re.compile(r'RULE\("([^"]+)",\s*"([^"]+)"\)')


def test_a_rule_has_one_section() -> None:
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "spec").glob("*.c")):
        for name, section in RULE.findall(path.read_text(encoding="utf-8")):
            found.setdefault(name, set()).add(section)
    assert len(found) > 150
    assert [name for name in found if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", name)] == []
    assert {name: sections for name, sections in found.items() if len(sections) > 1} == {}


def test_choices_are_documented(spec: Specification) -> None:
    """The table has each choice with what the vendors' columns of choices.c say."""
    machines = [spec.machine(vendor, lambda physical, size: 0) for vendor in ("intel", "amd")]
    text = (ROOT / "docs/choices.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d) \|", text, re.MULTILINE)
    values = [(name, *(str(one.choice[n]) for one in machines)) for n, name in enumerate(CHOICES)]
    assert rows == values
    header = (ROOT / "spec/spec.h").read_text(encoding="utf-8")
    assert [name.lower() for name in re.findall(r"^    CHOICE_(\w+),", header, re.MULTILINE)] == list(CHOICES)
