"""Compares versions of emulators, as quirks and engine files name them: ">=3.1", "<10.0, >=8"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cache

COMPARISONS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
SERIES = 2  # how many parts of a version name a series: 10.0
NUMBER = re.compile(r"\d+(?:\.\d+)*")
COMPARISON = re.compile(r"\s*(<=|>=|==|!=|<|>)\s*(\d+(?:\.\d+)*)\s*")


def matches(version: str, wanted: str) -> bool:
    """Whether all comparisons hold, which are joined by commas."""
    return in_range(version, comparisons(wanted))


@cache  # a few dozen stand in a thousand quirks
def comparisons(text: str) -> tuple[tuple[str, str], ...]:
    """What stands between the commas: a sign and a version each."""
    return tuple(_comparison(part) for part in text.split(","))


def _comparison(text: str) -> tuple[str, str]:
    found = COMPARISON.fullmatch(text)
    if not found:
        raise ValueError(f"version {text.strip()!r}: expected a comparison like '>=3.1' or '<10'")
    return found[1], found[2]


@cache
def in_range(version: str, wanted: tuple[tuple[str, str], ...]) -> bool:
    """Whether all comparisons hold. Missing parts are zeros: 3 is 3.0. What isn't a number is in no range."""
    number = NUMBER.match(version)
    return number is not None and all(
        COMPARISONS[sign](order(number[0]), order(other)) for sign, other in wanted
    )


def order(version: str) -> tuple[int, ...]:
    """A key to sort versions by."""
    parts = _parts(version)
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


@cache  # asked for each result
def stand_in(version: str, known: tuple[str, ...]) -> str:
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
