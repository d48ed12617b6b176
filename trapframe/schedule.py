"""Runs jobs over an Executor and hands their results on as they come."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import contextmanager
from types import FrameType

from trapframe.job import Job
from trapframe.model import RunResult
from trapframe.process import Stop

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Pending = dict[Future[RunResult | None], Job]


def submit(jobs: Sequence[Job], executor: Executor, run: Callable[[Job], RunResult | None]) -> Pending:
    return {executor.submit(run, job): job for job in jobs}


def results(pending: Pending) -> Iterator[tuple[Job, RunResult]]:
    """In the order in which they end. What was stopped has no result."""
    for future in as_completed(list(pending)):
        job, result = pending.pop(future), future.result()
        if result is not None:
            yield job, result


@contextmanager
def stopping(stop: Stop) -> Iterator[None]:
    """Meanwhile Ctrl-C and the like end the jobs; the main thread goes on to report what is finished."""

    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
