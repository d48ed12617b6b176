"""Proposes golden sections, from the manual's rules (draft) or from what engines deliver (bless)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from trapframe import golden, observe, record, symbol
from trapframe.agreement import check_agreement
from trapframe.derive import DeriveError, derive
from trapframe.expect import Expect, Field, GoldenFile, Section
from trapframe.expected import section_name
from trapframe.files import write_atomically
from trapframe.job import Job
from trapframe.model import CaseInfo, End, Record, RunResult
from trapframe.run import Chosen, choose_engines
from trapframe.schedule import scheduler
from trapframe.select import select
from trapframe.workspace import open_workspace


PENDING = ".new"  # behind a golden file's name


class BlessError(Exception):
    """What can't be blessed at all."""

    exit_code = 2


class NoRecord(Exception):
    """An engine didn't deliver what a golden section could be made of."""


def refuse_in_ci(command: str) -> None:
    """Golden files are written where somebody reviews them."""
    if os.environ.get("CI", "") not in ("", "0", "false"):
        raise BlessError(f"{command} writes files, which nobody would review in CI (CI is set)")


def draft(
    root: Path, globs: Sequence[str], wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """Prints sections."""
    text, failed = drafts(root, globs, wanted, files, timeout, jobs)
    print(text, end="")
    return int(failed)


def drafts(
    root: Path,
    globs: Sequence[str],
    wanted: Sequence[str],
    engine_files: Sequence[Path],
    timeout: float,
    jobs: int,
) -> tuple[str, bool]:
    """Sections, and whether any is missing; a run tells the names and addresses that the rules speak of."""
    chosen = choose_engines(root, wanted, timeout, engine_files)[:1]
    failed = False
    files: dict[str, list[Section]] = {}
    for info, runs in boot(root, globs, chosen, timeout, jobs):
        try:
            found = derive(info, _record(info, runs[chosen[0].id]))
            files.setdefault(info.file, []).append(found)
        except (NoRecord, DeriveError) as error:
            print(f"{info.case}: {error}", file=sys.stderr)
            failed = True
    texts = []
    for file, sections in files.items():
        head = f"# expected/{file}.txt\n" if len(files) > 1 else ""
        texts.append(head + golden.write(GoldenFile(file, tuple(sections))))
    return "\n".join(texts), failed


def bless(
    root: Path,
    globs: Sequence[str],
    wanted: Sequence[str],
    engine_files: Sequence[Path],
    trusted: str,
    timeout: float,
    jobs: int,
) -> int:
    """Writes pending files. All engines have to agree unless one is trusted, and the case's source, too."""
    refuse_in_ci("bless")
    chosen = choose_engines(root, wanted, timeout, engine_files)
    names = [one.id for one in chosen]
    if trusted and trusted not in names:
        raise BlessError(f"--from {trusted}: not an engine of this run, which are {', '.join(names)}")
    if any(one.engine.id.profile != "intel" for one in chosen):
        raise BlessError("bless needs the profile intel: what AMD's manual has different is written by hand")
    refused = 0
    files: dict[str, list[Section]] = {}
    for info, runs in boot(root, globs, chosen, timeout, jobs):
        try:
            files.setdefault(info.file, []).append(_agreed(info, runs, trusted))
        except NoRecord as error:
            print(f"{info.case}: {error}", file=sys.stderr)
            refused = 1
    for file, sections in files.items():
        _propose(root, file, sections)
    return refused


def boot(
    root: Path, globs: Sequence[str], chosen: Sequence[Chosen], timeout: float, jobs: int
) -> list[tuple[CaseInfo, Mapping[str, RunResult]]]:
    """Each selected case, with what it did on each engine."""
    workspace = open_workspace(root, jobs)
    selected = select(workspace.cases, globs)
    runs: dict[str, dict[str, RunResult]] = {info.case: {} for info in selected}
    with scheduler(jobs, lambda job: timeout) as running:
        running.submit(
            Job(info.case, one.engine, one.id, workspace.images[info.file], info.variant)
            for info in selected
            for one in chosen
        )
        for done, result in running.results():
            runs[done.case][done.engine_id] = result
        if running.stop.is_set:
            raise KeyboardInterrupt
    return [(info, runs[info.case]) for info in selected]


def _record(info: CaseInfo, run: RunResult) -> Record:
    try:
        found = record.parse(run.serial)
    except record.RecordError as error:
        raise NoRecord(f"{run.end.value}: {error}") from error
    if found.case != info.case:
        raise NoRecord(f"the record is of {found.case}")
    if not found.start:
        raise NoRecord(f"{run.end.value}: the record has no line 'start'")
    if found.unsupported:
        raise NoRecord(f"the engine's CPU fails the need '{found.unsupported}': name another engine with -e")
    return found


def _agreed(info: CaseInfo, runs: Mapping[str, RunResult], trusted: str) -> Section:
    """What all engines delivered, or the trusted one, if the case's source says so too."""
    asked = {trusted: runs[trusted]} if trusted else runs
    sections = {engine: observed(info, run) for engine, run in asked.items()}
    first = next(iter(sections.values()))
    for engine, section in sections.items():
        if section.outcomes != first.outcomes:
            fields = ", ".join(_differing(first, section))
            raise NoRecord(f"engines disagree on {fields}: `diff` shows how; choose one with --from")
    problems = check_agreement(info, first)
    if problems:
        raise NoRecord("; ".join(problems))
    return first


def _differing(one: Section, other: Section) -> list[str]:
    left, right = ({entry.name: entry.expect for entry in side.outcomes[0].fields} for side in (one, other))
    return [name for name in dict.fromkeys((*left, *right)) if left.get(name) != right.get(name)][:5]


def observed(info: CaseInfo, run: RunResult) -> Section:
    """The section that this run would pass."""
    if run.end not in (End.EXIT, End.SHUTDOWN):
        raise NoRecord(f"{run.end.value} after {run.seconds:.1f} s")
    found = _record(info, run)
    names = symbol.symbols(info, found)
    outcome = observe.outcome_from_record(found, names)
    return Section(section_name(info), False, (Field("spec", Expect(info.spec)),), (outcome,))


def _propose(root: Path, file: str, sections: Sequence[Section]) -> None:
    """Writes the whole golden file with these sections in it beside the present one."""
    path = root / "expected" / f"{file}.txt"
    try:
        present = golden.parse(path.read_text(encoding="utf-8"), f"expected/{file}.txt")
    except FileNotFoundError:
        present = GoldenFile(f"expected/{file}.txt")
    pending = golden.write(_with_sections(present, sections))
    if path.exists() and pending == golden.write(present):
        print(f"expected/{file}.txt: nothing to change")
        return
    write_atomically(path.with_name(f"{path.name}{PENDING}"), pending.encode())
    print(f"expected/{file}.txt.new: `./runner.py review` shows it, and takes it over")


def _with_sections(present: GoldenFile, sections: Sequence[Section]) -> GoldenFile:
    """Each section in the place of the one with its name, else behind all; its head and comments stay."""
    new = {section.name: section for section in sections}
    merged: list[Section] = []
    for old in present.sections:
        found = None if old.amd else new.pop(old.name, None)
        merged.append(replace(old, outcomes=found.outcomes) if found else old)
    return replace(present, sections=(*merged, *new.values()))
