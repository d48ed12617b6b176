"""The page of a walk: what each engine did with each sweep, its classes and causes, and where it differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trapframe.model import EngineId
from trapframe.report import html, timeline
from trapframe.report.page import clean
from trapframe.sweep import report
from trapframe.sweep.judge import Judgement
from trapframe.sweep.known import Known
from trapframe.sweep.rom import Part
from trapframe.sweep.told import Difference, Found, Told
from trapframe.sweep.walk import NotWalked, Sweep, Walked

TEMPLATE = Path(__file__).resolve().parent / "template"
NEW = "new"


@dataclass(frozen=True)
class Result:
    """Of a sweep on an engine."""

    engine: EngineId
    label: str
    walked: Walked | NotWalked
    judgement: Judgement | None


@dataclass(frozen=True)
class Swept:
    sweep: Sweep
    part: Part
    results: Mapping[str, Result]  # by the engine's id


def write(swept: Sequence[Swept], folder: Path) -> Path:
    return html.write_text(render(swept), folder)


def render(swept: Sequence[Swept]) -> str:
    sweeps = [clean(_sweep(one)) for one in swept]
    data = [
        {
            "name": one.sweep.name,
            "axes": [{"name": name, "values": values} for name, values in one.sweep.told.axes.items()],
            "engines": [result.label for result in _ordered(one)],
        }
        for one in swept
    ]
    tables = [html.pack(_tables(result)) for one in swept for result in _ordered(one)]
    return html.fill(
        TEMPLATE / "sweeps.html.j2",
        [html.TEMPLATE / "page.css", TEMPLATE / "sweeps.css"],
        [TEMPLATE / "sweeps.js"],
        sweeps=sweeps,
        data=html.embedded(clean(data)),
        tables="\n".join(tables),
    )


def _ordered(one: Swept) -> list[Result]:
    ids = timeline.in_order({id_: result.engine for id_, result in one.results.items()})
    return [one.results[id_] for id_ in ids]


def _tables(result: Result) -> list[list[int]]:
    """Of each two axes: compared and differing in turn."""
    if isinstance(result.walked, NotWalked):
        return []
    return [[number for cell in table for number in cell] for table in result.walked.counts.pairs]


def _sweep(one: Swept) -> dict[str, Any]:
    results = _ordered(one)
    return {
        "name": one.sweep.name,
        "about": one.sweep.told.about,
        "plan": report.plan(one.sweep, one.part),
        "engines": [_engine(result) for result in results],
        "causes": list(_causes(results)),
        "classes": list(_classes(one.sweep.told, results)),
    }


def _engine(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {"label": result.label, "problem": "", "gone": []}
    if isinstance(result.walked, NotWalked) or result.judgement is None:
        return {**told, "problem": str(result.walked)}
    counts = result.walked.counts
    return {
        **told,
        "walked": counts.walked,
        "compared": counts.compared,
        "agreed": counts.agreed,
        "differ": counts.compared - counts.agreed,
        "absent": counts.absent,
        "shutdown": counts.shutdown,
        "classes": len(counts.classes),
        "new": len(result.judgement.new),
        "gone": [known.id for known in result.judgement.gone],
    }


def _causes(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """Each known one, and all that is new, with the states that show it on each engine."""
    causes: dict[tuple[str, str], Known | None] = {}
    for result in results:
        if result.judgement:
            for known, _ in result.judgement.known:
                causes[result.engine.kind, known.id] = known
            if result.judgement.new:
                causes[result.engine.kind, NEW] = None
    for (kind, name), cause in sorted(causes.items(), key=lambda item: (item[0][0], item[1] is not None)):
        yield {
            "kind": kind,
            "id": name,
            "new": cause is None,
            "reason": cause.reason if cause else "explained by nothing in expected/sweeps",
            "versions": ", ".join("".join(one) for one in cause.versions) if cause else "",
            "counts": [_count(result, kind, name) for result in results],
        }


def _count(result: Result, kind: str, name: str) -> int | None:
    """States; None where the cause is another engine's, or nothing was walked."""
    if result.judgement is None or result.engine.kind != kind:
        return None
    if name == NEW:
        return sum(found.count for _, found in result.judgement.new)
    return sum(count for known, count in result.judgement.known if known.id == name)


def _classes(told: Told, results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """The most frequent first."""
    classes: dict[Difference, dict[str, Found]] = {}
    for result in results:
        if not isinstance(result.walked, NotWalked):
            for difference, found in result.walked.counts.classes.items():
                classes.setdefault(difference, {})[result.label] = found
    for difference, by_engine in sorted(
        classes.items(), key=lambda item: (-max(found.count for found in item[1].values()), item[0])
    ):
        first = min(by_engine.values(), key=lambda found: found.first)
        causes: dict[str, None] = {}
        for result in results:
            if result.judgement and result.label in by_engine:
                causes |= {
                    f"{result.engine.kind} {id_}": None for id_ in _named(result.judgement, difference)
                }
        yield {
            "id": report.identity(difference),
            "what": difference.what,
            "rules": [rule for rule in dict.fromkeys(difference.rules) if rule != "-"],
            "wanted": difference.wanted,
            "differs": difference.differs,
            "first": first.first,
            "state": list(_state(told, first)),
            "causes": list(causes),
            "counts": [by_engine[one.label].count if one.label in by_engine else 0 for one in results],
        }


def _named(judgement: Judgement, difference: Difference) -> Iterator[str]:
    yield from judgement.causes.get(difference, ())
    if any(_is_part(new, difference) for new, _ in judgement.new):
        yield NEW


def _is_part(new: Difference, whole: Difference) -> bool:
    same = (new.what, new.rules, new.wanted) == (whole.what, whole.rules, whole.wanted)
    return same and set(new.differs) <= set(whole.differs)


def _state(told: Told, found: Found) -> Iterator[tuple[str, str]]:
    axes = list(told.axes.items())
    for axis, value in found.state:
        name, values = axes[axis]
        yield name.lower(), values[value]
