"""One run: builds, boots the selected cases on the engines, judges what comes, and reports it."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from trapframe import engine as engines
from trapframe import expected, job, process, record, schedule
from trapframe.engine import Engine
from trapframe.expected import Expected
from trapframe.job import Job
from trapframe.judge import judge
from trapframe.model import CaseInfo, Judgement, RunResult, Verdict
from trapframe.report import json, terminal
from trapframe.schedule import Scheduler
from trapframe.select import select
from trapframe.workspace import Workspace, open_workspace

INTERRUPTED = 130
SWITCH = 0.0005  # seconds that a thread which starts emulators waits for one that judges
RED = {Verdict.FAIL.value, Verdict.WRONG_OUTCOME.value, Verdict.FIXED.value}
BROKEN = {Verdict.TIMEOUT.value, Verdict.ENGINE_ERROR.value, Verdict.PROTOCOL_ERROR.value}


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    globs: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    workers: int = 1
    timeout: float = 10.0
    report: Path = Path("reports")
    dry_run: bool = False


@dataclass(frozen=True)
class Chosen:
    """An engine of this run, and the name that no other engine of it has."""

    engine: Engine
    id: str

    @property
    def label(self) -> str:
        return f"{self.id} {self.engine.id.version}"


def choose_engines(root: Path, wanted: Sequence[str], seconds: float) -> list[Chosen]:
    """Those of -e, or the default ones."""
    folder = root / "engines"
    requests = [engines.read_request(text, folder) for text in wanted or engines.default_kinds(folder)]
    cache = root / "build" / "engines.json"
    found = [engines.prepare(request, folder, cache, seconds) for request in requests]
    return [Chosen(one, name) for one, name in zip(found, engines.unique_ids(found))]


def amd_twin(root: Path, chosen: Chosen) -> Chosen | None:
    """The same emulator as an AMD processor."""
    own = chosen.engine.id
    if own.profile == "amd" or "amd" not in chosen.engine.profiles:
        return None
    request = engines.Request(f"{own.name}:amd", own.kind, "amd", own.path)
    twin = engines.prepare(request, root / "engines", root / "build" / "engines.json")
    return Chosen(twin, f"{own.name}:amd{chosen.id.removeprefix(own.name)}")


def run(root: Path, options: Options) -> int:
    """The exit code."""
    chosen = choose_engines(root, options.engines, options.timeout)
    workspace = open_workspace(root, options.workers)
    selected = select(workspace.cases, options.globs) if workspace.cases or not workspace.failures else ()
    if options.dry_run:
        return dry_run(root, workspace, selected, chosen)
    return _Run(root, options, workspace, selected, chosen).run()


class _Run:
    """What one run knows; its methods stand in the order in which they happen."""

    def __init__(
        self,
        root: Path,
        options: Options,
        workspace: Workspace,
        selected: tuple[CaseInfo, ...],
        chosen: list[Chosen],
    ) -> None:
        self.root = root
        self.options = options
        self.workspace = workspace
        self.selected = selected
        self.infos = {info.case: info for info in selected}
        self.chosen = chosen
        self.began = time.monotonic()
        self.header = {
            "commit": _commit(root),
            "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "arguments": sys.argv[1:],
        }
        self.writer = json.Writer(options.report, {**self.header, "engines": self.engine_entries()})
        self.expected = Expected()
        self.interrupted = False

    def engine_entries(self) -> list[dict[str, Any]]:
        return [json.engine_entry(one.id, one.engine.id) for one in self.chosen]

    def run(self) -> int:
        screen = terminal.open_screen(len(self.selected) * len(self.chosen))
        try:
            with schedule.scheduler(self.options.workers, self.options.timeout) as scheduler:
                sys.setswitchinterval(SWITCH)
                self.boot(scheduler, screen)
                self.interrupted = scheduler.stop.is_set
        finally:
            screen.close()
        return self.report(screen)

    def boot(self, scheduler: Scheduler, screen: terminal.Screen) -> None:
        """The emulators start at once; the golden files are read while the first ones run."""
        scheduler.submit(self.jobs(self.selected, self.chosen))
        self.expected = expected.load(
            self.root,
            self.workspace.cases,
            self.selected,
            self.workspace.unbuilt,
            [one.engine.id.kind for one in self.chosen],
        )
        if not self.options.globs and not self.workspace.failures:
            self.expected.problems += expected.stale_quirks(self.expected, self.workspace.cases)
        differing = [info for info in self.selected if self.expected.differs(info)]
        if differing and not any(":" in text.partition("=")[0] for text in self.options.engines):
            twins = [twin for twin in (amd_twin(self.root, one) for one in self.chosen) if twin]
            self.chosen += twins
            screen.more(len(differing) * len(twins))
            scheduler.submit(self.jobs(differing, twins))
        for done, result in scheduler.results():
            self.take(done, result, screen)

    def jobs(self, infos: Iterable[CaseInfo], chosen: Sequence[Chosen]) -> list[Job]:
        return [
            Job(info.case, one.engine, one.id, self.workspace.images[info.file], info.variant)
            for info in infos
            for one in chosen
        ]

    def take(self, done: Job, result: RunResult, screen: terminal.Screen) -> None:
        judgement = self.judge(self.infos[done.case], done.engine, result)
        entry = json.result_entry(done.case, done.engine_id, done.engine.id, result, judgement)
        self.writer.add(entry, result.serial)
        terminal.show_result(screen, entry, f"{done.engine_id} {done.engine.id.version}")

    def judge(self, info: CaseInfo, engine: Engine, result: RunResult) -> Judgement:
        found, problem = None, ""
        try:
            try:
                found = record.parse(result.serial)
            except record.RecordError as error:
                problem = str(error)
            goldens = self.expected.outcomes(info, engine.id.profile)
            quirks = self.expected.quirks.get(engine.id.kind, ())
            verdict = judge(info, found, result.end, goldens, quirks, engine.id, problem)
        except Exception as error:  # one record that we can't judge must not hide the others
            message = f"trapframe failed to judge this record: {type(error).__name__}: {error}"
            return Judgement(Verdict.PROTOCOL_ERROR, message=message)
        if verdict.verdict is Verdict.NEW:
            return replace(verdict, message=self.expected.invalid(info.case) or verdict.message)
        if verdict.verdict is Verdict.ENGINE_ERROR:
            return replace(verdict, message=f"{verdict.message}{_how(result)}")
        return verdict

    def report(self, screen: terminal.Screen) -> int:
        problems = self.expected.problems
        for failure in self.workspace.failures:
            screen.line(f"NOT BUILT       {terminal.printable(failure.file)}", "red")
            for line in failure.message.splitlines():
                screen.line(f"    {terminal.printable(line)}")
        told = {entry["case"] for entry in self.writer.entries if entry["verdict"] == Verdict.NEW.value}
        for text in dict.fromkeys(str(problem) for problem in problems if problem.case not in told):
            screen.line(f"GOLDEN          {terminal.printable(text)}", "magenta")
        seconds = time.monotonic() - self.began
        self.writer.finish(
            {
                **self.header,
                "seconds": round(seconds, 3),
                "interrupted": self.interrupted,
                "engines": self.engine_entries(),
                **json.case_entries(self.selected),
                "build_failures": [
                    {"file": one.file, "message": one.message} for one in self.workspace.failures
                ],
                "golden_problems": [
                    {"file": one.file, "line": one.line, "message": one.message, "case": one.case}
                    for one in problems
                ],
            }
        )
        end = "; interrupted" if self.interrupted else ""
        labels = [one.label for one in self.chosen]
        terminal.show_totals(screen, self.writer.entries, labels, seconds, end)
        if self.interrupted:
            return INTERRUPTED
        return exit_code(self.writer.entries, bool(self.workspace.failures), bool(problems))


def _how(result: RunResult) -> str:
    """What the status says of a crash."""
    if result.status is None:
        return ""
    if result.status >= 0:
        return f": status {result.status} means nothing"
    try:
        return f": {signal.Signals(-result.status).name}"
    except ValueError:
        return f": signal {-result.status}"


def exit_code(entries: Iterable[Mapping[str, Any]], build_failed: bool, golden_problems: bool) -> int:
    """What couldn't be run weighs most: the rest of the report is incomplete then."""
    verdicts = {entry["verdict"] for entry in entries}
    if build_failed or verdicts & BROKEN:
        return 3
    if verdicts & RED:
        return 1
    return 5 if golden_problems or Verdict.NEW.value in verdicts else 0


