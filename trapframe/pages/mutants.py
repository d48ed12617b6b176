"""`make mutate`: which mutants of the specification the golden files see, rule by rule."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from trapframe.mutants import hunt, reasons
from trapframe.mutants.calls import ALL
from trapframe.mutants.library import build
from trapframe.mutants.operators import Mutant
from trapframe.mutants.reasons import Book, Reason
from trapframe.prediction import descriptions
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT
from trapframe.truth import expected

PAGE = Path("docs/generated/mutants.md")
FAILED = 1
AT_A_TIME = 300  # cases, whose calls are all kept
KINDS = {"same": "the same", "open": "left open", "outside": "outside", "case": "by hand"}

HEAD = """\
# Mutants of the specification

Written by `make mutate`. Each mutant is [the specification](../spec.md) with one mistake: a check
dropped, two checks swapped, a limit off by one, another vector, another error code, a store that
isn't made. A golden file sees it where the case's prediction by the mutant differs from the golden
section, on either profile, lacks one of the outcomes that it accepts, or runs where it can't be
followed; the last column has a case that sees one of the rule's. What none of them sees stands below,
with the reason, from `docs/data/mutants.toml`:

- *the same*: no program can show a difference; such mutants don't count.
- *left open*: the manual allows both.
- *outside*: it shows in a state only that no case here can have.
- *by hand*: a golden file states it, of a program that the prediction doesn't follow.
- **not explained**: a case is to be written, or a reason. `make mutate` fails at one that isn't
  listed here yet.
"""
NOT_EXPLAINED = "**not explained**"
LISTED = re.compile(rf"^- `(.*)`: {re.escape(NOT_EXPLAINED)}$", re.M)


@dataclass(frozen=True)
class Found:
    """What came of a mutant. `case`: which sees it; "" where it breaks the program."""

    mutant: Mutant
    case: str | None
    reason: Reason | None

    @property
    def seen(self) -> bool:
        return self.case is not None

    @property
    def counts(self) -> bool:
        return self.seen or self.reason is None or self.reason.kind != "same"

    @property
    def is_seen(self) -> bool:
        return self.seen or self.reason is not None and self.reason.kind == "case"


def page(found: Sequence[Found]) -> str:
    return "\n".join(
        (HEAD, *_total(found), "", "## By rule", "", *_table(found), "", "## Unseen", "", *_unseen(found), "")
    )


def share(found: Sequence[Found]) -> float:
    counted = [one for one in found if one.counts]
    return 100 * sum(one.is_seen for one in counted) / len(counted)


def _total(found: Sequence[Found]) -> Iterator[str]:
    counted = [one for one in found if one.counts]
    seen = sum(one.is_seen for one in counted)
    yield f"{seen} of {len(counted)} mutants are seen: {share(found):.1f} %."
    yield f"{len(found) - len(counted)} more are the same program."


def _table(found: Sequence[Found]) -> Iterator[str]:
    rows: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        rows[one.mutant.place].append(one)
    yield "| rule, or function | mutants | seen | " + " | ".join(KINDS.values()) + " | unexplained | one by |"
    yield "|---|---|---|" + "---|" * (len(KINDS) + 2)
    for place, ones in sorted(rows.items()):
        counts = Counter(one.reason.kind if one.reason else "" for one in ones if not one.seen)
        cells = [len(ones), sum(one.seen for one in ones), *(counts[kind] for kind in (*KINDS, ""))]
        example = next((f"{one.case}" for one in ones if one.case), "")
        yield " | ".join((f"| {place}", *(str(cell or "") for cell in cells), f"{example} |"))


def _unseen(found: Sequence[Found]) -> Iterator[str]:
    for one in found:
        if not one.seen and one.reason is None:
            yield f"- `{one.mutant.id}`: {NOT_EXPLAINED}"
    by_reason: dict[Reason, list[str]] = defaultdict(list)
    for one in found:
        if not one.seen and one.reason:
            by_reason[one.reason].append(one.mutant.id)
    for reason, names in by_reason.items():
        yield f"- {KINDS[reason.kind]}: {reason.why}"
        yield from (f"  - `{name}`" for name in names)


def problems(found: Sequence[Found], book: Book, before: str) -> list[str]:
    """`before`: the page as it was."""
    unseen = [one.mutant.id for one in found if not one.seen]
    return book.problems(unseen, listed=set(LISTED.findall(before)))


def look_again(root: Path, suite: hunt.Suite, names: set[str], jobs: int) -> dict[str, str]:
    """Of mutants that no kept call showed: the cases that see them, of all calls, some cases at a time.

    However many say something else: where a search ends early, the order of the cases would decide.
    """
    found: dict[str, str] = {}
    cases = list(suite.cases.items())
    with TemporaryDirectory() as folder:
        built = build(root, Path(folder), lambda one: one.id in names, ALL)
        for first in range(0, len(cases), AT_A_TIME):
            part = replace(suite, cases=dict(cases[first : first + AT_A_TIME]))
            seen_by = hunt.hunt(built, part, hunt.passes(built, part, both=True), jobs, ALL)
            found |= {one.id: case for one, case in zip(built.mutants, seen_by) if case is not None}
    return found


def main(root: Path = ROOT) -> int:
    jobs = os.cpu_count() or 1
    workspace = open_workspace(root, jobs)
    if code := workspace.pick(Selection()).tell():
        return code
    cases = workspace.cases
    book = Book(reasons.read((root / reasons.REASONS).read_text(encoding="utf-8")))
    suite = hunt.Suite(
        workspace,
        expected.load(root, cases, cases, (), []),
        descriptions.describe(root, workspace.images, cases, jobs),
        {case.case: case for case in cases},
    )
    with TemporaryDirectory() as folder:
        built = build(root, Path(folder))
        seen_by = hunt.hunt(built, suite, hunt.passes(built, suite), jobs)
    seen = {one.id: case for one, case in zip(built.mutants, seen_by) if case is not None}
    left = {one.id for one in built.mutants if one.id not in seen and not book.reason(one.id)}
    seen |= look_again(root, suite, left, jobs)
    found = [Found(one, seen.get(one.id), book.reason(one.id)) for one in built.mutants]
    wrong = problems(found, book, (root / PAGE).read_text(encoding="utf-8"))
    write_atomically(root / PAGE, page(found).encode())
    print("\n".join((*wrong, *_total(found))))
    return FAILED if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
