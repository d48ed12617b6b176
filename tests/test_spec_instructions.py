"""The specification's smaller instructions against expectations derived by hand from their pages."""

from __future__ import annotations

import pytest
import spec_machine as sm
from spec_machine import CODE, CODE0, DATA0, DATA3, FLAGS, FREE, STACK, Setup
from trapframe.spec import CHOICES, Outcome, Specification

ZF, TF, IF, VM, VIF, VIP = 1 << 6, 1 << 8, 1 << 9, 1 << 17, 1 << 19, 1 << 20
IOPL_3 = 3 << 12
UD, TS, NP, SS, GP, CP = 6, 10, 11, 12, 13, 21
VME, PVI = 1, 2
LAR, LSL, VERR, VERW = "lar", "lsl", "verr", "verw"


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Specification:
    return Specification(sm.build(tmp_path_factory.mktemp("spec")))


def ends(outcome: Outcome) -> tuple[int, int] | None:
    """The fault's vector and error code, or none."""
    return (outcome.event.vector, outcome.event.error) if outcome.end == "fault" else None


# ---- SDM 2A "LAR", "LSL", SDM 2B "VERR/VERW" ----

SYSTEM = {"s": 0, "g": 0, "limit": 0x67}
LONG_LAR, LONG_LSL = {2, 9, 11, 12}, {2, 9, 11}
LEGACY_LAR, LEGACY_LSL = {1, 2, 3, 4, 5, 9, 11, 12}, {1, 2, 3, 9, 11}


@pytest.mark.parametrize(
    ("long", "lar", "lsl"), [(True, LONG_LAR, LONG_LSL), (False, LEGACY_LAR, LEGACY_LSL)]
)
def test_system_types(spec: Specification, long: bool, lar: set[int], lsl: set[int]) -> None:
    for type_ in range(16):
        setup = Setup(spec, long)
        setup.set_descriptor(FREE, sm.descriptor(type_, **SYSTEM))
        found = {name: spec.verify(setup.machine, name, FREE)[0] for name in (LAR, LSL, VERR, VERW)}
        assert found[LAR] == (0x8000 | type_ << 8 if type_ in lar else None)
        assert found[LSL] == (0x67 if type_ in lsl else None)
        assert found[VERR] is found[VERW] is None


@pytest.mark.parametrize(
    ("name", "cpl", "selector", "found"),
    [
        (LAR, 0, DATA0, 0xC09300),
        (LAR, 3, DATA3 | 3, 0xC0F300),
        (LAR, 3, DATA0, None),
        (LAR, 0, DATA0 | 1, None),
        (LAR, 3, sm.CONFORMING | 3, 0xA09F00),
        (LAR, 0, 3, None),
        (LAR, 0, 0x400, None),
        (LSL, 0, DATA0, 0xFFFFFFFF),
        (VERR, 0, CODE0, 0),
        (VERR, 0, 0x78, None),  # execute-only
        (VERR, 3, CODE0, None),
        (VERW, 0, CODE0, None),
        (VERW, 0, DATA0, 0),
        (VERW, 3, DATA3, 0),
        (VERW, 0, 0x80, None),  # read-only
    ],
)
def test_verify(spec: Specification, name: str, cpl: int, selector: int, found: int | None) -> None:
    setup = Setup(spec, True, cpl=cpl)
    setup.set_descriptor(0x78, sm.descriptor(9))
    setup.set_descriptor(0x80, sm.descriptor(1))
    setup.machine.rflags = FLAGS & ~ZF if found is not None else FLAGS | ZF
    value, outcome = spec.verify(setup.machine, name, selector)
    assert (value, outcome.end) == (found, "completed")
    assert bool(setup.machine.rflags & ZF) == (found is not None)
    assert outcome.open_bits("value") == (0xF0000 if name == LAR and found else 0)


def test_lsl_reads_the_upper_half(spec: Specification) -> None:
    setup = Setup(spec, True)
    setup.set_descriptor(FREE, sm.descriptor(9, **SYSTEM), high=1 << 40)
    assert spec.verify(setup.machine, LSL, FREE)[0] is None
    assert spec.verify(setup.machine, LAR, FREE)[0] == 0x8900
    setup.machine.gdtr.limit = FREE + 7
    setup.set_descriptor(FREE, sm.descriptor(9, **SYSTEM))
    assert spec.verify(setup.machine, LSL, FREE)[0] is None