def dry_run(root: Path, workspace: Workspace, selected: Iterable[CaseInfo], chosen: Iterable[Chosen]) -> int:
    """Prints what would run, and writes the files that those command lines name, so they can be copied."""
    for info in selected:
        for one in chosen:
            folder = root / "build" / "by-hand" / f"{info.case}@{one.id}".replace(":", "-").replace("#", "-")
            folder.mkdir(parents=True, exist_ok=True)
            job.fill_folder(folder, one.engine, job.rom_for(workspace.images[info.file], info.variant))
            print(command_line(folder, one.engine))
    return 0


def command_line(folder: Path, engine: Engine) -> str:
    """For a shell. The record is in the file `serial` then, or on the terminal."""
    env = [f"{name}={shlex.quote(value)}" for name, value in engine.env]
    words = " ".join([*(["env", *env] if env else []), shlex.join(engine.command)])
    return f"cd {shlex.quote(str(folder))} && {words} </dev/null"


def _commit(root: Path) -> str | None:
    """The checkout's commit, '-dirty' behind it where something was changed."""
    channel = process.Channel(4096)
    command = ("git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
    ended = process.run(command, folder=root, env=os.environ, seconds=10, log=channel, serial=channel)
    return ended.serial.decode(errors="replace").strip() if ended.status == 0 else None
