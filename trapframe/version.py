"""Compares versions of emulators, as quirks and engine files name them: ">=3.1", "<10.0, >=8"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from itertools import zip_longest

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
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


def _parts(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]
