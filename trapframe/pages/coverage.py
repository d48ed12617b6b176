"""docs/generated/coverage.md: the rules of the manual, section by section, and the cases that test each."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import filter as matching
from pathlib import Path

RULES = Path("docs/data/rules.toml")
NAMED = 3  # cases of a rule
OPEN = "to be written"

HEAD = """\
# What of the manual has cases

Written by `make docs` from [rules.toml](../data/rules.toml): the rules of the Intel manual's chapters on
protection, interrupts and exceptions, task management, debugging and 8086 emulation, of its sections on page
faults, and of the instructions that raise and return, and where AMD's manual differs, in our words. Behind
each rule stands how many cases test it, and up to three of them. A rule without a case says why; "to be
written" is the next work. The checks of [the specification](../spec.md) have a table of their own, with the
cases that pass through each: [prediction.md](prediction.md#rules).
"""


class RulesError(Exception):
    """docs/data/rules.toml says something that can't be."""

    exit_code = 5


@dataclass(frozen=True)
class Rule:
    """One requirement of the manual. `none` is the reason why there is no case."""

    text: str
    globs: tuple[str, ...] = ()
    none: str = ""


@dataclass(frozen=True)
class Section:
    """A section of the manual, under its title."""

    title: str
    rules: tuple[Rule, ...]


def read(text: str) -> tuple[Section, ...]:
    try:
        sections = tomllib.loads(text)["section"]
        return tuple(
            Section(entry["title"], tuple(_rule(entry["title"], **rule) for rule in entry["rules"]))
            for entry in sections
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RulesError(f"{RULES}: expected sections with title and rules: {error}") from error


def _rule(title: str, rule: str, cases: Sequence[str] = (), none: str = "") -> Rule:
    if bool(cases) == bool(none):
        raise RulesError(f"{RULES}: {title}: '{rule}' needs either cases or none")
    return Rule(rule, tuple(cases), none)


def cases_of(rule: Rule, names: Sequence[str]) -> list[str]:
    """The cases of a rule, in the order of its globs; each glob has to match something. `names`: sorted."""
    found: dict[str, None] = {}
    for glob in rule.globs:
        start = re.split(r"[*?[]", glob, maxsplit=1)[0]
        first = bisect_left(names, start)
        last = bisect_left(names, f"{start}\x7f", first)
        hits = matching(names[first:last], glob)
        if not hits:
            raise RulesError(f"{RULES}: no case matches '{glob}' of the rule '{rule.text}'")
        found.update(dict.fromkeys(hits))
    return list(found)


def page(sections: Iterable[Section], files: Mapping[str, str]) -> str:
    """The whole page, for these cases, each with its file."""
    ordered = sorted(files)
    tested = [(section, [(rule, cases_of(rule, ordered)) for rule in section.rules]) for section in sections]
    rules = [pair for _, pairs in tested for pair in pairs]
    claimed = {name for _, cases in rules for name in cases}
    parts = [
        HEAD,
        *_summary(rules),
        f"{len(claimed)} of {len(ordered)} cases test a rule that stands here.\n",
    ]
    for section, pairs in tested:
        parts.append(f"\n## {section.title}\n\n" + "".join(_line(rule, cases) for rule, cases in pairs))
    others = Counter(files[name] for name in ordered if name not in claimed)
    lines = [f"- `{file}`: {count}\n" for file, count in sorted(others.items())]
    parts += ["\n## Cases of other rules\n\n", *(lines or ["None.\n"])]
    return "".join(parts)


def _summary(rules: Sequence[tuple[Rule, list[str]]]) -> Iterator[str]:
    without = [rule.none for rule, _ in rules if rule.none]
    yield (
        f"\n{len(rules)} rules: {len(rules) - len(without)} with cases, {without.count(OPEN)} to be written,"
        f" {len(without) - without.count(OPEN)} that no case can show.\n"
    )


def _line(rule: Rule, cases: Sequence[str]) -> str:
    if rule.none:
        return f"- {rule.text}: **no case** ({rule.none})\n"
    more = ", ..." if len(cases) > NAMED else ""
    named = ", ".join(f"`{name}`" for name in cases[:NAMED])
    return f"- {rule.text}: {len(cases)} ({named}{more})\n"
