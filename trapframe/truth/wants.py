"""What an outcome expects of a record, by the names of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from trapframe.frames import symbol
from trapframe.frames.facts import (
    PATTERN,
    STACK_PATTERN,
    Fact,
    absent,
    full_name,
    is_register,
    is_selector,
    observe,
    show,
)
from trapframe.frames.registers import GPRS, SEGMENTS
from trapframe.frames.symbol import SymbolError, Symbols
from trapframe.model import Record
from trapframe.truth.expect import Expect, Field, Outcome

GROUPS = {"gprs": ("gpr", GPRS), "segments": ("segment", SEGMENTS)}
SELECTOR_ERRORS = (10, 11, 12, 13)  # vectors
RPL = 3
IDT = 2  # of their error code: it names a gate
COMPAT32_UNDEFINED = {name: 0xFFFFFFFF if GPRS.index(name) < 7 else 0 for name in GPRS}


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
        if isinstance(self.value, str) and isinstance(fact, str) and "any" in self.value.split():
            wanted = self.value.split()
            came = [f"{STACK_PATTERN:#x}"] * len(wanted) if fact == "kept" else fact.split()
            return len(wanted) == len(came) and all(a in ("any", b) for a, b in zip(wanted, came))
        return self.value == fact

    def wrong_bits(self, name: str, fact: Fact) -> int | None:
        """Those that count; None where one of both is no number. Memory is one of as many bits as it has."""
        if name.startswith("memory.") and self.text != "any":
            wanted, came = str(self.value), str(fact)
            return int(wanted, 16) ^ int(came, 16) if len(wanted) == len(came) else None
        if not isinstance(self.value, int) or not isinstance(fact, int):
            return None
        return (self.value ^ fact) & (-1 if self.mask is None else self.mask) & 2**64 - 1


def expand(outcome: Outcome, record: Record, names: Symbols) -> dict[str, Want]:
    """What each fact has to be; `gprs kept` is a line for each general register that has none of its own."""
    said = {entry.name: entry.expect for entry in outcome.fields}
    unseen = absent(record, said)
    wants: dict[str, Want] = {}
    for name, expect in said.items():
        if members := _members(name):
            for full in members:
                wants[full] = want(full, said.get(full, expect), record, names)
        elif expect.text and name not in wants and name not in unseen:
            wants[name] = want(name, expect, record, names)
    if record.hosted:
        wants |= {**dict(_moved_errors(wants, names)), **dict(_null_selectors(wants))}
    return wants


def _null_selectors(wants: Mapping[str, Want]) -> Iterator[tuple[str, Want]]:
    """Of a null selector the RPL doesn't count in a hosted record: any IRET of the system may clear it."""
    for name, wanted in wants.items():
        if (
            ".segment." in name
            and isinstance(wanted.value, int)
            and wanted.value <= RPL
            and "base" not in name
        ):
            yield name, wanted._replace(mask=~RPL)


def _moved_errors(wants: Mapping[str, Want], names: Symbols) -> Iterator[tuple[str, Want]]:
    """Error codes that hold a selector, where the descriptors of a hosted record lie."""
    moved = dict(names.moved)
    for name, wanted in wants.items():
        vector = wants.get(f"{name.removesuffix('.error')}.vector")
        if not name.endswith(".error") or vector is None or vector.value not in SELECTOR_ERRORS:
            continue
        if isinstance(wanted.value, int) and not wanted.value & IDT and wanted.value & ~7 in moved:
            yield name, wanted._replace(value=moved[wanted.value & ~7] | wanted.value & 3)


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
        return Want(text, record.start.get(kept), mask)  # of a hosted record's CR2 it isn't known
    value = _constant(name, text)
    if value is not None:
        return Want(text, value, mask)
    try:
        if name.startswith("frame ") and name.endswith(".above"):
            return Want(text, " ".join(_word(names, word) for word in text.split()))
        resolve = symbol.resolve_selector if is_selector(name) else symbol.resolve_address
        return Want(text, resolve(names, text), mask)
    except SymbolError as error:
        return Want(f"{text} ({error})", None)


def _word(names: Symbols, text: str) -> str:
    """One of those above a frame: the stack's pattern, an address, a selector, or whatever is there."""
    if text == "any":
        return text
    if text == PATTERN:
        return f"{STACK_PATTERN:#x}"
    is_address = text.startswith("0x") or "+" in text or "-" in text
    return f"{(symbol.resolve_address if is_address else symbol.resolve_selector)(names, text):#x}"


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
    return int(text, 16) if text.startswith("0x") and " " not in text else None


def _is_word(name: str) -> bool:
    last = name.rpartition(".")[2]
    return name.startswith("memory.") or (last in ("interrupts", "stack", "end") and is_register(name))


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
