"""The gate of an emulator's own developers: red only for what is worse than in a stored report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from trapframe.model import CaseInfo, Difference
from trapframe.report import loaded
from trapframe.report.compare import Change, compare, counts, exit_code, pair_engines
from trapframe.report.folder import ReportError
from trapframe.report.loaded import Report, Result
from trapframe.report.step import ADDED, BETTER, SAME
from trapframe.report.terminal import Screen, VALUE
from trapframe.runs.earlier import LAST
from trapframe.system.text import bounded, printable
from trapframe.truth.quirk import Quirk
from trapframe.truth.verdicts import GREEN

FIELDS = 6  # of one result
LISTED = 10  # of what isn't red


def stored_report(named: Path, folder: Path) -> Report:
    """Read before this run writes its own into the folder, perhaps to the same place."""
    if named != Path(LAST):
        return loaded.load(named)
    path = folder / "report.json"
    if not path.exists():
        raise ReportError(f"--against {LAST}: {path}: no run has ended here yet")
    stored = loaded.load(path)
    if stored.interrupted:
        raise ReportError(f"--against {LAST}: {path}: that run was stopped before its end; run it again")
    return replace(stored, path=Path(LAST))


def hold(stored: Report, report: Report) -> list[Change]:
    """What became of each result."""
    return compare(stored, report, pair_engines(stored, report))


# What is said.


def show(
    screen: Screen, stored: Report, path: Path, infos: Mapping[str, CaseInfo], quirks: Sequence[Quirk]
) -> int:
    """Prints it behind a run's own lines. The exit code."""
    report = loaded.load(path)
    changes = hold(stored, report)
    for text, style in lines(changes, stored, report, infos, quirks):
        screen.line(printable(text), style)
    return exit_code(changes)


def lines(
    changes: Sequence[Change],
    stored: Report,
    report: Report,
    infos: Mapping[str, CaseInfo],
    quirks: Sequence[Quirk],
) -> Iterator[tuple[str, str]]:
    for change in changes:
        if change.red and change.old and change.new:
            yield from _red(change, change.old, change.new, report, infos, quirks)
    for kind in (BETTER, ADDED):
        mine = [change.new for change in changes if change.kind == kind and change.new]
        for result in mine[:LISTED]:
            if kind == BETTER or result.verdict not in GREEN:
                yield f"{kind.upper():<15} {_head(result, report)}: {result.verdict}", "dim"
    if stored.commit and report.commit and stored.commit != report.commit:
        yield (
            f"note: the stored report is of commit {stored.commit[:12]} of this suite, this run of"
            f" {report.commit[:12]}: what changed may be the suite",
            "dim",
        )
    words = ", ".join(f"{count} {kind}" for kind, count in counts(changes) if kind != SAME)
    yield f"against {stored.path}: {words}", "bold red" if exit_code(changes) else "bold green"


def _head(result: Result, report: Report) -> str:
    return f"{result.case}  {report.label(result.engine_id)}"


def _red(
    change: Change,
    was: Result,
    now: Result,
    report: Report,
    infos: Mapping[str, CaseInfo],
    quirks: Sequence[Quirk],
) -> Iterator[tuple[str, str]]:
    yield f"{change.kind.upper():<15} {_head(now, report)}: {was.verdict} -> {now.verdict}", "red"
    if now.case in infos:
        yield f"    rule      {infos[now.case].spec}", ""
    for rule in dict.fromkeys(one.rule for one in quirks if one.id in now.quirks):
        yield f"    rule      {rule}", ""
    before = {one.field: one for one in was.diff}
    after = {one.field: one for one in now.diff}
    for field in change.fields[:FIELDS]:
        yield from _field(field, before.get(field), after.get(field))
    if len(change.fields) > FIELDS:
        yield f"    and {len(change.fields) - FIELDS} more fields", ""
    if not change.fields and now.message:
        yield f"    {bounded(now.message, VALUE)}", ""


def _field(field: str, was: Difference | None, now: Difference | None) -> Iterator[tuple[str, str]]:
    """One of both differs; the other one has what was expected."""
    expected = next(one.expected for one in (now, was) if one)
    values = {
        "expected": expected,
        "was": was.actual if was else expected,
        "is": now.actual if now else expected,
    }
    for number, (word, value) in enumerate(values.items()):
        yield f"    {field if not number else '':<{len(field)}}  {word:<8}  {bounded(value, VALUE)}", ""
