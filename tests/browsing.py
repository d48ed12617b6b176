"""Runs a script of tests/browser: Chromium, driven by Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from trapframe.pages.sample import browser

BROWSER = Path(__file__).resolve().parent / "browser"
CHROMIUM = os.environ.get("CHROMIUM") or browser()


def missing() -> str:
    """Why there can be no test in a browser here."""
    if not Path(CHROMIUM).is_file():
        return f"no {CHROMIUM}: `make setup` installs it"
    if not shutil.which("node"):
        return "no node: `make setup` installs it"
    if not (BROWSER / "node_modules" / "playwright-core").is_dir():
        return "no tests/browser/node_modules: `make setup` installs them"
    return ""


def require(more: str = "") -> None:
    """Skips where there is none, or where `more` is lacking; in CI that is an error."""
    lacks = missing() or more
    if lacks and os.environ.get("CI") != "true":
        pytest.skip(lacks)
    assert not lacks, lacks


def lines(script: str, *words: str, seconds: float = 900) -> list[dict[str, Any]]:
    """What it prints, a line of JSON each."""
    ran = subprocess.run(
        ["node", str(BROWSER / script), *words],
        env={**os.environ, "CHROMIUM": CHROMIUM},
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0 and told, ran.stderr
    return told


def checks(script: str, *words: str) -> dict[str, Any]:
    """What each check found, from one run of all of them."""
    return {one["check"]: one["error"] for one in lines(script, *words)}
