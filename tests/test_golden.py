"""Golden files: one canonical form, and an error that names file and line for anything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini import ROOT
from samples import GOLDEN, INFO, UNTIMED

from trapframe.model import CaseInfo
from trapframe.truth import expect, golden, golden_text
from trapframe.truth.agreement import check_agreement
from trapframe.truth.expect import Expect, Field, GoldenFile, Outcome, Section
from trapframe.truth.golden import GoldenError, parse
from trapframe.truth.golden_text import write

BODY = GOLDEN[GOLDEN.index("frame 1") :]
TWO = f"[x]\nspec        x\naccept one because A\n{BODY}accept two because B\nend         shutdown\n"


def error(text: str) -> GoldenError:
    with pytest.raises(GoldenError) as caught:
        parse(text, "sample.txt")
    assert str(caught.value).startswith(f"sample.txt:{caught.value.line}: ")
    return caught.value


@pytest.mark.parametrize(
    "text", [GOLDEN, TWO, f"{TWO}\n# A comment.\n[x amd]\nspec        y\nend         exit\n# Last.\n"]
)
def test_canonical_text_stays(text: str) -> None:
    assert write(parse(text, "sample.txt")) == text


def test_spaces_and_generated_comments_dont_matter() -> None:
    loose = "\n\n".join(" ".join(line.split()) if line[:1] != " " else line for line in GOLDEN.splitlines())
    loose = loose.replace("# #PF", "# nonsense").replace("0x7                # P W U", "0x7 #")
    assert loose != GOLDEN
    assert write(parse(loose, "sample.txt")) == GOLDEN


SILICON = """\
[x]
spec        x
silicon     accept[intel] two because an oopse of a board
silicon     accept[amd] one because a kernel's source
accept one because A
"""


def with_silicon(old: str, new: str) -> str:
    assert old in GOLDEN
    return GOLDEN.replace(old, new, 1)


OPEN_RIP = "  rip             any because it is undefined\n"
MASKED_SS = "  ss              0x0 mask 0xfffc because of two volumes\n"
AMD_RIP = "  silicon rip[amd] 0x1 because C\n"
OPEN_PTE = "value.pte         any because of the model\n"


@pytest.mark.parametrize(
    "text",
    [
        with_silicon("  rip             fault+0x0\n", f"{OPEN_RIP}  silicon rip     fault+0x0 because A\n"),
        with_silicon(
            "  ss              user_data\n",
            f"{MASKED_SS}  silicon ss[amd] 0x0 mask 0x3 because # A\n  silicon ss[intel] 0x1 because B\n",
        ),
        with_silicon(
            "  rip             fault+0x0\n",
            f"  rip             fault+0x0\n  rip[amd]        any because B\n{AMD_RIP}",
        ),
        with_silicon("value.pte         0x25\n", f"{OPEN_PTE}silicon value.pte 0x25 because A\n"),
        f"{SILICON}{BODY}accept two because B\nend         shutdown\n",
    ],
)
def test_what_processors_do_is_written_as_it_is_read(text: str) -> None:
    found = parse(text, "sample.txt")
    assert write(found) == text
    assert any(section.silicon for section in found.sections) or any(
        entry.silicon for entry in found.sections[0].outcomes[0].fields
    )


@pytest.mark.parametrize(
    "new, line, expected",
    [
        ("silicon rip fault+0x0 because A", 10, "nothing of 'rip' is open; delete it"),
        ("rip any because A\n  silicon cs 0x8 because A", 10, "directly behind the lines of 'cs'; move it"),
        ("rip any because A\n  # B\n  silicon rip 0x8 because A", 11, "directly behind the lines of 'rip'"),
        ("rip any because A\n  silicon rip 0x8", 10, "name the processors, and who saw it"),
        ("rip any because A\n  silicon rip 0x8 because FILL IN", 10, "name the processors"),
        (
            "rip any because A\n  silicon rip any because A",
            10,
            "a number 0x.. or NAME+0x.. for 'rip', got 'any'",
        ),
        ("rip any because A\n  silicon rip 0x8 mask 8 because A", 10, "'mask 0x..' behind a number"),
        ("rip any because A\n  silicon rip[via] 0x8 because A", 10, "FIELD[amd] or FIELD[intel]"),
        ("rip any because A\n  silicon", 10, "FIELD[amd] or FIELD[intel]"),
        (
            "rip any because A\n  silicon rip 0x8 because A\n  silicon rip[amd] 0x9 because A",
            11,
            "one 'silicon rip' for all processors or one a vendor; delete the others",
        ),
        ("rip any because A\n  silicon rip 0x8 because A\n  rip[amd] 0x9", 11, "directly behind"),
        (
            "rip any because A\n  rip[amd] 0x9\n  silicon rip[amd] 0x8 because A",
            11,
            "nothing of 'rip' is open",
        ),
        (
            "rip 0x8 mask 0xf because A\n  silicon rip 0x9 because A",
            10,
            "that the line of 'rip' allows, got '0x9'",
        ),
        ("rip any because A\nsilicon accept one because A", 10, "before the first 'accept'"),
    ],
)
def test_mistakes_about_processors_are_named(new: str, line: int, expected: str) -> None:
    text = with_silicon(
        "  rip             fault+0x0\n", f"  rip fault+0x0\n  {new}\n".replace("rip fault+0x0\n  rip", "rip")
    )
    found = error(text)
    assert (found.line, expected in found.what) == (line, True), found


@pytest.mark.parametrize(
    "old, new, expected",
    [
        (" two because an", " three because an", "one of its accepted outcomes, got 'silicon accept three'"),
        (" two because an oopse of a board", " two", "name what was seen"),
        ("accept[amd]", "accept[intel]", "one 'silicon accept' for all processors or one a vendor"),
        ("[x]", "[x]\nspec x\nend exit\n[x amd]", "in an '[... amd]' section; write 'silicon accept'"),
        ("silicon     accept[amd]", "silicon gprs", "directly behind the lines of 'gprs'"),
    ],
)
def test_mistakes_about_outcomes_of_processors_are_named(old: str, new: str, expected: str) -> None:
    assert expected in error(f"{SILICON.replace(old, new)}{BODY}accept two because B\nend exit\n").what


def test_what_processors_do_is_no_requirement() -> None:
    line = f"{OPEN_RIP}  silicon rip[amd] fault+0x0 because A\n"
    found = parse(with_silicon("  rip             fault+0x0\n", line), "x")
    (amd,), (intel,) = (expect.outcomes(found, "write_read_only", one) for one in ("amd", "intel"))
    assert [
        len(entry.silicon) for one in (amd, intel) for entry in one.fields if entry.name == "frame 1.rip"
    ] == [
        1,
        0,
    ]
    assert not expect.differs(found, "write_read_only")


# Any file.

NAMES = st.sampled_from(("fault", "a", "x_1", "case.part", "rsp0_top", "any", "none"))
NUMBERS = st.integers(0, 2**64 - 1).map(hex)
ADDRESSES = NUMBERS | st.tuples(NAMES, st.sampled_from(("+0x0", "-0x30", "+0x1000"))).map("".join)
SELECTORS = NUMBERS | NAMES.filter(lambda name: name != "any") | NAMES.map(lambda name: f"{name}:rpl3")
TEXTS = st.sampled_from(("why", "a # b", "#DF", 'SDM 3A "X" because \u00e4', "mask 0x1 because [y]", "any"))


VALUES = {
    "interrupts": st.just("program"),
    "vector": st.integers(0, 255).map(hex),
    "error": st.just("none") | NUMBERS,
    "above": st.just("kept") | st.lists(ADDRESSES | SELECTORS, min_size=2, max_size=3).map(" ".join),
    "cr2": st.just("kept") | ADDRESSES,
    "gprs": st.just("kept"),
    "segments": st.just("kept"),
    "sse": st.just("kept"),
    "at_end": st.sampled_from(("kept", "overwritten")),
    "handler.stack": st.just("none"),
    **dict.fromkeys(("rip", "rsp", "handler.rsp", "gpr.rcx"), ADDRESSES),
    **dict.fromkeys(("cs", "ss", "handler.cs", "handler.ss"), SELECTORS),
}


@st.composite
def expects(draw: st.DrawFn, name: str) -> Expect:
    kind = draw(st.sampled_from(("value", "value", "mask", "any")))
    if kind == "any" and name not in ("interrupts", "vector"):
        return Expect("any", None, draw(TEXTS))
    text = draw(VALUES.get(name, NUMBERS))
    if kind == "mask" and name in ("rip", "rflags", "rsp", "dr6", "dr7", "handler.rflags"):
        return Expect(text, draw(st.integers(0, 2**64 - 1)), draw(TEXTS))
    return Expect(text)


OUTCOME = parse(f"[x]\nspec x\n{BODY}", "x").sections[0].outcomes[0]
OPTIONAL = ("final", "value", "memory", "frame 2")
OPTIONAL_LINES = (".gpr.rcx", ".sse.xmm3.low")


@st.composite
def changed(draw: st.DrawFn, entry: Field, amd: bool) -> Field:
    """The same line with anything else in it that may stand there."""
    name = entry.name.partition(".")[2] if entry.name.startswith(("frame", "final.")) else entry.name
    comments = tuple(f"# {text}" for text in draw(st.lists(TEXTS, max_size=2)))
    if not entry.expect.text or name == "end" or name.startswith(("value.", "memory.")):
        return replace(entry, comments=comments)
    other = None if amd else draw(st.none() | expects(name))
    return replace(entry, expect=draw(expects(name)), amd=other, comments=comments)


@st.composite
def outcomes(draw: st.DrawFn, name: str, amd: bool) -> Outcome:
    dropped = draw(st.sets(st.sampled_from(OPTIONAL)))
    dropped_lines = tuple(draw(st.sets(st.sampled_from(OPTIONAL_LINES))))
    kept = [entry for entry in OUTCOME.fields if entry.name.partition(".")[0] not in dropped]
    kept = [entry for entry in kept if not entry.name.endswith(dropped_lines)]
    for at in draw(st.sets(st.integers(0, len(kept) - 1), max_size=4)):
        kept[at] = draw(changed(kept[at], amd))
    return Outcome(tuple(kept), name, draw(TEXTS) if name else "")


@st.composite
def sections(draw: st.DrawFn, name: str, amd: bool) -> Section:
    notes = draw(st.lists(TEXTS, max_size=2))
    head = [
        Field("spec", Expect(draw(TEXTS))),
        *(Field("note", Expect(note), comments=("# N",)) for note in notes),
    ]
    names = ("",) if draw(st.booleans()) else ("one", "two")
    return Section(name, amd, tuple(head), tuple(draw(outcomes(one, amd)) for one in names), ("# A case.",))


@st.composite
def files(draw: st.DrawFn) -> GoldenFile:
    found = [draw(sections("a", False))]
    if draw(st.booleans()):
        found.append(draw(sections("a", True)))
    if draw(st.booleans()):
        found.append(replace(found[0], name="b"))
    return GoldenFile("any.txt", tuple(found), ("# The end.",))


@pytest.mark.parametrize("words", ["0x0 any:rpl3", "any+0x0 kept-0x1000"])
def test_any_and_kept_may_begin_a_name(words: str) -> None:
    parse(GOLDEN.replace("above           kept", f"above {words}"), "sample.txt")


@settings(UNTIMED, max_examples=30)
@given(files())
def test_what_is_written_is_read(file: GoldenFile) -> None:
    text = write(file)
    assert parse(text, "any.txt") == file
    assert write(parse(text, "any.txt")) == text


@UNTIMED
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse(text, "any.txt").sections == ()
    except GoldenError as caught:
        assert str(caught).startswith("any.txt:") and "\n" not in str(caught)


@UNTIMED
@given(st.integers(0, len(GOLDEN.splitlines()) - 1))
def test_no_field_may_be_missing_or_doubled(at: int) -> None:
    whole = GOLDEN.splitlines()
    name = whole[at].split()[0]
    optional = name in ("#", "note") or name.startswith(("gpr.", "value.", "memory.", "sse."))
    for text in ("\n".join([*whole[:at], *whole[at + 1 :]]), "\n".join([*whole[: at + 1], *whole[at:]])):
        if name == "#" or (optional and (text.count("\n") < len(whole) or name == "note")):
            parse(text, "sample.txt")
        elif name not in ("sse", "final"):
            error(text)


@pytest.mark.parametrize(
    "old, new, line, expected",
    [
        ("[write_read_only]", "<<<<<<< HEAD", 2, "merge conflict; keep one side"),
        ("[write_read_only]", "[write read only]", 2, "'[NAME]' or '[NAME amd]'"),
        ("[write_read_only]\n", "", 2, "expected a section '[NAME]', got 'spec"),
        ('spec        SDM 3A 4.7 "Page-Fault Exceptions"\n', "", 3, "'spec' once, as a section's first line"),
        ('spec        SDM 3A 4.7 "Page-Fault Exceptions"', "spec", 3, "'spec TEXT'"),
        ("frame 1\n", "frame 2\n", 5, "expected 'frame 1', got 'frame 2'"),
        ("frame 1\n", "", 5, "'interrupts' below 'frame N' or 'final'"),
        ("  interrupts", "interrupts", 6, "indent a frame's field by two blanks"),
        ("interrupts      frame 1", "interrupts      frame 2", 28, "earlier frame"),
        (
            "  vector          0xe",
            "  vector          14",
            7,
            "a number from 0x0 to 0xff for 'vector', got '14'",
        ),
        ("  vector          0xe ", "  vector          any because of ", 7, "a number from 0x0 to 0xff"),
        ("  error           0x7 ", "  error           0x07 ", 8, "'none' or a number"),
        ("rip             fault+0x0", "rip             fault", 9, "NAME+0x.."),
        ("rip             fault+0x0", "rip             fault+0", 9, "NAME+0x.."),
        ("rip             fault+0x0", "rip             any", 9, "'any because REASON' for 'rip', got 'any'"),
        ("rip             fault+0x0", "rip             any because", 9, "'any because REASON'"),
        ("rip             fault+0x0", "rip fault+0x0 because I say so", 9, "'any because REASON'"),
        ("rip             fault+0x0", "rip fault+0x0 mask 0xff", 9, "because REASON"),
        (
            "rip             fault+0x0",
            "rip fault+0x0 mask 255 because of it",
            9,
            "'mask 0x..' behind a number",
        ),
        (
            "rip             fault+0x0",
            "rip any because FILL IN: where",
            9,
            "replace 'any because FILL IN: where'",
        ),
        ("above           kept", "above mask 0x1 because of it", 14, "got 'mask 0x1"),
        ("above           kept", "above pattern", 14, "'kept', or two and more words"),
        (
            "above           kept",
            "above pattern any",
            14,
            "'any because REASON' for 'above', got 'pattern any'",
        ),
        ("above           kept", "above pattern 0x1 because A", 14, "got 'pattern 0x1 because A'"),
        ("above           kept", "above any any because A", 14, "'kept', or two and more words"),
        (
            "above           kept",
            "above any because A\n  silicon above pattern any because A",
            15,
            "what processors do in 'above' behind 'silicon'",
        ),
        ("  rflags          0x10ad7", "  eflags          0x10ad7", 11, "expected 'rflags', got 'eflags'"),
        ("  rflags          0x10ad7", "  rflag\ts          0x10ad7", 11, "replace tabs by blanks"),
        ("cr2             victim+0x0\n", "cr2             victim+0x0\r\n", 16, "carriage returns"),
        ("  cs              user_code64\n", "", 10, "expected 'cs', got 'rflags'"),
        ("  at_end          kept\n", "", 25, "expected 'at_end', got the end"),
        ("  gpr.rcx         0x1\n", "  gpr.rcx 0x1\n  gpr.rax 0x1\n", 42, "'gpr.rax' behind 'gprs'"),
        ("  gprs            kept\n", "  gpr.rcx 0x1\n  gprs kept\n", 19, "'gpr.rcx' behind 'gprs'"),
        ("  gpr.rcx         0x1\n", "  gpr.rsp 0x1\n", 41, "unknown field 'gpr.rsp'"),
        (
            "  above           kept\n",
            "  above kept\n  sse kept\n",
            15,
            "'sse' behind 'at_end'",
        ),
        ("value.pte         0x25\n", "", 0, ""),
        ("value.pte         0x25\n", "value.pte 0x25\nvalue.pte 0x25\n", 58, "once; delete one 'value.pte'"),
        ("value.pte         0x25\n", "  value.pte 0x25\n", 57, "unknown field 'value.pte'"),
        ("victim+0x10 01", "victim+0x10 0", 59, "hexadecimal digits"),
        ("victim+0x10 01", "victim+16 01", 59, "unknown field 'memory.victim+16'"),
        ("end         exit", "end         halt", 60, "'exit' or 'shutdown'"),
        ("end         exit\n", "", 59, "expected 'end exit' or 'end shutdown'"),
        ("end         exit\n", "end exit\nvalue.a 0x1\n", 61, "a section or 'accept' behind 'end'"),
        ("end         exit\n", "end exit\nspec x\n", 61, "'spec' once"),
        ("end         exit\n", "end exit\n[write_read_only]\nspec x\nend exit\n", 61, "each section once"),
        (
            "end         exit\n",
            "end exit\n[other amd]\nspec x\nend exit\n",
            61,
            "directly behind section '[other]'",
        ),
        ("end         exit\n", "end exit\n[other]\nspec x\n", 61, "frames or 'end' in section '[other]'"),
        ("end         exit\n", "end exit\n[other]\nend exit\n", 62, "'spec TEXT' first"),
        (
            "end         exit\n",
            "end exit\naccept two because B\nend exit\n",
            2,
            "no 'accept', or two and more",
        ),
        ("frame 1\n", "accept two because B\nframe 1\n", 2, "no 'accept', or two and more"),
        ("frame 1\n", "accept two\nframe 1\n", 5, "'accept NAME because SECTIONS'"),
        (
            "  ss              user_data\n",
            "  ss user_data\n  cs[amd] 0x0\n",
            14,
            "directly behind the line of 'cs'",
        ),
        (
            "  ss              user_data\n",
            "  ss user_data\n  ss[amd] 0x0\n  ss[amd] 0x0\n",
            15,
            "directly behind",
        ),
    ],
)
def test_mistakes_are_named(old: str, new: str, line: int, expected: str) -> None:
    assert old in GOLDEN
    text = GOLDEN.replace(old, new, 1)
    if line:
        found = error(text)
        assert expected in found.what, found
        assert found.line == line, found
    else:
        parse(text, "sample.txt")


def test_an_amd_section_has_no_amd_lines() -> None:
    text = f"{GOLDEN}[write_read_only amd]\nspec x\n{BODY}".replace("frame 1.", "")
    at = text.rindex("  ss              user_data\n")
    assert (
        "write the field itself" in error(f"{text[:at]}  ss user_data\n  ss[amd] 0x0\n{text[at + 28:]}").what
    )


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff")
    with pytest.raises(GoldenError, match="expected UTF-8"):
        golden.read(path)
    path.write_text(GOLDEN)
    assert golden.read(path) == parse(GOLDEN, "x")


# Profiles.


def test_profiles() -> None:
    same = parse(GOLDEN, "x")
    assert not expect.differs(same, "write_read_only")
    assert expect.outcomes(same, "other", "intel") == ()
    line = parse(GOLDEN.replace("0x10ad7            #", "0x10ad7\n  rflags[amd] 0xad7 #"), "x")
    assert expect.differs(line, "write_read_only")
    (amd,) = expect.outcomes(line, "write_read_only", "amd")
    assert [entry.expect.text for entry in amd.fields if entry.name == "frame 1.rflags"] == ["0xad7"]
    whole = parse(f"{GOLDEN}[write_read_only amd]\nspec x\nend shutdown\n", "x")
    assert expect.differs(whole, "write_read_only")
    assert len(expect.outcomes(whole, "write_read_only", "amd")[0].fields) == 1
    assert expect.outcomes(whole, "write_read_only", "intel") == expect.outcomes(
        same, "write_read_only", "intel"
    )


# Agreement with the case's source.


def problems(text: str, info: CaseInfo = INFO) -> list[str]:
    return check_agreement(info, parse(text, "x").sections[0])


def test_the_sample_agrees() -> None:
    assert problems(GOLDEN) == []


@pytest.mark.parametrize(
    "info, expected",
    [
        (INFO._replace(vector=13), "declares frame 1.vector 0xd, the golden file says 0xe"),
        (INFO._replace(error=5), "declares frame 1.error 0x5, the golden file says 0x7"),
        (INFO._replace(error=None), "declares frame 1.error none, the golden file says 0x7"),
        (INFO._replace(saved_rip="after"), "declares frame 1.rip after+0x0, the golden file says fault+0x0"),
        (INFO._replace(saved_rip="undefined"), "declares frame 1.rip undefined"),
        (INFO._replace(resumes=False), "doesn't run to its end, the golden file has a 'final'"),
        (INFO._replace(outcome="none", vector=None), "declares that no exception is raised"),
        (INFO._replace(outcome="shutdown", vector=None), "declares end shutdown, the golden file says exit"),
    ],
)
def test_disagreements(info: CaseInfo, expected: str) -> None:
    assert any(expected in problem for problem in problems(GOLDEN, info))


def test_agreement_needs_what_is_declared() -> None:
    shutdown = "[x]\nspec x\nend shutdown\n"
    assert problems(shutdown, INFO._replace(outcome="shutdown", vector=None)) == []
    assert "the golden file has no frame" in problems("[x]\nspec x\nend exit\n")[-1]
    assert (
        "the golden file has no 'final'" in problems(shutdown, INFO._replace(outcome="none", vector=None))[-1]
    )
    masked = GOLDEN.replace("fault+0x0", "any because of a reason", 1)
    assert problems(masked) == ["the case declares frame 1.rip fault+0x0, the golden file says any"]
    assert problems(masked, INFO._replace(saved_rip="undefined")) == []
    assert problems(masked, INFO._replace(saved_rip="")) == []
    assert problems(GOLDEN, INFO._replace(saved_rip="")) == []


# One section of a text.

NOTE = Field("note", Expect("Why."))


def test_a_line_is_one_object_in_all_files() -> None:
    """There are hundreds of thousands of them, and a few thousand different ones."""
    one, other = (golden.parse(text, "x").sections[0].outcomes[0] for text in (GOLDEN, f"\n{GOLDEN}"))
    assert all(a is b for a, b in zip(one.fields, other.fields) if not a.comments)
    assert [line + 1 for line in one.lines] == list(other.lines)


FILES = sorted((ROOT / "expected").glob("page_fault/*.txt"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_section_in_the_place_of_its_namesake(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines, end = text.split("\n"), 0
    present = golden.parse(text, file.name)
    for section in present.sections:
        begin, end = end, section.outcomes[-1].lines[-1]
        after = golden_text.put(text, file.name, [replace(section, head=(*section.head, NOTE))])
        assert after.startswith("\n".join(lines[:begin])) and after.endswith("\n".join(lines[end:]))
        changed = golden.parse(after, file.name).sections[present.sections.index(section)]
        assert changed.head[-1] == NOTE and changed.outcomes == section.outcomes


@pytest.mark.parametrize(
    "before", ["", "\n", "# Of the file.\n", GOLDEN, GOLDEN.rstrip(), f"{GOLDEN}\n\n# Last.\n"]
)
def test_a_new_section_stands_behind_all(before: str) -> None:
    new = replace(golden.parse(GOLDEN, "x").sections[0], name="other")
    after = golden.parse(golden_text.put(before, "x", [new]), "x")
    old = golden.parse(before, "x")
    assert after.sections == (*old.sections, new) and after.comments == old.comments
