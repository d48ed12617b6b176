"""Holds the accepted outcomes of a case against what the specification says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from trapframe.frames import environment, symbol
from trapframe.frames.symbol import SymbolError
from trapframe.model import CaseInfo, Difference, Record
from trapframe.prediction.description import Description, Recorded
from trapframe.prediction.processor import NotFollowed
from trapframe.prediction.follow import Given, Run, start
from trapframe.spec import OPEN, Specification
from trapframe.truth.expect import Outcome
from trapframe.truth.judge import differences

Choices = dict[str, int]


@dataclass(frozen=True)
class Prediction:
    """What came of one case on one profile."""

    case: str
    env: str
    profile: str
    followed: bool = False
    given: str = ""  # whose event is the golden file's: an instruction
    stopped: str = ""  # what isn't followed, nor anything behind it
    differences: tuple[Difference, ...] = ()
    choices: tuple[str, ...] = ()  # with which it differs; none where it does with the vendor's own
    rules: frozenset[str] = frozenset()  # that decided something
    unreached: tuple[str, ...] = ()  # accepted outcomes that no choice leads to

    @property
    def agrees(self) -> bool:
        return self.followed and not self.differences


@dataclass
class _Tried:
    """What all runs of a case came to."""

    runs: list[Run] = field(default_factory=list)
    matched: set[str] = field(default_factory=set)
    stopped: str = ""


def predict(
    spec: Specification, info: CaseInfo, told: Description, profile: str, outcomes: Sequence[Outcome]
) -> Prediction:
    """By the vendor's choices, and by each value of those that its manual leaves open: all accepted."""
    tried = _Tried()
    done: list[Choices] = []
    waiting: list[Choices] = [{}]
    wrong: tuple[Difference, ...] = ()
    while waiting and not wrong:
        choices = waiting.pop(0)
        done.append(choices)
        found = list(_with_choices(spec, info, told, profile, outcomes, choices, tried))
        if not found:
            return Prediction(info.case, info.env, profile, stopped=tried.stopped)
        wrong = min((differs for _, differs in found), key=len)
        asked = set().union(*(run.cpu.asked for run, _ in found))
        waiting += [more for more in _ways(asked, choices, profile) if more not in (*done, *waiting)]
    return Prediction(
        *(info.case, info.env, profile, True),
        given=next((run.events[0] for run in tried.runs if run.events), ""),
        stopped=next((run.stopped for run in tried.runs if run.stopped), ""),
        differences=wrong,
        choices=tuple(f"{name}={value}" for name, value in done[-1].items()) if wrong else (),
        rules=frozenset().union(*(run.cpu.rules for run in tried.runs)),
        unreached=tuple(one.name for one in outcomes if one.name not in tried.matched) if not wrong else (),
    )


def _ways(asked: set[str], choices: Choices, profile: str) -> Iterator[Choices]:
    names = [name for name in OPEN if name in asked and profile in OPEN[name]]
    for values in product((0, 1), repeat=len(names)):
        yield {**choices, **dict(zip(names, values))}


def _with_choices(
    spec: Specification,
    info: CaseInfo,
    told: Description,
    profile: str,
    outcomes: Sequence[Outcome],
    choices: Choices,
    tried: _Tried,
) -> Iterator[tuple[Run, tuple[Difference, ...]]]:
    """A run for each outcome, whose events it may take; one for all where it takes none."""
    alone: tuple[Run, Record] | None = None
    for golden in outcomes:
        try:
            run, record = alone or _run(spec, info, told, profile, golden, choices)
        except NotFollowed as error:
            tried.stopped = str(error)
            continue
        if not run.events and not run.stopped:
            alone = run, record
        tried.runs.append(run)
        names = symbol.symbols(info, record)
        wrong = tuple(one for one in differences(record, names, golden) if _counts(one, run))
        if not wrong:
            tried.matched.add(golden.name)
        yield run, wrong


def _run(
    spec: Specification,
    info: CaseInfo,
    told: Description,
    profile: str,
    golden: Outcome,
    choices: Choices,
) -> tuple[Run, Record]:
    texts = {entry.name: entry.expect for entry in golden.fields}
    head = symbol.symbols(info, told.head)
    ip = environment.of(info.env).ip

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
            address(f"{block}.{ip}"),
            address(f"{block}.cr2"),
        )

    run = Run(spec, told, start(spec, profile, told, choices), given)
    return run, run.run()


def _counts(one: Difference, run: Run) -> bool:
    """Not what the case's own code read, what the specification leaves open, and what isn't followed."""
    if ".sse" in one.field or (one.field.startswith(("value.", "memory.")) and not _is_read(one.field, run)):
        return False
    if run.stopped and not _is_before(one.field, len(run.frames)):
        return False
    open_bits = run.open.get(one.field, 0)
    return one.bits is None or not open_bits or bool(one.bits & ~open_bits)


def _is_read(name: str, run: Run) -> bool:
    """Whether it is among what the harness reads."""
    own = name.partition(".")[2].partition("+")[0]
    return own in {one.name if isinstance(one, Recorded) else one[0] for one in run.told.recorded}


def _is_before(name: str, frames: int) -> bool:
    """Of one of so many frames, and known when its handler began."""
    block, _, short = name.partition(".")
    return block.startswith("frame ") and int(block[6:]) <= frames and short != "at_end"
