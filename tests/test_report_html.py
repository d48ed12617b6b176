"""The report's page: what is embedded, and what a browser makes of it."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import browsing
import pages
import pytest

from trapframe.report import html, loaded, timeline
from trapframe.report.disassembly import parse, program
from trapframe.report.folder import ReportError
from trapframe.report.page import clean, collect, turn
from trapframe.suite import revision

CHECKS = [
    "matrix",
    "sticky heads",
    "filter",
    "links of the cards and causes",
    "deep link",
    "keys",
    "back and forth",
    "drill-down",
    "the golden file has a link of its own",
    "stack picture",
    "quirks are marked as such",
    "a quirk has one colour: light",
    "a quirk has one colour: dark",
    "a quirk's name and reason stand once, for all that show it",
    "two builds of one version are told apart",
    "what a link asks for is in view",
    "what the filter doesn't know is named",
    "legend",
    "to a family",
    "to a family, from where no case matches",
    "sideways the matrix alone scrolls",
    "a record that isn't one",
    "compare",
    "releases from left to right",
    "time line of a quirk",
    "hostile strings are text",
    "no network",
    "1000 x 8 cells in a second",
    "a row that was never near",
    "no part overlaps or sticks out",
    "on paper",
    "axe, in the light and in the dark",
]


def test_what_no_processor_does_is_marked(tmp_path: Path) -> None:
    """In the matrix's cell, on the engine's card, and beside the verdict."""
    (name,) = names = pages.NAMES[:1]
    pages.checkout(tmp_path, names)
    golden = tmp_path / "expected" / f"{pages.info(name).file}.txt"
    line = "dr7             any because nobody knows it\n"
    text = golden.read_text()
    assert line in text
    golden.write_text(text.replace(line, f"{line}  silicon dr7     0x401 because a board\n", 1))
    entries = [pages.entry(tmp_path, name, "bochs", pages.serial(name))]
    collected = collect(tmp_path, loaded.load(pages.report(tmp_path / "report.json", names, entries)), None)
    (card,) = (one for one in collected.head["engines"] if one["total"])
    (cell,) = collected.matrix["cells"]
    assert (card["unlike"], cell[0], cell[8]) == (1, "PASS", 1)
    (told,) = (run["unlike"] for run in collected.cases[0]["runs"] if run)
    assert [tuple(one) for one in told] == [("frame 1.dr7", "0x401 (L0 DR0=X1)", "0x400 (L0 0)", "a board")]
    assert "1 allowed by the manual, unlike every processor seen</a>" in html.render(collected)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each check found, from one run of all of them."""
    browsing.require()
    folder = tmp_path_factory.mktemp("pages")
    pages.write_all(folder)
    return browsing.checks("run.mjs", str(folder))


def test_browser_checks_are_all_known(browser: dict[str, Any]) -> None:
    assert list(browser) == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_in_a_browser(browser: dict[str, Any], check: str) -> None:
    assert browser[check] is None, browser[check]


def test_page_of_a_checkout_without_anything(tmp_path: Path) -> None:
    """Of a report from elsewhere: no golden file, no source, no ELF file."""
    _, new = pages.small(tmp_path / "there")
    page = html.render(collect(tmp_path / "here", loaded.load(new), None))
    assert "5</strong> cases" in page
    assert "no network" not in page


def test_page_of_a_report_with_documented_keys_only(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    result = {"case": "a/b", "engine": "x", "verdict": "FAIL", "seconds": 1}
    path.write_text(json.dumps({"schema": 2, "results": [result]}))
    assert html.write(tmp_path, path, None, None) == tmp_path / "index.html"
    assert html.write(tmp_path, path, path, tmp_path / "new" / "folder").is_file()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[]", "not a report of schema 2"),
        ('{"schema": 3}', "not a report of schema 2"),
        ('{"schema": 1}', "schema 1 lacks"),
        ('{"schema": 2, "results": 5}', "not a report of a run"),
        ('{"schema": 2, "results": [{"case": "a/b"}]}', "'engine'"),
        ('{"schema": 2, "results": [["a"]]}', "not a report of a run"),
    ],
)
def test_what_is_no_report_is_said_to_be_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(ReportError, match=message):
        loaded.load(path)


def test_nothing_embedded_ends_its_element(tmp_path: Path) -> None:
    pages.checkout(tmp_path, pages.NAMES)
    page = html.render(collect(tmp_path, loaded.load(pages.hostile(tmp_path)), None))
    assert page.count("</script") == 4
    assert "<img" not in page
    assert page.isascii() or not any(letter in page for letter in "\u202e\u2028\x1b\x00")


