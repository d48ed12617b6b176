"""Holds what an engine did with a test against what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar, Union

from trapframe.frames.decode import exception
from trapframe.replay.expectation import BREAKPOINT, Expectation
from trapframe.replay.moo import ALL_FLAGS, Test
from trapframe.replay.setting import memory_before
from trapframe.replay.table import Result


class Verdict(Enum):
    """In the order in which one hides the next."""

    AGREE = "agree"
    OTHERS = "286"  # as processors from the 386 on do
    MISSING = "vector missing"
    VECTOR = "other vector"
    IP = "other IP pushed"
    FLAGS = "other flags"
    REGISTER = "register"
    MEMORY = "memory"


Key = TypeVar("Key", bound=Union[str, int])
EXCEPTIONS = 32  # vectors that have names
GREEN = (Verdict.AGREE, Verdict.OTHERS)


@dataclass(frozen=True)
class Judgement:
    """What became of a test, and all that differs from what is expected of an engine."""

    test: Test
    verdict: Verdict
    expected: str  # the vector
    differences: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def judge(test: Test, record: Expectation, others: Expectation, result: Result | None, end: str) -> Judgement:
    """`end`: how the engine ended in place of a result."""
    if result is None:
        name = _vector(others)
        return Judgement(test, Verdict.MISSING, name, (f"vector  {name}  {end}",))
    if not list(_differences(test, record, result)):
        return Judgement(test, Verdict.AGREE, _vector(record))
    found = list(_differences(test, others, result))
    if not found:
        return Judgement(test, Verdict.OTHERS, _vector(others), rules=others.rules)
    return Judgement(test, found[0][0], _vector(others), tuple(text for _, text in found))


def _differences(test: Test, wanted: Expectation, result: Result) -> Iterator[tuple[Verdict, str]]:
    """The gravest first."""
    expected = wanted.result
    if expected.vector != result.vector:
        ran_on = result.vector == BREAKPOINT
        got = f"none up to {result.cs:x}:{(result.ip - 1) & 0xFFFF:x}" if ran_on else _name(result.vector)
        yield (Verdict.MISSING if ran_on else Verdict.VECTOR), f"vector  {_vector(wanted)}  {got}"
        return
    place, got = f"{expected.cs:x}:{expected.ip:x}", f"{result.cs:x}:{result.ip:x}"
    if place != got:
        yield Verdict.IP, f"cs:ip pushed  {place}  {got}"
    if wanted.only_frame:
        return
    for name, want, is_ in (
        ("flags pushed", expected.pushed, result.pushed),
        ("flags", expected.flags, result.flags),
    ):
        if (want ^ is_) & wanted.flags:
            yield Verdict.FLAGS, f"{name}  {want:x}  {is_:x}{_mask(wanted.flags)}"
    registers = {**test.before, "sp": expected.sp}
    got_registers = {**result.registers, "sp": result.sp}
    yield from _changes(Verdict.REGISTER, registers, expected.registers, got_registers)
    yield from _changes(Verdict.MEMORY, memory_before(test), expected.memory, result.memory)


def _changes(
    verdict: Verdict, before: Mapping[Key, int], wanted: Mapping[Key, int], got: Mapping[Key, int]
) -> Iterator[tuple[Verdict, str]]:
    """What isn't named is as before."""
    for key in sorted({*wanted, *got}, key=str):
        want, is_ = wanted.get(key, before[key]), got.get(key, before[key])
        if want != is_:
            yield verdict, f"{key if isinstance(key, str) else f'byte {key:x}'}  {want:x}  {is_:x}"


def _mask(defined: int) -> str:
    return "" if defined == ALL_FLAGS else f" (of {defined:x})"


def _vector(wanted: Expectation) -> str:
    return "no vector" if wanted.only_frame else _name(wanted.result.vector)


def _name(vector: int) -> str:
    return exception(vector, None) if vector < EXCEPTIONS else f"INT {vector:#x}"
