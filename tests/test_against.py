"""The gate of an emulator's own developers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mini import Checkout, fake, record

from trapframe import against
from trapframe.report import loaded

ERROR = [{"field": "frame 1.error", "expected": "0x7", "actual": "0x6"}]
OTHER = [{"field": "frame 1.error", "expected": "0x7", "actual": "0x5"}]
MORE = [*ERROR, {"field": "frame 1.rip", "expected": "fault+0x0", "actual": "after+0x0"}]


def one(verdict: str, diff: list[dict[str, str]] | None = None, end: str = "exit") -> loaded.Report:
    result = {"case": "a/b", "engine": "qemu", "verdict": verdict, "end": end, "diff": diff or []}
    engine = {"id": "qemu", "name": "qemu", "kind": "qemu", "version": "1", "profile": "intel"}
    report = {"schema": 1, "engines": [engine], "results": [result]}
    return loaded.from_json(Path("report.json"), report)


@pytest.mark.parametrize(
    "was, now, word",
    [
        (one("PASS"), one("PASS"), ""),
        (one("PASS"), one("FAIL", ERROR), "worse"),
        (one("PASS"), one("QUIRK", ERROR), "worse"),  # another build of the same version
        (one("PASS"), one("FIXED", ERROR), ""),
        (one("PASS"), one("UNSUPPORTED"), "worse"),
        (one("FIXED", ERROR), one("FAIL", ERROR), "worse"),
        (one("QUIRK", ERROR), one("FAIL", ERROR), ""),  # a version that the quirk doesn't know
        (one("FAIL", ERROR), one("QUIRK", ERROR), ""),
        (one("FAIL", ERROR), one("FAIL", MORE), "worse"),
        (one("FAIL", MORE), one("FAIL", ERROR), "better"),
        (one("FAIL", ERROR), one("FAIL", OTHER), "other"),
        (one("FAIL", ERROR), one("WRONG-OUTCOME", MORE), "worse"),
        (one("QUIRK", MORE), one("WRONG-OUTCOME", MORE), ""),
        (one("FAIL", ERROR), one("FIXED", ERROR), "better"),
        (one("FAIL", ERROR), one("TIMEOUT", end="timeout"), "worse"),
        (one("TIMEOUT", end="timeout"), one("TIMEOUT", end="timeout"), ""),
        (one("TIMEOUT", end="timeout"), one("ENGINE-ERROR", end="crash"), "other"),
        (one("QUIRK", end="timeout"), one("TIMEOUT", end="timeout"), "other"),
        (one("TIMEOUT", end="timeout"), one("FAIL", ERROR), "better"),
        (one("NEW"), one("FAIL", ERROR), "new"),
        (one("UNSUPPORTED"), one("FAIL", ERROR), "new"),
    ],
)
def test_what_is_worse(was: loaded.Report, now: loaded.Report, word: str) -> None:
    found = against.hold(was, now)
    counts = {"worse": found.worse, "better": found.better, "other": found.other, "new": found.new}
    assert [name for name, results in counts.items() if results] == ([word] if word else [])
    assert found.exit_code == (word == "worse")


def test_gate(checkout: Checkout) -> None:
    """What was wrong before stays green; what got worse is named, with the rule."""
    checkout.deliver("fault/single", record("fault/single", " 7 140000", " 6 140000"))
    assert checkout.run("all", "-e", fake("good")).returncode == 1
    stored = checkout.folder / "stored.json"
    (checkout.folder / "reports" / "report.json").rename(stored)
    done = checkout.run("all", "-e", fake("good"), "--against", str(stored))
    assert done.returncode == 0 and "0 worse" in done.stdout.splitlines()[-1]
    names = ("fault/pair_one", "fault/pair_two")
    checkout.deliver("fault/pair", *(record(name, "10ad7", "ad7") for name in names))
    done = checkout.run("all", "-e", fake("good"), "--against", str(stored))
    assert done.returncode == 1 and "2 worse" in done.stdout.splitlines()[-1]
    assert "WORSE           fault/pair_one  qemu 99.1: PASS -> FAIL" in done.stdout
    lines = done.stdout[done.stdout.index("WORSE") :].splitlines()
    assert lines[1].split()[0] == "rule" and "frame 1.rflags  expected  0x10ad7" in lines[2]
    assert "was" in lines[3] and lines[4].split()[:2] == ["is", "0xad7"]


def test_stored_report_may_be_the_one_that_is_replaced(checkout: Checkout) -> None:
    assert checkout.run("all", "-e", fake("good")).returncode == 0
    done = checkout.run(
        "all", "-e", fake("silent"), "--against", str(checkout.folder / "reports/report.json")
    )
    assert done.returncode == 1 and "3 worse" in done.stdout


@pytest.mark.parametrize("text", [None, "", "[]", json.dumps({"schema": 99})])
def test_a_report_that_is_none(checkout: Checkout, text: str | None) -> None:
    if text is not None:
        checkout.write("stored.json", text)
    done = checkout.run("all", "-e", fake("good"), "--against", str(checkout.folder / "stored.json"))
    assert done.returncode == 2 and "stored.json" in done.stderr and "Traceback" not in done.stderr
