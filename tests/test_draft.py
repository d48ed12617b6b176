"""Drafts: what the specification says of a case, held against its golden section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from mini import ROOT
from samples import EXPLORES
from suite import Suite, read
from trapframe.commands.draft import drafts
from trapframe.frames import symbol
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo, Record
from trapframe.prediction import every
from trapframe.prediction.draft import MARKED, Draft, DraftError, declared, draft
from trapframe.prediction.follow import Run, start
from trapframe.spec import VENDORS
from trapframe.truth import expect, golden, golden_text
from trapframe.truth.expect import GoldenFile, Outcome
from trapframe.truth.golden import FILL_IN
from trapframe.truth.wants import expand

Meaning = dict[str, tuple[object, int]]  # by field: its value, and the bits that count
ALL = 2**64 - 1


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return read(tmp_path_factory.mktemp("spec"), firsts)


def firsts(cases: Sequence[CaseInfo]) -> list[CaseInfo]:
    """The first case of each file."""
    found: dict[str, CaseInfo] = {}
    for info in sorted(cases, key=lambda info: info.variant):
        if info.case not in every.UNTOLD:
            found.setdefault(info.file, info)
    return list(found.values())


def of(suite: Suite, name: str, **changes: Any) -> Draft:
    info = suite.case(name)
    return draft(suite.spec, info._replace(**changes), suite.described(info))


def text(found: Draft) -> str:
    return golden_text.write(GoldenFile("x", found.sections))


def meaning(outcome: Outcome, record: Record, names: Symbols) -> Meaning:
    """Whatever its names and words."""
    found: Meaning = {}
    for name, want in expand(outcome, record, names).items():
        bits = 0 if want.text == "any" else ALL if want.mask is None else want.mask & ALL
        found[name] = (want.value & bits if isinstance(want.value, int) else want.value, bits)
    return found


def weaker(mine: Meaning, other: Meaning) -> list[str]:
    """Fields in which `mine` requires less than the other, or something else."""
    found = []
    for name in dict.fromkeys((*mine, *other)):
        value, bits = mine.get(name, (None, 0))
        wanted, counts = other.get(name, (None, 0))
        if counts & ~bits or not (counts or name in other):
            found.append(name)
        elif isinstance(value, int) and isinstance(wanted, int):
            found += [name] if (value ^ wanted) & counts else []
        elif counts and value != wanted:
            found.append(name)
    return found


def compared(suite: Suite, info: CaseInfo, found: Draft, vendor: str) -> list[str]:
    """What the draft has weaker than the golden section, and doesn't leave to the author."""
    told = suite.described(info)
    record = Run(suite.spec, told, start(suite.spec, vendor, told, {}), lambda _: None).run()
    names = symbol.symbols(info, record)
    mine = expect.outcomes(GoldenFile("x", found.sections), info.case.partition("/")[2], vendor)
    others = [meaning(one, record, names) for one in suite.outcomes(info.case, vendor)]
    wrong = [
        field
        for one in mine
        for field in min((weaker(meaning(one, record, names), other) for other in others), key=len)
    ]
    marked = [entry.name for one in mine for entry in one.fields if entry.expect.because.startswith(FILL_IN)]
    return [field for field in wrong if not any(f"{field}.".startswith(f"{name}.") for name in marked)]


def sample(suite: Suite) -> list[CaseInfo]:
    """Those of the part that an emulator here can describe; every other of them, at night all."""
    return [info for info in suite.part if info.case in suite.sent][:: 1 if EXPLORES else 2]


# The golden files say more than the specification here.
STRICTER = {
    "debug/status": "B0 to B3 of AMD's DR6",
    "pm_paging/accessed_dirty": "flags that BT leaves undefined",
    "resume/compiler_handler": "what the handler's own code notes",
    "resume/compiler_handler_abort": "the same",
    "resume/compiler_handler_state": "the same",
    "real_mode/nmi_iret": "where the first NMI came is left open, by EDI the second one says it",
}


def test_drafts_are_the_golden_sections(suite: Suite) -> None:
    """Of every other file's first case, where nothing is left to its author: no bit weaker, none other."""
    wrong, families = [], set()
    for info in sample(suite):
        found = draft(suite.spec, info, suite.described(info))
        if found.left in ((), (MARKED,)) and info.file not in STRICTER:
            families.add(info.case.partition("/")[0])
            for vendor in VENDORS:
                wrong += [f"{info.case} {vendor} {name}" for name in compared(suite, info, found, vendor)]
            if not found.left:
                golden.parse(text(found), "x")
    assert wrong == []
    assert len(families) > 50


