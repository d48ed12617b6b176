"""The golden files of all environments, held to the specification: docs/spec.md, "The golden files"."""

from __future__ import annotations

import gc
import re
import shutil
import weakref
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from mini import ROOT
from samples import EXPLORES
from suite import Suite, read
from trapframe.engines.assembly import prepare
from trapframe.engines.job import Job, run_job
from trapframe.engines.request import read_request
from trapframe.model import Difference
from trapframe.pages import coverage, engines_by_rules
from trapframe.pages import prediction as page
from trapframe.prediction import description, every
from trapframe.prediction.compare import Prediction, predict
from trapframe.prediction.kept import Kept
from trapframe.prediction.table import MAYBE_ABSENT
from trapframe.prediction.description import DESCRIBE, DescriptionError
from trapframe.spec import CHOICES, OPEN, VENDORS
from trapframe.suite.workspace import open_workspace
from trapframe.system.folders import build_folder
from trapframe.system.process import Limit
from trapframe.truth.expect import Expect

FOLLOWED = 0.94  # of the cases of each environment at least, whole
UNMODELLED = (
    MAYBE_ABSENT,
    "FRSTOR",
    "FXRSTOR of x87 registers",
    "FERR#",  # what a PC makes of it
    "handlers of the case's own, for each of many instructions",
    "an action of the case's own that takes its frame back",
    "opmask register",
)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return read(tmp_path_factory.mktemp("spec"))


@pytest.fixture(scope="module")
def predictions(suite: Suite) -> list[Prediction]:
    return every.predict_every(suite.spec, suite.workspace, suite.known, suite.sent, suite.part, Kept(ROOT))


