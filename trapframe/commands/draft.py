"""`draft`: golden sections that follow from the specification."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from trapframe.commands.arguments import add_golden_options, read_how_to_run
from trapframe.frames import record
from trapframe.model import CaseInfo, End, RunResult
from trapframe.prediction import draft as drafting, every
from trapframe.prediction.description import ARMED, DESCRIBE, DescriptionError
from trapframe.prediction.draft import Draft, DraftError
from trapframe.prediction.library import specification
from trapframe.runs.choice import Chosen, choose_engines
from trapframe.runs.records import NotDelivered, boot, whole_record
from trapframe.spec import Specification
from trapframe.suite.select import Selection
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.folders import ROOT
from trapframe.truth import golden_text
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
    """Sections, and the exit code. An engine tells each case's set-up and runs nothing."""
    chosen = choose_engines(root, wanted, timeout, engine_files)
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(Selection(tuple(globs)))
    unbuilt = picked.tell()
    sent, problems = _descriptions(workspace, picked.cases, chosen, timeout, jobs)

    spec = cache(lambda: specification(root, jobs))  # where it is needed
    files: dict[str, list[Section]] = {}
    for info in picked.cases:
        if info.case in sent:
            try:
                found = _draft(spec, workspace.images[info.file], info, sent[info.case])
            except DraftError as error:
                problems[info.case] = str(error)
            else:
                files.setdefault(info.file, []).extend(found.sections)
                for what in found.left:
                    print(f"{info.case}: yours to derive, from the manual: {what}", file=sys.stderr)
    for case, problem in problems.items():
        print(f"{case}: {problem}", file=sys.stderr)
    texts = []
    for file, sections in files.items():
        head = f"# expected/{file}.txt\n" if len(files) > 1 else ""
        texts.append(head + golden_text.write(GoldenFile(file, tuple(sections))))
    return "\n".join(texts), unbuilt or int(bool(problems))


def _draft(spec: Callable[[], Specification], image: bytes, info: CaseInfo, sent: bytes) -> Draft:
    try:
        if info.case in every.UNTOLD:
            raise DescriptionError(every.UNTOLD[info.case])
        told = every.described(image, info, sent)
    except DescriptionError as error:
        head = record.parse(sent[: sent.index(ARMED) + len(ARMED)])
        return drafting.declared(info, head, f"its ROM doesn't tell the set-up ({error})")
    return drafting.draft(spec(), info, told)


def _descriptions(
    workspace: Workspace, cases: Sequence[CaseInfo], chosen: Sequence[Chosen], timeout: float, jobs: int
) -> tuple[dict[str, bytes], dict[str, str]]:
    """By case: what the first engine sent that has its set-up, or why none has."""
    found: dict[str, bytes] = {}
    lacking: dict[str, list[str]] = {}
    for one in chosen:
        left = [info._replace(variant=info.variant | DESCRIBE) for info in cases if info.case not in found]
        for info, runs in boot(workspace, left, [one], timeout, jobs) if left else ():
            try:
                found[info.case] = _description(info, runs[one.id])
            except NotDelivered as error:
                lacking.setdefault(info.case, []).append(f"{one.label}: {error}")
    mend = "name another engine with -e"
    return found, {
        case: "; ".join((*why, mend)) for case, why in sorted(lacking.items()) if case not in found
    }


def _description(info: CaseInfo, run: RunResult) -> bytes:
    if ARMED in run.serial and run.end is not End.NONE:
        return run.serial
    whole_record(info, run)
    raise NotDelivered(f"{run.end.value}: the record has no line 'armed'")
