"""The end of a run: what it says last, report.json, and the exit code."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trapframe.engines.launcher import INTERRUPTED as STOPPED
from trapframe.model import Verdict
from trapframe.report import json, terminal, views
from trapframe.report.group import Causes
from trapframe.report.terminal import Screen
from trapframe.runs.options import Options
from trapframe.suite import unbuilt
from trapframe.suite.workspace import Picked
from trapframe.system import unable
from trapframe.system.text import printable
from trapframe.truth.expected import Expected
from trapframe.truth.verdicts import GREEN, exit_code

if TYPE_CHECKING:
    from trapframe.report.loaded import Report

INTERRUPTED = 130
CAUSES = 20  # shown at the end


@dataclass(frozen=True)
class Ended:
    """All that is known when the last result has come."""

    root: Path
    options: Options
    header: dict[str, Any]  # of the report
    picked: Picked
    labels: Sequence[str]  # of the engines
    engines: list[dict[str, Any]]  # as the report has them
    expected: Expected
    writer: json.Writer
    causes: Causes
    stored: Report | None  # of --against
    seconds: float
    interrupted: bool
    stopped: bool  # by -x, --maxfail
    could_fork: bool  # emulators were to be started once


def end(run: Ended, screen: Screen) -> int:
    """Says it, writes it. The exit code."""
    _tell_unbuilt(run, screen)
    _tell_problems(run, screen)
    _tell_afresh(run, screen)
    unwritten = _write(run)
    for line in terminal.durations(run.writer.entries, run.options.durations):
        screen.line(line)
    for text in unwritten:
        screen.line(f"NOT WRITTEN     {printable(text)}", "red")
    _tell_causes(run, screen)
    _tell_processors(run, screen)
    stopped = f"; stopped after {run.causes.count} failures" if run.stopped else ""
    how = "; interrupted" if run.interrupted else stopped
    terminal.show_totals(screen, run.writer.entries, run.labels, run.seconds, how)
    if unwritten:
        return unable.EXIT_CODE
    if run.interrupted:
        return INTERRUPTED
    if screen.lost:
        return unable.EXIT_CODE
    if run.stored:
        from trapframe.runs import against

        infos = {info.case: info for info in run.picked.cases}
        known = [one for quirks in run.expected.quirks.values() for one in quirks]
        code = against.show(screen, run.stored, run.options.report / "report.json", infos, known)
        return 3 if run.picked.failures else code
    return exit_code(run.writer.entries, bool(run.picked.failures), bool(run.expected.problems))


def _tell_unbuilt(run: Ended, screen: Screen) -> None:
    for failure in run.picked.failures:
        head, *message = unbuilt.lines(failure)
        screen.line(printable(head), "red")
        for line in message:
            screen.line(printable(line))
    if others := unbuilt.others(run.picked.others):
        screen.line(printable(others), "yellow")


def _tell_problems(run: Ended, screen: Screen) -> None:
    """Of golden files and quirks, but for those that a NEW result has told."""
    told = {entry["case"] for entry in run.writer.entries if entry["verdict"] == Verdict.NEW.value}
    for text in dict.fromkeys(str(one) for one in run.expected.problems if one.case not in told):
        screen.line(f"GOLDEN          {printable(text)}", "magenta")


def _tell_afresh(run: Ended, screen: Screen) -> None:
    """Once for each engine that could have been started once, and wasn't."""
    for entry in run.engines if run.could_fork else ():
        why = entry["why_afresh"]
        if why not in ("", STOPPED) and not entry["hosted"]:
            screen.line(printable(f"{entry['id']} was started afresh for each case: {why}"), "yellow")


def _tell_processors(run: Ended, screen: Screen) -> None:
    if not any(entry["processor"] for entry in run.engines):
        return
    from trapframe.report import collection

    try:
        measured = collection.measured(run.root / collection.SILICON)
    except collection.CollectionError as error:
        screen.line(f"{collection.SILICON}: {printable(str(error))}", "yellow")
        measured = set()
    for entry in run.engines:
        for line in terminal.witness(entry, run.writer.entries, measured):
            screen.line(printable(line), "dim")


def _tell_causes(run: Ended, screen: Screen) -> None:
    found = run.causes.ordered()
    for cause in found[:CAUSES] if len(found) < run.causes.count else ():
        screen.line(printable(cause.line), "red")
    if sys.stdout.isatty() and any(entry["verdict"] not in GREEN for entry in run.writer.entries):
        screen.line(f"`./runner.py report{_named(run)}` makes a page of it to look at", "dim")


def _named(run: Ended) -> str:
    """The argument that names the report, where it isn't the one that needs no name."""
    report = run.options.report / "report.json"
    default = run.root / "reports" / "report.json"
    return "" if report.absolute() == default else f" {shlex.quote(str(report))}"


def _write(run: Ended) -> list[str]:
    """report.json, and what others read. What could not be written: the verdict is still told."""
    try:
        report = run.writer.finish(
            {
                **run.header,
                "seconds": round(run.seconds, 3),
                "interrupted": run.interrupted or run.stopped,
                "engines": run.engines,
                **json.case_entries(run.picked.cases, run.expected.line),
                "build_failures": [{"file": one.file, "message": one.message} for one in run.picked.failures],
                "golden_problems": [
                    {"file": one.file, "line": one.line, "message": one.message, "case": one.case}
                    for one in run.expected.problems
                ],
            }
        )
    except OSError as error:
        return [f"{unable.told(error)}; then --resume goes on from {run.options.report}/run.jsonl"]
    return views.write(report, run.options.junit, run.options.github)
