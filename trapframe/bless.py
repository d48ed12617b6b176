"""Proposes golden sections, from the manual's rules (draft) or from what engines deliver (bless)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from trapframe import golden, golden_text, observe, record, symbol
from trapframe.agreement import check_agreement
from trapframe.derive import DeriveError, derive
from trapframe.expect import Expect, Field, GoldenFile, Outcome, Section
from trapframe.expected import section_name
from trapframe.files import write_atomically
from trapframe.job import Job
from trapframe.model import CaseInfo, End, Record, RunResult
from trapframe.run import Chosen, choose_engines
from trapframe.schedule import scheduler
from trapframe.select import Selection
from trapframe.workspace import Workspace, open_workspace

PENDING = ".new"  # behind a golden file's name


class BlessError(Exception):
    """What can't be blessed at all."""

    exit_code = 2


class NoRecord(Exception):
    """An engine didn't deliver what a golden section could be made of."""


class Unsupported(NoRecord):
    """Its processor lacks what the case needs."""


def refuse_in_ci(command: str) -> None:
    """Golden files are written where somebody reviews them."""
    if os.environ.get("CI", "") not in ("", "0", "false"):
        raise BlessError(f"{command} writes files, which nobody would review in CI (CI is set)")


def draft(
    root: Path, globs: Sequence[str], wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """Prints sections."""
    text, code = drafts(root, globs, wanted, files, timeout, jobs)
    print(text, end="")
    return code


def drafts(
    root: Path,
    globs: Sequence[str],
    wanted: Sequence[str],
    engine_files: Sequence[Path],
    timeout: float,
    jobs: int,
) -> tuple[str, int]:
    """Sections, and the exit code; a run tells the names and addresses that the rules speak of."""
    chosen = choose_engines(root, wanted, timeout, engine_files)
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(Selection(tuple(globs)))
    unbuilt = picked.tell()
    found, problems = _records(workspace, picked.cases, chosen, timeout, jobs)
    files: dict[str, list[Section]] = {}
    for info in picked.cases:
        if info.case in found:
            engine, one = found[info.case]
            try:
                section = derive(info, one)
            except DeriveError as error:
                problems[info.case] = str(error)
            else:
                files.setdefault(info.file, []).append(section)
                _tell_what_is_left(info, engine, one)
    for case, problem in problems.items():
        print(f"{case}: {problem}", file=sys.stderr)
    texts = []
    for file, sections in files.items():
        head = f"# expected/{file}.txt\n" if len(files) > 1 else ""
        texts.append(head + golden.write(GoldenFile(file, tuple(sections))))
    return "\n".join(texts), unbuilt or int(bool(problems))


def _records(
    workspace: Workspace, cases: Sequence[CaseInfo], chosen: Sequence[Chosen], timeout: float, jobs: int
) -> tuple[dict[str, tuple[Chosen, Record]], dict[str, str]]:
    """By case: the record of the first engine that has one, or why none has."""
    found: dict[str, tuple[Chosen, Record]] = {}
    lacking: dict[str, list[str]] = {}
    for one in chosen:
        left = [info for info in cases if info.case not in found]
        if not left:
            break
        for info, runs in boot(workspace, left, [one], timeout, jobs):
            try:
                found[info.case] = one, _record(info, runs[one.id])
            except NoRecord as error:
                lacking.setdefault(info.case, []).append(f"{one.label}: {error}")
    mend = "name another engine with -e"
    return found, {
        case: "; ".join((*why, mend)) for case, why in sorted(lacking.items()) if case not in found
    }


def _tell_what_is_left(info: CaseInfo, engine: Chosen, found: Record) -> None:
    """The rules know of no frame but the one that the case declares."""
    derived = 1 if info.outcome == "exception" else 0
    numbers = [str(frame.number) for frame in found.frames[derived:]]
    if numbers:
        which = f"frame {numbers[0]} is" if len(numbers) == 1 else f"frames {', '.join(numbers)} are"
        print(
            f"{info.case}: {engine.label} delivers {len(found.frames)} frames, the rules derive"
            f" {'the first' if derived else 'none'}: {which} yours to write, from the manual",
            file=sys.stderr,
        )


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
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(Selection(tuple(globs)))
    unbuilt, refused = picked.tell(), 0
    files: dict[str, list[Section]] = {}
    for info, runs in boot(workspace, picked.cases, chosen, timeout, jobs):
        try:
            section = _agreed(info, runs, trusted)
            files.setdefault(info.file, []).append(section)
        except NoRecord as error:
            print(f"{info.case}: {error}", file=sys.stderr)
            refused = 1
    for file, sections in files.items():
        _propose(root, file, sections)
    return unbuilt or refused


def boot(
    workspace: Workspace, selected: Sequence[CaseInfo], chosen: Sequence[Chosen], timeout: float, jobs: int
) -> list[tuple[CaseInfo, Mapping[str, RunResult]]]:
    """Each of these cases, with what it did on each engine."""
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
    if found.unsupported:
        raise Unsupported(f"UNSUPPORTED, its CPU fails the need '{found.unsupported}'")
    if not found.start:
        raise NoRecord(f"{run.end.value}: the record has no line 'start'")
    return found


def _agreed(info: CaseInfo, runs: Mapping[str, RunResult], trusted: str) -> Section:
    """What all engines delivered, or the trusted one, if the case's source says so too."""
    asked = {trusted: runs[trusted]} if trusted else runs
    sections = dict(_observed_by(info, asked))
    first = next(iter(sections.values()))
    for engine, section in sections.items():
        if section.outcomes != first.outcomes:
            fields = ", ".join(_differing(first, section))
            raise NoRecord(f"engines disagree on {fields}: `diff` shows how; choose one with --from")
    problems = check_agreement(info, first)
    if problems:
        raise NoRecord("; ".join(problems))
    return first


def _observed_by(info: CaseInfo, asked: Mapping[str, RunResult]) -> Iterator[tuple[str, Section]]:
    for engine, run in asked.items():
        try:
            yield engine, observed(info, run)
        except Unsupported as error:
            mend = "choose another with --from" if len(asked) > 1 else "name another engine with -e"
            raise NoRecord(f"{engine}: {error}: {mend}") from error
        except NoRecord as error:
            raise NoRecord(f"{engine}: {error}") from error


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
    name = f"expected/{file}.txt"
    present = path.read_text(encoding="utf-8") if path.exists() else ""
    pending = present
    for section in sections:
        old = _namesake(golden.parse(pending, name), section)
        new = replace(old, outcomes=_with_comments(section.outcomes, old)) if old else section
        if new != old:
            pending = golden_text.put(pending, name, new)
    if pending == present:
        print(f"{name}: nothing to change")
        return
    write_atomically(path.with_name(f"{path.name}{PENDING}"), pending.encode())
    print(f"{name}.new: `./runner.py review` shows it, and takes it over")


def _namesake(file: GoldenFile, section: Section) -> Section | None:
    return next((old for old in file.sections if (old.name, old.amd) == (section.name, False)), None)


def _with_comments(outcomes: tuple[Outcome, ...], old: Section) -> tuple[Outcome, ...]:
    """What stood above a field stands above its new value."""
    comments = {entry.name: entry.comments for entry in old.outcomes[0].fields}
    return tuple(
        replace(
            one,
            fields=tuple(replace(entry, comments=comments.get(entry.name, ())) for entry in one.fields),
        )
        for one in outcomes
    )
