"""Each case from an emulator that was started once, and from one of its own: `make check-fresh`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mini import ROOT

SAME = ("serial", "end", "status", "verdict", "diff", "quirks", "message")


def run(folder: Path, *words: str) -> dict[str, Any]:
    """The report of a run that ends well."""
    command: list[str | Path] = [ROOT / "runner.py", *words, "--timeout", "60", "--report", folder]
    done = subprocess.run(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3600,  # a slow machine is no failure
    )
    assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return report


def results(report: dict[str, Any]) -> dict[tuple[str, str], list[Any]]:
    return {(one["case"], one["engine_id"]): [one[key] for key in SAME] for one in report["results"]}


def check(folder: Path, words: Sequence[str]) -> None:
    """Byte by byte what the guest sent, and how its process ended."""
    forked, fresh = run(folder / "forked", *words), run(folder / "fresh", *words, "--fresh")
    told = {one["id"]: (one["started"], one["why_afresh"]) for one in forked["engines"]}
    assert set(told.values()) == {("forked", "")}, told
    assert {one["started"] for one in fresh["engines"]} == {"afresh"}
    one, other = results(forked), results(fresh)
    assert one.keys() == other.keys() and one
    assert {key: (one[key], other[key]) for key in one if one[key] != other[key]} == {}


def test_all_cases(tmp_path: Path) -> None:
    check(tmp_path, ("all",))
