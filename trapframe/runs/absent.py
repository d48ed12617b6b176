"""Cases whose environment an engine hasn't: nothing is started for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trapframe.model import CaseInfo, End, Judgement, RunResult, Verdict
from trapframe.report import json
from trapframe.runs.choice import Chosen


def is_absent(info: CaseInfo, one: Chosen) -> bool:
    return one.runs is None and info.env not in one.engine.environments


def result(info: CaseInfo, one: Chosen) -> RunResult:
    return RunResult(End.NONE, b"", f"{one.engine.id.kind} has no {info.env}", 0.0, None, ())


def judgement(run: RunResult) -> Judgement:
    return Judgement(Verdict.UNSUPPORTED, message=run.log)


def entries(infos: Iterable[CaseInfo], chosen: Iterable[Chosen]) -> list[dict[str, Any]]:
    """The results of all of them, as a report has them."""
    found = []
    for one in chosen:
        for info in infos:
            if is_absent(info, one):
                run = result(info, one)
                found.append(json.result_entry(info.case, one.id, one.engine.id, run, judgement(run)))
    return found
