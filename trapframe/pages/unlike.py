"""`make unlike`: where each release does what the manual allows and no processor was seen to do."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from io import StringIO
from pathlib import Path

from trapframe.engines.version import order
from trapframe.report import loaded
from trapframe.report.folder import ReportError
from trapframe.report.loaded import Report
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT

DATA = Path("docs/data/unlike.tsv")


class UnlikeError(Exception):
    """docs/data/unlike.tsv says something that can't be."""

    exit_code = 5


@dataclass(frozen=True)
class Row:
    """One field on one release: in how many cases, and the first of them."""

    engine: str
    release: str
    field: str  # whatever its frame
    cases: int
    example: str
    silicon: str
    seen: str


def collect(reports: Iterable[Report]) -> list[Row]:
    """By engine, release and field; a case counts once, whatever its profile and its frames.

    A release that is free of what others of its engine show has a row, too: it was looked at.
    """
    found: dict[tuple[str, str, str], dict[str, tuple[str, str]]] = {}
    releases: set[tuple[str, str]] = set()
    for report in reports:
        releases |= {(one.kind, one.version) for one in report.engines.values()}
        for result in report.results.values():
            engine = report.engines[result.engine_id]
            for one in result.unlike:
                field = one.field.partition(".")[2] if one.field.startswith("frame ") else one.field
                key = (engine.kind, engine.version, field)
                texts = (_symbolic(one.expected), _symbolic(one.actual))
                found.setdefault(key, {}).setdefault(result.case, texts)
    for kind, release in releases:
        for field in {field for other, _, field in found if other == kind}:
            found.setdefault((kind, release, field), {})
    rows = [
        Row(*key, len(cases), first, *cases.get(first, ("", "")))
        for key, cases in found.items()
        for first in [min(cases, default="")]
    ]
    return sorted(rows, key=lambda row: (row.engine, row.field, order(row.release)))


def _symbolic(text: str) -> str:
    """Without the number, which is another in each build, but with the bits that differ."""
    name, bracket, meaning = text.partition(" (")
    return name if not name.startswith("0x") else name + bracket + meaning


def write(rows: Iterable[Row]) -> str:
    text = StringIO()
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerow([one.name for one in fields(Row)])
    table.writerows(astuple(row) for row in rows)
    return text.getvalue()


def read(path: Path) -> list[Row]:
    try:
        head, *lines = csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t")
        if head != [one.name for one in fields(Row)]:
            raise ValueError(f"expected the columns {' '.join(one.name for one in fields(Row))}")
        return [Row(a, b, c, int(count), *rest) for a, b, c, count, *rest in lines]
    except (OSError, ValueError, TypeError) as error:
        raise UnlikeError(f"{DATA}: {error}; `make unlike` writes it") from error


def section(rows: Sequence[Row], kind: str, name: str) -> Iterator[str]:
    """Of one engine, for findings.md; nothing without any."""
    mine = [row for row in rows if row.engine == kind]
    if not mine:
        return
    yield f"### {name}: allowed by the manual, unlike every processor seen\n"
    yield "No deviations: golden files leave these fields open, and say in `silicon` lines what processors"
    yield "do. The numbers are cases; `./runner.py diff` shows one, `./runner.py explain` says who saw it.\n"
    releases = sorted({row.release for row in mine}, key=order)
    yield f"| field | {' | '.join(releases)} | for example | processors | {name} |"
    yield f"|---|{'--:|' * len(releases)}---|---|---|"
    for field in dict.fromkeys(row.field for row in mine):
        counts = {row.release: row.cases for row in mine if row.field == field}
        last = max(
            (row for row in mine if row.field == field and row.cases), key=lambda row: order(row.release)
        )
        numbers = " | ".join(str(counts[release]) for release in releases)
        yield f"| `{field}` | {numbers} | `{last.example}` | {last.silicon} | {last.seen} |"
    yield ""


def main(paths: Sequence[str], root: Path = ROOT) -> int:
    try:
        rows = collect(loaded.load(Path(path)) for path in paths)
    except ReportError as error:
        print(f"unlike: {error}", file=sys.stderr)
        return error.exit_code
    write_atomically(root / DATA, write(rows).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
