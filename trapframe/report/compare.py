"""Two reports side by side: what is worse, changed, better, came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trapframe.report import loaded
from trapframe.report.folder import ReportError
from trapframe.report.loaded import Report, Result
from trapframe.report.step import CHANGED, GONE, KINDS, WORSE, step


@dataclass(frozen=True)
class Change:
    """One case on one engine, in both reports or in one of them."""

    kind: str
    case: str
    engine_id: str  # in the new report; in the old one for an engine that is gone
    old: Result | None
    new: Result | None
    fields: tuple[str, ...] = ()  # that are worse, or wrong in another way

    @property
    def red(self) -> bool:
        """A wrong value in place of another one isn't known to be harmless; nor is a test that can't run."""
        return self.kind in (WORSE, CHANGED) or (self.kind == GONE and self.new is not None)


def pair_engines(old: Report, new: Report, pairs: Sequence[str] = ()) -> dict[str, str]:
    """Which engine of the new report continues which of the old one, by its id in the new report.

    `pairs` are OLD=NEW of the user's; then the same id; then the only one left of its kind and profile.
    """
    found = dict(_read_pair(text, old, new) for text in pairs)
    for name in new.engines:
        if name not in found and name in old.engines and name not in found.values():
            found[name] = name
    for name, engine in new.engines.items():
        if name in found:
            continue
        left = [
            other
            for other, known in old.engines.items()
            if other not in found.values() and (known.kind, known.profile) == (engine.kind, engine.profile)
        ]
        if len(left) == 1:
            found[name] = left[0]
    return found


def _read_pair(text: str, old: Report, new: Report) -> tuple[str, str]:
    before, equals, after = text.partition("=")
    for name, report in ((before, old), (after, new)):
        if not equals or name not in report.engines:
            raise ReportError(
                f"--pair {text}: expected OLD=NEW; {report.path} has {', '.join(report.engines) or 'none'}"
            )
    return after, before


def compare(old: Report, new: Report, pairs: Mapping[str, str]) -> list[Change]:
    """Every result of both, sorted by case."""
    changes = []
    for (case, engine), result in new.results.items():
        before = old.results.get((case, pairs[engine])) if engine in pairs else None
        changes.append(_change(case, engine, before, result))
    names = {before: engine for engine, before in pairs.items()}
    for (case, engine), result in old.results.items():
        if (case, names.get(engine, "")) not in new.results:
            changes.append(_change(case, names.get(engine, engine), result, None))
    return sorted(changes, key=lambda change: (change.case, change.engine_id))


def _change(case: str, engine: str, old: Result | None, new: Result | None) -> Change:
    found = step(old, new)
    return Change(found.kind, case, engine, old, new, found.fields)


def exit_code(changes: Iterable[Change]) -> int:
    """Of whatever compares."""
    return int(any(change.red for change in changes))


def counts(changes: Iterable[Change]) -> list[tuple[str, int]]:
    """How many there are of each kind."""
    counted = Counter(change.kind for change in changes)
    return [(kind, counted[kind]) for kind in KINDS]


def told(counted: Iterable[tuple[str, int]]) -> str:
    """In words, without the kinds of which there are none."""
    return ", ".join(f"{count} {kind}" for kind, count in counted if count) or "nothing"


def load_both(old: Path, new: Path, pairs: Sequence[str] = ()) -> tuple[Report, Report]:
    """Of one report on both sides, the engines that are named: the others are the same on both."""
    before, after = loaded.load(old), loaded.load(new)
    if not pairs or old.resolve() != new.resolve():
        return before, after
    named = dict(_read_pair(text, before, after) for text in pairs)
    return only(before, named.values()), only(after, named)


def only(report: Report, engines: Collection[str]) -> Report:
    """The part of a report that is about these engines."""
    return replace(
        report,
        engines={name: one for name, one in report.engines.items() if name in engines},
        results={key: one for key, one in report.results.items() if key[1] in engines},
    )
