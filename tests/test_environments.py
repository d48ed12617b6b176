"""32-bit protected mode, virtual-8086 mode and real mode: every fact of a record counts there, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import tomllib
from dataclasses import dataclass
from typing import Any

import pytest
import samples32 as s
from hypothesis import given
from hypothesis import strategies as st
from samples import QEMU, UNTIMED, accepted, sent

from trapframe.commands import explain, trace
from trapframe.frames import environment, facts, record, symbol, task
from trapframe.frames.record import RecordError, parse
from trapframe.model import CaseInfo, End, Judgement, Verdict
from trapframe.pages import strength
from trapframe.report import detail
from trapframe.report.loaded import Result
from trapframe.truth import exemplar, golden, golden_text, quirk_file, wants
from trapframe.truth.agreement import check_agreement, foreign_words
from trapframe.truth.judge import Passing, judge

RED = {Verdict.FAIL, Verdict.WRONG_OUTCOME, Verdict.PROTOCOL_ERROR}


@dataclass(frozen=True)
class Sample:
    info: CaseInfo
    head: str
    frames: str
    golden: str

    @property
    def whole(self) -> str:
        return self.head + self.frames


TASKS = Sample(s.INFO, s.HEAD, s.FRAMES, s.GOLDEN)
VM86 = Sample(s.VM86_INFO, s.VM86_HEAD, s.VM86_FRAMES, s.VM86_GOLDEN)
REAL16 = Sample(s.REAL16_INFO, s.REAL16_HEAD, s.REAL16_FRAMES, s.REAL16_GOLDEN)
SAMPLES = (TASKS, VM86, REAL16)
EACH = pytest.mark.parametrize("sample", SAMPLES, ids=["tasks", "vm86", "real16"])


def judged(sample: Sample, text: str, golden: str = "") -> Judgement:
    try:
        found = parse(sent(text))
    except RecordError as error:
        return judge(sample.info, None, End.EXIT, accepted(golden or sample.golden), (), QEMU, str(error))
    return judge(sample.info, found, End.EXIT, accepted(golden or sample.golden), (), QEMU)


@EACH
def test_the_samples_pass(sample: Sample) -> None:
    assert judged(sample, sample.whole) == Judgement(Verdict.PASS)
    assert golden_text.write(golden.parse(sample.golden, "sample.txt")) == sample.golden


def mutations(flip: int = 1) -> Iterator[tuple[Sample, str]]:
    """Each number behind a line's keyword, changed in one bit; what has no effect left out."""
    for sample in SAMPLES:
        lines = sample.frames.splitlines(keepends=True)
        for at, line in enumerate(lines):
            words = line.split()
            for n, word in enumerate(words[1:], start=1):
                name, equals, number = word.rpartition("=")
                try:
                    changed = f"{int(number, 16) ^ flip:x}"
                except ValueError:
                    continue
                if (
                    words[0] == "overwritten"
                    and n > 1
                    or (name, number) in (("type", "e"), ("type", "6"), ("type", "0"))
                ):
                    continue  # that it is overwritten is the fact; both types of gate are alike
                if words[0] == "changed" and n == 2:
                    changed = f"{int(number, 16) ^ 4:x}"
                mutated = " ".join([*words[:n], f"{name}{equals}{changed}", *words[n + 1 :]])
                yield sample, "".join([*lines[:at], mutated + "\n", *lines[at + 1 :]])


def numbered(found: Iterable[tuple[Any, ...]]) -> Iterator[object]:
    """With short names."""
    for number, one in enumerate(found):
        yield pytest.param(*one, id=f"{one[0].info.case}-{number}")


@pytest.mark.parametrize("sample, text", numbered(mutations()))
def test_any_number_changed_is_red(sample: Sample, text: str) -> None:
    assert judged(sample, sample.head + text).verdict in RED, text


@EACH
def test_any_register_changed_is_red(sample: Sample) -> None:
    for register in environment.of(sample.info.env).gprs:
        for line in ("gprs\n", "gprs eax=1 ", "ebx=40000000 ecx=1\n"):
            if line not in sample.frames or f"{register}=" in line:
                continue
            text = sample.frames.replace(line, f"{line.rstrip()} {register}=123\n", 1).replace(
                "\n ecx", " ecx"
            )
            assert judged(sample, sample.head + text).verdict in RED


