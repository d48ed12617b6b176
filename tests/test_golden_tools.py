"""diff, bless --from, review, explain, new, export: what people do with golden files."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from mini import ROOT, Checkout, fake, record
from test_cli import BROKEN, GOOD, INVALID, NOTHING, USAGE

from trapframe.truth import golden_form

OTHER = record("fault/single", "control cr2=40000000", "control cr2=40000008")


def answer(checkout: Checkout, text: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = checkout.command("review")
    return subprocess.run(command, env=checkout.env | env, input=text, capture_output=True, text=True)


# diff


def test_diff_shows_all_engines_beside_the_golden_file(checkout: Checkout) -> None:
    checkout.deliver("fault/single", OTHER)
    done = checkout.run("diff", "fault/single", *GOOD, "-e", fake("silent"))
    lines = done.stdout.splitlines()
    assert done.returncode == 3
    assert lines[0] == "fault/single: the only case of its file"
    assert lines[1].split() == ["golden", "qemu", "99.1", "qemu#2", "99.1"]
    assert lines[2].split() == ["verdict", "FAIL", "PROTOCOL-ERROR"]
    (marked,) = (line for line in lines if line.startswith("*"))
    assert marked.split() == ["*", "frame", "1.cr2", "victim+0x0", "victim+0x8*", "-"]
    assert lines[-1] == "qemu#2 99.1: shutdown: sent nothing"


def test_diff_without_a_difference(checkout: Checkout) -> None:
    done = checkout.run("diff", "fault/*", *GOOD)
    assert done.returncode == 0 and "*" not in done.stdout and done.stdout.count("verdict") == 3


# bless


def test_bless_from_one_of_engines_that_disagree(checkout: Checkout) -> None:
    checkout.deliver("fault/single", OTHER)
    both = (*GOOD, "-e", fake("shutdown"))
    done = checkout.run("bless", "fault/single", *both)
    assert done.returncode == 1 and "engines disagree on" in done.stderr and "--from" in done.stderr
    done = checkout.run("bless", "fault/single", *both, "--from", "qemu")
    assert done.returncode == 0, done.stderr
    assert "victim+0x8" in (checkout.folder / "expected/fault/single.txt.new").read_text()
    done = checkout.run("bless", "fault/single", *both, "--from", "bochs")
    assert done.returncode == USAGE and "--from bochs: not an engine of this run" in done.stderr


def test_the_trusted_engine_has_to_agree_with_the_source(checkout: Checkout) -> None:
    checkout.deliver("fault/single", record("fault/single", "slots 10ff90 7", "slots 10ff90 5"))
    done = checkout.run("bless", "fault/single", *GOOD, "--from", "qemu")
    assert done.returncode == 1 and "the case declares frame 1.error 0x7" in done.stderr


UNSUPPORTED = ("-e", fake("unsupported"))


def test_bless_of_what_an_engine_cannot_run(checkout: Checkout) -> None:
    done = checkout.run("bless", "fault/single", *UNSUPPORTED)
    assert done.returncode == 1 and done.stderr == (
        "fault/single: qemu: UNSUPPORTED, its CPU fails the need 'smap': name another engine with -e\n"
    )
    done = checkout.run("bless", "fault/single", *GOOD, *UNSUPPORTED)
    assert done.returncode == 1 and done.stderr == (
        "fault/single: qemu#2: UNSUPPORTED, its CPU fails the need 'smap': choose another with --from\n"
    )
    assert "UNSUPPORTED" in checkout.run("diff", "fault/single", *UNSUPPORTED).stdout.splitlines()[-1]


def test_what_was_refused_is_not_pending(checkout: Checkout) -> None:
    (checkout.folder / "expected/fault/single.txt").unlink()
    assert checkout.run("bless", "fault/single", *UNSUPPORTED).returncode == 1
    assert not (checkout.folder / "expected/fault/single.txt.new").exists()


def test_bless_beside_what_nobody_can_read(checkout: Checkout) -> None:
    checkout.edit("expected/fault/single.txt", "vector ", "vektor ")
    done = checkout.run("bless", "fault/single", *GOOD)
    assert done.returncode == INVALID
    assert done.stderr.startswith("runner.py: expected/fault/single.txt:5: unknown field 'vektor'")


OWN_LAYOUT = """\
# The file's own comment.


