"""Holds the classes of differences that an engine shows against those that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trapframe.model import EngineId
from trapframe.sweep.known import Known
from trapframe.sweep.told import Difference, Found
from trapframe.sweep.walk import Walked


@dataclass(frozen=True)
class Judgement:
    """Of a sweep on an engine."""

    known: tuple[tuple[Known, int], ...]  # a cause by one of its entries, and in how many states it shows
    new: tuple[tuple[Difference, Found], ...]  # with the fields that nothing explains
    gone: tuple[Known, ...]
    causes: Mapping[Difference, tuple[str, ...]]  # ids of what explains some field of it


def judge(
    sweep: str, engine: EngineId, walked: Walked, everything: Sequence[Known], whole: bool, full: bool
) -> Judgement:
    """`whole`: all of the plan was walked, so that what is known has to show."""
    here = [one for one in everything if one.holds(sweep, engine)]
    shown: set[int] = set()
    states: Counter[str] = Counter()
    new: dict[Difference, Found] = {}
    causes: dict[Difference, tuple[str, ...]] = {}
    for difference, found in sorted(walked.counts.classes.items()):
        explained: set[str] = set()
        for number, one in enumerate(here):
            if fields := one.explains(difference):
                shown.add(number)
                explained |= fields
                causes[difference] = tuple(dict.fromkeys((*causes.get(difference, ()), one.id)))
        for name in causes.get(difference, ()):
            states[name] += found.count
        left = tuple(name for name in difference.differs if name not in explained)
        if left:
            key = replace(difference, differs=left)
            new[key] = new[key] + found if key in new else found
    gone = [
        one for number, one in enumerate(here) if whole and number not in shown and (full or not one.full)
    ]
    first = {one.id: one for one in reversed(here) if one.id in states}
    known = tuple((one, states[one.id]) for one in here if first.get(one.id) is one)
    return Judgement(known, tuple(sorted(new.items(), key=lambda item: item[0])), tuple(gone), causes)
