"""The page of sweeps: what it tells, and what a browser makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import browsing
import pytest

from trapframe.model import EngineId
from trapframe.sweep import page
from trapframe.sweep.judge import judge
from trapframe.sweep.known import Known
from trapframe.sweep.page import Result, Swept
from trapframe.sweep.rom import Part
from trapframe.sweep.told import Counts, Difference, Found, Table, Told
from trapframe.sweep.walk import NotWalked, Sweep, Walked

AXES = {"EVENT": ("int_n", "#UD"), "DPL": ("0", "3", "1"), "IF": ("0", "1")}
RF = Difference("int_n", "-", "gate.dpl", "-", "#GP", ("rflags.RF",))
ODD = Difference("#UD", "-", "-", "-", "#UD", ("rflags.RF", "cr2"))
KNOWN = Known("rf", ((">=", "1"),), ("intel",), ("*",), ("*",), ("*",), ("*",), ("rflags.RF",), "RF=0", False)
TABLES: tuple[Table, ...] = (
    ((4, 1), (0, 0), (0, 0), (200, 1), (4, 0), (0, 0)),  # EVENT, DPL
    ((0, 0), (4, 1), (204, 1), (0, 0)),  # EVENT, IF
    ((200, 1), (4, 1), (2, 0), (0, 0), (2, 0), (0, 0)),  # DPL, IF
)


def swept() -> list[Swept]:
    classes = {RF: Found(9, 2, ((0, 0), (2, 1))), ODD: Found(4, 1, ((0, 1),))}
    old = Counts(210, 1, 1, 208, 206, 7, classes, TABLES)
    calm: tuple[Table, ...] = tuple(tuple((all_, 0) for all_, _ in table) for table in TABLES)
    counts = (old, Counts(210, 1, 1, 208, 208, 7, {}, calm))
    engines = [EngineId("qemu", "qemu", version, "intel", "", "") for version in ("1.0", "2.0")]
    told = Told("an event", 12, 16, AXES)
    results = {
        f"qemu@{engine.version}": Result(
            engine,
            f"qemu@{engine.version}",
            Walked(one),
            judge("gates", engine, Walked(one), [KNOWN], True, False),
        )
        for engine, one in zip(engines, counts)
    }
    bad = NotWalked("crash: <img src=x onerror=alert(1)>\x07")
    broken = {"qemu@1.0": Result(engines[0], "qemu@1.0", bad, None)}
    return [
        Swept(Sweep("gates", b"", told), Part(0, 12, 12, 1), results),
        Swept(Sweep("iret", b"", told), Part(0, 12, 12, 1), broken),
    ]


def test_it_tells_causes_and_classes() -> None:
    gates, iret = map(page._sweep, swept())
    assert [(one["id"], one["counts"]) for one in gates["causes"]] == [("new", [1, 0]), ("rf", [3, 0])]
    assert [(one["what"], one["causes"], one["state"]) for one in gates["classes"]] == [
        ("int_n", ["qemu rf"], [("event", "int_n"), ("if", "1")]),
        ("#UD", ["qemu rf", "qemu new"], [("event", "#UD")]),
    ]
    assert iret["classes"] == iret["causes"] == []
    assert "\x07" not in page.render(swept())


CHECKS = [
    "two axes by choice",
    "turned",
    "another engine, another sweep",
    "begins with the axes that matter",
    "a class leads to its cause",
    "hostile text is text",
    "axe and no scrolling: light, 1400",
    "axe and no scrolling: dark, 390",
    "no network",
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    browsing.require()
    made: Path = page.write(swept(), tmp_path_factory.mktemp("page"))
    return browsing.checks("sweeps.mjs", str(made))


def test_browser_checks_are_all_known(browser: dict[str, Any]) -> None:
    assert list(browser) == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_in_a_browser(browser: dict[str, Any], check: str) -> None:
    assert browser[check] is None, browser[check]