@EACH
def test_any_line_missing_is_red(sample: Sample) -> None:
    for line in sample.frames.splitlines(keepends=True):
        assert judged(sample, sample.whole.replace(line, "", 1)).verdict in RED, line


def golden_numbers() -> Iterator[tuple[Sample, str, str]]:
    for sample in SAMPLES:
        for line in sample.golden.splitlines():
            name, _, value = line.split("#")[0].rstrip().rpartition(" ")
            head, zero, digits = value.partition("0x")
            if zero and "spec" not in name:
                yield sample, line, f"{name} {head}{int(digits, 16) ^ 1:#x}"


@pytest.mark.parametrize("sample, line, changed", numbered(golden_numbers()))
def test_any_number_of_the_golden_file_changed_is_red(sample: Sample, line: str, changed: str) -> None:
    text = sample.golden.replace(f"{line}\n", f"{changed}\n", 1)
    assert judged(sample, sample.whole, text).verdict in RED


@EACH
def test_a_golden_file_states_every_line_of_a_record(sample: Sample) -> None:
    """What isn't said is red, too, be it a task's or a segment's."""
    lines = sample.golden.splitlines(keepends=True)
    for at, line in enumerate(lines):
        if line.startswith("  task.") or line.startswith(("  segment.", "  gpr.")):
            text = "".join([*lines[:at], *lines[at + 1 :]])
            assert judged(sample, sample.whole, text).verdict in RED, line


@EACH
def test_a_record_makes_its_own_golden_section(sample: Sample) -> None:
    found = parse(sent(sample.whole))
    names = symbol.symbols(sample.info, found)
    outcome = wants.outcome_from_record(found, names)
    assert judge(sample.info, found, End.EXIT, (outcome,), (), QEMU).verdict is Verdict.PASS
    plain = [entry.name for entry in accepted(sample.golden)[0].fields if ".segment." not in entry.name]
    assert [entry.name for entry in outcome.fields if ".segment." not in entry.name] == plain


# The reader.


@UNTIMED
@given(st.sampled_from(SAMPLES), st.data())
def test_no_byte_changes_unseen(sample: Sample, data: st.DataObject) -> None:
    whole = bytearray(sent(sample.whole))
    at, byte = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 255))
    if whole[at] != byte:
        whole[at] = byte
        try:
            assert not parse(bytes(whole)).complete  # the last line feed alone
        except RecordError:
            pass


@UNTIMED
@given(st.sampled_from(SAMPLES), st.data())
def test_no_byte_of_a_frame_changes_unjudged(sample: Sample, data: st.DataObject) -> None:
    """With a checksum that fits: refused, or red, or as it was."""
    frames = sample.frames.partition("overwritten")[0]
    at = data.draw(st.integers(0, len(frames) - 1))
    byte = data.draw(st.sampled_from("0123456789abcdef =\n"))
    changed = sample.frames[:at] + byte + sample.frames[at + 1 :]
    if changed != sample.frames and not _says_the_same(sample, changed):
        assert judged(sample, sample.head + changed).verdict in RED


def _says_the_same(sample: Sample, changed: str) -> bool:
    """Another gate of the same kind, or upper halves that no processor has to write."""
    try:
        was, now = (parse(sent(sample.head + text)) for text in (sample.frames, changed))
    except RecordError:
        return False
    names = symbol.symbols(sample.info, was)
    return facts.observe(was, names) == facts.observe(now, names)


@EACH
def test_a_record_may_break_off_anywhere(sample: Sample) -> None:
    whole = sample.whole.encode()
    for length in range(len(whole)):
        data = whole[:length]
        if data.count(b"\n") < 2:
            with pytest.raises(RecordError):
                parse(data)
        else:
            assert not parse(data).complete


