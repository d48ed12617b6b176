"""The command as its users see it: what it prints, writes and returns, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from mini import FAKES, NAMES, ROOT, Checkout, Fifo, fake, record, rom, script

GOOD = ("-e", fake("good"))
USAGE, BROKEN, NOTHING, INVALID, INTERRUPTED = 2, 3, 4, 5, 130


def nothing_is_left(checkout: Checkout) -> int:
    """No process that a fake wrote down is alive. Returns how many there were.

    One that was killed while it wrote has left an empty note.
    """
    pids = [pid for path in (checkout.folder / "notes").glob("*.*") for pid in path.read_text().split()]
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    return len(pids)


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


# All is well.


def test_all(checkout: Checkout) -> None:
    done = checkout.run("all", *GOOD)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"3 PASS: 3 cases on qemu 99\.1 in \d+\.\d s", last_line(done.stdout))
    assert len(done.stdout.splitlines()) == 1, "what was expected needs no line"


def test_report(checkout: Checkout) -> None:
    checkout.run("all", *GOOD)
    report = checkout.report()
    assert report["schema"] == 2 and report["interrupted"] is False and report["commit"] is None
    (engine,) = report["engines"]
    assert (engine["name"], engine["version"], engine["path"]) == ("qemu", "99.1", str(FAKES / "good"))
    assert re.fullmatch("[0-9a-f]{64}", engine["sha256"])
    assert [entry["case"] for entry in report["results"]] == NAMES
    for entry in report["results"]:
        assert (entry["engine"], entry["verdict"], entry["diff"]) == ("qemu", "PASS", [])
        assert 0 < entry["seconds"] < 60 and entry["serial"] == record(entry["case"]).decode()
    assert report["totals"]["PASS"] == 3 and sum(report["totals"].values()) == 3
    lines = [
        json.loads(line) for line in (checkout.folder / "reports" / "run.jsonl").read_text().splitlines()
    ]
    assert [{**one, **engine} for one in lines[0]["engines"]] == [engine]
    assert lines.pop() == {"finished": True}
    assert sorted(lines[1:], key=lambda entry: str(entry["case"])) == report["results"]
    assert sorted(path.name for path in (checkout.folder / "reports").iterdir()) == [
        ".lock",
        "report.json",
        "run.jsonl",
    ]


def test_from_any_folder_with_any_python(checkout: Checkout, tmp_path: Path) -> None:
    """A python3 that comes first in PATH and can't do anything is not our problem."""
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 77\n")
    (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        [checkout.folder / "runner.py", "all", *GOOD],
        cwd="/",
        env=checkout.env | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
    )
    assert done.returncode == 0 and (checkout.folder / "reports" / "report.json").exists()


def test_run_by_globs(checkout: Checkout) -> None:
    assert checkout.run("run", "*/pair_*", *GOOD).returncode == 0
    assert sorted(checkout.verdicts()) == ["fault/pair_one", "fault/pair_two"]


def test_two_builds_of_one_emulator(checkout: Checkout) -> None:
    assert checkout.run("run", "fault/single", *GOOD, "-e", fake("silent")).returncode == BROKEN
    report = checkout.report()
    assert [engine["id"] for engine in report["engines"]] == ["qemu", "qemu#2"]
    found = {entry["engine_id"]: (entry["engine"], entry["verdict"]) for entry in report["results"]}
    assert found == {"qemu": ("qemu", "PASS"), "qemu#2": ("qemu", "PROTOCOL-ERROR")}


