"""Mutants of the specification: they are made, golden files see them, and each unseen one has its reason."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from pathlib import Path

import pytest
from mini import ROOT
from trapframe.mutants import hunt, reasons
from trapframe.mutants.calls import pointers
from trapframe.mutants.library import NONE, Built, all_mutants, build
from trapframe.mutants.operators import Mutant, mutants_of
from trapframe.mutants.reasons import Book, Reason, ReasonError
from trapframe.mutants.syntax import SyntaxProblem, parse
from trapframe.pages import mutants as page
from trapframe.pages.mutants import Found
from trapframe.prediction import descriptions
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected

# A mutant, and a case that sees it.
SEEN = {
    "idt.gate.not-present: !g.p => 0": "gate/not_present",
    "idt.gate.not-present: IDT_ERROR(d) => (IDT_ERROR(d)) ^ 2": "gate/not_present",
    "gate.cs-dpl: cs->segment.dpl > m->cpl => cs->segment.dpl >= m->cpl": "gate/trap_keeps_if",
    "choices: ext_exception of intel is the other": "gate/stack_address_same_ud",
    "choices: ext_exception of amd is the other": "gate/stack_address_same_ud",
    "deliver.c double_fault_table: GENERATE_DOUBLE_FAULT => SERIALLY in GENERATE_DOUBLE_FAULT": (
        "double_fault/matrix_de_gp"
    ),
}
# ... and those whose cases pass through them and can't: an LDT selector of one byte, NT cleared already.
UNSEEN = {
    "task.c read_image: 2 => 1 in read_tss(m, o, tss, f->ldt, 2, &image->ldt)": (
        "task_switch/new_ldt_int_type",
    ),
    "deliver.c trap_or_interrupt_gate: ~FL_IF => ~(FL_IF | FL_NT)": (
        "gate/not_present",
        "double_fault/matrix_de_gp",
    ),
}


def everything() -> list[Mutant]:
    return [one for mutants in all_mutants(ROOT).values() for one in mutants]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    names = {*SEEN, *UNSEEN}
    made = build(ROOT, tmp_path_factory.mktemp("mutants"), lambda one: one.id in names)
    assert {one.id for one in made.mutants} == names
    return made


@pytest.fixture(scope="module")
def suite() -> hunt.Suite:
    return suite_of({*SEEN.values(), *(name for group in UNSEEN.values() for name in group)})


def suite_of(names: set[str]) -> hunt.Suite:
    workspace = open_workspace(ROOT, 2)
    cases = {case.case: case for case in workspace.cases if case.case in names}
    known = expected.load(ROOT, workspace.cases, list(cases.values()), (), [])
    return hunt.Suite(
        workspace, known, descriptions.describe(ROOT, workspace.images, list(cases.values()), 2), cases
    )


def test_the_cases_see_the_mutants_that_they_should_and_no_others(built: Built, suite: hunt.Suite) -> None:
    passes = hunt.passes(built, suite)
    seen = dict(zip((one.id for one in built.mutants), hunt.hunt(built, suite, passes, 2)))
    assert {name for name, case in seen.items() if case is not None} == set(SEEN)
    by_id = {one.id: number for number, one in enumerate(built.mutants)}
    passed = {(one.case, number) for one in passes for call in one.calls for number in call.reached}
    for mutant, cases in UNSEEN.items():
        assert all((case, by_id[mutant]) in passed for case in cases)


def test_a_choice_that_only_the_mutant_asks_is_seen_on_the_other_profile() -> None:
    name, case = "translate.c reserved_bits: 4 => 3 in level >= 4 (2)", "page_fault/reserved_pdpte_g"
    assert page.look_again(ROOT, suite_of({case}), {name}, 1) == {name: case}


def test_a_long_prediction_is_not_taken_for_a_loop() -> None:
    name = "selector.c verify: 0xf0ff00 => 0xf1ff00 in d.raw >> 32 & 0xf0ff00"
    assert page.look_again(ROOT, suite_of({"access_rights/matrix_low_cpl0"}), {name}, 1) == {}


def test_each_case_sees_its_mutant(built: Built, suite: hunt.Suite) -> None:
    one_of = {one.case: one for one in hunt.passes(built, suite) if one.vendor == "intel"}
    for number, mutant in enumerate(built.mutants):
        if (case := SEEN.get(mutant.id)) and mutant.vendor != "amd":
            assert hunt.sees(built, suite, one_of[case], number), mutant.id


def test_a_call_made_again_says_the_same_but_for_mutants_that_are_seen(
    built: Built, suite: hunt.Suite
) -> None:
    unseen = {number for number, one in enumerate(built.mutants) if one.id in UNSEEN}
    for one in hunt.passes(built, suite):
        calls = pointers(one.calls)
        for number in {*unseen, NONE}:
            assert built.library.calls.differs(calls, 0, number) == len(calls)


def test_a_mutant_that_breaks_the_program_is_seen_and_the_others_are_tried(
    built: Built, suite: hunt.Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = next(number for number, one in enumerate(built.mutants) if one.id in SEEN)
    sees = hunt.sees

    def breaks(*arguments: object) -> bool:
        if arguments[-1] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return sees(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hunt, "sees", breaks)
    seen = hunt.hunt(built, suite, hunt.passes(built, suite), 2)
    assert seen[number] == "" and sum(case is not None for case in seen) == len(SEEN)


C = """\
static bool check(M *m, O *o)
{
    if (!m->p)
        return raise(o, NP, error, RULE("one", "3A"));
    if (m->dpl > m->cpl)
        return raise(o, GP, 0, RULE("two", "3A"));
    return true;
}
"""


def test_the_mistakes() -> None:
    names = {one.id for one in mutants_of("file.c", C, *parse(C))}
    assert names == {
        "one: !m->p => 0",
        "one: !m->p => 1",
        "one: !m->p => m->p",
        'one: NP => GP in raise(o, NP, error, RULE("one", "3A"))',
        'one: NP => STACK in raise(o, NP, error, RULE("one", "3A"))',
        *(f"one: error => (error) ^ {bit}" for bit in (1, 2, 4, 8)),
        "one: error => 0",
        "two: before one",
        "two: m->dpl > m->cpl => 0",
        "two: m->dpl > m->cpl => 1",
        "two: m->dpl > m->cpl => m->dpl >= m->cpl",
        "two: m->dpl > m->cpl => m->dpl != m->cpl",
        *(f'two: GP => {other} in raise(o, GP, 0, RULE("two", "3A"))' for other in ("NP", "TS", "UD")),
        "two: 0 => 8",
        'two: 0 => 1 in raise(o, GP, 0, RULE("two", "3A"))',
    }


def test_what_is_no_c_is_refused() -> None:
    for text in ("void f(void) { @ }", "void f(void) { return 1 }"):
        with pytest.raises(SyntaxProblem):
            parse(text)


# Reasons, and the page.


def test_a_reason_has_to_be_whole() -> None:
    with pytest.raises(ReasonError):
        reasons.read('[[unseen]]\nmutants = ["a"]\nkind = "lazy"\nwhy = "b"\n')
    with pytest.raises(ReasonError):
        reasons.read('[[unseen]]\nmutants = ["a"]\nkind = "same"\n')


def test_who_explains_what_is_seen_is_told() -> None:
    book = Book([Reason(("a: 1 => *", "b: *"), "same", "why")])
    one, two = (Mutant("a", "1 => 0", ()), Mutant("c", "1 => 0", ()))
    found = [Found(one, None, book.reason(one.id)), Found(two, None, book.reason(two.id))]
    assert page.problems(found, book, "") == [
        "not seen, nor explained: c: 1 => 0",
        f"{reasons.REASONS}: explains nothing: b: *",
    ]
    assert page.problems(found, book, page.page(found)) == [f"{reasons.REASONS}: explains nothing: b: *"]
    assert page.share(found) == 0
    assert page.share([*found, Found(Mutant("d", "", ()), "a/case", None)]) == 50


def test_every_reason_is_of_a_mutant() -> None:
    book = Book(reasons.read((ROOT / reasons.REASONS).read_text(encoding="utf-8")))
    assert book.needless([one.id for one in everything()]) == []


def test_names_are_told_apart() -> None:
    names = [one.id for one in everything()]
    assert len(set(names)) == len(names)


# The page: written by a run that takes minutes, so what it says is held by a sample.

ROW = re.compile(r"\| (.+?) \| (\d+) \| (\d*) \| .* \| (\S*) \|")
EVERY = 50


def rows() -> dict[str, tuple[int, str]]:
    """By rule or function its mutants, and a case that sees one of them."""
    text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    found = (ROW.fullmatch(line) for line in text.splitlines())
    return {row[1]: (int(row[2]), row[4]) for row in found if row}


def test_the_page_has_every_mutant() -> None:
    assert {place: count for place, (count, _) in rows().items()} == Counter(
        one.place for one in everything()
    )


def test_the_page_has_the_reasons() -> None:
    text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    book = Book(reasons.read((ROOT / reasons.REASONS).read_text(encoding="utf-8")))
    listed, explained = page.LISTED.findall(text), re.findall(r"^  - `(.*)`$", text, re.M)
    assert {*listed, *explained} <= {one.id for one in everything()}
    assert [name for name in listed if book.reason(name)] == []
    assert [name for name in explained if not book.reason(name)] == book.needless(explained) == []


def test_a_sample_of_its_cases_see_what_the_page_says(tmp_path: Path) -> None:
    sample = {place: case for place, (_, case) in list(rows().items())[::EVERY] if case}
    built = build(ROOT, tmp_path, lambda one: one.place in sample)
    told = suite_of(set(sample.values()))
    passes = hunt.passes(built, told)
    for place, case in sample.items():
        assert any(
            hunt.sees(built, told, one, number)
            for one in passes
            for number, mutant in enumerate(built.mutants)
            if one.case == case and mutant.place == place and mutant.vendor in ("", one.vendor)
        ), (place, case)
