"""Tasks: the fields of a TSS, and what a record shows of them block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from trapframe.model import Record, Task

RPL = 3
WORD = 4  # bytes of a recorded one
WORDS_32, WORDS_16 = 26, 11
TYPES_16 = (1, 3)  # of a descriptor: available, busy
SEGMENTS_16 = ("es", "cs", "ss", "ds", "ldt")
SELECTORS = ("link", "ss0", "ss1", "ss2", "es", "cs", "ss", "ds", "fs", "gs", "ldt", "tr", "ldtr")


def _layout_32() -> dict[str, tuple[int, int]]:
    names = (
        *("link", "esp0", "ss0", "esp1", "ss1", "esp2", "ss2", "cr3", "eip", "eflags"),
        *("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"),
        *("es", "cs", "ss", "ds", "fs", "gs", "ldt", "trap"),
    )
    fields = {
        name: (WORD * number, 2 if name in SELECTORS or name == "trap" else WORD)
        for number, name in enumerate(names)
    }
    return fields | {"iomap": (102, 2)}


def _layout_16() -> dict[str, tuple[int, int]]:
    names = (
        *("link", "sp0", "ss0", "sp1", "ss1", "sp2", "ss2", "ip", "flags"),
        *("ax", "cx", "dx", "bx", "sp", "bp", "si", "di", *SEGMENTS_16),
    )
    return {name: (2 * number, 2) for number, name in enumerate(names)}


FIELDS_32 = _layout_32()  # offset and bytes (SDM 3A "Task-State Segment (TSS)")
FIELDS_16 = _layout_16()  # SDM 3A "16-Bit Task-State Segment (TSS)"
REGISTERS_16 = {"eax": "ax", "ecx": "cx", "edx": "dx", "ebx": "bx", "ebp": "bp", "esi": "si", "edi": "di"}
SHORT = {
    **{f"esp{n}": f"sp{n}" for n in range(3)},
    "eip": "ip",
    "eflags": "flags",
    "esp": "sp",
    **REGISTERS_16,
}
# That a golden file may say, in an order that both sizes have.
NAMES = ("type", *dict.fromkeys(name for long in FIELDS_32 for name in (long, SHORT.get(long, long))))


def is_short(task: Task) -> bool:
    """Whether its TSS is a 16-bit one."""
    return len(task.words) == WORDS_16


def fields(task: Task) -> Mapping[str, int]:
    """All fields of its TSS, and its type. Upper halves of words with a selector are reserved."""
    return _fields(task.type, task.words)


@cache
def _fields(kind: int, words: tuple[int, ...]) -> Mapping[str, int]:
    image = b"".join(word.to_bytes(WORD, "little") for word in words)
    layout = FIELDS_16 if len(words) == WORDS_16 else FIELDS_32
    found = {name: int.from_bytes(image[at : at + size], "little") for name, (at, size) in layout.items()}
    return {"type": kind, **found}


def interrupted(task: Task) -> dict[str, int]:
    """Where the task goes on, by the names of a frame's fields."""
    known = fields(task)
    if is_short(task):
        return {
            "eip": known["ip"],
            "cs": known["cs"],
            "eflags": known["flags"],
            "esp": known["sp"],
            "ss": known["ss"],
        }
    return {name: known[name] for name in ("eip", "cs", "eflags", "esp", "ss")}


def loaded(task: Task) -> dict[str, tuple[int, int]]:
    """The registers that a switch to the task loads, and which of their bits the TSS decides."""
    known = fields(task)
    if not is_short(task):
        names = (*REGISTERS_16, "ds", "es", "fs", "gs")
        return {name: (known[name], -1) for name in names}
    registers = {name: (known[short], 0xFFFF) for name, short in REGISTERS_16.items()}
    return {**registers, "ds": (known["ds"], -1), "es": (known["es"], -1), "fs": (0, 0), "gs": (0, 0)}


def before(record: Record, block: str) -> tuple[Task, ...]:
    """The tasks as the block before this one (`frame N`, `final`) shows them."""
    earlier = record.frames[: int(block[6:]) - 1] if block.startswith("frame ") else record.frames
    return earlier[-1].tasks if earlier else record.tasks


def running(tasks: Iterable[Task], selector: int) -> Task | None:
    """The task that the task register, or a link, names; with any RPL."""
    return next((task for task in tasks if not (task.selector ^ selector) & ~RPL), None)