def test_a_progress_bar_only_on_a_terminal(checkout: Checkout) -> None:
    try:
        ours, other = pty.openpty()
    except OSError:
        pytest.skip("no pseudo-terminals here")
    env = checkout.env | {"TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(checkout.command("all", *GOOD), stdout=other, stderr=other, env=env)
    os.close(other)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    assert b"\x1b[" in shown and b"3 PASS" in shown


# Differences.


def test_a_field_differs(checkout: Checkout) -> None:
    checkout.deliver("fault/single", record("fault/single", " 10ad7 ", " ad7 "))
    done = checkout.run("all", *GOOD)
    assert done.returncode == 1
    head, expected, actual, _ = done.stdout.splitlines()
    assert head == "FAIL            fault/single  qemu 99.1"
    assert re.fullmatch(r"    frame 1\.rflags  expected  0x10ad7 \(RF .*\)", expected)
    assert re.fullmatch(r"                    actual    0xad7 .*RF.*", actual)
    assert checkout.verdicts() == {name: "FAIL" if name == "fault/single" else "PASS" for name in NAMES}
    (entry,) = (one for one in checkout.report()["results"] if one["verdict"] == "FAIL")
    assert [one["field"] for one in entry["diff"]] == ["frame 1.rflags"]
    assert (checkout.folder / "reports" / entry["raw"]).read_bytes() == record(
        "fault/single", " 10ad7 ", " ad7 "
    )


def test_another_outcome(checkout: Checkout) -> None:
    done = checkout.run("all", "-e", fake("shutdown"))
    assert done.returncode == 1 and set(checkout.verdicts().values()) == {"WRONG-OUTCOME"}


def test_raw_holds_only_what_this_run_wrote(checkout: Checkout) -> None:
    checkout.run("all", "-e", fake("silent"))
    assert len(list((checkout.folder / "reports" / "raw" / "fault").iterdir())) == 3
    checkout.run("all", *GOOD)
    assert not (checkout.folder / "reports" / "raw").exists()


def test_an_unsupported_case_is_green(checkout: Checkout) -> None:
    text = "trapframe 1\ncase fault/pair_one long64\nunsupported smap\n"
    checkout.deliver(
        "fault/pair", f"{text}end exit {sum(text.encode()) & 0xFFFF:x}\n".encode(), record("fault/pair_two")
    )
    done = checkout.run("all", *GOOD)
    assert done.returncode == 0 and "1 UNSUPPORTED" in done.stdout


QUIRK = """
[[quirk]]
id = "no-rf"
versions = ">=99"
cases = ["fault/single"]
rule = "SDM"
reason = "a test"
[[quirk.change]]
frame = "*"
field = "rflags"
clear = 0x10000
"""


def test_a_quirk_is_green_and_a_fixed_one_is_red(checkout: Checkout) -> None:
    checkout.write("expected/quirks/qemu.toml", QUIRK)
    done = checkout.run("all", *GOOD)
    assert done.returncode == 1 and "FIXED           fault/single" in done.stdout
    checkout.deliver("fault/single", record("fault/single", " 10ad7 ", " ad7 "))
    done = checkout.run("all", *GOOD)
    assert done.returncode == 0 and "quirks: no-rf 1\n2 PASS, 1 QUIRK" in done.stdout


def test_amd_runs_too_where_its_manual_differs(checkout: Checkout) -> None:
    checkout.edit(
        "expected/fault/single.txt",
        "  dr6             0xffff0ff0\n",
        "  dr6             0xffff0ff0\n  dr6[amd]        0xffff0ff1\n",
    )
    done = checkout.run("all", *GOOD)
    assert done.returncode == 1
    report = checkout.report()
    assert [engine["name"] for engine in report["engines"]] == ["qemu", "qemu:amd"]
    assert [engine["profile"] for engine in report["engines"]] == ["intel", "amd"]
    amd = [entry for entry in report["results"] if entry["engine"] == "qemu:amd"]
    assert [(entry["case"], entry["verdict"]) for entry in amd] == [("fault/single", "FAIL")]
    assert len(report["results"]) == 4
    checkout.run("all", "-e", f"qemu:intel={FAKES / 'good'}")
    assert len(checkout.report()["results"]) == 3, "whoever names a profile gets that one"


# Emulators that misbehave.


def test_hang(checkout: Checkout) -> None:
    done = checkout.run("all", "-e", fake("hang"), "--timeout", "0.5")
    assert done.returncode == BROKEN and set(checkout.verdicts().values()) == {"TIMEOUT"}
    assert nothing_is_left(checkout) == 9
    assert checkout.report()["results"][0]["serial"].startswith("trapframe 1"), "what came is kept"


def test_hang_at_the_probe(checkout: Checkout) -> None:
    done = checkout.run("all", "-e", fake("hang_at_once"), "--timeout", "0.2")
    assert done.returncode == BROKEN and "hang_at_once --version: ended by the time limit" in done.stderr


@pytest.mark.parametrize(
    "name, verdict, message",
    [
        ("crash", "ENGINE-ERROR", "the engine crashed: SIGSEGV\n    assertion failed"),
        ("status", "ENGINE-ERROR", "status 7"),
        ("flood_serial", "PROTOCOL-ERROR", "more than a record may hold"),
        ("flood_log", "PROTOCOL-ERROR", "more than a record may hold"),
        ("garbage", "PROTOCOL-ERROR", " bytes that are no record, from the first byte on"),
        ("half", "PROTOCOL-ERROR", "no end"),
        ("silent", "PROTOCOL-ERROR", "qemu 99.1: sent nothing"),
    ],
)
def test_misbehaviour(checkout: Checkout, name: str, verdict: str, message: str) -> None:
    done = checkout.run("all", "-e", fake(name))
    assert done.returncode == BROKEN and set(checkout.verdicts().values()) == {verdict}
    assert message in done.stdout
    assert done.stdout.replace("\n", "").isprintable(), "no control character of a guest reaches a terminal"
    assert len(done.stdout) < 5000
    raw = (checkout.folder / "reports" / "raw" / "fault" / "single@qemu.serial").read_bytes()
    assert len(raw) <= 65_536
    if name == "garbage":
        assert b"\x1b]0;owned\x07" in raw
    causes = [line for line in done.stdout.splitlines() if line.startswith(f"{verdict}: ")]
    assert len(causes) == 1 and causes[0].endswith(": 3 cases, qemu 99.1") and len(causes[0]) < 130
    assert (checkout.folder / "reports" / "report.json").stat().st_size < 200_000


@pytest.mark.parametrize(
    "frames, code, verdict, message",
    [
        (
            "200",
            1,
            "WRONG-OUTCOME",
            "qemu 99.1: the same frame #PF(P W U) at fault+0x0 repeated 200 times, exp",
        ),
        (
            "400",
            BROKEN,
            "PROTOCOL-ERROR",
            "than a record may hold: the same frame #PF(P W U) at fault+0x0 repe",
        ),
    ],
)
def test_a_loop_of_equal_frames(
    checkout: Checkout, frames: str, code: int, verdict: str, message: str
) -> None:
    """It is said in a line, and `diff` fits a screen or two."""
    done = checkout.run("all", "-e", fake("loop"), FAKE_FRAMES=frames)
    assert done.returncode == code and set(checkout.verdicts().values()) == {verdict}
    assert message in done.stdout and len(done.stdout.splitlines()) < 9
    assert re.search(
        rf"^{verdict}: .*the same frame again and again: 3 cases, qemu", done.stdout, re.MULTILINE
    )
    done = checkout.run("diff", "fault/single", *GOOD, "-e", fake("loop"), FAKE_FRAMES=frames)
    lines = done.stdout.splitlines()
    assert done.returncode == code and len(lines) < 50 and message in lines[-1].replace("qemu#2", "qemu")
    if code == 1:
        assert "  frame 3 to frame 200    -              -              as before" in lines
        assert lines[-2].split() == ["end", "exit", "exit", "exit"]


def test_one_bad_case_hides_no_other(checkout: Checkout) -> None:
    checkout.deliver("fault/single", b"nonsense")
    assert checkout.run("all", *GOOD).returncode == BROKEN
    assert sorted(checkout.verdicts().values()) == ["PASS", "PASS", "PROTOCOL-ERROR"]


def test_a_record_of_another_case(checkout: Checkout) -> None:
    checkout.deliver("fault/single", record("fault/pair_one"))
    done = checkout.run("all", *GOOD)
    assert done.returncode == BROKEN and "record of fault/pair_one" in done.stdout


def test_an_emulator_that_vanishes(checkout: Checkout) -> None:
    """It is there for the probe, and gone when the first case starts."""
    shutil.copy(FAKES / "emulator.sh", checkout.folder)
    program = checkout.folder / "vanishing"
    program.write_text('#!/bin/sh\nrm "$0"\necho "QEMU emulator version 99.1"\n')
    program.chmod(0o755)
    done = checkout.run("all", "-e", f"qemu={program}")
    assert done.returncode != 0 and "vanishing" in done.stdout + done.stderr


# What is asked for can't be had.


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["all", "-e", "kemu"], "no engine 'kemu'; there is bochs, dosbox, kvm, linux, mame, qemu, v86"),
        (["all", "-e", "qemu=/nonexistent"], "-e qemu=/nonexistent: no such file"),
        (["all", "-e", "qemu=/etc/passwd"], "not executable"),
        (["all", "-e", "qemu=/bin/true"], "/bin/true is not qemu"),
        (["all", "-e", "qemu:via"], "no profile 'via'"),
        (["all", "-j", "0"], "above 0"),
        (["all", "--timeout", "never"], "above 0"),
        (["all", "--nonsense"], "unrecognized arguments"),
        (["nonsense"], "invalid choice"),
        (["all", *GOOD, "--report", "/dev/null/x"], "can't write to /dev/null/x: Not a directory"),
        (["all", *GOOD, "--report", "/proc/x"], "name another folder with --report"),
    ],
)
def test_usage(checkout: Checkout, arguments: list[str], message: str) -> None:
    done = checkout.run(*arguments)
    assert done.returncode == USAGE and message in done.stderr and not done.stdout
    assert "Traceback" not in done.stderr


