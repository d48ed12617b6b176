"""Cases by what they do: -k and `find`."""

from __future__ import annotations

import re

from typing import Any

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st
from mini import ROOT, Checkout

from trapframe.frames import terms
from trapframe.frames.decode import VECTORS
from trapframe.model import CaseInfo
from trapframe.suite import expression, search
from trapframe.suite.workspace import open_workspace
from trapframe.truth import golden, meaning
from trapframe.truth.expect import Expect


def info(case: str, about: str, vector: int | None = None, **more: Any) -> CaseInfo:
    plain = samples.INFO._replace(
        case=case, file=case, about=about, vector=vector, needs=(), spec='SDM 3A "X"'
    )
    return plain._replace(**more)


CASES = (
    info("gate/not_present", "INT 0x40 at CPL 0, gate isn't present", 11),
    info("gate/not_present_user", "INT 0x40 at CPL 3, gate not present", 11),
    info("gate/page", "INT 0x40 at CPL 3, its gate lies on a page that isn't present", 14),
    info("debug/int1", "INT1 (F1) at CPL 0", 1, ids=("db-icebp",)),
    info("breakpoint/two", "INT3 (CC) at CPL 0", 3, tags=("quick",)),
    info("general_protection/read", "load from a non-canonical address at CPL 3", 13, needs=("smap",)),
    info("triple/idt", "UD2 at CPL 0, no IDT", None, outcome="shutdown"),
    info("iret/nmi", "IRETQ in the handler of an NMI", 2, spec='SDM 3A "Handling Multiple NMIs"'),
)


def best(question: str) -> str:
    return search.rank(CASES, search.concepts([question]))[0].case.case


def selected(text: str) -> list[str]:
    test = expression.parse(text)
    return [case.case for case in CASES if test(case)]


@pytest.mark.parametrize(
    "question, case",
    [
        ("int not present gate user", "gate/not_present_user"),
        (
            "What does the CPU push when a not-present gate is used by INT n from user mode?",
            "gate/not_present_user",
        ),
        ("int with a missing gate in ring 0", "gate/not_present"),
        ("ICEBP", "debug/int1"),
        ("db-icebp", "debug/int1"),
        ("0xCC", "breakpoint/two"),
        ("breakpoint instruction", "breakpoint/two"),
        ("#BP", "breakpoint/two"),
        ("vector 3", "breakpoint/two"),
        ("general protection", "general_protection/read"),
        ("#GP", "general_protection/read"),
        ("noncanonical", "general_protection/read"),
        ("page fault", "gate/page"),
        ("smap", "general_protection/read"),
        ("triple fault", "triple/idt"),
        ("handling multiple nmis", "iret/nmi"),
        ("nonmaskable interrupt", "iret/nmi"),
        ("quick", "breakpoint/two"),
    ],
)
def test_a_question_is_answered(question: str, case: str) -> None:
    assert best(question) == case
    assert best(question.upper()) == case


def test_what_a_match_lacks_is_said_and_ranks_it_lower() -> None:
    found = search.rank(CASES, search.concepts(["gate", "not present", "ring 3"]))
    assert [match.lacks for match in found[:2]] == [(), ()]
    assert found[-1].lacks and {match.case.case for match in found} >= {"gate/not_present"}
    assert search.rank(CASES, search.concepts(["frobnicate"])) == []
    assert search.concepts(["what does the cpu do"]) == []


def test_every_vector_has_its_names() -> None:
    assert set(terms.TITLES) == set(VECTORS)
    for vector, name in VECTORS.items():
        case = info("x/y", "z", vector)
        for term in (name, terms.TITLES[vector], f"vector {vector}"):
            (concept,) = search.concepts([term])
            assert search.says(concept, case), term
            assert not search.says(concept, info("x/y", "z", 200)), term


def test_no_term_is_lost() -> None:
    """A term that a question can't be made of, since it is a filler, would never be found."""
    for group in terms.TERMS:
        for term in group:
            assert search.concepts([term]), term


