"""One run against what is expected: every fact counts, and each verdict has one meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from samples import FRAMES, GOLDEN, HEAD, HOSTED, INFO, QEMU, accepted, sent

from trapframe.frames import record, symbol
from trapframe.frames.environment import GPRS_64 as GPRS
from trapframe.model import CaseInfo, Difference, End, EngineId, Judgement, Verdict
from trapframe.truth import wants
from trapframe.truth.judge import judge

RED = {Verdict.FAIL, Verdict.WRONG_OUTCOME, Verdict.PROTOCOL_ERROR}


def judged(
    data: bytes, end: End = End.EXIT, golden: str = GOLDEN, info: CaseInfo = INFO, profile: str = "intel"
) -> Judgement:
    try:
        found = record.parse(data)
    except record.RecordError as error:
        return judge(info, None, end, accepted(golden, profile), (), QEMU, str(error))
    return judge(info, found, end, accepted(golden, profile), (), replace(QEMU, profile=profile))


def fields(judgement: Judgement) -> list[str]:
    return [difference.field for difference in judgement.diff]


def test_the_sample_passes() -> None:
    assert judged(sent(HEAD + FRAMES)) == Judgement(Verdict.PASS)


def mutations(text: str) -> Iterator[str]:
    """The text with one number changed, for each number behind a line's keyword."""
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines):
        words = line.split()
        for n, word in enumerate(words[1:], start=1):
            name, equals, number = word.rpartition("=")
            try:
                changed = f"{int(number, 16) ^ 1:0{2 if words[0] == 'memory' and n > 2 else 1}x}"
            except ValueError:
                continue
            mutated = " ".join([*words[:n], f"{name}{equals}{changed}", *words[n + 1 :]])
            yield "".join([*lines[:at], mutated + "\n", *lines[at + 1 :]])


def without_effect(text: str) -> bool:
    """An `overwritten` line's own words: that the frame is overwritten is the fact."""
    return text.partition("overwritten")[0] == FRAMES.partition("overwritten")[0] and (
        text.partition("\nfinal")[2] == FRAMES.partition("\nfinal")[2]
    )


@pytest.mark.parametrize("text", [text for text in mutations(FRAMES) if not without_effect(text)])
def test_any_number_changed_is_red(text: str) -> None:
    assert text != FRAMES
    assert judged(sent(HEAD + text)).verdict in RED


@pytest.mark.parametrize("register", GPRS)
@pytest.mark.parametrize("line", ["gprs\n", "gprs rcx=1\n", "gs_base=65ba5e0000 rcx=1\n"])
def test_any_general_register_changed_is_red(register: str, line: str) -> None:
    extra = line.replace(" rcx=1", "") if register == "rcx" else line
    text = FRAMES.replace(line, f"{extra[:-1]} {register}=123\n", 1)
    judgement = judged(sent(HEAD + text))
    assert judgement.verdict == Verdict.FAIL
    assert [name.rpartition(".")[2] for name in fields(judgement)] == [register]


@pytest.mark.parametrize(
    "text", ["sse kept\n", "sse xmm3.low=2 mxcsr=1f80\n", "sse xmm3.low=2 xmm3.high=1\n", ""]
)
def test_any_sse_register_changed_is_red(text: str) -> None:
    judgement = judged(sent(HEAD + FRAMES.replace("sse xmm3.low=2\n", text)))
    assert judgement.verdict == Verdict.FAIL
    assert all(name.startswith("final.sse") for name in fields(judgement))


def ended_by_an_exception(text: str, after: str) -> str:
    """A record or a golden file without `final`: what is watched is the last frame's."""
    begin = text.index("final")
    end = text.index("value", begin)
    return text[:begin] + after + text[end:]


STATE = "sse kept\nx87 fsw=2001 st3.high=4003\navx ymm3.2=5\n"
GOLDEN_STATE = """\
  sse             kept
  x87             kept
  x87.fsw         0x2001
  x87.st3.high    0x4003
  avx             kept
  avx.ymm3.2      0x5
"""


