"""What the judge doesn't see: counted as it judges, and never more than is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mini import ROOT
from samples import FRAMES, GOLDEN, HEAD, INFO, QEMU, accepted, sent

from trapframe.frames import record, symbol
from trapframe.frames.facts import observe
from trapframe.model import CaseInfo, End, Verdict
from trapframe.pages import strength
from trapframe.suite.workspace import open_workspace
from trapframe.truth import exemplar, expected
from trapframe.truth.expect import Outcome
from trapframe.truth.judge import Passing, judge

MASKED = (
    GOLDEN.replace("  rip             fault+0x0", "  rip             fault+0x0 mask 0xff because A")
    .replace("  cs              user_code64", "  cs              any because B")
    .replace("  rflags          0x10ad7   ", "  rflags          0x10ad7 mask 0xfffffffffffeffff because C #")
    .replace("  rsp             user_top-0x0\n  ss", "  rsp             any because D\n  ss")
)
BODY = MASKED[MASKED.index("frame 1") :]
OTHER = BODY.replace("error           0x7", "error           0x5", 1)
TWO = f"[x]\nspec x\naccept first because A\n{BODY}accept second because B\n{OTHER}"


@pytest.mark.parametrize("golden", [GOLDEN, MASKED, TWO])
@pytest.mark.parametrize("slot, field", list(enumerate(("error", "rip", "cs", "rflags", "rsp", "ss"))))
def test_open_bits_are_those_that_the_judge_doesnt_see(golden: str, slot: int, field: str) -> None:
    """Each bit of each word of a real record, by the judge itself."""
    found = record.parse(sent(HEAD + FRAMES))
    names = symbol.symbols(INFO, found)
    goldens = accepted(golden)
    passing = Passing(found, names, observe(found, names), goldens)
    judged = 0
    for bit in range(64):
        (frame, *others) = found.frames
        slots = list(frame.slots)
        slots[slot] ^= 1 << bit
        changed = replace(found, frames=(replace(frame, slots=tuple(slots)), *others))
        verdict = judge(INFO, changed, End.EXIT, goldens, (), QEMU).verdict
        judged |= (verdict is Verdict.PASS) << bit
    assert passing.open_bits(f"frame 1.{field}", 64) == judged
    assert golden == GOLDEN or field in ("error", "ss") or judged


class Known(expected.Expected):
    """One golden section for all cases and both profiles."""

    def __init__(self, golden: str) -> None:
        super().__init__()
        self.golden = golden

    def outcomes(self, info: CaseInfo, profile: str) -> tuple[Outcome, ...]:
        return accepted(self.golden, profile)


def counted(golden: str) -> dict[str, tuple[int, int]]:
    counts = strength.count(Known(golden), [INFO])
    return {field: (one.tried, one.unseen) for (field, _), one in counts.items()}


def test_every_change_of_a_strict_section_is_seen() -> None:
    counts = counted(GOLDEN)
    assert {field for field, (_, unseen) in counts.items() if unseen} == set()
    assert counts["rflags"] == (128, 0) and counts["above"] == (64 * (2 + 3), 0)
    assert counts[strength.FRAMES] == (5, 0)  # each dropped or doubled, the first exchanged with the second


def test_open_bits_are_counted() -> None:
    counts = counted(MASKED)
    assert {field: unseen for field, (_, unseen) in counts.items() if unseen} == {
        "rip": 56,
        "cs": 64,
        "rflags": 1,
        "rsp": 64,
    }
    assert counted(TWO)["error"][1] == 2  # of each outcome the bit that makes it the other


def test_an_open_stack_pointer_must_stay_in_its_stack() -> None:
    golden = GOLDEN.replace("  handler.rsp     rsp0_top-0x30", "  handler.rsp     any because A", 1)
    _, unseen = counted(golden)["handler.rsp"]
    assert 0 < unseen < 16


def test_words_above_a_frame_may_be_names_that_nothing_else_says() -> None:
    golden = GOLDEN.replace("  above           kept", "  above           elsewhere+0x2 np_code:rpl3", 1)
    assert golden != GOLDEN
    assert counted(golden)["above"] == (64 * (2 + 3), 0)


def test_an_outcome_that_no_record_can_have_is_named() -> None:
    golden = accepted(GOLDEN)[0]
    nothing = record.parse(sent(HEAD + FRAMES))
    lacks = replace(nothing, labels={}, places=())
    with pytest.raises(exemplar.NoExemplar, match="frame 1.rip: fault"):
        exemplar.facts_of(lacks, symbol.symbols(INFO, lacks), golden)


def test_what_became_laxer_is_named() -> None:
    before = strength.unseen(strength.page(strength.count(Known(GOLDEN), [INFO])))
    assert before == {}
    after = strength.count(Known(MASKED), [INFO])
    assert "cs in page_fault: 0 unseen changes were known, now 64" in strength.laxer(before, after)
    assert strength.laxer(strength.unseen(strength.page(after)), after) == []


def test_no_change_became_unseen_that_was_seen_before() -> None:
    cases = open_workspace(ROOT, 2, images=False).cases
    known = expected.load(ROOT, cases, cases, (), ())
    assert known.problems == []
    text = (ROOT / strength.PAGE).read_text(encoding="utf-8")
    laxer = strength.laxer(strength.unseen(text), strength.count(known, cases))
    assert laxer == [], "a golden section became laxer: if its manual says so, run `make strength`"
