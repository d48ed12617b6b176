"""The results of one run: takes them as they come, judges and reports them."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trapframe.engines import launcher
from trapframe.engines.job import Job
from trapframe.engines.schedule import Scheduler
from trapframe.model import CaseInfo, Judgement, RunResult, Verdict
from trapframe.report import group, json, terminal
from trapframe.runs import absent, ending, repeat
from trapframe.runs.choice import Chosen, amd_twin, jobs_of, old_twins
from trapframe.runs.ending import Ended
from trapframe.runs.judging import judged
from trapframe.runs.options import Options
from trapframe.suite import revision
from trapframe.suite.select import Selection
from trapframe.suite.workspace import Picked, Workspace
from trapframe.system import interrupt
from trapframe.system.process import Limit
from trapframe.system.text import printable
from trapframe.truth import expected, quirk
from trapframe.truth.expected import Expected

if TYPE_CHECKING:
    from trapframe.report.loaded import Report

KNOWN_TIMEOUT = Limit(2.0, 0.5)  # of a case that a quirk says to time out: a hundred times what others take
SERVED = 4  # workers that one judge serves: a run takes several times as long as its judgement


class Results:
    """What one run knows; its methods stand in the order in which they happen."""

    def __init__(
        self,
        root: Path,
        options: Options,
        workspace: Workspace,
        picked: Picked,
        chosen: list[Chosen],
        stored: Report | None,
        commit: str | None,
        began: float,
    ) -> None:
        self.root = root
        self.options = options
        self.workspace = workspace
        self.picked = picked
        self.selected = picked.cases
        self.infos = {info.case: info for info in picked.cases}
        self.chosen = chosen
        self.began = began
        self.header: dict[str, Any] = {
            "commit": commit,
            "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "arguments": sys.argv[1:],
            "inputs": revision.inputs(root),
            "shard": _shard(options.selection),
        }
        self.expected = Expected()
        self.stored = stored
        header = {**self.header, "engines": self.engine_entries()}
        kept = _kept(options.report, header) if options.resume else []
        self.writer = json.Writer(options.report, header)
        self.causes = group.Causes()
        self.keep(kept)
        self.screen: terminal.Screen = terminal.Plain()
        self.interrupted = False
        self.servers: launcher.Servers | None = None
        self.runs: dict[tuple[str, str], list[RunResult]] = {}  # of --repeat, until all of them are there

    def keep(self, entries: Iterable[dict[str, Any]]) -> None:
        """Results of an earlier run whose record is whole."""
        labels = {one.id: one.label for one in self.chosen}
        for entry in entries:
            if (
                entry["case"] in self.infos
                and len(entry["serial"]) < json.SERIAL
                and entry["serial"].isascii()
            ):
                self.writer.add(entry, entry["serial"].encode())
                self.causes.add(entry, labels.get(entry["engine_id"], entry["engine_id"]))
        self.known = {(entry["case"], entry["engine_id"]) for entry in self.writer.entries}

    def started(self) -> list[dict[str, Any]]:
        """The engines, and how their runs were started."""
        asked = "by --fresh, --repeat, for one case alone, or where no launcher is built"
        entries = self.engine_entries()
        for one, entry in zip(self.chosen, entries):
            why = self.servers.why_afresh(one.engine) if self.servers else asked
            shared = "served" if one.engine.serves else "forked"
            entry["started"], entry["why_afresh"] = ("afresh" if why else shared), why
            if one.runs is not None:
                entry["started"], entry["why_afresh"] = "elsewhere", ""
        return entries

    def engine_entries(self) -> list[dict[str, Any]]:
        return [
            json.engine_entry(one.id, one.engine.id, self.expected.known_as(one.engine.id).version)
            for one in self.chosen
        ]

    def run(self, scheduler: Scheduler, under_way: ExitStack, begun: int) -> int:
        """The exit code. `under_way` ends the scheduler; so many of the jobs have `begun` already."""
        try:
            with ExitStack() as behind, under_way:  # the scheduler's threads ask the judges
                self.take_all(scheduler, begun, behind)
        except KeyboardInterrupt:
            interrupt.answered()
            self.interrupted = True
        finally:
            self.screen.close()
        return ending.end(self.ended(), self.screen)

    def ended(self) -> Ended:
        return Ended(
            root=self.root,
            options=self.options,
            header=self.header,
            picked=self.picked,
            labels=[one.label for one in self.chosen],
            engines=self.started(),
            expected=self.expected,
            writer=self.writer,
            causes=self.causes,
            stored=self.stored,
            seconds=time.monotonic() - self.began,
            interrupted=self.interrupted,
            stopped=self.enough,
            could_fork=self.servers is not None,
        )

    def take_all(self, scheduler: Scheduler, begun: int, behind: ExitStack) -> None:
        """Quirks and golden files are read while the first emulators run."""
        self.servers = scheduler.servers
        self.screen = terminal.open_screen(self.count(self.selected, self.chosen))
        self.expected = expected.load_quirks(self.root, [one.engine.id.kind for one in self.chosen])
        scheduler.limit = self.limit
        self.tell_unmeasured()
        scheduler.submit(islice(self.jobs(self.selected, self.chosen), begun, None))
        early = self.load_goldens(scheduler)
        self.screen.draw()
        self.expected.problems += self.stale_quirks()
        self.take_absent(self.selected, self.chosen)
        if not any(":" in text.partition("=")[0] for text in self.options.engines):
            asked = list(self.chosen)
            differing = [info for info in self.selected if self.expected.differs(info)]
            self.run_twins(scheduler, differing, (amd_twin(self.root, one) for one in asked))
            lacking = [info for info in self.selected if info.needs_lack]
            self.run_twins(
                scheduler, lacking, chain.from_iterable(old_twins(self.root, one) for one in asked)
            )
        if self.options.workers > 1 and self.options.repeat == 1:
            from trapframe.runs.judges import judges  # what takes long is imported behind the first results

            count = -(-self.options.workers // SERVED)
            scheduler.after = behind.enter_context(judges(count, self.judge)).judge
        self.take_collected()
        results = chain(early, scheduler.results())
        while not self.enough and (one := next(results, None)):
            self.take(*one)
        if self.enough:
            scheduler.stop.set()  # what has ended meanwhile doesn't count: -x shows one failure

    def run_twins(self, scheduler: Scheduler, infos: list[CaseInfo], found: Iterable[Chosen | None]) -> None:
        """Of cases that are another matter on other processors, also these, in their environments."""
        if infos and (twins := list(filter(None, found))):
            self.chosen += twins
            self.screen.more(self.count(infos, twins))
            scheduler.submit(self.jobs(infos, twins))

    def load_goldens(self, scheduler: Scheduler) -> list[tuple[Job, RunResult, None]]:
        """Takes results meanwhile. Those whose golden file wasn't there when they came."""
        cases, unbuilt = self.workspace.cases, self.workspace.unbuilt
        early = []
        loaded = set()
        for file in expected.load_goldens(self.expected, self.root, cases, self.selected, unbuilt):
            loaded.add(file)
            for done, result, _ in scheduler.results(wait=False):
                if self.infos[done.case].file in loaded and not self.enough:
                    self.take(done, result, None)
                else:
                    early.append((done, result, None))
        return early

    @property
    def enough(self) -> bool:
        return 0 < self.options.max_failures <= self.causes.count

    def stale_quirks(self) -> list[expected.Problem]:
        """Only all golden files can tell. Of several shards the first looks."""
        selection = self.options.selection
        if (
            self.workspace.failures
            or selection.shard[0] != 1
            or not replace(selection, shard=(1, 1)).is_everything
        ):
            return []
        whole, cases = self.expected, self.workspace.cases
        if len(self.selected) < len(cases):
            whole = expected.load(self.root, cases, cases, (), list(self.expected.quirks))
        return expected.stale_quirks(whole, cases)

    def tell_unmeasured(self) -> None:
        """An engine of a release that nobody has measured has the quirks of another one."""
        for one in {one.engine.id.path: one.engine.id for one in self.chosen}.values():
            known = self.expected.known_as(one).version
            if known != one.version:
                text = f"{one.kind} {one.version} was never measured: the quirks of {known} apply"
                self.screen.line(printable(text), "yellow")

    def jobs(self, infos: Iterable[CaseInfo], chosen: Sequence[Chosen]) -> Iterator[Job]:
        """Without those whose results are there."""
        jobs = jobs_of(self.workspace, infos, chosen, self.options.repeat)
        return (job for job in jobs if (job.case, job.engine_id) not in self.known)

    def count(self, infos: Sequence[CaseInfo], chosen: Sequence[Chosen]) -> int:
        """How many these are."""
        here = {one.id: one.engine.environments for one in chosen if one.runs is None}
        among = Counter(info.env for info in infos)
        every = sum(among[env] for environments in here.values() for env in environments)
        mine = {info.case: info.env for info in infos} if self.known else {}
        done = sum(mine.get(case) in here.get(engine, ()) for case, engine in self.known)
        return (every - done) * self.options.repeat

    def limit(self, one: Job) -> Limit:
        """What a job may take, little where a quirk says that it will be reached."""
        quirks = self.expected.covering(one.engine.id.kind, one.case)
        known = quirk.active(quirks, self.expected.known_as(one.engine.id), one.case)
        hangs = any(found.outcome == Verdict.TIMEOUT.value for found in known)
        return min(Limit(self.options.timeout), KNOWN_TIMEOUT) if hangs else Limit(self.options.timeout)

    def judge(self, case: str, engine_id: str, result: RunResult) -> Judgement:
        engine = next(one.engine for one in self.chosen if one.id == engine_id)
        return judged(self.expected, self.infos[case], engine.id, result)

    def take_absent(self, infos: Iterable[CaseInfo], chosen: Iterable[Chosen]) -> None:
        """What an engine hasn't the environment for: a result without a run."""
        for entry in absent.entries(infos, chosen):
            if (entry["case"], entry["engine_id"]) not in self.known:
                self.writer.add(entry, b"")

    def take_collected(self) -> None:
        """What processors elsewhere did, as far as these cases could run there."""
        for one in self.chosen:
            for case, result in (one.runs or {}).items():
                if case in self.infos and (case, one.id) not in self.known:
                    judgement = self.judge(case, one.id, result)
                    self.screen.more(1)
                    self.tell(one, json.result_entry(case, one.id, one.engine.id, result, judgement), result)

    def take(self, done: Job, result: RunResult, judgement: Judgement | None) -> None:
        key = (done.case, done.engine_id)
        runs = self.runs.setdefault(key, [])
        runs.append(result)
        if len(runs) < self.options.repeat:
            return self.screen.advance()
        seen = repeat.distinct(runs, lambda one: judgement or self.judge(done.case, done.engine_id, one))
        whole = repeat.summary(seen)
        entry = json.result_entry(done.case, done.engine_id, done.engine.id, whole.run, whole.judgement)
        if self.options.repeat > 1:
            entry["repeats"] = repeat.entries(seen)
        del self.runs[key]
        self.tell(Chosen(done.engine, done.engine_id), entry, whole.run)

    def tell(self, one: Chosen, entry: dict[str, Any], run: RunResult) -> None:
        self.writer.add(entry, run.serial)
        terminal.show_result(self.screen, entry, one.label, brief=self.causes.add(entry, one.label))


def _kept(folder: Path, header: dict[str, Any]) -> list[dict[str, Any]]:
    from trapframe.runs import earlier

    return earlier.results(folder, header)


def _shard(selection: Selection) -> str | None:
    number, count = selection.shard
    return f"{number}/{count}" if count > 1 else None