@EACH
def test_lines_have_one_order(sample: Sample) -> None:
    """No line may stand anywhere else, but for those of one kind."""
    lines = sample.whole.splitlines(keepends=True)
    kinds = [line.split()[0] for line in lines]
    for at, line in enumerate(lines):
        for to in range(len(lines)):
            moved = [*lines[:at], *lines[at + 1 :]]
            moved.insert(to, line)
            order = [other.split()[0] for other in moved]
            if order != kinds and order[to] != "changed":  # of a frame, or of the end
                with pytest.raises(RecordError):
                    parse(sent("".join(moved)))


@pytest.mark.parametrize(
    "sample, old, new, expected",
    [
        (TASKS, "trapframe 2", "trapframe 1", "an environment of version 1: long64, compat32, got 'pm32'"),
        (TASKS, "pm32\n", "pm31\n", "an environment of version 2"),
        (TASKS, "cs=1b eflags", "cs=1001b eflags", "at most 16 bits for 'cs'"),
        (TASKS, "esp=12ffc0 ss", "esp=10012ffc0 ss", "at most 32 bits for 'esp'"),
        (TASKS, "slots 10ffa8 7", "slots 10ffa8 100000007", "hexadecimal number of at most 32 bits"),
        (TASKS, "slots 10ffa8 7", "slots 10ffa8", "the stack pointer and 12 words, got 12 words"),
        (TASKS, "vector e type=e", "vector e", "'vector V type=N'"),
        (TASKS, "vector e type=e", "vector e type=1e", "the type of a gate"),
        (TASKS, "gate e type=e", "gate e ist=0 type=e", "'gate VECTOR type=N'"),
        (TASKS, "tr=68 ldtr=0 cr2", "cr2", "tr= ldtr="),
        (TASKS, " tr=68 ldtr=0 cr0=80010031 cr3=1000\ncontrol", "\ncontrol", "tr= ldtr= cr0= cr3="),
        (TASKS, "task other 70", "task main 70", "'main' again"),
        (TASKS, "task other 70", "task other 68", "68 again"),
        (TASKS, "task other 70 21000 67 9", "task other 70 21000 67 1", "and 11 words"),
        (TASKS, "image other", "image main", "'image other'"),
        (TASKS, "image other", "label x 1\nimage other", "expected 'image'"),
        (TASKS, "changed other b 0=68", "changed other b 1=68", "words of the TSS"),
        (TASKS, "changed other b 0=68", "changed other b 68=68", "words of the TSS"),
        (TASKS, "changed other b 0=68", "changed other b 4=1 0=68", "words of the TSS"),
        (TASKS, "changed other b 0=68", "changed other b 0=0", "another word than 0"),
        (TASKS, "changed other b 0=68", "changed other 9", "a change, got none"),
        (TASKS, "changed other b 0=68", "changed third b 0=68", "the tasks in their order"),
        (TASKS, "changed other b 0=68", "changed main b 0=68", "the tasks in their order"),
        (VM86, "vector 41 type=6", "vector 41 type=5", "5 only with tasks"),
        (VM86, "final", "changed main 1\nfinal", "expected a line that follows"),
        (VM86, "armed", "task main 68 0 67 b\narmed", "expected a line that follows"),
        (VM86, "label fault 8010", "label fault 100008010", "at most 32 bits"),
        (VM86, "case vm86/gp pm32\n", "case vm86/gp pm32\nhosted linux\n", "no 'hosted' in pm32"),
        (REAL16, "ip=10 cs", "ip=10010 cs", "at most 16 bits for 'ip'"),
        (REAL16, "slots fba 10", "slots fba 10010", "hexadecimal number of at most 16 bits"),
        (REAL16, "slots fba", "slots 10fba", "hexadecimal number of at most 16 bits"),
        (REAL16, "control dr6", "control cr2=0 dr6", "expected dr6= dr7="),
        (REAL16, "eax=b0b00001", "rax=b0b00001", "general register, got 'rax'"),
        (REAL16, "eax=b0b00001\n", "eax=b0b00001\nsse kept\n", "expected a line that follows"),
    ],
)
def test_malformed_lines_are_named(sample: Sample, old: str, new: str, expected: str) -> None:
    assert old in sample.whole
    with pytest.raises(RecordError) as error:
        parse(sent(sample.whole.replace(old, new, 1)))
    assert expected in str(error.value), str(error.value)


