"""Several runs of one case on one engine as one result: whatever differs between them is a flake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trapframe.model import Judgement, RunResult, Verdict
from trapframe.report.json import SERIAL
from trapframe.system.text import bounded

SHOWN = 8  # distinct records of one result
WORST_FIRST = (
    *(Verdict.ENGINE_ERROR, Verdict.PROTOCOL_ERROR, Verdict.TIMEOUT),
    *(Verdict.WRONG_OUTCOME, Verdict.FAIL),
)


@dataclass(frozen=True)
class Distinct:
    """One record that was seen, and how often."""

    count: int
    run: RunResult
    judgement: Judgement


def distinct(runs: Sequence[RunResult], judge: Callable[[RunResult], Judgement]) -> list[Distinct]:
    """Every record, with its way of ending, the most frequent first."""
    counts = Counter((run.end, run.serial) for run in runs)
    first = {(run.end, run.serial): run for run in reversed(runs)}
    return [Distinct(count, first[key], judge(first[key])) for key, count in counts.most_common()]


def summary(seen: Sequence[Distinct]) -> Distinct:
    """The result of all: never green if two records differ."""
    if len(seen) == 1:
        return seen[0]
    total = sum(one.count for one in seen)
    texts = ", ".join(f"{one.count} {one.judgement.verdict.value}" for one in seen[:SHOWN])
    message = f"{len(seen)} distinct records in {total} runs: {texts}"
    worst = min(seen, key=lambda one: _rank(one.judgement.verdict))
    verdict = worst.judgement.verdict if _rank(worst.judgement.verdict) < len(WORST_FIRST) else Verdict.FAIL
    return Distinct(total, worst.run, replace(worst.judgement, verdict=verdict, message=message))


def _rank(verdict: Verdict) -> int:
    return WORST_FIRST.index(verdict) if verdict in WORST_FIRST else len(WORST_FIRST)


def entries(seen: Sequence[Distinct]) -> list[dict[str, Any]]:
    """For the report."""
    return [
        {
            "count": one.count,
            "verdict": one.judgement.verdict.value,
            "end": one.run.end.value,
            "serial": bounded(one.run.serial.decode("ascii", "backslashreplace"), SERIAL),
        }
        for one in seen[:SHOWN]
    ]
