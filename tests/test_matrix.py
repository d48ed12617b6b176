"""The page on double faults: the golden file has the manual's table, the cells are what an engine did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import samples
from trapframe.pages import matrix
from trapframe.report.json import SCHEMA
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected, golden
from trapframe.truth.expect import GoldenFile

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def the_matrix() -> GoldenFile:
    path = ROOT / "expected" / f"{matrix.FILE}.txt"
    return golden.parse(path.read_text(encoding="utf-8"), str(path))


def delivered(vector: int) -> str:
    """A record whose first frame came through this vector."""
    frame = samples.FRAMES.partition("frame 2")[0].replace("vector e", f"vector {vector:x}")
    return samples.sent(samples.HEAD + frame).decode()


def entry(name: str, serial: str, **others: Any) -> dict[str, Any]:
    known = {"engine_id": "fake", "verdict": "PASS", "end": "exit", "diff": []}
    return known | {"case": f"{matrix.FILE}_{name}", "serial": serial} | others


def page(the_matrix: GoldenFile, *entries: dict[str, Any]) -> dict[str, list[str]]:
    """The rows of the engine's table, by their first cell."""
    engine = {"id": "fake", "name": "fake", "version": "1.0", "profile": "intel"}
    text = matrix.double_fault_matrix(the_matrix, {"engines": [engine], "results": list(entries)})
    rows = text.partition("### fake 1.0, profile intel")[2].splitlines()
    cells = [row.strip("|").split("|") for row in rows if row.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in cells}


def test_the_golden_file_is_the_manuals_table(the_matrix: GoldenFile) -> None:
    """SDM 3A "Interrupt 8-Double Fault Exception (#DF)", table "Conditions for Generating a Double Fault"."""
    rule = matrix._rule(the_matrix, "intel")
    rows = {first: name for name, firsts in matrix.CLASSES.items() for first in firsts}
    assert set(rule) == {(first, second) for first in rows for second in matrix.SECOND}
    for (first, second), answer in rule.items():
        serial = matrix.SECOND[second]
        double = {
            "benign": serial,
            "contributory": serial if second == "pf" else "#DF",
            "page fault": "#DF",
            "double fault": matrix.SHUTDOWN,
        }
        assert answer == double[rows[first]], (first, second)


def test_cells_are_what_the_engine_delivered(the_matrix: GoldenFile) -> None:
    wrong = [{"field": f"frame 1.{name}", "expected": "0x1", "actual": "0x0"} for name in ("error", "rflags")]
    nothing = samples.sent(samples.HEAD).decode()
    rows = page(
        the_matrix,
        entry("ud_ts", delivered(10)),
        entry("ud_np", delivered(11), verdict="QUIRK", diff=wrong),
        entry("ud_ss", delivered(8), verdict="WRONG-OUTCOME"),
        entry("ud_gp", nothing, verdict="WRONG-OUTCOME"),
        entry("ud_pf", samples.HEAD, verdict="WRONG-OUTCOME", end="shutdown"),
        entry("df_np", samples.HEAD, end="shutdown"),
        entry("cp_np", "", verdict="UNSUPPORTED"),
        entry("cp_gp", "noise", verdict="PROTOCOL-ERROR"),
        entry("cp_pf", samples.HEAD, verdict="TIMEOUT", end="timeout"),
    )
    assert rows["#UD"] == [
        "benign",
        "#TS",
        "#NP (error, rflags)",
        "**#DF**",
        "**nothing**",
        "**shutdown**",
    ]
    assert rows["#DF"] == ["double fault", "-", "shutdown", "-", "-", "-"]
    assert rows["#CP"] == ["contributory", "-", "-", "-", "**PROTOCOL-ERROR**", "**TIMEOUT**"]
    assert set(rows) == {"first", "---", "#UD", "#DF", "#CP"}


def test_an_engine_without_the_matrix_has_no_table(the_matrix: GoldenFile) -> None:
    other = entry("ud_np", delivered(11)) | {"case": "double_fault/guard_page"}
    assert page(the_matrix, other) == {}


def test_recorded_quirks_say_what_a_release_does(the_matrix: GoldenFile) -> None:
    cases = [case for case in open_workspace(ROOT, 2, images=False).cases if case.file == matrix.FILE]
    quirks = expected.load(ROOT, cases, cases, (), ["qemu"]).quirks["qemu"]
    release = matrix.Release("old", "qemu", "7.2", frozenset({"cet_ibt"}))
    counts, cells = matrix.recorded(the_matrix, cases, quirks, release)
    assert counts.total() == len(cells) == len(cases)
    assert cells["ud", "np"] == "#NP (error, rflags)"
    assert cells["ac", "gp"] == "**nothing**"
    assert cells["pf", "pf"] == "#DF"
    assert cells["cp", "np"] == "-"
    assert set(matrix.recorded(the_matrix, cases, (), release)[0]) == {"right", "not run"}


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"schema": SCHEMA, "engines": [], "results": []}))
    assert matrix.main([str(report)]) == 0
    assert capsys.readouterr().out.startswith("# Double faults, pair by pair\n")
    assert matrix.main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert matrix.main([str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err
