"""The main job, whole: every case of the checkout on the real emulators."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import programs
import pytest
from mini import ROOT
from trapframe.frames import record
from trapframe.model import End, EngineId, Record, RunResult
from trapframe.pages import matrix
from trapframe.report import json as report_json
from trapframe.report import loaded
from trapframe.report.step import SAME, Step, step
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected
from trapframe.truth.judge import judge

ENGINE = ("kind", "version", "profile", "path", "sha256")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("reports")
    done = subprocess.run(
        [ROOT / "runner.py", "all", "--timeout", "60", "--report", folder],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3600,  # a slow machine is no failure
    )
    assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
    loaded.load(folder / "report.json")  # as the page, compare and --against do
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


@pytest.fixture(scope="module")
def ran(report: dict[str, Any]) -> list[programs.Ran]:
    return programs.of_run(report)


def test_every_case_on_every_engine(report: dict[str, Any]) -> None:
    assert {engine["name"] for engine in report["engines"]} >= {"qemu", "bochs"}
    assert len({entry["case"] for entry in report["results"]}) >= 60
    check_matrix(report)
    check_that_quirks_do_not_count(report)


def test_what_no_engine_can_run_is_listed(ran: list[programs.Ran]) -> None:
    assert programs.unlisted(ran) == []


def test_undefined_status_flags_are_open(ran: list[programs.Ran]) -> None:
    assert programs.compared_undefined_flags(ran) == []


def test_no_case_repeats_one_of_another_file(ran: list[programs.Ran]) -> None:
    assert programs.twins(ran) == []


def check_that_quirks_do_not_count(report: dict[str, Any]) -> None:
    """Each record judged as if nothing were known of the engine is the same result to whoever compares."""
    cases = {case.case: case for case in open_workspace(ROOT, 2, images=False).cases}
    engines = {one["id"]: one for one in report["engines"]}
    kinds = [one["kind"] for one in engines.values()]
    known = expected.load(ROOT, list(cases.values()), list(cases.values()), (), kinds)
    bare = []
    for entry in report["results"]:
        engine = EngineId(**{key: engines[entry["engine_id"]][key] for key in ("name", *ENGINE)})
        if not known.covering(engine.kind, entry["case"]):
            bare.append(entry)
            continue
        run = RunResult(End(entry["end"]), entry["serial"].encode(), "", 0, entry["status"], ())
        found, problem = parsed(run.serial)
        case = cases[entry["case"]]
        goldens = known.outcomes(case, engine.profile)
        judgement = judge(case, found, run.end, goldens, (), engine, problem)
        bare.append(report_json.result_entry(case.case, entry["engine_id"], engine, run, judgement))
    was = loaded.from_json(Path("report.json"), report)
    now = loaded.from_json(Path("report.json"), {**report, "results": bare})
    assert [key for key, one in was.results.items() if step(one, now.results[key]) != Step(SAME)] == []
    assert len(now.results) == len(report["results"])


def parsed(serial: bytes) -> tuple[Record | None, str]:
    try:
        return record.parse(serial), ""
    except record.RecordError as error:
        return None, str(error)


def check_matrix(report: dict[str, Any]) -> None:
    """docs/generated/double-fault-matrix*.md say of the installed releases what they did."""
    files = {one.file for one in matrix.MATRICES}
    cases = [case for case in open_workspace(ROOT, 2, images=False).cases if case.file in files]
    known = expected.load(ROOT, cases, cases, (), [release.kind for release in matrix.RELEASES])
    for engine in report["engines"]:
        for release in matrix.RELEASES:
            same = engine["kind"] == release.kind and engine["profile"] == release.engine.profile
            if same and f"{engine['version']}.".startswith(f"{release.version}."):
                for one in matrix.MATRICES:
                    pairs = known.goldens[one.file]
                    found = matrix.measured(one, pairs, report, engine)
                    assert found == matrix.recorded(one, pairs, cases, known.quirks[release.kind], release)
