"""The index of cases, from ELF files made here and from those of the checkout."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from mini import ROOT

from trapframe.model import CaseInfo, Place
from trapframe.suite import words
from trapframe.suite.case import CASE_INFO, Index, as_listed, load_index, sources

SOURCE = '#include "{checkout}/harness/case.h"\nTABLE rows[] = {{{{PAGE_FAULT, {fields}}}}};\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "build" / "a").mkdir(parents=True)
    return tmp_path


def compile_file(root: Path, name: str, text: str, *options: str) -> None:
    """cases/a/NAME.c and its ELF file."""
    source = root / "cases" / "a" / f"{name}.c"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    flags = ["-w", "-ffreestanding", "-fno-pie", "-nostdlib", "-static", "-no-pie", "-Wl,-e,0", *options]
    subprocess.run(["gcc", *flags, source, "-o", root / "build" / "a" / f"{name}.elf"], check=True)


def compile_case(root: Path, name: str, fields: str = '.about = "a case"') -> None:
    compile_file(root, name, SOURCE.format(checkout=ROOT / "tests" / "checkout", fields=fields))


def load(root: Path) -> Index:
    return load_index(root, sources(root))


def only(root: Path) -> CaseInfo:
    index = load(root)
    assert not index.unreadable
    (case,) = index.cases
    return case


def problem(root: Path) -> str:
    ((_, message),) = load(root).unreadable
    return message


# What a case says.


def test_everything_that_a_case_says(built_checkout: Path) -> None:
    index = load_index(built_checkout, sources(built_checkout))
    single = next(case for case in index.cases if case.case == "fault/single")
    assert single == CaseInfo(
        case="fault/single",
        file="fault/single",
        variant=0,
        env="long64",
        about="the only case of its file",
        spec='SDM 3A "Page-Fault Exceptions"',
        ids=("row-1", "row-2"),
        tags=("quick",),
        needs=(),
        vector=14,
        outcome="exception",
        error=7,
        saved_rip="fault",
        resumes=False,
        places=(Place("user", 0x12F000, 0xFC0, True), Place("rsp0", 0x10F000, 0xFC0, True)),
        selectors=(("kernel_code64", 0x8), ("user_data", 0x23), ("user_code64", 0x2B)),
    )


def test_variants_are_rows_of_one_file(built_checkout: Path) -> None:
    index = load_index(built_checkout, sources(built_checkout))
    found = [(case.case, case.file, case.variant) for case in index.cases if case.file == "fault/pair"]
    assert found == [("fault/pair_one", "fault/pair", 0), ("fault/pair_two", "fault/pair", 1)]


@pytest.mark.parametrize(
    "fields, vector, outcome, error",
    [
        (".vector = 13, .error = 0", 13, "exception", 0),
        (".vector = 6, .error = -1", 6, "exception", None),
        (".vector = 0, .error = -1", 0, "exception", None),
        (".vector = -1, .error = -1", None, "none", None),
        (".vector = -2, .error = -1", None, "shutdown", None),
    ],
)
def test_how_it_shall_end(
    root: Path, fields: str, vector: int | None, outcome: str, error: int | None
) -> None:
    compile_case(root, "b", fields)
    case = only(root)
    assert (case.vector, case.outcome, case.error) == (vector, outcome, error)


def test_an_error_code_of_64_bits(root: Path) -> None:
    compile_case(root, "b", ".error = 0x7fffffffffffffff")
    assert only(root).error == 2**63 - 1


def test_environment_and_resumes(root: Path) -> None:
    compile_case(root, "b", ".env = 1, .resumes = 1, .saved_rip = 0")
    case = only(root)
    assert (case.env, case.resumes, case.saved_rip, case.places) == ("compat32", True, "", ())


def test_what_list_says(built_checkout: Path) -> None:
    listed = [as_listed(case) for case in load_index(built_checkout, sources(built_checkout)).cases]
    assert [entry["case"] for entry in listed] == ["fault/pair_one", "fault/pair_two", "fault/single"]
    assert {"about", "spec", "env", "vector", "error", "saved_rip", "id"} <= listed[0].keys()
    assert not {"places", "selectors"} & listed[0].keys()


# What is wrong with a file.


def test_no_table(root: Path) -> None:
    compile_file(root, "b", "int x;\n")
    assert "no section .case_info: is a CASE(...) missing in cases/a/b.c?" in problem(root)


def test_a_table_of_another_layout(root: Path) -> None:
    compile_case(root, "b", ".size = 96")
    assert "row 0 of .case_info says 96 bytes, expected 104" in problem(root)


def test_half_a_row(root: Path) -> None:
    compile_file(root, "b", '__attribute__((section(".case_info"))) const char row[50] = {1};')
    assert "has 50 bytes, not a multiple of 104" in problem(root)


FEATURES = """
const struct {{ const char *name; unsigned long bit; }}
    harness_features[] = {{{{"smap"}}, {{"smep"}}, {{0}}}};