# -k


def test_k_finds_what_find_finds() -> None:
    assert selected("ICEBP") == ["debug/int1"]
    assert selected("icebp or 0xcc") == ["debug/int1", "breakpoint/two"]
    assert selected("general_protection") == ["general_protection/read"]
    assert selected("not_present and user_mode") == ["gate/not_present_user", "gate/page"]
    assert selected("#PF") == ["gate/page"]
    assert selected("smap and not gate") == ["general_protection/read"]


def test_not_is_about_names_and_tags_only() -> None:
    assert "debug/int1" in selected("not icebp")
    assert "breakpoint/two" not in selected("not quick")
    assert selected("gate and not user") == ["gate/not_present", "gate/page"]


WORDS = st.sampled_from(["gate", "user", "int", "quick", "icebp", "page", "#GP", "nmi", "t/n", "CPL", "zzz"])
TEXTS = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not {one}"),
        inner.map(lambda one: f"( {one} )"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
    ),
    max_leaves=6,
)


@samples.UNTIMED
@given(TEXTS)
def test_k_means_all_that_it_meant_when_it_knew_names_and_tags_only(text: str) -> None:
    wide = expression.parse(text)
    for case in CASES:
        python = re.sub(
            r"[^\s()]+",
            lambda word: word[0] if word[0] in expression.OPERATORS else str(_named(word[0], case)),
            text,
        )
        if eval(python):
            assert wide(case), (text, case.case)


def _named(word: str, case: CaseInfo) -> bool:
    return word in case.case or word in case.tags


# Words for values.


@pytest.mark.parametrize(
    "name, text, vector, said",
    [
        ("rip", "fault+0x0", None, "the instruction itself"),
        ("rip", "after+0x0", None, "the next instruction"),
        ("rip", "inner+0x2", None, "2 bytes into the label inner of the case"),
        ("interrupts", "program", None, "the program under test"),
        ("interrupts", "frame 1", None, "the handler of frame 1"),
        ("vector", "0xb", None, "#NP, segment not present"),
        ("vector", "0x40", None, "vector 64"),
        ("error", "none", 3, "there is none"),
        ("error", "0x7", 14, "P W U: a write in user mode, the page is present"),
        ("error", "0x0", 14, "a read in supervisor mode, the page is not present"),
        ("error", "0x11", 14, "P I: an instruction fetch in supervisor mode, the page is present"),
        ("error", "0x202", 11, "IDT[64]: gate 0x40 of the IDT"),
        ("error", "0xb", 11, "IDT[1] EXT: gate 0x1 of the IDT, an event from outside the program"),
        ("error", "0x6c", 13, "LDT[0x68]: the descriptor at 0x68 of the LDT"),
        ("error", "0x0", 13, "no descriptor"),
        ("cs", "user_code64", None, "64-bit code, CPL 3"),
        ("cs", "user_code64:rpl0", None, "64-bit code, CPL 3, with RPL 0"),
        ("ss", "np_data", None, "a descriptor of the case, np_data"),
        ("handler.cs", "ring2_code", None, "32-bit code, CPL 2"),
        ("cs", "real_code", None, "the segment of 16-bit code"),
        ("tr", "handler", None, "the task handler"),
        ("task.handler.link", "main", None, "the task main"),
        ("tr", "0x0", None, "the null selector"),
        ("handler.ss", "0x0", None, "the null selector"),
        ("rflags", "0x10002", None, "RF"),
        ("rflags", "0x2", None, "no flag"),
        ("dr6", "0xffff0ff0", None, "no condition met"),
        ("dr7", "0x400", None, "nothing armed"),
        ("handler.rsp", "rsp0_top-0x30", None, "48 bytes below the top of the stack rsp0"),
        ("rsp", "user_top-0x0", None, "the top of the stack user"),
        ("handler.stack", "ist7", None, "IST7 of the TSS"),
        ("cr2", "victim+0x0", None, "victim of the case"),
        ("cr2", "kept", None, "unchanged"),
        ("rip", "any", None, "left open"),
    ],
)
def test_a_value_in_words(name: str, text: str, vector: int | None, said: str) -> None:
    assert meaning.value(name, Expect(text), vector) == said