@pytest.mark.parametrize("mode", ("real", "virtual"))
def test_not_recognized(spec: Specification, mode: str) -> None:
    def machine() -> Setup:
        setup = Setup(spec, False)
        if mode == "real":
            setup.machine.cr0 &= ~1
        else:
            setup.machine.rflags |= VM
        return setup

    assert ends(spec.verify(machine().machine, LAR, DATA0)[1]) == (UD, 0)
    assert ends(spec.adjust_rpl(machine().machine, 0, 3)[1]) == (UD, 0)
    assert ends(spec.load_system(machine().machine, "tr", sm.TASK2)) == (UD, 0)


def test_arpl(spec: Specification) -> None:
    for selector, than, changed in ((0x10, 3, 0x13), (0x11, 2, 0x12), (0x12, 2, None), (0x13, 0, None)):
        setup = Setup(spec, False, cpl=3)
        assert spec.adjust_rpl(setup.machine, selector, than)[0] == changed
        assert bool(setup.machine.rflags & ZF) == (changed is not None)


# ---- SDM 2A "LLDT", "LTR" ----


@pytest.mark.parametrize(
    ("long", "name", "type_", "more", "selector", "expected"),
    [
        (True, "tr", 9, {}, FREE, None),
        (False, "tr", 1, {}, FREE, None),
        (True, "tr", 1, {}, FREE, (GP, FREE)),
        (True, "tr", 0xB, {}, FREE, (GP, FREE)),
        (True, "tr", 2, {}, FREE, (GP, FREE)),
        (True, "tr", 9, {"p": 0}, FREE, (NP, FREE)),
        (True, "tr", 0xB, {"p": 0}, FREE, (GP, FREE)),
        (True, "tr", 9, {}, 3, (GP, 0)),
        (True, "tr", 9, {}, FREE | 4, (GP, FREE | 4)),
        (True, "tr", 9, {}, 0x400, (GP, 0x400)),
        (True, "ldtr", 2, {}, FREE | 3, None),
        (True, "ldtr", 9, {}, FREE, (GP, FREE)),
        (True, "ldtr", 2, {"p": 0}, FREE, (NP, FREE)),
        (False, "ldtr", 2, {}, FREE | 4, (GP, FREE | 4)),
    ],
)
def test_load_system(
    spec: Specification,
    *,
    long: bool,
    name: str,
    type_: int,
    more: dict[str, int],
    selector: int,
    expected: tuple[int, int] | None,
) -> None:
    setup = Setup(spec, long)
    setup.set_descriptor(FREE, sm.descriptor(type_, base=0x123456, **{**SYSTEM, **more}))
    before = setup.machine.segment_of(name).selector
    outcome = spec.load_system(setup.machine, name, selector)
    assert ends(outcome) == expected
    found = setup.machine.segment_of(name)
    assert found.selector == (before if expected else selector)
    if not expected:
        assert (found.base, found.limit, found.type) == (0x123456, 0x67, type_ | (2 if name == "tr" else 0))
        setup.memory.apply(outcome)
        assert setup.memory.read(sm.GDT + FREE + 5, 1) & 15 == found.type


def test_load_system_in_ia32e_mode(spec: Specification) -> None:
    raw = sm.descriptor(9, **SYSTEM)
    for high, vendor, choice, expected in (
        (0x2345, "intel", 0, None),
        (1 << 40, "intel", 0, (GP, FREE)),
        (0x800000, "intel", 0, (GP, FREE)),
        (0x800000, "intel", 1, (TS, FREE)),
    ):
        setup = Setup(spec, True, vendor)
        setup.machine.choice[CHOICES.index("ltr_base")] = choice
        setup.set_descriptor(FREE, raw, high)
        assert ends(spec.load_system(setup.machine, "tr", FREE)) == expected
    setup = Setup(spec, True)
    setup.set_descriptor(FREE, raw)
    setup.machine.gdtr.limit = FREE + 7
    assert ends(spec.load_system(setup.machine, "tr", FREE)) == (GP, FREE)
    setup.machine.cpl = 1
    assert ends(spec.load_system(setup.machine, "tr", 0)) == (GP, 0)


