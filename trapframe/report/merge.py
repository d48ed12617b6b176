"""Joins the reports of shards into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trapframe.report import check, group, json, terminal, views
from trapframe.report.folder import ReportError, check_folder
from trapframe.system import unable
from trapframe.system.text import printable
from trapframe.truth.verdicts import exit_code

SAME = ("name", "kind", "version", "profile", "sha256")


def merge(paths: Sequence[Path], folder: Path, junit: Path | None, github: bool) -> int:
    """The exit code is the one of a run of all of them, and 3 where one of them is missing."""
    files = [path / "report.json" if path.is_dir() else path for path in paths]
    for file in files:
        if files.count(file) > 1:
            raise ReportError(f"{file}: named twice")
    reports = {file: json.read(file, own=True) for file in files}
    header = join(reports)
    views.check(junit, github)
    check_folder(folder)
    writer = json.Writer(folder, {name: header[name] for name in ("commit", "started", "engines")})
    for file, report in reports.items():
        for entry in report["results"]:
            writer.add(entry, _raw(file, entry))
    path = writer.finish(header)
    unwritten = views.write(path, junit, github)
    whole = json.read(path)
    screen = terminal.Plain()
    for problem in unwritten:
        screen.line(f"NOT WRITTEN     {printable(problem)}")
    for part in whole.get("missing", ()):
        screen.line(f"MISSING         shard {part}: none of these reports is of it")
    for cause in group.causes(whole):
        screen.line(printable(cause.line))
    labels = [group.label(one) for one in whole["engines"]]
    end = "; interrupted" if whole["interrupted"] else ""
    end += "; not all shards" if whole.get("missing") else ""
    terminal.show_totals(screen, whole["results"], labels, whole["seconds"], end)
    if unwritten or screen.lost:
        return unable.EXIT_CODE
    if whole.get("missing"):
        return 3
    if whole["interrupted"]:
        return 130
    return exit_code(whole["results"], bool(whole["build_failures"]), bool(whole["golden_problems"]))


def join(reports: Mapping[Path, Mapping[str, Any]]) -> dict[str, Any]:
    """All but the results. Reports that can't be parts of one run are refused."""
    missing = missing_shards(reports)
    engines: dict[str, dict[str, Any]] = {}
    seen: dict[tuple[str, str], Path] = {}
    commits = {report["commit"] for report in reports.values()}
    if len(commits) > 1:
        raise ReportError(f"these are reports of different commits: {', '.join(sorted(map(str, commits)))}")
    for file, report in reports.items():
        for engine in report["engines"]:
            first = engines.setdefault(engine["id"], engine)
            if any(first[key] != engine[key] for key in SAME):
                raise ReportError(f"{file}: {engine['id']} is another build than in the reports before it")
        for entry in report["results"]:
            key = (entry["case"], entry["engine_id"])
            if key[1] not in engines:
                raise ReportError(f"{file}: {key[0]} is of {key[1]}, which is none of its engines")
            if key in seen:
                raise ReportError(f"{file}: {key[0]} on {key[1]} is in {seen[key]} too")
            seen[key] = file
    every = list(reports.values())
    return {
        "commit": every[0]["commit"],
        "started": min(report["started"] for report in every),
        "arguments": every[0]["arguments"],
        "seconds": max(report["seconds"] for report in every),
        "interrupted": any(report["interrupted"] for report in every),
        "shard": None,
        **({"missing": missing} if missing else {}),
        "engines": list(engines.values()),
        **_cases(every),
        "build_failures": _union(report["build_failures"] for report in every),
        "golden_problems": _union(report["golden_problems"] for report in every),
    }


def missing_shards(reports: Mapping[Path, Mapping[str, Any]]) -> list[str]:
    """Those of the N that no report is of. Only a report alone need not be one of them."""
    parts = {file: report.get("shard") for file, report in reports.items()}
    if list(parts.values()) == [None]:
        (report,) = reports.values()
        return list(report.get("missing", ()))
    found: dict[int, Path] = {}
    counts: dict[int, Path] = {}
    for file, part in parts.items():
        if part is None:
            raise ReportError(
                f"{file}: doesn't say which --shard I/N it is, so nobody could tell whether one is missing;"
                " run each part with --shard"
            )
        number, count = check.read_shard(part)
        first = counts.setdefault(count, file)
        if len(counts) > 1:
            other = next(iter(counts.values()))
            raise ReportError(
                f"{first}: shard {part}, but {other} is shard {parts[other]}: of another division"
            )
        if number in found:
            raise ReportError(f"{file}: shard {part}, as {found[number]} is; each has to be there once")
        found[number] = file
    (count,) = counts
    return [f"{number}/{count}" for number in range(1, count + 1) if number not in found]


def _cases(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What cases say of themselves, each with its row of the joined `harness`."""
    harness = _union(report["harness"] for report in reports)
    cases = {
        case["case"]: {**case, "harness": harness.index(report["harness"][case["harness"]])}
        if "harness" in case
        else case
        for report in reports
        for case in report["cases"]
    }
    return {"harness": harness, "cases": [cases[name] for name in sorted(cases)]}


def _union(lists: Iterable[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in (one for part in lists for one in part):
        if one not in found:
            found.append(one)
    return found


def _raw(file: Path, entry: Mapping[str, Any]) -> bytes:
    """The serial bytes that lie beside a report, where there are any."""
    name = json.raw_name(entry["case"], entry["engine_id"])
    if entry.get("raw") != name:
        return b""
    try:
        return (file.parent / name).read_bytes()
    except OSError:
        return b""
