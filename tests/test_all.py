"""The main job, whole: every case of the checkout on the real emulators."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from mini import ROOT
from trapframe import expected, matrix
from trapframe.workspace import open_workspace


def test_every_case_on_every_engine(tmp_path: Path) -> None:
    done = subprocess.run(
        [ROOT / "runner.py", "all", "--timeout", "60", "--report", tmp_path / "reports"],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
    report = json.loads((tmp_path / "reports" / "report.json").read_text())
    assert {engine["name"] for engine in report["engines"]} >= {"qemu", "bochs"}
    assert len({entry["case"] for entry in report["results"]}) >= 60
    check_matrix(report)


def check_matrix(report: dict[str, Any]) -> None:
    """docs/double-fault-matrix.md says of the installed releases what they did."""
    cases = [case for case in open_workspace(ROOT, 2, images=False).cases if case.file == matrix.FILE]
    known = expected.load(ROOT, cases, cases, (), [release.kind for release in matrix.RELEASES])
    for engine in report["engines"]:
        for release in matrix.RELEASES:
            same = engine["kind"] == release.kind and engine["profile"] == release.engine.profile
            if same and f"{engine['version']}.".startswith(f"{release.version}."):
                found = matrix.measured(known.goldens[matrix.FILE], report, engine)
                recorded = matrix.recorded(
                    known.goldens[matrix.FILE], cases, known.quirks[release.kind], release
                )
                assert found == recorded
