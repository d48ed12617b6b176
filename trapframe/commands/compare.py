"""`compare`: two reports side by side, for a terminal and as a page."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from trapframe.model import Difference
from trapframe.report.compare import Change, compare, counts, exit_code, load_both, pair_engines, told
from trapframe.report.loaded import Report
from trapframe.report.step import ADDED, BETTER, CHANGED, GONE, KINDS, SAME, WORSE
from trapframe.report.terminal import VALUE
from trapframe.system.folders import ROOT
from trapframe.system.text import bounded, printable

EXAMPLE = "./runner.py compare qemu-7.2/report.json qemu-10.0/report.json"
FIELDS = 3  # of one result, in one line
LISTED = 20  # of those that are in one of the reports only


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, metavar="OLD.json")
    parser.add_argument("new", type=Path, metavar="NEW.json")
    parser.add_argument(
        "--pair",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="an engine of the old report and its successor in the new one (same id, else same kind)",
    )
    parser.add_argument("--html", type=Path, metavar="DIR", help="write it as DIR/index.html, too")


def command(options: argparse.Namespace) -> int:
    return show(ROOT, options.old, options.new, options.pair, options.html)


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
