"""Which cases a command line means."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from trapframe.frames import decode
from trapframe.model import CaseInfo
from trapframe.frames.environment import ENVIRONMENTS
from trapframe.suite.naming import Names

CANDIDATES = 8  # named where one case is wanted


class NothingSelected(Exception):
    """A word that names no case, or too many."""

    exit_code = 4


class SelectionError(Exception):
    """A selection that can't be understood."""

    exit_code = 2


@dataclass(frozen=True)
class Selection:
    """All that has to hold of a case; what isn't given holds of each."""

    globs: tuple[str, ...] = ()
    expression: str = ""
    tags: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    shard: tuple[int, int] = (1, 1)

    @property
    def is_everything(self) -> bool:
        return self == Selection()


def choose(cases: Sequence[CaseInfo], wanted: Selection) -> tuple[CaseInfo, ...]:
    """At least one case, but for a shard: of few it may have none. One that isn't built has only its name."""
    if cases and wanted.is_everything:
        return tuple(cases)
    vectors = {read_vector(text) for text in wanted.vectors}
    for name in wanted.environments:
        if name not in ENVIRONMENTS:
            raise SelectionError(f"--env {name}: there is {', '.join(ENVIRONMENTS)}")
    means = _meaning(wanted.expression)
    found = tuple(
        case
        for case in select(cases, wanted.globs)
        if not case.outcome
        or means(case)
        and (not wanted.tags or set(wanted.tags) & set(case.tags))
        and (not vectors or case.vector in vectors)
        and (not wanted.environments or case.env in wanted.environments)
    )
    if not found:
        raise NothingSelected(
            f"no case has all of {', '.join(_words(wanted))}; `list` takes the same options"
        )
    return tuple(case for case in found if not case.outcome or in_shard(case.case, wanted.shard))


def _meaning(text: str) -> Callable[[CaseInfo], bool]:
    if not text:
        return lambda case: True
    from trapframe.suite import expression  # with all that `find` knows of words

    return expression.parse(text)


def _words(wanted: Selection) -> Iterator[str]:
    if wanted.globs:
        yield " ".join(wanted.globs)
    if wanted.expression:
        yield f"-k '{wanted.expression}'"
    yield from (f"--tag {tag}" for tag in wanted.tags)
    yield from (f"--vector {vector}" for vector in wanted.vectors)
    yield from (f"--env {name}" for name in wanted.environments)


def read_vector(text: str) -> int:
    """14, 0xe, #PF or PF."""
    names = {name.removeprefix("#").lower(): number for number, name in decode.VECTORS.items()}
    word = text.removeprefix("#").lower()
    try:
        number = names[word] if word in names else int(text, 0)
    except ValueError:
        number = -1
    if not 0 <= number <= 255:
        raise SelectionError(f"--vector {text}: expected a number from 0 to 255, or a name such as PF")
    return number


def in_shard(name: str, shard: tuple[int, int]) -> bool:
    """By the name alone, so that new cases move no other."""
    number, count = shard
    return zlib.crc32(name.encode()) % count == number - 1


def only(cases: Sequence[CaseInfo], names: Collection[str]) -> tuple[CaseInfo, ...]:
    return tuple(case for case in cases if case.case in names)


def first(cases: Sequence[CaseInfo], names: Collection[str]) -> tuple[CaseInfo, ...]:
    return tuple(sorted(cases, key=lambda case: case.case not in names))


def select(cases: Sequence[CaseInfo], words: Sequence[str]) -> tuple[CaseInfo, ...]:
    """The cases that any of the words names, all of them without one. Each word has to name something."""
    if not cases:
        raise NothingSelected("there are no cases")
    if not words:
        return tuple(cases)
    names = Names(cases)
    meant: set[str] = set()
    for word in words:
        found = names.meant(word)
        if not found:
            raise NothingSelected(f"no case matches '{word}'{_hint(names.near(word))}")
        meant.update(case.case for case in found)
    return only(cases, meant)


def only_one(found: Sequence[CaseInfo], word: str) -> CaseInfo:
    """Of the cases that the word names, where one is wanted."""
    if len(found) > 1:
        named = ", ".join(case.case for case in found[:CANDIDATES])
        more = f" and {len(found) - CANDIDATES} more" if len(found) > CANDIDATES else ""
        raise NothingSelected(f"'{word}' means {len(found)} cases: {named}{more}; name one")
    return found[0]


def _hint(near: Sequence[str]) -> str:
    return f"; near: {', '.join(near)}" if near else "; `./runner.py list` names all, `find WORDS` searches"
