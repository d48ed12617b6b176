"""The generated pages are those that `make docs` would write now."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from fnmatch import filter as matching
from pathlib import Path

import pytest
from mini import ROOT
from trapframe.pages import docs
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected


def test_the_generated_pages_are_current() -> None:
    cases = open_workspace(ROOT, 2, images=False).cases
    for path, text in docs.pages(ROOT, cases).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run `make docs`"


def test_what_is_expected_is_in_order_for_every_engine() -> None:
    """A run looks only at the quirks of its own engines: of another one nobody would notice."""
    workspace = open_workspace(ROOT, 2, images=False)
    kinds = expected.measured_kinds(ROOT)
    assert {"qemu", "bochs", "v86", "mame", "dosbox"} <= set(kinds)
    found = expected.load(ROOT, workspace.cases, workspace.cases, workspace.unbuilt, kinds)
    assert [str(one) for one in (*found.problems, *expected.stale_quirks(found, workspace.cases))] == []


def test_doubts_are_about_cases_that_exist() -> None:
    names = [case.case for case in open_workspace(ROOT, 2, images=False).cases]
    text = (ROOT / "docs" / "doubts.md").read_text(encoding="utf-8")
    globs = re.findall(r"`([a-z0-9_]+/[a-z0-9_*?]+)`", text)
    assert globs
    assert [glob for glob in globs if not matching(names, glob) and not matching(names, f"{glob}_*")] == []


def test_an_author_of_a_386_can_do_what_the_page_says(tmp_path: Path) -> None:
    """docs/environments.md: the file that it shows, for an engine that nobody has heard of."""
    if not shutil.which("qemu-system-x86_64"):
        pytest.skip("no QEMU to be the engine")
    text = (ROOT / "docs" / "environments.md").read_text(encoding="utf-8")
    block = re.search(r"\n((?:    .*\n|\n)*    about = (?:.*\n)(?:    .*\n|\n)*)", text)
    assert block
    (tmp_path / "my386.toml").write_text(re.sub(r"(?m)^    ", "", block[1]), encoding="utf-8")
    program = tmp_path / "my386"
    version = '#!/bin/sh\n[ "$1" = --version ] && echo "my386 0.3" && exit\n'
    qemu = (
        "exec qemu-system-x86_64 -accel tcg -M microvm -cpu 486 -m 16 -nodefaults -display none -no-reboot "
        '-device isa-debug-exit,iobase=0xf4 -bios "$1" -serial "file:$2"\n'
    )

    def run(script: str, *globs: str) -> str:
        program.write_text(version + script)
        program.chmod(0o755)
        ran = subprocess.run(
            [sys.executable, str(ROOT / "runner.py"), "run", *globs, "--env", "pm32", "--env", "real16"]
            + ["--engine-file", str(tmp_path / "my386.toml"), "--report", str(tmp_path / "report")],
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )
        return ran.stdout + ran.stderr

    told = run(qemu, "real_mode/delivery_*", "task_gate/handler_*")
    counts = {verdict: count for count, verdict in re.findall(r"(\d+) ([A-Z-]+)", told.splitlines()[-1])}
    assert "on my386 0.3" in told and int(counts["PASS"]) > 10, told
    assert not {"ENGINE-ERROR", "PROTOCOL-ERROR", "TIMEOUT"} & set(counts), told
    told = run("echo 'fatal: no #TS here'\nexit 3\n", "task_gate/handler_user")
    assert "the engine crashed: no #TS here" in told, told
