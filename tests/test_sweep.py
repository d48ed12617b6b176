"""Sweeps: what the guest says, parts and deaths, what is known, and the engines here."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from mini import FAKES, ROOT
from samples import EXPLORES

from trapframe.commands import sweep as command
from trapframe.engines.engine import EndRule, Engine
from trapframe.model import End, EngineId
from trapframe.runs.choice import Chosen, choose_engines
from trapframe.suite import build
from trapframe.suite.select import NothingSelected
from trapframe.sweep import known, report, told, walk
from trapframe.sweep.judge import judge
from trapframe.sweep.known import Known, KnownError
from trapframe.sweep.rom import PARAMETERS, Part
from trapframe.sweep.told import Counts, Difference, Found, Told, ToldError
from trapframe.sweep.shrink import shrink
from trapframe.sweep.walk import Ends, NotWalked, Sweep, Walked
from trapframe.system.folders import build_folder

ENGINE = EngineId("qemu", "qemu", "1.0", "intel", "", "")
WHATS = ("int_n", "#UD")
TYPE = Difference("int_n", "-", "gate.cs-type", "-", "#GP", ("error",))
SAID = """\
trapframe sweep 1
plan 40 10 40
at 0
name 0 -
name 1 gate.cs-type
class 1 0 1 0 d 6 1 0 0 5 3
class 0 0 1 0 d d 22 10200 0 7 2
walked 40 absent 1 shutdown 2 compared 3d agreed 38
hash ff
"""


def ended(text: str) -> bytes:
    data = text.encode()
    return data + b"end exit %x\n" % (sum(data) & 0xFFFF)


# What the guest says.


def test_classes_are_read_by_their_names() -> None:
    counts = told.read(ended(SAID), WHATS).counts
    assert counts is not None
    assert (counts.walked, counts.absent, counts.shutdown, counts.compared, counts.agreed) == (
        64,
        1,
        2,
        61,
        56,
    )
    assert counts.classes == {
        Difference("#UD", "-", "gate.cs-type", "-", "#GP", ("vector=#UD",)): Found(5, 3),
        Difference("int_n", "-", "gate.cs-type", "-", "#GP", ("error", "rflags.IF", "rflags.RF")): Found(
            7, 2
        ),
    }


def test_what_is_cut_off_has_no_counts_but_a_place() -> None:
    said = told.read(ended(SAID)[:50], WHATS)
    assert said.counts is None and said.at == 0


@pytest.mark.parametrize(
    "old, new, what",
    [
        ("hash ff", "hash fe\nnonsense", "unknown line"),
        ("class 1 0 1", "class 1 0 9", "doesn't say"),
        ("walked", "at", "invalid literal|unknown line"),
        ("trapframe sweep 1", "trapframe sweep 2", "expected"),
    ],
)
def test_nonsense_is_refused(old: str, new: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        told.read(ended(SAID.replace(old, new)), WHATS)


def test_a_wrong_sum_is_refused() -> None:
    with pytest.raises(ToldError, match="sum"):
        told.read(ended(SAID).replace(b"hash ff", b"hash fe"), WHATS)


def test_fields_have_their_names_in_the_guests_order() -> None:
    text = (ROOT / "harness" / "sweep" / "own.h").read_text()
    guest = re.findall(r"\bFIELD_([A-Z0-9_]+),", text.partition("enum field {")[2].partition("}")[0])
    other = {"EXT": "error.ext", "TSS_RIP": "tss.eip", "TSS_RFLAGS": "tss.eflags"}
    assert [other.get(name, name.lower().replace("_", ".")) for name in guest] == [
        name if name in other.values() else name.lower() for name in told.FIELD_NAMES
    ]


def test_counts_add_up_in_any_order() -> None:
    one = Counts(1, classes={TYPE: Found(9, 2)}, hash=(1 << 64) - 1)
    two = Counts(2, classes={TYPE: Found(4, 1)}, hash=2)
    assert one + two == two + one == Counts(3, classes={TYPE: Found(4, 3)}, hash=1)


# Parts, and states that end an engine.


def dying(monkeypatch: pytest.MonkeyPatch, rows: Sequence[int]) -> Chosen:
    monkeypatch.setenv("SWEEP_DEATHS", " ".join(map(str, rows)))
    rule = EndRule(End.EXIT, 33, None, None, False)
    program = (sys.executable, str(FAKES / "sweep.py"))
    return Chosen(Engine(ENGINE, program, (), (), "serial", (rule,), ("intel",)), "qemu")


def walked(engine: Chosen, *parts: Part, ends: Ends = Ends()) -> Walked | NotWalked:
    sweep = Sweep("gates", bytes(65_536), Told(axes={"event": WHATS}))
    return walk.walk([(sweep, part) for part in parts], [engine], 1, 60, None, ends=ends)["gates", "qemu"]


def test_a_state_that_ends_the_engine_is_a_class_and_the_rest_is_walked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = walked(dying(monkeypatch, [100, 5000]), Part(0, 9000, 9000, 4096))
    assert isinstance(found, Walked)
    death = Difference("#UD", "-", "gate.cs-type", "-", "#GP", ("end=crash",))
    assert found.counts.walked == 9000
    assert found.counts.classes == {TYPE: Found(0, 8998), death: Found(100, 2)}


def test_an_engine_that_ends_in_many_states_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = walked(dying(monkeypatch, range(0, 200, 2)), Part(0, 200, 200, 1), ends=Ends(crashes=40))
    assert isinstance(found, NotWalked) and str(found) == "0 states never ended, and 40 ended it"


def test_32_bit_sweeps_run_where_there_is_no_64_bit_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    one = dying(monkeypatch, [])
    few = replace(one, engine=replace(one.engine, environments=("pm32", "real16")))
    for bits, engines in ((32, [one, few]), (64, [one])):
        base = bytes(PARAMETERS.size) + bits.to_bytes(8, "little") + bytes(65_536)
        assert Sweep("gates", base, Told()).engines([one, few]) == engines


def test_an_engine_with_less_time_walks_the_first_states_of_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    one = dying(monkeypatch, [])
    slow = replace(one, engine=replace(one.engine, sample=500))
    large, small = (Sweep("gates", b"", Told(product=product, pairs=300)) for product in (1 << 40, 900))
    whole = Part(0, 1000, 1000, 1)
    assert large.part_of(slow, whole) == Part(0, 500, 500, 1)
    assert large.part_of(one, whole) == whole
    assert large.part_of(slow, Part(600, 700, 1000, 1)) == Part(
        600, 700, 1000, 1
    )  # asked for by their numbers
    assert small.part_of(slow, Part(0, 900, 900, 1)) == Part(0, 900, 900, 1)  # that is no sample
    many = Sweep("gates", b"", Told(product=1 << 40, pairs=800))
    assert many.part_of(slow, whole) == Part(0, 800, 800, 1)


# What is known.


def judged(*entries: Known, whole: bool = True, full: bool = False) -> tuple[list[str], list[str], list[str]]:
    found = Walked(Counts(classes={replace(TYPE, differs=("error", "rflags.RF")): Found(3, 4)}))
    judgement = judge("gates", ENGINE, found, entries, whole, full)
    return (
        [one.id for one, _ in judgement.known],
        [" ".join(difference.differs) for difference, _ in judgement.new],
        [one.id for one in judgement.gone],
    )


def entry(id_: str, *differs: str, rules: str = "gate.*", sweeps: str = "*", full: bool = False) -> Known:
    versions = ((">=", "1.0"),)
    return Known(id_, versions, ("intel",), (sweeps,), ("*",), (rules,), ("#GP",), differs, "", full)


def test_two_entries_of_one_cause_count_a_state_once() -> None:
    found = Walked(Counts(classes={replace(TYPE, differs=("error", "rflags.RF")): Found(3, 4)}))
    both = (entry("one", "error"), entry("one", "rflags.RF"))
    judgement = judge("gates", ENGINE, found, both, True, False)
    assert [(one.id, count) for one, count in judgement.known] == [("one", 4)]


def test_known_differences_of_one_class_add_up() -> None:
    assert judged() == ([], ["error rflags.RF"], [])
    assert judged(entry("a", "error")) == (["a"], ["rflags.RF"], [])
    assert judged(entry("a", "error"), entry("b", "rflags.*")) == (["a", "b"], [], [])


def test_what_is_known_of_something_else_explains_nothing() -> None:
    assert judged(entry("a", "*", rules="idt.*")) == ([], ["error rflags.RF"], ["a"])
    assert judged(entry("a", "*", sweeps="iret")) == ([], ["error rflags.RF"], [])
    assert judged(entry("a", "*", rules="-")) == ([], ["error rflags.RF"], ["a"])  # where nothing refused


def test_what_does_not_show_any_more_is_gone_but_in_a_part() -> None:
    assert judged(entry("a", "*"), entry("b", "cr2")) == (["a"], [], ["b"])
    assert judged(entry("a", "*"), entry("b", "cr2"), whole=False) == (["a"], [], [])
    assert judged(entry("a", "*"), entry("b", "cr2", full=True)) == (["a"], [], [])
    assert judged(entry("a", "*"), entry("b", "cr2", full=True), full=True) == (["a"], [], ["b"])


@pytest.mark.parametrize(
    "text, what",
    [
        ('quirk = "no-such"\ndiffers = ["*"]', "no such quirk"),
        ('id = "ext-never-set"\nversions = ">=7"\nreason = "x"\ndiffers = ["*"]', "say quirk"),
        ('id = "own"\nversions = "7"\nreason = "x"\ndiffers = ["*"]', "comparison"),
        ('quirk = "ext-never-set"', "'differs'"),
        ('quirk = "ext-never-set"\ndiffers = ["*"]\nrule = "x"', "unknown key"),
    ],
)
def test_a_bad_entry_is_refused(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "expected" / "sweeps").mkdir(parents=True)
    shutil.copytree(ROOT / "expected" / "quirks", tmp_path / "expected" / "quirks")
    (tmp_path / "expected" / "sweeps" / "qemu.toml").write_text(f"[[known]]\n{text}\n")
    with pytest.raises(KnownError, match=what):
        known.load(tmp_path, "qemu")


# What can't be had, in one line that says what can.


@pytest.mark.parametrize(
    "words, said",
    [
        ("no_such", "no sweep 'no_such'; there is call_gate, debug, "),
        ("iret --shrink", "--shrink: of which state?"),
        ("--trace", "--trace: of which state?"),
        ("iret --debug", "--debug: of which state?"),
        ("iret --keep iret/kept", "--keep: of which state?"),
        ("--show @0", "--show: expected one sweep, got 0; there is call_gate, debug, "),
        ("iret gates --show @0", "--show: expected one sweep, got 2; there is call_gate, debug, "),
        ("iret --show @x", "--show @x: expected a class's id, such as 855e2be7, or a state's number"),
        ("iret --show 855E2BE7", "--show 855E2BE7: expected a class's id"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_told(tmp_path: Path, words: str, said: str) -> None:
    with pytest.raises((command.SweepError, NothingSelected)) as raised:
        quick(tmp_path, *words.split(), "-e", "qemu")
    assert str(raised.value).startswith(said) and "\n" not in str(raised.value)


def test_states_that_are_not_there_are_told() -> None:
    large = Sweep("gates", b"", Told(product=1 << 40, pairs=10))
    small = Sweep("limits", b"", Told(product=100, pairs=10))
    with pytest.raises(
        command.SweepError, match="^--range 0:99999: gates has 16384 states, with --full 10000000$"
    ):
        command._part(large, walk.QUICK, (0, 99_999))
    with pytest.raises(command.SweepError, match="^--range 0:101: limits has 100 states$"):
        command._part(small, walk.FULL, (0, 101))
    options = argparse.Namespace(show="@100", report=Path())
    with pytest.raises(command.SweepError, match="^--show @100: limits has 100 states; the first is @0$"):
        command._state(small, an_engine(), options, walk.QUICK)


def test_a_class_that_is_not_there_is_told(tmp_path: Path) -> None:
    sweep = Sweep("gates", b"", Told(product=100, pairs=10))
    options = argparse.Namespace(show="12", report=tmp_path)

    def state() -> tuple[int, int]:
        return command._state(sweep, an_engine(), options, walk.QUICK)

    with pytest.raises(
        command.SweepError, match=r"isn't there; `\./runner\.py sweep gates -e qemu` walks it"
    ):
        state()
    path = report.path_of(tmp_path, "gates", "qemu")
    path.parent.mkdir()
    plan = "plan: rows 0 to 100 of 100, 10 of pairs, product 100\n"
    path.write_text(f"{plan}12000000 5 1  iretq\n12300000 7 2  iretd\n45600000 9 3  iret\n")
    with pytest.raises(command.SweepError, match="^--show: 12 begins 2 classes of .*; give all of the id$"):
        state()
    options.show = "123"
    assert state() == (7, 100)
    options.show = "99"
    with pytest.raises(command.SweepError, match="no class 99; its lines begin with those that there are$"):
        state()


def an_engine() -> Chosen:
    return Chosen(Engine(ENGINE, (), (), (), "serial", (), ("intel",)), "qemu")


# From a class to its least state.


def test_what_the_class_does_not_need_is_set_back() -> None:
    other = replace(TYPE, differs=("cr2",))

    def class_of(state: tuple[int, ...]) -> Difference | None:
        return TYPE if state[1] == 2 and state[3] else other if state[1] else None

    assert shrink((1, 2, 5, 7, 1), class_of) == (0, 2, 0, 7, 0)


# The engines here.

NAMES = command._names(ROOT, ())


def on(engine: str, name: str, *parts: Part, base: bytes | None = None) -> Walked:
    (chosen,) = choose_engines(ROOT, [engine], 10)
    launchers = build_folder(ROOT) / "launcher"
    rom = base or build.sweep_roms(ROOT, [name], 1)[name]
    described = walk.describe(name, rom, chosen, 60, launchers)
    found = walk.walk([(described, part) for part in parts], [chosen], 1, 300, launchers)[name, chosen.id]
    assert isinstance(found, Walked), found
    return found


def test_quick_sweeps_show_what_is_known_on_qemu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quick(tmp_path, "-e", "qemu") == 0, capsys.readouterr().out


def test_a_part_of_each_shows_what_is_known_on_bochs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert quick(tmp_path, "-e", "bochs", "--range", "8000:12000") == 0, capsys.readouterr().out


def test_what_is_asked_for_with_a_profile_too_is_walked_once(tmp_path: Path) -> None:
    assert quick(tmp_path, "real", "--range", "0:9", "-e", "qemu", "-e", "qemu:amd") == 0
    assert {path.name for path in (tmp_path / "real").iterdir()} == {"qemu.txt", "qemu_amd.txt"}


def quick(folder: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.command(
        parser.parse_args([*words, "-j", "1", "--timeout", "600", "--report", str(folder)])
    )


def test_a_least_state_shows_its_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quick(tmp_path, "iret", "-e", "bochs:intel", "--range", "0:3000")
    told = (tmp_path / "iret" / "bochs_intel.txt").read_text().splitlines()
    (line,) = [one for one in told if one.endswith("iretq  paging.not-present  #PF  cr2")]
    capsys.readouterr()
    assert quick(tmp_path, "iret", "-e", "bochs:intel", "--show", line.split()[0], "--shrink") == 0
    said = capsys.readouterr().out
    marked = [one.split()[0] for one in said.splitlines() if one.endswith("  *")]
    assert "stack" in marked and len(marked) <= 2 and "\n!   cr2 " in said


def test_a_state_is_traced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quick(tmp_path, "gates", "-e", "qemu:intel", "--show", "@0", "--trace") == 0
    said = capsys.readouterr().out
    assert re.search(r"\n *\d+: v=0e e=0002 (.*\n)+ *\d+: v=08 .*\nend: exit\n$", said), said


@pytest.mark.parametrize(
    "name, said",
    [
        ("iret", r"\n0x\w+:  iretq\n(.*\n)*.*handler of #GP, cs:rip 0x8:0x\w+ (.*\n){2} +0x90\n"),
        ("gates32", r"\n0x\w+:  int +0x20\n(.*\n)*.*handler of #GP, cs:eip 0x8:0x\w+ (.*\n){2} +0x102\n"),
    ],
)
def test_a_state_is_debugged_from_its_instruction(name: str, said: str) -> None:
    done = subprocess.run(
        [ROOT / "runner.py", "sweep", name, "-e", "qemu:intel", "--show", "@0", "--debug"],
        input="delivered\nkill\nquit\n",
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert re.search(said, done.stdout), done.stdout + done.stderr


@pytest.mark.parametrize("name", ["gates", "iret", "gates32", "tasks", "real"])
def test_any_cut_gives_the_same(name: str) -> None:
    rows = walk.QUICK
    at_once = on("qemu", name, Part(2000, 4000, rows, 4096))
    cut = on(
        "qemu", name, Part(3111, 4000, rows, 4096), Part(2000, 2001, rows, 1), Part(2001, 3111, rows, 64)
    )
    described = Sweep(name, b"", Told())
    whole = Part(2000, 4000, rows, 4096)
    assert report.whole(described, whole, "", at_once) == report.whole(described, whole, "", cut)


@pytest.mark.parametrize("engine", ["qemu", "bochs"])
def test_a_kept_prediction_tells_what_each_state_by_itself_does(engine: str) -> None:
    rows = 1_179_648  # all: it is walked in its order
    parts = [Part(0, 3000, rows, 4096), Part(593_000, 596_000, rows, 4096)]
    sweep = Sweep("plain_gates", b"", Told())
    kept, anew = (
        report.whole(sweep, parts[0], "", on(engine, "plain_gates", *some))
        for some in (parts, [replace(part, anew=True) for part in parts])
    )
    assert kept == anew


def test_flags_decide_by_one_function_alone() -> None:
    """Who keeps predictions asks it which they are: what reads flags otherwise only moves or masks them."""
    reads = [
        line.strip()
        for path in sorted((ROOT / "spec").glob("*.[ch]"))
        for line in path.read_text().splitlines()
        if re.search(r"(rflags|d->flags) (&(?!=) (?!~)|>>)", line)
    ]
    assert reads == ["return m->rflags & flags;"]


# Mistakes in the specification: two in the gate, all at night.
MISTAKES = [
    (
        "deliver.c",
        "FL_TF | FL_NT | FL_RF | FL_VM",
        "FL_TF | FL_RF | FL_VM",
        "plain_gates",
        "handler.rflags.NT",
    ),
    ("deliver.c", "s.sp &= ~15ull", "s.sp &= ~7ull", "gates", "handler.rsp"),
    ("return.c", "if (rpl < m->cpl)", "if (false)", "iret", "vector=#GP"),
    ("selector.c", "is_conforming(s) || (m->cpl", "(m->cpl", "segment_load", "handler.gprs"),
    ("deliver.c", "if ((selector & 3) != dpl)", "if (false)", "gates32", "vector=#TS"),
    ("task.c", "if ((selector & 3) != m->cpl)", "if (false)", "tasks", "vector=#TS"),
    ("task.c", "cause == TASK_IRET ? FL_NT : 0", "0", "tasks", "tss.eflags"),
    ("task.c", "m->cr0 |= CR0_TS;", "", "tasks", "cr0"),
    (
        "deliver.c",
        "(FL_IF | FL_TF | FL_AC | FL_RF)",
        "(FL_IF | FL_TF | FL_RF)",
        "real",
        "handler.rflags.AC",
    ),
    ("memory.c", "return last <= s->limit;", "return last < s->limit;", "limits", "vector=vector 34"),
    ("translate.c", "ENTRY_A | ENTRY_D : ENTRY_A", "ENTRY_A : ENTRY_A", "paging", "entries"),
    ("system_call.c", "m->gpr[RDX] & LOW32", "m->gpr[RDX]", "system_call", "vector=vector 66"),
    ("boundary.c", "first - address < size", "first - address < size - 1", "debug", "vector=#DB"),
    ("boundary.c", "m->rflags &= ~FL_RF;", "", "debug", "rflags.RF"),
]


@pytest.mark.parametrize("file, old, new, name, differs", MISTAKES if EXPLORES else MISTAKES[::7])
def test_another_prediction_is_seen(
    tmp_path: Path, file: str, old: str, new: str, name: str, differs: str
) -> None:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    source = (tmp_path / "spec" / file).read_text()
    assert source.count(old) == 1
    (tmp_path / "spec" / file).write_text(source.replace(old, new))
    rom = tmp_path / "build" / "sweeps" / f"{name}.rom"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    subprocess.run(
        ["make", "-s", f"BUILD={tmp_path / 'build'}", f"SPEC={tmp_path / 'spec'}", str(rom)],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    after = on("bochs", name, SHORT, base=rom.read_bytes()).counts.classes
    assert differs in {one for key in after.keys() - unmutated(name) for one in key.differs}


SHORT = Part(0, 3000, walk.QUICK, 4096)


@cache
def unmutated(name: str) -> frozenset[Difference]:
    return frozenset(on("bochs", name, SHORT).counts.classes)
