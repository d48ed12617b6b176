"""What the known deviations of an engine make of an expected outcome."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase, translate
from functools import cache

from trapframe.expect import Expect, Field, Outcome
from trapframe.golden import GROUPS
from trapframe.model import EngineId

COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
VERSION = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True)
class Condition:
    """Of the golden frame's own fields: one of some values, or bits that are set or clear."""

    field: str
    values: tuple[int | str, ...] = ()
    set: int = 0
    clear: int = 0


@dataclass(frozen=True)
class Change:
    """What a quirk makes of one field."""

    frame: str  # "*", a number, "final", "value", "memory"
    field: str
    action: str
    operand: int | str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Quirk:
    """One cause, on some versions of an engine, in some cases: changes, another outcome, or none at all."""

    id: str
    versions: tuple[tuple[str, str], ...]
    cases: tuple[str, ...]
    excepted: tuple[str, ...]
    profiles: tuple[str, ...]
    rule: str
    reason: str
    upstream: str
    changes: tuple[Change, ...]
    instead: tuple[tuple[str, Outcome], ...]
    outcome: str
    file: str
    line: int

    def covers(self, case: str) -> bool:
        """Whether the case is one of the quirk's."""
        return _any_glob(case, self.cases) and not _any_glob(case, self.excepted)


# Which quirks count.


def active(quirks: Iterable[Quirk], engine: EngineId, case: str) -> tuple[Quirk, ...]:
    """Those that are recorded for this version, this profile and this case."""
    here = (q for q in quirks if engine.profile in q.profiles and version_in(engine.version, q.versions))
    return tuple(quirk for quirk in here if quirk.covers(case))


@cache
def version_in(version: str, comparisons: tuple[tuple[str, str], ...]) -> bool:
    """Whether all comparisons hold. Missing parts are zeros; what isn't a number is in no range."""
    match = VERSION.match(version)
    return match is not None and all(_compare(match[0], sign, other) for sign, other in comparisons)


def _compare(version: str, sign: str, other: str) -> bool:
    ours, theirs = ([int(part) for part in text.split(".")] for text in (version, other))
    length = max(len(ours), len(theirs))
    left, right = (tuple(parts + [0] * (length - len(parts))) for parts in (ours, theirs))
    return bool(COMPARE[sign](left, right))


def _any_glob(case: str, globs: tuple[str, ...]) -> bool:
    return _pattern(globs).match(case) is not None


