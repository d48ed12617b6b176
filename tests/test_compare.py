"""Two reports side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trapframe import cli
from trapframe.commands.compare import show
from trapframe.report import compare, loaded
from trapframe.report.folder import ReportError
from trapframe.report.json import SCHEMA

DIFF = [{"field": "frame 1.rflags", "expected": "0x10ad7 (RF)", "actual": "0xad7 (RF 0)", "bits": "0x10000"}]


def engine(name: str, version: str = "1", kind: str = "", profile: str = "intel") -> dict[str, str]:
    return {"id": name, "name": name, "kind": kind or name, "version": version, "profile": profile}


def report(path: Path, engines: list[dict[str, str]], results: dict[tuple[str, str], str]) -> Path:
    entries: list[dict[str, Any]] = [
        {"case": case, "engine": name, "verdict": verdict, "seconds": 0.1}
        | ({"diff": DIFF} if verdict in ("FAIL", "QUIRK") else {})
        for (case, name), verdict in results.items()
    ]
    path.write_text(
        json.dumps({"schema": SCHEMA, "commit": "c0ffee", "engines": engines, "results": entries})
    )
    return path


def kinds(old: Path, new: Path, *pairs: str) -> dict[tuple[str, str], str]:
    before, after = loaded.load(old), loaded.load(new)
    changes = compare.compare(before, after, compare.pair_engines(before, after, pairs))
    return {(change.case, change.engine_id): change.kind for change in changes}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("PASS", "PASS", "same"),
        ("FAIL", "FAIL", "same"),
        ("PASS", "FAIL", "worse"),
        ("PASS", "TIMEOUT", "worse"),
        ("PASS", "QUIRK", "worse"),
        ("FAIL", "PASS", "better"),
        ("QUIRK", "FIXED", "better"),
        ("QUIRK", "PASS", "better"),
        ("FAIL", "QUIRK", "same"),
        ("PASS", "UNSUPPORTED", "gone"),
        ("NEW", "FAIL", "added"),
        ("PASS", None, "gone"),
        (None, "PASS", "added"),
    ],
)
def test_kinds(tmp_path: Path, old: str | None, new: str | None, kind: str) -> None:
    before = report(tmp_path / "old.json", [engine("x")], {("a/b", "x"): old} if old else {})
    after = report(tmp_path / "new.json", [engine("x")], {("a/b", "x"): new} if new else {})
    assert kinds(before, after) == {("a/b", "x"): kind}


def test_engines_are_paired_by_id_then_by_kind_and_profile(tmp_path: Path) -> None:
    old = [engine("qemu", "7.2"), engine("bochs"), engine("mine", kind="qemu", profile="amd")]
    new = [
        engine("qemu", "10"),
        engine("bochs#2", kind="bochs"),
        engine("else"),
        engine("amd", kind="qemu", profile="amd"),
    ]
    before = report(tmp_path / "old.json", old, {("a/b", one["id"]): "PASS" for one in old})
    after = report(tmp_path / "new.json", new, {("a/b", one["id"]): "PASS" for one in new})
    assert kinds(before, after) == {
        ("a/b", "qemu"): "same",
        ("a/b", "bochs#2"): "same",
        ("a/b", "amd"): "same",
        ("a/b", "else"): "added",
    }


def test_one_report_holds_two_versions(tmp_path: Path) -> None:
    both = [engine("qemu", "7.2"), engine("qemu#2", "10", "qemu")]
    path = report(tmp_path / "r.json", both, {("a/b", "qemu"): "FAIL", ("a/b", "qemu#2"): "PASS"})
    found = kinds(path, path, "qemu=qemu#2")
    assert found["a/b", "qemu#2"] == "better"


def test_of_one_report_only_the_named_engines_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [engine("qemu", "7.2"), engine("qemu#2", "10", "qemu"), engine("bochs")]
    verdicts = {("a/b", "qemu"): "FAIL", ("a/b", "qemu#2"): "PASS", ("a/b", "bochs"): "PASS"}
    path = report(tmp_path / "r.json", both, verdicts)
    assert show(tmp_path, path, path, ["qemu=qemu#2"], None) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3 and said[0].startswith("BETTER") and said[2].endswith(": 1 better")


@pytest.mark.parametrize("pair", ["qemu", "qemu=none", "none=qemu", "="])
def test_a_pair_names_engines_of_both(tmp_path: Path, pair: str) -> None:
    path = report(tmp_path / "r.json", [engine("qemu")], {})
    with pytest.raises(ReportError, match="expected OLD=NEW"):
        kinds(path, path, pair)


def test_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = report(
        tmp_path / "old.json",
        [engine("qemu", "7.2")],
        {("a/broken", "qemu"): "PASS", ("a/fixed", "qemu"): "FAIL", ("a/gone\x1b", "qemu"): "PASS"},
    )
    new = report(
        tmp_path / "new.json",
        [engine("qemu", "10")],
        {("a/broken", "qemu"): "FAIL", ("a/fixed", "qemu"): "PASS", ("b/added", "qemu"): "PASS"},
    )
    assert cli.main(["compare", str(old), str(new), "--html", str(tmp_path / "page")]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out == [
        "WORSE    a/broken  qemu  PASS -> FAIL  frame 1.rflags 0xad7 (RF 0)",
        "BETTER   a/fixed  qemu  FAIL -> PASS  frame 1.rflags 0xad7 (RF 0)",
        "ADDED    b/added  qemu  PASS",
        "GONE     a/gone\\x1b  qemu  PASS",
        f"{old} (c0ffee) -> {new} (c0ffee)",
        "qemu 7.2 -> qemu 10: 1 worse, 1 better, 1 added, 1 gone",
        str(tmp_path / "page" / "index.html"),
    ]
    assert cli.main(["compare", str(old), str(old)]) == 0


def test_a_long_list_of_what_came_is_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = report(tmp_path / "old.json", [engine("x")], {})
    new = report(tmp_path / "new.json", [engine("x")], {(f"a/{n}", "x"): "PASS" for n in range(50)})
    assert cli.main(["compare", str(old), str(new)]) == 0
    assert "ADDED    and 30 more" in capsys.readouterr().out


def test_what_cannot_be_read_is_an_error_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["compare", str(tmp_path / "none"), str(tmp_path / "none")]) == 2
    assert cli.main(["report", str(tmp_path / "none")]) == 2
    assert "No such file" in capsys.readouterr().err
