"""`make strength`: which changes of what a record shows would change no verdict, by field and family.

The record isn't an emulator's. One that passes is made from each accepted outcome of the golden section
itself (truth/exemplar.py): so every case has one, those that no emulator passes too, the table is the same
on every machine, and a change stays unseen because of the golden file, never because of what came.
"""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trapframe.frames import environment, symbol, task
from trapframe.frames.environment import STATE, Environment
from trapframe.frames.facts import Fact, is_selector
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT
from trapframe.truth import exemplar, expected
from trapframe.truth.expect import Outcome, required
from trapframe.truth.judge import Passing

PAGE = Path("docs/generated/strength.md")
WIDTH = 64  # of a word
WIDTHS = {"vector": 8, "mxcsr": 32, "fcw": 16, "fsw": 16, "ftw": 8}
SELECTOR_WIDTH = 16  # of a segment register; on the stack it is a word
COMPARED = "recorded bits are compared"
FRAMES = "whole frames"  # dropped, doubled, exchanged
ROW = re.compile(r"\| `?([^|`]+)`? \| (\w+) \| (\d+) \| (\d+) \|")

HEAD = """\
# What the judge doesn't see

Written by `make strength`. For each accepted outcome of each case, on both profiles where they differ, a
record that passes is made from the golden section. Then every fact of it is changed, one bit at a time, and
every frame is dropped, doubled, and exchanged with the next one. The table counts the changes that would
change no verdict, since a golden file leaves the field open; what isn't in it is seen without exception.
A test fails when a number of unseen changes grows: then look at which golden section became laxer, and why.

A word of a frame, a general register, or a base has 64 bits, a segment register 16, a vector 8, the
order and the ends of frames one each. The stack's name is no fact of its own: it follows from `handler.rsp`.
"""


@dataclass
class Count:
    """Changes that were tried, and those of them that stay unseen."""

    tried: int = 0
    unseen: int = 0

    def add(self, tried: int, unseen: int) -> None:
        self.tried += tried
        self.unseen += unseen


Counts = dict[tuple[str, str], Count]  # by field and family


def count(known: expected.Expected, cases: Iterable[CaseInfo]) -> Counts:
    """Over all changes of all accepted outcomes."""
    counts: Counts = defaultdict(Count)
    for info in cases:
        family = info.case.partition("/")[0]
        for goldens in _manuals(known, info):
            record = exemplar.record_of(info, goldens)
            names = symbol.symbols(info, record)
            for golden in goldens:
                facts = exemplar.facts_of(record, names, golden)
                passing = Passing(record, names, facts, goldens)
                assert passing.passes({}), info.case
                for field, tried, unseen in _changes(environment.of(info.env), passing, names):
                    counts[field, family].add(tried, unseen)
    return dict(counts)


def _manuals(known: expected.Expected, info: CaseInfo) -> Iterator[tuple[Outcome, ...]]:
    yield required(known.outcomes(info, "intel"))
    if known.differs(info):
        yield required(known.outcomes(info, "amd"))


# The changes.


def _changes(env: Environment, passing: Passing, names: Symbols) -> Iterator[tuple[str, int, int]]:
    """Field, how many changes, and how many of them are unseen."""
    for name, fact in passing.facts.items():
        short = short_name(name)
        if isinstance(fact, int):
            width = _width(env, name)
            yield short, width, _open_bits(passing, names, name, width).bit_count()
        elif short.rpartition(".")[2] in STATE:
            yield from _state(passing, name)
        elif short == "above" and fact != "kept":
            yield from _above(8 * env.word, passing, name, fact.split())
        elif short != "handler.stack":
            bits, other = _word(env, name, fact, passing.facts)
            yield short, bits, bits * passing.passes({name: other})
    changed = list(_frames(passing.facts))
    if changed:
        yield FRAMES, len(changed), sum(map(passing.passes, changed))


def _open_bits(passing: Passing, names: Symbols, name: str, width: int) -> int:
    """With `handler.rsp` the name of the stack that it points into changes, too."""
    found = passing.open_bits(name, width)
    if found and name.endswith((".handler.rsp", ".handler.esp")):
        fact = passing.facts[name]
        assert isinstance(fact, int)
        for bit in range(width):
            changed = fact ^ 1 << bit
            stack = symbol.stack_of(names, changed)
            both: dict[str, Fact | None] = {
                name: changed,
                f"{name[:-3]}stack": stack.name if stack else "none",
            }
            if found >> bit & 1 and not passing.passes(both):
                found ^= 1 << bit
    return found


@cache
def _width(env: Environment, name: str) -> int:
    field = short_name(name)
    if env.width < WIDTH and name.partition(".")[0] not in ("value", "memory"):
        return _narrow_width(env, name)
    if is_selector(name) and field.startswith(("handler.", "segment.")):
        return SELECTOR_WIDTH
    return _register_width(field)


def _register_width(field: str) -> int:
    if "x87.st" in field and field.endswith(".high"):
        return 16
    return WIDTHS.get(field.rpartition(".")[2], WIDTH)


def _narrow_width(env: Environment, name: str) -> int:
    """In 32-bit and 16-bit modes, where a selector on the stack and an error code count with 16 bits."""
    last = name.rpartition(".")[2]
    if ".task." in name:
        sizes = {**task.FIELDS_16, **task.FIELDS_32}
        return 4 if last == "type" else 8 * sizes[last][1]
    return {"vector": 8, "error": 16}.get(last, env.bits_of(last))


