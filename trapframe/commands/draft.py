"""`draft`: golden sections that follow from the manual's rules."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from trapframe.commands.arguments import add_golden_options, read_how_to_run
from trapframe.model import CaseInfo, Record
from trapframe.runs.choice import Chosen, choose_engines
from trapframe.runs.records import NotDelivered, boot, whole_record
from trapframe.suite.select import Selection
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.folders import ROOT
from trapframe.truth import golden_text
from trapframe.truth.derive import DeriveError, derive
from trapframe.truth.expect import GoldenFile, Section

EXAMPLE = "./runner.py draft page_fault/read_only_user_mov"


def arguments(parser: argparse.ArgumentParser) -> None:
    add_golden_options(parser)


def command(options: argparse.Namespace) -> int:
    return draft(ROOT, options.case, *read_how_to_run(options))


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
        texts.append(head + golden_text.write(GoldenFile(file, tuple(sections))))
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
                found[info.case] = one, whole_record(info, runs[one.id])
            except NotDelivered as error:
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
