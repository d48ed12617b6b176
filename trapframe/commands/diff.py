"""`diff`: what each engine delivers beside the golden section, field by field."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from trapframe.commands.arguments import add_golden_options, read_how_to_run
from trapframe.frames import record
from trapframe.model import CaseInfo, End, Judgement, RunResult
from trapframe.runs import absent
from trapframe.runs.choice import Chosen, choose_engines
from trapframe.runs.judging import how
from trapframe.runs.records import NotDelivered, boot, ended_record
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.folders import ROOT
from trapframe.system.text import bounded, printable
from trapframe.truth import expected, golden_form
from trapframe.truth.expect import Outcome
from trapframe.truth.expected import Expected
from trapframe.truth.judge import judge
from trapframe.truth.proposal import observed
from trapframe.truth.verdicts import GREEN, exit_code

EXAMPLE = "./runner.py diff page_fault/read_only_user_mov -e qemu -e bochs"
FRAMES = 12  # as many as the harness records
WIDTH = 30  # of a column, at most


def arguments(parser: argparse.ArgumentParser) -> None:
    add_golden_options(parser)


def command(options: argparse.Namespace) -> int:
    return diff(ROOT, options.case, *read_how_to_run(options))


def diff(
    root: Path, globs: Sequence[str], wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """The exit code of a run of these cases."""
    chosen = choose_engines(root, wanted, timeout, files)
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(Selection(tuple(globs)))
    code = picked.tell()
    booted = boot(workspace, picked.cases, chosen, timeout, jobs)
    infos = [info for info, _ in booted]
    known = expected.load(root, infos, infos, (), [one.engine.id.kind for one in chosen])
    verdicts = []
    for number, (info, runs) in enumerate(booted):
        judged = {one.id: _judge(info, runs[one.id], known, one) for one in chosen}
        verdicts += [judgement.verdict.value for judgement in judged.values()]
        print("\n" * bool(number) + f"{info.case}: {info.about}")
        profiles = {one.engine.id.profile for one in chosen}
        golden = known.outcomes(info, "amd" if profiles == {"amd"} else "intel")
        for line in table(golden, info, runs, judged, chosen):
            print(printable(line))
    return exit_code([{"verdict": verdict} for verdict in verdicts], bool(code), False)


def _judge(info: CaseInfo, run: RunResult, known: Expected, one: Chosen) -> Judgement:
    if run.end is End.NONE:
        return absent.judgement(run)
    found, problem = None, ""
    try:
        found = record.parse(run.serial)
    except record.RecordError as error:
        problem = str(error)
    outcomes = known.outcomes(info, one.engine.id.profile)
    quirks = known.quirks.get(one.engine.id.kind, ())
    return judge(info, found, run.end, outcomes, quirks, known.known_as(one.engine.id), problem, how(run))


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
            columns[one.label] = _texts(observed(info, ended_record(info, runs[one.id])).outcomes[0])
        except NotDelivered as error:
            columns[one.label] = {}
            flooded = runs[one.id].end is End.FLOOD
            said = judged[one.id].message if flooded else str(error)
            notes.append(f"{one.label}: {said}")
    rows = [["", ""] + list(columns)]
    rows.append(["", "verdict", ""] + [judged[one.id].verdict.value for one in chosen])
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    different = [
        {difference.field for difference in judged[one.id].diff} if judged[one.id].diff else set()
        for one in chosen
    ]
    for name, values in _values(names, list(columns.values())):
        marks = ["", *("*" if name in fields else "" for fields in different)]
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


def _values(names: Iterable[str], columns: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """The values of each field; frames that are as the one before them, and those above FRAMES, in a line."""
    last: list[tuple[str, list[str]]] = []
    left_out: list[str] = []
    shown = 0
    for block, fields in groupby(sorted(names, key=_block_order), lambda name: name.partition(".")[0]):
        rows = [(name, [column.get(name, "-") for column in columns]) for name in fields]
        own = [(name.removeprefix(block), values) for name, values in rows]
        is_frame = block.startswith("frame ")
        shown += is_frame
        if is_frame and (own == last or shown > FRAMES):
            left_out.append(block)
            shown -= own == last
        else:
            yield from _left_out(left_out, columns)
            left_out = []
            yield from rows
        last = own
    yield from _left_out(left_out, columns)


def _left_out(frames: Sequence[str], columns: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, list[str]]]:
    if frames:
        name = " to ".join(dict.fromkeys((frames[0], frames[-1])))
        has = [any(field.startswith(f"{frames[0]}.") for field in column) for column in columns]
        yield name, ["as before" if one else "-" for one in has]


def _block_order(name: str) -> tuple[int, int]:
    """As in a golden file, whatever the order in which the columns bring their fields."""
    kind, _, number = name.partition(".")[0].partition(" ")
    return golden_form.BLOCKS.index(kind), int(number or 0)


def _texts(outcome: Outcome) -> dict[str, str]:
    return {
        entry.name: entry.expect.text + ("" if entry.expect.mask is None else " (masked)")
        for entry in outcome.fields
        if entry.expect.text
    }
