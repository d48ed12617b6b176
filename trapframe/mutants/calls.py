"""The calls of the specification that predictions make, kept so that mutants can be asked again.

Most mutants that a case passes through change nothing that it says there: replay.c finds that out in
microseconds, and the case needn't be predicted.
"""

from __future__ import annotations

import ctypes as c
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from trapframe.spec import Machine, Reader

ARGUMENTS = 6  # of replay.c
READ = 24  # bytes of its struct read
OF_A_KIND = 40  # as many as make each kind probable
ALL = 1 << 60
RETURNING = ("spec_translate", "spec_verify", "spec_adjust_rpl", "spec_boundary")  # a bool
OF_MEMORY = Machine.read.offset  # of a machine; nothing else is behind it


class _Argument(c.Structure):
    _fields_ = [("number", c.c_uint64), ("size", c.c_uint64), ("memory", c.c_char_p)]


class _Call(c.Structure):
    _fields_ = [
        ("function", c.c_void_p),
        ("result_mask", c.c_uint64),
        ("reads", c.c_char_p),
        ("read_count", c.c_uint64),
        ("argument", _Argument * ARGUMENTS),
        ("count", c.c_uint64),
    ]


@dataclass(frozen=True)
class Kept:
    """A call, and the mutants that would have made a difference to some value in it."""

    call: _Call
    reached: array[int]


class Calls:
    """In place of the library: passes calls on, and keeps some of each kind.

    The kind is the function, and which mutants the call reaches.
    """

    def __init__(self, library: c.CDLL, mutants: int, of_a_kind: int) -> None:
        self.library = library
        self.of_a_kind = of_a_kind
        self.made: list[Kept] = []  # since it was emptied
        self.is_kept = False
        self.asked = 0  # choices, a bit each, of calls that may be kept
        self._reads = array("Q")
        self._counts: Counter[tuple[str, bytes]] = Counter()
        self._found = (c.c_uint16 * mutants)()
        self._replay = library.replay
        self._replay.restype = c.c_uint64

    def __getattr__(self, name: str) -> Any:
        function = getattr(self.library, name)
        if name in ("spec_layout", "spec_choices"):
            return function
        return lambda *arguments: self._made(name, function, arguments)

    def forget(self) -> None:
        """How many of each kind were kept."""
        self._counts.clear()

    def reader(self, read: Reader) -> Reader:
        def noted(physical: int, size: int) -> int:
            value = read(physical, size)
            if self.is_kept:
                self._reads.extend((physical, size, value))
            return value

        return noted

    def _made(self, name: str, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        if not self.is_kept:
            return function(*arguments)
        outcome = arguments[-1]._obj
        has_outcome = hasattr(outcome, "asked")  # else replay.c passes one more than the function looks at
        given = [_value(one) for one in (arguments[:-1] if has_outcome else arguments)]
        del self._reads[:]
        self.library.take_reached(None)
        result = function(*arguments)
        count = self.library.take_reached(self._found)
        self.asked |= outcome.asked if has_outcome else 0
        reached = c.string_at(self._found, 2 * count)
        self._counts[name, reached] += 1
        if self._counts[name, reached] <= self.of_a_kind:
            call = _call(function, name, given, self._reads.tobytes())
            self.made.append(Kept(call, array("H", reached)))
        return result

    def differs(self, calls: c.Array[c.c_void_p], at: int, mutant: int) -> int:
        """The place of the first of these calls from `at` on, of which the mutant says something else."""
        return int(self._replay(calls, c.c_uint64(at), c.c_uint64(len(calls)), mutant))


def pointers(kept: Sequence[Kept]) -> c.Array[c.c_void_p]:
    return (c.c_void_p * len(kept))(*(c.addressof(one.call) for one in kept))


def _value(argument: Any) -> int | bytes:
    """A number, or what a reference is to; of a machine without what reads its memory."""
    if isinstance(argument, int):
        return argument
    if isinstance(argument, (c.c_uint16, c.c_uint64)):
        return argument.value
    pointed = bytes(argument._obj)
    return pointed[:OF_MEMORY] if isinstance(argument._obj, Machine) else pointed


def _call(function: Any, name: str, given: Sequence[int | bytes], reads: bytes) -> _Call:
    made = _Call(c.cast(function, c.c_void_p), 0xFF if name in RETURNING else 0, reads, len(reads) // READ)
    for number, one in enumerate(given):
        made.argument[number] = _Argument(0, len(one), one) if isinstance(one, bytes) else _Argument(one)
    made.argument[len(given)].size = 1
    made.count = len(given) + 1
    return made