# Frames.


def observed(sample: Sample, old: str, new: str) -> dict[str, facts.Fact]:
    assert old in sample.whole
    found = parse(sent(sample.whole.replace(old, new, 1)))
    return facts.observe(found, symbol.symbols(sample.info, found))


def test_the_stack_tells_whether_there_is_an_error_code() -> None:
    """By the words, whatever the vector: an engine may push one, or none, where it shouldn't."""
    without = f"slots 10ffac 140000 1b 10ad7 12ffc0 23 {s.pattern(7)}"
    found = observed(TASKS, f"slots 10ffa8 7 140000 1b 10ad7 12ffc0 23 {s.pattern(6)}", without)
    assert (found["frame 1.error"], found["frame 1.eip"]) == ("none", 0x140000)
    found = observed(TASKS, "vector e type=e", "vector 6 type=e")
    assert (found["frame 1.error"], found["frame 1.eip"]) == (7, 0x140000)


def test_words_that_fit_no_way_are_read_by_the_vector() -> None:
    slots = f"slots 10ffa8 7 140000 1b 10ad7 12ffc0 23 {s.pattern(6)}"
    for vector, error in (("e", 0xDEAD), ("6", "none")):
        text = TASKS.whole.replace(slots, f"slots 10ffa8 dead beef 0 0 0 0 {s.pattern(6)}").replace(
            "vector e type", f"vector {vector} type", 1
        )
        found = parse(sent(text))
        assert facts.observe(found, symbol.symbols(TASKS.info, found))["frame 1.error"] == error


def test_upper_halves_of_selectors_and_error_codes_are_the_processors_own() -> None:
    old = "slots 10ffa8 7 140000 1b 10ad7 12ffc0 23"
    new = "slots 10ffa8 beef0007 140000 dead001b 10ad7 12ffc0 1230023"
    assert old in TASKS.whole
    assert judged(TASKS, TASKS.whole.replace(old, new)).verdict is Verdict.PASS


def test_a_frame_without_a_stack_has_the_one_above_it() -> None:
    """A frame of the same privilege: where the stack pointer was follows from where the frame lies."""
    found = observed(VM86, "final", "final")
    assert (found["frame 2.esp"], found["frame 2.ss"]) == (0x10FF98, 0x10)
    found = observed(REAL16, "final", "final")
    assert (found["frame 1.sp"], found["frame 1.ss"]) == (0xFC0, 0x200)


def test_a_task_gate_may_push_an_error_code() -> None:
    """On the stack of the new task, whose image says where that began."""
    found = observed(
        TASKS,
        f"slots 113fc0 {s.pattern(12)}\nhandler eflags=4002 esp=113fc0",
        (f"slots 113fbc 1234abcd {s.pattern(11)}\nhandler eflags=4002 esp=113fbc"),
    )
    assert (found["frame 2.error"], found["frame 2.handler.esp"]) == (0xABCD, 0x113FBC)
    assert found["frame 2.eip"] == 0x140012 and found["frame 2.above"] == "kept"


def test_registers_behind_a_task_switch_are_those_of_the_tss() -> None:
    assert judged(TASKS, TASKS.whole.replace("gprs eax=1", "gprs eax=b0b0b0b1")).verdict is Verdict.FAIL
    image = TASKS.whole.replace("140100 2 1 2 3 4", "140100 2 11 2 3 4").replace(
        "gprs eax=1 ", "gprs eax=11 "
    )
    assert judged(TASKS, image).verdict is Verdict.PASS


def test_names_of_16_bit_code_are_linear_addresses() -> None:
    for sample, ip in ((VM86, "eip"), (REAL16, "ip")):
        found = parse(sent(sample.whole))
        names = symbol.symbols(sample.info, found)
        assert facts.show(f"frame 1.{ip}", 0x10, names) == "fault+0x0"
        assert facts.show(f"frame 1.{ip}", 0xFFF0, names) == "0xfff0"
        assert names.bases[f"frame 1.{ip}"] == 0x8000
        text = sample.golden.replace("fault+0x0", "0x10", 1)
        assert judged(sample, sample.whole, text).verdict is Verdict.PASS


