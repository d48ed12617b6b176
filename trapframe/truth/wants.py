"""What an outcome expects of a record, by the names of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from trapframe.frames import environment, symbol, task
from trapframe.frames.facts import (
    PATTERN,
    Fact,
    absent,
    full_name,
    is_register,
    is_selector,
    kept,
    loaded_bits,
    observe,
    registers_of,
    show,
    stack_pattern,
    unit,
)
from trapframe.frames.symbol import SymbolError, Symbols
from trapframe.model import Record
from trapframe.truth.expect import CHANCE, OTHER, Expect, Field, Outcome

SELECTOR_ERRORS = (10, 11, 12, 13)  # vectors
RPL = 3
PATTERNS = [f"{stack_pattern(size):#x}" for size in (2, 4, 8)]
IDT = 2  # of their error code: it names a gate


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
            if fact == "kept":
                return all(word == "any" or word in PATTERNS for word in wanted)
            came = fact.split()
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
    env = environment.of(record.env)
    for name, expect in said.items():
        if members := _of_tasks(name, record) or _members(name, env.name):
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
def _members(name: str, env: str) -> tuple[str, ...]:
    """The registers that `gprs kept` and the like stand for."""
    block, _, last = name.rpartition(".")
    groups = environment.of(env).groups
    found = next((one for one in groups.items() if one[1][0] == last not in environment.STATE), None)
    return tuple(full_name(block, f"{found[0]}.{register}") for register in found[1][1]) if found else ()


def _of_tasks(name: str, record: Record) -> tuple[str, ...]:
    """All fields of all tasks, that `tasks kept` stands for."""
    block, _, last = name.rpartition(".")
    if last != "tasks" or not block:
        return ()
    return tuple(
        full_name(block, f"task.{one.name}.{field}") for one in record.tasks for field in task.fields(one)
    )


def want(name: str, expect: Expect, record: Record, names: Symbols) -> Want:
    """What the fact of this name has to be."""
    text, mask = expect.text, expect.mask
    if text in (OTHER, CHANCE):
        return Want(text, None)
    register, is_gpr = _register(name)
    if is_gpr and (undefined := environment.of(record.env).undefined):
        mask = undefined.get(register, -1) & (-1 if mask is None else mask)
    if text == "kept" and register and not record.tasks:
        return Want(text, record.start.get(register), mask)
    if record.tasks and name.endswith(".handler.esp"):
        bits = loaded_bits(record, name.partition(".")[0])
        mask = mask if bits == -1 else bits & (-1 if mask is None else mask)
    if text == "kept" and (register or ".task." in name):
        found = _cr3(name, record) if register == "cr3" else as_before(name, record)
        return (
            found if mask is None else found._replace(mask=mask & (-1 if found.mask is None else found.mask))
        )
    value = _constant(name, text)
    if value is not None:
        return Want(text, value, mask)
    try:
        if name.startswith("frame ") and name.endswith(".above"):
            size = unit(record, name.removesuffix(".above"))
            return Want(text, " ".join(_word(names, word, size) for word in text.split()))
        if is_selector(name):
            return Want(text, symbol.resolve_selector(names, text), mask)
        return Want(text, symbol.resolve_address(names, text) - names.bases.get(name, 0), mask)
    except SymbolError as error:
        return Want(f"{text} ({error})", None)


def as_before(name: str, record: Record) -> Want:
    """A register as at the start, or as the running task's TSS has it; a task as the block before."""
    block, _, one, field = _task_field(name)
    if one:
        tasks = [task.fields(other) for other in task.before(record, block) if other.name == one]
        if not tasks or field not in tasks[0]:
            return Want(f"kept (no field '{field}' of a task '{one}')", None)
        return Want("kept", tasks[0][field])
    if record.tasks and (found := kept(record, block).get(field)):
        value, bits = found
        return Want("kept", value, None if bits == -1 else bits)
    return Want("kept", record.start.get(field))


def _cr3(name: str, record: Record) -> Want:
    """That of the running task's TSS, or of the first one's where it has none: no MOV changed it."""
    block = name.partition(".")[0]
    tasks, start = task.before(record, block), record.start["tr"]
    here = (registers_of(record, block).get("tr", start), start)
    found = (task.fields(one).get("cr3") for one in map(lambda tr: task.running(tasks, tr), here) if one)
    return Want("kept", next((value for value in found if value is not None), None))


@cache
def _task_field(name: str) -> tuple[str, str, str, str]:
    """Its block, what it begins with there, the task's name if it is of one, and the last word."""
    rest, _, field = name.rpartition(".")
    block, _, rest = rest.partition(".")
    word, _, one = rest.partition(".")
    return block, word, one if word == "task" else "", field


def _word(names: Symbols, text: str, size: int) -> str:
    """One of those above a frame: the stack's pattern, an address, a selector, or whatever is there."""
    if text == "any":
        return text
    if text == PATTERN:
        return f"{stack_pattern(size):#x}"
    is_address = text.startswith("0x") or "+" in text or "-" in text
    return f"{(symbol.resolve_address if is_address else symbol.resolve_selector)(names, text):#x}"


@cache
def _register(name: str) -> tuple[str, bool]:
    """What may be kept since the start, and whether it is a general register."""
    last = name.rpartition(".")[2]
    is_gpr = ".gpr." in name
    is_kept = last == "cr2" or is_gpr or ".segment." in name or last == "cr3" and ".task." not in name
    return (last if is_kept else "", is_gpr)


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
        for group, head in (("gpr.", "gprs"), ("segment.", "segments"), ("task.", "tasks")):
            if short.startswith(group):
                if not any(entry.name == f"{block}.{head}" for entry in fields):
                    fields.append(Field(f"{block}.{head}", Expect("kept")))
                if as_before(name, record).matches(fact):
                    break
        else:
            fields.append(Field(name, _seen(name, fact, record, names)))
    return Outcome(tuple(fields))


def _seen(name: str, fact: Fact, record: Record, names: Symbols) -> Expect:
    if name.endswith(".cr2") and name.startswith("frame ") and fact == record.start["cr2"]:
        return Expect("kept")
    if _register(name)[0] == "cr3" and _cr3(name, record).matches(fact):
        return Expect("kept")
    return Expect(show(name, fact, names))
