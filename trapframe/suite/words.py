"""The words that a case takes from lists, CPU features and rows of the catalogue: which nobody knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

CATALOGUE = "docs/data/catalogue.tsv"
STRINGS = r'\s*=\s*((?:"(?:[^"\\\n]|\\.)*"\s*)+)'


def unknown(
    root: Path, file: str, needs: Iterable[str], ids: Iterable[str], features: Collection[str]
) -> Iterator[str]:
    """A line for each wrong word of a file of cases. Without `features` nothing is known of them."""
    for word in dict.fromkeys(needs):
        name = word.removeprefix("!") or word
        if features and name not in features:
            mend = f"{_near(name, features)}harness/common/feature.c has {' '.join(sorted(features))}"
            yield f"{_where(root, file, 'needs', name)}.needs: no CPU feature is called '{name}'; {mend}"
    rows = catalogue(root / CATALOGUE)
    for word in dict.fromkeys(ids):
        if rows and word not in rows:
            mend = f"{_near(word, rows)}each row of {CATALOGUE} begins with its own"
            yield f"{_where(root, file, 'id', word)}.id: no row of the catalogue is called '{word}'; {mend}"


@cache
def catalogue(path: Path) -> frozenset[str]:
    """The rows' names; none where there is no catalogue."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(line.partition("\t")[0] for line in lines[1:])


def _near(word: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(known), n=1)
    return f"is it '{near[0]}'? " if near else ""


def _where(root: Path, file: str, field: str, word: str) -> str:
    name = f"cases/{file}.c"
    try:
        line = line_of((root / name).read_text(encoding="utf-8", errors="replace"), field, word)
    except OSError:
        line = 0
    return f"{name}:{line}: " if line else f"{name}: "


def line_of(text: str, field: str, word: str) -> int:
    """Where a case's field holds the word; 0 where no plain string does, as behind a macro."""
    whole = re.compile(rf"(?<![A-Za-z0-9_-]){re.escape(word)}(?![A-Za-z0-9_-])")
    for strings in re.finditer(rf"\.{field}{STRINGS}", text):
        if found := whole.search(text, strings.start(1), strings.end(1)):
            return text.count("\n", 0, found.start()) + 1
    return 0
