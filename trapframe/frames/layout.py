"""Where the words of a frame lie among those that were recorded, in each environment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from trapframe.frames import task
from trapframe.model import Frame, Record, Task

WORDS = ("rip", "cs", "rflags", "rsp", "ss")  # of a frame in IA-32e mode, upwards, above the error code
WORDS_32 = ("eip", "cs", "eflags", "esp", "ss", "es", "ds", "fs", "gs")
SAME, INNER, VM86 = 3, 5, 9  # so many of them are pushed
WORDS_16 = ("ip", "cs", "flags")
SELECTORS = ("cs", "ss", "es", "ds", "fs", "gs")
ERROR_VECTORS = (8, 10, 11, 12, 13, 14, 17, 21)  # that push an error code
TASK_GATE, GATES_16 = 5, (6, 7)
VM = 1 << 17
RPL = 3
ALWAYS, NEVER = 1 << 1, 1 << 3 | 1 << 5 | 1 << 15 | 0xFFC00000  # bits of EFLAGS


@dataclass(frozen=True)
class Layout:
    """One frame, taken apart."""

    unit: int  # bytes of a word
    error: int | None
    pushed: dict[str, int]  # by the fields' names, upwards
    above: tuple[int, ...]  # the recorded words behind
    given: dict[str, int] = field(default_factory=dict)  # of the interrupted program, where no word says it

    @property
    def words(self) -> dict[str, int]:
        """What was interrupted."""
        return self.pushed | self.given

    @property
    def fields(self) -> list[str]:
        """The names of its own words, upwards."""
        return (["error"] if self.error is not None else []) + [*self.pushed]


def ia32e(frame: Frame, record: Record, selectors: Collection[int]) -> Layout:
    """IA-32e mode pushes five words below a 16-byte boundary, then the error code if there is one."""
    first = len(frame.slots) > len(WORDS) if frame.sp is None else frame.sp % 16 == 0
    error = frame.slots[0] if first else None
    return Layout(8, error, dict(zip(WORDS, frame.slots[first:])), frame.slots[first + len(WORDS) :])


def protected(frame: Frame, record: Record, selectors: Collection[int]) -> Layout:
    """32-bit protected mode: by the gate's size, and by the change of privilege that the saved CS tells."""
    if frame.gate == TASK_GATE:
        return _by_task_gate(frame, record)
    unit = 2 if frame.gate in GATES_16 else 4
    words = _split(frame.slots, unit)
    first = _has_error(frame, record, words, selectors, unit)
    saved = {"cs": words[first + 1] & 0xFFFF, "eflags": words[first + 2], "handler.cs": frame.handler["cs"]}
    names = protected_fields(frame.gate, saved)
    own = first + len(names)
    pushed = {name: _half(name, word) for name, word in zip(names, words[first:])}
    same = {"esp": (frame.handler["esp"] + own * unit) % 2**32, "ss": frame.handler["ss"]}
    return Layout(
        unit, words[0] & 0xFFFF if first else None, pushed, words[own:], {} if "esp" in pushed else same
    )


def protected_fields(gate: int | None, values: Mapping[str, int]) -> tuple[str, ...]:
    """What a frame in 32-bit protected mode holds besides an error code, by what it says itself."""
    if gate == TASK_GATE:
        return ()
    if gate not in GATES_16 and values.get("eflags", 0) & VM:
        return WORDS_32[:VM86]
    inner = values.get("cs", 0) & RPL > values.get("handler.cs", 0) & RPL
    return WORDS_32[: INNER if inner else SAME]


def real(frame: Frame, record: Record, selectors: Collection[int]) -> Layout:
    """Real mode: three words of two bytes, and never an error code."""
    assert frame.sp is not None
    given = {"sp": (frame.sp + 2 * len(WORDS_16)) % 0x10000, "ss": frame.handler["ss"]}
    return Layout(2, None, dict(zip(WORDS_16, frame.slots)), frame.slots[len(WORDS_16) :], given)


def _half(name: str, word: int) -> int:
    """Upper halves of words that hold a selector are whatever the processor likes."""
    return word & 0xFFFF if name in SELECTORS else word


def _split(slots: tuple[int, ...], unit: int) -> tuple[int, ...]:
    if unit == 4:
        return slots
    return tuple(half for word in slots for half in (word & 0xFFFF, word >> 16))


def _has_error(
    frame: Frame, record: Record, words: tuple[int, ...], selectors: Collection[int], unit: int
) -> bool:
    """The one decoding that fits what was interrupted, else the manual's list of vectors."""
    code = record.frames[frame.interrupts - 1].handler["cs"] if frame.interrupts else record.start["cs"]
    never = NEVER & (1 << 8 * unit) - 1
    fits = [False, False]
    for first in (False, True):
        cs, flags = words[first + 1] & 0xFFFF, words[first + 2]
        known = cs == code or cs & ~RPL in selectors
        fits[first] = bool(known and flags & ALWAYS and not flags & never)
    return fits[True] if fits[True] != fits[False] else frame.vector in ERROR_VECTORS


def _by_task_gate(frame: Frame, record: Record) -> Layout:
    """The old task's TSS has what a frame would hold; an error code lies on the new task's stack."""
    earlier = task.before(record, f"frame {frame.number}")
    new = task.running(earlier, frame.handler["tr"])
    old = _left(frame, earlier, record)
    words, unit, error = frame.slots, 4, None
    if new:
        unit = 2 if task.is_short(new) else 4
        words = _split(frame.slots, unit)
        stack = task.interrupted(new)["esp"]
        if (frame.handler["esp"] + unit - stack) % 2 ** (8 * unit) == 0:
            error = words[0] & 0xFFFF
    given = task.interrupted(old) if old else {}
    return Layout(unit, error, {}, words[error is not None :], given)


def _left(frame: Frame, earlier: tuple[Task, ...], record: Record) -> Task | None:
    """The task that a switch left: the one that the new one's link names, else the one whose TSS was written.

    Others may be written, too: a switch may come between, whose task was left before its first instruction.
    """
    here = frame.handler["tr"]
    new = task.running(frame.tasks, here)
    if linked := task.running(frame.tasks, task.fields(new)["link"]) if new else None:
        return linked
    written = [
        now for was, now in zip(earlier, frame.tasks) if was.words != now.words and now.selector != here
    ]
    return written[0] if len(written) == 1 else task.running(frame.tasks, record.start["tr"])


def linear(
    words: Mapping[str, int], bases: Mapping[int, int], names: tuple[str, str, str]
) -> Iterator[tuple[str, int]]:
    """The bases of code and stack, where they aren't 0, by `names` of IP, SP and flags.

    `bases`: those of code segments of protected mode, by their selectors.
    """
    ip, sp, flags = names
    if flags == "flags" or words.get(flags, 0) & VM:
        yield ip, words.get("cs", 0) << 4
        yield sp, words.get("ss", 0) << 4
    elif base := bases.get(words.get("cs", 0) & ~RPL):
        yield ip, base
