"""Names for the addresses and selectors of one record, in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from trapframe.frames import environment, layout, task
from trapframe.frames.environment import Environment
from trapframe.model import CaseInfo, Frame, Place, Record, Task

NEAR = 15  # bytes behind a label that still carry its name: the longest instruction
LOCAL = 4  # a selector's bit TI
ABOVE = 64  # bytes above a stack's top that belong to it

ADDRESS = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)([+-])(0x[0-9a-f]+)")
SELECTOR = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*?)(?::rpl([0-3]))?")


class SymbolError(ValueError):
    """A name that the record doesn't have."""


@dataclass(frozen=True)
class Symbols:
    """All that has a name in one record."""

    labels: tuple[tuple[str, int], ...]
    places: tuple[Place, ...]
    stacks: tuple[Place, ...]
    selectors: tuple[tuple[str, int], ...]
    moved: tuple[
        tuple[int, int], ...
    ] = ()  # descriptors that lie elsewhere than in the harness's GDT, without RPL
    bases: Mapping[str, int] = field(default_factory=dict)  # of fields that are offsets: `frame 1.ip`

    @cached_property
    def descriptors(self) -> frozenset[int]:
        """Selectors without RPL."""
        return frozenset(value & ~layout.RPL for _, value in self.selectors)

    @cached_property
    def addresses(self) -> dict[str, int]:
        """What a distance can be measured from."""
        tops = {f"{stack.name}_top": stack.base + stack.size for stack in self.stacks}
        return dict(self.labels) | {place.name: place.base for place in self.places} | tops


def symbols(info: CaseInfo, record: Record) -> Symbols:
    """The names of the harness, then those of the case. A hosted record has both."""
    places = (*(() if record.hosted else info.places), *record.places)
    selectors = (*(() if record.hosted else info.selectors), *record.selectors.items())
    tasks = tuple((one.name, one.selector) for one in record.tasks)
    names = Symbols(
        labels=tuple(record.labels.items()),
        places=tuple(place for place in places if not place.stack),
        stacks=tuple(place for place in places if place.stack),
        selectors=(*selectors, *tasks) if tasks else selectors,
        moved=tuple(_moved(info, record)) if record.hosted else (),
    )
    if (record.frames or record.final) and environment.of(record.env).segmented:
        return replace(names, bases=dict(_bases(record, names)))
    return names


def _bases(record: Record, names: Symbols) -> Iterator[tuple[str, int]]:
    """Where a label is known by its linear address, and the frame has an offset in a segment."""
    env = environment.of(record.env)
    words = (env.ip, env.sp, env.flags)
    for frame in record.frames:
        block = f"frame {frame.number}"
        shape = env.layout(frame, record, names.descriptors)
        bases = dict(layout.linear(shape.words, record.bases, words))
        halves = _upper_halves(frame, record, env) if shape.unit < env.word else {}
        for name in words[:2]:
            half = halves.get(name, 0) if name in shape.pushed else 0
            if base := bases.get(name, 0) + half:
                yield f"{block}.{name}", base
        yield from _bases_of_tasks(block, frame.tasks, record)
        if env.handler_sp:
            yield f"{block}.handler.{env.handler_sp}", frame.handler["ss"] << 4
    if record.final:
        found = layout.linear(record.final.registers, record.bases, words)
        yield from ((f"final.{name}", base) for name, base in found)
        yield from _bases_of_tasks("final", record.final.tasks, record)


def _upper_halves(frame: Frame, record: Record, env: Environment) -> dict[str, int]:
    """What a gate of 16 bits doesn't save of the addresses where it interrupts something."""
    before = record.frames[frame.interrupts - 1].handler if frame.interrupts else record.start
    return {env.ip: record.start[env.ip] & ~0xFFFF, env.sp: before[env.sp] & ~0xFFFF}


def _bases_of_tasks(block: str, tasks: Iterable[Task], record: Record) -> Iterator[tuple[str, int]]:
    """Of what the TSSs hold."""
    for one in tasks:
        own = {"eip": "ip", "esp": "sp"} if task.is_short(one) else {}
        found = layout.linear(task.interrupted(one), record.bases, ("eip", "esp", "eflags"))
        yield from ((f"{block}.task.{one.name}.{own.get(name, name)}", base) for name, base in found)


