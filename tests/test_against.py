"""The gate of an emulator's own developers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mini import Checkout, fake, record

from trapframe.report import compare, loaded
from trapframe.report.json import SCHEMA
from trapframe.runs import against

ERROR: list[dict[str, Any]] = [{"field": "frame 1.error", "expected": "0x7", "actual": "0x6", "bits": "0x1"}]
OTHER = [{"field": "frame 1.error", "expected": "0x7", "actual": "0x5", "bits": "0x2"}]
BOTH = [{"field": "frame 1.error", "expected": "0x7", "actual": "0x4", "bits": "0x3"}]
MORE = [*ERROR, {"field": "frame 1.rip", "expected": "fault+0x0", "actual": "after+0x0", "bits": "0x4"}]
KNOWN = [{**ERROR[0], "quirks": ["some"]}]
MISSING = [{"field": "frame 2", "expected": "#DF(0x0) at fault+0x0", "actual": "none"}]
WORD = [{"field": "frame 1.at_end", "expected": "kept", "actual": "overwritten"}]
WORDS = [{"field": "frame 1.at_end", "expected": "kept", "actual": "moved"}]


def one(verdict: str, diff: list[dict[str, Any]] | None = None, end: str = "exit") -> loaded.Report:
    result = {"case": "a/b", "engine": "qemu", "verdict": verdict, "end": end, "diff": diff or []}
    engine = {"id": "qemu", "name": "qemu", "kind": "qemu", "version": "1", "profile": "intel"}
    report = {"schema": SCHEMA, "engines": [engine], "results": [result]}
    return loaded.from_json(Path("report.json"), report)


@pytest.mark.parametrize(
    "was, now, kind, code",
    [
        (one("PASS"), one("PASS"), "same", 0),
        (one("PASS"), one("FAIL", ERROR), "worse", 1),
        (one("PASS"), one("QUIRK", KNOWN), "worse", 1),  # another build of the same version
        (one("PASS"), one("FIXED"), "same", 0),
        (one("PASS"), one("UNSUPPORTED"), "gone", 1),
        (one("PASS"), one("NEW"), "gone", 1),
        (one("FIXED"), one("FAIL", ERROR), "worse", 1),
        (one("QUIRK", KNOWN), one("FAIL", ERROR), "same", 0),  # a version that the quirk doesn't know
        (one("FAIL", ERROR), one("QUIRK", KNOWN), "same", 0),
        (one("QUIRK", KNOWN), one("FAIL", BOTH), "worse", 1),  # one field, and another bit of it
        (one("FAIL", BOTH), one("QUIRK", KNOWN), "better", 0),
        (one("QUIRK", KNOWN), one("FAIL", OTHER), "changed", 1),
        (one("FAIL", ERROR), one("FAIL", MORE), "worse", 1),
        (one("FAIL", MORE), one("FAIL", ERROR), "better", 0),
        (one("FAIL", ERROR), one("FAIL", OTHER), "changed", 1),
        (one("FAIL", WORD), one("FAIL", WORDS), "changed", 1),
        (
            one("FAIL", MORE),
            one("FAIL", BOTH),
            "changed",
            1,
        ),  # the RIP is right, another bit of the error isn't
        (one("FAIL", ERROR), one("WRONG-OUTCOME", MISSING), "worse", 1),
        (one("WRONG-OUTCOME", MISSING), one("WRONG-OUTCOME", [*MISSING, *ERROR]), "worse", 1),
        (one("FAIL", ERROR), one("FIXED"), "better", 0),
        (one("FAIL", ERROR), one("TIMEOUT", end="timeout"), "worse", 1),
        (one("TIMEOUT", end="timeout"), one("TIMEOUT", end="timeout"), "same", 0),
        (one("TIMEOUT", end="timeout"), one("ENGINE-ERROR", end="crash"), "changed", 1),
        (one("QUIRK", end="timeout"), one("TIMEOUT", end="timeout"), "same", 0),
        (one("QUIRK", end="exit"), one("PROTOCOL-ERROR", end="exit"), "same", 0),
        (one("TIMEOUT", end="timeout"), one("FAIL", ERROR), "better", 0),
        (one("NEW"), one("FAIL", ERROR), "added", 0),
        (one("UNSUPPORTED"), one("FAIL", ERROR), "added", 0),
        (one("UNSUPPORTED"), one("NEW"), "same", 0),
    ],
)
def test_what_is_worse(was: loaded.Report, now: loaded.Report, kind: str, code: int) -> None:
    (change,) = changes = against.hold(was, now)
    assert (change.kind, compare.exit_code(changes)) == (kind, code)


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
