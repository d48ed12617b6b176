"""docs/generated/double-fault-matrix*.md: what the rule says of each pair of exceptions, and what engines do.

`make docs` writes them from golden files and the recorded quirks, so they need no engine, and a test can hold
them to be current; that engines do just this is what each run of the cases checks.
`python3 -m trapframe.pages.matrix REPORT.json` prints the same tables of a run, of any emulator.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trapframe.frames import record
from trapframe.frames.decode import vector_name
from trapframe.model import CaseInfo, End, EngineId, Verdict
from trapframe.pages.pairs import CONSTRUCTED
from trapframe.prediction.library import specification
from trapframe.report import json as report_json
from trapframe.report.folder import ReportError
from trapframe.spec import Specification
from trapframe.system.folders import ROOT
from trapframe.truth import expect, golden, quirk
from trapframe.truth.expect import GoldenFile, Outcome
from trapframe.truth.quirk import Quirk

SECOND = {
    "ts": "#TS",
    "np": "#NP",
    "ss": "#SS",
    "gp": "#GP",
    "pf": "#PF",
}  # what a delivery can raise at will

# SDM 3A "Interrupt 8-Double Fault Exception (#DF)", table "Interrupt and Exception Classes".
CLASSES: dict[str, dict[str, str]] = {
    "benign": {
        "db": "#DB, single step",
        "db_code": "#DB, instruction breakpoint",
        "nmi": "NMI",
        "bp": "#BP",
        "of": "#OF",
        "br": "#BR",
        "ud": "#UD",
        "nm": "#NM",
        "mf": "#MF",
        "ac": "#AC",
        "xm": "#XM",
        "int": "INT n",
        "irq": "interrupt",
    },
    "contributory": {
        "de": "#DE",
        "ts": "#TS",
        "np": "#NP",
        "ss": "#SS",
        "gp": "#GP",
        "cp": "#CP",
    },
    "page fault": {"pf": "#PF"},
    "double fault": {"df": "#DF"},
}
SHUTDOWN, NOTHING = "shutdown", "nothing"
NOT_RUN = (Verdict.UNSUPPORTED.value, Verdict.NEW.value)
NOT_RUN_CELL = ("not run", "-")

Cells = Mapping[tuple[str, str], str]  # by first and second


@dataclass(frozen=True)
class Matrix:
    """The pairs of one environment: sections FIRST_SECOND of a golden file, behind its name."""

    file: str
    title: str
    page: str  # below docs/generated
    by: str  # what raises the second exception, column by column
    other: str  # the other environment's page

    @property
    def family(self) -> str:
        return self.file.partition("/")[0]


LONG64 = Matrix(
    "double_fault/matrix",
    "Double faults, pair by pair",
    "double-fault-matrix.md",
    "a stack beyond the TSS's limit, a gate that isn't\npresent, a stack pointer that isn't canonical, "
    "a gate of a wrong type, a stack on a missing page",
    "In 64-bit mode; [in 32-bit protected mode](double-fault-matrix-32.md).",
)
PM32 = Matrix(
    "pm_double_fault/matrix",
    "Double faults in 32-bit protected mode, pair by pair",
    "double-fault-matrix-32.md",
    "an SS1 whose RPL is another, a gate that isn't\npresent, an SS1 that isn't present, a gate of a "
    "wrong type, an ESP1 on a missing page",
    "[In 64-bit mode](double-fault-matrix.md).",
)
MATRICES = (LONG64, PM32)

HEAD = """\
# {title}

A first event (a row) whose delivery raises a second exception (a column). The cases are those of
`cases/{file}.c`. {other}

## The rule

SDM 3A "Interrupt 8-Double Fault Exception (#DF)": an exception on the way to the handler of a benign one is
delivered in its place; two contributory exceptions make #DF, and so does a contributory exception or a page
fault on the way to the handler of #PF; either on the way to the handler of #DF makes a shutdown. The columns
are the exceptions that a delivery can raise at will: by {by}.

The table is what [the specification](../spec.md) says of these events, each constructed with this one
defect. A cell in bold: the golden file of the case has another outcome, and one of the two is wrong.
"""
ENGINES = """
## The engines