def test_an_engine_that_is_not_installed(checkout: Checkout, tmp_path: Path) -> None:
    for name in ("sh", "env", "make"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    done = checkout.run("all", PATH=str(tmp_path))
    assert done.returncode == USAGE and "apt-get install bochs bochs-term" in done.stderr


@pytest.mark.parametrize(
    "glob, near",
    [
        ("fault/singel", "fault/single"),
        ("falt/*", "fault/*"),
        ("singl", "fault/single"),
        ("faul", "fault/*"),
    ],
)
def test_a_misspelt_glob(checkout: Checkout, glob: str, near: str) -> None:
    done = checkout.run("run", "fault/pair*", glob, *GOOD)
    assert done.returncode == NOTHING and f"no case matches '{glob}'; near: " in done.stderr
    assert near in done.stderr and not (checkout.folder / "reports").exists()


# Golden files.


def test_golden_file_missing(checkout: Checkout) -> None:
    (checkout.folder / "expected/fault/pair.txt").unlink()
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID
    assert "expected/fault/pair.txt: missing: `./runner.py draft fault/pair_one`" in done.stdout
    assert checkout.verdicts() == {"fault/pair_one": "NEW", "fault/pair_two": "NEW", "fault/single": "PASS"}


def test_golden_section_missing(checkout: Checkout) -> None:
    text = (checkout.folder / "expected/fault/pair.txt").read_text()
    checkout.write("expected/fault/pair.txt", text[: text.index("[pair_two]")])
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID and "no section [pair_two]" in done.stdout
    assert checkout.verdicts() == {"fault/pair_one": "PASS", "fault/pair_two": "NEW", "fault/single": "PASS"}


@pytest.mark.parametrize(
    "old, new, line, message",
    [
        ("0xe ", "14  ", 5, "expected a number"),
        ("  dr6    ", "  dr8    ", 14, "dr8"),
        ("[single]", "<<<<<<< ours\n[single]", 1, "merge conflict"),
        ("end         exit\n", "", 23, "end exit"),
        ("user_top-0x0", "any", 10, "because REASON"),
        ("frame 1\n", "frame\t1\n", 3, "tabs"),
    ],
)
def test_golden_file_malformed(checkout: Checkout, old: str, new: str, line: int, message: str) -> None:
    checkout.edit("expected/fault/single.txt", old, new)
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID
    found = re.search(r"expected/fault/single\.txt:(\d+): (.*)", done.stdout)
    assert found and message in found[2] and int(found[1]) == line
    assert checkout.verdicts()["fault/pair_one"] == "PASS"
    (problem,) = checkout.report()["golden_problems"]
    assert (problem["file"], problem["line"]) == ("expected/fault/single.txt", line)


def test_golden_file_is_no_text(checkout: Checkout) -> None:
    (checkout.folder / "expected/fault/single.txt").write_bytes(b"\xff\xfe\0")
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID and "expected/fault/single.txt:1: expected UTF-8" in done.stdout


def test_golden_file_against_the_case(checkout: Checkout) -> None:
    """A blind blessing: file and emulator agree on what the case's source doesn't say."""
    checkout.edit("expected/fault/single.txt", "0x7      ", "0x5      ")
    checkout.deliver("fault/single", record("fault/single", "slots 10ff90 7", "slots 10ff90 5"))
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID and checkout.verdicts()["fault/single"] == "NEW"
    assert "the case declares frame 1.error 0x7, the golden file says 0x5" in done.stdout


@pytest.mark.parametrize("name", ["expected/fault/gone.txt", "expected/gone/single.txt", "expected/x.txt"])
def test_golden_file_of_no_case(checkout: Checkout, name: str) -> None:
    shutil.copy(checkout.folder / "expected/fault/single.txt", checkout.folder / "expected/x")
    checkout.write(name, (checkout.folder / "expected/x").read_text())
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID and f"{name}: belongs to no case" in done.stdout
    assert set(checkout.verdicts().values()) == {"PASS"}


def test_golden_section_of_no_case(checkout: Checkout) -> None:
    text = (checkout.folder / "expected/fault/single.txt").read_text()
    checkout.write("expected/fault/single.txt", text + "\n" + text.replace("[single]", "[triple]"))
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID and "section [triple] belongs to no case" in done.stdout


def test_stale_and_malformed_quirks(checkout: Checkout) -> None:
    checkout.write("expected/quirks/qemu.toml", QUIRK.replace("fault/single", "gone/*"))
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID and "GOLDEN          expected/quirks/qemu.toml" in done.stdout
    assert "quirk 'no-rf'" in done.stdout
    checkout.write("expected/quirks/qemu.toml", QUIRK.replace("reason", "season"))
    done = checkout.run("all", *GOOD)
    assert done.returncode == INVALID and "expected/quirks/qemu.toml:2: quirk 'no-rf': " in done.stdout


# Builds.


def test_a_file_that_does_not_build(checkout: Checkout) -> None:
    checkout.edit("cases/fault/pair.c", "TABLE", "TABEL")
    done = checkout.run("all", *GOOD)
    assert done.returncode == BROKEN
    assert "NOT BUILT       fault/pair\n    cases/fault/pair.c:3" in done.stdout
    assert checkout.verdicts() == {"fault/single": "PASS"}
    (failure,) = checkout.report()["build_failures"]
    assert failure["file"] == "fault/pair" and "cases/fault/pair.c" in failure["message"]
    listed = checkout.run("list")
    assert listed.returncode == BROKEN and listed.stdout.startswith("fault/single")
    checkout.edit("cases/fault/pair.c", "TABEL", "TABLE")
    assert checkout.run("all", *GOOD).returncode == 0


def test_a_harness_that_does_not_build(checkout: Checkout) -> None:
    checkout.edit("harness/harness.c", "struct place", "#error not today\nstruct place")
    done = checkout.run("all", *GOOD)
    assert done.returncode == BROKEN and "#error not today" in done.stdout
    assert checkout.report()["results"] == []


def test_an_elf_file_without_cases(checkout: Checkout) -> None:
    checkout.write("cases/fault/empty.c", "int x;\n")
    (checkout.folder / "cases/fault/empty.record").write_bytes(rom())
    done = checkout.run("all", *GOOD)
    assert done.returncode == BROKEN and "is a CASE(...) missing in cases/fault/empty.c?" in done.stdout
    assert len(checkout.verdicts()) == 3


# Interruptions, and others who work in the same folder.


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted(checkout: Checkout, number: signal.Signals) -> None:
    os.mkfifo(checkout.folder / "notes" / "ready")
    process = checkout.start("all", "-e", fake("signals"), "-j", "2", "--timeout", "50")
    assert (checkout.folder / "notes" / "ready").read_text().startswith("waiting\n")  # one or both
    wait_for_a_result(checkout)
    process.send_signal(number)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == INTERRUPTED
    assert last_line(said).startswith("1 PASS: 1 case on ") and last_line(said).endswith("; interrupted")
    report = checkout.report()
    assert report["interrupted"] is True and [entry["verdict"] for entry in report["results"]] == ["PASS"]
    (checkout.folder / "notes" / "ready").unlink()
    assert nothing_is_left(checkout) >= 2


def wait_for_a_result(checkout: Checkout) -> None:
    """Until run.jsonl has its first result: the file is read as it grows."""
    path = checkout.folder / "reports" / "run.jsonl"
    while not path.exists():  # the emulators are started first
        time.sleep(0.01)
    with path.open() as stream:
        lines = 0
        while lines < 2:
            lines += stream.readline().endswith("\n")


def test_two_runs_at_once(checkout: Checkout) -> None:
    """Also the first ones after a change: one builds, the other one waits."""
    checkout.edit("cases/fault/pair.c", "the second of two", "another text")
    good = [checkout.start("all", *GOOD) for _ in range(2)]
    bad = [checkout.start("all", "-e", fake("silent")) for _ in range(2)]
    for process in (*good, *bad):
        process.communicate(timeout=60)
    assert [process.returncode for process in (*good, *bad)] == [0, 0, BROKEN, BROKEN]
    found = set(checkout.verdicts().items())
    verdicts = {verdict for _, verdict in found}
    assert len(found) == 3 and verdicts in ({"PASS"}, {"PROTOCOL-ERROR"})
    assert (checkout.folder / "reports" / "raw").exists() == (verdicts == {"PROTOCOL-ERROR"})
    assert not list((checkout.folder / "reports").glob(".run.*"))


def test_the_reader_of_the_output_goes_away(checkout: Checkout) -> None:
    process = checkout.start("all", "-e", fake("silent"))
    assert process.stdout
    process.stdout.close()
    assert process.wait(timeout=60) == BROKEN and len(checkout.report()["results"]) == 3


# The other commands.


def test_list(checkout: Checkout) -> None:
    done = checkout.run("list")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "fault/pair_one  the first of two",
        "fault/pair_two  the second of two",
        "fault/single    the only case of its file",
    ]
    assert checkout.run("list", "*two").stdout == "fault/pair_two  the second of two\n"
    assert checkout.run("list", "three").returncode == NOTHING