def _word(env: Environment, name: str, fact: str, facts: Mapping[str, Fact]) -> tuple[int, Fact | None]:
    """How many bits are recorded, and another word in its place: any of them makes one and the same."""
    field = short_name(name)
    if name.startswith("memory."):
        return 4 * len(fact), f"{int(fact, 16) ^ 1:0{len(fact)}x}"
    if field == "above":
        block = name.removesuffix("above")
        has_error = facts[f"{block}error"] != "none"
        values = {
            short: value
            for short in (env.flags, "cs", "handler.cs")
            if isinstance(value := facts.get(f"{block}{short}"), int)
        }
        return 8 * env.word * (env.slots - len(env.pushed(None, values)) - has_error), "0x0"
    if field == "error":
        return 1, 0
    others = {"kept": "overwritten", "overwritten": "kept", "exit": "shutdown", "shutdown": "exit"}
    return 1, others.get(fact, "frame 99" if fact == "program" else "program")


def _above(width: int, passing: Passing, name: str, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Another word in the place of each."""
    for at, word in enumerate(words):
        others = [*words[:at], "0x1" if word == "0x0" else "0x0", *words[at + 1 :]]
        yield "above", width, width * passing.passes({name: " ".join(others)})


def _state(passing: Passing, whole: str) -> Iterator[tuple[str, int, int]]:
    """Registers that have no line of their own: each bit of one makes it have one."""
    for register in STATE[whole.rpartition(".")[2]]:
        name = f"{whole}.{register}"
        if name not in passing.facts:
            width = _register_width(name)
            yield short_name(whole), width, width * passing.passes({name: 1})


def _frames(facts: Mapping[str, Fact]) -> Iterator[dict[str, Fact | None]]:
    """Each frame dropped, doubled, and exchanged with the next."""
    frames: dict[int, dict[str, Fact]] = {}
    for name, fact in facts.items():
        block, _, field = name.partition(".")
        if block.startswith("frame "):
            frames.setdefault(int(block[6:]), {})[field] = fact
    order = [frames[number] for number in sorted(frames)]
    for at in range(len(order)):
        yield _as_frames([*order[:at], *order[at + 1 :]], order)
        yield _as_frames([*order[: at + 1], *order[at:]], order)
        if order[at : at + 1] != order[at + 1 : at + 2] and at + 1 < len(order):
            yield _as_frames([*order[:at], order[at + 1], order[at], *order[at + 2 :]], order)


def _as_frames(
    changed: Sequence[Mapping[str, Fact]], order: Sequence[Mapping[str, Fact]]
) -> dict[str, Fact | None]:
    gone: dict[str, Fact | None] = {
        f"frame {number}.{field}": None for number, frame in enumerate(order, start=1) for field in frame
    }
    return gone | {
        f"frame {number}.{field}": fact
        for number, frame in enumerate(changed, start=1)
        for field, fact in frame.items()
    }


@cache
def short_name(name: str) -> str:
    """The field whatever its frame; general registers, values and memory without their own names."""
    block, _, field = name.partition(".")
    if block in ("value", "memory"):
        return block
    field = "gprs" if field.startswith("gpr.") else field
    field = "tasks" if field.startswith("task.") else field
    return field if block.startswith("frame ") or not field else f"{block}.{field}"


# The page.


def page(counts: Counts) -> str:
    lines = [HEAD, share(counts), "\n| field | family | changes | unseen |\n|---|---|--:|--:|\n"]
    rows = sorted(counts.items(), key=lambda one: (one[0][0], one[0][1]))
    lines += [
        f"| `{field}` | {family} | {found.tried} | {found.unseen} |\n"
        for (field, family), found in rows
        if found.unseen
    ]
    return "".join(lines)


def share(counts: Counts) -> str:
    """One line: how much of what is recorded is compared."""
    tried = sum(found.tried for (field, _), found in counts.items() if field != FRAMES)
    unseen = sum(found.unseen for (field, _), found in counts.items() if field != FRAMES)
    frames = [found for (field, _), found in counts.items() if field == FRAMES]
    return (
        f"{tried - unseen:,} of {tried:,} {COMPARED}: {100 * (tried - unseen) / tried:.3f} %."
        f" Of {sum(one.tried for one in frames):,} changes of whole frames"
        f" {sum(one.unseen for one in frames):,} stay unseen.\n"
    )


def unseen(text: str) -> dict[tuple[str, str], int]:
    """What a page says of each field and family."""
    return {(row[1], row[2]): int(row[4]) for row in map(ROW.match, text.splitlines()) if row}


def laxer(before: Mapping[tuple[str, str], int], counts: Counts) -> list[str]:
    """Where more changes stay unseen than an earlier page says."""
    return [
        f"{field} in {family}: {before.get((field, family), 0)} unseen changes were known, now {found.unseen}"
        for (field, family), found in sorted(counts.items())
        if found.unseen > before.get((field, family), 0)
    ]


def main(root: Path = ROOT) -> int:
    workspace = open_workspace(root, os.cpu_count() or 1, images=False)
    if code := workspace.pick(Selection()).tell():
        return code
    known = expected.load(root, workspace.cases, workspace.cases, (), ())
    if known.problems:
        print(f"strength: {known.problems[0]}", file=sys.stderr)
        return 5
    counts = count(known, workspace.cases)
    page_path = root / PAGE
    text = page_path.read_text(encoding="utf-8") if page_path.exists() else ""
    for line in laxer(unseen(text), counts) if text else ():
        print(f"laxer: {line}")
    was = next((line for line in text.splitlines() if COMPARED in line), "not counted")
    print(f"before  {was}\nnow     {share(counts)}", end="")
    write_atomically(page_path, page(counts).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
