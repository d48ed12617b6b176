"""Runs jobs over an Executor and hands their results on as they come."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from trapframe import process
from trapframe.job import Job, run_job
from trapframe.model import RunResult

Limit = Callable[[Job], float]  # the seconds after which a job is killed
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Scheduler:
    """Takes jobs at any time, gives results in the order in which they end."""

    def __init__(self, executor: Executor, limit: Limit, scratch: Path, stop: process.Stop) -> None:
        self._executor = executor
        self._limit = limit
        self._scratch = scratch
        self.stop = stop
        self._pending: dict[Future[RunResult | None], Job] = {}

    def submit(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            self._pending[self._executor.submit(self._run, job)] = job

    def _run(self, job: Job) -> RunResult | None:
        return None if self.stop.is_set else run_job(job, self._limit(job), self._scratch, self.stop)

    def results(self) -> Iterator[tuple[Job, RunResult]]:
        """Of all jobs submitted so far. What was stopped has no result."""
        for future in as_completed(list(self._pending)):
            job, result = self._pending.pop(future), future.result()
            if result is not None:
                yield job, result


@contextmanager
def scheduler(workers: int, limit: Limit) -> Iterator[Scheduler]:
    """On leaving, whatever the reason, no process of its jobs is left and neither are their files."""
    spared = process.adopt_orphans()
    stop = process.Stop()
    scratch = Path(tempfile.mkdtemp(prefix="trapframe-"))
    try:
        with _stopping(stop), ThreadPoolExecutor(workers) as executor:
            try:
                yield Scheduler(executor, limit, scratch, stop)
            except BaseException:
                stop.set()
                raise
    finally:
        process.end_orphans(spared)
        shutil.rmtree(scratch, ignore_errors=True)
        stop.close()


@contextmanager
def _stopping(stop: process.Stop) -> Iterator[None]:
    """Meanwhile Ctrl-C and the like end the jobs; the main thread goes on to report what is finished."""

    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    ignored = (signal.SIGHUP,) if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else ()  # nohup
    before = {number: signal.signal(number, handle) for number in SIGNALS if number not in ignored}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
