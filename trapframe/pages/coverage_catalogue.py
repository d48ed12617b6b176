"""`make coverage-catalogue`: which rows of the catalogue have a case, which a reason, which neither."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from trapframe.model import CaseInfo
from trapframe.frames.environment import ENVIRONMENTS
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.folders import ROOT

CATALOGUE = Path("docs/data/catalogue.tsv")
REASONS = Path("docs/not-covered.md")
COLUMNS = ("id", "environment", "vector", "error_code", "trigger")
COVERED, EXPLAINED, MISSING = "covered", "explained", "missing"

# Families of which every row in these environments has a case or a reason, which a test holds.
FINISHED = frozenset("apic bp br db de df frame idt int iret ist nm nmi of pf pri resume triple".split())
FINISHED_ENVIRONMENTS = frozenset({"long64", "compat32"})


@dataclass(frozen=True)
class Row:
    """One line of the catalogue: a situation, and what the manual makes of it."""

    id: str
    environment: str
    vector: str
    error_code: str
    trigger: str

    @property
    def family(self) -> str:
        return self.id.partition("-")[0]

    @property
    def finished(self) -> bool:
        return self.family in FINISHED and self.environment in FINISHED_ENVIRONMENTS


def read_catalogue(text: str) -> tuple[Row, ...]:
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(Row(**{name: line[name] for name in COLUMNS}) for line in reader)


def explained(text: str) -> frozenset[str]:
    """The rows with a line in docs/not-covered.md: `- ID, ID: reason`."""
    found: set[str] = set()
    for names in re.findall(r"^- ([a-z0-9]+(?:-[a-z0-9]+)+(?:, [a-z0-9-]+)*): ", text, re.MULTILINE):
        found.update(names.split(", "))
    return frozenset(found)


def states(rows: Iterable[Row], cases: Iterable[CaseInfo], reasons: frozenset[str]) -> dict[Row, str]:
    """A row that has a case and a reason is covered: the reason then is about a part of it."""
    covered = {(name, case.env) for case in cases for name in case.ids}
    return {
        row: (
            COVERED if (row.id, row.environment) in covered else EXPLAINED if row.id in reasons else MISSING
        )
        for row in rows
    }


def unknown(rows: Iterable[Row], cases: Iterable[CaseInfo], reasons: frozenset[str]) -> Iterator[str]:
    """What cases and reasons say of rows that don't exist."""
    known = {row.id for row in rows}
    for case in cases:
        for name in case.ids:
            if name not in known:
                yield f"{case.case}: the catalogue has no row {name}"
    for name in sorted(reasons - known):
        yield f"{REASONS}: the catalogue has no row {name}"


def summary(found: Mapping[Row, str]) -> str:
    """The counts of each family and environment, the missing rows of those that have a case, the sum."""
    counts = Counter((row.family, row.environment, state) for row, state in found.items())
    groups = dict.fromkeys((row.family, row.environment) for row in found)
    ordered = sorted(groups, key=lambda group: (group[0], ENVIRONMENTS.index(group[1])))
    lines = [f"{'family':<8} {'environment':<11} {COVERED:>9} {EXPLAINED:>9} {MISSING:>9}"]
    for group in ordered:
        covered, reasons, missing = (counts[*group, state] for state in (COVERED, EXPLAINED, MISSING))
        lines.append(f"{group[0]:<8} {group[1]:<11} {covered:>9} {reasons:>9} {missing:>9}")
    started = {group for group in ordered if counts[*group, COVERED]}
    lacking = [row for row, state in found.items() if state == MISSING]
    lines += ["", "missing, of the families and environments that have a case:"]
    lines += [
        f"{row.id:<40} {row.environment:<8} {row.vector:<8} {row.error_code:<8} {row.trigger}"
        for row in lacking
        if (row.family, row.environment) in started
    ] or ["none"]
    sums = Counter(found.values())
    lines += [
        "",
        f"{len(found)} rows: {sums[COVERED]} covered, {sums[EXPLAINED]} explained, {sums[MISSING]} missing;"
        f" missing of finished families: {sum(row.finished for row in lacking)}",
    ]
    return "\n".join(lines) + "\n"


def main(root: Path = ROOT) -> int:
    workspace = open_workspace(root, os.cpu_count() or 1, images=False)
    code = workspace.pick(Selection()).tell()
    rows = read_catalogue((root / CATALOGUE).read_text(encoding="utf-8"))
    reasons = explained((root / REASONS).read_text(encoding="utf-8"))
    print(summary(states(rows, workspace.cases, reasons)), end="")
    for message in unknown(rows, workspace.cases, reasons):
        print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
