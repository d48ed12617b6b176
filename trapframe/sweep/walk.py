"""Walks plans on engines, in parts; a state in which an engine ends is found, the rest is walked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from trapframe.engines.job import Job
from trapframe.engines.schedule import Scheduler, scheduler
from trapframe.model import End, RunResult
from trapframe.runs.choice import Chosen
from trapframe.sweep import told
from trapframe.sweep.rom import Part, environment
from trapframe.sweep.told import Counts, Difference, Found, Told, ToldError
from trapframe.system.process import Limit

ROWS = 1 << 17  # in one part
STEP = 1 << 12
RECORD = 1 << 22  # bytes that a guest may send
LOG = 300  # characters of what an engine says
QUICK, FULL = 1 << 14, 10_000_000  # states of a sweep, at most


@dataclass(frozen=True)
class Ends:
    """States of one sweep that end an engine: at so many it isn't walked to its end."""

    hangs: int = 40
    crashes: int = 1000  # and other ends that cost no time


class NotWalked(Exception):
    """An engine on which a sweep doesn't come to its end, and why."""


@dataclass(frozen=True)
class Sweep:
    """A sweep's ROM, and what it says of itself."""

    name: str
    base: bytes
    told: Told

    def engines(self, engines: Iterable[Chosen]) -> list[Chosen]:
        """Those that have its mode."""
        return having(self.base, engines)

    @property
    def whats(self) -> tuple[str, ...]:
        """On the first axis: what is executed, or what happens."""
        return next(iter(self.told.axes.values()), ())

    def rows(self, most: int) -> int:
        """Of the plan: the whole product, or all pairs of values and a sample."""
        return self.told.product if self.told.product <= most else max(most, self.told.pairs)

    def part_of(self, one: Chosen, part: Part) -> Part:
        """Of a sample an engine that would need days walks the first rows, which are the same states."""
        rows = max(one.engine.sample or part.rows, self.told.pairs)
        is_sample = part.rows != self.told.product
        if not is_sample or rows >= part.rows or part.end - part.begin < part.rows:
            return part
        return replace(part, end=rows, rows=rows)


@dataclass
class Walked:
    """What came of a sweep on an engine."""

    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0  # of all its parts, one after the other
    hangs: int = 0
    crashes: int = 0


Results = Mapping[tuple[str, str], "Walked | NotWalked"]  # by sweep and engine


def having(base: bytes, engines: Iterable[Chosen]) -> list[Chosen]:
    """The mode of this ROM."""
    return [one for one in engines if environment(base) in one.engine.environments]


def describe(name: str, base: bytes, engine: Chosen, timeout: float, launchers: Path | None) -> Sweep:
    """Its axes, as the guest knows them."""
    with scheduler(1, lambda job: Limit(timeout), launchers) as running:
        run = _one(running, name, Part(0, 0, 0, STEP).rom(base), engine)
    return Sweep(name, base, _read(run, ()))


@dataclass(frozen=True)
class Shown:
    """All of one state."""

    told: Told
    end: End
    difference: Difference | None


@contextmanager
def showing(
    sweep: Sweep, engine: Chosen, timeout: float, launchers: Path | None
) -> Iterator[Callable[[Part], Shown]]:
    """For parts of one state each."""
    with scheduler(1, lambda job: Limit(timeout), launchers) as running:

        def show(part: Part) -> Shown:
            run = _one(running, sweep.name, replace(part, step=1, show=True).rom(sweep.base), engine)
            said = _read(run, sweep.whats)
            if said.counts is None:
                return Shown(said, run.end, _death(said, run, sweep.whats))
            return Shown(said, run.end, next(iter(said.counts.classes), None))

        yield show


def _one(running: Scheduler, name: str, rom: bytes, engine: Chosen) -> RunResult:
    running.submit([_job(name, engine, rom)])
    for _, run, _ in running.results():
        return run
    raise KeyboardInterrupt


def _job(name: str, one: Chosen, rom: bytes) -> Job:
    return Job(name, replace(one.engine, most=RECORD), one.id, rom, 0)


def _read(run: RunResult, whats: Sequence[str]) -> Told:
    if run.end is End.MISSING or not run.serial:
        raise NotWalked(f"{run.end.value}: {run.why or run.log.strip()[-LOG:] or 'it sends nothing'}")
    try:
        return told.read(run.serial, whats)
    except ToldError as error:
        raise NotWalked(str(error)) from error


