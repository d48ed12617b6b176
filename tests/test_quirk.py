"""Known deviations: what they explain, what they don't, and when they are no longer true."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from mini import ROOT
from samples import FRAMES, GOLDEN, HEAD, INFO, QEMU, accepted, sent

from trapframe.engines.version import in_range
from trapframe.frames import record
from trapframe.model import End, EngineId, Judgement, Verdict
from trapframe.system.tables import Tables
from trapframe.truth import quirk, quirk_file
from trapframe.truth.expect import Expect, Field, Outcome
from trapframe.truth.expected import load_quirks
from trapframe.truth.judge import judge
from trapframe.truth.quirk import Quirk
from trapframe.truth.quirk_file import QuirkError

QUIRKS = sorted((ROOT / "expected" / "quirks").rglob("*.toml"))  # and which releases were measured

HEADER = """\
[[quirk]]
id = "one"
versions = "<10.0"
cases = ["*"]
rule = "SDM"
reason = "because"
"""
RF = HEADER + '[[quirk.change]]\nframe = "*"\nfield = "rflags"\nclear = 0x10000\n'


def quirks(text: str) -> tuple[Quirk, ...]:
    return quirk_file.parse(tomllib.loads(text), text, "engine.toml")


def judged(
    frames: str,
    text: str,
    golden: str = GOLDEN,
    engine: EngineId = QEMU,
    end: End = End.EXIT,
) -> Judgement:
    found = record.parse(sent(HEAD + frames))
    return judge(INFO, found, end, accepted(golden), quirks(text), engine)


def touched(text: str, golden: str = GOLDEN) -> list[str]:
    return list(quirk.apply(quirks(text), accepted(golden)[0])[1])


def change(text: str) -> str:
    return f"{HEADER}[[quirk.change]]\n{text}\n"


# The three outcomes of a quirk.


def test_it_shows() -> None:
    judgement = judged(FRAMES.replace("10ad7", "ad7"), RF)
    assert (judgement.verdict, judgement.quirks) == (Verdict.QUIRK, ("one",))
    assert [difference.field for difference in judgement.diff] == ["frame 1.rflags"]


def test_it_is_fixed() -> None:
    judgement = judged(FRAMES, RF)
    assert (judgement.verdict, judgement.quirks, judgement.diff) == (Verdict.FIXED, ("one",), ())
    assert [found.expected for found in judgement.unseen] == ["0xad7 (OF IF SF ZF AF PF CF)"]


def test_it_explains_nothing_else() -> None:
    assert judged(FRAMES.replace("10ad7", "ad6"), RF).verdict == Verdict.FAIL
    judgement = judged(FRAMES.replace("10ad7", "ad7").replace("rflags=8d7", "rflags=ad7", 1), RF)
    found = [(one.field, one.bits, one.quirks) for one in judgement.diff]
    assert found == [("frame 1.handler.rflags", 0x200, ()), ("frame 1.rflags", 0x10000, ("one",))]


def test_a_part_of_it_is_a_failure() -> None:
    both = change('frame = "*"\nfield = "dr6"\nset = 0x1')
    assert judged(FRAMES.replace("dr6=ffff0ff0", "dr6=ffff0ff1"), both).verdict == Verdict.QUIRK
    judgement = judged(FRAMES.replace("dr6=ffff0ff0", "dr6=ffff0ff1", 1), both)
    assert (judgement.verdict, judgement.quirks) == (Verdict.FAIL, ("one",))
    assert "shows in a part of its fields only" in judgement.message


def test_fail_beats_fixed_beats_quirk() -> None:
    other = change('frame = 1\nfield = "dr6"\nset = 0x1').replace('"one"', '"two"')
    judgement = judged(FRAMES.replace("10ad7", "ad7"), RF + other)
    assert (judgement.verdict, judgement.quirks) == (Verdict.FIXED, ("two",))
    assert judged(FRAMES.replace("10ad7", "ad6"), RF + other).verdict == Verdict.FAIL


@pytest.mark.parametrize(
    "engine, old, new",
    [
        (replace(QEMU, version="10.0.1"), "", ""),
        (replace(QEMU, version="unknown"), "", ""),
        (replace(QEMU, profile="amd"), "reason", 'profiles = ["intel"]\nreason'),
        (replace(QEMU, profile="old"), "reason", 'profiles = ["amd"]\nreason'),
        (replace(QEMU, profile="old"), "reason", 'profiles = ["intel", "!old"]\nreason'),
        (QEMU, 'cases = ["*"]', 'cases = ["double_fault/*", "page_fault/read*"]'),
        (QEMU, "reason", 'except = ["page_fault/*"]\nreason'),
        (QEMU, "reason", "hypervisor = true\nreason"),
        (replace(QEMU, hypervisor=True), "reason", "hypervisor = false\nreason"),
    ],
)
def test_it_holds_only_where_it_says(engine: EngineId, old: str, new: str) -> None:
    found = RF.replace(old, new, 1) if old else RF
    assert judged(FRAMES, found, engine=engine).verdict == Verdict.PASS
    assert judged(FRAMES.replace("10ad7", "ad7"), found, engine=engine).verdict == Verdict.FAIL


def test_it_may_hold_under_a_hypervisor_alone() -> None:
    found = RF.replace("reason", "hypervisor = true\nreason", 1)
    text = FRAMES.replace("10ad7", "ad7")
    assert judged(text, found, engine=replace(QEMU, hypervisor=True)).verdict == Verdict.QUIRK


def test_a_hypervisor_without_it_is_another_one() -> None:
    found = RF.replace("reason", "hypervisor = true\nreason", 1)
    here = replace(QEMU, hypervisor=True)
    assert judged(FRAMES, found, engine=here).verdict == Verdict.PASS
    both = found + '[[quirk.change]]\nframe = "final"\nfield = "rflags"\nclear = 1\n'
    assert judged(FRAMES.replace("10ad7", "ad7"), both, engine=here).verdict == Verdict.FAIL


@pytest.mark.parametrize(
    "version, comparisons, expected",
    [
        ("7.2.22", "<10.0", True),
        ("10.0", "<10.0", False),
        ("9.99", "<10.0", True),
        ("7.2", "==7.2.0", True),
        ("2.7.1", "==2.7", False),
        ("7.2.22", ">=7.2,<9", True),
        ("9.0", ">=7.2, <9", False),
        ("3.1", "!=3.1", False),
        ("3.1", ">3.0,<=3.1", True),
        ("11.1-rc0", ">=11.1", True),
        ("", ">=0", False),
    ],
)
def test_versions(version: str, comparisons: str, expected: bool) -> None:
    (found,) = quirks(RF.replace("<10.0", comparisons))
    assert in_range(version, found.versions) == expected


# Changes.


@pytest.mark.parametrize(
    "text, fields",
    [
        ('frame = "*"\nfield = "rflags"\nset = 0x10000', ["frame 2.rflags"]),
        ('frame = 2\nfield = "rflags"\nclear = 0x1', ["frame 2.rflags"]),
        ('frame = 3\nfield = "rflags"\nclear = 0x1', []),
        ('frame = "*"\nfield = "error"\nclear = 0x1', ["frame 1.error"]),
        ('frame = "*"\nfield = "error"\nvalue = "none"', ["frame 1.error"]),
        ('frame = "*"\nfield = "rip"\nvalue = "fault+0x0"', ["frame 2.rip"]),
        ('frame = "final"\nfield = "rsp"\nvalue = "0x1"', ["final.rsp"]),
        ('frame = "value"\nfield = "pte"\nset = 0x1000', ["value.pte"]),
        ('frame = "memory"\nfield = "victim+0x10"\nvalue = "02"', ["memory.victim+0x10"]),
        ('frame = "*"\nfield = "gpr.rcx"\nvalue = "0x1"', ["frame 1.gpr.rcx"]),
        ('frame = "*"\nfield = "segment.fs"\nvalue = "0x0"', ["frame 1.segment.fs", "frame 2.segment.fs"]),
        ('frame = "*"\nfield = "rflags"\nclear = 1\nwhen = { vector = [65, 3] }', ["frame 2.rflags"]),
        ('frame = "*"\nfield = "rflags"\nclear = 1\nwhen = { rflags_set = 0x10000 }', ["frame 1.rflags"]),
        ('frame = "*"\nfield = "rflags"\nclear = 1\nwhen = { rflags_clear = 0x10000 }', ["frame 2.rflags"]),
        ('frame = "*"\nfield = "rflags"\nclear = 1\nwhen = { interrupts = ["frame 1"] }', ["frame 2.rflags"]),
        ('frame = "*"\nfield = "rflags"\nclear = 1\nwhen = { vector = [14], error = ["none"] }', []),
    ],
)
def test_a_change_touches_only_what_it_changes(text: str, fields: list[str]) -> None:
    assert touched(change(text)) == fields


def test_all_values() -> None:
    three = GOLDEN.replace("value.pte         0x25", "value.a 0x25\nvalue.b 0x3\nvalue.c 0x7")
    text = change('frame = "value"\nfield = "*"\nvalue = "0x3"')
    assert touched(text, three) == ["value.a", "value.c"]


def test_masked_and_open_fields_are_not_touched() -> None:
    text = GOLDEN.replace("0x10ad7            #", "0x10ad7 mask 0xffff because of a reason #")
    assert touched(RF, text) == []
    text = GOLDEN.replace("  rflags          0x10ad7            #", "  rflags any because of a reason #")
    assert touched(RF, text) == []


def test_a_changed_register_is_judged() -> None:
    text = change('frame = 1\nfield = "gpr.rdx"\nvalue = "victim+0x8"')
    assert judged(FRAMES.replace("gprs\n", "gprs rdx=40000008\n", 1), text).verdict == Verdict.QUIRK
    assert judged(FRAMES.replace("gprs\n", "gprs rdx=40000009\n", 1), text).verdict == Verdict.FAIL
    assert judged(FRAMES, text).verdict == Verdict.FIXED


TIMES_16 = change('frame = "*"\nfield = "error"\ntransform = "idt_index_times_16"')


@pytest.mark.parametrize(
    "vector, golden, came",
    [(13, 0x6A, 0xD2), (11, 0x203, 0x403), (13, 0x68, 0x68), (14, 0x2, 0x2), (10, 0x2, 0x2)],
)
def test_idt_index_times_16(vector: int, golden: int, came: int) -> None:
    text = GOLDEN.replace("0xe ", f"{vector:#x} ", 1).replace("0x7 ", f"{golden:#x} ", 1)
    frames = FRAMES.replace("vector e", f"vector {vector:x}").replace("90 7 1", f"90 {came:x} 1", 1)
    expected = Verdict.PASS if golden == came else Verdict.QUIRK
    assert judged(frames, TIMES_16, text).verdict == expected


@pytest.mark.parametrize(
    "field, old, new",
    [
        ("cr2", "cr2=40000000", "cr2=40000008"),
        ("gpr.rsi", "gprs\n", "gprs rsi=1\n"),
        ("dr7", "dr7=400", "dr7=1"),
    ],
)
def test_something_else(field: str, old: str, new: str) -> None:
    text = change(f'frame = 1\nfield = "{field}"\nother = true')
    assert old in FRAMES
    assert judged(FRAMES.replace(old, new, 1), text).verdict == Verdict.QUIRK
    assert judged(FRAMES, text).verdict == Verdict.FIXED


def test_what_an_engine_leaves_to_chance() -> None:
    """Some of it may come right: not all of it, and nothing else of the quirk."""
    text = change('frame = 1\nfield = "cr2"\nchance = true')
    text += '[[quirk.change]]\nframe = 1\nfield = "gprs"\nchance = true\n'
    addresses, registers = ("cr2=40000000", "cr2=40000008"), ("gprs\n", "gprs rsi=1\n")
    address, register = FRAMES.replace(*addresses, 1), FRAMES.replace(*registers, 1)
    both = address.replace(*registers, 1)
    assert [judged(frames, text).verdict for frames in (address, register, both)] == [Verdict.QUIRK] * 3
    fixed = judged(FRAMES, text)
    assert (fixed.verdict, [found.field for found in fixed.unseen]) == (
        Verdict.FIXED,
        ["frame 1.gprs", "frame 1.cr2"],
    )
    assert judged(FRAMES.replace("dr7=400", "dr7=1", 1), text).verdict == Verdict.FAIL
    half = text + '[[quirk.change]]\nframe = 1\nfield = "dr7"\nother = true\n'
    assert judged(both, half).verdict == Verdict.FAIL


def test_something_else_in_a_group() -> None:
    text = change('frame = 1\nfield = "gprs"\nother = true')
    judgement = judged(FRAMES.replace("gprs\n", "gprs rsi=1 rdi=2\n", 1), text)
    assert judgement.verdict == Verdict.QUIRK
    assert [found.field for found in judgement.diff] == ["frame 1.gpr.rsi", "frame 1.gpr.rdi"]
    fixed = judged(FRAMES, text)
    assert (fixed.verdict, [found.field for found in fixed.unseen]) == (Verdict.FIXED, ["frame 1.gprs"])
    assert judged(FRAMES.replace("gprs rcx=1", "gprs rcx=2"), text).verdict == Verdict.FAIL


def test_two_quirks_of_one_field() -> None:
    text = TIMES_16 + change('frame = "*"\nfield = "error"\nclear = 1\nwhen = { error_set = 2 }').replace(
        '"one"', '"ext"'
    )
    golden = GOLDEN.replace("0xe ", "0xb ", 1).replace("0x7 ", "0x6b ", 1)
    frames = FRAMES.replace("vector e", "vector b")
    assert judged(frames.replace("90 7 1", "90 d2 1", 1), text, golden).quirks == ("one", "ext")
    assert judged(frames.replace("90 7 1", "90 6b 1", 1), text, golden).verdict == Verdict.FIXED
    assert judged(frames.replace("90 7 1", "90 d3 1", 1), text, golden).verdict == Verdict.FAIL


def test_another_vector_may_be_a_quirk() -> None:
    text = change('frame = 1\nfield = "vector"\nvalue = "0xd"')
    assert judged(FRAMES.replace("vector e", "vector d"), text).verdict == Verdict.QUIRK
    assert judged(FRAMES.replace("vector e", "vector c"), text).verdict == Verdict.WRONG_OUTCOME
    assert judged(FRAMES, text).verdict == Verdict.FIXED


# Whole outcomes.

NONE = HEADER + '[quirk.instead]\n"page_fault/*" = """\n' + GOLDEN[GOLDEN.index("final\n") :] + '"""\n'
NO_FRAMES = "final" + FRAMES.partition("\nfinal")[2]


def test_instead() -> None:
    judgement = judged(NO_FRAMES, NONE)
    assert (judgement.verdict, judgement.quirks) == (Verdict.QUIRK, ("one",))
    assert [found.field for found in judgement.diff] == ["frame 1", "frame 2"]
    assert judged(FRAMES, NONE).verdict == Verdict.FIXED
    assert judged(NO_FRAMES.replace("rsp=12ffc0", "rsp=12ffc8"), NONE).verdict == Verdict.WRONG_OUTCOME
    assert judged(FRAMES.replace("10ad7", "ad7"), NONE).verdict == Verdict.FAIL
    both = NONE + RF.replace('"one"', '"rf"')
    assert judged(FRAMES.replace("10ad7", "ad7"), both).verdict == Verdict.FIXED


def test_instead_may_be_a_shutdown() -> None:
    text = HEADER + '[quirk.instead]\n"*" = "end shutdown"\n'
    found = record.parse(HEAD.encode())
    assert judge(INFO, found, End.SHUTDOWN, accepted(), quirks(text), QEMU).verdict == Verdict.QUIRK
    assert judge(INFO, found, End.SHUTDOWN, accepted(), (), QEMU).verdict == Verdict.WRONG_OUTCOME


@pytest.mark.parametrize(
    "outcome, end, verdict",
    [
        ("TIMEOUT", End.TIMEOUT, Verdict.QUIRK),
        ("TIMEOUT", End.CRASH, Verdict.ENGINE_ERROR),
        ("ENGINE-ERROR", End.CRASH, Verdict.QUIRK),
        ("ENGINE-ERROR", End.TIMEOUT, Verdict.TIMEOUT),
        ("TIMEOUT", End.FLOOD, Verdict.PROTOCOL_ERROR),
        ("TIMEOUT", End.EXIT, Verdict.FIXED),
    ],
)
def test_no_outcome_at_all(outcome: str, end: End, verdict: Verdict) -> None:
    text = f'{HEADER}outcome = "{outcome}"\n'
    assert judged(FRAMES, text, end=end).verdict == verdict


@pytest.mark.parametrize(
    "came, verdict",
    [
        ("#PF handler", Verdict.QUIRK),
        ("*handler", Verdict.QUIRK),
        ("#PF", Verdict.ENGINE_ERROR),
        ("#P. handler", Verdict.ENGINE_ERROR),
    ],
)
def test_a_crash_may_have_to_say_something(came: str, verdict: Verdict) -> None:
    known = quirks(f'{HEADER}outcome = "ENGINE-ERROR"\ncame = ["{came}"]\n')
    judgement = judge(INFO, None, End.CRASH, accepted(), known, QEMU, why="#PF handler")
    assert judgement.verdict == verdict
    assert judgement.message == "the engine crashed: #PF handler"


@pytest.mark.parametrize(
    "came, frames, verdict",
    [
        ("no exception", NO_FRAMES, Verdict.QUIRK),
        ("no exception", NO_FRAMES.replace("rsp=12ffc0", "rsp=12ffc8"), Verdict.QUIRK),
        ("#GP(*) at fault+0x0 then *", FRAMES.replace("vector e", "vector d", 1), Verdict.QUIRK),
        ("#GP(*) at fault+0x0", FRAMES.replace("vector e", "vector d", 1), Verdict.WRONG_OUTCOME),
        ("no exception", FRAMES.replace("vector e", "vector d"), Verdict.WRONG_OUTCOME),
        ("*", FRAMES.replace("10ad7", "ad7"), Verdict.FAIL),
        ("*", FRAMES, Verdict.FIXED),
    ],
)
def test_another_outcome_in_one_line(came: str, frames: str, verdict: Verdict) -> None:
    assert judged(frames, f'{HEADER}came = ["nothing", "{came}"]\n').verdict == verdict


def test_a_run_that_ends_otherwise_is_judged() -> None:
    text = f'{HEADER}outcome = "TIMEOUT"\n'
    assert judged(FRAMES.replace("10ad7", "ad7"), text).verdict == Verdict.FAIL


# Stale quirks.

CASES = [("page_fault/write_read_only", "intel", accepted()), ("invalid_opcode/ud2", "intel", ())]


@pytest.mark.parametrize(
    "text, expected",
    [
        (RF, ""),
        (RF.replace('"*"]', '"page_fault/*"]'), ""),
        (
            RF.replace('"*"]', '"page_fault/*", "double_fault/*"]'),
            "touches nothing in a case of 'double_fault/*'",
        ),
        (RF.replace('"*"]', '"invalid_opcode/*"]'), "touches nothing in a case of 'invalid_opcode/*'"),
        (RF.replace("0x10000", "0x20000"), "change 1 of 'rflags' touches nothing"),
        (RF.replace("reason", 'profiles = ["amd"]\nreason', 1), "touches nothing in a case of '*'"),
        (
            RF.replace("reason", 'except = ["gone/*"]\nreason', 1),
            "no case of its 'except' is called 'gone/*'",
        ),
        (NONE, ""),
        (NONE.replace('"page_fault/*" =', '"page/*" ='), "'instead' has 'page/*', where nothing differs"),
        (
            f'{HEADER}[quirk.instead]\n"*" = """{GOLDEN[GOLDEN.index("frame 1"):]}"""\n',
            "where nothing differs",
        ),
        (f'{HEADER}outcome = "TIMEOUT"\n', ""),
        (f'{HEADER}came = ["no exception"]\n', ""),
        (f'{HEADER}came = ["*"]\n'.replace('"*"]', '"gone/*"]', 1), "touches nothing in a case of 'gone/*'"),
    ],
)
def test_stale(text: str, expected: str) -> None:
    found = quirk.stale(quirks(text), CASES)
    assert bool(found) == bool(expected)
    assert not found or any(expected in problem for problem in found)
    assert all(problem.startswith("engine.toml:1: quirk 'one':") for problem in found)


# Files.


@pytest.mark.parametrize(
    "old, new, line, expected",
    [
        ('id = "one"\n', "", 1, "quirk 'without id': expected 'id'"),
        ('reason = "because"\n', "", 1, "expected 'reason'"),
        ('rule = "SDM"', 'rule = " "', 1, "expected text for 'rule'"),
        ('rule = "SDM"', 'rule = "SDM"\nsince = "1"', 1, "unknown key 'since' in [[quirk]]"),
        ("<10.0", "10.0", 1, "expected comparisons such as"),
        ("<10.0", "<10.0,", 1, "expected comparisons such as"),
        ("<10.0", "<ten", 1, "expected comparisons such as"),
        ('cases = ["*"]', 'cases = "*"', 1, "expected a list of texts for 'cases'"),
        ('cases = ["*"]', "cases = []", 1, "expected a list of texts for 'cases'"),
        ("reason", 'profiles = ["arm"]\nreason', 1, "expected 'intel', 'amd' or '!PROFILE'"),
        ("reason", 'hypervisor = "kvm"\nreason', 1, "expected true or false for 'hypervisor'"),
        ('frame = "*"', "frame = 0", 1, "expected frame ="),
        ('frame = "*"\n', "", 1, "expected frame ="),
        ('field = "rflags"', 'field = "flagz"', 1, "unknown field 'flagz' of '*'"),
        ('field = "rflags"', 'field = "*"', 1, "unknown field '*' of '*'"),
        ('field = "rflags"', 'field = "rflags"\nbits = 3', 1, "unknown key 'bits' in [[quirk.change]]"),
        (
            "clear = 0x10000",
            "",
            1,
            "expected one of clear set value transform other chance for 'rflags', got none",
        ),
        ("clear = 0x10000", "clear = 1\nset = 2", 1, "got clear set"),
        ("clear = 0x10000", 'clear = "RF"', 1, "expected bits for 'clear'"),
        ("clear = 0x10000", "clear = 0", 1, "expected bits for 'clear'"),
        ("clear = 0x10000", 'value = "kept"', 1, "expected a number 0x.. for 'frame 1.rflags', got 'kept'"),
        ("clear = 0x10000", 'transform = "double"', 1, "expected a transform, one of idt_index_times_16"),
        ("clear = 0x10000", "clear = 1\nwhen = { cpl = [3] }", 1, "unknown field 'cpl' in 'when'"),
        ("clear = 0x10000", "clear = 1\nwhen = { vector = 3 }", 1, "expected a list of values for 'vector'"),
        ("clear = 0x10000", 'clear = 1\nwhen = { rflags_set = "RF" }', 1, "expected bits for 'rflags_set'"),
        ("[[quirk.change]]", "[quirk.change]", 1, "expected [[quirk.change]]"),
        ("[[quirk.change]]", 'outcome = "TIMEOUT"\n[[quirk.change]]', 1, "expected either"),
        ("reason", 'outcome = "FAIL"\nreason', 1, "for 'outcome'"),
        ("reason", 'came = ["*"]\nreason', 1, "expected either"),
        ("clear = 0x10000", "other = false", 1, "expected true for 'other', got False"),
        (
            RF[RF.index("[[quirk.change]]") :],
            'outcome = "TIMEOUT"\ncame = ["*"]',
            1,
            "expected no 'came' with TIMEOUT",
        ),
        (RF[RF.index("[[quirk.change]]") :], "", 1, "expected either"),
        (RF[RF.index("[[quirk.change]]") :], "[quirk.instead]\na = 'end'\n", 1, "'a':1: expected 'exit'"),
        ("[[quirk]]", "[[quirks]]", 1, "expected nothing but [[quirk]], got 'quirks'"),
        ("clear = 0x10000\n", f"clear = 0x10000\n{RF}", 11, "expected each id once"),
        ("clear = 0x10000\n", f"clear = 0x10000\n{RF.replace('one', 'two').replace('SDM', '')}", 11, "'two'"),
    ],
)
def test_mistakes_are_named(old: str, new: str, line: int, expected: str) -> None:
    assert old in RF
    with pytest.raises(QuirkError) as error:
        quirks(RF.replace(old, new, 1))
    assert str(error.value).startswith(f"engine.toml:{line}: ") and expected in str(error.value)


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "qemu.toml"
    path.write_text(RF)
    assert quirk_file.read(path)[0].id == "one"
    path.write_text(RF + "field = \n")
    with pytest.raises(QuirkError, match=r"^expected/quirks/qemu.toml:11: expected TOML: "):
        quirk_file.read(path, "expected/quirks/qemu.toml")


def test_a_change_looks_at_the_golden_value_whatever_other_quirks_made_of_it() -> None:
    """One sets RF where the manual has 0, another clears it where it has 1; their order is no matter."""
    text = """
    [[quirk]]
    id = "sets"
    versions = "<10"
    cases = ["*"]
    rule = "r"
    reason = "r"
    [[quirk.change]]
    frame = 1
    field = "rflags"
    set = 0x10000
    [[quirk]]
    id = "clears"
    versions = "<10"
    cases = ["*"]
    rule = "r"
    reason = "r"
    [[quirk.change]]
    frame = 1
    field = "rflags"
    clear = 0x10000
    """
    both = quirk_file.parse(tomllib.loads(text), text, "qemu.toml")
    outcome = Outcome(
        (
            Field("frame 1", Expect("")),
            Field("frame 1.vector", Expect("0x4")),
            Field("frame 1.rflags", Expect("0x2")),
        )
    )
    for quirks in (both, both[::-1]):
        changed, touched = quirk.apply(quirks, outcome)
        assert changed.fields[-1].expect.text == "0x10002"
        assert touched == {"frame 1.rflags": ("sets",)}


def test_a_broken_outcome_is_told_of_each_time(tmp_path: Path) -> None:
    """Files that are kept as tables aren't looked at whole again, but for those with an error."""
    path, kept = tmp_path / "one.toml", tmp_path / "kept.json"
    broken = NONE.replace("end ", "ends ")
    for text in (broken, broken, NONE, NONE, broken):
        path.write_text(text)
        tables = Tables(kept)
        if text == NONE:
            assert quirk_file.read(path, "one.toml", tables)
        else:
            with pytest.raises(QuirkError, match="ends"):
                quirk_file.read(path, "one.toml", tables)
        tables.keep()


def test_every_file_of_the_repository_is_read() -> None:
    """Also those of engines that aren't installed, whose quirks no run here asks for."""
    kinds = {path.relative_to(ROOT / "expected" / "quirks").parts[0].removesuffix(".toml") for path in QUIRKS}
    kinds.remove("measured")
    assert len(kinds) >= 5
    assert load_quirks(ROOT, sorted(kinds)).problems == []
