"""`merge`: the reports of shards as one."""

from __future__ import annotations

import argparse
from pathlib import Path

from trapframe.commands.arguments import add_views
from trapframe.report import merge

EXAMPLE = "./runner.py merge shards/shard-*/report.json --report reports"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="+", type=Path, metavar="REPORT", help="a report.json, or its folder")
    add_views(parser)


def command(options: argparse.Namespace) -> int:
    return merge.merge(options.file, options.report, options.junit, options.github)
