"""Compares versions of emulators, as quirks and engine files name them: ">=3.1", "<10.0, >=8"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
SERIES = 2  # how many parts of a version name a series: 10.0
COMPARISON = re.compile(r"\s*(<=|>=|==|!=|<|>)\s*(\d+(?:\.\d+)*)\s*")


def matches(version: str, wanted: str) -> bool:
    """Whether all comparisons, joined by commas, hold. Missing parts count as zero: 3 is 3.0."""
    return all(_holds(version, comparison) for comparison in wanted.split(","))


def _holds(version: str, comparison: str) -> bool:
    found = COMPARISON.fullmatch(comparison)
    if not found:
        raise ValueError(f"version {comparison.strip()!r}: expected a comparison like '>=3.1' or '<10'")
    return COMPARISONS[found[1]](_order(version, found[2]), 0)


def _order(one: str, other: str) -> int:
    pairs = zip_longest(_parts(one), _parts(other), fillvalue=0)
    return next((a - b for a, b in pairs if a != b), 0)


def order(version: str) -> tuple[int, ...]:
    """A key to sort versions by."""
    parts = _parts(version)
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def stand_in(version: str, known: Sequence[str]) -> str:
    """The known release that an unknown one is taken for.

    The nearest older one, of its own series (10.0.x) if there are any; where none is older, the oldest. The
    version itself where it is known, or where nothing is.
    """
    if not known or any(order(version) == order(one) for one in known):
        return version
    older = [one for one in known if order(one) < order(version)]
    series = [one for one in known if _parts(one)[:SERIES] == _parts(version)[:SERIES]]
    older_in_series = [one for one in older if one in series]
    if older_in_series:
        return max(older_in_series, key=order)
    if series or not older:
        return min(series or known, key=order)
    return max(older, key=order)


def _parts(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]