def test_lldt_of_a_null_selector(spec: Specification) -> None:
    setup = Setup(spec, True)
    setup.load("ldtr", sm.LDTS)
    outcome = spec.load_system(setup.machine, "ldtr", 2)
    assert (outcome.end, setup.machine.segment_of("ldtr").p) == ("completed", 0)


# ---- SDM 2A "CLI", SDM 2B "STI", "PUSHF", "POPF" ----


@pytest.mark.parametrize(
    ("cr4", "flags", "cpl", "cli", "sti"),
    [
        (0, FLAGS, 0, FLAGS & ~IF, FLAGS),
        (0, FLAGS, 3, None, None),
        (0, FLAGS | IOPL_3, 3, (FLAGS & ~IF) | IOPL_3, FLAGS | IOPL_3),
        (PVI, FLAGS, 3, FLAGS, FLAGS | VIF),
        (PVI, FLAGS | VIP, 3, FLAGS | VIP, None),
        (PVI, FLAGS, 1, None, None),
        (VME, FLAGS, 3, None, None),
        (PVI, FLAGS | VM, 3, None, None),
        (VME, FLAGS | VM | VIF, 3, FLAGS | VM, FLAGS | VM | VIF),
        (VME, FLAGS | VM | VIP, 3, FLAGS | VM | VIP, None),
        (VME, FLAGS | VM | IOPL_3 | VIP, 3, (FLAGS & ~IF) | VM | IOPL_3 | VIP, FLAGS | VM | IOPL_3 | VIP),
    ],
)
def test_cli_and_sti(
    spec: Specification, cr4: int, flags: int, cpl: int, cli: int | None, sti: int | None
) -> None:
    for name, expected in (("cli", cli), ("sti", sti)):
        setup = Setup(spec, False, cpl=cpl)
        setup.machine.cr4, setup.machine.rflags = cr4, flags
        outcome = spec.flags(setup.machine, name, 32)
        assert ends(outcome) == ((GP, 0) if expected is None else None)
        assert setup.machine.rflags == (flags if expected is None else expected)


def test_sti_holds_interrupts_back(spec: Specification) -> None:
    for flags, shadow in ((FLAGS & ~IF, 1), (FLAGS, 0)):
        setup = Setup(spec, True)
        setup.machine.rflags = flags
        spec.flags(setup.machine, "sti", 32)
        assert setup.machine.sti_shadow == shadow


def virtual(spec: Specification, flags: int, cr4: int = 0) -> Setup:
    setup = Setup(spec, False, cpl=3)
    setup.machine.cr4, setup.machine.rflags = cr4, flags | VM
    for name in ("cs", "ss"):
        segment = setup.machine.segment_of(name)
        segment.selector, segment.base, segment.limit, segment.db = 0x100, 0x1000, 0xFFFF, 0
    setup.machine.rip, setup.machine["rsp"] = 0x10, 0x800
    return setup


