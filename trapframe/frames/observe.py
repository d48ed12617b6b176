"""What a record shows and what an outcome expects of it, both by the names of a golden file's fields."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from trapframe.frames import symbol
from trapframe.frames.record import GPRS, SEGMENTS
from trapframe.frames.symbol import SymbolError, Symbols
from trapframe.model import End, Final, Frame, Record
from trapframe.truth.expect import Expect, Field, Outcome

STACK_PATTERN = 0xA5A5A5A5A5A5A5A5
WORDS = ("rip", "cs", "rflags", "rsp", "ss")  # of a frame, upwards, above the error code
GROUPS = {"gprs": ("gpr", GPRS), "segments": ("segment", SEGMENTS)}
COMPAT32_UNDEFINED = {name: 0xFFFFFFFF if GPRS.index(name) < 7 else 0 for name in GPRS}

Fact = int | str  # a number, or one of a golden file's words


class Want(NamedTuple):
    """What one field of one record has to be. A `value` of None matches nothing: its name isn't known."""

    text: str
    value: Fact | None
    mask: int | None = None

    def matches(self, fact: Fact) -> bool:
        if self.text == "any":
            return True
        if isinstance(self.value, int) and isinstance(fact, int):
            return (self.value ^ fact) & (-1 if self.mask is None else self.mask) == 0
        return self.value == fact

    def wrong_bits(self, name: str, fact: Fact) -> int | None:
        """Those that count; None where one of both is no number. Memory is one of as many bits as it has."""
        if name.startswith("memory.") and self.text != "any":
            wanted, came = str(self.value), str(fact)
            return int(wanted, 16) ^ int(came, 16) if len(wanted) == len(came) else None
        if not isinstance(self.value, int) or not isinstance(fact, int):
            return None
        return (self.value ^ fact) & (-1 if self.mask is None else self.mask) & 2**64 - 1


# The record.


def observe(record: Record, names: Symbols) -> dict[str, Fact]:
    """Every fact of the record that a golden file speaks of."""
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


def has_error(frame: Frame) -> bool:
    """IA-32e mode pushes five words below a 16-byte boundary, then the error code if there is one."""
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
        "above": _above(frame, record),
        **frame.control,
        **{full_name("gpr", name): frame.gprs[name] for name in GPRS},
        **{full_name("segment", name): frame.handler[name] for name in SEGMENTS},
    }
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
    for earlier in record.frames[: frame.number - 1]:
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


# The expectation.


def expand(outcome: Outcome, record: Record, names: Symbols) -> dict[str, Want]:
    """What each fact has to be; `gprs kept` is a line for each general register that has none of its own."""
    said = {entry.name: entry.expect for entry in outcome.fields}
    wants: dict[str, Want] = {}
    for name, expect in said.items():
        if members := _members(name):
            for full in members:
                wants[full] = want(full, said.get(full, expect), record, names)
        elif expect.text and name not in wants:
            wants[name] = want(name, expect, record, names)
    return wants


@cache
def _members(name: str) -> tuple[str, ...]:
    """The registers that `gprs kept` and the like stand for."""
    block, _, last = name.rpartition(".")
    kind, registers = GROUPS.get(last, ("", ()))
    return tuple(full_name(block, f"{kind}.{register}") for register in registers)


def want(name: str, expect: Expect, record: Record, names: Symbols) -> Want:
    """What the fact of this name has to be."""
    text, mask = expect.text, expect.mask
    kept, is_gpr = _register(name)
    if is_gpr and record.env == "compat32":
        mask = COMPAT32_UNDEFINED[kept] & (-1 if mask is None else mask)
    if kept and text == "kept":
        return Want(text, record.start[kept], mask)
    value = _constant(name, text)
    if value is not None:
        return Want(text, value, mask)
    try:
        resolve = symbol.resolve_selector if _is_selector(name) else symbol.resolve_address
        return Want(text, resolve(names, text), mask)
    except SymbolError as error:
        return Want(f"{text} ({error})", None)


@cache
def _register(name: str) -> tuple[str, bool]:
    """What may be kept since the start, and whether it is a general register."""
    last = name.rpartition(".")[2]
    is_gpr = ".gpr." in name
    return (last if last == "cr2" or is_gpr or ".segment." in name else "", is_gpr)


@cache
def _constant(name: str, text: str) -> Fact | None:
    """What the text says by itself, whatever the record; nothing for a name in the record."""
    if text in ("any", "none", "kept", "overwritten") or _is_word(name):
        return text
    return int(text, 16) if text.startswith("0x") else None


def _is_word(name: str) -> bool:
    last = name.rpartition(".")[2]
    return name.startswith("memory.") or (last in ("interrupts", "stack", "end") and _is_register(name))


@cache
def _is_selector(name: str) -> bool:
    return _is_register(name) and name.rpartition(".")[2] in ("cs", "ss", "ds", "es", "fs", "gs")


def _is_register(name: str) -> bool:
    """Not a value, whose name is the case's own choice."""
    return not name.startswith("value.")


# A fact in a golden file's words.


def show(name: str, fact: Fact, names: Symbols) -> str:
    """The fact as a golden file writes it: names before numbers."""
    if isinstance(fact, str):
        return fact
    last = name.rpartition(".")[2]
    if _is_selector(name):
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


def outcome_from_record(record: Record, names: Symbols) -> Outcome:
    """The record as if a golden file required it: what `bless` and a quirk's `instead` start from."""
    fields: list[Field] = []
    for name, fact in observe(record, names).items():
        block, _, short = name.partition(".")
        if block.startswith(("frame", "final")) and not any(entry.name == block for entry in fields):
            fields.append(Field(block, Expect("")))
        for group, head in (("gpr.", "gprs"), ("segment.", "segments")):
            if short.startswith(group):
                if not any(entry.name == f"{block}.{head}" for entry in fields):
                    fields.append(Field(f"{block}.{head}", Expect("kept")))
                if fact == record.start[short.removeprefix(group)]:
                    break
        else:
            fields.append(Field(name, _seen(name, fact, record, names)))
    return Outcome(tuple(fields))


def _seen(name: str, fact: Fact, record: Record, names: Symbols) -> Expect:
    if name.endswith(".cr2") and name.startswith("frame ") and fact == record.start["cr2"]:
        return Expect("kept")
    return Expect(show(name, fact, names))