def test_another_segment_with_the_same_address_is_another_cs() -> None:
    text = REAL16.whole.replace("slots fba 10 800", "slots fba 0 801")
    assert [one.field for one in judged(REAL16, text).diff] == ["frame 1.cs"]


def test_a_stack_of_real_mode_wraps() -> None:
    found = observed(REAL16, "slots fba 10", "slots fffc 10")
    assert found["frame 1.sp"] == 2


# Golden files.


@pytest.mark.parametrize(
    "sample, old, new, expected",
    [
        (TASKS, "  ldtr            0x0\n", "", "expected 'ldtr', got 'cr0'"),
        (TASKS, "task.main.edi   0xb7b7b7b7", "task.main.rdi   0xb7b7b7b7", "unknown field 'task.main.rdi'"),
        (TASKS, "  task.main.eip   inner_after+0x0\n", "", ""),
        (TASKS, "  tasks           kept\n", "", "expected 'tasks'"),
        (TASKS, "task.other.type 0xb ", "task.other.gs 0xb ", "in the order of a TSS"),
        (VM86, "  fs              real_fs\n", "", "expected 'fs', got 'gs'"),
        (VM86, "handler.eflags ", "handler.rflags ", "expected 'handler.eflags', got 'handler.rflags'"),
        (VM86, "segment.ds ", "segment.fs_base ", "expected 'segment.fs_base' behind 'segments'"),
        (REAL16, "gpr.eax ", "gpr.rax ", "expected 'gpr.rax' behind 'gprs', in the order eax"),
        (REAL16, "segments        kept\nend", "segments        kept\n  sse kept\nend", ""),
    ],
)
def test_mistakes_are_named(sample: Sample, old: str, new: str, expected: str) -> None:
    assert old in sample.golden
    text = sample.golden.replace(old, new, 1)
    try:
        golden.parse(text, "sample.txt")
    except golden.GoldenError as error:
        assert expected and expected in error.what and error.line
    else:
        assert not expected and judged(sample, sample.whole, text).verdict in RED


@pytest.mark.parametrize(
    "info, other, said",
    [
        (s.INFO, s.REAL16_GOLDEN, "this is a pm32 case: say 'eip', not 'ip'"),
        (s.REAL16_INFO, s.VM86_GOLDEN, "this is a real16 case: say 'sp', not 'esp'"),
        (s.INFO._replace(env="long64"), s.GOLDEN, "this is a long64 case: say 'rip', not 'eip'"),
        (s.INFO._replace(env="long64"), s.GOLDEN, "this is a long64 case: say 'gpr.rcx', not 'gpr.ecx'"),
        (s.INFO._replace(env="long64"), s.GOLDEN, "this is a long64 case, which has no 'tasks'"),
        (s.REAL16_INFO, s.GOLDEN, "this is a real16 case, which has no 'cr2'"),
    ],
    ids=range(6),
)
def test_a_word_of_another_environment_is_named(info: CaseInfo, other: str, said: str) -> None:
    (section,) = golden.parse(other, "sample.txt").sections
    found = list(foreign_words(info, section))
    assert said in [message for _, message in found]
    line = next(line for line, message in found if message == said)
    assert f" {said.rsplit(' ', 1)[1].strip(chr(39))} " in f" {other.splitlines()[line - 1].strip()} "


@EACH
def test_a_sections_own_words_are_no_foreign_ones(sample: Sample) -> None:
    (section,) = golden.parse(sample.golden, "sample.txt").sections
    assert list(foreign_words(sample.info, section)) == []
    assert check_agreement(sample.info, section) == []


def test_the_source_and_the_golden_file_agree_on_the_place() -> None:
    (section,) = golden.parse(s.GOLDEN.replace("fault+0x0", "after+0x0", 1), "sample.txt").sections
    assert check_agreement(s.INFO, section) == [
        "the case declares frame 1.eip fault+0x0, the golden file says after+0x0"
    ]


