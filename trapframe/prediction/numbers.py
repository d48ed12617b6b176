"""Floating-point numbers, as far as exceptions go (SDM 1, "Overview of Floating-Point Exceptions")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

IE, DE, ZE, OE, UE, PE = 1, 2, 4, 8, 16, 32
OF_OPERANDS = IE | DE | ZE  # found before anything is computed


@dataclass(frozen=True)
class Format:
    precision: int
    lowest: int  # exponent of the least normal number
    highest: int


SINGLE, DOUBLE, EXTENDED = Format(24, -126, 127), Format(53, -1022, 1023), Format(64, -16382, 16383)


@dataclass(frozen=True)
class Number:
    """`kind`: finite, infinite, or nan; a zero is finite, and has a sign."""

    kind: str = "finite"
    negative: bool = False
    size: Fraction = Fraction(0)
    denormal: bool = False
    signalling: bool = False

    @property
    def value(self) -> Fraction:
        return -self.size if self.negative else self.size

    @property
    def is_zero(self) -> bool:
        return self.kind == "finite" and not self.size


NAN, ZERO, ONE = Number("nan"), Number(), Number(size=Fraction(1))


def decode(bits: int, form: Format) -> Number:
    """Of 32, 64 or 80 bits; only the last have their leading digit in the number."""
    digits = form.precision if form is EXTENDED else form.precision - 1
    width = (form.highest - form.lowest + 2).bit_length()
    mantissa, exponent = bits & (1 << digits) - 1, bits >> digits & (1 << width) - 1
    negative = bool(bits >> digits + width)
    fraction = mantissa & (1 << form.precision - 1) - 1
    if exponent == (1 << width) - 1:
        if fraction:
            return Number("nan", negative, signalling=not fraction >> form.precision - 2)
        return Number("infinite", negative)
    if exponent and form is not EXTENDED:
        mantissa |= 1 << digits
    scale = (exponent or 1) - form.highest - form.precision + 1
    size = Fraction(mantissa) * Fraction(2) ** scale
    return Number("finite", negative, size, denormal=not exponent and bool(mantissa))


def rounded(value: Fraction, negative: bool, form: Format, unmasked: int) -> tuple[Number, int]:
    """To nearest, with OE, UE and PE: a tiny result underflows if it is inexact, or where UE isn't masked."""
    size = abs(value)
    if not size:
        return Number("finite", negative), 0
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    exponent -= Fraction(2) ** exponent > size
    tiny = exponent < form.lowest
    unit = Fraction(2) ** (max(exponent, form.lowest) - form.precision + 1)
    found = round(size / unit) * unit
    flags = PE if found != size else 0
    if found >= Fraction(2) ** (form.highest + 1):
        return Number("infinite", negative), OE | (flags if unmasked & OE else PE)
    if tiny and (flags or unmasked & UE):
        flags |= UE
    return Number("finite", negative, found, denormal=tiny and bool(found)), flags


def operands(*numbers: Number) -> int:
    """Flags of the operands of most instructions."""
    if any(one.signalling for one in numbers):
        return IE
    if any(one.kind == "nan" for one in numbers):
        return 0
    return DE if any(one.denormal for one in numbers) else 0


Result = tuple[Number | Fraction, int]  # exact, or one that isn't rounded; the flags of the operands


def add(a: Number, b: Number) -> Result:
    flags = operands(a, b)
    if "nan" in (a.kind, b.kind):
        return NAN, flags
    if a.kind == b.kind == "infinite" and a.negative != b.negative:
        return NAN, IE
    if "infinite" in (a.kind, b.kind):
        return Number("infinite", a.negative if a.kind == "infinite" else b.negative), flags
    return a.value + b.value, flags


def negated(a: Number) -> Number:
    return Number(a.kind, not a.negative, a.size, a.denormal, a.signalling)


def subtract(a: Number, b: Number) -> Result:
    return add(a, negated(b) if b.kind != "nan" else b)


def multiply(a: Number, b: Number) -> Result:
    flags = operands(a, b)
    if "nan" in (a.kind, b.kind):
        return NAN, flags
    if "infinite" in (a.kind, b.kind):
        return (NAN, IE) if a.is_zero or b.is_zero else (Number("infinite", a.negative != b.negative), flags)
    return a.value * b.value, flags


def divide(a: Number, b: Number) -> Result:
    flags = operands(a, b)
    if "nan" in (a.kind, b.kind):
        return NAN, flags
    if (a.is_zero and b.is_zero) or a.kind == b.kind == "infinite":
        return NAN, IE
    if a.kind == "infinite":
        return Number("infinite", a.negative != b.negative), flags
    if b.kind == "infinite":
        return Number("finite", a.negative != b.negative), flags
    if b.is_zero:
        return Number("infinite", a.negative != b.negative), ZE
    return a.value / b.value, flags


def square_root(a: Number) -> Result:
    flags = operands(a)
    if a.kind == "nan" or a.is_zero:
        return a, flags
    if a.negative:
        return NAN, IE
    if a.kind == "infinite":
        return a, flags
    scale = 400  # digits enough to tell whether the root is exact
    root = isqrt(a.size.numerator * a.size.denominator << 2 * scale)
    exact = root * root == a.size.numerator * a.size.denominator << 2 * scale
    return Fraction(2 * root + (0 if exact else 1), a.size.denominator << scale + 1), flags


def finish(result: Result, form: Format, unmasked: int) -> tuple[Number, int]:
    """The number, and all flags; an unmasked exception of an operand leaves nothing to round."""
    value, flags = result
    if isinstance(value, Number) or flags & unmasked & OF_OPERANDS:
        return value if isinstance(value, Number) else NAN, flags
    number, more = rounded(value, value < 0, form, unmasked)
    return number, flags | more


def to_integer(a: Number, bits: int, truncate: bool) -> tuple[int, int]:
    """What doesn't fit is IE, and makes the integer indefinite."""
    indefinite = 1 << bits - 1
    if a.kind != "finite":
        return indefinite, IE
    value = int(a.value) if truncate else round(a.value)
    if not -indefinite <= value < indefinite:
        return indefinite, IE
    return value & (1 << bits) - 1, PE if value != a.value else 0


OPERATIONS: dict[str, Callable[[Number, Number], Result]] = {
    "add": add,
    "mul": multiply,
    "sub": subtract,
    "div": divide,
}


def compared(a: Number, b: Number, quiet: bool) -> tuple[int, int]:
    """ZF, PF and CF of the comparison, and the flags. An ordered one has no quiet NaN."""
    if "nan" in (a.kind, b.kind):
        return 0x45, IE if not quiet or a.signalling or b.signalling else 0
    flags = operands(a, b)
    infinite = Fraction(2) ** 20000
    left, right = (
        (-1 if one.negative else 1) * infinite if one.kind == "infinite" else one.value for one in (a, b)
    )
    return 0x40 if left == right else 0x01 if left < right else 0, flags
