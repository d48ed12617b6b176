"""What a word of a command line names: a case, a family, a file of cases or its path, a glob of these."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import filter as matching
from functools import cached_property

from trapframe.model import CaseInfo

NEAR = 3
FOLDERS = ("cases", "expected", "build")
SUFFIX = re.compile(r"\.(c|txt|txt\.new|elf|rom)$")
WILD = re.compile(r"[*?[]")


Table = dict[str, list[CaseInfo]]


class Names:
    """The cases, by each of their names."""

    def __init__(self, cases: Sequence[CaseInfo]) -> None:
        self._cases = cases
        self._by_case = {case.case: [case] for case in cases}

    # The others are made when a word is none of a case.

    @cached_property
    def _by_file(self) -> Table:
        return _grouped(self._cases, lambda case: case.file)

    @cached_property
    def _by_family(self) -> Table:
        return _grouped(self._cases, lambda case: case.case.partition("/")[0])

    @cached_property
    def _by_tail(self) -> Table:
        return _grouped(self._cases, lambda case: case.case.partition("/")[2])

    @cached_property
    def _by_file_tail(self) -> Table:
        return _grouped(self._cases, lambda case: case.file.partition("/")[2])

    def meant(self, word: str) -> list[CaseInfo]:
        """All that the word names in the first sense in which it names any."""
        name, of_file, of_folder = read(word)
        if of_folder and not name:
            return list(self._cases)
        return next((found for table in self._tables(of_file) if (found := _look_up(name, table))), [])

    def _tables(self, of_file: bool) -> Iterator[Table]:
        if not of_file:
            yield self._by_case
        yield self._by_file
        if not of_file:
            yield self._by_family
            yield self._by_tail
        yield self._by_file_tail

    def near(self, word: str) -> list[str]:
        """What may have been meant, the nearest first: families and cases, or for a path files of cases."""
        name, of_file, _ = read(word)
        name = name.strip("*/")
        if of_file:
            return [f"cases/{file}.c" for file in _close(name, self._by_file)]
        families = {family: f"{family}/*" for family in self._by_family}
        containing = [known for known in (*families.values(), *self._by_case) if name and name in known]
        if "/" in name:
            close = _close(name, self._by_case)
        else:
            short = {tail: cases[0].case for tail, cases in self._by_tail.items()} | families
            close = [short[known] for known in _close(name, short)]
        return list(dict.fromkeys((*containing[:NEAR], *close)))[:NEAR]


def _close(name: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, list(known), n=NEAR, cutoff=0.6)


def read(word: str) -> tuple[str, bool, bool]:
    """The name in a word, whether it is that of a file, and whether one of our folders is before it."""
    parts = [part for part in os.path.normpath(word).split("/") if part not in ("", ".", "..")]
    last = max((at for at, part in enumerate(parts) if part in FOLDERS), default=-1)
    name, count = SUFFIX.subn("", "/".join(parts[last + 1 :]))
    return name, count > 0, last >= 0


def _grouped(cases: Sequence[CaseInfo], key: Callable[[CaseInfo], str]) -> Table:
    found: Table = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return found


def _look_up(name: str, table: Mapping[str, list[CaseInfo]]) -> list[CaseInfo]:
    return [case for key in _keys(name, table) for case in table[key]]


def _keys(name: str, table: Mapping[str, object]) -> Iterator[str]:
    if name in table:
        yield name
    elif WILD.search(name):
        yield from matching(table, name)
