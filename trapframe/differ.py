"""`diff`: what each engine delivers beside the golden section, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from trapframe import bless, expected, record
from trapframe.expect import Outcome
from trapframe.expected import Expected
from trapframe.judge import judge
from trapframe.model import CaseInfo, Judgement, RunResult
from trapframe.proposal import observed
from trapframe.report.json import bounded
from trapframe.report.terminal import printable
from trapframe.run import Chosen, choose_engines
from trapframe.select import Selection
from trapframe.verdicts import GREEN, exit_code
from trapframe.workspace import open_workspace

WIDTH = 30  # of a column, at most


def diff(
    root: Path, globs: Sequence[str], wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """The exit code of a run of these cases."""
    chosen = choose_engines(root, wanted, timeout, files)
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(Selection(tuple(globs)))
    code = picked.tell()
    booted = bless.boot(workspace, picked.cases, chosen, timeout, jobs)
    infos = [info for info, _ in booted]
    known = expected.load(root, infos, infos, (), [one.engine.id.kind for one in chosen])
    verdicts = []
    for number, (info, runs) in enumerate(booted):
        judged = {one.id: _judge(info, runs[one.id], known, one) for one in chosen}
        verdicts += [judgement.verdict.value for judgement in judged.values()]
        print("\n" * bool(number) + f"{info.case}: {info.about}")
        for line in table(known.outcomes(info, "intel"), info, runs, judged, chosen):
            print(printable(line))
    return exit_code([{"verdict": verdict} for verdict in verdicts], bool(code), False)


def _judge(info: CaseInfo, run: RunResult, known: Expected, one: Chosen) -> Judgement:
    found, problem = None, ""
    try:
        found = record.parse(run.serial)
    except record.RecordError as error:
        problem = str(error)
    outcomes = known.outcomes(info, one.engine.id.profile)
    quirks = known.quirks.get(one.engine.id.kind, ())
    return judge(info, found, run.end, outcomes, quirks, known.known_as(one.engine.id), problem)


def table(
    outcomes: tuple[Outcome, ...],
    info: CaseInfo,
    runs: Mapping[str, RunResult],
    judged: Mapping[str, Judgement],
    chosen: Sequence[Chosen],
) -> list[str]:
    """A row a field; `*` marks what differs from the golden section, quirks included."""
    columns = {"golden": _texts(outcomes[0]) if outcomes else {}}
    notes = []
    for one in chosen:
        try:
            columns[one.label] = _texts(observed(info, bless.ended_record(info, runs[one.id])).outcomes[0])
        except bless.NoRecord as error:
            columns[one.label] = {}
            notes.append(f"{one.label}: {error}")
    rows = [["", ""] + list(columns)]
    rows.append(["", "verdict", ""] + [judged[one.id].verdict.value for one in chosen])
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    different = [
        {difference.field for difference in judged[one.id].diff} if judged[one.id].diff else set()
        for one in chosen
    ]
    for name in names:
        marks = ["", *("*" if name in fields else "" for fields in different)]
        values = [column.get(name, "-") for column in columns.values()]
        shown = [bounded(value, WIDTH) + mark for value, mark in zip(values, marks)]
        rows.append(["*" if any(marks) else "", name, *shown])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    quirks = [
        f"{one.label}: quirk {' '.join(judged[one.id].quirks)}" for one in chosen if judged[one.id].quirks
    ]
    messages = [
        f"{one.label}: {judged[one.id].message}"
        for one in chosen
        if columns[one.label] and judged[one.id].message and judged[one.id].verdict.value not in GREEN
    ]
    return [*lines, *notes, *quirks, *messages]


def _texts(outcome: Outcome) -> dict[str, str]:
    return {
        entry.name: entry.expect.text + ("" if entry.expect.mask is None else " (masked)")
        for entry in outcome.fields
        if entry.expect.text
    }
