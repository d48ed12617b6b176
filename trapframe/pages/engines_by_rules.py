"""docs/generated/engines-by-rules.json: deviations of the newest releases by the specification's rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trapframe.ask.engines import ORDINARY, Deviation
from trapframe.engines.description import load_table
from trapframe.engines.version import in_range, order
from trapframe.frames import environment
from trapframe.model import CaseInfo
from trapframe.truth import quirk
from trapframe.truth.expected import Expected
from trapframe.truth.quirk import Quirk

RULES = Path("docs/data/rules-of-cases.tsv")  # `make prediction`
HEAD = """\
# Which cases go by which rules of the specification: `make prediction` writes it, `make docs` reads it.
# Environment, last vector (-1: a shutdown, or none), rules that decided, cases.
"""


@dataclass(frozen=True)
class Group:
    env: str
    vector: int
    rules: tuple[str, ...]
    cases: tuple[str, ...]


def mode_of(case: str, env: str) -> str:
    """Virtual-8086 programs are cases of 32-bit protected mode: theirs have it in their names."""
    return "vm86" if "vm86" in case else env


def group(cases: Iterable[tuple[str, str, int, Iterable[str]]]) -> tuple[Group, ...]:
    """Of each case its name, environment, last vector, and rules."""
    found: dict[tuple[str, int, tuple[str, ...]], list[str]] = {}
    for case, env, vector, rules in cases:
        found.setdefault((env, vector, tuple(sorted(set(rules).difference(ORDINARY)))), []).append(case)
    return tuple(Group(*key, tuple(sorted(names))) for key, names in sorted(found.items()))


def write(groups: Iterable[Group]) -> str:
    lines = (
        "\t".join((one.env, str(one.vector), " ".join(one.rules), " ".join(one.cases))) for one in groups
    )
    return HEAD + "".join(f"{line}\n" for line in lines)


def read(root: Path) -> Iterator[Group]:
    for line in (root / RULES).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            env, vector, rules, cases = line.split("\t")
            yield Group(env, int(vector), tuple(rules.split()), tuple(cases.split()))


def page(root: Path, cases: Mapping[str, CaseInfo], found: Expected) -> str:
    """`found`: all golden files, and the quirks of all measured engines."""
    groups = list(read(root))
    seen = [Counter[Deviation]() for _ in groups]
    for kind, releases in sorted(found.measured.items()):
        newest = max(releases, key=order)
        quirks = [
            one for one in found.quirks.get(kind, ()) if in_range(newest, one.versions) and one.holds("intel")
        ]
        index = quirk.Index(quirks)
        environments = load_table(root / "engines" / f"{kind}.toml").get("environments", environment.ALL)
        for group, counts in zip(groups, seen, strict=True):
            for case in group.cases if (group.env if group.env != "vm86" else "pm32") in environments else ():
                for one in index.covering(case):
                    if case in cases and _shows(one, cases[case], found):
                        counts[Deviation(f"{kind} {newest}", one.id, one.reason)] += 1
    deviations = sorted({one for counts in seen for one in counts})
    numbers = {one: number for number, one in enumerate(deviations)}
    table: dict[str, list[Any]] = {
        "deviations": [[one.engine, one.id, one.reason] for one in deviations],
        "cases": [
            [
                one.env,
                one.vector,
                one.rules,
                len(one.cases),
                sorted([numbers[key], n] for key, n in counts.items()),
            ]
            for one, counts in zip(groups, seen, strict=True)
        ],
    }
    return _lines(table)


def _lines(table: Mapping[str, list[Any]]) -> str:
    """A row a line."""
    parts = [
        f'"{name}": [\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]"
        for name, rows in table.items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


def _shows(one: Quirk, info: CaseInfo, found: Expected) -> bool:
    """Whether it makes anything of what the manual requires of the case."""
    if one.outcome or quirk.is_whole(one, info.case):
        return True
    outcomes = found.outcomes(info, "intel")
    return bool(outcomes) and bool(quirk.apply([one], outcomes[0])[1])
