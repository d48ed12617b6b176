"""Which releases show which quirk, and the page of findings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from mini import SECTION, Checkout, fake, record
from samples import INFO
from trapframe.pages import findings
from trapframe.pages.findings import FindingsError, Known, read_notes
from trapframe.truth.expected import Expected
from trapframe.truth.golden import parse as parse_golden
from trapframe.truth.quirk_file import read

QUIRKS = """
[[quirk]]
id = "other-error"
versions = "RANGE"
cases = ["fault/*"]
rule = "a rule"
reason = "a reason"
[[quirk.change]]
frame = 1
field = "error"
value = "0x6"
"""


def deliver(checkout: Checkout, *names: str) -> None:
    """These cases show the quirk, the others don't."""
    for file, cases in (
        ("fault/single", ["fault/single"]),
        ("fault/pair", ["fault/pair_one", "fault/pair_two"]),
    ):
        checkout.deliver(
            file,
            *(record(case, " 7 140000", " 6 140000") if case in names else record(case) for case in cases),
        )


@pytest.mark.parametrize(
    "names, told",
    [
        (("fault/single", "fault/pair_one", "fault/pair_two"), "! qemu/other-error  <99.0  99.1 seen"),
        ((), "  qemu/other-error  <99.0  99.1 free"),
        (("fault/single",), "! qemu/other-error  <99.0  99.1 mixed"),
    ],
)
def test_measure(checkout: Checkout, names: tuple[str, ...], told: str) -> None:
    checkout.write("expected/quirks/qemu.toml", QUIRKS.replace("RANGE", "<99.0"))
    deliver(checkout, *names)
    checkout.run("all", "-e", fake("good"))
    done = checkout.run("measure", str(checkout.folder / "reports" / "report.json"))
    assert done.returncode == 0 and done.stdout.splitlines()[0] == told
    if "mixed" in told:
        assert "99.1 seen fault/single; free fault/pair_one fault/pair_two" in done.stdout


def test_what_no_quirk_explains(checkout: Checkout) -> None:
    checkout.deliver("fault/single", record("fault/single", " 7 140000", " 5 140000"))
    checkout.run("all", "-e", fake("good"))
    done = checkout.run("measure", str(checkout.folder / "reports" / "report.json"))
    assert done.stdout == "? fault/single  qemu@99.1:intel  FAIL  frame 1.error 0x5 (W 0)\n", done.stdout


# The page.


def known(folder: Path, notes: str = "", versions: str = ">=1.0") -> Known:
    (folder / "quirks.toml").write_text(QUIRKS.replace("RANGE", versions))
    (folder / "notes.toml").write_text(notes)
    golden = parse_golden(SECTION.replace("NAME", "single"), "expected/fault/single.txt")
    found = Expected(
        {"fault/single": golden}, {"qemu": read(folder / "quirks.toml")}, [], {"qemu": ("1.0", "2.0.5")}
    )
    info = replace(INFO, case="fault/single", file="fault/single", spec="SDM")
    return Known({"fault/single": info}, found, read_notes(folder / "notes.toml"))


NOTE = """
[[finding]]
engine = "qemu"
quirks = ["other-error"]
title = "Another error code"
place = "a_file.c: a_function()"
sure = "likely"
text = "More of it."
"""


def test_page(tmp_path: Path) -> None:
    lines = findings.page(known(tmp_path, NOTE)).splitlines()
    assert "| [other-error](#qemu-another-error-code) | ● | ● |" in lines
    at = lines.index("### QEMU: Another error code")
    assert "- rule: a rule" in lines[at:] and "- place: a_file.c: a_function()" in lines[at:]
    assert "- releases: 1.0 seen, 2.0.5 seen" in lines[at:] and "More of it." in lines[at:]
    assert any(line.startswith("  * frame 1.error   0x7") and "0x6" in line for line in lines[at:])


def test_what_the_newest_release_is_free_of_is_in_the_time_line_only(tmp_path: Path) -> None:
    text = findings.page(known(tmp_path, NOTE, versions="<2.0"))
    assert "| other-error | ● | · |" in text and "###" not in text


def test_a_deviation_of_the_newest_release_needs_a_finding(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="no finding for qemu's quirk 'other-error', which 2.0.5 shows"):
        findings.page(known(tmp_path))


def test_what_several_quirks_say_is_said_once(tmp_path: Path) -> None:
    notes = NOTE.replace('["other-error"]', '["other-error", "same-error"]')
    one = known(tmp_path, NOTE).found.quirks["qemu"][0]
    made = known(tmp_path, NOTE)
    made.found.quirks["qemu"] = (
        replace(one, upstream="known"),
        replace(one, id="same-error", versions=((">=", "2.0"),), upstream="known"),
    )
    (tmp_path / "notes.toml").write_text(notes)
    whole = replace(made, notes=read_notes(tmp_path / "notes.toml"))
    text = findings.page(whole)
    assert text.count("- rule: ") == text.count("- seen: ") == text.count("- upstream: known") == 1
    assert "- releases: 1.0 seen, 2.0.5 seen" in text
    (tmp_path / "notes.toml").write_text(notes + 'rule = "one rule"\nseen = "one thing"\n')
    text = findings.page(replace(made, notes=read_notes(tmp_path / "notes.toml")))
    assert "- rule: one rule\n- seen: one thing\n" in text and "a rule" not in text


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("other-error", "nothing", "qemu has no quirk 'nothing'"),
        ('["other-error"]', '["other-error", "other-error"]', "twice"),
        ("place", "palce", "unknown key 'palce'"),
        ('"likely"', '"sure"', "sure = 'sure'"),
        ('sure = "likely"', "", "sure = None"),
        ('title = "Another error code"', "", "title"),
        ('quirks = ["other-error"]', "", "quirks"),
        ('text = "More of it."', 'case = "fault/none"', "shows in no case fault/none"),
    ],
)
def test_a_mistake_in_the_notes(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(FindingsError, match=message):
        findings.page(known(tmp_path, NOTE.replace(old, new)))
