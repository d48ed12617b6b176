"""What commands do with a file of cases that doesn't build: asked for alone, among others, or not."""

from __future__ import annotations

import shutil

from pathlib import Path

import pytest
import samples
from mini import Checkout, record, rom
from test_cli import BROKEN, GOOD, NOTHING
from test_golden_tools import answer

from trapframe.suite import unbuilt
from trapframe.suite.build import BuildFailure
from trapframe.suite.select import NothingSelected, Selection
from trapframe.suite.workspace import Workspace

MESSAGE = "cases/fault/pair.c:3"
GLOBS = ("fault/pair", "fault/pair_two", "fault/pair_*", "*/pair*")
COMMANDS = ("run", "list", "explain", "draft", "bless", "diff", "trace", "debug", "export")


@pytest.fixture
def broken(checkout: Checkout) -> Checkout:
    """fault/pair doesn't compile, fault/single does."""
    checkout.edit("cases/fault/pair.c", "TABLE", "TABEL")
    return checkout


def arguments(checkout: Checkout, command: str, glob: str) -> list[str]:
    if command == "debug" and not shutil.which("gdb"):
        pytest.skip("no gdb here")
    folder = [str(checkout.folder / "out")] if command == "export" else []
    engine = () if command in ("list", "explain", "export") else GOOD
    return [command, *folder, glob, *engine]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_shows_what_the_compiler_says(broken: Checkout, command: str) -> None:
    done = broken.run(*arguments(broken, command, "fault/pair_two"))
    assert done.returncode == BROKEN
    assert f"NOT BUILT       fault/pair\n    {MESSAGE}" in done.stdout + done.stderr


@pytest.mark.parametrize("glob", GLOBS)
def test_its_cases_are_known_by_name(broken: Checkout, glob: str) -> None:
    done = broken.run("run", glob, *GOOD)
    assert done.returncode == BROKEN and MESSAGE in done.stdout
    assert broken.report()["results"] == []


@pytest.mark.parametrize("glob", GLOBS[1:])
def test_a_new_file_s_cases_are_known_from_its_source(broken: Checkout, glob: str) -> None:
    (broken.folder / "expected/fault/pair.txt").unlink()
    assert broken.run("list", glob).returncode == BROKEN


def test_names_that_only_the_golden_file_has(tmp_path: Path) -> None:
    for name, text in (("cases/a/b.c", "ROWS(c)"), ("expected/a/b.txt", "[b_c]\nx\n[b_c amd]\n# [b_d]\n")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    assert [one.case for one in unbuilt.stand_ins(tmp_path, ["a/b", "a/gone"])] == ["a/b", "a/b_c", "a/gone"]


@pytest.mark.parametrize("command", ["run", "list", "explain", "draft", "diff", "export"])
def test_what_is_built_runs_beside_it(broken: Checkout, command: str) -> None:
    done = broken.run(*arguments(broken, command, "fault/*"))
    assert done.returncode == BROKEN and MESSAGE in done.stdout + done.stderr
    shown = {"draft": "[single]", "run": "1 PASS", "export": "1 ROMs"}.get(command, "fault/single")
    assert shown in done.stdout


@pytest.mark.parametrize("command", COMMANDS[:-3])
def test_nobody_waits_for_another_one_s_file(broken: Checkout, command: str) -> None:
    done = broken.run(*arguments(broken, command, "fault/single"))
    assert done.returncode == 0
    (line,) = (line for line in (done.stdout + done.stderr).splitlines() if "fault/pair" in line)
    assert line == "not built either: fault/pair; `./runner.py list fault/pair` says why"


def test_a_report_holds_the_failures_that_count(broken: Checkout) -> None:
    broken.run("run", "fault/single", *GOOD)
    assert broken.report()["build_failures"] == []
    broken.run("run", "fault/*", *GOOD)
    assert [one["file"] for one in broken.report()["build_failures"]] == ["fault/pair"]


@pytest.mark.parametrize("selection", [["-k", "single"], ["--vector", "PF"], ["--tag", "none"], []])
def test_without_a_glob_all_have_to_build(broken: Checkout, selection: list[str]) -> None:
    """What a file that doesn't build would say of its cases, nobody knows."""
    for command in (["run", *selection, *GOOD], ["list", *selection], ["run", "-n", *selection, *GOOD]):
        done = broken.run(*command)
        assert done.returncode == BROKEN and MESSAGE in done.stdout + done.stderr


def test_a_glob_that_means_nothing_at_all(broken: Checkout) -> None:
    done = broken.run("run", "fault/par", *GOOD)
    assert done.returncode == NOTHING
    assert "no case matches 'fault/par'; near: fault/pair" in done.stderr and "not built" in done.stderr


def test_a_new_case_that_cannot_be_built_leaves_nothing(checkout: Checkout) -> None:
    """There is no <case.h> in this checkout."""
    (checkout.folder / "cases/fault/mine.record").write_bytes(rom(record("fault/mine")))
    done = checkout.run("new", "fault/mine", *GOOD)
    assert done.returncode == BROKEN and "NOT BUILT       fault/mine\n    cases/fault/mine.c:" in done.stderr
    assert not (checkout.folder / "cases/fault/mine.c").exists()


def test_nothing_is_accepted_for_it(checkout: Checkout) -> None:
    checkout.deliver("fault/pair", record("fault/pair_one", " 10ad7 ", " ad7 "), record("fault/pair_two"))
    assert checkout.run("bless", "fault/pair_one", *GOOD).returncode == 0
    checkout.edit("cases/fault/pair.c", "TABLE", "TABEL")
    assert "can't be accepted: cases/fault/pair.c does not build" in answer(checkout, "q\n").stdout


def test_the_harness_fails_every_selection() -> None:
    failure = BuildFailure("build/harness/common/main.c.o", "main.c:1: error")
    workspace = Workspace((samples.INFO,), {}, (failure,), frozenset())
    assert workspace.pick(Selection(("page_fault/*",))).failures == (failure,)


def test_many_others_are_one_line() -> None:
    cases = tuple(samples.INFO._replace(case=f"a/{n}", file=f"a/{n}", outcome="") for n in range(9))
    failures = tuple(BuildFailure(case.file, "error") for case in cases)
    workspace = Workspace((samples.INFO,), {}, failures, frozenset(case.file for case in cases), cases)
    picked = workspace.pick(Selection(("page_fault/*",)))
    assert (picked.failures, len(picked.others)) == ((), 9)
    assert unbuilt.others(picked.others).startswith("not built either: a/0 a/1 a/2 a/3 a/4 and 4 more; ")
    with pytest.raises(NothingSelected, match="no case matches 'nothing'.*; not built either: a/0"):
        workspace.pick(Selection(("nothing",)))