@pytest.mark.parametrize(
    "name, field",
    [
        ("breakpoint/int3_user", "frame 1.rip"),
        ("pm_frames/code16_gate32", "frame 1.eflags"),
        ("real_mode/delivery_nested", "frame 2.handler.esp"),
    ],
)
def test_a_golden_section_that_says_other_is_seen(suite: Suite, name: str, field: str) -> None:
    """The comparison is one: with one line changed it fails."""
    info = suite.case(name)
    found = of(suite, name)
    assert not found.left and compared(suite, info, found, "intel") == []
    (section,) = found.sections
    (outcome,) = section.outcomes
    for other in (expect.Expect("0x12345"), expect.Expect("any", None, "why")):
        fields = tuple(replace(one, expect=other) if one.name == field else one for one in outcome.fields)
        changed = replace(section, outcomes=(replace(outcome, fields=fields),))
        assert field in compared(suite, info, replace(found, sections=(changed,)), "intel")


def test_a_choice_is_several_outcomes_or_a_mask(suite: Suite) -> None:
    found = of(suite, "gate/code_selector_compat")
    assert [one.name for one in found.sections[0].outcomes] == ["usual", "gate_cs_mode_error_1"]
    with pytest.raises(golden.GoldenError, match="accept"):
        golden.parse(text(found), "x")
    found = of(suite, "double_fault/matrix_de_gp")
    assert 'mask 0xffffffffffffffef because SDM 3A "Interrupt Stack Table"' in text(found)


def test_amd_has_lines_or_a_section_of_its_own(suite: Suite) -> None:
    assert "error[amd]" in text(of(suite, "double_fault/matrix_db_np"))
    assert "amd]" in text(of(suite, "system_call/sysexit_noncanonical_rip"))


def test_a_double_fault_has_no_place(suite: Suite) -> None:
    said = text(of(suite, "double_fault/matrix_de_gp"))
    assert said.count('because SDM 3A "Interrupt 8-Double Fault Exception (#DF)"') == 2
    assert "rflags          0xad7 mask 0xfffffffffffeffff because" in said


def test_an_instruction_that_is_not_followed(suite: Suite) -> None:
    """Its event is the declared one; where even that is unknown, all is the author's."""
    found = of(suite, "msr/value_x2apic_to_apic")
    assert found.left and "x2APIC" in found.left[0]
    assert FILL_IN not in text(found)
    found = of(suite, "msr/value_x2apic_to_apic", saved_rip="")
    assert "rip             any because FILL IN" in text(found)
    with pytest.raises(golden.GoldenError, match="replace 'any because FILL IN"):
        golden.parse(text(found), "x")


def test_a_program_that_is_followed_halfway(suite: Suite) -> None:
    found = of(suite, "task_gate/interrupt_nmi_again")
    assert "the APIC" in found.left[0]
    assert "# FILL IN: all behind frame 1" in text(found) and "frame 2" not in text(found)


def test_a_source_that_declares_other_things_is_told(suite: Suite) -> None:
    found = of(suite, "breakpoint/int3_user", vector=4)
    assert found.left == ("the case declares frame 1.vector 0x4, the golden file says 0x3",)


def test_a_misspelt_label(suite: Suite) -> None:
    with pytest.raises(DraftError, match="no label, place or stack 'falt' in this record; is it 'fault'"):
        of(suite, "breakpoint/int3_user", saved_rip="falt")


def test_no_delivered_frame_is_read(suite: Suite) -> None:
    """A description ends where the program under test would begin."""
    for sent in suite.sent.values():
        assert b"\nframe " not in sent and b"\nfinal " not in sent


def test_without_a_set_up_only_the_declaration_is_there(suite: Suite) -> None:
    info = suite.case("breakpoint/int3_user")
    said = text(declared(info, suite.described(info).head, "why"))
    assert "vector          0x3 " in said and "rip             after+0x0" in said
    assert "handler.rsp     any because FILL IN" in said


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    said, code = drafts(ROOT, ["breakpoint/int3_user"], [], [], 60.0, 1)
    (section,) = golden.parse(said, "x").sections
    assert code == 0 and section.name == "int3_user" and capsys.readouterr().err == ""
    said, code = drafts(ROOT, ["ldt/lldt_beyond_gdt"], [], [], 60.0, 1)
    assert (
        code == 0
        and "ldt/lldt_beyond_gdt: yours to derive, from the manual: what the case's own"
        in capsys.readouterr().err
    )
