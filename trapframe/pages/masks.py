"""docs/generated/masks.md: everything that golden files leave open, with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trapframe.truth.expect import Expect, Field, GoldenFile, Outcome, Section, Silicon

HEAD = """\
# What golden files leave open

Written by `make docs` from the golden files: each kind of mask, of `any`, and of a choice between outcomes
(`accept`), with the reason that its lines give, how many lines there are and in which families, and what
processors were seen to do there (`silicon` lines). `-` means that nobody has looked, or nothing was found.
Bits are those that are *not* compared. [strength.md](strength.md) counts what this hides.
"""
CASES = 2  # named in a row
MANY = 8  # families that are named


@dataclass(frozen=True)
class Kind:
    """Lines that leave the same open for the same reason."""

    field: str  # whatever its frame, its value's name, its memory's
    bits: str  # of a mask, `any`, or the names of outcomes
    reason: str


@dataclass
class Lines:
    """Where a kind occurs."""

    cases: list[str] = field(default_factory=list)  # one for each line
    silicon: Counter[str] = field(default_factory=Counter)


def kinds(files: Iterable[GoldenFile]) -> dict[Kind, Lines]:
    """Of all sections, whether or not their case can run."""
    found: dict[Kind, Lines] = {}
    for golden in files:
        family = golden.file.removeprefix("expected/").partition("/")[0]
        for section in golden.sections:
            for kind, seen in _of_section(section):
                lines = found.setdefault(kind, Lines())
                lines.cases.append(f"{family}/{section.name}")
                lines.silicon.update(seen)
    return found


def _of_section(section: Section) -> Iterator[tuple[Kind, list[str]]]:
    named = [outcome for outcome in section.outcomes if outcome.name]
    if named:
        choice = " or ".join(outcome.name for outcome in named)
        reason = "; ".join(dict.fromkeys(normal(outcome.because) for outcome in named))
        yield Kind("accept", choice, reason), list(map(_told, section.silicon))
    for outcome in section.outcomes:
        yield from _of_outcome(outcome)


def _of_outcome(outcome: Outcome) -> Iterator[tuple[Kind, list[str]]]:
    for entry in outcome.fields:
        for expect, vendor in ((entry.expect, "intel"), (entry.amd, "amd")):
            if expect is not None and expect.is_open:
                both = entry.amd is None
                seen = [_told(one) for one in entry.silicon if both or one.vendor in ("", vendor)]
                yield Kind(_field(entry), _bits(expect), normal(expect.because)), seen


def normal(reason: str) -> str:
    """One form for what is written in two."""
    return " ".join(reason.replace("’", "'").split()).rstrip(".")


def _field(entry: Field) -> str:
    block, _, name = entry.name.partition(".")
    if block.startswith("frame "):
        return name
    return f"memory {name.partition('+')[0]}" if block == "memory" else entry.name


def _bits(expect: Expect) -> str:
    """Those that aren't compared; of the words above a frame all, with `any` for the open ones."""
    return expect.text if expect.mask is None else f"{~expect.mask & 2**64 - 1:#x}"


def _told(seen: Silicon) -> str:
    vendor = f"[{seen.vendor}] " if seen.vendor else ""
    mask = "" if seen.expect.mask is None else f" mask {seen.expect.mask:#x}"
    return f"{vendor}{seen.expect.text}{mask} ({normal(seen.expect.because)})"


def without_reason(found: Iterable[Kind]) -> list[str]:
    """Kinds that no sceptic would accept, since nothing is said."""
    return [f"{one.field} {one.bits}" for one in found if len(one.reason.split()) < 3]


# The page.


def page(files: Iterable[GoldenFile]) -> str:
    found = kinds(files)
    lines = sum(len(one.cases) for one in found.values())
    told = sum(bool(one.silicon) for one in found.values())
    parts = [
        HEAD,
        f"\n{lines} lines of {len(found)} kinds; of {told} kinds it is known what processors do.\n",
    ]
    for name in sorted({kind.field for kind in found}, key=lambda one: (one != "accept", one)):
        parts.append(
            f"\n## `{name}`\n\n| open | lines | families | reason | processors |\n|---|--:|---|---|---|\n"
        )
        mine = [(kind, one) for kind, one in found.items() if kind.field == name]
        mine.sort(key=lambda one: (-len(one[1].cases), one[0].bits, one[0].reason))
        parts += [_row(kind, one) for kind, one in mine]
    return "".join(parts)


def _row(kind: Kind, lines: Lines) -> str:
    families = Counter(case.partition("/")[0] for case in lines.cases)
    named = [f"{family} {count}" for family, count in families.most_common(MANY)]
    more = [f"and {len(families) - MANY} more"] if len(families) > MANY else []
    where = ", ".join(named + more)
    if len(lines.cases) <= CASES:
        where = ", ".join(f"`{case}`" for case in dict.fromkeys(lines.cases))
    seen = "; ".join(
        _processors(text, count, len(lines.cases)) for text, count in sorted(lines.silicon.items())
    )
    cells = (kind.bits, str(len(lines.cases)), where, kind.reason, seen or "-")
    return f"| {' | '.join(map(_cell, cells))} |\n"


def _processors(text: str, count: int, lines: int) -> str:
    return text if count == lines else f"{text}, {count} of {lines} lines"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
