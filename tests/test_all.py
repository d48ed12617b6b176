"""The main job, whole: every case of the checkout on the real emulators."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from mini import ROOT


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
