"""What measured engines do instead: their deviations in cases that go by the same rules as an answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trapframe.ask.fields import MODES
from trapframe.ask.library import Answer
from trapframe.ask.view import SHUTDOWN

TABLE = Path("docs/generated/engines-by-rules.json")  # `make docs`
ENVIRONMENTS = dict(zip(MODES, ("long64", "compat32", "pm32", "vm86", "real16"), strict=True))
# Rules of every delivery, which a case needn't be about.
ORDINARY = ("stack.aligned", "gate.interrupt-clears-if", "gate.trap-keeps-if", "double-fault.serially")
NO_VECTOR = -1


@dataclass(frozen=True, order=True)
class Deviation:
    engine: str  # "qemu 11.1.3"
    id: str  # of the quirk
    reason: str


@dataclass(frozen=True)
class Group:
    """Cases of one environment and last exception that go by the same rules."""

    env: str
    vector: int
    rules: tuple[str, ...]  # without the ordinary ones
    cases: int
    seen: Mapping[Deviation, int]  # in so many of them


def read(root: Path) -> tuple[Group, ...]:
    table = json.loads((root / TABLE).read_text(encoding="utf-8"))
    deviations = [Deviation(*one) for one in table["deviations"]]
    return tuple(
        Group(env, vector, tuple(rules), cases, {deviations[number]: count for number, count in seen})
        for env, vector, rules, cases, seen in table["cases"]
    )


def asks_for(answer: Answer) -> tuple[str, int, frozenset[str]]:
    """Environment, last vector, rules."""
    told = answer.told
    vector = NO_VECTOR if told["end"] == SHUTDOWN else told["chain"][-1]["vector"]
    decided = {rule for rule, _, _, passed, *_ in told["steps"] if not passed}
    return ENVIRONMENTS[MODES[answer.state["mode"]]], vector, frozenset(decided.difference(ORDINARY))


def matching(groups: tuple[Group, ...], answer: Answer) -> list[Group]:
    """Those that go by all of its rules; of a delivery without a hitch those that have none, either."""
    env, vector, decided = asks_for(answer)
    return [
        one
        for one in groups
        if (one.env, one.vector) == (env, vector)
        and (decided <= set(one.rules) if decided else not one.rules)
    ]


def told(groups: tuple[Group, ...], answer: Answer) -> tuple[int, list[tuple[Deviation, int]]]:
    """How many cases, and what is seen in how many of them; without a hitch only what most of them show."""
    chosen = matching(groups, answer)
    cases = sum(one.cases for one in chosen)
    seen: Counter[Deviation] = Counter()
    for group in chosen:
        seen.update(group.seen)
    special = bool(asks_for(answer)[2])
    found = [(one, count) for one, count in seen.items() if special or 2 * count >= cases]
    return cases, sorted(found, key=lambda pair: (-pair[1], pair[0]))
