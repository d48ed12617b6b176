"""What the known deviations of an engine make of an expected outcome."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import cache

from trapframe.engines.version import in_range
from trapframe.frames import environment
from trapframe.frames.environment import Environment
from trapframe.model import EngineId
from trapframe.truth import golden
from trapframe.truth.expect import CHANCE, OTHER, Expect, Field, Outcome
from trapframe.truth.golden_form import GROUPS, environment_of

EVERY = "*"  # field
UNKNOWN = {"other": OTHER, "chance": CHANCE}  # actions that say no value
ADDING = ("value", *UNKNOWN)  # those that say something of a register whose line `kept` stands for


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
    field: str  # of "value" also "*", all of them
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
    instead: tuple[tuple[str, str], ...]  # a glob of cases, an outcome's text
    outcome: str
    file: str
    line: int
    hypervisor: bool | None = None  # only with one, or without; None: either way
    environments: tuple[str, ...] = ()  # whose outcomes it changes; empty: all
    came: tuple[str, ...] = ()  # the outcome in one line, or what the engine says of its crash; may have "*"

    def changes_outcomes_of(self, env: Environment) -> bool:
        """By the words of an outcome, which are the same in long64 and compat32."""
        return not self.environments or any(
            environment.of(one).frame_fields == env.frame_fields for one in self.environments
        )

    def holds(self, profile: str) -> bool:
        """A profile is Intel's by any other name than amd, and may be taken out by its own."""
        vendor = "amd" if profile == "amd" else "intel"
        return vendor in self.profiles and f"!{profile}" not in self.profiles

    def covers(self, case: str) -> bool:
        """Whether the case is one of the quirk's."""
        return _any_glob(case, self.cases) and not _any_glob(case, self.excepted)

    def among(self, cases: Mapping[str, object]) -> set[str]:
        """Those of them that it covers."""
        names, pattern = _globs(self.cases)
        found = {case for case in names if case in cases}
        if pattern:
            found.update(filter(pattern.match, cases))
        return {case for case in found if not _any_glob(case, self.excepted)}


# Which quirks count.


def active(quirks: Iterable[Quirk], engine: EngineId, case: str) -> tuple[Quirk, ...]:
    """Those that are recorded for this version, this profile and this case."""
    here = (q for q in quirks if q.holds(engine.profile) and in_range(engine.version, q.versions))
    return tuple(
        quirk for quirk in here if quirk.hypervisor in (None, engine.hypervisor) and quirk.covers(case)
    )


class Index:
    """Which quirks cover which case: there are hundreds of them, and most name their cases or one family."""

    def __init__(self, quirks: Iterable[Quirk]) -> None:
        self._quirks = tuple(quirks)
        self._may: dict[str, set[int]] = {}  # by a case's name, by its family; without either: any
        for number, quirk in enumerate(self._quirks):
            for glob in quirk.cases:
                family = glob.partition("/")[0]
                name = glob if not _is_wild(glob) else family if not _is_wild(family) else ""
                self._may.setdefault(name, set()).add(number)
        self._known: dict[str, tuple[Quirk, ...]] = {}

    def numbers(self, case: str) -> list[int]:
        """Their places in the list."""
        may = (self._may.get(name, ()) for name in ("", case.partition("/")[0], case))
        return [number for number in sorted(set().union(*may)) if self._quirks[number].covers(case)]

    def covering(self, case: str) -> tuple[Quirk, ...]:
        if case not in self._known:
            self._known[case] = tuple(self._quirks[number] for number in self.numbers(case))
        return self._known[case]


def _any_glob(case: str, globs: tuple[str, ...]) -> bool:
    names, pattern = _globs(globs)
    return case in names or (pattern is not None and pattern.match(case) is not None)


@cache
def _globs(globs: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str] | None]:
    """The names among them, and one expression for all others: each run asks hundreds of quirks."""
    wild = [translate(glob) for glob in globs if _is_wild(glob)]
    names = frozenset(glob for glob in globs if not _is_wild(glob))
    return names, re.compile("|".join(wild)) if wild else None


def _is_wild(glob: str) -> bool:
    return any(letter in glob for letter in "*?[")


# What they do.


