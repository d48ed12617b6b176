"""Reads what a sweep's guest says: docs/sweeps.md has the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trapframe.frames.decode import RFLAGS, vector_name

HEAD = "trapframe sweep 1"
END = "end exit "
MOST_BITS = 64
HEX = r"[0-9a-f]{1,16}"
CLASS = re.compile(
    rf"class (?P<what>{HEX}) (?P<step>{HEX}) (?P<early>{HEX}) (?P<late>{HEX})"
    rf" (?P<wanted>{HEX}) (?P<came>{HEX})"
    rf" (?P<fields>{HEX}) (?P<flags>{HEX}) (?P<handler>{HEX}) (?P<first>{HEX}) (?P<count>{HEX})"
)
FIELD_NAMES = (  # enum field of harness/sweep/own.h
    *("vector", "error", "error.ext", "rip", "cs", "rflags", "rsp", "ss"),
    *("handler.rsp", "handler.cs", "handler.rflags", "handler.ss", "cr2", "dr6", "descriptor"),
    *("segments", "handler.segments", "handler.gprs", "tr", "ldtr", "tss"),
    *("pushed", "entries", "dr6.BS", "dr6.BD", "dr6.BT"),
    *("tss.link", "tss.eip", "tss.eflags", "stray", "cr0", "cr3"),
)
WALKED = re.compile(rf"walked ({HEX}) absent ({HEX}) shutdown ({HEX}) compared ({HEX}) agreed ({HEX})")
FIELD = re.compile(rf"field ([a-z0-9.]+) ({HEX}) ({HEX}) ({HEX})")
Table = tuple[tuple[int, int], ...]
NONE = "-"  # no rule refused anything


class ToldError(ValueError):
    """A guest that says something else than a sweep's does."""


@dataclass(frozen=True, order=True)
class Difference:
    """What makes a class: the rules that decided, the vector that must come, and what differs."""

    what: str  # on the first axis: the instruction, or the event
    instruction: str  # the rule that refused it, or "-"
    delivery: str  # the first rule that refused something on the way to the handler
    last: str
    wanted: str  # a vector
    differs: tuple[
        str, ...
    ]  # fields; flags by their bits; another vector as `vector=#UD`; an end as `end=crash`

    @property
    def rules(self) -> tuple[str, str, str]:
        return self.instruction, self.delivery, self.last

    def __str__(self) -> str:
        rules = [rule for rule in dict.fromkeys(self.rules) if rule != NONE]
        return f"{self.what}  {' > '.join(rules) or NONE}  {self.wanted}  {' '.join(self.differs)}"


@dataclass(frozen=True)
class Found:
    first: int  # row
    count: int
    state: tuple[tuple[int, int], ...] = ()  # of the first: axes whose value isn't the ordinary one

    def __add__(self, other: Found) -> Found:
        first = min(self, other, key=lambda one: one.first)
        return replace(first, count=self.count + other.count)


@dataclass(frozen=True)
class Counts:
    """Of a part of a plan. They add up."""

    walked: int = 0
    absent: int = 0
    shutdown: int = 0
    compared: int = 0
    agreed: int = 0
    hash: int = 0
    classes: Mapping[Difference, Found] = field(default_factory=dict)
    # Where they are asked for: a table for each two axes; of each pair of values the states that were
    # compared, and those that differ.
    pairs: tuple[Table, ...] = ()

    def __add__(self, other: Counts) -> Counts:
        classes = dict(self.classes)
        for key, found in other.classes.items():
            classes[key] = classes[key] + found if key in classes else found
        return Counts(
            self.walked + other.walked,
            self.absent + other.absent,
            self.shutdown + other.shutdown,
            self.compared + other.compared,
            self.agreed + other.agreed,
            (self.hash + other.hash) % (1 << MOST_BITS),
            classes,
            _add_tables(self.pairs, other.pairs),
        )


def _add_tables(one: Sequence[Table], other: Sequence[Table]) -> tuple[Table, ...]:
    if not one or not other:
        return tuple(one or other)
    return tuple(
        tuple((a + c, b + d) for (a, b), (c, d) in zip(mine, theirs)) for mine, theirs in zip(one, other)
    )


@dataclass(frozen=True)
class Told:
    about: str = ""
    product: int = 0
    pairs: int = 0
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: int | None = None  # the last row that it began, as far as it says so
    counts: Counts | None = None  # None: it didn't come to its end
    complaint: str = ""
    state: tuple[tuple[str, str], ...] = ()  # of the last state: axis, value
    code: int | None = None  # the linear address of its instruction
    rules: tuple[tuple[str, str], ...] = ()  # of what, id
    fields: tuple[tuple[str, int, int, int], ...] = ()  # name, expected, open bits, what came
    decided: tuple[int, str, str, str, str] | None = None  # as in Difference


