"""`measure`: which quirks each release shows, by the records in reports, whatever ranges of versions say."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from trapframe.commands.arguments import add_jobs
from trapframe.engines.version import in_range, order
from trapframe.frames import record
from trapframe.model import CaseInfo, End, EngineId, Record, Verdict
from trapframe.report import loaded
from trapframe.report.loaded import Report, Result
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.folders import ROOT
from trapframe.truth import expected, quirk
from trapframe.truth.expect import Outcome
from trapframe.truth.expected import Expected
from trapframe.truth.judge import judge
from trapframe.truth.quirk import Quirk

EXAMPLE = "./runner.py all -e 'qemu@*'; ./runner.py measure reports/report.json"
MOST = 10  # quirks of one case; all combinations of them are tried
TOLD = 120  # characters
KNOWN = (Verdict.PASS, Verdict.QUIRK)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("report", nargs="+", type=Path, metavar="REPORT.json")
    add_jobs(parser)


def command(options: argparse.Namespace) -> int:
    return show(ROOT, options.report, options.jobs)


@dataclass
class Shown:
    """What one release has to say about one quirk."""

    seen: list[str] = field(default_factory=list)  # cases that only this quirk explains
    free: list[str] = field(default_factory=list)  # cases where it should show and doesn't

    @property
    def word(self) -> str:
        if self.seen and self.free:
            return "mixed"
        return "seen" if self.seen else "free" if self.free else "unknown"


@dataclass
class Measured:
    """By engine kind and release."""

    shown: dict[tuple[str, str], dict[tuple[str, str], Shown]] = field(default_factory=dict)
    unexplained: list[tuple[Result, EngineId]] = field(default_factory=list)

    def of(self, kind: str, known: Quirk, release: str) -> Shown:
        return self.shown.setdefault((kind, known.id), {}).setdefault((kind, release), Shown())


def measure(found: Expected, infos: Mapping[str, CaseInfo], reports: Sequence[Report]) -> Measured:
    measured = Measured()
    for report in reports:
        for (case, engine_id), result in sorted(report.results.items()):
            engine = report.engines[engine_id]
            if case in infos and result.verdict != Verdict.UNSUPPORTED.value:
                _measure(measured, found, infos[case], engine, result)
    return measured


def _measure(measured: Measured, found: Expected, info: CaseInfo, engine: EngineId, result: Result) -> None:
    goldens = found.outcomes(info, engine.profile)
    if not goldens:
        return
    ours = [
        replace(known, versions=())
        for known in found.quirks.get(engine.kind, ())
        if engine.profile in known.profiles and known.covers(info.case)
    ]
    wholes = tuple(whole for known in ours if (whole := quirk.instead_of(known, info.case)))
    touching = [
        known
        for known in ours
        if quirk.touches(known, info.case, goldens) or quirk.changes_any(known, wholes)
    ]
    try:
        parsed = record.parse(result.serial.encode("ascii", "backslashreplace"))
    except record.RecordError:
        parsed = None
    why = result.message.partition(": ")[2]
    explaining = (
        _explaining(info, parsed, End(result.end), goldens, touching, engine, why) if result.end else []
    )
    if not explaining:
        measured.unexplained.append((result, engine))
        return
    for known in touching:
        shown = measured.of(engine.kind, known, engine.version)
        if all(known.id in ids for ids in explaining):
            shown.seen.append(info.case)
        elif not any(known.id in ids for ids in explaining):
            shown.free.append(info.case)


def _explaining(
    info: CaseInfo,
    parsed: Record | None,
    end: End,
    goldens: tuple[Outcome, ...],
    quirks: Sequence[Quirk],
    engine: EngineId,
    why: str,
) -> list[set[str]]:
    """All combinations of quirks with which this run is as recorded. `why`: what is told of a crash."""
    known = quirks[:MOST]
    sets = (chosen for size in range(len(known) + 1) for chosen in combinations(known, size))
    return [
        {one.id for one in chosen}
        for chosen in sets
        if judge(info, parsed, end, goldens, chosen, engine, why=why).verdict in KNOWN
    ]


# What is said.


def show(root: Path, paths: Sequence[Path], jobs: int) -> int:
    """One line a quirk: its range, and what each release shows. Then what no quirk explains."""
    reports = [loaded.load(path) for path in paths]
    workspace = open_workspace(root, jobs, images=False)
    code = workspace.pick(Selection()).tell()
    kinds = sorted({engine.kind for report in reports for engine in report.engines.values()})
    found = expected.load(root, workspace.cases, workspace.cases, workspace.unbuilt, kinds)
    measured = measure(found, {info.case: info for info in workspace.cases}, reports)
    for line in lines(found, measured, kinds, reports):
        print(line)
    return code


def releases(reports: Sequence[Report], kind: str) -> list[str]:
    found = {
        engine.version for report in reports for engine in report.engines.values() if engine.kind == kind
    }
    return sorted(found, key=order)


def lines(
    found: Expected, measured: Measured, kinds: Sequence[str], reports: Sequence[Report]
) -> Iterator[str]:
    for kind in kinds:
        there = releases(reports, kind)
        for known in found.quirks.get(kind, ()):
            shown = [measured.of(kind, known, release) for release in there]
            ranges = ",".join(f"{sign}{version}" for sign, version in known.versions)
            words = "  ".join(f"{release} {one.word}" for release, one in zip(there, shown))
            wrong = any(
                one.word == "mixed" or (one.word == ("free" if inside else "seen"))
                for release, one in zip(there, shown)
                for inside in [in_range(release, known.versions)]
            )
            yield f"{'!' if wrong else ' '} {kind}/{known.id}  {ranges}  {words}"
            for release, one in zip(there, shown):
                if one.word == "mixed":
                    yield f"      {release} seen {' '.join(one.seen[:4])}; free {' '.join(one.free[:4])}"
    for result, engine in measured.unexplained:
        diff = sorted(result.diff, key=lambda one: bool(one.quirks))
        told = "; ".join(f"{one.field} {one.actual}" for one in diff[:2]) or result.message
        where = f"{engine.kind}@{engine.version}:{engine.profile}"
        yield f"? {result.case}  {where}  {result.verdict}  {told[:TOLD]}"