def test_list_json(checkout: Checkout) -> None:
    listed = json.loads(checkout.run("list", "--json").stdout)
    assert [entry["case"] for entry in listed] == NAMES
    assert listed[2] | {"case": "fault/single", "vector": 14, "error": 7, "saved_rip": "fault"} == listed[2]


def test_dry_run(checkout: Checkout) -> None:
    """The lines can be copied into a shell as they are."""
    done = checkout.run("run", "fault/pair_two", *GOOD, "-n")
    assert done.returncode == 0 and not (checkout.folder / "reports").exists()
    told, line = done.stdout.splitlines()
    assert f"{FAKES}/good -accel tcg" in line
    assert subprocess.run(["/bin/sh", "-c", line], env=checkout.env).returncode == 33
    folder = checkout.folder / "build/by-hand/fault/pair_two@qemu"
    assert (folder / "serial").read_bytes() == record("fault/pair_two")
    assert told == f"# the ROM's SHA-256: {sha256((folder / 'rom').read_bytes()).hexdigest()}"


def test_draft(checkout: Checkout) -> None:
    done = checkout.run("draft", "fault/pair_*", *GOOD)
    assert done.returncode == 0 and "[pair_one]\n" in done.stdout and "[pair_two]\n" in done.stdout
    assert "cr2             any because FILL IN" in done.stdout


