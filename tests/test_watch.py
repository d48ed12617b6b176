"""--watch: another run whenever something has changed, and what it is held against."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from mini import FAKES, Checkout, fake, record
from test_cli import INTERRUPTED, USAGE, nothing_is_left

from trapframe.runs import watch
from trapframe.runs.watch import Watched
from trapframe.system.inotify import Inotify

WRONG = record("fault/single", " 10ad7 ", " ad7 ")


class Watching:
    """A runner that watches, and what it prints."""

    def __init__(self, checkout: Checkout, *arguments: str) -> None:
        self.process = checkout.start(*arguments)
        self.lines: list[str] = []

    def until(self, beginning: str) -> list[str]:
        """The lines up to the one that begins so."""
        assert self.process.stdout
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(beginning):
                return self.lines
        raise AssertionError(f"no line begins with {beginning!r}: {self.lines}")

    def a_run(self) -> str:
        """The last line of the next run that comes to its end."""
        return self.until("watching ")[-2]

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A build of an emulator of the test's own."""
    shutil.copytree(FAKES, tmp_path / "emulator")
    shutil.copy(FAKES / "good", tmp_path / "emulator" / "qemu")
    return tmp_path / "emulator" / "qemu"


@pytest.fixture
def watching(checkout: Checkout, program: Path) -> Iterator[Watching]:
    started = Watching(checkout, "all", "-e", f"qemu={program}", "-j", "1", "--watch")
    yield started
    started.process.kill()
    started.process.communicate(timeout=60)


def in_place(program: Path, other: str) -> None:
    program.write_bytes(program.with_name(other).read_bytes())


def renamed(program: Path, other: str) -> None:
    shutil.copy(program.with_name(other), program.with_name("new"))
    program.with_name("new").rename(program)


def removed_and_made(program: Path, other: str) -> None:
    program.unlink()
    shutil.copy(program.with_name(other), program)


def with_its_folder(program: Path, other: str) -> None:
    folder = program.parent
    folder.rename(folder.with_name("old"))
    shutil.rmtree(folder.with_name("old"))
    shutil.copytree(FAKES, folder.with_name("new"))
    shutil.copy(folder.with_name("new") / other, folder.with_name("new") / program.name)
    folder.with_name("new").rename(folder)


@pytest.mark.parametrize("build", [in_place, renamed, removed_and_made, with_its_folder])
def test_a_new_build_is_run(watching: Watching, program: Path, build: object) -> None:
    assert watching.a_run().startswith("3 PASS")
    build(program, "silent")  # type: ignore[operator]
    assert watching.a_run().startswith("3 PROTOCOL-ERROR")
    build(program, "good")  # type: ignore[operator]
    assert watching.a_run().startswith("3 PASS")
    assert watching.end() == 0


def test_cases_and_golden_files_and_the_harness(watching: Watching, checkout: Checkout) -> None:
    assert watching.a_run().startswith("3 PASS")
    checkout.edit("expected/fault/single.txt", "0x10ad7 ", "0x10ad6 ")
    assert "changed: expected/fault/single.txt" in watching.until("changed")[-1]
    assert watching.a_run().startswith("2 PASS, 1 FAIL")
    checkout.edit("cases/fault/single.c", "the only case", "a case")
    assert "changed: cases/fault/single.c" in watching.until("changed")[-1]
    assert watching.a_run().startswith("2 PASS, 1 FAIL")
    checkout.edit("cases/fault/single.c", "};", "}")
    assert "NOT BUILT       fault/single" in watching.until("watching")
    checkout.edit("cases/fault/single.c", "}}", "}};")
    watching.a_run()
    checkout.write("harness/new.h", "")
    assert "changed: harness/new.h" in watching.until("changed")[-1]
    watching.a_run()
    assert watching.end() == 1, "the exit code of the last run"


