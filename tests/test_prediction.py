"""The golden files of all environments, held to the specification: docs/spec.md, "The golden files"."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

import pytest
import spec_machine
from mini import ROOT
from trapframe.engines.assembly import prepare
from trapframe.engines.job import Job, run_job
from trapframe.engines.request import read_request
from trapframe.model import CaseInfo
from trapframe.pages import engines_by_rules
from trapframe.pages import prediction as page
from trapframe.prediction import description, descriptions, every
from trapframe.prediction.compare import Prediction, predict
from trapframe.prediction.description import DESCRIBE, DescriptionError
from trapframe.spec import CHOICES, OPEN, VENDORS, Specification
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.folders import build_folder
from trapframe.system.process import Limit
from trapframe.truth import expected
from trapframe.truth.expect import Expect, Outcome, required

FOLLOWED = 0.9  # of all cases at least


@dataclass(frozen=True)
class Suite:
    """All that a prediction is made from."""

    spec: Specification
    workspace: Workspace
    known: expected.Expected
    sent: dict[str, bytes]

    def case(self, name: str) -> CaseInfo:
        return next(one for one in self.workspace.cases if one.case == name)

    def predict(self, name: str, outcomes: tuple[Outcome, ...], vendor: str = "intel") -> Prediction:
        info = self.case(name)
        told = every.described(self.workspace, info, self.sent[name])
        return predict(self.spec, info, told, vendor, outcomes)

    def outcomes(self, name: str, vendor: str = "intel") -> tuple[Outcome, ...]:
        return required(self.known.outcomes(self.case(name), vendor))


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    workspace = open_workspace(ROOT, 2)
    known = expected.load(ROOT, workspace.cases, workspace.cases, (), [])
    sent = descriptions.describe(ROOT, workspace, workspace.cases, 2)
    spec = Specification(spec_machine.build(tmp_path_factory.mktemp("spec")))
    return Suite(spec, workspace, known, sent)


@pytest.fixture(scope="module")
def predictions(suite: Suite) -> list[Prediction]:
    return every.predict_every(suite.spec, suite.workspace, suite.known, suite.sent, suite.workspace.cases)


def test_no_golden_file_differs(predictions: list[Prediction]) -> None:
    wrong = [
        f"{one.case} {one.profile} {' '.join(one.choices)}: {diff.field} {diff.expected} | {diff.actual}"
        for one in predictions
        for diff in one.differences
    ]
    assert wrong == []


def test_nine_of_ten_are_followed(predictions: list[Prediction]) -> None:
    counts = Counter((env, one.agrees) for one in predictions for env in (one.env, "all"))
    for env in {env for env, _ in counts}:
        assert counts[env, True] >= FOLLOWED * (counts[env, True] + counts[env, False]), env


def test_the_page_is_current(suite: Suite, predictions: list[Prediction]) -> None:
    """Where the emulators can describe as many cases as those of whoever wrote it."""
    text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    row = re.search(rf"^\| {every.NOT_DESCRIBED} \| (\d+) \|", text, re.MULTILINE)
    lacking = sum(one.case not in suite.sent for one in suite.workspace.cases)
    if lacking == (int(row[1]) if row else 0):
        assert page.page(predictions, page.all_rules(ROOT)) == text, "run `make prediction`"
        table = (ROOT / engines_by_rules.RULES).read_text(encoding="utf-8")
        assert page.rules_of_cases(predictions, suite.workspace.cases) == table, "run `make prediction`"


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
