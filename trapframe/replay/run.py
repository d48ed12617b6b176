"""Boots the ROMs with the tests on engines, once more behind each test in which an engine ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trapframe.engines.job import Job
from trapframe.engines.schedule import scheduler
from trapframe.model import End, RunResult
from trapframe.replay import table
from trapframe.replay.moo import Test
from trapframe.replay.table import ReplayError, Result
from trapframe.runs.choice import Chosen
from trapframe.system.process import Limit

BOOTS = 200  # of one ROM, at most: an engine that ends in every other test tells nothing
ENDS = {
    End.SHUTDOWN: "a shutdown",
    End.TIMEOUT: "no end",
    End.CRASH: "a crash of the engine",
    End.FLOOD: "too long a record",
}
LOG = 300  # characters of what an engine says


@dataclass(frozen=True)
class Outcome:
    """Of one test: a result, or how the engine ended in it."""

    result: Result | None
    end: str = ""


class NotReplayed(Exception):
    """An engine that doesn't come to the tests' end, and why."""


@dataclass(frozen=True)
class _Rom:
    image: bytes
    first: int  # of all tests
    count: int


Outcomes = dict[int, Outcome]  # by the test's number


def replay(
    base: bytes,
    tests: Sequence[Test],
    engines: Sequence[Chosen],
    jobs: int,
    timeout: float,
    launchers: Path | None,
) -> dict[str, Outcomes | NotReplayed]:
    """By engine. `base`: the ROM without a table."""
    roms = _roms(base, tests)
    found: dict[str, Outcomes] = {one.id: {} for one in engines}
    failed: dict[str, NotReplayed] = {}
    boots: Counter[tuple[str, str]] = Counter()
    with scheduler(jobs, lambda job: Limit(timeout), launchers) as running:
        for one in engines:
            for number, rom in enumerate(roms):
                running.submit([Job(str(number), one.engine, one.id, rom.image, 0)])
        for job, run, _ in running.results():
            rom, mine = roms[int(job.case)], found[job.engine_id]
            boots[job.engine_id, job.case] += 1
            try:
                following = _read(rom, job.variant, run, mine)
                if following is not None and boots[job.engine_id, job.case] == BOOTS:
                    raise NotReplayed(f"{BOOTS} of {rom.count} tests ended it")
            except (NotReplayed, ReplayError) as error:
                failed[job.engine_id] = NotReplayed(str(error))
                continue
            if following is not None:
                running.submit([Job(job.case, job.engine, job.engine_id, rom.image, following)])
    return {name: failed.get(name, mine) for name, mine in found.items()}


def _roms(base: bytes, tests: Sequence[Test]) -> list[_Rom]:
    roms: list[_Rom] = []
    for image, some in table.images(base, tests):
        roms.append(_Rom(image, sum(rom.count for rom in roms), len(some)))
    return roms


def _read(rom: _Rom, first: int, run: RunResult, outcomes: Outcomes) -> int | None:
    """Takes what a boot that began with test `first` says. The test with which the next one begins."""
    if run.end is End.MISSING or not run.serial:
        raise NotReplayed(f"{run.end.value}: {run.why or run.log.strip()[-LOG:] or 'it sends nothing'}")
    results, is_whole = table.parse(run.serial)
    if list(results) != list(range(first, first + len(results))) or len(results) > rom.count - first:
        raise ReplayError(f"expected the tests from {first} to {rom.count - 1} in their order")
    outcomes |= {rom.first + number: Outcome(result) for number, result in results.items()}
    following = first + len(results)
    if is_whole and run.end is End.EXIT:
        if following != rom.count:
            raise ReplayError(f"the record ends with test {following - 1} of {rom.count}")
        return None
    if run.end in (End.TIMEOUT, End.FLOOD) and results and following < rom.count:
        return following  # it may only be slow, or have more to say than fits
    if following < rom.count:
        outcomes[rom.first + following] = Outcome(None, ENDS.get(run.end, run.end.value))
        return following + 1 if following + 1 < rom.count else None
    raise NotReplayed(f"{run.end.value} behind the last test")