# Of one.
[pair_one]
spec  SDM 3A "Page-Fault Exceptions"
note    Why.
# Above the frame.
frame 1
"""


def in_own_layout(checkout: Checkout) -> str:
    """The first section as nobody would generate it."""
    golden = checkout.folder / "expected/fault/pair.txt"
    one, _, two = golden.read_text().partition("\n[pair_two]")
    fields = re.sub(r" +# .*", "", one.partition("frame 1\n")[2]).replace("  cr2     ", "    # Why.\n  cr2")
    golden.write_text(f"{OWN_LAYOUT}{fields}\n\n# Of two.\n[pair_two]{two}# Behind all.\n")
    return golden.read_text()


def test_bless_and_review_of_one_section_leave_the_others_alone(checkout: Checkout) -> None:
    before = in_own_layout(checkout)
    assert (
        checkout.run("bless", "fault/pair_*", *GOOD).stdout == "expected/fault/pair.txt: nothing to change\n"
    )
    two = record("fault/pair_two", "control cr2=40000000", "control cr2=40000008")
    checkout.deliver("fault/pair", record("fault/pair_one"), two)
    assert checkout.run("bless", "fault/pair_two", *GOOD).returncode == 0
    at = before.index("[pair_two]")
    after = before[:at] + before[at:].replace("victim+0x0", "victim+0x8")
    assert (checkout.folder / "expected/fault/pair.txt.new").read_text() == after
    assert answer(checkout, "a\n").returncode == 0
    assert (checkout.folder / "expected/fault/pair.txt").read_text() == after


def test_bless_keeps_the_comments_of_its_own_section(checkout: Checkout) -> None:
    before = in_own_layout(checkout)
    one = record("fault/pair_one", "control cr2=40000000", "control cr2=40000008")
    checkout.deliver("fault/pair", one, record("fault/pair_two"))
    assert checkout.run("bless", "fault/pair_one", *GOOD).returncode == 0
    text = (checkout.folder / "expected/fault/pair.txt.new").read_text()
    assert text[text.index("\n\n# Of two.") :] == before[before.index("\n\n# Of two.") :]
    for line in (
        "# Of one.",
        "note        Why.",
        "# Above the frame.",
        "  # Why.\n  cr2             victim+0x8",
    ):
        assert line in text


# draft


def test_draft_asks_the_next_engine(checkout: Checkout) -> None:
    done = checkout.run("draft", "fault/single", *UNSUPPORTED, *GOOD)
    assert done.returncode == 0 and done.stdout.startswith("[single]\n")
    done = checkout.run("draft", "fault/single", *UNSUPPORTED, "-e", fake("silent"))
    assert (done.returncode, done.stdout) == (1, "")
    first, second, mend = done.stderr.split("; ")
    assert first == "fault/single: qemu 99.1: UNSUPPORTED, its CPU fails the need 'smap'"
    assert second.startswith("qemu#2 99.1: ") and mend == "name another engine with -e\n"


def test_draft_of_a_rom_that_does_not_tell_its_set_up(checkout: Checkout) -> None:
    """Only what the case declares, whatever was delivered."""
    checkout.deliver("fault/single", record("fault/single", "vector e", "vector d"))
    done = checkout.run("draft", "fault/single", *GOOD)
    assert done.returncode == 0 and "vector          0xe " in done.stdout
    assert "rip             fault+0x0\n" in done.stdout
    assert "cr2             any because FILL IN" in done.stdout
    assert done.stderr.startswith("fault/single: yours to derive, from the manual: its ROM doesn't tell")


def test_draft_of_a_misspelt_label(checkout: Checkout) -> None:
    checkout.edit("cases/fault/single.c", '.tags = "quick"', '.tags = "quick", .saved_rip = "falt"')
    checkout.edit("Makefile", "-Wall -Werror", "-w")
    done = checkout.run("draft", "fault/*", *GOOD)
    assert done.returncode == 1 and "[pair_one]" in done.stdout and "single" not in done.stdout
    assert done.stderr.endswith(
        "fault/single: cases/fault/single.c: .saved_rip is 'falt':"
        " no label, place or stack 'falt' in this record; is it 'fault'?\n"
    )


# review


@pytest.fixture
def pending(checkout: Checkout) -> Checkout:
    """Both cases of a file have something new."""
    checkout.deliver(
        "fault/pair",
        record("fault/pair_one", " 10ad7 ", " ad7 "),
        record("fault/pair_two", "control cr2=40000000", "control cr2=40000008"),
    )
    assert checkout.run("bless", "fault/pair_*", *GOOD).returncode == 0
    return checkout


def test_review_one_by_one(pending: Checkout) -> None:
    golden = pending.folder / "expected/fault/pair.txt"
    before = golden.read_text()
    done = answer(pending, "x\nr\na\n")
    assert done.returncode == 0, done.stderr
    assert "-  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF" in done.stdout
    assert "fault/pair_one: [a]ccept, [r]eject, [s]kip, [q]uit? " in done.stdout
    at = before.index("[pair_two]")
    assert golden.read_text() == before[:at] + before[at:].replace("victim+0x0", "victim+0x8")
    assert not (golden.parent / "pair.txt.new").exists()
    assert answer(pending, "").stdout.startswith("nothing is pending")


def test_review_left_for_later(pending: Checkout) -> None:
    golden = pending.folder / "expected/fault/pair.txt"
    before, new = golden.read_text(), (golden.parent / "pair.txt.new").read_text()
    assert answer(pending, "s\ns\n").returncode == 1
    assert answer(pending, "q\n").returncode == 1
    assert answer(pending, "").returncode == 1, "the end of the input is a quit"
    assert (golden.read_text(), (golden.parent / "pair.txt.new").read_text()) == (before, new)


def test_review_accepts_nothing_that_the_source_contradicts(pending: Checkout) -> None:
    path = "expected/fault/pair.txt.new"
    pending.edit(
        path, "error           0x7                # P W U", "error           0x5                # P U"
    )
    done = answer(pending, "a\nr\nr\n")
    assert "can't be accepted: the case declares frame 1.error 0x7" in done.stdout
    assert done.returncode == 0 and not (pending.folder / path).exists()


def test_ci_writes_nothing(pending: Checkout) -> None:
    for command in (["review"], ["new", "fault/x"], ["bless", "fault/single"]):
        done = pending.run(*command, CI="true")
        assert done.returncode == USAGE and "CI" in done.stderr
    assert not (pending.folder / "cases/fault/x.c").exists()


# explain


def test_explain(checkout: Checkout) -> None:
    done = checkout.run("explain", "fault/single")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "fault/single: the only case of its file\n  source    cases/fault/single.c\n"
    )
    assert "raises    #PF(P W U), saved RIP: fault" in done.stdout
    assert "expected/fault/single.txt:1 [single]" in done.stdout
    assert (
        "error           0x7 = P W U: a write in user mode, the page is present\n"
        '                    the error code on the stack (SDM 3A "Error' in done.stdout
    )


def test_explain_says_what_processors_do(checkout: Checkout) -> None:
    old = "  rip             fault+0x0\n"
    seen = "  silicon rip[amd] fault+0x0 because a board's oops\n"
    checkout.edit("expected/fault/single.txt", old, f"{old}  rip[amd] any because nobody says it\n{seen}")
    assert (
        "every processor of AMD seen: fault+0x0 = the instruction itself\n"
        f"  {'':<15}   because a board's oops\n" in checkout.run("explain", "fault/single").stdout
    )


def test_every_field_of_a_frame_is_explained() -> None:
    from trapframe.commands import explain

    assert set(golden_form.FRAME_FIELDS) | {"sse"} == set(explain.MEANING)


def test_explain_without_a_golden_file(checkout: Checkout) -> None:
    (checkout.folder / "expected/fault/single.txt").unlink()
    done = checkout.run("explain", "fault/single")
    assert done.returncode == INVALID and "draft fault/single" in done.stderr
    assert checkout.run("explain", "fault/none").returncode == NOTHING


# new


@pytest.fixture(scope="session")
def real_harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the real harness, and no case at all."""
    folder = tmp_path_factory.mktemp("new") / "checkout"
    for name in ("harness", "trapframe", "engines", "spec"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("runner.py", "Makefile"):
        shutil.copy(ROOT / name, folder)
    return folder


FEATURE_MISSPELT = """\
#include <case.h>
CASE(.about = "UD2", .spec = "SDM", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT,
     .needs = "smapp");
void run(void) { FAULT("ud2"); }
"""


def test_a_new_case_builds_and_runs_at_once(real_harness: Path) -> None:
    checkout = Checkout(real_harness)
    done = checkout.run("new", "my_family/first_case", "-e", "bochs", "--timeout", "60")
    assert done.returncode == 0, done.stderr
    done = checkout.run("run", "my_family/first_case", "-e", "bochs", "--timeout", "60")
    assert done.returncode == 0 and "1 PASS" in done.stdout
    done = checkout.run("new", "my_family/first_case")
    assert done.returncode == USAGE and "cases/my_family/first_case.c is there already" in done.stderr
    checkout.write("cases/my_family/typing.c", FEATURE_MISSPELT)
    done = checkout.run("run", "my_family/typing", "-e", "bochs")
    assert (
        done.returncode == BROKEN and "    cases/my_family/typing.c:3: .needs: no CPU feature" in done.stdout
    )
    assert (
        "'smapp'; is it 'smap'? harness/common/feature.c has adx aes altmovcr8 amx_tile apic " in done.stdout
    )
    (real_harness / "cases/my_family/typing.c").unlink()


@pytest.mark.parametrize("env", ["pm32", "real16"])
def test_a_new_case_of_another_environment(real_harness: Path, env: str) -> None:
    checkout = Checkout(real_harness)
    done = checkout.run("new", f"my_family/{env}", "--env", env, "-e", "bochs", "--timeout", "60")
    assert done.returncode == 0, done.stderr
    done = checkout.run("run", f"my_family/{env}", "-e", "bochs", "--timeout", "60")
    assert done.returncode == 0 and "1 PASS" in done.stdout
    assert f"my_family/{env}" in checkout.run("list", "--env", env).stdout


def test_a_new_case_is_in_form(real_harness: Path) -> None:
    """As lint.sh wants it, which is for one version of clang-format."""
    lint = (ROOT / "scripts/lint.sh").read_text()
    pinned = re.search(r"clang-format=([\d.]+)", lint)
    if not shutil.which("clang-format"):
        pytest.skip("no clang-format: `make setup` installs it")
    said = subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=True).stdout
    assert pinned
    if f" {pinned[1]}" not in said:
        pytest.skip(f"lint.sh is for clang-format {pinned[1]}, here is {said.strip()}")
    checkout = Checkout(real_harness)
    done = checkout.run("new", "my_family/in_form", "-e", "bochs", "--timeout", "60")
    assert done.returncode == 0, done.stderr
    style = ["clang-format", "--dry-run", "--Werror", f"--style=file:{ROOT / '.clang-format'}"]
    subprocess.run([*style, real_harness / "cases/my_family/in_form.c"], check=True)


