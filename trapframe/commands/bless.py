"""Proposes golden sections, from the manual's rules (draft) or from what engines deliver (bless)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trapframe.engines.job import Job
from trapframe.engines.schedule import scheduler
from trapframe.frames import record
from trapframe.model import CaseInfo, End, Record, RunResult
from trapframe.runs.run import Chosen, choose_engines
from trapframe.suite.select import Selection
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.files import write_atomically
from trapframe.truth import golden, golden_text
from trapframe.truth.agreement import check_agreement
from trapframe.truth.derive import DeriveError, derive
from trapframe.truth.expect import GoldenFile, Section
from trapframe.truth.expected import section_name
from trapframe.truth.proposal import propose

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
        old = _present(root, info)
        asked = {trusted: runs[trusted]} if trusted else runs
        try:
            section = _agreed(info, asked, old)
        except NoRecord as error:
            print(f"{info.case}: {error}", file=sys.stderr)
            refused = 1
        else:
            files.setdefault(info.file, []).extend([section] if section != old else [])
    for file, sections in files.items():
        _write_pending(root, file, sections)
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


def _agreed(info: CaseInfo, asked: Mapping[str, RunResult], old: Section | None) -> Section:
    """What all these engines delivered, if the case's source says so too."""
    sections = dict(_proposals(info, asked, old))
    first = next(iter(sections.values()))
    for section in sections.values():
        if section.outcomes != first.outcomes:
            fields = ", ".join(_differing(first, section))
            raise NoRecord(f"engines disagree on {fields}: `diff` shows how; choose one with --from")
    problems = check_agreement(info, first)
    if problems:
        raise NoRecord("; ".join(problems))
    return first


def _proposals(
    info: CaseInfo, asked: Mapping[str, RunResult], old: Section | None
) -> Iterator[tuple[str, Section]]:
    for engine, run in asked.items():
        try:
            yield engine, propose(info, ended_record(info, run), run.end, old)
        except Unsupported as error:
            mend = "choose another with --from" if len(asked) > 1 else "name another engine with -e"
            raise NoRecord(f"{engine}: {error}: {mend}") from error
        except NoRecord as error:
            raise NoRecord(f"{engine}: {error}") from error


def _differing(one: Section, other: Section) -> list[str]:
    left, right = ({entry.name: entry.expect for entry in side.outcomes[0].fields} for side in (one, other))
    return [name for name in dict.fromkeys((*left, *right)) if left.get(name) != right.get(name)][:5]


def ended_record(info: CaseInfo, run: RunResult) -> Record:
    """The record of a run that came to an end of its own."""
    if run.end not in (End.EXIT, End.SHUTDOWN):
        raise NoRecord(f"{run.end.value} after {run.seconds:.1f} s")
    return _record(info, run)


def _present(root: Path, info: CaseInfo) -> Section | None:
    """The case's section, without what AMD's manual has different."""
    found = golden.parse(_text(root, info.file), f"expected/{info.file}.txt")
    name = section_name(info)
    return next((section for section in found.sections if section.name == name and not section.amd), None)


def _text(root: Path, file: str) -> str:
    path = root / "expected" / f"{file}.txt"
    try:
        return golden.read_text(path, f"expected/{file}.txt")
    except FileNotFoundError:
        return ""


def _write_pending(root: Path, file: str, sections: Sequence[Section]) -> None:
    """The golden file with these sections in it, beside the present one."""
    name = f"expected/{file}.txt"
    if not sections:
        print(f"{name}: nothing to change")
        return
    text = golden_text.put(_text(root, file), name, sections)
    write_atomically(root / f"{name}{PENDING}", text.encode())
    print(f"{name}{PENDING}: `./runner.py review` shows it, and takes it over")
