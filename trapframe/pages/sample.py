"""`make sample`: docs/generated/sample-report/, the page of a few families over all installed releases.

The page is made from the records of a run, without what another machine or another minute would change.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trapframe.report import html, loaded
from trapframe.report.folder import ReportError
from trapframe.report.json import read
from trapframe.report.page import collect
from trapframe.system.folders import ROOT

FOLDER = "docs/generated/sample-report"
SHOT = "page.png"
WINDOW = "1280,960"
BROWSERS = ("chromium-headless-shell", "chromium")  # as `make setup` installs one


def anonymous(report: Mapping[str, Any]) -> dict[str, Any]:
    """Without times, paths, commands and what the emulators printed: the commit says the rest."""
    engines = [{**one, "path": "", "sha256": ""} for one in report["engines"]]
    results = [{**one, "seconds": 0, "command": "", "log": ""} for one in report["results"]]
    kept = {name: report[name] for name in ("schema", "harness", "cases")}
    return {**kept, "engines": engines, "results": results}


def write(root: Path, path: Path) -> Path:
    """The page, from a report of any run."""
    told = loaded.from_json(path, anonymous(read(path)))
    return html.write_page(collect(root, told, None), root / FOLDER)


def browser() -> str:
    """The first of them that is here; else the usual name."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), BROWSERS[-1])


def shoot(page: Path) -> None:
    """A picture of the page's upper part, for the README."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *(browser(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--user-data-dir={folder}", f"--window-size={WINDOW}", "--virtual-time-budget=5000"),
            *(f"--screenshot={page.parent / SHOT}", f"{page.as_uri()}#theme=light&open=qemu,bochs"),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python3 -m trapframe.pages.sample REPORT.json", file=sys.stderr)
        return 2
    try:
        page = write(ROOT, Path(arguments[0]))
        shoot(page)
    except (ReportError, OSError, KeyError, subprocess.CalledProcessError, json.JSONDecodeError) as error:
        print(f"sample: {error}", file=sys.stderr)
        return 2
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
