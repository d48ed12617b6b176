"""Proposes golden sections, from the manual's rules (draft) or from what engines deliver (bless)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trapframe.commands.arguments import add_golden_options, read_how_to_run
from trapframe.model import CaseInfo, RunResult
from trapframe.runs.choice import choose_engines
from trapframe.runs.records import NotDelivered, Unsupported, boot, ended_record
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT
from trapframe.truth import golden, golden_text
from trapframe.truth.agreement import check_agreement
from trapframe.truth.expect import Section
from trapframe.truth.expected import section_name
from trapframe.truth.proposal import propose

EXAMPLE = "./runner.py bless page_fault/read_only_user_mov --from bochs"
PENDING = ".new"  # behind a golden file's name


def arguments(parser: argparse.ArgumentParser) -> None:
    add_golden_options(parser)
    parser.add_argument(
        "--from",
        dest="trusted",
        default="",
        metavar="ENGINE",
        help="take what this one delivers, whatever the others do",
    )


def command(options: argparse.Namespace) -> int:
    engines, files, timeout, jobs = read_how_to_run(options)
    return bless(ROOT, options.case, engines, files, options.trusted, timeout, jobs)


class BlessError(Exception):
    """What can't be blessed at all."""

    exit_code = 2


def refuse_in_ci(command: str) -> None:
    """Golden files are written where somebody reviews them."""
    if os.environ.get("CI", "") not in ("", "0", "false"):
        raise BlessError(f"{command} writes files, which nobody would review in CI (CI is set)")


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
        except NotDelivered as error:
            print(f"{info.case}: {error}", file=sys.stderr)
            refused = 1
        else:
            files.setdefault(info.file, []).extend([section] if section != old else [])
    for file, sections in files.items():
        _write_pending(root, file, sections)
    return unbuilt or refused


def _agreed(info: CaseInfo, asked: Mapping[str, RunResult], old: Section | None) -> Section:
    """What all these engines delivered, if the case's source says so too."""
    sections = dict(_proposals(info, asked, old))
    first = next(iter(sections.values()))
    for section in sections.values():
        if section.outcomes != first.outcomes:
            fields = ", ".join(_differing(first, section))
            raise NotDelivered(f"engines disagree on {fields}: `diff` shows how; choose one with --from")
    problems = check_agreement(info, first)
    if problems:
        raise NotDelivered("; ".join(problems))
    return first


def _proposals(
    info: CaseInfo, asked: Mapping[str, RunResult], old: Section | None
) -> Iterator[tuple[str, Section]]:
    for engine, run in asked.items():
        try:
            yield engine, propose(info, ended_record(info, run), run.end, old)
        except Unsupported as error:
            mend = "choose another with --from" if len(asked) > 1 else "name another engine with -e"
            raise NotDelivered(f"{engine}: {error}: {mend}") from error
        except NotDelivered as error:
            raise NotDelivered(f"{engine}: {error}") from error


def _differing(one: Section, other: Section) -> list[str]:
    left, right = ({entry.name: entry.expect for entry in side.outcomes[0].fields} for side in (one, other))
    return [name for name in dict.fromkeys((*left, *right)) if left.get(name) != right.get(name)][:5]


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
