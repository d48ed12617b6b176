"""The parser of records: what it reads, and that it reads nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import FRAMES, HEAD, HOSTED, UNTIMED, sent

from trapframe.frames.record import LIMIT, RecordError, parse
from trapframe.frames.environment import COMPAT32, LONG64
from trapframe.model import Place
from trapframe.report import group

WHOLE = HEAD + FRAMES


def message(text: str, line: int) -> str:
    """What is wrong with the record with this text, on this line."""
    with pytest.raises(RecordError) as error:
        parse(sent(text))
    assert error.value.line == line, str(error.value)
    return str(error.value)


def test_every_fact_is_read() -> None:
    record = parse(sent(WHOLE))
    assert record.complete and record.armed and not record.cut
    assert (record.case, record.env) == ("page_fault/write_read_only", "long64")
    assert record.places == (Place("victim", 0x40000000, 0x1000),)
    assert record.selectors == {"np_code": 0x68}
    assert record.labels == {"fault": 0x140000, "after": 0x140006, "inner_after": 0x140012}
    assert record.gate == {"vector": 14, "ist": 0, "type": 14}
    assert record.start["rbx"] == 0x40000000 and record.start["r15"] == 0xBFBFBFBFBFBFBFBF
    first, second = record.frames
    assert (first.number, first.interrupts, first.vector, first.sp) == (1, 0, 14, 0x10FF90)
    assert first.slots[:6] == (7, 0x140000, 0x2B, 0x10AD7, 0x12FFC0, 0x23)
    assert first.handler["rflags"] == 0x8D7 and first.control["cr2"] == 0x40000000
    assert first.gprs == {name: record.start[name] for name in LONG64.gprs} and first.overwritten is None
    assert second.interrupts == 1 and second.gprs == first.gprs | {"rcx": 1}
    assert second.overwritten and second.overwritten[4] == 1
    assert record.final and record.final.registers["rsp"] == 0x12FFC0 and record.final.gprs["rcx"] == 1
    assert record.final.state == {"sse": {"xmm3.low": 2}}
    assert record.values == {"pte": 0x25}
    assert record.memory == {"victim": bytes(n * 0x11 for n in range(16)) + b"\x01"}


def test_patterns() -> None:
    assert LONG64.patterns["rax"] == 0xB0B0B0B0B0B0B0B0
    assert LONG64.patterns["rbp"] == 0xB5B5B5B5B5B5B5B5
    assert COMPAT32.patterns["rdi"] == 0xB7B7B7B7
    assert COMPAT32.patterns["r8"] == 0xB8B8B8B8B8B8B8B8


@UNTIMED
@given(st.integers(0, len(WHOLE) - 1))
def test_a_record_may_break_off_anywhere(length: int) -> None:
    data = WHOLE.encode()[:length]
    if data.count(b"\n") < 2:
        with pytest.raises(RecordError):
            parse(data)
    else:
        record = parse(data)
        assert not record.complete
        between = data.endswith(b"\n") and WHOLE[length:].split()[0] not in (
            *("vector", "slots", "handler", "control", "gprs"),
        )
        assert bool(record.cut) != between


@UNTIMED
@given(st.integers(0, len(sent(WHOLE)) - 1), st.integers(0, 255))
def test_no_byte_changes_unseen(at: int, byte: int) -> None:
    data = bytearray(sent(WHOLE))
    if data[at] != byte:
        data[at] = byte
        try:
            assert not parse(bytes(data)).complete  # the last line feed alone
        except RecordError:
            pass


@UNTIMED
@given(st.binary(max_size=300))
def test_noise_is_refused_in_one_line(noise: bytes) -> None:
    with pytest.raises(RecordError) as error:
        parse(noise)
    assert str(error.value).isascii() and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "sent nothing"),
        (b"x", "sent 1 bytes that are no record, from the first byte on"),
        (b"\xff" * 4096, "sent 4,096 bytes that are no record, from the first byte on"),
        (b"SeaBIOS (version 1.16)\n" + sent(WHOLE), "sent 23 bytes before the record begins"),
        (b"trapf", "record line 1: expected 'trapframe 2', got the end of what was sent"),
        (b"trapframe 3\n", "record line 1: expected 'trapframe 2', got 'trapframe 3'"),
    ],
)
def test_what_is_no_record_is_said_in_plain_words(data: bytes, said: str) -> None:
    with pytest.raises(RecordError) as error:
        parse(data)
    assert str(error.value) == said and error.value.line == 1


@UNTIMED
@given(st.binary(min_size=1, max_size=300), st.integers(0, len(WHOLE)))
def test_one_kind_of_trouble_is_one_cause_whatever_the_bytes(noise: bytes, at: int) -> None:
    def cause(data: bytes) -> str:
        try:
            parse(data)
        except RecordError as error:
            return group.what({"verdict": "PROTOCOL-ERROR", "message": str(error), "end": "exit", "diff": []})
        return ""

    first, second = (cause(WHOLE.encode()[:at] + b"\n\xff" + part + b"\n") for part in (noise, b"?"))
    assert first == second and len(first) < 130


@pytest.mark.parametrize("at", range(len(WHOLE.splitlines())))
def test_lines_have_one_order(at: int) -> None:
    """No line may stand anywhere else, but for those of one kind."""
    lines = WHOLE.splitlines(keepends=True)
    for to in range(len(lines)):
        moved = [*lines[:at], *lines[at + 1 :]]
        moved.insert(to, lines[at])
        kinds = [line.split()[0] for line in moved]
        if kinds != [line.split()[0] for line in lines]:
            with pytest.raises(RecordError):
                parse(sent("".join(moved)))


@pytest.mark.parametrize(
    "at", [n for n, line in enumerate(WHOLE.splitlines()) if not line.startswith("value")]
)
def test_no_line_comes_twice(at: int) -> None:
    lines = WHOLE.splitlines(keepends=True)
    with pytest.raises(RecordError) as error:
        parse(sent("".join([*lines[: at + 1], *lines[at:]])))
    assert error.value.line == at + 2


@pytest.mark.parametrize(
    "old, new, line, expected",
    [
        ("trapframe 2", "trapframe 3", 1, "expected 'trapframe 2', got 'trapframe 3'"),
        ("place victim 40000000 1000", "place victim 40000000", 3, "'place NAME BASE SIZE', got 2 words"),
        ("place victim 4", "place victim 0x4", 3, "hexadecimal number of at most 64 bits"),
        ("place victim 4", "place victim 04", 3, "without leading zeros"),
        ("place victim 4", "place victim ABCD", 3, "hexadecimal number"),
        ("place victim 4", "place victim  4", 3, "got 4 words"),
        ("place victim 4", "place 1victim 4", 3, "expected a name, got '1victim'"),
        ("label after 140006", "label fault 140006", 6, "'fault' again"),
        ("rip=140000 ", "", 8, "expected rip= cs="),
        ("rip=140000 cs=2b", "cs=2b rip=140000", 8, "expected rip= cs="),
        ("dr7=400 rbx=40000000", "dr7=400 cr0=1", 8, "expected the name of a general register, got 'cr0'"),
        ("gate e ist", "gate 10e ist", 9, "at most 8 bits"),
        ("ist=0 type=e\n", "ist=0 type=e\ngate e ist=0 type=f\n", 10, "gate e again"),
        ("armed\n", "armed now\n", 10, "'armed' alone"),
        ("frame 1 interrupts 0", "frame 2 interrupts 0", 11, "expected frame 1, got frame 2"),
        ("frame 2 interrupts 1", "frame 2 interrupts 2", 17, "earlier frame"),
        ("frame 2 interrupts 1", "frame 2 interrupts 01", 17, "decimal"),
        ("vector e\n", "slots e\n", 12, "expected 'vector', got 'slots e'"),
        ("slots 10ff90 7", "slots 10ff90", 13, "the stack pointer and 8 words, got 8 words"),
        ("overwritten 2", "overwritten 3", 23, "a frame from 1 to 2, got 3"),
        ("xmm3.low=2", "xmm3=2", 25, "'sse kept' or its registers"),
        ("victim 10 01", "victim 20 01", 28, "without a gap at 10"),
        ("victim 10 01", "victim 10 1", 28, "two digits"),
        ("victim 10 01", "victim 10", 28, "two digits"),
        ("trapframe 2\n", "trapframe 2\n\n", 2, "expected 'case', got ''"),
        ("armed\n", "harness: too many places\n", 10, "got 'harness: too many places'"),
        ("value pte", "value p\u00e4te", 26, "plain ASCII"),
        ("value pte 25", "value pte 25\r", 26, "printable"),
        ("value pte", "value p\0te", 26, "printable"),
    ],
)
def test_malformed_lines_are_named(old: str, new: str, line: int, expected: str) -> None:
    assert old in WHOLE
    assert expected in message(WHOLE.replace(old, new, 1), line)


def test_nothing_follows_the_end() -> None:
    for more in (b"x", b"\n", b"end exit 0\n"):
        with pytest.raises(RecordError, match="nothing behind the end"):
            parse(sent(WHOLE) + more)


def test_the_checksum_counts() -> None:
    with pytest.raises(RecordError, match="expected the checksum"):
        parse(WHOLE.encode() + b"end exit 0\n")
    with pytest.raises(RecordError, match="expected 'end exit SUM'"):
        parse(WHOLE.encode() + b"end shutdown 0\n")


def test_the_size_is_bounded() -> None:
    with pytest.raises(RecordError, match="at most 65536 bytes"):
        parse(b"a" * (LIMIT + 1))


def test_an_end_needs_a_program_that_ran() -> None:
    assert "expected a line that follows 'gate', got 'end" in message(HEAD.replace("armed\n", ""), 10)


def test_unsupported() -> None:
    head = "trapframe 2\ncase a/b long64\nunsupported smep\n"
    assert parse(sent(head)).unsupported == "smep"
    assert "expected 'end'" in message(head + "armed\n", 4)


def test_abandoned() -> None:
    record = parse(sent(HEAD + FRAMES[:30] + "abandoned d 1234\n"))
    assert record.abandoned == (13, 0x1234) and record.complete and not record.frames
    assert "expected 'end'" in message(HEAD + "abandoned d 1234\nvalue a 1\n", 12)


# Hosted records.


def test_a_hosted_record_lacks_what_a_program_can_t_see() -> None:
    found = parse(sent(HOSTED))
    assert (found.hosted, found.hypervisor, found.complete) == ("linux", True, True)
    assert parse(sent(HOSTED.replace(" hypervisor", ""))).hypervisor is False
    assert found.places == (Place("user", 0x130000, 0xFC0, True), Place("victim", 0x40000000, 0x1000))
    assert not found.start.keys() & {"cr2", "dr6", "dr7"}
    (frame,) = found.frames
    assert frame.sp is None and frame.slots == (7, 0x140000, 0x33, 0x10AD7, 0x130FC0, 0x2B)
    assert frame.control == {"cr2": 0x40000000} and "rflags" not in frame.handler


@pytest.mark.parametrize(
    "old, new",
    [
        (" cr2=5ca1ab1e0000 dr6=ffff0ff0 dr7=400 rbx", " rbx"),
        ("slots 10ff90 7", "pushed 7"),
        ("handler rflags=8d7 cs=8 ss=0 ", "handler "),
        ("control cr2=40000000 dr6=ffff0ff0 dr7=400", "control cr2=40000000"),
        ("place victim", "stack user 130000 fc0\nplace victim"),
    ],
)
def test_no_other_record_may_lack_any_of_it(old: str, new: str) -> None:
    assert old in WHOLE
    with pytest.raises(RecordError):
        parse(sent(WHOLE.replace(old, new, 1)))


@pytest.mark.parametrize(
    "old, new",
    [
        ("hosted linux hypervisor", "hosted"),
        ("hosted linux hypervisor", "hosted linux guest"),
        ("hosted linux hypervisor", "hosted linux\nhosted linux"),
        ("gs_base=65ba5e0000 rbx", "gs_base=65ba5e0000 cr2=0 dr6=0 dr7=0 rbx"),
        ("pushed 7 140000", "pushed 140000"),
        ("pushed 7 140000", "slots 10ff90 7 140000 0"),
        ("vector e\n", "vector 6\n"),
        ("control cr2=40000000", "control"),
        ("handler ds", "handler rflags=8d7 cs=8 ss=0 ds"),
        ("armed", "gate e ist=0 type=e\narmed"),
        ("final", "overwritten 1 0 0 0 0 0 0 0 0\nfinal"),
    ],
)
def test_a_hosted_record_has_nothing_else(old: str, new: str) -> None:
    assert old in HOSTED
    with pytest.raises(RecordError):
        parse(sent(HOSTED.replace(old, new, 1)))


def test_a_hosted_record_may_say_what_no_program_has() -> None:
    head = "trapframe 2\ncase a/b long64\nhosted linux\nunsupported cpl0\n"
    assert parse(sent(head)).unsupported == "cpl0"
    with pytest.raises(RecordError):
        parse(sent(head.replace("hosted linux\nunsupported cpl0\n", "unsupported cpl0\nhosted linux\n")))
