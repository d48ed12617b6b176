"""A report that isn't of the latest run into its folder says so wherever it is read, and so does its page."""

from __future__ import annotations

import json
import time

import pytest
from mini import Checkout, Fifo, fake
from test_cli import GOOD, INTERRUPTED

from trapframe.report import older


def start_of(checkout: Checkout) -> str:
    """Of the latest run."""
    first = (checkout.folder / "reports/run.jsonl").read_text().splitlines()[0]
    return str(json.loads(first)["started"])


@pytest.fixture
def killed(checkout: Checkout) -> Checkout:
    """One run was finished, and its page made; the next one was killed."""
    assert checkout.run("all", *GOOD).returncode == 0
    assert checkout.run("report").returncode == 0
    held = Fifo(checkout.folder / "notes" / "held")
    process = checkout.start("all", "-e", fake("waits"), "--timeout", "3000")
    held.wait()
    while older.PLACE in (checkout.folder / "reports/index.html").read_text():  # the emulator starts first
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=60)
    return checkout


def test_whatever_reads_it_says_so(killed: Checkout) -> None:
    path = str(killed.folder / "reports/report.json")
    said = (
        f"{path}: the latest run here, started {start_of(killed)}, did not finish:"
        f" this is the one started {killed.report()['started']}\n"
    )
    other = str(killed.folder / "other")
    for command in (
        ("report",),
        ("compare", path, path, "--pair", "qemu=qemu"),
        ("merge", path, "--report", other),
        ("measure", path),
        ("all", *GOOD, "--against", path, "--report", other),
    ):
        done = killed.run(*command)
        assert said in done.stderr, (command, done.stderr)
    assert f"{said.rstrip()[len(path) + 2:]}</strong>" in (killed.folder / "reports/index.html").read_text()


def test_the_page_that_was_there_says_so(killed: Checkout) -> None:
    page = (killed.folder / "reports/index.html").read_text()
    assert f"a later run started here {start_of(killed)}" in page and older.PLACE not in page
    assert killed.report()["started"] in page


def test_a_run_that_finishes_ends_it(killed: Checkout) -> None:
    assert killed.run("all", *GOOD).returncode == 0
    done = killed.run("report")
    assert done.stderr == ""
    page = (killed.folder / "reports/index.html").read_text()
    assert older.PLACE in page and "did not finish" not in page


def test_an_interrupted_run_has_a_report_of_its_own(checkout: Checkout) -> None:
    held = Fifo(checkout.folder / "notes" / "held")
    process = checkout.start("all", "-e", fake("waits"), "--timeout", "3000")
    held.wait()
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED and checkout.run("report").stderr == ""


def test_a_report_of_a_version_without_the_last_line(checkout: Checkout) -> None:
    assert checkout.run("all", *GOOD).returncode == 0
    path = checkout.folder / "reports/run.jsonl"
    path.write_bytes(path.read_bytes().removesuffix(older.END))
    assert checkout.run("report").stderr == ""


@pytest.mark.parametrize("text", ["", "{", "[]\n", '{"schema": 1}\n', "\xff\n", '{"started": {}}\n'])
def test_a_file_of_somebody_else(checkout: Checkout, text: str) -> None:
    assert checkout.run("all", *GOOD).returncode == 0
    (checkout.folder / "reports/run.jsonl").write_text(text, encoding="latin-1")
    assert checkout.run("report").returncode == 0


def test_what_a_killed_run_half_wrote_goes(checkout: Checkout) -> None:
    half = checkout.folder / "reports" / ".report.json.abc"
    checkout.write("reports/.report.json.abc", "{")
    assert checkout.run("all", *GOOD).returncode == 0 and not half.exists()
