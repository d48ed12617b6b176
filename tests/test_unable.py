"""What trapframe does where it can't do its work: one line, exit code 70, and no result is lost."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mini import ROOT, Checkout, fake, heed_modes, record, script
from test_cli import BROKEN, GOOD, INVALID, USAGE, last_line

from trapframe import cli
from trapframe.commands import run
from trapframe.report import json as report_json
from trapframe.system import needs, unable

UNABLE = 70
NO_SPACE = os.strerror(errno.ENOSPC)


def one_line(text: str) -> str:
    (line,) = text.splitlines()
    assert line.startswith("runner.py: ")
    return line


def test_the_exit_code_is_no_other_ones() -> None:
    """Neither one of ours, nor pytest's, nor a shell's; and the lists of them have it."""
    assert unable.EXIT_CODE == UNABLE and f"\n  {UNABLE}   " in cli.EXIT_CODES
    assert f"{UNABLE} trapframe" in (ROOT / "README.md").read_text()


# A checkout that can't be written.


@pytest.fixture
def read_only(checkout: Checkout) -> Iterator[Checkout]:
    _modes(checkout, "a-w")
    yield checkout
    _modes(checkout, "u+w")


def _modes(checkout: Checkout, change: str) -> None:
    subprocess.run(["chmod", "-R", change, checkout.folder], check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("explain", "fault/single"),
        ("diff", "fault/single", *GOOD),
        ("all", *GOOD, "--report", "{there}"),
        ("export", "{there}"),
        ("doctor",),
    ],
)
@pytest.mark.parametrize("stamped", [True, False])
def test_a_read_only_checkout(
    checkout: Checkout, tmp_path: Path, arguments: tuple[str, ...], stamped: bool
) -> None:
    """Nothing is built when nothing has to be, whether or not make has to be asked for that."""
    if not stamped:
        (checkout.folder / "build" / "stamp.json").unlink()
        (checkout.folder / "build" / "index.json").unlink()
    _modes(checkout, "a-w")
    words = [word.replace("{there}", str(tmp_path / "there")) for word in arguments]
    done = checkout.run(*words, before=heed_modes)
    _modes(checkout, "u+w")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_read_only_checkout_that_nobody_has_built(checkout: Checkout, tmp_path: Path) -> None:
    shutil.rmtree(checkout.folder / "build")
    _modes(checkout, "a-w")
    refused = checkout.run("list", before=heed_modes)
    elsewhere = {"TRAPFRAME_BUILD": str(tmp_path / "built")}
    done = checkout.run("list", before=heed_modes, **elsewhere)
    ran = checkout.run("all", *GOOD, "--report", str(tmp_path / "r"), before=heed_modes, **elsewhere)
    _modes(checkout, "u+w")
    assert refused.returncode == UNABLE and "TRAPFRAME_BUILD=DIR builds in another" in one_line(
        refused.stderr
    )
    assert done.returncode == ran.returncode == 0 and len(done.stdout.splitlines()) == 3
    assert (tmp_path / "built/fault/pair.rom").exists() and not (checkout.folder / "build").exists()


def test_what_is_older_than_its_source_is_not_used(checkout: Checkout) -> None:
    checkout.edit("cases/fault/pair.c", "the second of two", "another text")
    _modes(checkout, "a-w")
    done = checkout.run("list", before=heed_modes)
    _modes(checkout, "u+w")
    assert done.returncode == UNABLE and "older than its sources" in one_line(done.stderr)


def test_folders_of_a_read_only_checkout(read_only: Checkout) -> None:
    """What is named can be mended on the command line; what isn't is our own need."""
    done = read_only.run("all", *GOOD, before=heed_modes)
    assert done.returncode == USAGE and "name another folder with --report DIR" in one_line(done.stderr)
    for arguments in (("run", "fault/single", *GOOD, "-n"), ("new", "a/b", *GOOD)):
        done = read_only.run(*arguments, before=heed_modes)
        assert done.returncode == UNABLE and "Permission denied; mend" in one_line(done.stderr)


