"""What bless proposes: of the present section every line stays that the record passes."""

from __future__ import annotations

import pytest
from samples import FRAMES, GOLDEN, HEAD, INFO, sent

from trapframe.frames import record
from trapframe.model import CaseInfo, End
from trapframe.truth import golden, golden_text
from trapframe.truth.expect import GoldenFile, Section
from trapframe.truth.proposal import propose

MASK = "0xfffffffffffffff0 because the manual leaves it open"


def section(text: str = GOLDEN) -> Section:
    return golden.parse(text, "sample.txt").sections[0]


def proposed(old: Section | None, text: str = HEAD + FRAMES, info: CaseInfo = INFO) -> Section:
    return propose(info, record.parse(sent(text)), End.EXIT, old)


def texts(found: Section) -> dict[str, str]:
    return {entry.name: entry.expect.text for entry in found.outcomes[0].fields}


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    "line, instead",
    [
        ("  cr2             victim+0x0\n", f"  cr2             victim+0x8 mask {MASK}\n"),
        ("  dr6             0xffff0ff0\n", "  dr6             any because the manual says so\n"),
        ("  rip             fault+0x0\n", "  rip             0x140000\n"),
        ("  gprs            kept\n", "  gprs            kept\n  gpr.rax         any because undefined\n"),
    ],
)
def test_a_line_that_holds_stays(line: str, instead: str) -> None:
    """The whole section where nothing else differs; else all but what differs."""
    old = section(changed(GOLDEN, line, instead))
    assert proposed(old) is old
    came = HEAD + changed(FRAMES, "slots 10ff90 7", "slots 10ff90 5")
    found = proposed(old, came)
    assert golden.parse(golden_text.write(GoldenFile("x", (found,))), "x").sections == (found,)
    (error,) = (entry for entry in found.outcomes[0].fields if entry.name == "frame 1.error")
    assert error.expect.text == "0x5" and found.head == old.head and found.comments == old.comments
    fields = [entry for entry in found.outcomes[0].fields if entry.name != error.name]
    assert fields == [entry for entry in old.outcomes[0].fields if entry.name != error.name]


def test_a_comment_stays_above_another_value() -> None:
    came = HEAD + changed(FRAMES, "control cr2=40000000", "control cr2=40000008")
    (cr2,) = (one for one in proposed(section(), came).outcomes[0].fields if one.name == "frame 1.cr2")
    assert (cr2.expect.text, cr2.comments) == ("victim+0x8", ("# CR2 holds all 64 bits.",))


def test_the_name_is_the_one_in_the_source() -> None:
    """The address lies in the page, too."""
    head = changed(HEAD, "selector", "place target 40000010 1\nselector")
    came = changed(FRAMES, "7 140000 ", "7 40000010 ")
    assert texts(proposed(None, head + came))["frame 1.rip"] == "victim+0x10"
    declared = INFO._replace(saved_rip="target")
    assert texts(proposed(None, head + came, declared))["frame 1.rip"] == "target+0x0"


def test_what_no_golden_file_states_is_left_to_the_author() -> None:
    came = HEAD + changed(FRAMES, "23 a5a5a5a5a5a5a5a5", "23 77")
    found = proposed(None, came, INFO._replace(saved_rip="undefined"))
    with pytest.raises(golden.GoldenError, match="replace 'any because FILL IN: which sentence"):
        golden.parse(golden_text.write(GoldenFile("x", (found,))), "x")
    reasons = {entry.name: entry.expect.because for entry in found.outcomes[0].fields if entry.expect.because}
    assert reasons == {
        "frame 1.rip": "FILL IN: which sentence leaves it undefined",
        "frame 1.above": "FILL IN: what wrote 0x77 0xa5a5a5a5a5a5a5a5 above the frame",
    }
