"""The main job: the cases of the checkout on the real emulators."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import programs
import pytest
from both_ways import run
from mini import ROOT
from samples import EXPLORES
from trapframe.frames import record
from trapframe.model import CaseInfo, End, EngineId, Record, RunResult
from trapframe.pages import matrix
from trapframe.report import json as report_json
from trapframe.report import loaded
from trapframe.report.step import SAME, Step, step
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected
from trapframe.truth.judge import judge

ENGINE = ("kind", "version", "profile", "path", "sha256")


Report = dict[str, Any]


def read(folder: Path, *words: str) -> Report:
    report = run(folder, *words)
    loaded.load(folder / "report.json")  # as the page, compare and --against do
    return report


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """A sixteenth of the cases on each engine, on the other where that one can't. At night all on both."""
    if EXPLORES:
        return [read(tmp_path_factory.mktemp("both"), "all")]
    kinds = ("qemu", "bochs")
    parts = [  # not the first, which also looks for stale quirks, as test_docs does
        read(tmp_path_factory.mktemp(kind), "all", "-e", kind, "--shard", f"{number}/16")
        for number, kind in enumerate(kinds, start=2)
    ]
    for part, other in zip(parts[:2], reversed(kinds)):
        able = {entry["case"] for entry in part["results"] if entry["verdict"] != "UNSUPPORTED"}
        unable = {entry["case"] for entry in part["results"]} - able
        if unable:
            parts.append(read(tmp_path_factory.mktemp(f"{other}-too"), "run", *sorted(unable), "-e", other))
    return parts


@pytest.fixture(scope="module")
def results(reports: list[Report]) -> list[dict[str, Any]]:
    return [entry for report in reports for entry in report["results"]]


@pytest.fixture(scope="module")
def ran(results: list[dict[str, Any]]) -> list[programs.Ran]:
    if not EXPLORES:
        pytest.skip("disassembles every case: at night")
    return programs.of_run(results)


def test_the_cases_on_an_engine(reports: list[Report], results: list[dict[str, Any]]) -> None:
    assert {engine["name"] for report in reports for engine in report["engines"]} >= {"qemu", "bochs"}
    cases = {case.case for case in open_workspace(ROOT, 2, images=False).cases}
    ran = {entry["case"] for entry in results}
    assert ran == cases if EXPLORES else ran <= cases and len(ran) > len(cases) * 0.12


def test_what_needs_the_lack_of_a_feature_runs_where_that_is(tmp_path: Path) -> None:
    case = "extension/absent_popcnt"
    verdicts = {entry["engine"]: entry["verdict"] for entry in read(tmp_path, "run", case)["results"]}
    others = {name: verdict for name, verdict in verdicts.items() if ":" not in name}
    assert others == {"bochs": "UNSUPPORTED", "qemu": "UNSUPPORTED"}
    assert verdicts == {
        **others,
        **{f"{name}:old": "PASS" for name in others},
        **{f"{name}:old_avx": "UNSUPPORTED" for name in others},
        "bochs:old_xsave": "PASS",
    }
    asked = read(tmp_path, "run", case, "-e", "qemu:intel")
    assert [entry["engine"] for entry in asked["results"]] == ["qemu:intel"]


def test_quirks_do_not_count(reports: list[Report]) -> None:
    """Each record judged as if nothing were known of the engine is the same result to whoever compares."""
    cases = {case.case: case for case in open_workspace(ROOT, 2, images=False).cases}
    kinds = {one["kind"] for report in reports for one in report["engines"]}
    known = expected.load(ROOT, list(cases.values()), list(cases.values()), (), sorted(kinds))
    for report in reports:
        check_that_quirks_do_not_count(report, cases, known)


def test_what_no_engine_can_run_is_listed(results: list[dict[str, Any]]) -> None:
    assert programs.unlisted(results) == []


def test_undefined_status_flags_are_open(ran: list[programs.Ran]) -> None:
    assert programs.compared_undefined_flags(ran) == []


def test_no_case_repeats_one_of_another_file(ran: list[programs.Ran]) -> None:
    assert programs.twins(ran) == []


def check_that_quirks_do_not_count(
    report: Report, cases: Mapping[str, CaseInfo], known: expected.Expected
) -> None:
    engines = {one["id"]: one for one in report["engines"]}
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


def test_the_matrix_is_what_engines_do(reports: list[Report]) -> None:
    """docs/generated/double-fault-matrix*.md say of the installed releases what they did."""
    files = {one.file for one in matrix.MATRICES}
    cases = [case for case in open_workspace(ROOT, 2, images=False).cases if case.file in files]
    known = expected.load(ROOT, cases, cases, (), [release.kind for release in matrix.RELEASES])
    compared = {one.file: 0 for one in matrix.MATRICES}
    measured = False
    for report in reports:
        for engine in report["engines"]:
            for release in matrix.RELEASES:
                same = engine["kind"] == release.kind and engine["profile"] == release.engine.profile
                if same and f"{engine['version']}.".startswith(f"{release.version}."):
                    for one in matrix.MATRICES:
                        pairs = known.goldens[one.file]
                        _, found = matrix.measured(one, pairs, report, engine)
                        _, said = matrix.recorded(one, pairs, cases, known.quirks[release.kind], release)
                        assert found == {pair: said[pair] for pair in found}
                        measured, compared[one.file] = True, compared[one.file] + len(found)
    assert not measured or all(compared.values())