def walk(
    parts: Sequence[tuple[Sweep, Part]],
    engines: Sequence[Chosen],
    jobs: int,
    timeout: float,
    launchers: Path | None,
    farm: str = "",
    ends: Ends = Ends(),
) -> Results:
    """Each part on each engine that has its mode. They are cut up; what comes doesn't depend on how."""
    results: dict[tuple[str, str], Walked | NotWalked] = {
        (sweep.name, one.id): Walked() for sweep, _ in parts for one in sweep.engines(engines)
    }
    sweeps = {sweep.name: sweep for sweep, _ in parts}
    waiting: dict[str, tuple[str, Part]] = {}

    with scheduler(jobs, lambda job: Limit(timeout), launchers, farm) as running:

        def submit(name: str, one: Job, part: Part) -> None:
            if part.begin == part.end:
                return
            key = f"{name} {part.begin:x}:{part.end:x}{' shown' if part.show else ''}"
            waiting[f"{one.engine_id} {key}"] = (name, part)
            running.submit([replace(one, case=key, image=part.rom(sweeps[name].base))])

        for sweep, part in parts:
            for one in sweep.engines(engines):
                job, its = _job(sweep.name, one, b""), sweep.part_of(one, part)
                for begin in range(its.begin, its.end, ROWS):
                    submit(sweep.name, job, replace(its, begin=begin, end=min(begin + ROWS, its.end)))
        for job, run, _ in running.results():
            name, part = waiting.pop(f"{job.engine_id} {job.case}")
            mine = results[name, job.engine_id]
            if isinstance(mine, NotWalked):
                continue
            try:
                for more in _take(mine, part, run, sweeps[name].whats, ends):
                    submit(name, job, more)
            except NotWalked as error:
                results[name, job.engine_id] = error
    return results


def _take(mine: Walked, part: Part, run: RunResult, whats: Sequence[str], ends: Ends) -> Sequence[Part]:
    """What has to be walked because of how this part ended."""
    said = _read(run, whats)
    mine.seconds += run.seconds
    if part.show:
        return _died(mine, part, said, run, whats, ends)
    if said.complaint:
        raise NotWalked(said.complaint)
    if said.counts is not None and run.end is End.EXIT:
        if said.counts.walked != part.end - part.begin:
            raise NotWalked(f"it walked {said.counts.walked} states of {part.end - part.begin}")
        mine.counts += said.counts
        return []
    if said.at is None or not part.begin <= said.at < part.end:
        raise NotWalked(f"{run.end.value}: {run.why or run.log.strip()[-LOG:]}")
    behind = min(said.at + part.step, part.end)
    before, rest = replace(part, end=said.at), replace(part, begin=behind)
    if part.step > 1:  # more precisely
        return [before, replace(part, begin=said.at, end=behind, step=1), rest]
    return [before, replace(part, begin=said.at, end=behind, show=True), rest]


def _died(
    mine: Walked, part: Part, said: Told, run: RunResult, whats: Sequence[str], ends: Ends
) -> Sequence[Part]:
    """The state alone, told whole."""
    if said.counts is not None and run.end is End.EXIT:
        raise NotWalked(f"it ended in state {part.begin:x}, and doesn't when that comes alone")
    if run.end is End.TIMEOUT:
        mine.hangs += 1
    else:
        mine.crashes += 1
    if mine.hangs == ends.hangs or mine.crashes == ends.crashes:
        raise NotWalked(f"{mine.hangs} states never ended, and {mine.crashes} ended it")
    key = _death(said, run, whats)
    if key is None:
        raise NotWalked(f"state {part.begin:x}, alone: {run.end.value} before it begins")
    mine.counts += Counts(1, compared=1, classes={key: Found(part.begin, 1)})
    return []


def _death(said: Told, run: RunResult, whats: Sequence[str]) -> Difference | None:
    """The class of a state that ends the engine; None where it doesn't come so far."""
    if said.decided is None:
        return None
    what, instruction, first, last, wanted = said.decided
    return Difference(whats[what], instruction, first, last, wanted, (f"end={run.end.value}",))
