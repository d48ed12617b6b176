"""Tests that were recorded from a 286, replayed: the reader, the ROM, the judge, the engines here."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import struct
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini import ROOT
from samples import UNTIMED

from trapframe.model import End, RunResult
from trapframe.replay import expectation, moo, run, sample, setting, table
from trapframe.replay.expectation import of_others, recorded
from trapframe.replay.instruction import decode
from trapframe.replay.judge import GREEN, Judgement, Verdict, judge
from trapframe.replay.moo import MooError
from trapframe.replay.moo import Test as Moo  # the name isn't one of pytest's
from trapframe.replay.run import NotReplayed, Outcome
from trapframe.replay.table import ReplayError, Result
from trapframe.runs.choice import choose_engines
from trapframe.suite import build
from trapframe.system.folders import build_folder

SET = ROOT / "tests" / "replay" / "v1_real_mode"
FOLDER = moo.open_folder(SET)
TAKEN = sample.take(FOLDER, 10**6)
ALL = {test.label: test for path in FOLDER.files for test in moo.read(path)}
RULES = expectation.load()
LIMITS = (12, 13)  # vectors of a segment's limit, which QEMU doesn't check


def replayed(engine: str, *tests: Moo) -> list[Outcome]:
    (chosen,) = choose_engines(ROOT, [engine], 10)
    launchers = build_folder(ROOT) / "launcher"
    found = run.replay(build.replay_rom(ROOT, 1), tests, [chosen], 1, 20, launchers)[chosen.id]
    assert not isinstance(found, NotReplayed), found
    return [found[number] for number in range(len(tests))]


def judged(test: Moo, outcome: Outcome) -> Judgement:
    record = recorded(test, FOLDER.masks)
    return judge(test, record, of_others(test, record, RULES), outcome.result, outcome.end)


@pytest.fixture(scope="module")
def by_engine() -> dict[str, list[Judgement]]:
    return {
        engine: [judged(*pair) for pair in zip(TAKEN.tests, replayed(engine, *TAKEN.tests))]
        for engine in ("qemu", "bochs")
    }


# What is replayed.


def test_of_the_sample_what_can_be_had_is_replayed() -> None:
    assert len(TAKEN.tests) + sum(TAKEN.skipped.values()) == TAKEN.whole == len(ALL)
    assert len(TAKEN.tests) == 74
    assert {re.sub(r" \(.*|, .*", "", reason): count for reason, count in TAKEN.skipped.items()} == {
        "a far transfer that only a 286 refuses": 1,
        "a transfer whose target can't be set": 1,
        "it needs memory where a PC has devices or ROM": 1,
        "it reads or writes a port where a PC has devices": 1,
        "its operand is its vector's entry": 1,
        "its record lacks bytes of the frame": 1,
    }


def test_a_smaller_sample_has_as_many_of_each_vector() -> None:
    some = sample.take(FOLDER, 20)
    kinds = Counter(sample.INT_N if sample.is_int_n(test) else test.vector for test in some.tests)
    assert kinds == {0: 3, 3: 3, 4: 3, 5: 3, 6: 3, 13: 3, sample.INT_N: 3}
    own = [test for test in some.tests if not sample.is_int_n(test)]
    assert len({test.file for test in own if test.vector in (0, 6, 13)}) == 9
    assert some.tests == sample.take(FOLDER, 20).tests


def test_a_revoked_test_is_left_away(tmp_path: Path) -> None:
    shutil.copytree(SET, tmp_path / "v1")
    first = TAKEN.tests[0]
    (tmp_path / moo.REVOKED).write_text(f"# bad ones\n{first.digest}\n")
    taken = sample.take(moo.open_folder(tmp_path / "v1"), 10**6)
    assert taken.skipped["revoked by the set's author"] == 1
    assert first not in taken.tests


def test_a_checkout_of_the_set_is_the_folder_in_it(tmp_path: Path) -> None:
    shutil.copytree(SET, tmp_path / moo.SUBFOLDER)
    assert len(moo.open_folder(tmp_path).files) == len(FOLDER.files)


def test_harness_keeps_away_from_what_a_test_touches() -> None:
    test = TAKEN.tests[0]
    inside = {setting.BLOCKS[0] + 0x100: 1}
    assert setting.block_for(replace(test, memory=inside)) == setting.BLOCKS[1]
    everywhere = {base: 1 for base in setting.BLOCKS}
    assert (
        sample.why_not(replace(test, memory={**test.memory, **everywhere})) == "it leaves the harness no room"
    )


# The engines. Bochs checks limits; QEMU never does, and 7.2 and 10.0 lack some #UD.


def test_bochs_agrees_with_the_286_where_it_should(by_engine: Mapping[str, list[Judgement]]) -> None:
    found = by_engine["bochs"]
    assert [(one.test.label, one.differences) for one in found if one.verdict not in GREEN] == []
    assert Counter(one.verdict for one in found) == {Verdict.AGREE: 40, Verdict.OTHERS: 34}
    assert {name for one in found for name in one.rules} == {rule.name for rule in RULES} - {
        "flags of a repeated comparison"
    }


def test_qemu_agrees_but_for_limits_and_ud(by_engine: Mapping[str, list[Judgement]]) -> None:
    red = [one for one in by_engine["qemu"] if one.verdict not in GREEN]
    assert {one.verdict for one in red} <= {Verdict.MISSING, Verdict.VECTOR, Verdict.IP}
    due = {one.expected for one in red if one.test.vector not in LIMITS}
    assert due <= {"#UD"}
    checked = {one.test.label for one in by_engine["qemu"] if one.test.vector in (0, 3, 4, 5, 0x45, 0xE1)}
    assert len(checked) >= 18 and not checked & {one.test.label for one in red if one.expected != "#UD"}


@pytest.mark.parametrize("engine", ["qemu", "bochs"])
def test_behind_a_shutdown_the_next_test_is_replayed(engine: str) -> None:
    """A processor without a limit pushes across the end, and none does so on a stack that isn't there."""
    first, last = ALL["CC/3782"], ALL["CE/564"]
    ends = replace(first, before={**first.before, "sp": 3}, after={**first.after, "sp": 0xFFFD})
    one, two, three = replayed(engine, first, ends, last)
    assert judged(first, one).verdict is judged(last, three).verdict is Verdict.AGREE
    if engine == "bochs":
        assert two == Outcome(None, "a shutdown")


