"""Which mutants the golden files see: where one says something else the case is predicted with it."""

from __future__ import annotations

import mmap
import os
import select
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from trapframe.model import CaseInfo
from trapframe.mutants.calls import Kept, pointers
from trapframe.mutants.library import Built
from trapframe.prediction import every
from trapframe.prediction.compare import predict
from trapframe.prediction.description import Description
from trapframe.spec import VENDORS
from trapframe.suite.workspace import Workspace
from trapframe.truth.expect import Outcome, required
from trapframe.truth.expected import Expected

SECONDS = 5.0  # of the processor: a mutant may loop; what takes long on a busy machine doesn't
SLOWER = 20  # a mutant's prediction may take so many times as long as the specification's besides
TRIES = 150  # of cases in which the mutant says something else


@dataclass(frozen=True)
class Suite:
    """The cases, and what is known of them."""

    workspace: Workspace
    known: Expected
    sent: Mapping[str, bytes]
    cases: Mapping[str, CaseInfo]

    def told(self, case: str) -> Description:
        info = self.cases[case]
        return every.described(self.workspace.images[info.file], info, self.sent[case])


@dataclass(frozen=True)
class Pass:
    """A case on one profile that agrees with the specification, and its calls of that."""

    case: str
    vendor: str
    steps: int
    seconds: float  # of the processor
    stopped: bool  # behind its first frames
    unreached: bool  # an outcome that no choice of the specification itself leads to
    calls: tuple[Kept, ...]


def passes(built: Built, suite: Suite, both: bool = False) -> list[Pass]:
    """Those of all cases, one of each family first.

    `both`: on the second profile even where nothing differs there, for mutants that ask a choice where the
    specification doesn't.
    """
    built.library.calls.forget()
    found = []
    for info in _mixed(suite.cases.values()):
        if info.case in every.UNTOLD or info.case not in suite.sent:
            continue
        told = suite.told(info.case)
        outcomes: Sequence[Outcome] = ()
        for vendor in VENDORS:
            before, outcomes = outcomes, required(suite.known.outcomes(info, vendor))
            if not outcomes:
                continue
            if outcomes == before and not both and not built.library.vendors_differ():
                continue  # what both have in common one of them shows
            start = time.process_time()
            with built.library.kept() as calls:
                plain = predict(built.library, info, told, vendor, outcomes)
            seconds = time.process_time() - start
            if plain.agrees:
                steps, stopped, unreached = built.library.steps, bool(plain.stopped), bool(plain.unreached)
                found.append(Pass(info.case, vendor, steps, seconds, stopped, unreached, tuple(calls)))
    return found


def _mixed(cases: Iterable[CaseInfo]) -> list[CaseInfo]:
    places: Counter[str] = Counter()
    ranked = []
    for info in cases:
        places[info.file] += 1
        ranked.append((places[info.file], info))
    return [info for _, info in sorted(ranked, key=lambda one: one[0])]


class _Shared:
    """What a process leaves when a mutant ends it: what came of each mutant, and its place."""

    SIZE = 4

    def __init__(self, mutants: int, first: int) -> None:
        self._map = mmap.mmap(-1, self.SIZE * (mutants + 1))
        self._last = mutants
        self.place = first

    @property
    def place(self) -> int:
        """The mutant that is tried."""
        return self[self._last]

    @place.setter
    def place(self, mutant: int) -> None:
        self[self._last] = mutant

    def __getitem__(self, number: int) -> int:
        return int.from_bytes(self._map[self.SIZE * number : self.SIZE * (number + 1)], "little")

    def __setitem__(self, number: int, value: int) -> None:
        self._map[self.SIZE * number : self.SIZE * (number + 1)] = value.to_bytes(self.SIZE, "little")


UNSEEN, BROKEN = 0, 1  # else a pass's number and FIRST
FIRST = 2
CHUNK = 1000  # calls


