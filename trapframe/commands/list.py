"""`list`: the cases, and what each says of itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from trapframe.commands.arguments import add_globs, add_jobs, add_selection, read_selection
from trapframe.suite.case import as_listed
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.folders import ROOT

EXAMPLE = "./runner.py list 'gate/*' --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    add_globs(parser)
    add_selection(parser)
    parser.add_argument("--json", action="store_true", help="as an array of objects")
    add_jobs(parser)


def command(options: argparse.Namespace) -> int:
    return show(ROOT, read_selection(options), options.json, options.jobs)


def show(root: Path, selection: Selection, as_json: bool, jobs: int) -> int:
    picked = open_workspace(root, jobs, images=False).pick(selection)
    if as_json:
        import json

        print(json.dumps([as_listed(case) for case in picked.cases], indent=1))
    else:
        width = max((len(case.case) for case in picked.cases), default=0)
        for case in picked.cases:
            print(f"{case.case:<{width}}  {case.about}")
    return picked.tell()
