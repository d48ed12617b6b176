"""From one result of a case to a later one: worse, better, or wrong in another way."""

from __future__ import annotations

from dataclasses import dataclass

from trapframe.model import Verdict
from trapframe.report.loaded import Result

# How far a result is from what the manual requires. QUIRK and FAIL both differ in fields.
RANKS = {
    Verdict.PASS.value: 0,
    Verdict.FIXED.value: 0,
    Verdict.QUIRK.value: 1,
    Verdict.FAIL.value: 1,
    Verdict.WRONG_OUTCOME.value: 2,
    Verdict.PROTOCOL_ERROR.value: 3,
    Verdict.TIMEOUT.value: 3,
    Verdict.ENGINE_ERROR.value: 3,
}
NO_OUTCOME = ("timeout", "crash", "flood", "missing")  # whatever a quirk says of it
WORSE, BETTER, OTHER, SAME, NEW = "worse", "better", "other", "same", "new"


@dataclass(frozen=True)
class Step:
    """`fields`: those that are worse. NEW: the earlier result says nothing of the engine."""

    kind: str
    fields: tuple[str, ...] = ()


def step(was: Result, now: Result) -> Step:
    """The only place that says what is worse."""
    if was.verdict not in RANKS:
        return Step(NEW)
    if now.verdict not in RANKS:  # UNSUPPORTED or NEW: a case that could be tested can't be any more
        return Step(WORSE)
    before, after = _rank(was), _rank(now)
    differed = {one.field: one.actual for one in was.diff} if before else {}
    differs = {one.field: one.actual for one in now.diff} if after else {}
    if differs and differs == differed:
        return Step(SAME)  # a quirk came or went, the emulator didn't change
    if after > before:
        return Step(WORSE, tuple(field for field in differs if differed.get(field) != differs[field]))
    if after < before:
        return Step(BETTER)
    if after == 3:
        return Step(SAME if (was.end, was.verdict) == (now.end, now.verdict) else OTHER)
    if added := [field for field in differs if field not in differed]:
        return Step(WORSE, tuple(added))
    if differs.keys() != differed.keys():
        return Step(BETTER)
    return Step(SAME if differs == differed else OTHER)


def _rank(result: Result) -> int:
    return 3 if result.end in NO_OUTCOME else RANKS[result.verdict]