@pytest.mark.parametrize(
    "old, new, field",
    [
        ("", "", ""),
        ("sse kept", "sse xmm15.high=1", "frame 2.sse.xmm15.high"),
        ("fsw=2001", "fsw=2000", "frame 2.x87.fsw"),
        ("x87 fsw=2001 ", "x87 ", "frame 2.x87.fsw"),
        ("x87 fsw", "x87 ftw=f fsw", "frame 2.x87.ftw"),
        ("avx ymm3.2=5", "avx kept", "frame 2.avx.ymm3.2"),
        ("avx ymm3.2=5\n", "", "frame 2.avx"),
    ],
)
def test_any_state_that_an_exception_leaves_is_red_if_changed(old: str, new: str, field: str) -> None:
    text = ended_by_an_exception(FRAMES, STATE.replace(old, new, 1))
    golden = ended_by_an_exception(GOLDEN, GOLDEN_STATE)
    judgement = judged(sent(HEAD + text), golden=golden, info=INFO._replace(resumes=False))
    assert (judgement.verdict == Verdict.FAIL) == bool(field)
    assert not field or field in fields(judgement)


@pytest.mark.parametrize("line", [line for line in FRAMES.splitlines(keepends=True)])
def test_any_line_missing_is_red(line: str) -> None:
    assert judged(sent(HEAD + FRAMES.replace(line, "", 1))).verdict in RED


@pytest.mark.parametrize(
    "line, before",
    [
        ("value extra 1\n", "memory"),
        ("memory extra 0 00\n", ""),
        ("overwritten 1 1 2 3 4 5 6 7 8\n", "overwritten"),
    ],
)
def test_any_line_added_is_red(line: str, before: str) -> None:
    text = FRAMES.replace(before, line + before, 1) if before else FRAMES + line
    assert judged(sent(HEAD + text)).verdict == Verdict.FAIL


GOLDEN_LINES = [
    line
    for line in GOLDEN.splitlines()
    if line[:1] not in "#[" and line.split()[0] not in ("spec", "note", "#")
]


@pytest.mark.parametrize("line", [line for line in GOLDEN_LINES if "0x" in line])
def test_any_number_of_the_golden_file_changed_is_red(line: str) -> None:
    name, value = line.split("#")[0].rsplit(maxsplit=1)
    if "0x" not in value:
        return
    head, _, digits = value.partition("0x")
    changed = f"{name} {head}{int(digits, 16) ^ 1:#x}"
    assert judged(sent(HEAD + FRAMES), golden=GOLDEN.replace(f"{line}\n", f"{changed}\n", 1)).verdict in RED


@pytest.mark.parametrize(
    "old, new",
    [
        ("interrupts      frame 1", "interrupts      program"),
        ("rip             fault+0x0", "rip             after+0x0"),
        ("cs              user_code64", "cs              user_code64:rpl0"),
        ("error           none", "error           0x0"),
        ("error           0x7", "error           none"),
        ("cr2             victim+0x0", "cr2             kept"),
        ("handler.stack   rsp0", "handler.stack   ist1"),
        ("at_end          kept", "at_end          overwritten"),
        ("at_end          overwritten", "at_end          kept"),
        ("  gpr.rcx         0x1\n", ""),
        ("  sse.xmm3.low    0x2\n", ""),
        ("victim+0x10 01", "victim+0x10 02"),
        ("value.pte         0x25\n", ""),
        ("memory.victim+0x10 01\n", ""),
        ("end         exit", "end         shutdown"),
    ],
)
def test_any_word_of_the_golden_file_changed_is_red(old: str, new: str) -> None:
    assert old in GOLDEN
    assert judged(sent(HEAD + FRAMES), golden=GOLDEN.replace(old, new, 1)).verdict in RED


def test_a_name_that_the_record_lacks_is_red() -> None:
    judgement = judged(sent(HEAD + FRAMES), golden=GOLDEN.replace("victim+0x0", "elsewhere+0x0", 1))
    assert judgement.verdict == Verdict.FAIL
    assert "no label, place or stack 'elsewhere'" in judgement.diff[0].expected


def test_a_difference_says_names_then_numbers_then_bits() -> None:
    judgement = judged(sent(HEAD + FRAMES.replace("10ad7", "ad7").replace("7 140000 2b", "5 140006 2b")))
    texts = {found.field: (found.expected, found.actual) for found in judgement.diff}
    assert texts == {
        "frame 1.error": ("0x7 (P W U)", "0x5 (W 0)"),
        "frame 1.rip": ("fault+0x0 (0x140000)", "after+0x0 (0x140006)"),
        "frame 1.rflags": ("0x10ad7 (RF OF IF SF ZF AF PF CF)", "0xad7 (RF 0)"),
    }


