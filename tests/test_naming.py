"""What the words of a command line name."""

from __future__ import annotations

import shutil


import pytest
import samples
from mini import ROOT, Checkout, fake

from trapframe.suite.select import NothingSelected, only_one, select

CASES = tuple(
    samples.INFO._replace(case=name, file=file)
    for name, file in (
        ("breakpoint/int3_two_bytes", "breakpoint/int3"),
        ("breakpoint/int3_user", "breakpoint/int3"),
        ("breakpoint/rf", "breakpoint/rf"),
        ("gate/trap", "gate/trap"),
        ("gate/trap_user", "gate/trap"),
        ("overflow/int3_user", "overflow/int3"),
    )
)
INT3 = ["breakpoint/int3_two_bytes", "breakpoint/int3_user"]
BREAKPOINT = [*INT3, "breakpoint/rf"]
INT3_USER = ["breakpoint/int3_user", "overflow/int3_user"]


def named(*words: str) -> list[str]:
    return [case.case for case in select(CASES, words)]


@pytest.mark.parametrize(
    "word, found",
    [
        ("breakpoint/int3_user", ["breakpoint/int3_user"]),
        ("breakpoint/*_user", ["breakpoint/int3_user"]),
        ("cases/breakpoint/int3.c", INT3),
        ("./expected/breakpoint/int3.txt", INT3),
        ("expected/breakpoint/int3.txt.new", INT3),
        ("../build/breakpoint/int3.elf", INT3),
        (f"{ROOT}/cases/breakpoint/int3.c", INT3),
        ("../breakpoint/int3.c", INT3),
        ("int3.c", [*INT3, "overflow/int3_user"]),
        ("cases/breakpoint/*.c", BREAKPOINT),
        ("breakpoint/int3", INT3),
        ("breakpoint", BREAKPOINT),
        ("breakpoint/", BREAKPOINT),
        ("cases/breakpoint", BREAKPOINT),
        ("cases/", [case.case for case in CASES]),
        ("int3_user", INT3_USER),
        ("*_user", ["breakpoint/int3_user", "gate/trap_user", "overflow/int3_user"]),
        ("int3_u*", INT3_USER),
        ("gate/trap", ["gate/trap"]),
        ("gate/trap.c", ["gate/trap", "gate/trap_user"]),
        ("gat?", ["gate/trap", "gate/trap_user"]),
    ],
)
def test_a_word_names(word: str, found: list[str]) -> None:
    assert named(word) == found


def test_several_words_name_all_of_it_once_and_in_order() -> None:
    assert named("gate", "int3_user", "gate/trap") == [
        *INT3_USER[:1],
        "gate/trap",
        "gate/trap_user",
        INT3_USER[1],
    ]


@pytest.mark.parametrize(
    "word, near",
    [
        ("brekpoint", "breakpoint/*"),
        ("int3_usr", "breakpoint/int3_user"),
        ("gate/trp", "gate/trap"),
        ("cases/brekpoint/int3.c", "cases/breakpoint/int3.c"),
        ("point/int3_u", "breakpoint/int3_user"),
    ],
)
def test_the_nearest_is_said(word: str, near: str) -> None:
    with pytest.raises(NothingSelected) as error:
        named(word)
    assert str(error.value).startswith(f"no case matches '{word}'; near: {near}")


@pytest.mark.parametrize("word", ["", ".", "..", "/", "[", "gate/trap.c/x", "x" * 300])
def test_what_names_nothing(word: str) -> None:
    with pytest.raises(NothingSelected, match="no case matches"):
        named(word)


def test_one_case_is_wanted() -> None:
    assert only_one(select(CASES, ["rf"]), "rf").case == "breakpoint/rf"
    with pytest.raises(NothingSelected) as error:
        only_one(select(CASES, ["int3_user"]), "int3_user")
    assert str(error.value) == (
        "'int3_user' means 2 cases: breakpoint/int3_user, overflow/int3_user; name one"
    )
    many = [samples.INFO._replace(case=f"gate/n{number}", file="gate/n") for number in range(20)]
    with pytest.raises(NothingSelected, match="means 20 cases: .* and 12 more; name one"):
        only_one(many, "gate")


@pytest.mark.parametrize("command", ["run", "list", "draft", "diff", "explain", "export", "bless"])
def test_every_command_understands_them(checkout: Checkout, command: str) -> None:
    engine = () if command in ("list", "explain", "export") else ("-e", fake("good"))
    folder = [str(checkout.folder / "to")] if command == "export" else []
    done = checkout.run(command, *folder, "./cases/fault/pair.c", *engine)
    assert "no case matches" not in done.stderr
    if command == "run":
        assert sorted(checkout.verdicts()) == ["fault/pair_one", "fault/pair_two"]
    done = checkout.run(command, *folder, "cases/fault/pear.c", *engine)
    assert done.returncode == 4 and "near: cases/fault/pair.c" in done.stderr


@pytest.mark.parametrize("command", ["trace", "debug"])
def test_commands_for_one_case(checkout: Checkout, command: str) -> None:
    if command == "debug" and not shutil.which("gdb"):
        pytest.skip("no gdb")
    done = checkout.run(command, "fault/pair", "-e", fake("good"))
    assert done.returncode == 4 and "fault/pair_one, fault/pair_two; name one" in done.stderr
