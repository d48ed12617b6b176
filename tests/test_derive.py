"""Drafts: what the manual's rules say of a case, whatever an engine delivered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import FRAMES, GOLDEN, HEAD, INFO, QEMU, sent

from trapframe.frames import record
from trapframe.model import CaseInfo, End, Verdict
from trapframe.truth import derive, expect, golden, golden_text
from trapframe.truth.agreement import check_agreement
from trapframe.truth.expect import GoldenFile
from trapframe.truth.judge import judge

FIRST = FRAMES[: FRAMES.index("frame 2")]
SINGLE = replace(INFO, resumes=False)
USER = "cs=2b rflags=ad7 rsp=12ffc0 ss=23"
KERNEL = "cs=8 rflags=ad7 rsp=12ff98 ss=10"


def fields(info: CaseInfo, text: str) -> dict[str, str]:
    """The draft of a case whose record is this text."""
    section = derive.derive(info, record.parse(sent(text)))
    assert not any(check_agreement(info, section))
    return {entry.name.removeprefix("frame 1."): entry.expect.text for entry in section.outcomes[0].fields}


def head(vector: int, ist: int = 0, kind: str = "e", start: str = USER) -> str:
    return HEAD.replace("gate e ist=0 type=e", f"gate {vector:x} ist={ist} type={kind}").replace(USER, start)


def test_the_draft_of_the_sample_passes_once_it_is_filled_in() -> None:
    found = record.parse(sent(HEAD + FIRST))
    text = golden_text.write(GoldenFile("x", (derive.derive(SINGLE, found),)))
    with pytest.raises(golden.GoldenError, match="replace 'any because FILL IN: the linear address"):
        golden.parse(text, "x")
    text = text.replace("any because FILL IN: the linear address that faulted", "victim+0x0")
    first = GOLDEN[GOLDEN.index("frame 1") : GOLDEN.index("frame 2")].replace(
        "  # CR2 holds all 64 bits.\n", ""
    )
    assert text == f"[write_read_only]\nspec        {INFO.spec}\n{first}end         exit\n"
    outcomes = expect.outcomes(golden.parse(text, "x"), "write_read_only", "intel")
    assert judge(SINGLE, found, End.EXIT, outcomes, (), QEMU).verdict == Verdict.PASS


def test_no_frame_counts() -> None:
    wrong = FIRST.replace("10ad7", "ad7").replace("90 7 1", "90 5 1").replace("slots 10ff90", "slots 10ff80")
    assert wrong != FIRST
    assert fields(SINGLE, HEAD + FIRST) == fields(SINGLE, HEAD + wrong) == fields(SINGLE, HEAD)


@pytest.mark.parametrize(
    "vector, error, saved_rip, rflags",
    [
        (0, None, "fault", "0x10ad7"),
        (1, None, "fault", "0xad7"),
        (1, None, "after", "0xad7"),
        (3, None, "after", "0xad7"),
        (4, None, "after", "0xad7"),
        (5, None, "fault", "0x10ad7"),
        (6, None, "fault", "0x10ad7"),
        (13, 0x6A, "fault", "0x10ad7"),
        (13, None, "after", "0xad7"),
        (17, 0, "fault", "0x10ad7"),
        (65, None, "after", "0xad7"),
    ],
)
def test_rf_of_faults_traps_and_int_n(vector: int, error: int | None, saved_rip: str, rflags: str) -> None:
    info = replace(SINGLE, vector=vector, error=error, saved_rip=saved_rip)
    found = fields(info, head(vector))
    assert found["rflags"] == rflags and found["rip"] == f"{saved_rip}+0x0"
    assert found["handler.rsp"] == ("rsp0_top-0x28" if error is None else "rsp0_top-0x30")
    assert found["cr2"] == "kept" and (found["dr6"] == "any") == (vector == 1)


@pytest.mark.parametrize(
    "ist, start, rsp, stack, ss",
    [
        (0, USER, "rsp0_top-0x28", "rsp0", "0x0"),
        (1, USER, "ist1_top-0x28", "ist1", "0x0"),
        (1, KERNEL, "ist1_top-0x28", "ist1", "0x0"),
        (0, KERNEL, "user_top-0x58", "user", "kernel_data"),
    ],
)
def test_stacks(ist: int, start: str, rsp: str, stack: str, ss: str) -> None:
    info = replace(SINGLE, vector=6, error=None)
    found = fields(info, head(6, ist, start=start))
    assert (found["handler.rsp"], found["handler.stack"], found["handler.ss"]) == (rsp, stack, ss)
    assert found["rsp"] == ("user_top-0x0" if start == USER else "user_top-0x28")


def test_flags_of_the_handler() -> None:
    info = replace(SINGLE, vector=6, error=None)
    start = USER.replace("ad7", "254fd7")
    assert fields(info, head(6, start=start))["handler.rflags"] == "0x240cd7"
    assert fields(info, head(6, kind="f", start=start))["handler.rflags"] == "0x240ed7"


def test_double_fault_and_undefined_places() -> None:
    found = fields(replace(SINGLE, vector=8, error=0, saved_rip="undefined"), head(8))
    assert {found[name] for name in ("rip", "cs", "cr2")} == {"any"}
    assert (found["rflags"], found["rsp"], found["ss"]) == ("0xad7", "user_top-0x0", "user_data")
    assert fields(replace(SINGLE, saved_rip=""), HEAD)["rip"] == "any"
    assert fields(replace(SINGLE, saved_rip="inner_after"), HEAD)["rip"] == "inner_after+0x0"


def test_a_program_that_goes_on() -> None:
    found = fields(INFO, HEAD + FRAMES)
    assert (found["final.rflags"], found["final.rsp"], found["final.sse"]) == (
        "0xad7",
        "user_top-0x0",
        "kept",
    )
    assert found["value.pte"] == found["memory.victim+0x0"] == found["memory.victim+0x10"] == "any"
    assert list(found)[-1] == "end"


def test_no_exception_and_shutdown() -> None:
    none = fields(replace(INFO, outcome="none", vector=None), HEAD + FRAMES)
    assert "vector" not in none and none["final.gprs"] == "kept" and none["end"] == "exit"
    assert fields(replace(INFO, outcome="shutdown", vector=None), HEAD) == {"end": "shutdown"}


def test_a_record_without_the_gate() -> None:
    with pytest.raises(derive.DeriveError, match="no 'gate' line for vector 0xd"):
        fields(replace(SINGLE, vector=13, error=0), HEAD)