What comes in the cases, each with a program of its own. In parentheses: the fields of the record that differ
from the golden file. **Bold**: not what the rule says. A dash: the processor lacks the feature, or the case
didn't run.
"""
RECORDED = """
Written by `make docs` from `expected/{file}.txt` and the quirks in `expected/quirks/`;
a run of the cases fails where one of these releases does anything else. `python3 -m trapframe.pages.matrix
REPORT.json` prints the same tables of a run.
"""


@dataclass(frozen=True)
class Release:
    """A release of an engine whose quirks are recorded, and what its processor lacks."""

    title: str
    kind: str
    version: str
    lacks: frozenset[str] = frozenset()

    @property
    def engine(self) -> EngineId:
        return EngineId(self.kind, self.kind, self.version, "intel", "", "")


RELEASES = (
    Release("QEMU 7.2", "qemu", "7.2", frozenset({"cet_ibt"})),
    Release("QEMU 11.1.3", "qemu", "11.1.3", frozenset({"cet_ibt"})),
    Release("Bochs 2.7, as Tiger Lake", "bochs", "2.7"),
    Release("Bochs 3.1, as Tiger Lake", "bochs", "3.1"),
)


def recorded_matrix(
    spec: Specification,
    subject: Matrix,
    matrix: GoldenFile,
    cases: Iterable[CaseInfo],
    quirks: Mapping[str, Sequence[Quirk]],
) -> str:
    """The page: the rule's table, then one for each release, as its quirks say."""
    parts = [
        HEAD.format(**vars(subject)),
        _table(held(spec, subject, matrix)),
        ENGINES,
        RECORDED.format(file=subject.file),
    ]
    infos = tuple(cases)
    for release in RELEASES:
        kinds, cells = recorded(subject, matrix, infos, quirks[release.kind], release)
        parts += [f"\n### {release.title}\n", _table(cells), "\n", _summary(kinds)]
        parts += _causes(subject, matrix, quirks[release.kind], release)
    return "\n".join("".join(parts).splitlines()) + "\n"


def recorded(
    subject: Matrix,
    matrix: GoldenFile,
    cases: Iterable[CaseInfo],
    quirks: Sequence[Quirk],
    release: Release,
) -> tuple[Counter[str], Cells]:
    """How many cells are of which kind, and the cells."""
    needs = {case.case.partition("/")[2]: case.needs for case in cases if case.file == subject.file}
    cells: dict[tuple[str, str], str] = {}
    counts: Counter[str] = Counter()
    for pair, name in _pairs(section.name for section in matrix.sections):
        wanted = expect.outcomes(matrix, name, release.engine.profile)[0]
        came, fields = _recorded(wanted, quirks, release.engine, f"{subject.family}/{name}")
        runs = not release.lacks.intersection(needs[name])
        kind, cells[pair] = _cell(_required(wanted), came, fields) if runs else NOT_RUN_CELL
        counts[kind] += 1
    return counts, cells


def _recorded(
    wanted: Outcome, quirks: Iterable[Quirk], engine: EngineId, case: str
) -> tuple[str, Sequence[str]]:
    """What comes by the quirks, and the fields that differ."""
    mine = quirk.active(quirks, engine, case)
    for one in mine:
        instead = quirk.instead_of(one, case)
        if one.outcome or one.came or instead:
            return one.outcome or " or ".join(one.came) or _required(instead or wanted), ()
    changed, touched = quirk.apply(mine, wanted)
    order = [entry.name for entry in changed.fields]
    return _required(changed), [_short(name) for name in sorted(touched, key=order.index)]


def _causes(subject: Matrix, matrix: GoldenFile, quirks: Iterable[Quirk], release: Release) -> list[str]:
    """A line for each quirk that touches the matrix."""
    names = [f"{subject.family}/{name}" for _, name in _pairs(s.name for s in matrix.sections)]
    found: dict[str, str] = {}
    for case in names:
        wanted = expect.outcomes(matrix, case.partition("/")[2], release.engine.profile)[0]
        for one in quirk.active(quirks, release.engine, case):
            if one.outcome or one.came or quirk.instead_of(one, case) or quirk.apply((one,), wanted)[1]:
                found[one.id] = f"- `{one.id}`: {one.reason}\n"
    return ["\n", *(found[name] for name in sorted(found))] if found else []


def held(spec: Specification, subject: Matrix, matrix: GoldenFile) -> Cells:
    """What the specification says of each pair that has a case, and where the golden file says other."""
    said = {pair: CONSTRUCTED[subject.file](spec, *pair) for pair in _rule(matrix, "intel")}
    return {
        pair: said[pair] if said[pair] == wanted else f"**{said[pair]}, the golden file: {wanted}**"
        for pair, wanted in _rule(matrix, "intel").items()
    }


