"""The order of an outcome's lines in a golden file (docs/golden.md): a few hundred orders are all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from trapframe.frames import task
from trapframe.frames.environment import STATE, Environment
from trapframe.truth.golden_form import BLOCKS, GROUPED, environment_of, fields_of, is_frame


@dataclass(frozen=True)
class Misplaced:
    """The field at which the order is wrong, and what is expected there."""

    name: str
    what: str


@dataclass(frozen=True)
class Order:
    """`frames`: where `interrupts` and `above` of each stand among the fields."""

    env: Environment
    frames: tuple[tuple[int, int], ...]
    wrong: Misplaced | None = None


@cache
def order(names: tuple[str, ...]) -> Order:
    """Of the fields of an outcome, each by its whole name."""
    env = environment_of(names)
    if wrong := next(_misplaced(env, names), None):
        return Order(env, (), wrong)
    frames = [name for name in names if is_frame(name)]
    places = ((names.index(f"{name}.interrupts"), names.index(f"{name}.above")) for name in frames)
    return Order(env, tuple(places))


def _misplaced(env: Environment, names: tuple[str, ...]) -> Iterator[Misplaced]:
    """What stands behind the first one is judged by a wrong order."""
    rank = -1
    blocks: dict[str, list[str]] = {}
    for name in names:
        block, dot, _ = name.partition(".")
        if dot:
            blocks.setdefault(block, []).append(name)
        here = BLOCKS.index(block.partition(" ")[0])
        if here < rank:
            yield Misplaced(name, f"expected frames, final, values, memory, end in this order; move '{name}'")
        rank = here
    for heading in names:
        if heading == "final" or is_frame(heading):
            yield from _in_block(env, heading, blocks.get(heading, []))


def _in_block(env: Environment, heading: str, entries: Sequence[str]) -> Iterator[Misplaced]:
    prefix = len(heading) + 1
    plain = [entry for entry in entries if not entry.startswith(GROUPED, prefix)]
    wanted = fields_of(env, is_frame(heading), {entry[prefix:] for entry in plain})
    for want, entry in zip_longest(wanted, plain):
        name = entry[prefix:] if entry else ""
        if entry and want is None:
            yield Misplaced(entry, f"unknown field '{name}' of '{heading}'")
        if name != want:
            last = entry or (entries[-1] if entries else heading)
            got = f"'{name}'; fields have one order, docs/golden.md" if entry else f"the end of '{heading}'"
            yield Misplaced(last, f"expected '{want}', got {got}")
    yield from _in_groups(env, prefix, entries)


def _in_groups(env: Environment, prefix: int, entries: Sequence[str]) -> Iterator[Misplaced]:
    """gpr.* behind gprs, segment.* behind segments, sse, x87, avx last: each in the registers' order.

    task.NAME.* behind tasks: of one task all together, in the order of its TSS.
    """
    before = ""
    for entry in entries:
        name = entry[prefix:]
        group, _, member = name.partition(".")
        if member and group in env.groups:
            head, members = env.groups[group]
            if member in members and (
                before == head
                or (before.startswith(f"{group}.") and _index(before, members) < _index(name, members))
            ):
                before = name
                continue
            yield Misplaced(entry, f"expected '{name}' behind '{head}', in the order {' '.join(members)}")
        if group == "task":
            if before != "tasks" and not (before.startswith("task.") and _task_order(before, name)):
                yield Misplaced(entry, f"expected '{name}' behind 'tasks', in the order of a TSS")
        last = before.partition(".")[0]
        order = list(STATE)
        behind = "at_end" if is_frame(entry[: prefix - 1]) else "segments"
        earlier = order[: order.index(name)] if name in STATE else []
        if name in STATE and last not in (behind, behind.rstrip("s"), *earlier):
            yield Misplaced(entry, f"expected '{name}' behind '{behind}', in the order {' '.join(order)}")
        if last in STATE and name not in STATE:
            yield Misplaced(entry, f"expected '{last}' to be the last field, got '{name}' behind it")
        before = name


def _index(name: str, members: tuple[str, ...]) -> int:
    return members.index(name.partition(".")[2])


def _task_order(before: str, name: str) -> bool:
    """Whether a field may stand behind another one: of the same task as the TSS has them."""
    (one, _, first), (other, _, second) = (text.rpartition(".") for text in (before, name))
    return one != other or task.NAMES.index(first) < task.NAMES.index(second)
