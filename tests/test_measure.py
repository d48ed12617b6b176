"""Which releases show which quirk, and the page of findings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from mini import ROOT, SECTION, Checkout, fake, record
from samples import INFO
from trapframe.pages import findings, unlike
from trapframe.pages.findings import FindingsError, Known, read_notes
from trapframe.report import loaded
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
    info = INFO._replace(case="fault/single", file="fault/single", spec="SDM")
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


QUIRK_FLAGS = """
[[quirk]]
id = "flags"
versions = ">=1.0"
cases = ["fault/*"]
rule = "a rule"
reason = "a reason"
[quirk.instead]
"fault/single" = '''
BODY'''
"""


def rows(folder: Path, golden: str, seen: str) -> list[tuple[str, str, str]]:
    """What the page shows of a quirk by which another outcome comes."""
    body = SECTION[SECTION.index("frame 1") :]
    (old, want), (_, came) = (RFLAGS, golden), (RFLAGS, seen)
    assert old in body
    text = QUIRK_FLAGS.replace("BODY", body.replace(old, came).replace("0x7   ", "0x5   "))
    (folder / "flags.toml").write_text(text)
    found = Expected(
        {"fault/single": parse_golden(SECTION.replace("NAME", "single").replace(old, want), "x")},
        {"qemu": read(folder / "flags.toml")},
        [],
        {"qemu": ("1.0",)},
    )
    info = INFO._replace(case="fault/single", file="fault/single", spec="SDM")
    (folder / "notes.toml").write_text(NOTE.replace("other-error", "flags"))
    whole = Known({"fault/single": info}, found, read_notes(folder / "notes.toml"))
    (one,) = findings.findings(whole, "qemu")
    return [row for row in one.rows if row[0] not in ("frame 1.vector", "frame 1.rip")]


RFLAGS = "  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF\n"
ERROR = ("frame 1.error", "0x7  P W U", "0x5  P U")


@pytest.mark.parametrize(
    "golden, seen, shown",
    [
        (RFLAGS, "  rflags 0xad7\n", True),
        ("  rflags 0x10ad7 mask 0xffff because A\n", "  rflags 0xad7\n", False),
        ("  rflags 0x10ad7 mask 0x1ffff because A\n", "  rflags 0xad7\n", True),
        ("  rflags any because A\n", "  rflags 0xad7\n", False),
        (RFLAGS, "  rflags any because A\n", False),
    ],
)
def test_what_the_manual_leaves_open_is_no_difference(
    tmp_path: Path, golden: str, seen: str, shown: bool
) -> None:
    """And `any` is nothing that was seen."""
    found = rows(tmp_path, golden, seen)
    assert found[0] == ERROR
    assert [name for name, _, _ in found[1:]] == ["frame 1.rflags"] * shown


def test_the_command_of_a_finding_shows_it(tmp_path: Path) -> None:
    text = findings.page(known(tmp_path, NOTE))
    assert "- smallest case: `fault/single`\n- steps: `./runner.py engines install qemu@2.0.5`; `" in text
    assert "`./runner.py diff fault/single -e qemu@2.0.5` shows every field; `./runner.py run " in text


# What no processor does.


def test_unlike_processors(checkout: Checkout) -> None:
    old = "  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF\n"
    mask = "  rflags          0x10ad7 mask 0xffff because nobody says it\n"
    checkout.edit("expected/fault/single.txt", old, f"{mask}  silicon rflags  0x10ad7 because a board\n")
    checkout.deliver("fault/single", record("fault/single", " 10ad7 ", " ad7 "))
    checkout.run("all", "-e", fake("good"))
    made = unlike.collect([loaded.load(checkout.folder / "reports/report.json")])
    texts = ("0x10ad7 (RF OF IF SF ZF AF PF CF)", "0xad7 (RF 0)")
    assert made == [unlike.Row("qemu", "99.1", "rflags", 1, "fault/single", *texts)]
    path = checkout.folder / "unlike.tsv"
    path.write_text(unlike.write(made))
    assert unlike.read(path) == made
    free = unlike.Row("qemu", "99.2", "rflags", 0, "", "", "")
    lines = list(unlike.section([*made, free], "qemu", "QEMU"))
    assert "| field | 99.1 | 99.2 | for example | processors | QEMU |" in lines
    assert f"| `rflags` | 1 | 0 | `fault/single` | {texts[0]} | {texts[1]} |" in lines
    assert list(unlike.section(made, "bochs", "Bochs")) == []
    path.write_text("engine\trelease\n")
    with pytest.raises(unlike.UnlikeError, match="make unlike"):
        unlike.read(path)


def test_unlike_processors_names_cases_that_exist() -> None:
    made = unlike.read(ROOT / unlike.DATA)
    assert made
    for row in made:
        family, _, name = row.example.partition("/")
        files = (ROOT / "expected" / family).glob("*.txt")
        assert not row.example or any(f"[{name}]\n" in file.read_text() for file in files), row


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
