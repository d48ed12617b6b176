"""From one result of a case to a later one: nearer to what the manual requires, further from it, or neither.

All that compares results asks here, so that a page, `compare` and `--against` count the same. What counts is
how each result differs from the golden outcome, by value and bit. Which quirks are recorded doesn't count,
and so neither does QUIRK or FAIL.
"""

from __future__ import annotations

from dataclasses import dataclass

from trapframe.model import Difference, Verdict
from trapframe.report.loaded import Result
from trapframe.truth.expect import is_outcome

WORSE, BETTER, CHANGED, SAME = "worse", "better", "changed", "same"
ADDED, GONE = "added", "gone"  # nothing is known of the case on this engine before, or any more
KINDS = (WORSE, CHANGED, BETTER, ADDED, GONE, SAME)

SAYS_NOTHING = {Verdict.UNSUPPORTED.value, Verdict.NEW.value}  # of the engine
NO_RECORD = {Verdict.TIMEOUT.value, Verdict.ENGINE_ERROR.value, Verdict.PROTOCOL_ERROR.value}
NO_RECORD_ENDS = {"timeout", "crash", "flood", "missing"}


@dataclass(frozen=True)
class Step:
    """`worse`: the fields that are further from the golden value; `changed`: wrong in another way."""

    kind: str
    worse: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.worse, *self.changed)


def step(was: Result | None, now: Result | None) -> Step:
    """Swapping the two swaps WORSE and BETTER, ADDED and GONE, and nothing else.

    CHANGED: some of it is worse and some better, or a value is wrong and was another wrong one.
    """
    knew, knows = _tells(was), _tells(now)
    if not knew or not knows:
        return Step(GONE if knew else ADDED if knows else SAME)
    assert was and now
    before, after = _differences(was), _differences(now)
    kinds = {
        field: _field(before.get(field), after.get(field)) for field in sorted(before.keys() | after.keys())
    }
    worse = tuple(field for field, kind in kinds.items() if kind == WORSE)
    changed = tuple(field for field, kind in kinds.items() if kind == CHANGED)
    old, new = _rank(was), _rank(now)
    if old != new:
        return Step(WORSE if new > old else BETTER, worse, changed)
    found = set(kinds.values()) - {SAME}
    if not found and _how(was) != _how(now):
        return Step(CHANGED)
    return Step(found.pop() if len(found) == 1 else CHANGED if found else SAME, worse, changed)


def _tells(result: Result | None) -> bool:
    return result is not None and result.verdict not in SAYS_NOTHING


def _field(was: Difference | None, now: Difference | None) -> str:
    """Of two differences from one golden value; None where the field has that value."""
    if was is None or now is None:
        return SAME if was is now else WORSE if was is None else BETTER
    if was.bits is None or now.bits is None:
        return SAME if was.actual == now.actual else CHANGED
    if was.bits == now.bits:
        return SAME
    if was.bits & now.bits == was.bits:
        return WORSE
    return BETTER if was.bits & now.bits == now.bits else CHANGED


def _differences(result: Result) -> dict[str, Difference]:
    return {one.field: one for one in result.diff}


def _rank(result: Result) -> int:
    """How far the outcome is from the golden one: none of it, some fields, another one, no record at all."""
    if not _has_record(result):
        return 3
    return 2 if any(is_outcome(one.field) for one in result.diff) else int(bool(result.diff))


def _how(result: Result) -> str:
    """What tells two results apart that have no record."""
    if _has_record(result):
        return ""
    return result.end if result.end in NO_RECORD_ENDS else result.message


def _has_record(result: Result) -> bool:
    """A QUIRK may stand for a run without one: it then differs in no field."""
    if result.end in NO_RECORD_ENDS or result.verdict in NO_RECORD:
        return False
    return result.verdict != Verdict.QUIRK.value or bool(result.diff)
