"""Holds the accepted outcomes of a case against what the specification says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from trapframe.frames import symbol
from trapframe.frames.environment import STATE
from trapframe.model import CaseInfo, Difference, Record
from trapframe.prediction.description import Description, Recorded
from trapframe.prediction.processor import NotFollowed
from trapframe.prediction.follow import Run, start
from trapframe.spec import OPEN, Specification
from trapframe.truth.expect import Outcome
from trapframe.truth.judge import differences

Choices = dict[str, int]


@dataclass(frozen=True)
class Prediction:
    """What came of one case on one profile."""

    case: str
    env: str
    profile: str
    followed: bool = False
    stopped: str = ""  # what isn't followed, nor anything behind it
    differences: tuple[Difference, ...] = ()
    choices: tuple[str, ...] = ()  # with which it differs; none where it does with the vendor's own
    rules: frozenset[str] = frozenset()  # that decided something
    unreached: tuple[str, ...] = ()  # accepted outcomes that no choice leads to

    @property
    def agrees(self) -> bool:
        return self.followed and not self.differences


def predict(
    spec: Specification, info: CaseInfo, told: Description, profile: str, outcomes: Sequence[Outcome]
) -> Prediction:
    """By the vendor's choices, and by each value of those that its manual leaves open: all accepted."""
    runs: list[Run] = []
    matched: set[str] = set()
    done: list[Choices] = []
    waiting: list[Choices] = [{}]
    wrong: tuple[Difference, ...] = ()
    while waiting and not wrong:
        choices = waiting.pop(0)
        done.append(choices)
        try:
            run, record = follow(spec, info, told, profile, choices)
        except NotFollowed as error:
            return Prediction(info.case, info.env, profile, stopped=str(error))
        runs.append(run)
        found = {one.name: _differences(info, run, record, one) for one in outcomes}
        matched |= {name for name, differs in found.items() if not differs}
        wrong = min(found.values(), key=len)
        waiting += [more for more in ways(run.cpu.asked, choices, profile) if more not in (*done, *waiting)]
    return Prediction(
        *(info.case, info.env, profile, True),
        stopped=next((run.stopped for run in runs if run.stopped), ""),
        differences=wrong,
        choices=tuple(f"{name}={value}" for name, value in done[-1].items()) if wrong else (),
        rules=frozenset().union(*(run.cpu.rules for run in runs)),
        unreached=tuple(one.name for one in outcomes if one.name not in matched) if not wrong else (),
    )


def ways(asked: set[str], choices: Choices, profile: str) -> Iterator[Choices]:
    """These choices, with each value of the open ones that were asked."""
    names = [name for name in OPEN if name in asked and profile in OPEN[name]]
    for values in product((0, 1), repeat=len(names)):
        yield {**choices, **dict(zip(names, values))}


def follow(
    spec: Specification, info: CaseInfo, told: Description, profile: str, choices: Choices
) -> tuple[Run, Record]:
    """Of the case's own set-up and nothing else: no golden value is known here."""
    run = Run(spec, told, start(spec, profile, told, choices, info.needs), lambda number: None)
    return run, run.run()


def _differences(info: CaseInfo, run: Run, record: Record, golden: Outcome) -> tuple[Difference, ...]:
    names = symbol.symbols(info, record)
    return tuple(one for one in differences(record, names, golden) if _counts(one, run))


def _counts(one: Difference, run: Run) -> bool:
    """Not what the case's own code read, what the specification leaves open, and what isn't followed."""
    watched = one.field.split(".")[1:2]
    if (
        watched
        and watched[0] in STATE
        or (one.field.startswith(("value.", "memory.")) and not _is_read(one.field, run))
    ):
        return False
    if run.stopped and not _is_before(one.field, len(run.frames)):
        return False
    open_bits = run.open.get(one.field, 0)
    return one.bits is None or not open_bits or bool(one.bits & ~open_bits)


def _is_read(name: str, run: Run) -> bool:
    """Whether it is among what the harness reads."""
    own = name.partition(".")[2].partition("+")[0]
    for one in run.told.recorded if run.told.reads_more else ():
        if isinstance(one, Recorded) and one.name == own and not run.cpu.memory.read(one.address, one.size):
            return False  # nothing but the case's own code at the end fills it
    return own in {one.name if isinstance(one, Recorded) else one[0] for one in run.told.recorded}


def _is_before(name: str, frames: int) -> bool:
    """Of one of so many frames, and known when its handler began."""
    block, _, short = name.partition(".")
    return block.startswith("frame ") and int(block[6:]) <= frames and short != "at_end"