def test_every_frame_of_every_golden_file_has_its_words() -> None:
    """But for numbers that mean nothing beyond themselves."""
    for path in sorted((ROOT / "expected").glob("*/*.txt")):
        for section in golden.read(path).sections:
            for outcome in section.outcomes:
                for entry in outcome.fields:
                    block, _, name = entry.name.partition(".")
                    if block.startswith("frame ") and name and not entry.expect.text.startswith("0x"):
                        assert meaning.value(name, entry.expect), f"{path}:{section.line} {entry.name}"


# The command.


def test_find(checkout: Checkout) -> None:
    done = checkout.run("find", "only", "case")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("fault/single: the only case of its file\n")
    for line in (
        "golden file     expected/fault/single.txt:1",
        "error           0x7            P W U: a write in user mode, the page is present",
        "rip             fault+0x0      the instruction itself",
        "cr2             victim+0x0     victim of the case",
        "`./runner.py explain fault/single` says more of it",
    ):
        assert line in done.stdout
    assert len(done.stdout.splitlines()) < 25


def test_find_joins_rows_that_say_the_same(checkout: Checkout) -> None:
    checkout.edit(
        "expected/fault/single.txt",
        "  segments        kept\n",
        """\
  gpr.rax         0x1111111111111111
  gpr.rcx         0x2222222222222222
  gpr.rdx         victim+0x4
  gpr.rbx         0x3333333333333333
  segments        kept
  segment.ds      0x0
  segment.es      user_data
  segment.fs      0x0
  segment.gs      0x0
""",
    )
    done = checkout.run("find", "only", "case")
    assert (
        """
  gpr             rax=0x1111111111111111 rcx=0x2222222222222222
                  rbx=0x3333333333333333
  gpr.rdx         victim+0x4     4 bytes into victim of the case
  segment.ds, fs, gs  0x0        the null selector
  segment.es      user_data      writable data, DPL 3
"""
        in done.stdout
    )


def test_find_names_the_other_matches(checkout: Checkout) -> None:
    done = checkout.run("find", "#PF")
    assert "\n2 more cases like it:\n  fault/" in done.stdout


def test_find_searches_notes_for_what_no_case_says(checkout: Checkout) -> None:
    checkout.edit("expected/fault/pair.txt", "frame 1\n", "note        a zyzzyva did it\nframe 1\n")
    done = checkout.run("find", "zyzzyva")
    assert done.returncode == 0 and done.stdout.startswith("fault/pair_one: ")
    assert "  note            a zyzzyva did it\n" in done.stdout


def test_find_nothing(checkout: Checkout) -> None:
    done = checkout.run("find", "singel")
    assert (done.returncode, done.stdout) == (
        4,
        "",
    ) and "no case speaks of 'singel'; near: single" in done.stderr
    done = checkout.run("find", "what", "is", "this")
    assert done.returncode == 4 and "none of these words" in done.stderr
    done = checkout.run("find", "single", "qqq")
    assert done.returncode == 0 and "lacks 'qqq'" in done.stdout and "no case speaks of 'qqq'" in done.stdout


def test_find_a_case_without_a_golden_file(checkout: Checkout) -> None:
    (checkout.folder / "expected/fault/single.txt").unlink()
    done = checkout.run("find", "single")
    assert done.returncode == 0 and "`./runner.py draft fault/single`" in done.stdout


def test_every_case_fits_a_screen() -> None:
    from trapframe.commands import find

    for case in open_workspace(ROOT, 2, images=False).cases[::31]:
        assert 4 <= len(list(find.case_lines(ROOT, case))) <= 34, case.case  # of AVX state all is said