def test_words_above_a_frame_may_be_an_earlier_frames() -> None:
    own = f"slots 111f98 140012 8 8d7 10ff90 0 {' '.join(['a5a5a5a5a5a5a5a5'] * 3)}"
    overlapping = "slots 10ff68 140012 8 8d7 10ff90 0 7 140000 2b"
    text = HEAD + FRAMES.replace(own, overlapping)
    golden = GOLDEN.replace("ist1_top-0x28", "rsp0_top-0x58").replace(
        "handler.stack   ist1", "handler.stack   rsp0"
    )
    assert judged(sent(text), golden=golden).verdict == Verdict.PASS
    assert fields(judged(sent(text.replace("0 7 140000 2b\n", "0 7 140001 2b\n")), golden=golden)) == [
        "frame 2.above"
    ]


def test_words_above_a_frame_may_be_named() -> None:
    """What the program has left there, or a delivery that no frame shows."""
    written = FRAMES.replace("23 a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5", "23 140006 33", 1)
    assert written != FRAMES
    golden = GOLDEN.replace("above           kept", "above           after+0x0 0x33", 1)
    assert judged(sent(HEAD + written), golden=golden).verdict == Verdict.PASS
    assert fields(judged(sent(HEAD + FRAMES), golden=golden)) == ["frame 1.above"]
    golden = golden.replace("after+0x0 0x33", "pattern 0x33")
    assert fields(judged(sent(HEAD + written), golden=golden)) == ["frame 1.above"]
    assert (
        judged(sent(HEAD + written.replace("140006 33", "a5a5a5a5a5a5a5a5 33")), golden=golden).verdict
        == Verdict.PASS
    )


@pytest.mark.parametrize(
    "words, golden, passes",
    [
        ("140006 33", "after+0x0 any", True),
        ("140006 a5a5a5a5a5a5a533", "after+0x0 any", True),
        ("140007 33", "after+0x0 any", False),
        ("140006 33", "any 0x33", True),
        ("140006 34", "any 0x33", False),
        ("a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5", "any pattern", True),
        ("a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5", "any 0x33", False),
    ],
)
def test_one_of_the_words_above_a_frame_may_be_open(words: str, golden: str, passes: bool) -> None:
    written = FRAMES.replace("23 a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5", f"23 {words}", 1)
    section = GOLDEN.replace("above           kept", f"above {golden} because of the padding", 1)
    found = judged(sent(HEAD + written), golden=section)
    assert fields(found) == ([] if passes else ["frame 1.above"])


def test_masked_and_open_fields() -> None:
    masked = GOLDEN.replace(
        "0x10ad7            #", "0x10ad7 mask 0xfffeffff because the manual contradicts itself #"
    )
    assert judged(sent(HEAD + FRAMES.replace("10ad7", "ad7")), golden=masked).verdict == Verdict.PASS
    assert judged(sent(HEAD + FRAMES.replace("10ad7", "ad6")), golden=masked).verdict == Verdict.FAIL
    open_ = GOLDEN.replace("  gprs            kept\n", "  gprs any because of a reason\n", 1)
    assert judged(sent(HEAD + FRAMES.replace("gprs\n", "gprs r9=1\n")), golden=open_).verdict == Verdict.PASS


def test_compat32_leaves_upper_halves_open() -> None:
    info = INFO._replace(env="compat32")
    head = HEAD.replace("long64", "compat32")
    assert judged(sent(head + FRAMES), info=info).verdict == Verdict.PASS
    upper = FRAMES.replace("gprs\n", "gprs rax=1b0b0b0b0 r8=0\n", 1)
    assert judged(sent(head + upper), info=info).verdict == Verdict.PASS
    assert (
        judged(sent(head + FRAMES.replace("gprs\n", "gprs rax=b0b0b0b1\n", 1)), info=info).verdict
        == Verdict.FAIL
    )


# Outcomes.


def test_another_vector_is_a_wrong_outcome() -> None:
    judgement = judged(sent(HEAD + FRAMES.replace("vector e", "vector 6")))
    assert judgement.verdict == Verdict.WRONG_OUTCOME
    assert judgement.message.startswith(
        "#UD(0x7) at fault+0x0 then vector 65 at inner_after+0x0, expected #PF(P W U)"
    )


def test_no_exception_is_a_wrong_outcome() -> None:
    text = "final" + FRAMES.partition("\nfinal")[2]
    judgement = judged(sent(HEAD + text))
    assert judgement.verdict == Verdict.WRONG_OUTCOME
    assert fields(judgement) == ["frame 1", "frame 2"]
    assert judgement.message.startswith("no exception, expected")


