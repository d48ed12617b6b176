"""The generated pages are those that `make docs` would write now."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from fnmatch import filter as matching
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from mini import ROOT
from trapframe.commands import COMMANDS
from trapframe.pages import docs
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected


@pytest.fixture(scope="module")
def known() -> expected.Expected:
    return docs.everything(ROOT, open_workspace(ROOT, 2, images=False).cases)


def test_the_generated_pages_are_current(known: expected.Expected) -> None:
    cases = open_workspace(ROOT, 2, images=False).cases
    pages = docs.pages(ROOT, cases, known).items()
    # by name: to compare megabytes in one line there is no room
    stale = [str(path) for path, text in pages if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"


def test_what_is_expected_is_in_order_for_every_engine(known: expected.Expected) -> None:
    """A run looks at the quirks of its engines only: of others nobody would notice."""
    cases = open_workspace(ROOT, 2, images=False).cases
    assert {"qemu", "bochs", "v86", "mame", "dosbox"} <= set(known.measured)
    assert [str(one) for one in (*known.problems, *expected.stale_quirks(known, cases))] == []


def test_doubts_are_about_cases_that_exist() -> None:
    names = [case.case for case in open_workspace(ROOT, 2, images=False).cases]
    text = (ROOT / "docs" / "doubts.md").read_text(encoding="utf-8")
    globs = re.findall(r"`([a-z0-9_]+/[a-z0-9_*?]+)`", text)
    assert globs
    assert [glob for glob in globs if not matching(names, glob) and not matching(names, f"{glob}_*")] == []


PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").glob("*/README.md")])
BY_HAND = [path for path in PAGES if "generated" not in path.parts]
TO_BE_WRITTEN = {f"{family}/mine" for family in ("invalid_opcode", "pm_frames", "real_mode")}
CASE = re.compile(r"(?<![\w./-])([a-z][a-z0-9_]*)/([a-z0-9_*?]+)(?![\w./-])")


@cache
def anchors(path: Path) -> set[str]:
    """Of a page's headings, as they are shown."""
    heads = re.findall(r"(?m)^#+ (.*)", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if re.match(r"\w+:", link) or target.is_dir():
            continue
        if not target.is_file() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_pages_name_files_that_are_there() -> None:
    """Of the repository, or of the package; what is written in capitals stands for something."""
    names = r"`((?:[a-z0-9_.-]+/)+[a-z0-9_.-]+\.(?:py|c|h|S|toml|txt|tsv|mjs|lua|js|yml))`"
    found = [(path.name, name) for path in BY_HAND for name in re.findall(names, path.read_text("utf-8"))]
    assert len(found) > 40
    missing = [one for one in found if not any((top / one[1]).exists() for top in (ROOT, ROOT / "trapframe"))]
    assert missing == [("environments.md", "expected/quirks/my386.toml")]


def test_pages_and_examples_name_cases_that_exist() -> None:
    cases = open_workspace(ROOT, 2, images=False).cases
    names = [*(case.case for case in cases), *(case.file for case in cases)]
    families = {name.partition("/")[0] for name in names}
    texts = {path.name: path.read_text(encoding="utf-8") for path in BY_HAND}
    texts |= {name: import_module(f"trapframe.commands.{name}").EXAMPLE for name in COMMANDS if name != "new"}
    said = {
        (where, f"{family}/{tail}")
        for where, text in texts.items()
        for family, tail in CASE.findall(text)
        if family in families and f"{family}/{tail}" not in TO_BE_WRITTEN
    }
    assert len(said) > 100
    assert [
        one for one in sorted(said) if not matching(names, one[1]) and not matching(names, f"{one[1]}_*")
    ] == []


def test_pages_name_commands_and_targets_that_there_are() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in BY_HAND)
    targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert set(re.findall(r"runner\.py ([a-z]+)", text)) <= {*COMMANDS}
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= {*targets}


def test_the_golden_section_that_is_explained_is_one() -> None:
    """docs/golden.md begins with one, word for word."""
    text = (ROOT / "docs" / "golden.md").read_text(encoding="utf-8")
    shown = re.search(r"\n    # (expected/\S+)\n((?:    .*\n)+)", text)
    assert shown
    assert re.sub(r"(?m)^    ", "", shown[2]) in (ROOT / shown[1]).read_text(encoding="utf-8")


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