def test_a_folder_that_make_cannot_name(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.run("list", TRAPFRAME_BUILD=str(tmp_path / "a b"))
    assert done.returncode == UNABLE and "make can't work with a blank" in one_line(done.stderr)


def test_a_build_elsewhere_says_what_does_not_build(checkout: Checkout, tmp_path: Path) -> None:
    checkout.edit("cases/fault/pair.c", "TABLE", "TABEL")
    done = checkout.run("all", *GOOD, TRAPFRAME_BUILD=str(tmp_path / "built"))
    assert done.returncode == BROKEN and "NOT BUILT       fault/pair\n    cases/fault/pair.c:3" in done.stdout


def test_make_builds_where_the_runner_looks() -> None:
    env = os.environ | {"TRAPFRAME_BUILD": "/nowhere/built"}
    said = subprocess.run(["make", "-n", "roms"], cwd=ROOT, env=env, capture_output=True, text=True).stdout
    assert "/nowhere/built/harness.o" in said and " build/" not in said


# Files that can't be read.


@pytest.mark.parametrize("command", ["all", "bless", "diff", "explain", "export", "review"])
def test_an_unreadable_golden_file(checkout: Checkout, tmp_path: Path, command: str) -> None:
    path = checkout.folder / "expected/fault/single.txt"
    shutil.copy(path, path.with_name("single.txt.new"))
    path.chmod(0)
    one = ("fault/single", *GOOD)
    arguments = {"all": GOOD, "bless": one, "diff": one, "export": (str(tmp_path / "there"),), "review": ()}
    done = checkout.run(command, *arguments.get(command, ("fault/single",)), before=heed_modes)
    assert done.returncode == INVALID
    if command != "diff":
        assert "expected/fault/single.txt: Permission denied" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["bless", "explain", "review"])
def test_a_golden_file_that_says_nothing_clear(checkout: Checkout, command: str) -> None:
    path = checkout.folder / "expected/fault/single.txt"
    shutil.copy(path, path.with_name("single.txt.new"))
    path.write_text("[single]\nnonsense\n")
    arguments = {"review": (), "bless": ("fault/single", *GOOD)}
    done = checkout.run(command, *arguments.get(command, ("fault/single",)))
    assert done.returncode == INVALID and "expected/fault/single.txt:2: " in one_line(done.stderr)


def test_a_folder_of_cases_that_cannot_be_read(checkout: Checkout) -> None:
    (checkout.folder / "cases").chmod(0)
    done = checkout.run("list", before=heed_modes)
    (checkout.folder / "cases").chmod(0o755)
    assert done.returncode == UNABLE and "/cases: Permission denied" in one_line(done.stderr)


def test_caches_are_no_need(checkout: Checkout) -> None:
    """Nor is what they say: another version, or half a disk, may have written them."""
    for name in ("index.json", "engines.json", "stamp.json"):
        for text in ("[]", '{"format": 2}', '{"format": 2, "harness": [], "files": {"fault/pair": [1]}}'):
            (checkout.folder / "build" / name).write_text(text)
            assert checkout.run("all", *GOOD).returncode == 0


# stdout, stderr and stdin.


