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
from trapframe.spec import KINDS

TABLE = Path("docs/generated/engines-by-rules.json")  # `make docs`
ENVIRONMENTS = dict(zip(MODES, ("long64", "compat32", "pm32", "vm86", "real16"), strict=True))
# Rules of every delivery, which a case needn't be about.
ORDINARY = ("stack.aligned", "gate.interrupt-clears-if", "gate.trap-keeps-if", "double-fault.serially")
# What rules of a delivery begin with; others say why there was an event.
DELIVERY = ("idt.", "gate.", "stack.", "double-fault.", "into.", "real.", "virtual-8086.", "task-gate.")
# Rules that say what kind of event it was.
BOUNDARY = {"interrupt": "boundary.interrupt", "nmi": "boundary.nmi"}
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


def told(groups: tuple[Group, ...], answer: Answer) -> tuple[int, list[tuple[Deviation, int]]]:
    """How many cases go by the same rules, and what is seen in many of them, in how many.

    A delivery without a hitch is like hundreds of cases about other things: most of them have to show it.
    """
    decided = _decided(answer)
    vector = NO_VECTOR if answer.told["end"] == SHUTDOWN else answer.told["chain"][-1]["vector"]
    place = (ENVIRONMENTS[MODES[answer.state["mode"]]], vector)
    kind = BOUNDARY.get(KINDS[answer.state["kind"]])
    chosen = [one for one in groups if (one.env, one.vector) == place and _matches(one.rules, decided, kind)]
    cases = sum(one.cases for one in chosen)
    seen: Counter[Deviation] = Counter()
    for group in chosen:
        seen.update(group.seen)
    many = 4 if decided else 2
    found = [(one, count) for one, count in seen.items() if many * count >= cases]
    return cases, sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _decided(answer: Answer) -> set[str]:
    return {rule for rule, _, _, passed, *_ in answer.told["steps"] if not passed}.difference(ORDINARY)


def _matches(rules: tuple[str, ...], decided: set[str], kind: str | None) -> bool:
    """The same kind of event, and the same rules of the delivery."""
    own = {rule for rule in rules if rule.startswith(DELIVERY)}
    return own <= decided <= set(rules) and {rule for rule in BOUNDARY.values() if rule in rules} == (
        {kind} if kind else set()
    )