def test_what_failed_comes_first(watching: Watching, checkout: Checkout, program: Path) -> None:
    assert watching.a_run().startswith("3 PASS")
    checkout.edit("expected/fault/single.txt", "0x10ad7 ", "0x10ad6 ")
    assert watching.a_run().startswith("2 PASS, 1 FAIL")
    os.utime(program)
    watching.a_run()
    first = (checkout.folder / "reports/run.jsonl").read_text().splitlines()[1]
    assert '"case": "fault/single"' in first


def test_a_run_ends_when_what_it_runs_has_changed(checkout: Checkout, program: Path) -> None:
    in_place(program, "hang")
    watching = Watching(
        checkout, "all", "--timeout", "3000", "--watch", str(program), "-e", f"qemu={program}"
    )
    wait_for_notes(checkout)
    renamed(program, "good")
    assert watching.until("changed")[-1].endswith("emulator/qemu")
    assert watching.a_run().startswith("3 PASS")
    assert watching.end() == 0


def wait_for_notes(checkout: Checkout) -> None:
    """Until a hanging fake has said that it hangs."""
    with Inotify_(checkout.folder / "notes") as changes:
        while not list((checkout.folder / "notes").glob("self.*")):
            changes.wait()


class Inotify_:
    def __init__(self, folder: Path) -> None:
        self.changes = Inotify()
        self.changes.add(folder)

    def __enter__(self) -> Inotify_:
        return self

    def __exit__(self, *_: object) -> None:
        self.changes.close()

    def wait(self) -> None:
        import select

        select.select([self.changes], [], [])
        self.changes.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_a_run(checkout: Checkout, program: Path, number: int) -> None:
    in_place(program, "hang")
    watching = Watching(checkout, "all", "--timeout", "3000", "-e", f"qemu={program}", "--watch")
    wait_for_notes(checkout)
    assert watching.end(number) == INTERRUPTED
    assert nothing_is_left(checkout)


def test_against_last_shows_what_each_build_changed(checkout: Checkout, program: Path) -> None:
    command = ("all", "-e", f"qemu={program}", "--watch", "--against", "last")
    watching = Watching(checkout, *command)
    assert watching.a_run().startswith("3 PASS"), "there is nothing to hold the first run against"
    checkout.edit("expected/fault/single.txt", "0x10ad7 ", "0x10ad6 ")
    assert ": 1 worse, 0 changed, 0 better" in watching.a_run()
    os.utime(program)
    assert ": 0 worse, 0 changed, 0 better" in watching.a_run(), "it is as wrong as it was"
    checkout.edit("expected/fault/single.txt", "0x10ad6 ", "0x10ad7 ")
    assert ": 0 worse, 0 changed, 1 better" in watching.a_run()
    assert watching.end() == 0


def test_against_last_without_watching(checkout: Checkout) -> None:
    good = ("all", "-e", fake("good"), "--against", "last")
    done = checkout.run(*good)
    assert (
        done.returncode == USAGE and "--against last: " in done.stderr and "no run has ended" in done.stderr
    )
    assert checkout.run(*good[:3]).returncode == 0
    checkout.deliver("fault/single", WRONG)
    done = checkout.run(*good)
    assert done.returncode == 1 and "against last: 1 worse" in done.stdout
    done = checkout.run(*good)
    assert done.returncode == 0 and "against last: 0 worse" in done.stdout
    assert checkout.run("all", "-e", fake("good"), "-x", "-j", "1").returncode == 1
    done = checkout.run(*good)
    assert done.returncode == USAGE and "stopped before its end" in done.stderr


@pytest.mark.parametrize(
    "arguments, said",
    [
        (
            ("--watch", "fault/single"),
            "--watch fault/single: there is no such file; a case's name goes before",
        ),
        (("-e", "qemu=./none", "--watch"), "-e none: there is no such file"),
        (("--watch", "--lf"), "--watch can't be had with --lf"),
        (("--watch", "--resume"), "--watch can't be had with --resume"),
        (("--watch", "-n"), "--watch can't be had with -n"),
        (("-e", "what", "--watch"), "no engine 'what'"),
        (("-e", fake("good"), "-k", "(", "--watch"), "-k '('"),
    ],
)
def test_a_command_line_that_nothing_mends(checkout: Checkout, arguments: tuple[str, ...], said: str) -> None:
    done = checkout.run("all", *arguments)
    assert done.returncode == USAGE and said in done.stderr