def test_bless_writes_a_pending_file(checkout: Checkout) -> None:
    before = (checkout.folder / "expected/fault/pair.txt").read_text()
    checkout.deliver(
        "fault/pair",
        record("fault/pair_one"),
        record("fault/pair_two", "control cr2=40000000", "control cr2=40000008"),
    )
    done = checkout.run("bless", "fault/pair_two", *GOOD)
    assert done.returncode == 0, done.stderr
    pending = (checkout.folder / "expected/fault/pair.txt.new").read_text()
    at = before.index("[pair_two]")
    assert pending == before[:at] + before[at:].replace("victim+0x0", "victim+0x8")
    assert (checkout.folder / "expected/fault/pair.txt").read_text() == before
    assert checkout.run("all", *GOOD).returncode == 1, "a pending file changes no verdict"


def test_bless_of_what_is_there(checkout: Checkout) -> None:
    done = checkout.run("bless", "fault/*", *GOOD)
    assert done.returncode == 0 and done.stdout.count("nothing to change") == 2
    assert not list((checkout.folder / "expected").rglob("*.new"))


def test_bless_refuses_what_the_source_doesnt_say(checkout: Checkout) -> None:
    checkout.deliver("fault/single", record("fault/single", "slots 10ff90 7", "slots 10ff90 5"))
    done = checkout.run("bless", "fault/single", *GOOD)
    assert done.returncode == 1 and "the case declares frame 1.error 0x7" in done.stderr
    assert not list((checkout.folder / "expected").rglob("*.new"))


