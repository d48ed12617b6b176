"""Processes that judge while others run: the lock of the interpreter lets one judge one result at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, Pipe
from queue import SimpleQueue

from trapframe.engines.job import Job
from trapframe.model import Judgement, RunResult
from trapframe.system.interrupt import SIGNALS

Judge = Callable[[str, str, RunResult], Judgement]  # of a case, of an engine by its id in the run
STDERR = 2


class Judges:
    """Called by any thread; each judge serves one at a time."""

    def __init__(self, lines: list[Connection]) -> None:
        self._free: SimpleQueue[Connection] = SimpleQueue()
        for line in lines:
            self._free.put(line)

    def judge(self, job: Job, result: RunResult) -> Judgement | None:
        """None where the judge has died: then whoever asks has to do it."""
        line = self._free.get()
        try:
            line.send((job.case, job.engine_id, result))
            judgement: Judgement = line.recv()
            return judgement
        except (EOFError, OSError):
            return None
        finally:
            self._free.put(line)


@contextmanager
def judges(count: int, judge: Judge) -> Iterator[Judges]:
    """They know what this process knows now, and end with it, whatever ends it: that closes their lines."""
    lines = []
    children = []
    try:
        for _ in range(count):
            ours, theirs = Pipe()
            child = os.fork()
            if child == 0:
                _serve(theirs, judge)
            theirs.close()
            lines.append(ours)
            children.append(child)
        yield Judges(lines)
    finally:
        for line in lines:
            line.close()
        for child in children:
            try:
                os.waitpid(child, 0)
            except ChildProcessError:
                pass


def _serve(line: Connection, judge: Judge) -> None:
    """Of what it inherits it keeps its line: a pipe that it held open would seem to have a writer."""
    try:
        signal.set_wakeup_fd(-1)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        os.closerange(STDERR + 1, line.fileno())
        os.closerange(line.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        while True:
            line.send(judge(*line.recv()))
    except (EOFError, OSError):
        pass  # the runner is at its end
    finally:
        os._exit(0)