# What people read.


def test_explain_has_the_words_of_the_mode() -> None:
    (section,) = golden.parse(s.GOLDEN, "x").sections
    text = "\n".join(explain.section_lines(s.INFO, section))
    assert "handler.esp     esp0_top-0x18 = 24 bytes below the top of the stack esp0" in text
    assert "task main: EIP in its TSS" in text and "task other: the type of its descriptor" in text
    assert "cr0             0x80010039 = PG WP NE ET TS PE" in text
    (section,) = golden.parse(s.REAL16_GOLDEN, "x").sections
    text = "\n".join(explain.section_lines(s.REAL16_INFO, section))
    assert "ip              fault+0x0 = the instruction itself" in text and "64-bit" not in text
    assert "from the interrupt table" in text and "descriptor" not in text
    assert any(", saved IP: fault" in line for line in explain.case_lines(s.REAL16_INFO))


def test_trace_has_the_words_of_the_mode() -> None:
    for sample, wanted in (
        (TASKS, "frame 1: #PF(P W U) at fault+0x0, eflags RF OF IF SF ZF AF PF CF, on esp0_top-0x18"),
        (VM86, "frame 1: #GP(0) at fault+0x0, eflags VM RF OF IF SF ZF AF PF CF, on esp0_top-0x28"),
        (REAL16, "frame 1: #UD at fault+0x0, flags OF IF SF ZF AF PF CF, on real_top-0x6"),
    ):
        found = parse(sent(sample.whole))
        names = symbol.symbols(sample.info, found)
        assert trace.frame_line(found.frames[0], found, names) == wanted


def seen(sample: Sample, text: str = "", verdict: str = "PASS", end: str = "exit") -> detail.Seen:
    goldens = detail.goldens_of(accepted(sample.golden), (), False)
    raw = sent(text or sample.whole).decode()
    result = Result(
        *(sample.info.case, "qemu", verdict, end),
        0.0,
        (),
        (),
        (),
        (),
        *("", "", "", ""),
        serial=raw,
        log="",
    )
    return detail.see(sample.info, result, "intel", goldens)


@pytest.mark.parametrize(
    "sample, number, word, fields",
    [
        (TASKS, 1, 4, "error eip cs eflags esp ss"),
        (TASKS, 2, 4, ""),
        (VM86, 1, 4, "error eip cs eflags esp ss es ds fs gs"),
        (VM86, 2, 2, "eip cs eflags"),
        (REAL16, 1, 2, "ip cs flags"),
    ],
)
def test_the_page_draws_words_of_their_size(sample: Sample, number: int, word: int, fields: str) -> None:
    goldens = detail.goldens_of(accepted(sample.golden), (), False)
    pictures = [one for one in detail.stacks(goldens, [seen(sample)]) if one["frame"] == number]
    assert sorted(who for picture in pictures for who in picture["who"]) == [-1, 0]
    for picture in pictures:
        assert picture["word"] == word
        assert [name for name, _ in picture["slots"] if name] == fields.split()
        assert len(picture["slots"]) * word == environment.of(sample.info.env).word * 12
    # What came looks as what had to come, unless the frame before lies above.
    assert len(pictures) == (2 if sample is VM86 and number == 2 else 1)


def test_the_page_draws_the_manuals_frame_by_the_cases_own_gate() -> None:
    """Whatever gate the engine went through."""
    goldens = detail.goldens_of(accepted(TASKS.golden), (), False)
    text = TASKS.whole.replace("vector 41 type=5", "vector 41 type=e")
    pictures = detail.stacks(goldens, [seen(TASKS, text)])
    names = {
        tuple(picture["who"]): [name for name, _ in picture["slots"] if name]
        for picture in pictures
        if picture["frame"] == 2
    }
    assert names == {(-1,): [], (0,): ["eip", "cs", "eflags", "esp", "ss"]}