def test_bless_refuses_when_engines_disagree(checkout: Checkout) -> None:
    done = checkout.run("bless", "fault/single", *GOOD, "-e", fake("shutdown"))
    assert done.returncode == 1 and "engines disagree on end" in done.stderr


@pytest.mark.parametrize("name", ["hang", "crash", "garbage"])
def test_bless_and_draft_of_nothing(checkout: Checkout, name: str) -> None:
    for command in ("bless", "draft"):
        done = checkout.run(command, "fault/single", "-e", fake(name), "--timeout", "0.3")
        if (name, command) != ("hang", "draft"):  # its record says all that a draft needs
            assert done.returncode == 1 and done.stderr.startswith("fault/single: "), command
    assert not list((checkout.folder / "expected").rglob("*.new"))


def test_bless_refuses_in_ci(checkout: Checkout) -> None:
    done = checkout.run("bless", "fault/single", *GOOD, CI="true")
    assert done.returncode == USAGE and "CI" in done.stderr


MORE = ("review", "diff", "explain", "new", "trace", "debug", "export", "doctor", "merge")


@pytest.mark.parametrize("command", ["all", "run", "list", "draft", "bless", *MORE])
def test_help_has_an_example(command: str) -> None:
    done = subprocess.run([ROOT / "runner.py", command, "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and f"example: ./runner.py {command}" in done.stdout


def test_alone_it_prints_help() -> None:
    done = subprocess.run([ROOT / "runner.py"], capture_output=True, text=True)
    assert done.returncode == 0 and "commands:" in done.stdout and "exit codes:" in done.stdout


def test_help_imports_little() -> None:
    """What takes long is imported by who needs it."""
    command = ["/usr/bin/env", "python3", "-X", "importtime", str(ROOT / "runner.py"), "--help"]
    imported = subprocess.run(command, capture_output=True, text=True).stderr
    for name in ("elftools", "rich.", "subprocess", "tomllib", "trapframe.truth"):
        assert f" {name}" not in imported


def test_little_is_imported_before_the_first_emulator_starts() -> None:
    """What judges and reports is imported while it runs."""
    script = "import sys, trapframe.runs.session; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    imported = done.stdout.split()
    assert "trapframe.engines.schedule" in imported
    for name in ("trapframe.truth", "trapframe.report.json", "trapframe.suite.search", "elftools", "hashlib"):
        assert name not in imported


STARTS = """\
#!/bin/sh
. "$(dirname "$0")/emulator.sh"
if mkdir "$FAKE_NOTES/first" 2>/dev/null; then echo waiting >"$FAKE_NOTES/started"; fi
record >serial
through_the_port
"""


def test_the_first_emulator_waits_for_neither_quirks_nor_git(checkout: Checkout) -> None:
    """Both are pipes that nobody has written to."""
    started = Fifo(checkout.folder / "notes" / "started")
    pipes = [checkout.folder / name for name in ("expected/quirks/qemu.toml", "notes/git")]
    pipes[0].parent.mkdir(exist_ok=True)
    for pipe in pipes:
        os.mkfifo(pipe)
    git = checkout.folder / "bin" / "git"
    checkout.write("bin/git", '#!/bin/sh\ncat "$FAKE_NOTES/git"\n')
    git.chmod(0o755)
    checkout.env["PATH"] = f"{git.parent}:{checkout.env['PATH']}"
    process = checkout.start("all", *script(checkout, STARTS), "-j", "1")
    started.wait()
    pipes[1].write_text("a commit")
    pipes[0].write_text("")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert checkout.report()["commit"] == "a commit"