def test_one_frame_too_many_is_a_wrong_outcome() -> None:
    golden = "".join(line + "\n" for line in GOLDEN.splitlines())
    one = golden[: golden.index("frame 2")] + golden[golden.index("final\n") :]
    judgement = judged(sent(HEAD + FRAMES), golden=one)
    assert (judgement.verdict, fields(judgement)) == (Verdict.WRONG_OUTCOME, ["frame 2"])


def test_no_end_of_the_program_is_a_failure() -> None:
    text = FRAMES[: FRAMES.index("final")] + FRAMES[FRAMES.index("value") :]
    assert (judged(sent(HEAD + text)).verdict, fields(judged(sent(HEAD + text)))) == (Verdict.FAIL, ["final"])


def test_shutdown() -> None:
    shutdown = "[x]\nspec x\nend shutdown\n"
    assert judged(HEAD.encode(), End.SHUTDOWN).verdict == Verdict.WRONG_OUTCOME
    assert judged(HEAD.encode(), End.SHUTDOWN, shutdown).verdict == Verdict.PASS
    assert judged(sent(HEAD + FRAMES), golden=shutdown).verdict == Verdict.WRONG_OUTCOME


@pytest.mark.parametrize(
    "data, end, message",
    [
        (sent(HEAD + FRAMES), End.SHUTDOWN, "the engine says shutdown, the record has an end"),
        (HEAD.encode(), End.EXIT, "the engine says exit, the record has no end"),
        (HEAD.encode()[:-6], End.SHUTDOWN, "shutdown before"),
        ((HEAD + FRAMES[:60]).encode(), End.SHUTDOWN, "shutdown within the record, line 13"),
        ((HEAD + "frame 1 interrupts 0\n").encode(), End.SHUTDOWN, "expected 'vector'"),
        (
            sent(HEAD.replace("write_read", "read_write") + FRAMES),
            End.EXIT,
            "record of page_fault/read_write_only",
        ),
        (sent(HEAD.replace("long64", "compat32") + FRAMES), End.EXIT, "in compat32, expected"),
        (sent(HEAD + "abandoned d 1234\n"), End.EXIT, "the harness was interrupted by #GP at 0x1234"),
        (sent(HEAD + FRAMES)[:-2] + b"\n", End.EXIT, "checksum"),
        (b"", End.EXIT, "sent nothing"),
        (b"", End.SHUTDOWN, "sent nothing, then shutdown"),
        (
            sent("trapframe 1\ncase page_fault/write_read_only long64\nunsupported pku\n"),
            End.EXIT,
            "doesn't need",
        ),
    ],
)
def test_protocol_errors(data: bytes, end: End, message: str) -> None:
    judgement = judged(data, end)
    assert judgement.verdict == Verdict.PROTOCOL_ERROR
    assert message in judgement.message


@pytest.mark.parametrize(
    "end, verdict",
    [
        (End.TIMEOUT, Verdict.TIMEOUT),
        (End.CRASH, Verdict.ENGINE_ERROR),
        (End.MISSING, Verdict.ENGINE_ERROR),
        (End.FLOOD, Verdict.PROTOCOL_ERROR),
    ],
)
def test_the_end_of_the_process_counts_before_its_output(end: End, verdict: Verdict) -> None:
    assert judged(sent(HEAD + FRAMES), end).verdict == verdict
    assert judged(b"noise", end).verdict == verdict


def test_unsupported_and_new() -> None:
    text = "trapframe 1\ncase page_fault/write_read_only long64\nunsupported smep\n"
    assert judged(sent(text)).verdict == Verdict.UNSUPPORTED
    found = record.parse(sent(HEAD + FRAMES))
    assert judge(INFO, found, End.EXIT, (), (), QEMU).verdict == Verdict.NEW


# Several outcomes, two manuals.


def test_one_of_several_accepted_outcomes() -> None:
    body = GOLDEN[GOLDEN.index("frame 1") :]
    other = body.replace("error           0x7", "error           0x5", 1)
    two = f"[x]\nspec x\naccept first because A\n{other}accept second because B\n{body}"
    assert judged(sent(HEAD + FRAMES), golden=two) == Judgement(Verdict.PASS, accepted="second")
    text = FRAMES.replace("90 7 1", "90 5 1", 1)
    assert judged(sent(HEAD + text), golden=two) == Judgement(Verdict.PASS, accepted="first")
    text = FRAMES.replace("90 7 1", "90 4 1", 1)
    assert judged(sent(HEAD + text), golden=two).verdict == Verdict.FAIL