def test_what_is_kept_is_what_was_found(suite: Suite, tmp_path: Path) -> None:
    """Until its golden file changes; one that differs is not kept at all."""
    for name in ("spec", "trapframe", "expected/gate"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    cases = [one for one in suite.workspace.cases if one.file == "gate/trap"]
    rest = (suite.workspace, suite.known, suite.sent, cases)
    first = every.predict_every(suite.spec, *rest, Kept(tmp_path))
    other = type(suite.spec).__new__(type(suite.spec))  # which can do nothing
    assert first and every.predict_every(other, *rest, Kept(tmp_path)) == first
    for path in (tmp_path / "expected/gate/trap.txt", tmp_path / "spec/deliver.c"):
        path.write_text(path.read_text() + "\n")
        with pytest.raises(AttributeError):
            every.predict_every(other, *rest, Kept(tmp_path))
        assert every.predict_every(suite.spec, *rest, Kept(tmp_path)) == first
    wrong = [replace(first[0], differences=(Difference("end", "exit", "shutdown"),))]
    Kept(tmp_path).write("gate/wrong", "key", wrong)
    assert Kept(tmp_path).read("gate/wrong", "key") is None


def test_a_run_leaves_nothing_behind(suite: Suite) -> None:
    """Megabytes each: in a large process it is long until somebody looks for circles."""
    left = []
    gc.collect()
    gc.disable()
    try:
        for info in suite.part[::50]:
            if info.case in suite.sent:
                told = suite.described(info)
                for vendor in VENDORS:
                    if outcomes := suite.outcomes(info.case, vendor):
                        predict(suite.spec, info, told, vendor, outcomes)
                there = weakref.ref(told)
                del told
                left += [info.case] if there() else []
    finally:
        gc.enable()
    assert left == []


def test_no_golden_file_differs(predictions: list[Prediction]) -> None:
    wrong = [
        f"{one.case} {one.profile} {' '.join(one.choices)}: {diff.field} {diff.expected} | {diff.actual}"
        for one in predictions
        for diff in one.differences
    ]
    assert wrong == []


def test_nearly_all_are_followed_whole(predictions: list[Prediction]) -> None:
    modelled = [one for one in predictions if one.stopped not in UNMODELLED]
    counts = Counter((env, one.agrees and not one.stopped) for one in modelled for env in (one.env, "all"))
    for env in {env for env, _ in counts}:
        assert counts[env, True] >= FOLLOWED * (counts[env, True] + counts[env, False]), env


def test_the_page_has_every_case() -> None:
    text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    row = re.search(r"^\| all \| both \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", text, re.MULTILINE)
    cases = open_workspace(ROOT, 2, images=False).cases
    assert row and sum(map(int, row.groups())) == 2 * len(cases), "run `make prediction`"


def test_the_table_of_rules_is_current(suite: Suite, predictions: list[Prediction]) -> None:
    lacking = {one.case for one in predictions if one.stopped == every.NOT_DESCRIBED}
    part = {one.case for one in suite.part} - lacking
    tables = [
        {case: (one.env, one.vector, one.rules) for one in groups for case in one.cases if case in part}
        for groups in (page.groups(predictions, suite.part), engines_by_rules.read(ROOT))
    ]
    assert tables[0] == tables[1], "run `make prediction`"


@pytest.mark.skipif(not EXPLORES, reason="of all cases: at night")
def test_the_page_is_current(suite: Suite, predictions: list[Prediction]) -> None:
    """Where the emulators can describe as many cases as those of whoever wrote it."""
    text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    row = re.search(rf"^\| {every.NOT_DESCRIBED} \| (\d+) \|", text, re.MULTILINE)
    lacking = sum(one.case not in suite.sent for one in suite.workspace.cases)
    if lacking == (int(row[1]) if row else 0):
        manual = coverage.read((ROOT / coverage.RULES).read_text(encoding="utf-8"))
        assert page.page(predictions, page.all_rules(ROOT), manual) == text, "run `make prediction`"
        table = (ROOT / engines_by_rules.RULES).read_text(encoding="utf-8")
        assert page.rules_of_cases(predictions, suite.part) == table, "run `make prediction`"


def test_each_rule_of_the_specification_has_a_line(suite: Suite, predictions: list[Prediction]) -> None:
    """With how many cases pass through it; one that none does is a hole, and stands before them."""
    manual = coverage.read((ROOT / coverage.RULES).read_text(encoding="utf-8"))
    rules = page.all_rules(ROOT)
    passed = frozenset(name for name, _ in rules[1:])
    of = [
        replace(one, rules=passed & {"idt.gate.dpl"} if number else passed)
        for number, one in enumerate(predictions)
    ]
    asked = {one.case for one in of}
    rest = [info for info in suite.workspace.cases if info.case not in asked]
    of += [Prediction(info.case, info.env, "intel", stopped="not asked") for info in rest]
    text = page.page(of, rules, manual)
    assert f"{len(rules) - 1} of {len(rules)} rules" in text
    assert f"These didn't:\n\n| rule | section |\n|---|---|\n| {rules[0][0]} | {rules[0][1]} |\n\n" in text
    counts = dict(re.findall(r"^\| ([a-z0-9-]+\.[a-z.0-9-]+) \| [^|]+ \| (\d+) \| ", text, re.MULTILINE))
    assert {name for name, _ in rules[1:]} == set(counts)
    assert int(counts["idt.gate.dpl"]) == len(asked) and counts["task.busy"] == "1"


WRONG = [
    ("gate/not_present", "frame 1.error", "0x203"),
    ("gate/trap_keeps_if", "frame 1.handler.rflags", "0x8d7"),
    ("gate/trap_keeps_if", "frame 1.rip", "fault+0x0"),
    ("breakpoint/int3_user", "frame 1.handler.ss", "0x3"),
    ("breakpoint/int3_user", "frame 1.handler.rsp", "rsp0_top-0x30"),
    ("page_fault/large_page_2m_write_read_only", "frame 1.error", "0x2"),
    ("double_fault/matrix_de_gp", "frame 1.vector", "0xd"),
    ("real_mode/delivery_single_step", "frame 1.flags", "0xad7"),
    ("task_switch/transfer_jump", "frame 1.task.main.type", "0xb"),
    ("page_fault/levels_execute_disable_pde", "value.pde", "0x8000000000000007"),
    ("page_fault/cross_write_second", "memory.first+0x0", "00112131415161718191a1b1c1d1e1f0"),
    ("pm_access_rights/lsl_lsl_memory_writable", "final.gpr.eax", "0x34567ffe"),
    ("simd_floating_point/cause_zero_by_zero", "frame 1.vector", "0x6"),
    ("x87_floating_point/waiting_fadd", "frame 1.vector", "0xd"),
    ("resume/modified_frame_rip_rsp_cf", "final.rflags", "0xad7"),
    ("control_register/cr4_cet", "frame 1.vector", "0x6"),
]


@pytest.mark.parametrize(("name", "field", "text"), WRONG)
def test_a_mistake_is_seen(suite: Suite, name: str, field: str, text: str) -> None:
    """One field of a golden file that says something else."""
    (outcome,) = suite.outcomes(name)
    assert suite.predict(name, (outcome,)).agrees
    fields = tuple(replace(one, expect=Expect(text)) if one.name == field else one for one in outcome.fields)
    if fields == outcome.fields:
        group = next(one for one in outcome.fields if one.name == f"{field.partition('.')[0]}.tasks")
        fields = (*fields, replace(group, name=field, expect=Expect(text)))
    wrong = suite.predict(name, (replace(outcome, fields=fields),)).differences
    assert field in [one.field for one in wrong]


def test_a_missing_alternative_is_seen(suite: Suite) -> None:
    """Each value of a choice that the manual leaves open has to be accepted."""
    name = "gate/code_selector_compat"
    selector, vector = suite.outcomes(name)
    assert suite.predict(name, (selector, vector)).agrees
    found = suite.predict(name, (selector,))
    assert [one.field for one in found.differences] == ["frame 1.error"]
    assert found.choices == ("gate_cs_mode_error=1",)
    assert suite.predict(name, (selector, vector)).unreached == ()


DESCRIBED = ("gate/trap_keeps_if", "page_fault/large_page_2m_read", "real_mode/delivery_nested")


@pytest.mark.parametrize("name", (*DESCRIBED, "task_switch/transfer_jump", "interrupt/vector_20"))
def test_every_emulator_describes_a_case_alike(
    suite: Suite, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    info = suite.case(name)
    sent = set()
    for kind in ("qemu", "bochs"):
        folder = ROOT / "engines"
        engine = prepare(read_request(kind, folder), folder, build_folder(ROOT) / "engines.json")
        job = Job(name, engine, kind, suite.workspace.images[info.file], info.variant | DESCRIBE)
        result = run_job(job, Limit(60), tmp_path_factory.mktemp(kind))
        assert result
        sent.add(result.serial)
    assert len(sent) == 1


def test_a_description_that_is_cut(suite: Suite) -> None:
    suite.described(suite.case("gate/trap_keeps_if"))
    sent = suite.sent["gate/trap_keeps_if"]
    rom = suite.workspace.images["gate/trap"]
    assert description.parse(sent, rom).memory[0x112000:0x112008] != bytes(8)
    for cut in (sent[:-5], sent[: sent.index(b"armed")], sent.replace(b"words ", b"wards ", 1)):
        with pytest.raises(DescriptionError):
            description.parse(cut, rom)


def test_open_choices_are_those_of_the_table() -> None:
    """docs/choices.md has each in its column `open`."""
    text = (ROOT / "docs/choices.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"^\| `(\w+)` \| \d \| \d \| *(\w*) *\|", text, re.MULTILINE))
    words = {"": (), "both": VENDORS, "Intel": ("intel",), "AMD": ("amd",)}
    assert {name: words[found[name]] for name in CHOICES} == {name: OPEN.get(name, ()) for name in CHOICES}