def shell(checkout: Checkout, arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    line = f"{checkout.folder}/runner.py {arguments}"
    return subprocess.run(
        line, shell=True, env=checkout.env | env, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("command", ["list", "--help", f"all -e {fake('good')}", f"all -n -e {fake('good')}"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_stdout_that_is_closed_or_full(checkout: Checkout, command: str, unbuffered: str) -> None:
    env = {"PYTHONUNBUFFERED": unbuffered}
    closed = shell(checkout, f"{command} >&-", **env)
    assert closed.returncode == UNABLE and "stdout is closed" in one_line(closed.stderr)
    full = shell(checkout, f"{command} >/dev/full", **env)
    assert full.returncode == UNABLE and f"stdout: {NO_SPACE}" in full.stderr.splitlines()[0]
    assert "Traceback" not in full.stderr and "Exception ignored" not in full.stderr
    both = shell(checkout, f"{command} >/dev/full 2>&1", **env)
    assert both.returncode == UNABLE
    assert shell(checkout, f"{command} >&- 2>&- <&-", **env).returncode == UNABLE


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_the_verdict_is_told_on_stderr_where_stdout_is_full(checkout: Checkout, unbuffered: str) -> None:
    done = shell(checkout, f"all -j 1 -e {fake('silent')} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    first, *rest = done.stderr.splitlines()
    assert first.endswith("; the rest is here") and rest[0].startswith("PROTOCOL-ERROR  fault/pair_one")
    assert rest[-1].startswith("3 PROTOCOL-ERROR") and done.returncode == UNABLE
    assert len(checkout.report()["results"]) == 3


def test_nothing_is_opened_in_the_place_of_a_closed_stream(checkout: Checkout) -> None:
    for closed in ("<&-", "2>&-", "<&- 2>&-"):
        done = shell(checkout, f"all -e {fake('silent')} {closed}")
        assert done.returncode == BROKEN and last_line(done.stdout).startswith("3 PROTOCOL-ERROR")
        lines = (checkout.folder / "reports/run.jsonl").read_text().splitlines()
        assert len(lines) == 5 and all(line.startswith("{") for line in lines)
    assert shell(checkout, "review <&-").returncode == 0
    opens = (
        "import os; from trapframe.system import streams as s; s.prepare(); print(os.open(os.devnull, 0) > 2)"
    )
    for closed in ("<&-", "2>&-", "<&- 2>&-"):
        line = f'cd "{ROOT}" && {sys.executable} -c "{opens}" {closed}'
        assert subprocess.run(line, shell=True, capture_output=True, text=True).stdout == "True\n"


def test_letters_that_stdout_does_not_have(checkout: Checkout) -> None:
    checkout.edit("cases/fault/pair.c", "the second of two", "→ the second of two")
    done = checkout.run("list", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0 and "\\u2192 the second of two" in done.stdout


# Errors of our own.


def test_an_error_in_trapframe(checkout: Checkout) -> None:
    checkout.edit(
        "trapframe/commands/list.py",
        "    if as_json:",
        "    raise ValueError('one\\ntwo')\n    if as_json:",
    )
    done = checkout.run("list")
    line = one_line(done.stderr)
    assert (
        done.returncode == UNABLE
        and "an error in trapframe: ValueError: one two (trapframe/commands/list.py:" in line
    )
    assert "TRAPFRAME_TRACEBACK=1" in line
    done = checkout.run("list", TRAPFRAME_TRACEBACK="1")
    assert (
        done.returncode == UNABLE and done.stderr.startswith("Traceback") and 'list.py", line' in done.stderr
    )


# A disk that gets full.


def small_files() -> None:
    """No file can grow beyond a ROM's size and a little more."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000))


CHATTERBOX = """\
#!/bin/sh
. "$(dirname "$0")/emulator.sh"
yes | head -c 60000 >serial
through_the_port
"""


def test_a_disk_that_gets_full_while_cases_run(checkout: Checkout) -> None:
    """All of them run, and the verdict is told. What was written before can be gone on from."""
    engine = script(checkout, CHATTERBOX)
    arguments = ("all", *engine, *engine, "-j", "1")
    done = checkout.run(*arguments, before=small_files)
    assert (done.returncode, done.stderr) == (UNABLE, "")
    assert last_line(done.stdout).startswith("6 PROTOCOL-ERROR: 3 cases on qemu 99.1, qemu#2 99.1")
    assert f"NOT WRITTEN     {checkout.folder}/reports/run.jsonl: {os.strerror(errno.EFBIG)}" in done.stdout
    assert "--resume goes on from" in done.stdout
    assert not (checkout.folder / "reports/report.json").exists()
    text = (checkout.folder / "reports/run.jsonl").read_text()
    assert 1 < text.count("\n") < 7
    again = checkout.run(*arguments, "--resume")
    assert again.returncode == BROKEN and len(checkout.report()["results"]) == 6


def test_a_disk_that_is_full_at_once(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, NO_SPACE)

    monkeypatch.setattr(report_json, "_write_whole", full)
    monkeypatch.setattr(run, "ROOT", checkout.folder)
    assert cli.main(["all", *GOOD, "--report", str(tmp_path / "r")]) == UNABLE
    assert (
        one_line(capsys.readouterr().err)
        == f"runner.py: {tmp_path}/r: {NO_SPACE}; make room there, or in TMPDIR"
    )
    assert list((tmp_path / "r").iterdir()) == []


IN_THE_WAY = """\
#!/bin/sh
. "$(dirname "$0")/emulator.sh"
path=$FAKE_NOTES/../$IN_THE_WAY
[ -d "$path" ] || { rm -f "$path" && mkdir -p "$path/x"; }
record >serial
through_the_port
"""


@pytest.mark.parametrize("what", ["reports/report.json", "junit.xml", "summary.md"])
def test_what_cannot_be_written_at_the_end(checkout: Checkout, what: str) -> None:
    """The summary and the verdict are told all the same, and all else is written."""
    checkout.deliver("fault/single", record("fault/single", " 10ad7 ", " ad7 "))
    junit, summary = checkout.folder / "junit.xml", checkout.folder / "summary.md"
    done = checkout.run(
        *("all", *script(checkout, IN_THE_WAY), "--junit", str(junit), "--github"),
        IN_THE_WAY=what,
        GITHUB_STEP_SUMMARY=str(summary),
    )
    assert (done.returncode, done.stderr) == (UNABLE, "")
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("NOT WRITTEN"))
    assert f"{checkout.folder}/{what}: Is a directory" in line
    assert last_line(done.stdout).startswith("2 PASS, 1 FAIL: 3 cases")
    if what != "reports/report.json":
        assert [junit.is_file(), summary.is_file()] == [what != "junit.xml", what != "summary.md"]


# What an option needs is looked for before the first case runs.


def refused_at_once(checkout: Checkout, *arguments: str, **env: str) -> str:
    """Nothing has run, and what an earlier run left is there."""
    checkout.run("run", "fault/single", *GOOD)
    before = (checkout.folder / "reports/run.jsonl").read_bytes()
    done = checkout.run(*arguments, before=None, **env)
    assert done.returncode == USAGE and not done.stdout
    assert (checkout.folder / "reports/run.jsonl").read_bytes() == before
    return one_line(done.stderr)


def test_junit_without_junitparser(checkout: Checkout) -> None:
    checkout.edit(
        "trapframe/report/junit.py", 'find_spec("junitparser")', 'find_spec("nothing_of_that_name")'
    )
    said = refused_at_once(checkout, "all", *GOOD, "--junit", str(checkout.folder / "junit.xml"))
    assert "python3-junitparser" in said
    said = refused_at_once(checkout, "merge", str(checkout.folder / "reports"), "--junit", "/tmp/x.xml")
    assert "python3-junitparser" in said


@pytest.mark.parametrize("path", ["/proc/x/y", "/dev/null/x", "/proc/version", "."])
def test_a_junit_file_that_cannot_be_written(checkout: Checkout, path: str) -> None:
    assert f"--junit {path}: " in refused_at_once(checkout, "all", *GOOD, "--junit", path)


def test_github_without_github(checkout: Checkout) -> None:
    assert "GITHUB_STEP_SUMMARY isn't set" in refused_at_once(
        checkout, "all", *GOOD, "--github", GITHUB_STEP_SUMMARY=""
    )
    for path in ("/proc/x/y", "/"):
        said = refused_at_once(checkout, "all", *GOOD, "--github", GITHUB_STEP_SUMMARY=path)
        assert f"--github: {path}: " in said


def test_against_what_is_not_there(checkout: Checkout) -> None:
    assert "/nonexistent: No such file" in refused_at_once(
        checkout, "all", *GOOD, "--against", "/nonexistent"
    )


def test_a_page_without_jinja2(checkout: Checkout) -> None:
    checkout.edit("trapframe/report/html.py", 'find_spec("jinja2")', 'find_spec("nothing_of_that_name")')
    path = str(checkout.folder / "reports/report.json")
    for arguments in (("report", path), ("compare", path, path, "--html", str(checkout.folder / "page"))):
        assert "python3-jinja2" in refused_at_once(checkout, *arguments)


def test_setup_brings_what_all_with_its_options_needs() -> None:
    (groups,) = re.findall(r'run\) groups="\$groups ([a-z ]+)"', (ROOT / "scripts/setup.sh").read_text())
    brought = {what for need in needs.read() if need.group in groups.split() for what in need.what}
    assert brought >= {"elftools.py", "jinja2.py", "junitparser.py", "rich.py"}