def test_what_no_processor_does_is_told_and_changes_no_verdict() -> None:
    open_rip = "  rip             any because A\n"
    like = GOLDEN.replace("  rip             fault+0x0\n", f"{open_rip}  silicon rip fault+0x0 because B\n")
    assert judged(sent(HEAD + FRAMES), golden=like) == Judgement(Verdict.PASS)
    unlike = like.replace("silicon rip fault+0x0", "silicon rip[amd] after+0x0")
    assert judged(sent(HEAD + FRAMES), golden=unlike) == Judgement(Verdict.PASS)
    told = judged(sent(HEAD + FRAMES), golden=unlike, profile="amd")
    (one,) = told.unlike
    assert (told.verdict, told.diff) == (Verdict.PASS, ())
    assert one == Difference("frame 1.rip", "after+0x0 (0x140006)", "fault+0x0 (0x140000)", 6, because="B")
    red = judged(sent(HEAD + FRAMES.replace(" 10ad7 ", " ad7 ", 1)), golden=unlike, profile="amd")
    assert (red.verdict, fields(red), red.unlike) == (Verdict.FAIL, ["frame 1.rflags"], told.unlike)
    other = judged(sent(HEAD + FRAMES.replace("vector e", "vector d", 1)), golden=unlike, profile="amd")
    assert (other.verdict, other.unlike) == (Verdict.WRONG_OUTCOME, ())


def test_processors_with_some_of_the_bits_that_are_open() -> None:
    mask = (
        "  rflags          0x10ad7 mask 0xffff because A\n  silicon rflags 0x10000 mask 0x10000 because B\n"
    )
    golden = GOLDEN.replace("  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF\n", mask, 1)
    assert mask in golden
    assert judged(sent(HEAD + FRAMES), golden=golden) == Judgement(Verdict.PASS)
    told = judged(sent(HEAD + FRAMES.replace(" 10ad7 ", " ad7 ", 1)), golden=golden)
    assert (told.verdict, [one.bits for one in told.unlike]) == (Verdict.PASS, [0x10000])


def test_an_accepted_outcome_that_no_processor_has() -> None:
    body = GOLDEN[GOLDEN.index("frame 1") :]
    other = body.replace("error           0x7", "error           0x5", 1)
    two = f"[x]\nspec x\nsilicon accept first because C\naccept first because A\n{other}"
    two += f"accept second because B\n{body}"
    told = judged(sent(HEAD + FRAMES), golden=two)
    assert (told.verdict, told.accepted) == (Verdict.PASS, "second")
    assert told.unlike == (Difference("accept", "first", "second", because="C"),)
    text = FRAMES.replace("90 7 1", "90 5 1", 1)
    assert judged(sent(HEAD + text), golden=two) == Judgement(Verdict.PASS, accepted="first")


def test_the_outcome_of_the_same_place_is_the_nearest() -> None:
    """An interrupt behind a string instruction with RF set is no interrupt between two iterations of it."""
    body = GOLDEN[GOLDEN.index("frame 1") :]
    behind = body.replace("rip             fault+0x0", "rip             after+0x0", 1)
    behind = behind.replace("rflags          0x10ad7 ", "rflags          0xad7 ", 1)
    two = f"[x]\nspec x\naccept between because A\n{body}accept behind because B\n{behind}"
    text = FRAMES.replace(" 140000 ", " 140006 ", 1)
    judgement = judged(sent(HEAD + text), golden=two)
    assert (judgement.accepted, fields(judgement)) == ("behind", ["frame 1.rflags"])


def test_amd_has_its_own_lines() -> None:
    golden = GOLDEN.replace("0x10ad7            #", "0x10ad7\n  rflags[amd] 0xad7 #")
    assert judged(sent(HEAD + FRAMES), golden=golden).verdict == Verdict.PASS
    assert judged(sent(HEAD + FRAMES), golden=golden, profile="amd").verdict == Verdict.FAIL
    text = FRAMES.replace("10ad7", "ad7")
    assert judged(sent(HEAD + text), golden=golden, profile="amd").verdict == Verdict.PASS


def test_a_record_written_down_is_a_golden_outcome_that_it_passes() -> None:
    found = record.parse(sent(HEAD + FRAMES))
    outcome = wants.outcome_from_record(found, symbol.symbols(INFO, found))
    assert outcome.fields[:2] == accepted()[0].fields[:2]
    assert judge(INFO, found, End.EXIT, (outcome,), (), QEMU).verdict == Verdict.PASS


