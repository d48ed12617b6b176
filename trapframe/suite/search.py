"""Finds cases by what is said of them, in whichever of the field's terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from types import MappingProxyType

from trapframe.frames import decode, environment
from trapframe.frames.terms import ASKED, ASKING, FILLERS, TERMS
from trapframe.model import CaseInfo

SECTION = 2  # in texts()
SYNONYM = 0.7  # of the weight of the word itself
WEIGHTS = (3.0, 2.0, 1.0, 1.0)  # of the parts of texts(), and of notes
BREAK = " # "  # no term goes beyond it
LETTERS = str.maketrans(
    {chr(code): " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "#")}
)
LIST = re.compile(r'"[^"/]*/[^"-]*-')  # the instructions of a page of the manual, which has cases of each
INT_N = re.compile(r"\bint (?=0x|\d)")
NUMBERED = re.compile(r" (ist|cpl|ring)(?=\d)")


@dataclass(frozen=True)
class Concept:
    """What one word of a query means: patterns for texts as plain() makes them."""

    word: str
    itself: re.Pattern[str]
    any: re.Pattern[str]  # with its synonyms


@dataclass(frozen=True)
class Match:
    """A case, and what it has of a query."""

    case: CaseInfo
    lacks: tuple[str, ...]
    score: float


def plain(text: str) -> str:
    """Small letters, numbers and `#`, one blank between two words: `NOT-present` is as `isn't present`."""
    text = text.lower().replace("n't", " not").replace("n’t", " not").translate(LETTERS)
    return NUMBERED.sub(r" \1 ", f" {' '.join(text.split())} ")


def texts(case: CaseInfo) -> tuple[str, str, str]:
    """What a case is, what it is filed under, and its section of the manual."""
    about = plain(f"{case.case}{BREAK}{case.about}")
    ends = {"none": "no exception", "shutdown": "shutdown triple fault"}.get(case.outcome, "")
    raised = "" if case.vector is None else f"{decode.vector_name(case.vector)}{BREAK}vector {case.vector}"
    mode = environment.of(case.env).title
    filed = BREAK.join((raised, ends, *case.ids, *case.tags, *case.needs, case.env, mode))
    return INT_N.sub("int n int ", about), plain(filed), _section(case.spec)


@cache
def _section(spec: str) -> str:
    return plain(LIST.sub("", spec))


def says(concept: Concept, case: CaseInfo) -> bool:
    """Whether a case speaks of it anywhere."""
    return _found(concept, texts(case)) > 0


def concept(word: str) -> Concept:
    """A word, or several that are one term: `not_present`, `CR0.TS`, `INT n`."""
    name = plain(word).strip()
    return Concept(word, _pattern((name,)), _pattern((name, *_synonyms().get(name, ()))))


def concepts(words: Sequence[str]) -> list[Concept]:
    """The longest terms that the words make, without what only makes it a question."""
    parts = " ".join(words).split()
    asks = any(plain(part).strip() in ASKING for part in parts)
    found: list[Concept] = []
    at = 0
    while at < len(parts):
        end = next(
            (
                end
                for end in range(min(len(parts), at + _longest()), at, -1)
                if plain(" ".join(parts[at:end])).strip() in _synonyms().keys() | FILLERS
            ),
            at + 1,
        )
        term = " ".join(parts[at:end]).strip(",;:?!.")
        word = plain(term).strip()
        if word and word not in FILLERS and not (asks and word in ASKED):
            found.append(concept(term))
        at = end
    return list({one.any.pattern: one for one in found}.values())


def rank(
    cases: Sequence[CaseInfo], wanted: Sequence[Concept], notes: Mapping[str, str] = MappingProxyType({})
) -> list[Match]:
    """All that have anything of it, those with most of the words first, then by how prominent these are.

    `notes`: more that is said of cases, by their names.
    """
    weights: dict[str, dict[str, float]] = {one.word: {} for one in wanted}
    for case in cases:
        parts = (*texts(case), *((plain(notes[case.case]),) if case.case in notes else ()))
        whole = "".join(parts)
        for one in wanted:
            if one.any.search(whole) and (weight := _found(one, parts)):
                weights[one.word][case.case] = weight
    rarity = {word: log(1 + len(cases) / len(names)) for word, names in weights.items() if names}
    found = []
    for case in cases:
        has = {word: weights[word][case.case] for word in rarity if case.case in weights[word]}
        if has:
            lacks = tuple(one.word for one in wanted if one.word not in has)
            found.append(Match(case, lacks, sum(rarity[word] * weight for word, weight in has.items())))
    return sorted(found, key=lambda one: (len(one.lacks), -one.score, len(one.case.about), one.case.case))


def _found(concept: Concept, parts: Sequence[str]) -> float:
    """How prominent it is. In the section of the manual only the word itself counts: that has many cases."""
    total = 0.0
    for at, part in enumerate(parts):
        if concept.any.search(part):
            if concept.itself.search(part):
                total += WEIGHTS[at]
            elif at != SECTION:
                total += WEIGHTS[at] * SYNONYM
    return total


@cache
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    """By each term the others of its groups, all of them as plain() makes them."""
    found: dict[str, tuple[str, ...]] = {}
    for group in TERMS:
        names = [plain(term).strip() for term in group]
        for name in names:
            found[name] = (*found.get(name, ()), *names)
    return found


@cache
def _longest() -> int:
    return max(len(name.split()) for name in _synonyms())


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """A long word may go on, as `misalign` does, and so may a plural be meant."""
    return re.compile(f"(?<= )(?:{'|'.join(_ending(name) for name in dict.fromkeys(names))})(?= )")


def _ending(name: str) -> str:
    last = name.rpartition(" ")[2]
    if not last.isalpha() or len(last) < 3:
        return re.escape(name)
    if len(last) < 4:
        return f"{re.escape(name)}s?"
    if last.endswith("s") and not last.endswith("ss"):
        name = name.removesuffix("s")
    return f"{re.escape(name)}[a-z]*"