@pytest.mark.parametrize("name", ["x", "a/b/c", "../x/y", "A/b", "a/", "a/b.c", "/a/b"])
def test_no_name_of_a_case(checkout: Checkout, name: str) -> None:
    done = checkout.run("new", name)
    assert done.returncode == USAGE and "expected FAMILY/NAME" in done.stderr


# export


def test_export(checkout: Checkout, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert checkout.run("export", str(folder)).returncode == 0
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["schema"], manifest["contract"]) == (1, 1)
    names = [entry["case"] for entry in manifest["cases"]]
    assert names == ["fault/pair_one", "fault/pair_two", "fault/single"]
    for entry in manifest["cases"]:
        rom = (folder / entry["rom"]).read_bytes()
        assert hashlib.sha256(rom).hexdigest() == entry["sha256"]
        assert int.from_bytes(rom[0xFFE8:0xFFEC], "little") == entry["variant"]
        expected = json.loads((folder / entry["expected"]).read_text())
        (outcome,) = expected["intel"]
        assert expected["case"] == entry["case"] and "amd" not in expected
        assert outcome["fields"]["frame 1.rip"] == "fault+0x0" and outcome["fields"]["end"] == "exit"
        places = manifest["harness"][entry["harness"]]["places"]
        assert ["user", 0x12F000, 0xFC0, True] in places


def test_export_says_what_is_left_open(checkout: Checkout, tmp_path: Path) -> None:
    checkout.edit(
        "expected/fault/single.txt",
        "  dr6             0xffff0ff0\n",
        "  dr6             0xffff0ff0 mask 0xf because SDM\n  dr6[amd]        0xffff0ff1\n",
    )
    checkout.run("export", str(tmp_path / "out"), "fault/single")
    expected = json.loads((tmp_path / "out/expected/fault/single.json").read_text())
    (intel,), (amd,) = expected["intel"], expected["amd"]
    assert intel["fields"]["frame 1.dr6"] == {"value": "0xffff0ff0", "mask": "0xf", "because": "SDM"}
    assert amd["fields"]["frame 1.dr6"] == "0xffff0ff1"


def test_export_overwrites_nothing_but_an_export(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    done = checkout.run("export", str(tmp_path))
    assert done.returncode == USAGE and "not an earlier export" in done.stderr
    folder = tmp_path / "out"
    checkout.run("export", str(folder))
    checkout.run("export", str(folder), "fault/single")
    assert len(list(folder.rglob("*.rom"))) == 1
