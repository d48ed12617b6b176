"""Two reports side by side: what is worse, changed, better, came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trapframe.model import Difference
from trapframe.report import loaded
from trapframe.report.json import ReportError, bounded
from trapframe.report.loaded import Report, Result
from trapframe.report.step import ADDED, BETTER, CHANGED, GONE, KINDS, SAME, WORSE, step
from trapframe.report.terminal import VALUE, printable

FIELDS = 3  # of one result, in one line
LISTED = 20  # of those that are in one of the reports only


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


def show(root: Path, old: Path, new: Path, pairs: Sequence[str], folder: Path | None) -> int:
    """Prints it. The exit code is 1 where something is worse, or wrong in another way."""
    before, after = load_both(old, new, pairs)
    if folder:
        from trapframe.report import html

        html.check(folder)
    paired = pair_engines(before, after, pairs)
    changes = compare(before, after, paired)
    for line in lines(before, after, paired, changes):
        print(line)
    if folder:
        print(html.write(root, new, old, folder, pairs))
    return exit_code(changes)


def lines(old: Report, new: Report, pairs: Mapping[str, str], changes: Sequence[Change]) -> Iterator[str]:
    """The comparison as a terminal shows it: the totals of each engine last, where the eye is."""
    for kind in KINDS:
        mine = [change for change in changes if change.kind == kind and kind != SAME]
        width = max((len(change.case) for change in mine), default=0)
        shown = mine if kind in (WORSE, CHANGED, BETTER) else mine[:LISTED]
        for change in shown:
            head = f"{kind.upper():<8} {printable(change.case):<{width}}  {printable(change.engine_id)}"
            yield f"{head}  {verdicts(change)}{_why(change)}"
        if len(shown) < len(mine):
            yield f"{kind.upper():<8} and {len(mine) - len(shown)} more"
    yield f"{_said(old)} -> {_said(new)}"
    for engine in dict.fromkeys((*new.engines, *(change.engine_id for change in changes))):
        mine = [change for change in changes if change.engine_id == engine]
        yield f"{printable(_engines(old, new, pairs, engine))}: {told(counts(mine))}"


def verdicts(change: Change) -> str:
    if change.old and change.new and change.old.verdict != change.new.verdict:
        return f"{printable(change.old.verdict)} -> {printable(change.new.verdict)}"
    result = change.new or change.old
    return printable(result.verdict) if result else ""


def _why(change: Change) -> str:
    """What the deviating one of the two differs in, what changed first."""
    if change.kind in (ADDED, GONE):
        return ""
    both = [result for result in (change.new, change.old) if result]
    result = next((one for one in both if one.diff or one.message), None)
    if result is None:
        return ""
    if not result.diff:
        return f"  {printable(bounded(result.message, VALUE))}"
    fields = changed_first(result.diff, change)
    words = [printable(bounded(f"{one.field} {one.actual}", VALUE)) for one in fields[:FIELDS]]
    more = f" and {len(fields) - FIELDS} more" if len(fields) > FIELDS else ""
    return f"  {'; '.join(words)}{more}"


def changed_first(diff: Iterable[Difference], change: Change) -> list[Difference]:
    """Without what both results have, unless that is all."""
    mine, other = (change.new, change.old) if change.new and change.new.diff else (change.old, change.new)
    same = {(one.field, one.actual) for one in other.diff} if mine and other else set()
    return [one for one in diff if (one.field, one.actual) not in same] or list(diff)


def _said(report: Report) -> str:
    when = f" of {report.started}" if report.started else ""
    commit = f" ({report.commit[:12]}{'-dirty' if report.commit.endswith('-dirty') else ''})"
    return printable(f"{report.path}{when}{commit if report.commit else ''}")


def _engines(old: Report, new: Report, pairs: Mapping[str, str], engine: str) -> str:
    if engine not in new.engines:
        return f"{old.label(engine)} -> gone"
    if engine not in pairs:
        return f"{new.label(engine)}, new"
    before, after = old.label(pairs[engine]), new.label(engine)
    return after if before == after else f"{before} -> {after}"
