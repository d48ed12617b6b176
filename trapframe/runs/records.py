"""What each of some cases did on each engine, without a judgement and without a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trapframe.engines.schedule import scheduler
from trapframe.frames import record
from trapframe.model import CaseInfo, End, Record, RunResult
from trapframe.runs import absent
from trapframe.runs.choice import Chosen, job_of
from trapframe.suite.workspace import Workspace
from trapframe.system.process import Limit


class NotDelivered(Exception):
    """An engine didn't deliver what a golden section could be made of."""


class Unsupported(NotDelivered):
    """Its processor lacks what the case needs, or it has no such environment."""


def boot(
    workspace: Workspace, selected: Sequence[CaseInfo], chosen: Sequence[Chosen], timeout: float, jobs: int
) -> list[tuple[CaseInfo, Mapping[str, RunResult]]]:
    """Each of these cases, with what it did on each engine."""
    runs: dict[str, dict[str, RunResult]] = {info.case: {} for info in selected}
    pairs = [(info, one) for info in selected for one in chosen]
    for info, one in pairs:
        if absent.is_absent(info, one):
            runs[info.case][one.id] = absent.result(info, one)
    with scheduler(jobs, lambda job: Limit(timeout)) as running:
        running.submit(job_of(workspace, info, one) for info, one in pairs if not absent.is_absent(info, one))
        for done, result, _ in running.results():
            runs[done.case][done.engine_id] = result
    return [(info, runs[info.case]) for info in selected]


def whole_record(info: CaseInfo, run: RunResult) -> Record:
    if run.end is End.NONE:
        raise Unsupported(run.log)
    try:
        found = record.parse(run.serial)
    except record.RecordError as error:
        raise NotDelivered(f"{run.end.value}: {error}") from error
    if found.case != info.case:
        raise NotDelivered(f"the record is of {found.case}")
    if found.unsupported:
        raise Unsupported(f"UNSUPPORTED, its CPU fails the need '{found.unsupported}'")
    if not found.start:
        raise NotDelivered(f"{run.end.value}: the record has no line 'start'")
    return found


def ended_record(info: CaseInfo, run: RunResult) -> Record:
    """The record of a run that came to an end of its own."""
    if run.end not in (End.EXIT, End.SHUTDOWN, End.NONE):
        raise NotDelivered(f"{run.end.value} after {run.seconds:.1f} s")
    return whole_record(info, run)
