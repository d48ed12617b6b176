"""`review`: pending golden sections one by one: accepted, rejected, or left for later."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from trapframe.commands.arguments import add_jobs
from trapframe.commands.bless import PENDING, refuse_in_ci
from trapframe.model import CaseInfo
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT
from trapframe.truth import golden, golden_text
from trapframe.truth.agreement import check_agreement
from trapframe.truth.expect import GoldenFile, Section

EXAMPLE = "./runner.py review"
ANSWERS = {"a": "accept", "r": "reject", "s": "skip", "q": "quit"}


def arguments(parser: argparse.ArgumentParser) -> None:
    add_jobs(parser)


def command(options: argparse.Namespace) -> int:
    return review(ROOT, options.jobs)


@dataclass(frozen=True)
class Change:
    """One section as it is and as it is proposed."""

    old: Section | None
    new: Section


def review(root: Path, jobs: int) -> int:
    """0 when nothing is left to review."""
    refuse_in_ci("review")
    workspace = open_workspace(root, jobs, images=False)
    pending = sorted((root / "expected").rglob(f"*{PENDING}"))
    if not pending:
        print("nothing is pending; `./runner.py bless CASE` proposes golden sections")
        return 0
    left = False
    for path in pending:
        answer = _file(root, path, workspace)
        left |= path.exists()
        if answer == "q":
            return 1
    return 1 if left else 0


def _file(root: Path, path: Path, workspace: Workspace) -> str:
    """The last answer. What was decided is written at once, so a `q` loses nothing."""
    target = path.with_name(path.name.removesuffix(PENDING))
    name = target.relative_to(root).as_posix()
    family = target.parent.name
    cases = {info.case: info for info in (*workspace.stand_ins, *workspace.cases)}
    proposed = golden.read(path, f"{name}{PENDING}")
    answer = "s"
    for change in changes(_present(target, name), proposed):
        info = cases.get(f"{family}/{change.new.name}")
        problems = _problems(info, change.new)
        for line in shown(name, change):
            print(line)
        for problem in problems:
            print(f"  can't be accepted: {problem}")
        answer = _ask(f"{family}/{change.new.name}", can_accept=not problems)
        if answer == "q":
            return answer
        if answer == "a":
            text = golden.read_text(target, name) if target.exists() else ""
            write_atomically(target, golden_text.put(text, name, (change.new,)).encode())
        elif answer == "r":
            proposed = _with(proposed, change.old) if change.old else _without(proposed, change.new)
            write_atomically(path, golden_text.write(proposed).encode())
    if not list(changes(_present(target, name), proposed)):
        path.unlink()
    return answer


def _problems(info: CaseInfo | None, section: Section) -> list[str]:
    """Why it can't be accepted."""
    if info is None:
        return ["there is no such case"]
    return check_agreement(info, section) if info.outcome else [f"cases/{info.file}.c does not build"]


def _present(target: Path, name: str) -> GoldenFile:
    return golden.read(target, name) if target.exists() else GoldenFile(name)


def changes(present: GoldenFile, proposed: GoldenFile) -> Iterator[Change]:
    """The sections that are not the same in both."""
    known = {(section.name, section.amd): section for section in present.sections}
    for section in proposed.sections:
        old = known.get((section.name, section.amd))
        if old != section:
            yield Change(old, section)


def shown(name: str, change: Change) -> Iterator[str]:
    """The difference, with decoded bits: as the files have it."""
    before = golden_text.write(GoldenFile(name, (change.old,))).splitlines() if change.old else []
    after = golden_text.write(GoldenFile(name, (change.new,))).splitlines()
    yield from difflib.unified_diff(before, after, name, f"{name}{PENDING}", lineterm="", n=3)


def _ask(case: str, can_accept: bool) -> str:
    """One of ANSWERS; the end of the input quits."""
    choices = {key: word for key, word in ANSWERS.items() if key != "a" or can_accept}
    words = ", ".join(f"[{word[0]}]{word[1:]}" for word in choices.values())
    while True:
        print(f"{case}: {words}? ", end="", flush=True)
        line = sys.stdin.readline()
        answer = line.strip().lower()[:1] if line else "q"
        if answer in choices:
            print("" if line else "quit")
            return answer


def _with(file: GoldenFile, section: Section) -> GoldenFile:
    """The section in the place of its namesake, else behind all."""
    key = (section.name, section.amd)
    others = [(one.name, one.amd) for one in file.sections]
    if key not in others:
        return replace(file, sections=(*file.sections, section))
    at = others.index(key)
    return replace(file, sections=(*file.sections[:at], section, *file.sections[at + 1 :]))


def _without(file: GoldenFile, section: Section) -> GoldenFile:
    return replace(file, sections=tuple(one for one in file.sections if one is not section))