def test_the_page_has_the_manuals_numbers_by_a_record_with_the_frame() -> None:
    """In virtual-8086 mode an EIP is an offset, of which only a record with the frame tells the base."""
    goldens = detail.goldens_of(accepted(VM86.golden), (), False)
    without = VM86.whole[: VM86.whole.index("frame 1 ")] + VM86.whole[VM86.whole.index("final ") :]
    frame = detail.blocks(goldens, [seen(VM86, without, "FAIL"), seen(VM86)])[0]["rows"]
    (eip,) = (row for row in frame if row[0] == "eip")
    assert eip[1][1] == eip[3][1] != ""


@pytest.mark.parametrize(
    "verdict, end", [("ENGINE-ERROR", "crash"), ("TIMEOUT", "timeout"), ("QUIRK", "crash")]
)
def test_the_page_compares_nothing_that_came_before_a_crash(verdict: str, end: str) -> None:
    goldens = detail.goldens_of(accepted(TASKS.golden), (), False)
    cut = TASKS.whole.partition("frame 2 ")[0]
    one = seen(TASKS, cut, verdict, end)
    marked = [
        (row[0], row[-1])
        for block in detail.blocks(goldens, [one])
        for row in block["rows"]
        if row[-1] and len(row[-1]) > 3
    ]
    assert marked == []
    assert one.facts["end"] == end and "frame 1.vector" in one.facts


def test_the_page_shows_what_changed_in_the_tasks() -> None:
    first, end = detail.switches([seen(TASKS), seen(TASKS)])
    assert first["who"] == end["who"] == [0, 1]
    main, other = first["tasks"]
    assert (main["name"], main["runs"], other["name"], other["runs"]) == ("main", 0, "other", 1)
    assert main["rows"][0] == ["eip", "0x0", "inner_after+0x0"] and len(main["rows"]) == 16
    assert other["rows"] == [["type", "0x9", "0xb"], ["link", "0x0", "main"]]
    assert [(one["name"], one["rows"]) for one in end["tasks"]] == [
        ("other", [["type", "0xb", "0x9"], ["eip", "entry+0x0", "0x140110"]])
    ]
    assert detail.switches([seen(VM86)]) == []


def test_the_page_folds_what_no_task_changed() -> None:
    goldens = detail.goldens_of(accepted(s.GOLDEN), (), False)
    rows = {
        block["name"]: [row[0] for row in block["rows"]] for block in detail.blocks(goldens, [seen(TASKS)])
    }
    assert "tasks" in rows["frame 1"] and not any(name.startswith("task.") for name in rows["frame 1"])
    assert "other tasks" in rows["frame 2"] and "task.main.eip" in rows["frame 2"]


def test_where_a_program_begins() -> None:
    for sample, wanted in ((TASKS, (0x140000, 32)), (VM86, (0x8010, 16)), (REAL16, (0x8010, 16))):
        assert facts.entry(parse(sent(sample.whole))) == wanted


# Quirks, and what goes over all fields.

QUIRK = """\
[[quirk]]
id = "one"
versions = ">=7.2"
cases = ["*"]
rule = "R"
reason = "R"
[[quirk.change]]
frame = 1
field = "error"
set = 0x10
"""


def with_quirk(sample: Sample, text: str, record_text: str) -> Verdict:
    found = parse(sent(record_text))
    known = quirk_file.parse(tomllib.loads(text), text, "x.toml")
    return judge(sample.info, found, End.EXIT, accepted(sample.golden), known, QEMU).verdict


def test_a_quirk_may_be_of_some_environments() -> None:
    came = TASKS.whole.replace("slots 10ffa8 7 ", "slots 10ffa8 17 ")
    assert with_quirk(TASKS, QUIRK, came) is Verdict.QUIRK
    only = QUIRK.replace("rule", 'environments = ["pm32"]\nrule', 1)
    assert with_quirk(TASKS, only, came) is Verdict.QUIRK
    others = QUIRK.replace("rule", 'environments = ["long64", "compat32"]\nrule', 1)
    assert with_quirk(TASKS, others, came) is Verdict.FAIL
    assert with_quirk(TASKS, others, TASKS.whole) is Verdict.PASS
    for bad in ('["long64"]', '["pm31"]'):
        with pytest.raises(quirk_file.QuirkError, match="environments"):
            with_quirk(TASKS, QUIRK.replace("rule", f"environments = {bad}\nrule", 1), came)


