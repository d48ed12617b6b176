"""What sweeps say of engines: which quirk shows in one, and for findings.md what no case has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trapframe.engines.version import in_range
from trapframe.sweep import known
from trapframe.sweep.known import Known
from trapframe.truth.quirk import Quirk

PAGE = Path("docs/generated/sweep-quirks.md")
HEAD = """\
# Which quirk a sweep finds by itself

Written by `make docs` from `expected/quirks/` and `expected/sweeps/`. By each quirk the sweeps in which
it shows, or - where it shows in none: it is of an instruction, a mode or a state that no sweep has.
Behind them stands what sweeps alone have found, which is a quirk of no case.
"""


def read(root: Path, kinds: Sequence[str]) -> dict[str, tuple[Known, ...]]:
    """By engine; those without a file of expected/sweeps aren't in it."""
    found = {kind: known.load(root, kind) for kind in kinds}
    return {kind: ones for kind, ones in found.items() if ones}


def page(swept: Mapping[str, Sequence[Known]], quirks: Mapping[str, Sequence[Quirk]]) -> str:
    parts = [HEAD]
    for kind, ones in swept.items():
        parts += _engine(kind, ones, [one.id for one in quirks.get(kind, ())])
    return "\n".join(parts)


def _engine(kind: str, ones: Sequence[Known], quirks: Sequence[str]) -> Iterator[str]:
    sweeps: dict[str, set[str]] = {}
    for one in ones:
        sweeps.setdefault(one.id, set()).update(one.sweeps)
    own = list(dict.fromkeys(one.id for one in ones if one.own))
    yield f"## {kind}\n"
    yield f"{sum(name in sweeps for name in quirks)} of {len(quirks)} quirks, and {len(own)} more.\n"
    yield "| quirk | sweeps |"
    yield "|---|---|"
    for name in [*quirks, *own]:
        shown = ", ".join(f"`{sweep}`" for sweep in sorted(sweeps.get(name, ())))
        yield f"| {name} | {shown or '-'} |"
    yield ""


def section(swept: Sequence[Known], kind: str, name: str, releases: Sequence[str]) -> Iterator[str]:
    """Of one engine, for findings.md: what its newest release shows in sweeps, and in no case."""
    newest = releases[-1]
    mine = [one for one in swept if one.own and in_range(newest, one.versions)]
    if not mine:
        return
    yield f"### {name}: found by sweeps, in no case\n"
    yield "[Sweeps](../sweeps.md) hold whole spaces of states against the specification. After"
    yield f"`./runner.py sweep SWEEP -e {kind}@{newest}`, with a class of its report,"
    yield f"`./runner.py sweep SWEEP -e {kind}@{newest} --show CLASS --shrink` shows the least state that"
    yield "differs so: its axes, the rules that decide, what must come, and what comes.\n"
    yield f"| deviation | {' | '.join(releases)} | sweeps | rules | what is seen |"
    yield f"|---|{':-:|' * len(releases)}---|---|---|"
    for identity in dict.fromkeys(one.id for one in mine):
        ones = [one for one in mine if one.id == identity]
        marks = " | ".join(
            "●" if any(in_range(release, one.versions) for one in ones) else "·" for release in releases
        )
        names = sorted({sweep for one in ones for sweep in one.sweeps})
        rules = [
            rule for rule in dict.fromkeys(rule for one in ones for rule in one.rules) if rule not in "*-"
        ]
        yield (
            f"| {identity} | {marks} | {_code(names)} | {_code(rules) or 'any'}"
            f" | {ones[0].reason.replace('|', chr(92) + '|')} |"
        )
    yield ""


def _code(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
