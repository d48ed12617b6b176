"""Holds the accepted outcomes of a case against what the specification says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from trapframe.frames import environment, symbol
from trapframe.frames.symbol import SymbolError
from trapframe.model import CaseInfo, Difference
from trapframe.prediction.description import Description
from trapframe.prediction.execute import NotFollowed
from trapframe.prediction.follow import Given, Run, start
from trapframe.spec import OPEN, Specification
from trapframe.truth.expect import Outcome
from trapframe.truth.judge import differences

INSTRUCTION, EVENT = "instruction", "event"


@dataclass(frozen=True)
class Prediction:
    """What came of one case on one profile."""

    case: str
    env: str
    profile: str
    kind: str = ""  # what was predicted from: the instruction, or the golden file's event; nothing: not followed
    reason: str = ""  # why not, or why the event is the golden file's
    differences: tuple[Difference, ...] = ()
    rules: tuple[str, ...] = ()  # that decided something
    choices: tuple[str, ...] = ()  # with which it differs; none where it does with the vendor's own

    @property
    def agrees(self) -> bool:
        return bool(self.kind) and not self.differences


def predict(
    spec: Specification, info: CaseInfo, told: Description, profile: str, outcomes: Sequence[Outcome]
) -> Prediction:
    """By the vendor's choices, and by each value of those that its manual leaves open."""
    base = Prediction(info.case, info.env, profile)
    kinds: set[str] = set()
    reasons: list[str] = []
    rules: set[str] = set()
    tried: list[dict[str, int]] = []
    waiting: list[dict[str, int]] = [{}]
    while waiting:
        choices = waiting.pop(0)
        tried.append(choices)
        found = []
        asked: set[str] = set()
        for golden in outcomes:
            try:
                run, wrong = _one(spec, info, told, profile, golden, choices)
            except NotFollowed as error:
                reasons.append(str(error))
                continue
            asked |= run.cpu.asked
            rules |= run.cpu.rules
            kinds.add(EVENT if run.events else INSTRUCTION)
            reasons += run.events
            found.append(wrong)
        if not found:
            return Prediction(info.case, info.env, profile, reason=reasons[0] if reasons else "")
        nearest = min(found, key=len)
        kind = EVENT if EVENT in kinds else INSTRUCTION
        if nearest:
            named = tuple(f"{name}={value}" for name, value in choices.items())
            return Prediction(
                info.case, info.env, profile, kind, reasons[0] if reasons else "", nearest, tuple(sorted(rules)), named
            )
        for more in _ways(asked, choices, profile):
            if more not in tried and more not in waiting:
                waiting.append(more)
    return Prediction(
        info.case, info.env, profile, kind, reasons[0] if reasons and kind == EVENT else "", (), tuple(sorted(rules))
    )


def _ways(asked: set[str], choices: dict[str, int], profile: str) -> Iterator[dict[str, int]]:
    names = [name for name in OPEN if name in asked and profile in OPEN[name]]
    for values in product((0, 1), repeat=len(names)):
        yield {**choices, **dict(zip(names, values))}


def _one(
    spec: Specification,
    info: CaseInfo,
    told: Description,
    profile: str,
    golden: Outcome,
    choices: dict[str, int],
) -> tuple[Run, tuple[Difference, ...]]:
    texts = {entry.name: entry.expect for entry in golden.fields}
    head = symbol.symbols(info, told.head)
    env = environment.of(info.env)

    def address(name: str) -> int | None:
        if name not in texts or texts[name].text in ("any", "kept"):
            return None
        try:
            return symbol.resolve_address(head, texts[name].text)
        except SymbolError:
            return None

    def given(number: int) -> Given | None:
        block = f"frame {number}"
        if f"{block}.vector" not in texts:
            return None
        error = texts[f"{block}.error"]
        return Given(
            int(texts[f"{block}.vector"].text, 16),
            None if error.text == "none" else error.number,
            address(f"{block}.{env.ip}"),
            address(f"{block}.cr2"),
        )

    run = Run(spec, told, start(spec, profile, told, choices), given)
    record = run.run()
    names = symbol.symbols(info, record)
    wrong = differences(record, names, golden)
    return run, tuple(one for one in wrong if _counts(one, run.open))


def _counts(one: Difference, open_bits: dict[str, int]) -> bool:
    if one.field.startswith(("value.", "memory.")) or ".sse" in one.field:
        return False
    return not (one.bits is not None and one.field in open_bits and not one.bits & ~open_bits[one.field])