def test_memory_that_a_test_writes_is_told() -> None:
    """Bytes of a repeated store before the one that faults."""
    test = ALL["AB/1703"]
    (outcome,) = replayed("bochs", test)
    assert outcome.result and len(outcome.result.memory) > 40
    assert judged(test, outcome).verdict is Verdict.OTHERS


# A changed byte.


def changed(folder: Path, file: str, old: bytes, new: bytes) -> None:
    """In one test of a file of the set."""
    path = folder / f"{file}.MOO.gz"
    data = gzip.decompress(path.read_bytes())
    assert data.count(old) == 1
    path.write_bytes(gzip.compress(data.replace(old, new)))


def frame_bytes(test: Moo, word: int, value: int | None = None) -> bytes:
    """As the file has them, one behind the other: IP, CS or FLAGS."""
    low, high = setting.frame_addresses(test)[2 * word : 2 * word + 2]
    bytes_ = (test.written[low], test.written[high]) if value is None else (value & 0xFF, value >> 8)
    return struct.pack("<IBIB", low, bytes_[0], high, bytes_[1])


@pytest.mark.parametrize(
    "word, value, said",
    [
        (0, 0x1234, "other IP pushed where #OF is due: 1 (CE 1)"),
        (2, 0x0802, "other flags where #OF is due: 1 (CE 1)"),
    ],
)
def test_a_changed_byte_is_red(tmp_path: Path, word: int, value: int, said: str) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("metadata.json", "CE.MOO.gz", "CC.MOO.gz"):
        shutil.copy(SET / name, folder)
    assert ran(folder, "-e", "bochs").returncode == 0
    test = ALL["CE/564"]
    changed(folder, "CE", frame_bytes(test, word), frame_bytes(test, word, value))
    done = ran(folder, "-e", "bochs")
    assert done.returncode == 1
    assert said in done.stdout and "CE/564  ce  into" in done.stdout


