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

    known: tuple[tuple[Known, int], ...]  # and in how many states each shows
    new: tuple[tuple[Difference, Found], ...]  # with the fields that nothing explains
    gone: tuple[Known, ...]
    causes: Mapping[Difference, tuple[str, ...]]  # ids of what explains some field of it


def judge(
    sweep: str, engine: EngineId, walked: Walked, everything: Sequence[Known], whole: bool, full: bool
) -> Judgement:
    """`whole`: all of the plan was walked, so that what is known has to show."""
    here = [one for one in everything if one.holds(sweep, engine)]
    shown: Counter[int] = Counter()
    new: dict[Difference, Found] = {}
    causes: dict[Difference, tuple[str, ...]] = {}
    for difference, found in sorted(walked.counts.classes.items()):
        explained: set[str] = set()
        for number, one in enumerate(here):
            if fields := one.explains(difference):
                shown[number] += found.count
                explained |= fields
                causes[difference] = (*causes.get(difference, ()), one.id)
        left = tuple(name for name in difference.differs if name not in explained)
        if left:
            key = replace(difference, differs=left)
            new[key] = new[key] + found if key in new else found
    gone = [one for number, one in enumerate(here) if whole and not shown[number] and (full or not one.full)]
    known = tuple((one, shown[number]) for number, one in enumerate(here) if shown[number])
    return Judgement(known, tuple(sorted(new.items(), key=lambda item: item[0])), tuple(gone), causes)