@cache
def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all globs: each run asks hundreds of quirks, and fnmatch forgets so many."""
    return re.compile("|".join(translate(glob) for glob in globs) or "(?!)")


# What they do.


def instead_of(quirk: Quirk, case: str) -> Outcome | None:
    """The whole outcome that the quirk records for a case, if it does."""
    return next((outcome for glob, outcome in quirk.instead if fnmatchcase(case, glob)), None)


def apply(quirks: Iterable[Quirk], outcome: Outcome) -> tuple[Outcome, dict[str, tuple[str, ...]]]:
    """The outcome with all changes made in their order, and which quirks touched which field."""
    touched: dict[str, tuple[str, ...]] = {}
    changed = outcome
    for quirk in quirks:
        for change in quirk.changes:
            changed, names = _apply_change(change, changed, outcome)
            for name in names:
                touched[name] = tuple(dict.fromkeys((*touched.get(name, ()), quirk.id)))
    return changed, touched


def _apply_change(change: Change, outcome: Outcome, original: Outcome) -> tuple[Outcome, list[str]]:
    """The outcome after one change, and the fields where it made a difference."""
    golden_fields = {entry.name: entry.expect for entry in original.fields}
    touched: list[str] = []
    for block in _blocks(change, outcome):
        if not all(_holds(condition, block, golden_fields) for condition in change.when):
            continue
        name = f"{block}.{change.field}"
        outcome = _with_line(outcome, block, change)
        fields = []
        for entry in outcome.fields:
            if entry.name == name:
                vector = _number(golden_fields.get(f"{block}.vector"))
                manual = golden_fields.get(name, entry.expect)  # of which it has to make something else
                expect = _changed(entry.expect, change, vector)
                if expect != entry.expect and _changed(manual, change, vector) != manual:
                    touched.append(name)
                    entry = replace(entry, expect=expect)
            fields.append(entry)
        outcome = replace(outcome, fields=tuple(fields))
    return outcome, touched


def _blocks(change: Change, outcome: Outcome) -> list[str]:
    if change.frame in ("value", "memory"):
        return [change.frame]
    headings = [entry.name for entry in outcome.fields if not entry.expect.text]
    if change.frame == "*":
        return [name for name in headings if name != "final"]
    return [name for name in headings if name in (change.frame, f"frame {change.frame}")]


def _holds(condition: Condition, block: str, fields: Mapping[str, Expect]) -> bool:
    expect = fields.get(f"{block}.{condition.field}")
    number = _number(expect)
    if expect is None:
        return False
    if condition.values:
        return expect.text in condition.values or (number is not None and number in condition.values)
    return number is not None and number & condition.set == condition.set and not number & condition.clear


def _with_line(outcome: Outcome, block: str, change: Change) -> Outcome:
    """With a line of its own for a register that `gprs kept` and the like stand for."""
    name = f"{block}.{change.field}"
    group, _, member = change.field.partition(".")
    if group not in GROUPS or change.action != "value" or any(entry.name == name for entry in outcome.fields):
        return outcome
    head, members = GROUPS[group]
    before = {f"{block}.{head}", *(f"{block}.{group}.{other}" for other in members[: members.index(member)])}
    at = max((n for n, entry in enumerate(outcome.fields) if entry.name in before), default=None)
    kept = any(entry.name == f"{block}.{head}" and entry.expect.text == "kept" for entry in outcome.fields)
    if at is None or not kept:
        return outcome
    line = Field(name, Expect("kept"))
    return replace(outcome, fields=(*outcome.fields[: at + 1], line, *outcome.fields[at + 1 :]))


def _changed(expect: Expect, change: Change, vector: int | None) -> Expect:
    """The expectation after the change; itself where its value stays or is compared with nothing."""
    if expect.text == "any":
        return expect
    text = expect.text if change.action != "value" else str(change.operand)
    number = _number(expect)
    if change.action != "value" and number is not None:
        text = f"{_calculated(number, change, vector):#x}"
    new = _number(Expect(text))
    if (
        expect.mask is not None
        and number is not None
        and new is not None
        and not (number ^ new) & expect.mask
    ):
        return expect
    return replace(expect, text=text)


def _calculated(number: int, change: Change, vector: int | None) -> int:
    if change.action == "transform":
        return TRANSFORMS[str(change.operand)](number, vector)
    assert isinstance(change.operand, int)
    return number & ~change.operand if change.action == "clear" else number | change.operand


def _idt_index_times_16(code: int, vector: int | None) -> int:
    """A selector error code about an IDT entry, with the entry's offset instead of its number."""
    if vector not in (10, 11, 12, 13) or not code & 2:
        return code
    return (code >> 3) * 16 | code & 7


TRANSFORMS = {"idt_index_times_16": _idt_index_times_16}


def _number(expect: Expect | None) -> int | None:
    return int(expect.text, 16) if expect and expect.text.startswith("0x") else None


# Which quirks have nothing to do.


def stale(quirks: Iterable[Quirk], expected: Iterable[tuple[str, str, tuple[Outcome, ...]]]) -> list[str]:
    """Quirks, globs and changes that touch no case. `expected`: case, profile, what is accepted there."""
    known = tuple(expected)
    return [problem for quirk in quirks for problem in _stale(quirk, known)]


def _stale(quirk: Quirk, expected: tuple[tuple[str, str, tuple[Outcome, ...]], ...]) -> Iterator[str]:
    where = f"{quirk.file}:{quirk.line}: quirk '{quirk.id}':"
    mine = [
        (case, accepted)
        for case, profile, accepted in expected
        if profile in quirk.profiles and quirk.covers(case) and accepted
    ]
    touched = [case for case, accepted in mine if touches(quirk, case, accepted)]
    for glob in quirk.cases:
        if not any(fnmatchcase(case, glob) for case in touched):
            yield f"{where} touches nothing in a case of '{glob}'; delete that"
    for glob in quirk.excepted:
        if not any(fnmatchcase(case, glob) for case, _, _ in expected):
            yield f"{where} no case of its 'except' is called '{glob}'; delete it"
    for number, change in enumerate(quirk.changes, start=1):
        if not any(_apply_change(change, one, one)[1] for _, accepted in mine for one in accepted):
            yield f"{where} change {number} of '{change.field}' touches nothing; delete it"
    for glob, _ in quirk.instead:
        if not any(fnmatchcase(case, glob) for case in touched):
            yield f"{where} 'instead' has '{glob}', where nothing differs; delete it"


def touches(quirk: Quirk, case: str, accepted: tuple[Outcome, ...]) -> bool:
    """Whether the quirk makes a difference to any of these outcomes."""
    if quirk.outcome:
        return True
    instead = instead_of(quirk, case)
    if instead:
        return all(instead.fields != outcome.fields for outcome in accepted)
    return changes_any(quirk, accepted)


def changes_any(quirk: Quirk, outcomes: Iterable[Outcome]) -> bool:
    """Whether the quirk's changes make a difference to any of these outcomes."""
    return any(apply((quirk,), outcome)[1] for outcome in outcomes)
