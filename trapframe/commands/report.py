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
    parser.add_argument(
        "--v86", action="store_true", help="with v86 beside it: a case of pm32 or real16 runs in the browser"
    )


def command(options: argparse.Namespace) -> int:
    page = html.write(ROOT, options.report, options.against, options.output, in_browser=options.v86)
    print(page)
    if options.v86:
        print(f"python3 -m http.server -d {page.parent}   # cases run from http://localhost:8000/ only")
    return 0
