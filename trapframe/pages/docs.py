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


def pages(root: Path, cases: tuple[CaseInfo, ...]) -> Mapping[Path, str]:
    """What each generated page has to say, by its path below the root."""
    rules = coverage.read((root / coverage.RULES).read_text(encoding="utf-8"))
    files = {case.case: case.file for case in cases}
    kinds = {release.kind for release in matrix.RELEASES}
    files_of_matrices = {*(one.file for one in matrix.MATRICES), *task_switch.FILES}
    chosen = [case for case in cases if case.file in files_of_matrices]
    known = expected.load(root, cases, chosen, (), sorted(kinds))
    if known.problems:
        raise PageError(str(known.problems[0]))
    every = _known(root, cases)
    spec = specification(root, os.cpu_count() or 1)
    seen = engines_by_rules.page(root, every.cases, every.found)
    return {
        engines.TABLE: seen,
        ask.PAGE: ask.page(root, ask.committed(root), seen),
        Path("docs/generated/coverage.md"): coverage.page(rules, files),
        **{
            Path("docs/generated")
            / one.page: matrix.recorded_matrix(spec, one, known.goldens[one.file], chosen, known.quirks)
            for one in matrix.MATRICES
        },
        Path("docs/generated/findings.md"): findings.page(every),
        forms.PAGE: forms.written(root, every.cases, every.found),
        Path("docs/generated/masks.md"): masks.page(one for _, one in sorted(every.found.goldens.items())),
        sweeps.PAGE: sweeps.page(every.swept, every.found.quirks),
        Path("docs/generated/task-switch-matrix.md"): task_switch.page(spec, known.goldens),
    }


def _known(root: Path, cases: tuple[CaseInfo, ...]) -> findings.Known:
    """The golden files of all cases, and the quirks of all measured engines."""
    found = expected.load(root, cases, cases, (), expected.measured_kinds(root))
    return findings.Known(
        {case.case: case for case in cases},
        found,
        findings.read_notes(root / findings.NOTES),
        unlike.read(root / unlike.DATA),
        sweeps.read(root, sorted(found.measured)),
    )


def main(root: Path = ROOT) -> int:
    workspace = open_workspace(root, os.cpu_count() or 1, images=False)
    if code := workspace.pick(Selection()).tell():
        return code
    try:
        written = pages(root, workspace.cases)
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