@dataclass(frozen=True)
class _Hunt:
    """`calls`: by mutant, those that reach it, with the number of their pass."""

    built: Built
    suite: Suite
    passes: Sequence[Pass]
    calls: Sequence[Sequence[tuple[Kept, int]]]
    shared: Sequence[_Shared]  # of each process
    tries: int  # cases in which a mutant says something else, before it is given up

    def start(self, job: int) -> int:
        """Another process, which goes on behind the job's place."""
        pid = os.fork()
        if not pid:
            code = 1
            try:
                shared = self.shared[job]
                for mutant in range(shared.place, len(self.built.mutants), len(self.shared)):
                    shared.place = mutant
                    shared[mutant] = self._try(mutant)
                code = 0
            finally:
                os._exit(code)
        return pid

    def _try(self, mutant: int) -> int:
        tries = 0
        for number in self._differing(mutant):
            if sees(self.built, self.suite, self.passes[number], mutant):
                return FIRST + number
            tries += 1
            if tries == self.tries:
                break
        return UNSEEN

    def _differing(self, mutant: int) -> Iterator[int]:
        """Passes with a call of which the mutant says something else."""
        done = set()
        for first in range(0, len(self.calls[mutant]), CHUNK):
            chunk = self.calls[mutant][first : first + CHUNK]
            calls, at = pointers([kept for kept, _ in chunk]), -1
            while True:
                with limited(SECONDS):
                    at = self.built.library.calls.differs(calls, at + 1, mutant)
                if at >= len(chunk):
                    break
                number = chunk[at][1]
                if number not in done:
                    done.add(number)
                    yield number


def hunt(
    built: Built, suite: Suite, all_passes: Sequence[Pass], jobs: int, tries: int = TRIES
) -> list[str | None]:
    """By mutant: the case that sees it; "" where it breaks the program.

    Chance has no part in it: each process has mutants of its own.
    """
    calls: list[list[tuple[Kept, int]]] = [[] for _ in built.mutants]
    for number, one in enumerate(all_passes):
        for kept in one.calls:
            for mutant in kept.reached:
                if built.mutants[mutant].vendor in ("", one.vendor):
                    calls[mutant].append((kept, number))
    shared = [_Shared(len(built.mutants), job) for job in range(jobs)]
    work = _Hunt(built, suite, all_passes, calls, shared, tries)
    poll, running = select.poll(), dict[int, tuple[int, int]]()

    def start(job: int) -> None:
        pid = work.start(job)
        end = os.pidfd_open(pid)
        running[end] = pid, job
        poll.register(end, select.POLLIN)

    for job in range(jobs):
        start(job)
    while running:
        end = poll.poll()[0][0]
        poll.unregister(end)
        os.close(end)
        pid, job = running.pop(end)
        status = os.waitpid(pid, 0)[1]
        if not status:
            continue
        mutant = shared[job].place
        if not os.WIFSIGNALED(status):
            raise RuntimeError(f"{built.mutants[mutant].id}: status {status:#x}")
        shared[job][mutant] = BROKEN
        shared[job].place = mutant + jobs
        start(job)
    found = [shared[mutant % jobs][mutant] for mutant in range(len(built.mutants))]
    return [(None, "", *(one.case for one in all_passes))[number] for number in found]


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """SIGVTALRM ends a process in which a mutant loops."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def sees(built: Built, suite: Suite, one: Pass, mutant: int) -> bool:
    """A difference, an accepted outcome that isn't reached any more, or a program that can't be followed."""
    info = suite.cases[one.case]
    told, outcomes = suite.told(one.case), required(suite.known.outcomes(info, one.vendor))
    built.library.begin(mutant, 2 * one.steps + 100)
    with limited(SECONDS + SLOWER * one.seconds):
        try:
            found = predict(built.library, info, told, one.vendor, outcomes)
        except Exception:  # whatever a machine that can't be leads to
            return True
    if found.differences or found.unreached and not one.unreached:
        return True
    return not one.stopped and (bool(found.stopped) or not found.followed)
