"""The gate of an emulator's own developers: red only for what is worse than in a stored report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trapframe.model import CaseInfo
from trapframe.quirk import Quirk
from trapframe.report import loaded, step
from trapframe.report.compare import pair_engines
from trapframe.report.loaded import Report, Result
from trapframe.report.terminal import VALUE, Screen, printable
from trapframe.report.json import bounded

FIELDS = 6  # of one result
LISTED = 10  # of what isn't worse


@dataclass(frozen=True)
class Worse:
    """A result that is further from the manual than it was, and the fields that are."""

    was: Result
    now: Result
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Against:
    """All that changed."""

    worse: tuple[Worse, ...] = ()
    better: tuple[Result, ...] = ()
    other: tuple[Result, ...] = ()  # still wrong, in another way
    new: tuple[Result, ...] = ()  # nothing to hold them against
    missing: int = 0  # results of the stored report that this run hasn't

    @property
    def exit_code(self) -> int:
        return 1 if self.worse else 0


def hold(stored: Report, report: Report) -> Against:
    """What changed on the engines that both have."""
    pairs = pair_engines(stored, report)
    worse: list[Worse] = []
    better: list[Result] = []
    other: list[Result] = []
    new: list[Result] = []
    for (case, engine), now in sorted(report.results.items()):
        was = stored.results.get((case, pairs.get(engine, "")))
        change = step.step(was, now) if was else step.Step(step.NEW)
        if was and change.kind == step.WORSE:
            worse.append(Worse(was, now, change.fields))
        elif change.kind != step.SAME:
            {step.BETTER: better, step.OTHER: other, step.NEW: new}[change.kind].append(now)
    back = {before: engine for engine, before in pairs.items()}
    gone = sum((case, back.get(engine, "")) not in report.results for case, engine in stored.results)
    return Against(tuple(worse), tuple(better), tuple(other), tuple(new), gone)


# What is said.


def show(
    screen: Screen, stored: Report, path: Path, infos: Mapping[str, CaseInfo], quirks: Sequence[Quirk]
) -> int:
    """Prints it behind a run's own lines. The exit code."""
    report = loaded.load(path)
    found = hold(stored, report)
    for text, style in lines(found, stored, report, infos, quirks):
        screen.line(printable(text), style)
    return found.exit_code


def lines(
    found: Against,
    stored: Report,
    report: Report,
    infos: Mapping[str, CaseInfo],
    quirks: Sequence[Quirk],
) -> Iterator[tuple[str, str]]:
    for change in found.worse:
        yield from _worse(change, report, infos, quirks)
    for word, results in (("better", found.better), ("otherwise wrong", found.other), ("new", found.new)):
        for result in results[:LISTED]:
            if word != "new" or step.RANKS.get(result.verdict, 0):
                yield f"{word:<15} {result.case}  {report.label(result.engine_id)}: {result.verdict}", "dim"
    if stored.commit and report.commit and stored.commit != report.commit:
        yield (
            f"note: the stored report is of commit {stored.commit[:12]} of this suite, this run of"
            f" {report.commit[:12]}: what changed may be the suite",
            "dim",
        )
    counts = (
        f"{len(found.worse)} worse, {len(found.better)} better, {len(found.other)} otherwise wrong,"
        f" {len(found.new)} without a stored result, {found.missing} stored results not run"
    )
    yield f"against {stored.path}: {counts}", "bold red" if found.worse else "bold green"


def _worse(
    change: Worse, report: Report, infos: Mapping[str, CaseInfo], quirks: Sequence[Quirk]
) -> Iterator[tuple[str, str]]:
    was, now = change.was, change.now
    yield f"WORSE           {now.case}  {report.label(now.engine_id)}: {was.verdict} -> {now.verdict}", "red"
    if now.case in infos:
        yield f"    rule      {infos[now.case].spec}", ""
    for rule in dict.fromkeys(one.rule for one in quirks if one.id in now.quirks):
        yield f"    rule      {rule}", ""
    differences = {one.field: one for one in now.diff}
    before = {one.field: one.actual for one in was.diff}
    for field in change.fields[:FIELDS]:
        one = differences[field]
        yield f"    {field}  expected  {bounded(one.expected, VALUE)}", ""
        yield f"    {'':<{len(field)}}  was       {bounded(before.get(field, one.expected), VALUE)}", ""
        yield f"    {'':<{len(field)}}  is        {bounded(one.actual, VALUE)}", ""
    if len(change.fields) > FIELDS:
        yield f"    and {len(change.fields) - FIELDS} more fields", ""
    if not change.fields and now.message:
        yield f"    {bounded(now.message, VALUE)}", ""