def ran(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "runner.py", "replay", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def test_nothing_to_replay(tmp_path: Path) -> None:
    shutil.copy(SET / "metadata.json", tmp_path)
    done = ran(tmp_path, "-e", "bochs")
    assert (done.returncode, done.stderr) == (2, f"runner.py: {tmp_path}: no *.MOO.gz and no *.MOO\n")
    shutil.copy(SET / "9A.MOO.gz", tmp_path)
    done = ran(tmp_path, "-e", "bochs")
    assert (done.returncode, done.stderr) == (4, f"runner.py: {tmp_path}: no test that can be replayed\n")
    assert "1 can't be had: a far transfer that only a 286 refuses, for its length" in done.stdout


# The judge, and what differs from the 286.


@pytest.mark.parametrize(
    "label, rules, vector",
    [
        ("F7.7/3449", (), 0),
        ("F6.6/2870", ("LOCK",), 6),
        ("CD/4405", ("LOCK",), 6),
        ("8C/1824", (), 6),  # LOCK and FS: #UD on both
        ("8C/4028", ("FS and GS",), 3),
        ("8E/2018", (), 6),
        ("81.2/4801", ("length",), 3),
        ("19/3484", (), 13),
        ("C1.2/1993", ("stack segment",), 12),
        ("C3/114", ("stack segment",), 12),
        ("8F/1467", ("POP to memory", "stack segment"), 12),
        ("A5/1307", ("restart", "stack segment"), 12),
        ("AB/4561", ("restart",), 13),
        ("D4/862", ("AAM by 0",), 0),
    ],
)
def test_what_others_do(label: str, rules: tuple[str, ...], vector: int) -> None:
    record = recorded(ALL[label], FOLDER.masks)
    others = of_others(ALL[label], record, RULES)
    assert (others.rules, others.result.vector) == (rules, vector)
    assert judge(ALL[label], record, others, record.result, "").verdict is Verdict.AGREE
    expected = Verdict.OTHERS if rules else Verdict.AGREE
    assert judge(ALL[label], record, others, others.result, "").verdict is expected


def test_registers_of_a_repeated_string_instruction() -> None:
    """REP STOSW that faults behind some words: a 286 has counted the faulting one twice."""
    test = ALL["AB/1703"]
    record = recorded(test, FOLDER.masks)
    others = of_others(test, record, RULES)
    done = (test.before["di"] + 1) // 2  # words: DF is set
    assert others.result.registers == {"cx": test.before["cx"] - done, "di": 0xFFFF}
    assert record.result.registers["cx"] == test.before["cx"] - done - 2
    assert record.result.registers["di"] != 0xFFFF


def test_flags_of_a_repeated_comparison() -> None:
    test = ALL["A7/2799"]
    repeated = replace(test, code=b"\xf3" + test.code, after={**test.after, "flags": 0x0402})
    record = recorded(repeated, FOLDER.masks)
    others = of_others(repeated, record, RULES)
    assert "flags of a repeated comparison" in others.rules
    assert others.result.pushed == setting.flags_before(test)


DIFFERENCES = [
    ({"vector": 6}, Verdict.VECTOR),
    ({"vector": 3}, Verdict.MISSING),
    ({"ip": 0}, Verdict.IP),
    ({"cs": 0}, Verdict.IP),
    ({"pushed": 0x0803}, Verdict.FLAGS),
    ({"flags": 0x0002 | 0x0200}, Verdict.FLAGS),
    ({"sp": 0}, Verdict.REGISTER),
    ({"registers": {"ax": 0x10000}}, Verdict.REGISTER),
    ({"memory": {0x1234: 0}}, Verdict.MEMORY),
]


@pytest.mark.parametrize("change, verdict", DIFFERENCES, ids=[str(change) for change, _ in DIFFERENCES])
def test_each_part_of_a_result_counts(change: dict[str, object], verdict: Verdict) -> None:
    test = ALL["19/3484"]
    test = replace(test, memory={**test.memory, 0x1234: 1})
    record = recorded(test, FOLDER.masks)
    result = replace(record.result, **change)
    found = judge(test, record, record, result, "")
    assert found.verdict is verdict and len(found.differences) == 1


def test_without_a_result_the_end_is_told() -> None:
    record = recorded(ALL["19/3484"], FOLDER.masks)
    found = judge(ALL["19/3484"], record, record, None, "a shutdown")
    assert (found.verdict, found.differences) == (Verdict.MISSING, ("vector  #GP  a shutdown",))


def test_undefined_flags_count_only_behind_a_divide_error() -> None:
    divides, faults = ALL["F7.7/3449"], ALL["C1.4/2078"]
    for test, verdict in ((divides, Verdict.AGREE), (faults, Verdict.FLAGS)):
        record = recorded(test, FOLDER.masks)
        result = replace(record.result, pushed=record.result.pushed ^ 0x10)  # AF: the set masks it for both
        assert judge(test, record, record, result, "").verdict is verdict


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "[[rule]]\nname = 'x'\nwhen.moon = 1\nthen.vector = 6\nmanual = ''\nbecause = ''",
            "unknown key 'moon'",
        ),
        (
            "[[rule]]\nname = 'x'\nwhen.vector = 1\nthen.state = 'odd'\nmanual = ''\nbecause = ''",
            "state 'odd'",
        ),
        ("[[rule]]\nname = 'x'\nwhy = 'y'", "why"),
        ("[[rule", "Expected"),
    ],
)
def test_rules_that_nobody_understands(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(expectation.RuleError, match=message):
        expectation.load(tmp_path / "rules.toml")


@pytest.mark.parametrize(
    "code, form, segment",
    [
        ("01 04", "01", "ds"),  # [SI]
        ("03 02", "03", "ss"),  # [BP+SI]
        ("26 03 02", "03", "es"),
        ("36 3e ff 36 ff ff", "FF.6", "ds"),  # [FFFF]: no BP; the last prefix counts
        ("c7 46 01 34 12", "C7", "ss"),  # [BP+1]
        ("f7 b4 01 00", "F7.6", "ds"),  # [SI+1]
        ("60", "60", ""),  # PUSHA has a rule of its own
        ("61", "61", "ss"),
        ("a5", "A5", "ds"),
        ("ab", "AB", "es"),
    ],
)
def test_segment_of_an_overrun(code: str, form: str, segment: str) -> None:
    instruction = decode(bytes.fromhex(code))
    registers = {"bx": 0, "si": 0xFFFF, "di": 0xFFFF, "bp": 0xFFFF, "cx": 1}
    registers |= {"si": 0xFFFE} if form == "F7.6" else {"bp": 0xFFFE} if form == "C7" else {}
    registers |= {"si": 0, "bp": 0xFFFF} if form == "03" else {}
    assert (instruction.form, instruction.overrun(registers)) == (form, segment)


# Files of the set that aren't.


def test_each_cut_of_a_file_is_told(tmp_path: Path) -> None:
    data = gzip.decompress((SET / "D4.MOO.gz").read_bytes())
    path = tmp_path / "D4.MOO"
    for end in range(0, len(data), 97):
        path.write_bytes(data[:end])
        try:
            list(moo.read(path))
        except MooError as error:
            assert str(error).startswith(f"{path}: ")
        else:
            assert end > data.rindex(b"EXCP") or b"EXCP" not in data[:end]


@UNTIMED
@given(st.data())
def test_nothing_in_a_file_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(gzip.decompress((SET / "D4.MOO.gz").read_bytes()))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = Path(f"{build_folder(ROOT)}/changed.MOO")
    path.write_bytes(content)
    try:
        for test in moo.read(path):
            if not sample.why_not(test):
                recorded(test, FOLDER.masks)
    except MooError:
        pass
    finally:
        path.unlink()


@pytest.mark.parametrize("told", ["", "[]", '{"opcodes": {}}', '{"opcodes": 1, "cpu_detail": ""}'])
def test_metadata_of_something_else(tmp_path: Path, told: str) -> None:
    (tmp_path / moo.METADATA).write_text(told)
    with pytest.raises(MooError, match="expected metadata.json of SingleStepTests/80286"):
        moo.open_folder(tmp_path)


# The record.

LINES = "trapframe replay 1\n0 d fff8 5608 231 c82 c82\n1 0 6 1 2 3 4 ax=12345678 es=1 1234=ff cc=0\n"


def whole(lines: str) -> bytes:
    return (lines + f"end exit {sum(lines.encode()) & 0xFFFF:x}\n").encode()


def test_a_record() -> None:
    results, is_whole = table.parse(whole(LINES))
    assert is_whole
    assert results[0] == Result(0xD, 0xFFF8, 0x5608, 0x231, 0xC82, 0xC82, {}, {})
    assert results[1].registers == {"ax": 0x12345678, "es": 1}
    assert results[1].memory == {0x1234: 0xFF, 0xCC: 0}


def test_a_record_that_broke_off() -> None:
    for cut in range(len("trapframe replay 1\n"), len(whole(LINES)) - 1):
        results, is_whole = table.parse(whole(LINES)[:cut])
        assert not is_whole and len(results) == whole(LINES)[:cut].count(b"\n") - 1


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"trapframe replay 2\n",
        b"trapframe 2\n",
        b"trapframe replay 1\nend exit 0\n",
        whole(LINES) + b"x",
        whole(LINES.replace("ax", "ay")),
        whole(LINES.replace(" 231", " g")),
        b"trapframe replay 1\n\xff\n",
    ],
)
def test_a_record_that_is_none(text: bytes) -> None:
    with pytest.raises(ReplayError):
        table.parse(text)


