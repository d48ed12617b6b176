"""`make docs`: writes the pages of docs/ that follow from the cases, the golden files and the quirks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from trapframe.ask import engines
from trapframe.model import CaseInfo
from trapframe.pages import (
    ask,
    coverage,
    engines_by_rules,
    findings,
    forms,
    masks,
    matrix,
    sweeps,
    task_switch,
    unlike,
)
from trapframe.prediction.library import specification
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT
from trapframe.truth import expected


class PageError(Exception):
    """A page can't be written from what there is."""

    exit_code = 5


def everything(root: Path, cases: tuple[CaseInfo, ...]) -> expected.Expected:
    """The golden files of all cases, and the quirks of all measured engines."""
    return expected.load(root, cases, cases, (), expected.measured_kinds(root))


def pages(root: Path, cases: tuple[CaseInfo, ...], found: expected.Expected) -> Mapping[Path, str]:
    """What each generated page has to say, by its path below the root. `found`: everything."""
    rules = coverage.read((root / coverage.RULES).read_text(encoding="utf-8"))
    files = {case.case: case.file for case in cases}
    if found.problems:
        raise PageError(str(found.problems[0]))
    files_of_matrices = {one.file for one in matrix.MATRICES}
    chosen = [case for case in cases if case.file in files_of_matrices]
    every = findings.Known(
        {case.case: case for case in cases},
        found,
        findings.read_notes(root / findings.NOTES),
        unlike.read(root / unlike.DATA),
        sweeps.read(root, sorted(found.measured)),
    )
    spec = specification(root, os.cpu_count() or 1)
    seen = engines_by_rules.page(root, every.cases, found)
    return {
        engines.TABLE: seen,
        ask.PAGE: ask.page(root, ask.committed(root), seen),
        Path("docs/generated/coverage.md"): coverage.page(rules, files),
        **{
            Path("docs/generated")
            / one.page: matrix.recorded_matrix(spec, one, found.goldens[one.file], chosen, found.quirks)
            for one in matrix.MATRICES
        },
        Path("docs/generated/findings.md"): findings.page(every),
        forms.PAGE: forms.written(root, every.cases, found),
        Path("docs/generated/masks.md"): masks.page(one for _, one in sorted(found.goldens.items())),
        sweeps.PAGE: sweeps.page(every.swept, found.quirks),
        Path("docs/generated/task-switch-matrix.md"): task_switch.page(spec, found.goldens),
    }


def main(root: Path = ROOT) -> int:
    workspace = open_workspace(root, os.cpu_count() or 1, images=False)
    if code := workspace.pick(Selection()).tell():
        return code
    try:
        written = pages(root, workspace.cases, everything(root, workspace.cases))
    except (
        PageError,
        coverage.RulesError,
        findings.FindingsError,
        forms.FormsError,
        unlike.UnlikeError,
    ) as error:
        print(f"docs: {error}", file=sys.stderr)
        return error.exit_code
    for path, text in written.items():
        write_atomically(root / path, text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
