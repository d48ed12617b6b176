"""Exceptions of an operation, by hand from SDM 1, "Overview of Floating-Point Exceptions"."""

from __future__ import annotations

from fractions import Fraction

import pytest
from trapframe.prediction import numbers as n
from trapframe.prediction.numbers import DE, DOUBLE, EXTENDED, IE, OE, PE, SINGLE, UE, ZE

ONE, ZERO, INFINITY, QUIET, SIGNALLING = 0x3F800000, 0, 0x7F800000, 0x7FC00000, 0x7F800001
LEAST_DENORMAL, LEAST, GREATEST, THREE = 1, 0x00800000, 0x7F7FFFFF, 0x40400000
MINUS = 1 << 31


@pytest.mark.parametrize(
    ("name", "a", "b", "flags"),
    [
        ("add", ONE, ONE, 0),
        ("add", ONE, SIGNALLING, IE),
        ("add", QUIET, ONE, 0),
        ("add", ONE, LEAST_DENORMAL, DE | PE),
        ("add", INFINITY, INFINITY | MINUS, IE),
        ("sub", INFINITY, INFINITY, IE),
        ("sub", INFINITY, ONE, 0),
        ("mul", ZERO, INFINITY, IE),
        ("mul", GREATEST, GREATEST, OE | PE),
        ("mul", LEAST, LEAST, UE | PE),
        ("mul", LEAST, 0x3F000000, 0),  # half of it: tiny, and exact
        ("div", ONE, ZERO, ZE),
        ("div", ZERO, ZERO, IE),
        ("div", INFINITY, INFINITY, IE),
        ("div", INFINITY, ZERO, 0),
        ("div", ONE, THREE, PE),
        ("div", QUIET, ZERO, 0),
    ],
)
def test_flags_of_single_precision(name: str, a: int, b: int, flags: int) -> None:
    result = n.OPERATIONS[name](n.decode(a, SINGLE), n.decode(b, SINGLE))
    assert n.finish(result, SINGLE, 0)[1] == flags


def test_an_exact_tiny_result_underflows_where_it_is_unmasked() -> None:
    result = n.multiply(n.decode(LEAST, SINGLE), n.decode(0x3F000000, SINGLE))
    assert n.finish(result, SINGLE, UE)[1] == UE


def test_an_unmasked_operand_leaves_nothing_to_round() -> None:
    result = n.add(n.decode(ONE, SINGLE), n.decode(LEAST_DENORMAL, SINGLE))
    assert n.finish(result, SINGLE, DE)[1] == DE


def test_square_roots() -> None:
    four, two = n.Number(size=Fraction(4)), n.Number(size=Fraction(2))
    assert n.finish(n.square_root(four), DOUBLE, 0) == (n.Number(size=Fraction(2)), 0)
    assert n.finish(n.square_root(two), DOUBLE, 0)[1] == PE
    assert n.square_root(n.negated(four))[1] == IE


def test_extended_numbers() -> None:
    least = n.decode(1 << 64 | 1 << 63, EXTENDED)
    greatest = n.decode(0x7FFE << 64 | 1 << 63, EXTENDED)
    assert n.finish(n.multiply(least, least), EXTENDED, 0)[1] == UE | PE
    assert n.finish(n.multiply(greatest, greatest), EXTENDED, 0)[1] == OE | PE
    assert (n.decode(1, EXTENDED).denormal, n.decode(0, EXTENDED).is_zero) == (True, True)
    assert n.decode(0x7FFF << 64 | 1 << 63, EXTENDED).kind == "infinite"


@pytest.mark.parametrize(
    ("a", "b", "quiet", "found"),
    [
        (ONE, ONE, False, (0x40, 0)),
        (ONE, THREE, False, (1, 0)),
        (INFINITY, ONE, False, (0, 0)),
        (INFINITY | MINUS, ONE, False, (1, 0)),
        (ONE, QUIET, False, (0x45, IE)),
        (ONE, QUIET, True, (0x45, 0)),
        (ONE, SIGNALLING, True, (0x45, IE)),
        (ONE, LEAST_DENORMAL, True, (0, DE)),
    ],
)
def test_comparisons(a: int, b: int, quiet: bool, found: tuple[int, int]) -> None:
    assert n.compared(n.decode(a, SINGLE), n.decode(b, SINGLE), quiet) == found


def test_integers() -> None:
    half, large = n.Number(size=Fraction(5, 2)), n.Number(size=Fraction(2**31))
    assert n.to_integer(half, 32, False) == (2, PE)
    assert n.to_integer(n.negated(half), 32, True) == (2**32 - 2, PE)
    assert n.to_integer(large, 32, False) == (1 << 31, IE)
    assert n.to_integer(n.negated(large), 32, False) == (1 << 31, 0)
    assert n.to_integer(n.NAN, 64, False) == (1 << 63, IE)


def test_a_division_by_zero_comes_before_a_denormal_operand() -> None:
    """SDM 1 "Floating-Point Exception Priority"."""
    assert n.divide(n.decode(LEAST_DENORMAL, SINGLE), n.ZERO)[1] == ZE


def test_an_unmasked_overflow_is_inexact_only_if_it_is_rounded() -> None:
    greatest, two, three = (n.decode(one, SINGLE) for one in (GREATEST, 0x40000000, THREE))
    assert n.finish(n.multiply(greatest, two), SINGLE, OE)[1] == OE
    assert n.finish(n.multiply(greatest, three), SINGLE, OE)[1] == OE | PE
    assert n.finish(n.multiply(greatest, two), SINGLE, PE)[1] == OE | PE