def test_tables_of_a_rom() -> None:
    base = build.replay_rom(ROOT, 1)
    roms = list(table.images(base, TAKEN.tests * 20))
    assert len(roms) > 1 and sum(len(tests) for _, tests in roms) == 20 * len(TAKEN.tests)
    for image, tests in roms:
        assert len(image) == len(base)
        assert (
            image[: table.TABLE] == base[: table.TABLE]
            and image[table.TABLE_END :] == base[table.TABLE_END :]
        )
        at = table.TABLE + 2
        for test in tests:
            one = table.entry(test)
            assert image[at : at + len(one)] == one and struct.unpack_from("<H", one)[0] == len(one)
            at += len(one)


# How an engine ends.


def ended(end: End, lines: str) -> RunResult:
    serial = whole(lines) if end is End.EXIT else lines.encode()
    return RunResult(end, serial, "", 0.1, None, ())


def test_where_the_next_boot_begins() -> None:
    rom = run._Rom(b"", 10, 4)
    head, lines = "trapframe replay 1\n", [f"{n:x} 6 1 1 1 1 1\n" for n in range(4)]
    found: dict[int, Outcome] = {}
    assert run._read(rom, 0, ended(End.SHUTDOWN, head + lines[0]), found) == 2
    assert found[11] == Outcome(None, "a shutdown")
    assert run._read(rom, 2, ended(End.TIMEOUT, head + lines[2]), found) == 3  # it may only be slow
    assert 13 not in found
    assert run._read(rom, 3, ended(End.TIMEOUT, head), found) is None
    assert found[13] == Outcome(None, "no end")
    assert run._read(rom, 3, ended(End.EXIT, head + lines[3]), found) is None
    assert [outcome.end for _, outcome in sorted(found.items())] == ["", "a shutdown", "", ""]
    with pytest.raises(ReplayError):
        run._read(rom, 0, ended(End.EXIT, head + lines[0]), found)
    with pytest.raises(ReplayError):
        run._read(rom, 0, ended(End.SHUTDOWN, head + lines[1]), found)
    with pytest.raises(NotReplayed, match="crash: it sends nothing"):
        run._read(rom, 0, ended(End.CRASH, ""), found)


def test_metadata_of_the_sample_is_of_its_files() -> None:
    told = json.loads((SET / moo.METADATA).read_bytes())
    assert set(told["opcodes"]) == {path.name.split(".")[0] for path in FOLDER.files}
    assert FOLDER.masks["F7.7"] == 63274 and FOLDER.masks["D4"] == 63470