# Hosted records: what a program can't see isn't compared, all else is.

HOSTED_HEAD = HOSTED[: HOSTED.index("armed\n") + len("armed\n")]
LINUX = replace(QEMU, kind="linux", hosted=True, hypervisor=True)
HOSTED_GOLDEN = re.sub(
    r"frame 2\n.*?(?=final)|  sse.*?\n|  gpr.rcx .*?\n|memory.*?\n", "", GOLDEN, flags=re.DOTALL
)


def hosted(text: str, golden: str = HOSTED_GOLDEN, engine: EngineId = LINUX) -> Judgement:
    return judge(INFO, record.parse(sent(text)), End.EXIT, accepted(golden), (), engine)


def test_a_hosted_record_passes_by_what_it_has() -> None:
    assert hosted(HOSTED) == Judgement(Verdict.PASS)


@pytest.mark.parametrize("text", list(mutations(HOSTED[len(HOSTED_HEAD) :])))
def test_every_number_of_a_hosted_record_counts(text: str) -> None:
    try:
        assert hosted(HOSTED_HEAD + text).verdict in RED
    except record.RecordError:
        pass  # another vector has no CR2


@pytest.mark.parametrize("field, value", [("handler.rflags", "0x1"), ("dr6", "0x1"), ("handler.rsp", "0x1")])
def test_what_no_program_sees_is_not_compared(field: str, value: str) -> None:
    changed = re.sub(rf"  {re.escape(field)} .*", f"  {field}  {value}", HOSTED_GOLDEN)
    assert changed != HOSTED_GOLDEN and hosted(HOSTED, changed).verdict == Verdict.PASS


def test_only_an_engine_that_hosts_sends_a_hosted_record() -> None:
    assert hosted(HOSTED, engine=QEMU).verdict == Verdict.PROTOCOL_ERROR
    found = record.parse(sent(HEAD + FRAMES))
    assert judge(INFO, found, End.EXIT, accepted(), (), LINUX).verdict == Verdict.PROTOCOL_ERROR


@pytest.mark.parametrize(
    "golden, pushed, verdict",
    [
        ("0x68", "6c", Verdict.PASS),  # the case's own descriptor, in the LDT
        ("0x69", "6d", Verdict.PASS),
        ("0x68", "68", Verdict.FAIL),
        ("0x20", "28", Verdict.PASS),  # the harness's user_data
        ("0x20", "20", Verdict.FAIL),
        ("0x6a", "6a", Verdict.PASS),  # of the IDT
        ("0x70", "70", Verdict.PASS),  # no descriptor
        ("0x0", "0", Verdict.PASS),
    ],
)
def test_an_error_code_names_the_descriptor_where_it_lies(golden: str, pushed: str, verdict: Verdict) -> None:
    text = HOSTED.replace("vector e\npushed 7", f"vector d\npushed {pushed}").replace(
        "control cr2=40000000", "control"
    )
    wanted = HOSTED_GOLDEN.replace("0xe     ", "0xd     ").replace("0x7     ", f"{golden}     ")
    assert hosted(text, wanted).verdict == verdict


def test_the_rpl_of_a_null_selector_is_not_compared() -> None:
    wanted = HOSTED_GOLDEN.replace(
        "  segments        kept\n", "  segments        kept\n  segment.ds  0x3\n", 1
    )
    null = HOSTED.replace("handler ds=2b", "handler ds=0")
    assert hosted(null, wanted).verdict == Verdict.PASS
    assert hosted(HOSTED.replace("handler ds=2b", "handler ds=4"), wanted).verdict == Verdict.FAIL


@pytest.mark.parametrize("vector, is_second_hand", [("1", True), ("6", True), ("3", False)])
def test_what_a_hypervisor_intercepts_is_second_hand(vector: str, is_second_hand: bool) -> None:
    text = HOSTED.replace("vector e\npushed 7", f"vector {vector}\npushed").replace(
        "control cr2=40000000", "control"
    )
    assert hosted(text).second_hand == is_second_hand
    assert not hosted(text.replace(" hypervisor", "")).second_hand


def test_what_no_program_has_is_unsupported() -> None:
    head = "trapframe 1\ncase page_fault/write_read_only long64\nhosted linux\nunsupported "
    assert hosted(f"{head}cpl0\n") == Judgement(Verdict.UNSUPPORTED, message="no program of linux has cpl0")
    assert hosted(f"{head}smep\n") == Judgement(Verdict.UNSUPPORTED, message="the CPU lacks smep")
