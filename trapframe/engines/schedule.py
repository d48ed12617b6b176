"""Runs jobs over an Executor and hands their results on as they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from trapframe.engines.job import Job, run_job
from trapframe.engines.launcher import Servers
from trapframe.model import Judgement, RunResult
from trapframe.system import interrupt, process, scratch
from trapframe.system.interrupt import STOP, Stop
from trapframe.system.process import Limit

LimitOf = Callable[[Job], Limit]
After = Callable[[Job, RunResult], Judgement | None]
Ran = tuple[RunResult, Judgement | None] | None | RunResult  # None: stopped; alone: of elsewhere
Elsewhere = Callable[[Job, Limit], RunResult]
LOOK = 0.5  # seconds after which it is looked whether a signal came
AHEAD = 512  # jobs of one worker that are ready: enough for a second in which nobody takes results
PORTION = 64  # of them made at once


class Scheduler:
    """Takes jobs at any time, gives results in the order in which they end."""

    def __init__(
        self,
        executor: Executor,
        limit: LimitOf,
        ahead: int,
        folder: Path,
        stop: Stop,
        servers: Servers | None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._executor = executor
        self._elsewhere = elsewhere
        self._ahead = ahead
        self._folder = folder
        self.stop = stop
        self.servers = servers
        # What a job may take, and what a worker does with its result. Both may be set while jobs are under
        # way: they count for each that begins, or ends, from then on.
        self.limit = limit
        self.after: After = lambda job, result: None
        self._waiting: deque[Iterator[Job]] = deque()
        self._pending: dict[Future[Ran], Job] = {}
        self._ended: SimpleQueue[Future[Ran]] = SimpleQueue()

    def submit(self, jobs: Iterable[Job]) -> None:
        """They are made as results are taken: all of them at once take time, and memory."""
        self._waiting.append(iter(jobs))
        self._begin()

    def _begin(self) -> None:
        future: Future[Any]
        ready = min(len(self._pending) + PORTION, self._ahead)
        while self._waiting and len(self._pending) < ready and not self._is_stopped:
            job = next(self._waiting[0], None)
            if job is None:
                self._waiting.popleft()
                continue
            if self._elsewhere:
                future = self._executor.submit(self._elsewhere, job, self.limit(job))
            else:
                future = self._executor.submit(self._run, job)
            self._pending[future] = job
            future.add_done_callback(self._ended.put)

    @property
    def _is_stopped(self) -> bool:
        return self.stop.is_set or STOP.is_set

    def _run(self, job: Job) -> Ran:
        if self._is_stopped:
            return None
        fork = self.servers.fork(job.engine) if self.servers else None
        serve = self.servers.serve(job.engine) if self.servers else None
        result = run_job(job, self.limit(job), self._folder, self.stop, fork, serve)
        return (result, self.after(job, result)) if result else None

    def results(self, wait: bool = True) -> Iterator[tuple[Job, RunResult, Judgement | None]]:
        """Of all jobs submitted so far, or of those that have ended. What was stopped has none."""
        while self._pending and (wait or not self._ended.empty()):
            try:
                future = self._ended.get(timeout=LOOK if self._elsewhere else None)
            except Empty:
                if STOP.is_set:  # what runs elsewhere doesn't see it
                    return
                continue
            job, ran = self._pending.pop(future), future.result()
            self._begin()
            if isinstance(ran, RunResult):
                ran = (ran, self.after(job, ran))
            if ran is not None:
                yield job, *ran


@contextmanager
def scheduler(
    workers: int, limit: LimitOf, launchers: Path | None = None, farm: str = ""
) -> Iterator[Scheduler]:
    """On leaving, whatever the reason, no process of its jobs is left and neither are their files.

    `launchers`: the folder of the libraries by which emulators are started once for many jobs; `farm`: where
    other machines' workers are to be had, in place of our own.
    A signal ends the jobs, and raises KeyboardInterrupt when the results of those that had ended are out.
    """
    with interrupt.held(), scratch.folder() as folder:
        spared = process.adopt_orphans()
        stop = Stop()
        servers = Servers(launchers, folder) if launchers and not farm else None
        try:
            with _executor(workers, farm) as (executor, elsewhere):
                try:
                    yield Scheduler(executor, limit, AHEAD * workers, folder, stop, servers, elsewhere)
                except BaseException:
                    stop.set()
                    raise
        finally:
            if servers:
                servers.close()
            process.end_orphans(spared)
            stop.close()


@contextmanager
def _executor(workers: int, farm: str) -> Iterator[tuple[Executor, Elsewhere | None]]:
    """And what it runs, where that isn't here."""
    if farm:
        from trapframe.engines import farm as other

        with other.executor(farm) as executor:
            yield executor, other.run
    else:
        with ThreadPoolExecutor(workers) as executor:
            yield executor, None