def instead_of(quirk: Quirk, case: str) -> Outcome | None:
    """The whole outcome that the quirk records for a case, if it does."""
    text = next((text for glob, text in quirk.instead if _any_glob(case, (glob,))), None)
    return None if text is None else golden.parse_outcome(text, f"{quirk.file}: {quirk.id}: '{case}'")


def is_whole(quirk: Quirk, case: str) -> bool:
    """Whether the quirk records another outcome for a case, in full or in one line."""
    return bool(quirk.came and not quirk.outcome) or instead_of(quirk, case) is not None


def tells(quirk: Quirk, line: str) -> bool:
    """Whether this is the line that the quirk tells of. Without any it tells of every one."""
    return not quirk.came or _line(quirk.came).fullmatch(line) is not None


@cache
def _line(came: tuple[str, ...]) -> re.Pattern[str]:
    """A line has brackets of its own: only `*` is special."""
    return re.compile("|".join(re.escape(one).replace(r"\*", ".*") for one in came), re.DOTALL)


def apply(quirks: Iterable[Quirk], outcome: Outcome) -> tuple[Outcome, dict[str, tuple[str, ...]]]:
    """The outcome with all changes made in their order, and which quirks touched which field."""
    touched: dict[str, tuple[str, ...]] = {}
    changed = _Changed(outcome)
    for quirk in quirks:
        here = not quirk.environments or quirk.changes_outcomes_of(environment_of(changed.golden))
        for change in quirk.changes if here else ():
            for name in changed.make(change):
                touched[name] = tuple(dict.fromkeys((*touched.get(name, ()), quirk.id)))
    return changed.outcome(), touched


class _Changed:
    """An outcome while changes are made to it."""

    def __init__(self, original: Outcome) -> None:
        self.original = original
        self.golden = {entry.name: entry.expect for entry in original.fields}
        self.fields = {entry.name: entry for entry in original.fields}
        self.headings = [entry.name for entry in original.fields if not entry.expect.text]

    def outcome(self) -> Outcome:
        fields = tuple(self.fields.values())
        return self.original if fields == self.original.fields else replace(self.original, fields=fields)

    def make(self, change: Change) -> list[str]:
        """The fields where the change makes a difference."""
        touched: list[str] = []
        for block in self.blocks(change):
            if not all(_holds(condition, block, self.golden) for condition in change.when):
                continue
            self.add_line(block, change)
            vector = _number(self.golden.get(f"{block}.vector"))
            for name in self.names(block, change):
                entry = self.fields[name]
                manual = self.golden.get(name, entry.expect)  # of which it has to make something else
                expect = _changed(entry.expect, change, vector)
                if expect == entry.expect:
                    continue
                if manual is entry.expect or _changed(manual, change, vector) != manual:
                    touched.append(name)
                    self.fields[name] = replace(entry, expect=expect)
        return touched

    def names(self, block: str, change: Change) -> list[str]:
        """Those of the fields that are there."""
        if change.field == EVERY:
            return [name for name in self.fields if name.startswith(f"{block}.")]
        name = f"{block}.{change.field}"
        return [name] if name in self.fields else []

    def blocks(self, change: Change) -> list[str]:
        if change.frame in ("value", "memory"):
            return [change.frame]
        if change.frame == "*":
            return [name for name in self.headings if name != "final"]
        return [name for name in self.headings if name in (change.frame, f"frame {change.frame}")]

    def add_line(self, block: str, change: Change) -> None:
        """A line of its own for a register that `gprs kept` and the like stand for."""
        name = f"{block}.{change.field}"
        group, _, member = change.field.partition(".")
        if group == "task":
            return self.add_task_line(block, name, change)
        if group not in GROUPS or change.action not in ADDING or name in self.fields:
            return
        if environment_of(self.fields).lacks(change.field):
            return
        head, members = GROUPS[group]
        whole = self.fields.get(f"{block}.{head}")
        if whole is None or whole.expect.text != "kept":
            return
        before = {whole.name, *(f"{block}.{group}.{other}" for other in members[: members.index(member)])}
        entries = list(self.fields.values())
        at = max(n for n, entry in enumerate(entries) if entry.name in before)
        entries.insert(at + 1, Field(name, Expect("kept")))
        self.fields = {entry.name: entry for entry in entries}

    def add_task_line(self, block: str, name: str, change: Change) -> None:
        """The same of a task's field that `tasks kept` stands for."""
        whole = self.fields.get(f"{block}.tasks")
        makes = change.action in ADDING
        if makes and name not in self.fields and whole and whole.expect.text == "kept":
            self.fields[name] = Field(name, Expect("kept"))