def read(serial: bytes, whats: Sequence[str]) -> Told:
    """What is cut off at the end is left away. `whats`: the names on the first axis."""
    text = serial.decode("ascii", "replace")
    lines = text.split("\n")[:-1]
    if lines[:1] != [HEAD]:
        raise ToldError(f"expected '{HEAD}', got {lines[:1]}")
    told = Told()
    counts = Counts()
    classes: list[tuple[Difference, Found]] = []
    tables: list[Table] = []
    names: list[str] = []  # of rules
    walked: Counts | None = None
    behind = len(HEAD) + 1
    for line in lines[1:]:
        word, _, rest = line.partition(" ")
        if line.startswith(END):
            if int(rest.removeprefix("exit "), 16) != sum(serial[:behind]) & 0xFFFF:
                raise ToldError("its sum is wrong")
            if walked is None:
                raise ToldError("no line 'walked'")
            for key, one in classes:
                counts += Counts(classes={key: one})
            return replace(told, counts=counts + replace(walked, pairs=tuple(tables)))
        behind += len(line) + 1
        if found := CLASS.fullmatch(line):
            key = _difference(found, names, whats)
            classes.append((key, Found(int(found["first"], 16), int(found["count"], 16))))
        elif word == "state" and classes:
            key, one = classes[-1]
            numbers_of = [int(number, 16) for number in rest.split()]
            classes[-1] = (key, replace(one, state=tuple(zip(numbers_of[::2], numbers_of[1::2]))))
        elif word == "pairs":
            tables.append(tuple(_counted(cell) for cell in rest.split()))
        elif numbers := WALKED.fullmatch(line):
            walked = _walked(numbers)
        elif word == "name":
            names.append(rest.partition(" ")[2])
        elif word == "hash":
            counts += Counts(hash=int(rest, 16))
        else:
            told = _line(told, word, rest, line)
    return told


def _line(told: Told, word: str, rest: str, line: str) -> Told:
    if word == "at":
        return replace(told, at=int(rest, 16))
    if word == "plan":
        product, pairs, _ = (int(number, 16) for number in rest.split())
        return replace(told, product=product, pairs=pairs)
    if word == "about":
        return replace(told, about=rest)
    if word == "axis":
        name, _, value = rest.partition(" ")
        if value:
            return replace(told, state=(*told.state, (name, value)))
        return replace(told, axes={**told.axes, name: ()})
    if word == "value" and told.axes:
        last = list(told.axes)[-1]
        return replace(told, axes={**told.axes, last: (*told.axes[last], rest)})
    if word == "code":
        return replace(told, code=int(rest, 16))
    if word == "rule":
        what, _, rule = rest.partition(" ")
        return replace(told, rules=(*told.rules, (what, rule)))
    if word == "decided":
        what, instruction, first, last, vector = rest.split()
        number, wanted = int(what, 16), vector_name(int(vector, 16))
        return replace(told, decided=(number, instruction, first, last, wanted))
    if found := FIELD.fullmatch(line):
        name, expected, open_bits, came = found.groups()
        numbers = (int(expected, 16), int(open_bits, 16), int(came, 16))
        return replace(told, fields=(*told.fields, (name, *numbers)))
    if word in ("unexpected", "harness:"):
        return replace(told, complaint=f"{told.complaint} {line}".strip())
    raise ToldError(f"unknown line {line[:80]!r}")


def _counted(cell: str) -> tuple[int, int]:
    compared, _, differ = cell.partition(":")
    return int(compared, 16), int(differ or "0", 16)


def _walked(found: re.Match[str]) -> Counts:
    walked, absent, shutdown, compared, agreed = (int(number, 16) for number in found.groups())
    return Counts(walked, absent, shutdown, compared, agreed)


def _difference(found: re.Match[str], names: Sequence[str], whats: Sequence[str]) -> Difference:
    differs: list[str] = []
    number = {key: int(value, 16) for key, value in found.groupdict().items()}
    for bit, name in enumerate(FIELD_NAMES):
        if not number["fields"] >> bit & 1:
            continue
        if name == "vector":
            differs.append(f"vector={vector_name(number['came'])}")
        elif name in ("rflags", "handler.rflags"):
            differs += [
                f"{name}.{flag}" for flag in _flags(number["flags" if name == "rflags" else "handler"])
            ]
        else:
            differs.append(name)
    try:
        instruction, first, last = (names[number[key]] for key in ("step", "early", "late"))
        return Difference(
            whats[number["what"]], instruction, first, last, vector_name(number["wanted"]), tuple(differs)
        )
    except IndexError as error:
        raise ToldError(f"{found[0]}: it doesn't say what these numbers name") from error


def _flags(bits: int) -> Iterator[str]:
    names = {number: name for name, number in RFLAGS.items()}
    for number in range(MOST_BITS):
        if bits >> number & 1:
            yield names.get(number, str(number))
