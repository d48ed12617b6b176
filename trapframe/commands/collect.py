"""`collect`: what this machine's own processor does, in one file to send."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trapframe.commands.arguments import add_jobs, add_timeout
from trapframe.engines.engine import EngineError
from trapframe.model import End
from trapframe.report import collection
from trapframe.runs.choice import Chosen, choose_engines, hosted_files
from trapframe.runs.records import boot
from trapframe.suite.revision import commit
from trapframe.suite.select import Selection
from trapframe.suite.workspace import built
from trapframe.system.folders import ROOT

EXAMPLE = "./runner.py collect /tmp/silicon"
ENGINES = ("linux", "kvm")  # each where it can be had


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="where the file goes, named by the processor"
    )
    add_jobs(parser)
    add_timeout(parser)


def command(options: argparse.Namespace) -> int:
    return collect(ROOT, options.folder, options.jobs, options.timeout)


def collect(root: Path, folder: Path, jobs: int, timeout: float) -> int:
    chosen = _chosen(root, timeout)
    with built(root, jobs) as made:
        read = made.read()
        workspace = made.with_programs(read, hosted_files(read.cases, chosen), jobs)
    picked = workspace.pick(Selection())
    engines = {one.id: one.engine.id for one in chosen}
    runs = {
        (name, info.case): run
        for info, mine in boot(workspace, picked.cases, chosen, timeout, jobs)
        for name, run in mine.items()
        if run.end is not End.NONE
    }
    path = collection.write(folder, commit(root), engines, runs)
    print(f"{path}: {len(picked.cases)} cases on {', '.join(one.label for one in chosen)}")
    return picked.tell()


def _chosen(root: Path, timeout: float) -> list[Chosen]:
    """What can't be had is told; nothing at all is an error."""
    found: list[Chosen] = []
    errors = []
    for name in ENGINES:
        try:
            found += choose_engines(root, [name], timeout, hosted=True)
        except EngineError as error:
            errors.append(str(error))
    if not found:
        raise EngineError("; ".join(errors))
    for text in errors:
        print(f"without {text}", file=sys.stderr)
    return found