"""


def compile_words(root: Path, fields: str) -> None:
    text = (SOURCE + FEATURES).format(checkout=ROOT / "tests" / "checkout", fields=f"\n{fields}")
    compile_file(root, "b", text, '-DWORD=" smep2"')


def test_features_that_the_harness_knows(root: Path) -> None:
    compile_words(root, '.needs = "smap  !smep"')
    assert only(root).needs == ("smap", "!smep")


@pytest.mark.parametrize(
    "needs, where, what",
    [
        ('"smapp"', "c:3: ", "'smapp'; is it 'smap'? "),
        ('"smap !smeep"', "c:3: ", "'smeep'; is it 'smep'? "),
        ('"smap "\n"xyz smap"', "c:4: ", "'xyz'; "),
        ('"!!smap"', "c:3: ", "'!smap'; is it 'smap'? "),
        ('"! smap"', "c:3: ", "'!'; "),
        ('"smap" WORD', "c: ", "'smep2'; is it 'smep'? "),
    ],
)
def test_a_feature_that_nobody_knows(root: Path, needs: str, where: str, what: str) -> None:
    """No engine would run the case, and no verdict would say why."""
    compile_words(root, f".needs = {needs}")
    known = "harness/common/feature.c has smap smep"
    assert problem(root) == f"cases/a/b.{where}.needs: no CPU feature is called {what}{known}"


def test_a_row_that_the_catalogue_does_not_have(root: Path) -> None:
    compile_case(root, "b", '.id = "de-one de-tow"')
    assert only(root).ids == ("de-one", "de-tow"), "without a catalogue nobody knows"
    (root / "docs" / "data").mkdir(parents=True)
    (root / "docs" / "data" / "catalogue.tsv").write_text("id\tenvironment\nde-one\tlong64\nde-two\tlong64\n")
    (root / "build" / "index.json").unlink()
    words.catalogue.cache_clear()
    assert problem(root) == (
        "cases/a/b.c:2: .id: no row of the catalogue is called 'de-tow'; is it 'de-two'?"
        " each row of docs/data/catalogue.tsv begins with its own"
    )


def test_all_wrong_words_at_once(root: Path) -> None:
    compile_words(root, '.needs = "a b"')
    assert len(problem(root).splitlines()) == 2


def test_an_unknown_environment(root: Path) -> None:
    compile_case(root, "b", ".env = 9")
    assert problem(root).startswith("cases/a/b.c: row 0: .env is 9, no environment")


@pytest.mark.parametrize("vector", [-3, 256])
def test_an_impossible_vector(root: Path, vector: int) -> None:
    compile_case(root, "b", f".vector = {vector}")
    assert problem(root).startswith(f"cases/a/b.c: row 0: .vector is {vector}, no vector")


def test_a_description_of_two_lines(root: Path) -> None:
    compile_case(root, "b", r'.about = "push\nret"')
    assert problem(root).startswith("cases/a/b.c: row 0: .about is more than one line")


def test_a_text_that_is_nowhere(root: Path) -> None:
    compile_case(root, "b", ".about = (char *)0x123")
    assert "no text at 0x123" in problem(root)


@pytest.mark.parametrize("content", [b"", b"text", b"\x7fELF", b"\x7fELF\2\1\1" + bytes(57)])
def test_what_is_no_elf_file(root: Path, content: bytes) -> None:
    compile_case(root, "b")
    (root / "build" / "a" / "b.elf").write_bytes(content)
    assert "b.elf" in problem(root)


def test_a_truncated_elf_file(root: Path) -> None:
    compile_case(root, "b")
    elf = root / "build" / "a" / "b.elf"
    whole = elf.read_bytes()
    for size in range(16, len(whole), 97):
        elf.write_bytes(whole[:size])
        assert load(root).unreadable, size


def test_one_bad_file_hides_no_other(root: Path) -> None:
    compile_case(root, "b")
    compile_file(root, "c", "int x;\n")
    index = load(root)
    assert [case.case for case in index.cases] == ["a/b"] and [file for file, _ in index.unreadable] == [
        "a/c"
    ]


def test_two_files_with_one_name(root: Path) -> None:
    compile_case(root, "b", '.name = "c_d"')
    compile_case(root, "b_c", '.name = "d"')
    index = load(root)
    assert [case.case for case in index.cases] == ["a/b_c_d"]
    assert index.unreadable == (("a/b_c", "cases/a/b_c.c: a/b_c_d is in cases/a/b.c already"),)


# The index file.


def test_only_what_is_new_is_opened(root: Path) -> None:
    """The second time nothing is read but the index: pyelftools isn't even imported."""
    compile_case(root, "b")
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from trapframe.suite.case import load_index, sources\n"
        "root = Path(sys.argv[2])\n"
        "print(load_index(root, sources(root)).cases[0].about, 'elftools' in sys.modules)"
    )

    def listed() -> str:
        command = [sys.executable, "-c", script, str(ROOT), str(root)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert [listed(), listed()] == ["a case True", "a case False"]
    compile_case(root, "b", '.about = "another text"')
    assert [listed(), listed()] == ["another text True", "another text False"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 0, "files": {}}'])
def test_a_broken_index_is_none(root: Path, content: str) -> None:
    compile_case(root, "b")
    before = load(root)
    (root / "build" / "index.json").write_text(content)
    assert load(root) == before


def test_a_case_whose_source_is_gone_is_gone(root: Path) -> None:
    compile_case(root, "b")
    compile_case(root, "c")
    assert len(load(root).cases) == 2
    (root / "cases" / "a" / "b.c").unlink()
    assert [case.case for case in load(root).cases] == ["a/c"]
    assert list(json.loads((root / "build" / "index.json").read_text())["files"]) == ["a/c"]


def test_the_layout_is_that_of_the_header() -> None:
    """104 bytes: harness/include/shared.h asserts the same."""
    assert CASE_INFO.size == struct.calcsize("<13Q") == 104
    assert "sizeof(struct case_info) == 104" in (ROOT / "harness" / "include" / "shared.h").read_text()


def test_the_checkouts_own_cases() -> None:
    """Real ELF files, built by the real harness."""
    subprocess.run(["make", "-s", "-C", ROOT, "roms"], check=True, capture_output=True)
    index = load_index(ROOT, sources(ROOT))
    assert not index.unreadable
    places: dict[bool, set[tuple[Place, ...]]] = {}
    for case in index.cases:
        places.setdefault(case.env in ("pm32", "real16"), set()).add(case.places)
    # Whatever variables a case has: its addresses are the same with the next harness.
    ((wide,), (narrow,)) = places[False], places[True]
    assert {"kernel", "user", "rsp0", *(f"ist{n}" for n in range(1, 8))} <= {place.name for place in wide}
    assert {"kernel", "user", "esp0", "ring1", "task1", "real"} <= {place.name for place in narrow}
    for case in index.cases:
        assert case.about and case.spec, case.case
