"""docs/generated/forms.md: each rule of the specification in each form that is another path in emulators."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from trapframe.ask.engines import ORDINARY
from trapframe.model import CaseInfo
from trapframe.pages import engines_by_rules
from trapframe.suite.search import plain
from trapframe.truth.expect import Outcome
from trapframe.truth.expected import Expected

DATA = Path("docs/data/forms.toml")
PAGE = Path("docs/generated/forms.md")
HOLE = "**hole**"
RULE = re.compile(r'RULE\("([^"]+)"')
HEAD = """\
# Rules in all their forms

Written by `make docs` from [forms.toml](../data/forms.toml). A rule of [the specification](../spec.md)
is one sentence, but an emulator comes to it on many paths: another mode, another instruction, another
table, another way to use the address. Each table has rules of one kind; a cell has how many cases go
through the rule in that form, with a link to the first of them, or the number of the reason below the
table why there can be none. Which rules decide a case [prediction](prediction.md) knows; its form
follows from its environment, its first frame, and the words that say what it is.
"""


class FormsError(Exception):
    """docs/data/forms.toml says something that can't be."""

    exit_code = 5


@dataclass(frozen=True)
class Form:
    """One path. A case takes it if its environment, a fact of its first frame, or its words say so."""

    name: str
    env: str = ""
    fact: str = ""
    words: str = ""  # a regular expression


@dataclass(frozen=True)
class Not:
    """Where a form can't be had, and why."""

    rules: tuple[str, ...]
    forms: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Group:
    title: str
    rules: tuple[str, ...]  # globs
    rows: Mapping[str, str]  # instead: names, and a regular expression for the words of their cases
    forms: tuple[str, ...]
    without: tuple[Not, ...]


@dataclass(frozen=True)
class Case:
    """What forms are looked up in."""

    name: str
    file: str
    env: str
    words: str
    facts: frozenset[str]


def read(text: str) -> tuple[dict[str, Form], tuple[Group, ...]]:
    try:
        table = tomllib.loads(text)
        forms = {name: Form(name, **what) for name, what in table["form"].items()}
        groups = tuple(
            Group(
                one["title"],
                tuple(one.get("rules", ())),
                one.get("rows", {}),
                tuple(one["forms"]),
                tuple(Not(tuple(n["rules"]), tuple(n["forms"]), n["why"]) for n in one.get("not", ())),
            )
            for one in table["group"]
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise FormsError(f"{DATA}: expected forms and groups: {error}") from error
    unknown = {name for group in groups for name in group.forms} - forms.keys()
    if unknown:
        raise FormsError(f"{DATA}: no form '{min(unknown)}'")
    return forms, groups


def written(root: Path, cases: Mapping[str, CaseInfo], found: Expected) -> str:
    """`found`: all golden files."""
    forms, groups = read((root / DATA).read_text(encoding="utf-8"))
    texts = (path.read_text(encoding="utf-8") for path in (root / "spec").glob("*.c"))
    rules = {rule for text in texts for rule in RULE.findall(text)}.difference(ORDINARY)
    everything = {name: _case(one, found) for name, one in cases.items()}
    known = cases_by_rule(root, everything)
    for group in groups:
        for row, words in group.rows.items():
            known[row] = [case for case in everything.values() if re.search(words, case.words)]
    return page(rules, forms, groups, known)


def cases_by_rule(root: Path, cases: Mapping[str, Case]) -> dict[str, list[Case]]:
    known: dict[str, list[Case]] = {}
    for group in engines_by_rules.read(root):
        for name in group.cases:
            if one := cases.get(name):
                for rule in group.rules:
                    known.setdefault(rule, []).append(one)
    return known


def _case(info: CaseInfo, found: Expected) -> Case:
    mode = engines_by_rules.mode_of(info.case, info.env)
    words = plain(f"{info.case} {info.about}")
    return Case(info.case, info.file, mode, words, frozenset(_facts(info, found)))


def _facts(info: CaseInfo, found: Expected) -> Iterator[str]:
    """Of the first frame of each outcome of the golden section."""
    for outcome in found.outcomes(info, "intel"):
        yield from _facts_of(info, outcome)


def _facts_of(info: CaseInfo, outcome: Outcome) -> Iterator[str]:
    texts = {one.name: one.expect for one in outcome.fields}
    cs = texts.get("frame 1.cs")
    if cs and (cs.text.startswith("user_") or cs.text.endswith(":rpl3")):
        yield "cpl3"
    for name in ("frame 1.rflags", "frame 1.eflags", "frame 1.flags"):
        if name in texts and (texts[name].number or 0) & 0x100:
            yield "tf"
    error = texts["frame 1.error"].number if "frame 1.error" in texts else None
    names_a_descriptor = "frame 1.vector" in texts and texts["frame 1.vector"].number in (10, 11, 12, 13)
    if error and error & 6 == 4 and names_a_descriptor:
        yield "ldt"
    if error and error & 1 and names_a_descriptor:
        yield "ext"
    if "frame 2.vector" in texts:
        yield "again"


def takes(form: Form, case: Case) -> bool:
    if form.env and form.env == case.env:
        return True
    if form.fact and form.fact in case.facts:
        return True
    return bool(form.words and re.search(form.words, case.words))


def page(
    rules: Iterable[str], forms: Mapping[str, Form], groups: Sequence[Group], known: Mapping[str, list[Case]]
) -> str:
    """`rules`: all of the specification. Each belongs to the first group that names it."""
    left = sorted(rules)
    tables, cells = [], []
    for group in groups:
        mine = [rule for rule in left if any(fnmatchcase(rule, glob) for glob in group.rules)]
        left = [rule for rule in left if rule not in mine]
        rows = [
            (rule, [_cell(rule, forms[name], group, known) for name in group.forms])
            for rule in (*mine, *group.rows)
        ]
        cells += [cell for _, row in rows for cell in row]
        tables.append("".join(_table(group, rows)))
    if left:
        raise FormsError(f"{DATA}: no group has the rule '{left[0]}'")
    holes = cells.count(HOLE)
    reasoned = sum(cell.startswith("(") for cell in cells)
    summary = (
        f"\n{len(cells)} cells: {len(cells) - holes - reasoned} with cases, {reasoned} that can't be,"
        f" {holes} holes.\n"
    )
    return HEAD + summary + "".join(tables)


def _cell(rule: str, form: Form, group: Group, known: Mapping[str, list[Case]]) -> str:
    hits = [case for case in known.get(rule, ()) if takes(form, case)]
    if hits:
        first = min(hits, key=lambda case: case.name)
        return f"[{len(hits)}](../../cases/{first.file}.c)"
    for number, one in enumerate(group.without, 1):
        if {form.name, "*"} & {*one.forms} and any(fnmatchcase(rule, glob) for glob in one.rules):
            return f"({number})"
    return HOLE


def _table(group: Group, rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    yield f"\n## {group.title}\n\n| rule | " + " | ".join(group.forms) + " |\n"
    yield "|---|" + "---|" * len(group.forms) + "\n"
    yield from (f"| {rule} | " + " | ".join(row) + " |\n" for rule, row in rows)
    used = {cell for _, row in rows for cell in row}
    yield "\n"
    yield from (f"- ({n}) {one.why}\n" for n, one in enumerate(group.without, 1) if f"({n})" in used)
