"""The real cases with what a prediction is made from, for the tests that compare with it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import spec_machine
from mini import ROOT
from samples import EXPLORES
from trapframe.model import CaseInfo
from trapframe.prediction import descriptions, every
from trapframe.prediction.compare import Prediction, predict
from trapframe.prediction.description import Description
from trapframe.spec import Specification
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.folders import build_folder
from trapframe.truth import expected
from trapframe.truth.expect import Outcome, required

Choice = Callable[[Sequence[CaseInfo]], list[CaseInfo]]


@dataclass(frozen=True)
class Suite:
    """`part`: those that a test of all takes. `sent`: descriptions, by case: theirs, and any asked for."""

    spec: Specification
    workspace: Workspace
    known: expected.Expected
    part: Sequence[CaseInfo]
    sent: dict[str, bytes]

    @cached_property
    def _cases(self) -> dict[str, CaseInfo]:
        return {one.case: one for one in self.workspace.cases}

    def case(self, name: str) -> CaseInfo:
        return self._cases[name]

    def described(self, info: CaseInfo) -> Description:
        if info.case not in self.sent:
            self.sent.update(descriptions.describe(ROOT, self.workspace.images, [info], 1))
        return every.described(self.workspace.images[info.file], info, self.sent[info.case])

    def predict(self, name: str, outcomes: tuple[Outcome, ...], vendor: str = "intel") -> Prediction:
        info = self.case(name)
        return predict(self.spec, info, self.described(info), vendor, outcomes)

    def outcomes(self, name: str, vendor: str = "intel") -> tuple[Outcome, ...]:
        return required(self.known.outcomes(self.case(name), vendor))


def read(folder: Path, choose: Choice | None = None) -> Suite:
    """The library is built in the folder. The part is what `choose` takes of all cases."""
    workspace = open_workspace(ROOT, 2)
    known = expected.load(ROOT, workspace.cases, workspace.cases, (), [])
    part = choose(workspace.cases) if choose else workspace.cases if EXPLORES else eighths(workspace.cases)
    with (build_folder(ROOT) / "describing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second finds what the first has kept
        sent = descriptions.describe(ROOT, workspace.images, part, 2)
    return Suite(Specification(spec_machine.build(folder)), workspace, known, part, sent)


def eighths(cases: Sequence[CaseInfo]) -> list[CaseInfo]:
    """The first eighth of each file's table, one case at least: what one start of an emulator describes."""
    files: dict[str, list[CaseInfo]] = {}
    for info in sorted(cases, key=lambda info: info.variant):
        files.setdefault(info.file, []).append(info)
    return [info for table in files.values() for info in table[: (len(table) + 7) // 8]]