@pytest.mark.parametrize(
    "field, value, old, new",
    [
        ("gpr.ecx", "0x1", "gprs\nframe 2", "gprs ecx=1\nframe 2"),
        ("task.main.link", "other", "gprs\nframe 2", "gprs\nchanged main b 0=70\nframe 2"),
        ("handler.esp", "esp0_top-0x14", "esp=10ffa8 cs", "esp=10ffac cs"),
    ],
)
def test_a_quirk_names_fields_of_the_mode(field: str, value: str, old: str, new: str) -> None:
    text = QUIRK.replace("error", field).replace("set = 0x10", f'value = "{value}"')
    changed = TASKS.whole.replace(old, new, 1)
    assert with_quirk(TASKS, text, TASKS.whole) is Verdict.FIXED
    if field != "handler.esp":  # which the words' address and the interrupted ESP go with
        assert changed != TASKS.whole and with_quirk(TASKS, text, changed) is not Verdict.PASS
    other = QUIRK.replace("error", "gpr.rcx").replace("set = 0x10", 'value = "0x1"')
    assert with_quirk(TASKS, other, TASKS.whole) is Verdict.PASS


@EACH
def test_an_exemplar_of_a_golden_section_passes(sample: Sample) -> None:
    goldens = accepted(sample.golden)
    made = exemplar.record_of(sample.info, goldens)
    names = symbol.symbols(sample.info, made)
    passing = Passing(made, names, exemplar.facts_of(made, names, goldens[0]), goldens)
    assert passing.passes({})
    env = environment.of(sample.info.env)
    for name, fact in passing.facts.items():
        if isinstance(fact, int):
            assert passing.open_bits(name, strength._width(env, name)) == 0, name


def test_version_1_is_read_as_before() -> None:
    import samples

    text = samples.HEAD + samples.FRAMES
    assert parse(sent(text.replace("trapframe 2", "trapframe 1"))) == parse(sent(text))
    assert record.VERSIONS == ("1", "2")


# The record of TASKS, but `third` is entered from `main`, and left before its first instruction.
BETWEEN = (
    (
        "label fault",
        f"task third 78 22000 67 9\nimage third 0 0 0 0 0 0 0 1000 150000 2 {'0 ' * 15}680000\nlabel fault",
    ),
    ("changed other b 0=68", "changed other b 0=78\nchanged third b 0=68"),
)


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_a_task_gate_interrupts_the_task_that_its_link_names() -> None:
    found = parse(sent(changed(TASKS.whole, *BETWEEN)))
    frame = environment.of("pm32").layout(found.frames[1], found, {})
    assert dict(frame.words)["eip"] == 0x150000  # of `third`, though `main` was written, too


def test_a_task_whose_link_names_nobody_left_the_one_that_was_written() -> None:
    found = parse(sent(changed(TASKS.whole, ("changed other b 0=68\n", "changed other b 0=8\n"))))
    frame = environment.of("pm32").layout(found.frames[1], found, {})
    assert dict(frame.words)["eip"] == 0x140012


def test_a_tasks_descriptor_may_be_a_segments() -> None:
    found = parse(sent(changed(TASKS.whole, ("task other 70 21000 67 9", "task other 70 21000 67 13"))))
    assert found.tasks[1].type == 0x13


def test_a_task_is_found_by_its_selector_with_any_rpl() -> None:
    tasks = parse(sent(TASKS.whole)).tasks
    assert [task.running(tasks, selector) for selector in (0x70, 0x73, 0x78)] == [tasks[1], tasks[1], None]


@pytest.mark.parametrize("fields", [task.FIELDS_32, task.FIELDS_16], ids=["32", "16"])
def test_fields_of_a_tss_have_one_order(fields: dict[str, object]) -> None:
    assert [name for name in task.NAMES if name in fields] == list(fields)
    assert set(task.NAMES) == {"type", *task.FIELDS_32, *task.FIELDS_16}