def _holds(condition: Condition, block: str, fields: Mapping[str, Expect]) -> bool:
    expect = fields.get(f"{block}.{condition.field}")
    number = _number(expect)
    if expect is None:
        return False
    if condition.values:
        return expect.text in condition.values or (number is not None and number in condition.values)
    return number is not None and number & condition.set == condition.set and not number & condition.clear


def _changed(expect: Expect, change: Change, vector: int | None) -> Expect:
    """The expectation after the change; itself where its value stays or is compared with nothing."""
    if expect.text == "any":
        return expect
    if change.action in UNKNOWN:
        return replace(expect, text=UNKNOWN[change.action])
    text = expect.text if change.action != "value" else str(change.operand)
    number = _number(expect)
    if change.action != "value" and number is not None:
        text = f"{_calculated(number, change, vector):#x}"
    if text == expect.text:
        return expect
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
    return expect.number if expect else None


# Which quirks have nothing to do.


def stale(quirks: Iterable[Quirk], expected: Iterable[tuple[str, str, tuple[Outcome, ...]]]) -> list[str]:
    """Quirks, globs and changes that touch no case. `expected`: case, profile, what is accepted there."""
    known = tuple(quirks)
    index = Index(known)
    cases: dict[str, list[tuple[str, tuple[Outcome, ...]]]] = {}
    for case, profile, accepted in expected:
        cases.setdefault(case, []).append((profile, accepted))
    covered: list[list[str]] = [[] for _ in known]
    for case in cases:
        for number in index.numbers(case):
            covered[number].append(case)
    return [problem for quirk, names in zip(known, covered) for problem in _stale(quirk, names, cases)]


def _stale(
    quirk: Quirk, covered: Sequence[str], expected: Mapping[str, Sequence[tuple[str, tuple[Outcome, ...]]]]
) -> Iterator[str]:
    """Looks only until something is touched, which is in the first case nearly always."""
    where = f"{quirk.file}:{quirk.line}: quirk '{quirk.id}':"
    mine = {
        case: [accepted for profile, accepted in expected[case] if profile in quirk.profiles and accepted]
        for case in covered
    }

    def shows(glob: str) -> bool:
        return any(
            touches(quirk, case, accepted)
            for case in mine
            if _any_glob(case, (glob,))
            for accepted in mine[case]
        )

    for glob in quirk.cases:
        if not shows(glob):
            yield f"{where} touches nothing in a case of '{glob}'; delete that"
    for glob in quirk.excepted:
        if not any(_any_glob(case, (glob,)) for case in expected):
            yield f"{where} no case of its 'except' is called '{glob}'; delete it"
    outcomes = [one for every in mine.values() for accepted in every for one in accepted]
    for number, change in enumerate(quirk.changes, start=1):
        if not any(apply((replace(quirk, changes=(change,)),), one)[1] for one in outcomes):
            yield f"{where} change {number} of '{change.field}' touches nothing; delete it"
    for glob, _ in quirk.instead:
        if not shows(glob):
            yield f"{where} 'instead' has '{glob}', where nothing differs; delete it"


def touches(quirk: Quirk, case: str, accepted: tuple[Outcome, ...]) -> bool:
    """Whether the quirk makes a difference to any of these outcomes."""
    if quirk.outcome or quirk.came:
        return True
    instead = instead_of(quirk, case)
    if instead:
        return all(instead.fields != outcome.fields for outcome in accepted)
    return changes_any(quirk, accepted)


def changes_any(quirk: Quirk, outcomes: Iterable[Outcome]) -> bool:
    """Whether the quirk's changes make a difference to any of these outcomes."""
    return any(apply((quirk,), outcome)[1] for outcome in outcomes)
