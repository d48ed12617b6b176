"""Many cases of a ROM are described by one start of an emulator, as each by one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from mini import ROOT
from trapframe.engines.assembly import prepare
from trapframe.engines.engine import Engine
from trapframe.engines.request import read_request
from trapframe.frames.environment import ENVIRONMENTS
from trapframe.model import CaseInfo
from trapframe.prediction import descriptions
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.folders import build_folder

EACH = 3  # cases of a file
EVERY = 7  # of the files: one


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return open_workspace(ROOT, 2)


@pytest.fixture(scope="module")
def engine() -> Engine:
    folder = ROOT / "engines"
    return prepare(read_request("qemu", folder), folder, build_folder(ROOT) / "engines.json")


def both(workspace: Workspace, engine: Engine, cases: Sequence[CaseInfo]) -> tuple[dict[str, str], ...]:
    """One start for many, and one for each."""
    assert engine.describe
    return tuple(
        descriptions.described_by(ROOT, one, workspace.images, cases, 2)
        for one in (engine, replace(engine, describe=()))
    )


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_a_sample_both_ways(env: str, workspace: Workspace, engine: Engine) -> None:
    files: dict[str, list[CaseInfo]] = {}
    for case in workspace.cases:
        if case.env == env:
            files.setdefault(case.file, []).append(case)
    cases = [case for file in sorted(files)[::EVERY] for case in files[file][:EACH]]
    many, single = both(workspace, engine, cases)
    assert many == single and len(many) > len(cases) / 2


@pytest.mark.parametrize("file", ["control_register/cr4", "control_register/xcr0"])
def test_it_goes_on_behind_what_is_not_described(file: str, workspace: Workspace, engine: Engine) -> None:
    """Rows that need what this processor lacks, and one that nobody asked for."""
    cases = [case for case in workspace.cases if case.file == file]
    del cases[1]
    many, single = both(workspace, engine, cases)
    assert many == single and 0 < len(many) < len(cases)