# Its parts.


def test_a_program_is_whole_when_nobody_writes_to_it(tmp_path: Path) -> None:
    path = tmp_path / "program"
    assert not watch.is_whole(path, False)
    with path.open("wb") as file:
        assert not watch.is_whole(path, False)
        file.write(b"half")
        file.flush()
        assert not watch.is_whole(path, False), "it is still open"
    assert watch.is_whole(path, False)
    with path.open("r+b"):
        assert not watch.is_whole(path, False), "a step of a linker, or of strip"
    assert watch.is_whole(path, False) and not watch.is_whole(path, True)
    path.chmod(0o755)
    assert watch.is_whole(path, True)


def test_what_matters() -> None:
    root = Path("/nowhere/checkout")
    watched = Watched(
        root,
        (Path("/nowhere/build/qemu"),),
        files=frozenset({"fault/single"}),
        known=frozenset({"fault/single", "fault/pair"}),
    )
    for name, matters in (
        ("cases/fault/single.c", True),
        ("cases/fault/pair.c", False),
        ("cases/fault/new.c", True),
        ("cases/fault/.single.c.swp", False),
        ("cases/fault/single.c~", False),
        ("expected/fault/single.txt", True),
        ("expected/fault/single.txt.new", False),
        ("expected/fault/pair.txt", False),
        ("expected/quirks/qemu.toml", True),
        ("harness/common/main.c", True),
        ("harness/common/rom.ld", True),
        ("engines/qemu.toml", True),
        ("Makefile", True),
        ("reports/report.json", False),
        ("build/fault/single.elf", False),
    ):
        assert bool(watched.relevant([root / name])) == matters, name
    assert watched.relevant([Path("/nowhere/build")]) and watched.relevant([Path("/nowhere/build/qemu")])
    assert not watched.relevant([Path("/nowhere/build/qemu.o")])


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "qemu").write_text("x")
    (tmp_path / "qemu").symlink_to("build/qemu")
    watched = Watched(tmp_path / "root", (tmp_path / "qemu",))
    changes = Inotify()
    watched.watch(changes)
    (tmp_path / "build" / "qemu").write_text("y")
    assert watched.relevant(changes.read())
    (tmp_path / "qemu").unlink()
    assert watched.relevant(changes.read())
    changes.close()


@pytest.mark.parametrize(
    "arguments, path, found",
    [
        (["all", "--watch", "-e", "qemu"], None, ["all", "-e", "qemu"]),
        (["run", "a", "--watch", "./q", "b"], Path("q"), ["run", "a", "b"]),
        (["run", "q", "--watch=q"], Path("q"), ["run", "q"]),
        (["run", "q", "--watch", "q", "-e", "qemu=q"], Path("q"), ["run", "q", "-e", "qemu=q"]),
    ],
)
def test_the_command_of_one_run(arguments: list[str], path: Path | None, found: list[str]) -> None:
    options = watch.Options(path, (), Path("/nowhere"), None, False, "")
    assert watch.command(arguments, options, Path("/nowhere/kept")) == found
    assert watch.command([*arguments, "--against", "last"], options, Path("/nowhere/kept"))[-2:] == [
        "--against",
        "last",
    ]


def test_a_broken_build_is_waited_for(watching: Watching, program: Path) -> None:
    """Whatever it does: the next build may mend it."""
    watching.a_run()
    program.write_text("#!/bin/sh\nexit 1\n")
    watching.a_run()
    in_place(program, "good")
    assert watching.a_run().startswith("3 PASS")
    assert watching.end() == 0
