"""`replay`: tests of others, recorded from a 286, in real mode on engines."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from trapframe.commands.arguments import add_engine, add_jobs, add_timeout, positive
from trapframe.engines import launcher
from trapframe.replay import expectation, moo, run, told
from trapframe.replay.judge import GREEN, judge
from trapframe.replay.run import NotReplayed, Outcomes
from trapframe.replay.sample import Sample, take
from trapframe.runs.choice import choose_engines
from trapframe.suite import build
from trapframe.suite.select import NothingSelected
from trapframe.system.folders import ROOT, build_folder
from trapframe.system.text import printable

EXAMPLE = "./runner.py replay ~/80286/v1_real_mode -e bochs"
LEAST = 1500
ENVIRONMENT = "real16"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        help="with metadata.json and *.MOO.gz of SingleStepTests/80286 (docs/replay.md)",
    )
    parser.add_argument(
        "--tests",
        type=positive(int, 10**6),
        default=LEAST,
        metavar="N",
        help=f"at least so many, the same each time, spread over opcodes and vectors ({LEAST})",
    )
    add_engine(parser)
    add_jobs(parser)
    add_timeout(parser)


def command(options: argparse.Namespace) -> int:
    return replay(
        ROOT,
        options.folder,
        options.tests,
        options.engine,
        options.engine_file,
        options.jobs,
        options.timeout,
    )


def replay(
    root: Path,
    folder: Path,
    least: int,
    wanted: Sequence[str],
    files: Sequence[Path],
    jobs: int,
    timeout: float,
) -> int:
    chosen = choose_engines(root, wanted, timeout, files)
    base = build.replay_rom(root, jobs)
    tests = moo.open_folder(folder)
    taken = take(tests, least)
    for line in told.sample(taken, tests.processor):
        print(printable(line))
    if not taken.tests:
        raise NothingSelected(f"{folder}: no test that can be replayed")
    here = [one for one in chosen if ENVIRONMENT in one.engine.environments]
    launchers = build_folder(root) / launcher.FOLDER
    ran = run.replay(base, taken.tests, here, jobs, timeout, launchers if launchers.is_dir() else None)
    for one in chosen:
        if one not in here:
            print(printable(f"{one.label}: it has no real mode"))
    return max((_tell(one.label, ran[one.id], taken, tests) for one in here), default=0)


def _tell(label: str, ran: Outcomes | NotReplayed, taken: Sample, tests: moo.Folder) -> int:
    """The exit code for this engine."""
    if isinstance(ran, NotReplayed):
        print(printable(f"{label}: {ran}"))
        return 3
    rules = expectation.load()
    judgements = []
    for number, test in enumerate(taken.tests):
        record = expectation.recorded(test, tests.masks)
        others = expectation.of_others(test, record, rules)
        judgements.append(judge(test, record, others, ran[number].result, ran[number].end))
    for line in told.engine(label, judgements):
        print(printable(line))
    return 0 if all(one.verdict in GREEN for one in judgements) else 1