@pytest.mark.parametrize(
    ("size", "flags", "cr4", "image"),
    [
        (16, FLAGS | IOPL_3, 0, FLAGS | IOPL_3),
        (32, FLAGS | IOPL_3 | VIF, 0, FLAGS | IOPL_3 | VIF),
        (16, FLAGS, 0, None),
        (32, FLAGS, VME, None),
        (16, FLAGS, VME, FLAGS & ~IF | IOPL_3),
        (16, FLAGS & ~IF | VIF, VME, FLAGS | IF | IOPL_3),
    ],
)
def test_pushf_in_virtual_8086_mode(
    spec: Specification, size: int, flags: int, cr4: int, image: int | None
) -> None:
    setup = virtual(spec, flags, cr4)
    outcome = spec.flags(setup.machine, "pushf", size)
    assert ends(outcome) == ((GP, 0) if image is None else None)
    assert [one.value for one in outcome.frame] == ([] if image is None else [image])
    assert setup.machine["rsp"] == (0x800 if image is None else 0x800 - size // 8)


@pytest.mark.parametrize(
    ("flags", "cr4", "image", "expected"),
    [
        (FLAGS, 0, 2, None),
        (FLAGS | IOPL_3, 0, 2, IOPL_3 | 2),
        (FLAGS, VME, 2, IF | 2),
        (FLAGS, VME, IF | 2, IF | VIF | 2),
        (FLAGS | VIP, VME, IF | 2, None),
        (FLAGS | VIP, VME, 2, IF | VIP | 2),
        (FLAGS, VME, TF | 2, None),
        (FLAGS | VIF, VME, 0xFFFF & ~(TF | IF), 0x4ED7),
    ],
)
def test_popf_in_virtual_8086_mode(
    spec: Specification, flags: int, cr4: int, image: int, expected: int | None
) -> None:
    setup = virtual(spec, flags, cr4)
    setup.memory.write(0x1800, 2, image)
    outcome = spec.flags(setup.machine, "popf", 16)
    assert ends(outcome) == ((GP, 0) if expected is None else None)
    assert setup.machine.rflags == (flags if expected is None else expected) | VM


def test_popf_by_privilege(spec: Specification) -> None:
    """All that there is, from an image of ones."""
    for cpl, iopl, expected in ((0, 0, 0x247FD7), (3, 0, 0x244FD7 & ~IF), (3, 3, 0x247FD7)):
        setup = Setup(spec, True, cpl=cpl)
        setup.machine.rflags = 2 | iopl << 12
        setup.memory.write(STACK, 8, 2**64 - 1)
        assert spec.flags(setup.machine, "popf", 64).end == "completed"
        assert setup.machine.rflags == expected
        assert setup.machine["rsp"] == STACK + 8


# ---- SDM 2A "IRET" in virtual-8086 mode with CR4.VME ----


@pytest.mark.parametrize(
    ("flags", "image", "size", "executed", "expected"),
    [
        (FLAGS, 2, 16, 0, None),
        (FLAGS, 2, 16, 1, IF | 2),
        (FLAGS, IF | 2, 16, 1, IF | VIF | 2),
        (FLAGS | VIP, IF | 2, 16, 1, None),
        (FLAGS, TF | 2, 16, 1, None),
        (FLAGS, 2, 32, 1, None),
        (FLAGS | IOPL_3, 2, 16, 0, IOPL_3 | 2),
    ],
)
def test_iret_with_vme(
    spec: Specification, flags: int, image: int, size: int, executed: int, expected: int | None
) -> None:
    setup = virtual(spec, flags, VME)
    setup.machine.choice[CHOICES.index("iret_vme")] = executed
    for n, word in enumerate((0x34, 0x200, image)):
        setup.memory.write(0x1800 + n * size // 8, size // 8, word)
    outcome = spec.iret(setup.machine, size, 1)
    assert ends(outcome) == ((GP, 0) if expected is None else None)
    assert setup.machine.rflags == (flags if expected is None else expected) | VM
    assert setup.machine.rip == (0x10 if expected is None else 0x34)


# ---- SDM 2A "CALL", "JMP", SDM 2B "RET", near ----

HOLE = 1 << 47


@pytest.mark.parametrize(
    ("long", "size", "target", "rip"),
    [
        (True, 64, 0x1234, 0x1234),
        (True, 64, HOLE, None),
        (True, 16, 0x51234, 0x1234),
        (False, 32, 1 << 32 | 0x1234, 0x1234),
        (False, 32, 0x20000, None),
        (False, 16, 0x21234, 0x1234),
    ],
)
def test_near_target(spec: Specification, long: bool, size: int, target: int, rip: int | None) -> None:
    for kind in ("jump", "call", "return"):
        setup = Setup(spec, long)
        setup.machine.segment_of("cs").limit = 0x1FFFF
        if kind == "return":
            target &= (1 << size) - 1
            setup.push(size // 8, target)
        outcome = spec.near_branch(setup.machine, kind, size, 5, target, release=8)
        assert ends(outcome) == ((GP, 0) if rip is None else None)
        assert setup.machine.rip == (CODE if rip is None else rip)
        moved = {"jump": 0, "call": -size // 8, "return": size // 8 + 8}[kind] if rip is not None else 0
        assert setup.machine["rsp"] == STACK + moved
        if kind == "call" and rip is not None:
            assert [(one.size, one.value) for one in outcome.frame] == [
                (size // 8, CODE + 5 & (1 << size) - 1)
            ]


def test_near_call_without_room(spec: Specification) -> None:
    setup = Setup(spec, False)
    setup.machine["rsp"], setup.machine.segment_of("ss").limit = 2, 0xFFF
    assert ends(spec.near_branch(setup.machine, "call", 32, 5, CODE)) == (SS, 0)
    setup = Setup(spec, True)
    setup.machine["rsp"] = HOLE + 8
    assert ends(spec.near_branch(setup.machine, "call", 64, 5, CODE)) == (SS, 0)


def with_shadow_stack(spec: Specification) -> Setup:
    setup = Setup(spec, True)
    setup.machine.cr4 |= 1 << 23
    setup.machine.s_cet, setup.machine.ssp = 1, 0x7100
    setup.set_entry(1, 0x7000, 0x7000 | sm.P | sm.A | sm.D)
    return setup


def test_near_call_and_return_with_a_shadow_stack(spec: Specification) -> None:
    setup = with_shadow_stack(spec)
    outcome = spec.near_branch(setup.machine, "call", 64, 5, 0x1234)
    setup.memory.apply(outcome)
    assert (setup.machine.ssp, setup.memory.read(0x70F8, 8)) == (0x70F8, CODE + 5)
    assert spec.near_branch(setup.machine, "return", 64, 1).end == "completed"
    assert (setup.machine.ssp, setup.machine.rip) == (0x7100, CODE + 5)
    setup.push(8, CODE)
    assert ends(spec.near_branch(setup.machine, "return", 64, 1)) == (CP, 1)
    assert setup.machine.ssp == 0x7100
    assert spec.near_branch(setup.machine, "call", 64, 5, CODE, next=1).end == "completed"
    assert setup.machine.ssp == 0x7100


@pytest.mark.parametrize(
    ("cet", "how", "waits"),
    [
        (4, {"indirect": 1}, True),
        (4, {}, False),
        (4, {"indirect": 1, "no_track": 1}, True),
        (0x14, {"indirect": 1, "no_track": 1}, False),
        (0x404, {"indirect": 1}, False),  # suppressed
        (0, {"indirect": 1}, False),
    ],
)
def test_indirect_branches_are_tracked(
    spec: Specification, cet: int, how: dict[str, int], waits: bool
) -> None:
    setup = Setup(spec, True)
    setup.machine.cr4 |= 1 << 23
    setup.machine.s_cet = cet
    spec.near_branch(setup.machine, "jump", 64, 2, CODE, **how)
    assert bool(setup.machine.s_cet & 1 << 11) == waits


# ---- Found beside the manual ----


def test_a_far_transfer_to_compatibility_mode_wants_a_low_shadow_stack(spec: Specification) -> None:
    for call in (True, False):
        for ssp, expected in ((1 << 32 | 0x7100, (GP, 0)), (0x7100, None)):
            setup = with_shadow_stack(spec)
            setup.machine.ssp = ssp
            assert ends(spec.far_transfer(setup.machine, sm.CODE32, 0x1000, call, 32, 5)) == expected


def test_iret_to_virtual_8086_mode_frees_the_token(spec: Specification) -> None:
    for ssp, expected in ((0x7100, None), (0x7104, (CP, 2))):
        setup = Setup(spec, False)
        machine = setup.machine
        machine.cr4, machine.s_cet, machine.ssp = 1 << 23, 1, ssp
        setup.memory.write(0x7100, 8, 0x7101)
        setup.push(4, 0x10, 0x100, VM | 2, 0x800, 0x200, 0x300, 0x400, 0x500, 0x600)
        outcome = spec.iret(machine, 32, 1)
        assert ends(outcome) == expected
        assert [one.value for one in outcome.stores] == ([] if expected else [0x7100])


def test_iret_keeps_the_base_of_a_null_fs(spec: Specification) -> None:
    """The selector becomes 0; of the base of a segment that is NULL already nothing is said."""
    setup = Setup(spec, True)
    fs = setup.machine.segment_of("fs")
    fs.selector, fs.p, fs.base = 2, 0, 0x123456789
    setup.push(8, CODE, sm.CODE3 | 3, FLAGS, STACK, DATA3 | 3)
    outcome = spec.iret(setup.machine, 64, 2)
    assert outcome.end == "completed"
    assert (fs.selector, fs.base, outcome.open_bits("fs_base")) == (0, 0x123456789, 0)
