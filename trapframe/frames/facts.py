"""What a record shows, by the names of a golden file's fields."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from trapframe.frames import symbol
from trapframe.frames.registers import GPRS, SEGMENTS
from trapframe.frames.symbol import Symbols
from trapframe.model import End, Final, Frame, Record

STACK_PATTERN = 0xA5A5A5A5A5A5A5A5
PATTERN = "pattern"  # its name among the words above a frame
WORDS = ("rip", "cs", "rflags", "rsp", "ss")  # of a frame, upwards, above the error code
UNSEEN = ("above", "at_end", "dr6", "dr7")  # by a program, of its own frame

INTERCEPTED = (1, 6, 17)  # vectors that a hypervisor sees first, and delivers itself

Fact = int | str  # a number, or one of a golden file's words


def observe(record: Record, names: Symbols) -> dict[str, Fact]:
    """Every fact of the record that a golden file speaks of; of a hosted record what a program sees."""
    facts: dict[str, Fact] = {}
    for frame in record.frames:
        block = f"frame {frame.number}"
        facts |= {full_name(block, name): fact for name, fact in _frame(frame, record, names).items()}
    if record.final:
        facts |= {full_name("final", name): fact for name, fact in _final(record.final).items()}
    facts |= {f"value.{name}": value for name, value in record.values.items()}
    for name, dump in record.memory.items():
        for at in range(0, len(dump), 16):
            facts[f"memory.{name}+{at:#x}"] = dump[at : at + 16].hex()
    facts["end"] = End.EXIT.value if record.complete else End.SHUTDOWN.value
    return facts


@cache  # so that a name is one object wherever it is a key
def full_name(block: str, name: str) -> str:
    return f"{block}.{name}"


@cache
def is_absent(name: str, cr2_seen: bool) -> bool:
    """Whether a hosted record never has this fact; `cr2_seen`: its frame is a page fault's."""
    block, _, field = name.partition(".")
    if not block.startswith("frame "):
        return False
    return field in UNSEEN or field.startswith("handler.") or (field == "cr2" and not cr2_seen)


def absent(record: Record, names: Iterable[str]) -> set[str]:
    """Those of these facts that the record lacks by its definition."""
    if not record.hosted:
        return set()
    page_faults = {f"frame {frame.number}" for frame in record.frames if "cr2" in frame.control}
    return {name for name in names if is_absent(name, name.partition(".")[0] in page_faults)}


def is_second_hand(record: Record) -> bool:
    """Whether a hypervisor had its hand in what the processor is a witness of."""
    return record.hypervisor and any(frame.vector in INTERCEPTED for frame in record.frames)


def has_error(frame: Frame) -> bool:
    """IA-32e mode pushes five words below a 16-byte boundary, then the error code if there is one."""
    if frame.rsp is None:
        return len(frame.slots) > len(WORDS)
    return frame.rsp % 16 == 0


def words(frame: Frame) -> dict[str, int]:
    """What the processor pushed, without the error code."""
    return dict(zip(WORDS, frame.slots[has_error(frame) :]))


def _frame(frame: Frame, record: Record, names: Symbols) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "interrupts": f"frame {frame.interrupts}" if frame.interrupts else "program",
        "vector": frame.vector,
        "error": frame.slots[0] if has_error(frame) else "none",
        **words(frame),
        **({} if record.hosted else {"above": _above(frame, record)}),
        **frame.control,
        **{full_name("gpr", name): frame.gprs[name] for name in GPRS},
        **{full_name("segment", name): frame.handler[name] for name in SEGMENTS},
    }
    if frame.rsp is None:
        return facts
    stack = symbol.stack_of(names, frame.rsp)
    return facts | {
        "handler.rflags": frame.handler["rflags"],
        "handler.rsp": frame.rsp,
        "handler.stack": stack.name if stack else "none",
        "handler.cs": frame.handler["cs"],
        "handler.ss": frame.handler["ss"],
        "at_end": "kept" if frame.overwritten is None else "overwritten",
    }


def _above(frame: Frame, record: Record) -> str:
    """`kept` where the words above the frame are the stack's pattern, or what earlier frames had there."""
    memory: dict[int, int] = {}
    assert frame.rsp is not None
    for earlier in record.frames[: frame.number - 1]:
        assert earlier.rsp is not None
        memory |= {earlier.rsp + 8 * n: word for n, word in enumerate(earlier.slots)}
    first = len(WORDS) + has_error(frame)
    here = {frame.rsp + 8 * n: word for n, word in enumerate(frame.slots) if n >= first}
    if all(word == memory.get(at, STACK_PATTERN) for at, word in here.items()):
        return "kept"
    return " ".join(f"{word:#x}" for word in here.values())


def _final(final: Final) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "rflags": final.rflags,
        "rsp": final.rsp,
        **{full_name("gpr", name): final.gprs[name] for name in GPRS},
        **{full_name("segment", name): final.segments[name] for name in SEGMENTS},
    }
    if final.sse is not None:
        facts |= {"sse": "kept"} | {f"sse.{name}": value for name, value in final.sse.items()}
    return facts


@cache
def is_selector(name: str) -> bool:
    return is_register(name) and name.rpartition(".")[2] in ("cs", "ss", "ds", "es", "fs", "gs")


def is_register(name: str) -> bool:
    """Not a value, whose name is the case's own choice."""
    return not name.startswith("value.")


def show(name: str, fact: Fact, names: Symbols) -> str:
    """The fact as a golden file writes it: names before numbers."""
    if isinstance(fact, str):
        return fact
    last = name.rpartition(".")[2]
    if is_selector(name):
        return symbol.name_selector(names, fact)
    if name.startswith("value."):
        return symbol.name_data(names, fact)
    if last == "rip":
        return symbol.name_code(names, fact)
    if last == "rsp":
        return symbol.name_stack_pointer(names, fact)
    if last in ("cr2", "fs_base", "gs_base") or ".gpr." in name:
        return symbol.name_data(names, fact)
    return f"{fact:#x}"
