"""Which mutants the golden files see: cases that come through one are predicted with it, until one fails."""

from __future__ import annotations

import mmap
import os
import select
import signal
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from trapframe.model import CaseInfo
from trapframe.mutants.library import NONE, Built
from trapframe.prediction import every
from trapframe.prediction.compare import predict
from trapframe.prediction.description import Description
from trapframe.spec import VENDORS
from trapframe.suite.workspace import Workspace
from trapframe.truth.expect import Outcome, required
from trapframe.truth.expected import Expected

SECONDS = 0.5  # of the processor, for one prediction: a mutant may loop
FEW = 100  # tries


@dataclass(frozen=True)
class Suite:
    """The cases, and what is known of them."""

    workspace: Workspace
    known: Expected
    sent: Mapping[str, bytes]
    cases: Mapping[str, CaseInfo]


@dataclass(frozen=True)
class Pass:
    """A case on one profile that agrees with the specification, and the mutants that it passes through."""

    case: str
    vendor: str
    steps: int
    stopped: bool  # behind its first frames
    mutants: tuple[int, ...]


def passes(built: Built, suite: Suite) -> list[Pass]:
    """Those of all cases, the shortest first."""
    found = []
    for info in suite.cases.values():
        if info.case in every.UNTOLD or info.case not in suite.sent:
            continue
        told = every.described(suite.workspace.images[info.file], info, suite.sent[info.case])
        for vendor in VENDORS:
            if not (outcomes := required(suite.known.outcomes(info, vendor))):
                continue
            built.library.begin(NONE, 0)
            plain = predict(built.library, info, told, vendor, outcomes)
            if plain.agrees:
                mutants = tuple(
                    number
                    for number in built.library.reached()
                    if built.mutants[number].vendor in ("", vendor)
                )
                found.append(Pass(info.case, vendor, built.library.steps, bool(plain.stopped), mutants))
    return sorted(found, key=lambda one: (one.steps, one.case, one.vendor))


class _Shared:
    """What a process leaves when a mutant ends it: which are seen, how often each was tried, its place."""

    SIZE = 4

    def __init__(self, mutants: int) -> None:
        self._map = mmap.mmap(-1, self.SIZE * (2 * mutants + 2))
        self._mutants = mutants

    def __getitem__(self, number: int) -> int:
        return int.from_bytes(self._map[self.SIZE * number : self.SIZE * (number + 1)], "little")

    def __setitem__(self, number: int, value: int) -> None:
        self._map[self.SIZE * number : self.SIZE * (number + 1)] = value.to_bytes(self.SIZE, "little")

    def seen(self, mutant: int) -> bool:
        return bool(self[mutant])

    def see(self, mutant: int) -> None:
        self[mutant] = 1

    def tries(self, mutant: int) -> int:
        return self[self._mutants + mutant]

    def place(self) -> tuple[int, int]:
        """The pass and the mutant."""
        return self[2 * self._mutants], self[2 * self._mutants + 1]

    def move(self, number: int, mutant: int) -> None:
        self[2 * self._mutants], self[2 * self._mutants + 1] = number, mutant
        self[self._mutants + mutant] += 1


@dataclass(frozen=True)
class _Hunt:
    """`explained`: mutants that few tries are enough for, since nobody expects them to be seen."""

    built: Built
    suite: Suite
    passes: Sequence[Pass]
    explained: Collection[int]
    shared: Sequence[_Shared]  # of each process

    def start(self, job: int) -> int:
        """Another process, which goes on at the job's place."""
        pid = os.fork()
        if not pid:
            code = 1
            try:
                for number in range(self.shared[job].place()[0], len(self.passes)):
                    self._try(number, job)
                code = 0
            finally:
                os._exit(code)
        return pid

    def _try(self, number: int, job: int) -> None:
        one, shared = self.passes[number], self.shared[job]
        waiting = [
            mutant
            for mutant in one.mutants
            if mutant % len(self.shared) == job and self._is_wanted(mutant, job)
        ]
        if not waiting:
            return
        info = self.suite.cases[one.case]
        told = every.described(self.suite.workspace.images[info.file], info, self.suite.sent[one.case])
        outcomes = required(self.suite.known.outcomes(info, one.vendor))
        for mutant in waiting:
            shared.move(number, mutant)
            if sees(self.built, info, told, one, outcomes, mutant):
                shared.see(mutant)

    def _is_wanted(self, mutant: int, job: int) -> bool:
        few = mutant in self.explained and self.shared[job].tries(mutant) >= FEW
        return not few and not self.shared[job].seen(mutant)


def hunt(
    built: Built, suite: Suite, all_passes: Sequence[Pass], jobs: int, explained: Collection[int] = ()
) -> list[bool]:
    """By mutant: whether a case sees it. Each process has mutants of its own: chance has no part in it."""
    work = _Hunt(built, suite, all_passes, explained, [_Shared(len(built.mutants)) for _ in range(jobs)])
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
        number, mutant = work.shared[job].place()
        if not os.WIFSIGNALED(status):
            raise RuntimeError(f"{all_passes[number].case}, {built.mutants[mutant].id}: status {status:#x}")
        work.shared[job].see(mutant)  # it breaks the program
        start(job)
    return [work.shared[mutant % jobs].seen(mutant) for mutant in range(len(built.mutants))]


def sees(
    built: Built, info: CaseInfo, told: Description, one: Pass, outcomes: Sequence[Outcome], mutant: int
) -> bool:
    """A difference, or a program that goes where the specification can't follow it any more."""
    built.library.begin(mutant, 2 * one.steps + 100)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        found = predict(built.library, info, told, one.vendor, outcomes)
    except Exception:  # whatever a machine that can't be leads to
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return bool(found.differences) or not one.stopped and (bool(found.stopped) or not found.followed)