def double_fault_matrix(
    spec: Specification, subject: Matrix, matrix: GoldenFile, report: Mapping[str, Any]
) -> str:
    """The same of a report: the rule's table, then one for each of its engines."""
    parts = [HEAD.format(**vars(subject)), _table(held(spec, subject, matrix)), ENGINES]
    for engine in report["engines"]:
        counts, cells = measured(subject, matrix, report, engine)
        if cells:
            parts += [f"\n### {engine['name']} {engine['version']}, profile {engine['profile']}\n"]
            parts += [_table(cells), "\n", _summary(counts)]
    return "\n".join("".join(parts).splitlines()) + "\n"


def measured(
    subject: Matrix, matrix: GoldenFile, report: Mapping[str, Any], engine: Mapping[str, Any]
) -> tuple[Counter[str], Cells]:
    """How many cells are of which kind, and the cells, of one engine of a report."""
    entries = [entry for entry in report["results"] if entry["engine_id"] == engine["id"]]
    return _engine(subject, _rule(matrix, engine["profile"]), entries)


def _rule(matrix: GoldenFile, profile: str) -> Cells:
    """What the golden file requires of each pair, on a processor of this profile."""
    return {
        pair: _required(expect.outcomes(matrix, name, profile)[0])
        for pair, name in _pairs(section.name for section in matrix.sections)
    }


def _pairs(names: Iterable[str]) -> Iterator[tuple[tuple[str, str], str]]:
    for name in dict.fromkeys(names):
        file, _, rest = name.partition("_")
        first, _, second = rest.rpartition("_")
        if file == "matrix":
            yield (first, second), name


def _required(outcome: Outcome) -> str:
    fields = {entry.name: entry.expect.text for entry in outcome.fields}
    if fields["end"] == End.SHUTDOWN.value:
        return SHUTDOWN
    return vector_name(int(fields["frame 1.vector"], 16)) if "frame 1.vector" in fields else NOTHING


def _engine(subject: Matrix, rule: Cells, entries: Iterable[Mapping[str, Any]]) -> tuple[Counter[str], Cells]:
    mine = (entry for entry in entries if entry["case"].startswith(f"{subject.file}_"))
    found = {entry["case"].partition("/")[2]: entry for entry in mine}
    cells: dict[tuple[str, str], str] = {}
    counts: Counter[str] = Counter()
    for pair, name in _pairs(found):
        if pair in rule:
            entry = found[name]
            fields = [_short(difference["field"]) for difference in entry["diff"]]
            runs = entry["verdict"] not in NOT_RUN
            kind, cells[pair] = _cell(rule[pair], _came(entry), fields) if runs else NOT_RUN_CELL
            counts[kind] += 1
    return counts, cells


def _short(field: str) -> str:
    return field.removeprefix("frame 1.")


def _cell(wanted: str, came: str, fields: Sequence[str]) -> tuple[str, str]:
    """The cell's kind and its text."""
    if came != wanted:
        return "another", f"**{came}**"
    return ("fields", f"{came} ({', '.join(fields)})") if fields else ("right", came)


def _came(entry: Mapping[str, Any]) -> str:
    """What was delivered first, by the record that the engine sent."""
    if entry["end"] == End.SHUTDOWN.value:
        return SHUTDOWN
    try:
        found = record.parse(entry["serial"].encode("ascii", "replace"))
    except record.RecordError:
        return str(entry["verdict"])
    if entry["end"] != End.EXIT.value or not found.complete:
        return str(entry["verdict"])
    return vector_name(found.frames[0].vector) if found.frames else NOTHING


def _table(cells: Cells) -> str:
    lines = [f"| first | class | {' | '.join(SECOND.values())} |", "|---" * (len(SECOND) + 2) + "|"]
    for name, rows in CLASSES.items():
        for first, label in rows.items():
            if any(pair[0] == first for pair in cells):
                across = [cells.get((first, second), "-") for second in SECOND]
                lines.append(f"| {label} | {name} | {' | '.join(across)} |")
    return "\n" + "\n".join(lines) + "\n"


def _summary(counts: Mapping[str, int]) -> str:
    return (
        f"{sum(counts.values())} pairs: {counts['right']} as the rule says, {counts['fields']} with other "
        f"fields, {counts['another']} with another outcome, {counts['not run']} not run.\n"
    )


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("usage: python3 -m trapframe.pages.matrix REPORT.json", file=sys.stderr)
        return 2
    try:
        report = report_json.read(Path(arguments[0]))
        goldens = [(one, golden.read(ROOT / "expected" / f"{one.file}.txt")) for one in MATRICES]
    except (ReportError, golden.GoldenError, OSError) as error:
        print(f"matrix: {error}", file=sys.stderr)
        return 2
    spec = specification(ROOT, 1)
    print("\n".join(double_fault_matrix(spec, *pair, report) for pair in goldens), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
