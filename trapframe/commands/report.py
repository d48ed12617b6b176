"""`report`: the page of a run."""

from __future__ import annotations

import argparse
from pathlib import Path

from trapframe.report import html
from trapframe.system.folders import ROOT

EXAMPLE = "./runner.py report --against old/report.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "report",
        nargs="?",
        type=Path,
        default=ROOT / "reports" / "report.json",
        metavar="REPORT.json",
        help="of any run (reports/report.json)",
    )
    parser.add_argument(
        "--against", type=Path, metavar="OLD.json", help="mark what has changed since that run"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="where index.html goes (beside REPORT.json)"
    )


def command(options: argparse.Namespace) -> int:
    print(html.write(ROOT, options.report, options.against, options.output))
    return 0