def test_page_says_that_its_sources_may_be_others(tmp_path: Path) -> None:
    """The head warns where the checkout isn't the one of the run."""
    pages.checkout(tmp_path, pages.NAMES)
    new = pages.small(tmp_path)[1]
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "cases"], ["commit", "-q", "-m", "cases"]):
        subprocess.run([*git, *command], check=True)
    here = revision.commit(tmp_path)
    assert here

    def warned(**head: str) -> list[str]:
        new.write_text(json.dumps({**json.loads(new.read_text()), **head}))
        page = html.render(collect(tmp_path, loaded.load(new), None))
        return re.findall(r'<strong class="warning">(.*?)</strong>', page)

    (text,) = warned()
    assert f"this checkout is at commit {here[:12]}, the run was of 0123456789ab:" in text
    assert warned(commit=here, inputs="of another folder") == []
    source = next((tmp_path / "cases").rglob("*.c"))
    source.write_text(source.read_text() + "\n")
    (text,) = warned()
    assert f"{here[:12]}-dirty" in text
    assert warned(commit=f"{here}-dirty", inputs=revision.inputs(tmp_path)) == []
    (text,) = warned(inputs="other")
    assert "have changed since the run" in text


def test_clean_shows_what_cannot_be_seen() -> None:
    assert clean({"a": ["\x1b[2J", ("\u202e", 5, None)]}) == {"a": ["\\x1b[2J", ["\\u202e", 5, None]]}
    assert clean("Käse ✓") == "Käse ✓"


OBJDUMP = """\
  100000:\t62                   \t(bad)
  100001:\tc0 90 90 90 90 e9 3b \trcl    BYTE PTR [rax-0x166f6f70],0x3b
  100008:\t00 00                \tadd    BYTE PTR [rax],al
  100040:\t48 b8 01 02 03 04 05 \tmovabs rax,0x807060504030201
  100047:\t06 07 08
  10004a:\te9 bf 00 00 00       \tjmp    1000c6 <program_end>
  10004f:\t90                   \tnop
"""


def test_disassembly_ends_with_the_program() -> None:
    found = program(parse(OBJDUMP), [0x999, 0x100040])
    assert [one.text for one in found] == ["movabs rax,0x807060504030201", "jmp 1000c6 <program_end>"]
    assert found[0].code == "48 b8 01 02 03 04 05 06 07 08"


def test_disassembly_of_what_is_no_instruction_ends_at_the_next_label() -> None:
    found = program(parse(OBJDUMP), [0x100000], [0x100000, 0x100006])
    assert [(one.code, one.text) for one in found] == [
        ("62 c0 90 90 90 90", "no instruction that objdump knows")
    ]


def test_a_time_line_says_how_a_deviation_goes_over_the_releases(tmp_path: Path) -> None:
    told = loaded.load(pages.releases(tmp_path))
    newest, *_, bochs = told.engines
    assert timeline.in_order(told.engines) == ["qemu@8.0", "qemu@9.0", newest, bochs]
    assert timeline.older(told.engines) == {"qemu@9.0": "qemu@8.0", newest: "qemu@9.0"}
    one = told.results["gate/ring_one", "qemu@8.0"]
    seen = [
        replace(one, engine_id=f"qemu@{release}", quirks=(quirk,))
        for release, quirk in [
            *(("8.0", "gone"), ("10.0", "came"), ("9.0", "passing")),
            *(("8.0", "stays"), ("9.0", "stays"), ("10.0", "stays")),
        ]
    ]
    fixed = replace(one, verdict="FIXED", engine_id="qemu@10.0", quirks=("gone",))
    (lines,) = timeline.timelines(told.engines, [*seen, one, fixed])
    assert lines.releases == ("8.0", "9.0", "10.0")
    assert [(line.quirk, line.life) for line in lines.lines] == [
        ("came", timeline.CAME),
        ("stays", timeline.STAYS),
        ("gone", timeline.GONE),
        ("passing", timeline.GONE),
        ("rf-not-pushed", timeline.GONE),
    ]
    assert lines.lines[3].marks == ["before", "seen", "after"]


def test_only_a_case_that_was_told_before_and_after_can_turn(tmp_path: Path) -> None:
    told = loaded.load(pages.releases(tmp_path))
    quirk = told.results["gate/ring_one", "qemu@8.0"]
    passes = told.results["gate/ring_one", "qemu@9.0"]
    unsupported = replace(passes, verdict="UNSUPPORTED")
    assert turn(quirk, passes) == "better"
    assert turn(passes, quirk) == "worse"
    for old, new in [(quirk, quirk), (unsupported, quirk), (passes, unsupported), (None, passes)]:
        assert turn(old, new) == ""