def _moved(info: CaseInfo, record: Record) -> Iterator[tuple[int, int]]:
    """The harness's descriptors by their names; a case's own have the number that they would have, and TI."""
    known = dict(info.selectors)
    for name, here in record.selectors.items():
        yield known.get(name, here & ~LOCAL) & ~3, here & ~3


def name_code(names: Symbols, address: int) -> str:
    """An instruction pointer: a label close by, else as name_data."""
    return _label(names, address) or name_data(names, address, labels=False)


def name_data(names: Symbols, address: int, labels: bool = True) -> str:
    """A linear address: the place, the stack, or the label close by that it lies in."""
    for place in names.places:
        if place.base <= address < place.base + place.size:
            return f"{place.name}+{address - place.base:#x}"
    return name_stack(names, address) or (_label(names, address) if labels else "") or f"{address:#x}"


def name_stack_pointer(names: Symbols, address: int) -> str:
    """A stack pointer: the distance from the top of its stack, else as name_data."""
    return name_stack(names, address) or name_data(names, address)


def name_stack(names: Symbols, address: int) -> str:
    """The same for an address that may lie in no stack at all: then nothing."""
    stack = stack_of(names, address)
    if stack is None:
        return ""
    top = stack.base + stack.size
    return f"{stack.name}_top+{address - top:#x}" if address > top else f"{stack.name}_top-{top - address:#x}"


def stack_of(names: Symbols, address: int) -> Place | None:
    """The stack that an address lies in: a place's extent first, then the bytes above a top."""
    for above in (0, ABOVE):
        for stack in names.stacks:
            if stack.base <= address <= stack.base + stack.size + above:
                return stack
    return None


def name_selector(names: Symbols, value: int) -> str:
    """A selector: its name, with an RPL of its own where that differs from the named one."""
    for name, selector in names.selectors:
        if selector == value:
            return name
    for name, selector in names.selectors:
        if selector & ~3 == value & ~3 and value < 0x10000 and value & ~3:
            return f"{name}:rpl{value & 3}"
    return f"{value:#x}"


def resolve_address(names: Symbols, text: str) -> int:
    """What a golden file's number, `fault+0x0`, `victim+0x8` or `rsp0_top-0x30` is in this record."""
    if text.startswith("0x"):
        return int(text, 16)
    match = ADDRESS.fullmatch(text)
    if not match:
        raise SymbolError(f"expected a number or NAME+0xDISTANCE, got '{text}'")
    name, sign, distance = match.groups()
    bases = names.addresses
    if name not in bases:
        raise SymbolError(f"no label, place or stack '{name}' in this record{_meant(name, bases)}")
    return (bases[name] + int(sign + distance, 16)) % 2**64


def resolve_selector(names: Symbols, text: str) -> int:
    """What a golden file's number or `user_code64` or `user_code64:rpl0` is in this record."""
    if text.startswith("0x"):
        return int(text, 16)
    match = SELECTOR.fullmatch(text)
    known = dict(names.selectors)
    if not match or match[1] not in known:
        name = match[1] if match else text
        raise SymbolError(f"no selector '{text}' in this record{_meant(name, known)}")
    return known[match[1]] if match[2] is None else known[match[1]] & ~3 | int(match[2])


def _meant(word: str, known: Iterable[str]) -> str:
    """What may have been meant, else what there is."""
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(known), n=1)
    return f"; is it '{near[0]}'?" if near else f", only {' '.join(sorted(known))}"


def _label(names: Symbols, address: int) -> str:
    """The closest label at or before an address; of several at one place `fault`, `after`, then the first."""
    near = [(address - at, name) for name, at in names.labels if 0 <= address - at <= NEAR]
    if not near:
        return ""
    closest = min(near, key=lambda found: (found[0], found[1] != "fault", found[1] != "after"))
    return f"{closest[1]}+{closest[0]:#x}"
