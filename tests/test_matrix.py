"""The page on double faults: the golden file has the manual's table, the cells are what an engine did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import samples
from trapframe.pages import matrix, task_switch
from trapframe.prediction.library import specification
from trapframe.report.json import SCHEMA
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected, golden, golden_text
from trapframe.truth.expect import GoldenFile

ROOT = Path(__file__).resolve().parent.parent


LONG64 = matrix.LONG64


def read(subject: matrix.Matrix) -> GoldenFile:
    return golden.read(ROOT / "expected" / f"{subject.file}.txt")


@pytest.fixture(scope="module")
def the_matrix() -> GoldenFile:
    return read(LONG64)


def delivered(vector: int) -> str:
    """A record whose first frame came through this vector."""
    frame = samples.FRAMES.partition("frame 2")[0].replace("vector e", f"vector {vector:x}")
    return samples.sent(samples.HEAD + frame).decode()


def entry(name: str, serial: str, **others: Any) -> dict[str, Any]:
    known = {"engine_id": "fake", "verdict": "PASS", "end": "exit", "diff": []}
    return known | {"case": f"{LONG64.file}_{name}", "serial": serial} | others


def page(the_matrix: GoldenFile, *entries: dict[str, Any]) -> dict[str, list[str]]:
    """The rows of the engine's table, by their first cell."""
    engine = {"id": "fake", "name": "fake", "version": "1.0", "profile": "intel"}
    spec = specification(ROOT, 1)
    text = matrix.double_fault_matrix(
        spec, LONG64, the_matrix, {"engines": [engine], "results": list(entries)}
    )
    rows = text.partition("### fake 1.0, profile intel")[2].splitlines()
    cells = [row.strip("|").split("|") for row in rows if row.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in cells}


@pytest.mark.parametrize("subject, lacks", [(matrix.LONG64, set()), (matrix.PM32, {"cp"})])
def test_the_golden_file_is_the_manuals_table(subject: matrix.Matrix, lacks: set[str]) -> None:
    """SDM 3A "Interrupt 8-Double Fault Exception (#DF)", table "Conditions for Generating a Double Fault"."""
    rule = matrix._rule(read(subject), "intel")
    rows = {first: name for name, firsts in matrix.CLASSES.items() for first in firsts if first not in lacks}
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


@pytest.mark.parametrize("subject", matrix.MATRICES)
def test_the_specification_says_what_the_golden_file_says(subject: matrix.Matrix) -> None:
    found = read(subject)
    cells = matrix.held(specification(ROOT, 1), subject, found)
    assert cells == matrix._rule(found, "intel")


def test_a_golden_file_that_says_other_is_shown(the_matrix: GoldenFile) -> None:
    text = golden_text.write(the_matrix)
    at = text.index("[matrix_de_gp]")
    wrong = golden.parse(
        text[:at] + text[at:].replace("vector          0x8 ", "vector          0xd ", 1), "x"
    )
    cells = matrix.held(specification(ROOT, 1), LONG64, wrong)
    assert cells["de", "gp"] == "**#DF, the golden file: #GP**" and cells["de", "np"] == "#DF"
    assert "| **#DF, the golden file: #GP** |" in matrix._table(cells)


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
    cases = [case for case in open_workspace(ROOT, 2, images=False).cases if case.file == LONG64.file]
    quirks = expected.load(ROOT, cases, cases, (), ["qemu"]).quirks["qemu"]
    release = matrix.Release("old", "qemu", "7.2", frozenset({"cet_ibt"}))
    counts, cells = matrix.recorded(LONG64, the_matrix, cases, quirks, release)
    assert counts.total() == len(cells) == len(cases)
    assert cells["ud", "np"] == "#NP (error, rflags)"
    assert cells["ac", "gp"] == "**nothing**"
    assert cells["pf", "pf"] == "#DF"
    assert cells["cp", "np"] == "-"
    assert set(matrix.recorded(LONG64, the_matrix, cases, (), release)[0]) == {"right", "not run"}


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"schema": SCHEMA, "engines": [], "results": []}))
    assert matrix.main([str(report)]) == 0
    assert capsys.readouterr().out.startswith("# Double faults, pair by pair\n")
    assert matrix.main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert matrix.main([str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


@pytest.fixture(scope="module")
def switches() -> dict[str, GoldenFile]:
    return {file: golden.read(ROOT / "expected" / f"{file}.txt") for file in task_switch.FILES}


def test_each_case_of_a_check_has_a_cell(switches: dict[str, GoldenFile]) -> None:
    checks = (*task_switch.OF_TSS, *task_switch.OF_STATE)
    known = {(check.file, defect) for check in checks for defect in check.defects}
    seen = set()
    for file, found in switches.items():
        names = {section.name for section in found.sections} - set(task_switch.OTHERS)
        cells = list(task_switch.cells_of(found))
        assert len(cells) == len(names), file
        seen |= {(cell.file, cell.defect) for cell in cells}
    assert seen == known


def test_a_switch_is_committed_between_the_two_tables(switches: dict[str, GoldenFile]) -> None:
    before = {check.file for check in task_switch.OF_TSS}
    for found in switches.values():
        for cell in task_switch.cells_of(found):
            changed = [name for name in cell.said if name.startswith("task.")]
            assert bool(changed) != (cell.file in before), (cell.file, cell.way, cell.defect)
            assert (cell.said["tr"] == "main") == (cell.file in before)
            assert cell.said["tasks"] == "kept"


def test_the_page_on_task_switches(switches: dict[str, GoldenFile]) -> None:
    text = task_switch.page(specification(ROOT, 1), switches)
    assert "**" not in text
    lines = text.splitlines()
    rows = {
        line.split("|")[3].strip(): [cell.strip() for cell in line.split("|")]
        for line in lines
        if "`" in line and "|" in line
    }
    assert rows["`descriptor_*_not_available`"][4:6] == ["#GP(selector) 32 16"] * 2
    assert rows["`descriptor_*_not_available`"][9] == "#TS(selector) 32 16"
    assert rows["`new_stack_*_not_present`"][8] == "#SS(selector EXT) 32 16"
    committed = {line.split("|")[1].strip(): line.split("|")[2:-1] for line in lines[-7:]}
    assert [cell.strip() for cell in committed["NT of the new task"]] == ["0", "1", "1", "0", "1", "1"]
    assert not any(" or " in cell for row in committed.values() for cell in row)


def test_a_golden_file_of_a_switch_that_says_other_is_shown(switches: dict[str, GoldenFile]) -> None:
    file = "task_switch/new_stack"
    text = golden_text.write(switches[file])
    at = text.index("[new_stack_int_rpl]")
    wrong = golden.parse(
        text[:at] + text[at:].replace("vector          0xa ", "vector          0xd ", 1), "x"
    )
    said = task_switch.page(specification(ROOT, 1), {**switches, file: wrong})
    assert said.count("**#TS(selector), the golden file: #GP(selector)** 32") == 1
