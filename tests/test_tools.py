"""An engine from a file of one's own, trace, debug, doctor, completion."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
from pathlib import Path

import pytest
from mini import ROOT, Checkout
from samples import FRAMES, HEAD, INFO, sent
from test_cli import GOOD, NOTHING, USAGE

from trapframe.commands import trace
from trapframe.frames import record
from trapframe.system import scratch

# Another engine.


def example() -> str:
    """The whole example of the page that explains how to add an engine."""
    text = (ROOT / "docs/add-an-engine.md").read_text()
    block = text[text.index("    about =") :]
    lines = []
    for line in block.splitlines():
        if line and not line.startswith("    "):
            break
        lines.append(line[4:])
    return "\n".join(lines)


EMULATOR = """\
#!/bin/sh
# Keeps to the contract, in its own words.
[ "$1" = --version ] && { echo "Example 1.4"; exit 0; }
[ "$2 $4 $6" = "skylake rom file:serial" ] || exit 1
set -- $(od -An -tu4 -j65512 -N4 rom)
dd if=rom bs=4096 skip="$1" count=1 2>/dev/null | tr -d '\\000' >serial
exit 33
"""


def test_an_engine_is_added_as_the_page_says(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "example-emu").write_text(EMULATOR)
    (tmp_path / "example-emu").chmod(0o755)
    (tmp_path / "mine.toml").write_text(example())
    path = f"{tmp_path}:/usr/bin:/bin"
    done = checkout.run("all", "--engine-file", str(tmp_path / "mine.toml"), PATH=path)
    assert done.returncode == 0 and "3 PASS: 3 cases on mine 1.4" in done.stdout, done.stdout + done.stderr
    shutil.copy(tmp_path / "mine.toml", checkout.folder / "engines" / "example.toml")
    done = checkout.run("all", "-e", "example", PATH=path)
    assert done.returncode == 0 and "3 cases on example 1.4" in done.stdout


def test_an_engine_file_with_others(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(example())
    (tmp_path / "emu").write_text(EMULATOR)
    (tmp_path / "emu").chmod(0o755)
    mine = ("--engine-file", str(tmp_path / "mine.toml"), "-e", f"mine={tmp_path / 'emu'}")
    done = checkout.run("run", "fault/single", *mine, *GOOD)
    assert done.returncode == 0 and "mine 1.4, qemu 99.1" in done.stdout
    done = checkout.run("all", "--engine-file", "/nonexistent.toml")
    assert done.returncode == USAGE and "/nonexistent.toml: " in done.stderr


# trace


def test_trace_lines_stand_beside_their_frames() -> None:
    log = b"boot\n0: v=0e e=0007\n1: v=41 e=0000\n\x1b[2J v=03\n"
    pattern = re.compile(rb"v=(?P<vector>[0-9a-f]+)")
    lines = list(trace.trace_lines(INFO, log, record.parse(sent(HEAD + FRAMES)), pattern))
    assert [line.split(":")[0] for line in lines] == ["0", "    record", "1", "    record", "\x1b[2J v=03"]
    assert (
        lines[1]
        == "    record: frame 1: #PF(P W U) at fault+0x0, rflags RF OF IF SF ZF AF PF CF, on rsp0_top-0x30"
    )
    lines = list(trace.trace_lines(INFO, b"", record.parse(sent(HEAD + FRAMES)), pattern))
    assert len(lines) == 2 and lines[0].startswith("not in the log: frame 1: #PF")


@pytest.mark.parametrize("engine", ["qemu", "bochs"])
def test_trace_on_the_real_ones(engine: str) -> None:
    command = [str(ROOT / "runner.py"), "trace", "breakpoint/int3_user", "-e", engine, "--timeout", "60"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.search(r"(v=03|vector = 03).*\n    record: frame 1: #BP at after\+0x0, ", done.stdout)
    assert done.stdout.endswith("end: exit\n")


def test_trace_of_what_cannot_be_traced(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.run("trace", "fault/*", *GOOD)
    assert done.returncode == NOTHING and "means 3 cases: fault/pair_one, " in done.stderr
    (tmp_path / "mine.toml").write_text(example())
    (tmp_path / "emu").write_text(EMULATOR)
    (tmp_path / "emu").chmod(0o755)
    mine = ("--engine-file", str(tmp_path / "mine.toml"), "-e", f"mine={tmp_path / 'emu'}")
    for command in ("trace", "debug"):
        done = checkout.run(command, "fault/single", *mine)
        assert done.returncode == USAGE and f"no [{command}], so there is no `{command}`" in done.stderr


# debug


def debugged(case: str, *commands: str) -> str:
    done = subprocess.run(
        [ROOT / "runner.py", "debug", case, "-e", "qemu", "--timeout", "60"],
        input="\n".join((*commands, "kill", "quit", "")),
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.stdout


def test_debug_stops_at_the_fault_and_shows_the_frame() -> None:
    said = debugged("breakpoint/int3_user", "delivered")
    assert re.search(r"breakpoint/int3_user: at fault.*\n.*\ncs:rip .*\n0x\w+:  int3\n", said), said
    frame = re.search(r"handler of #BP,.*\n  rip +0x(\w+)\n  cs +0x(\w+)\n  rflags +0x(\w+)  (.*)\n", said)
    assert frame and frame[3] == "ad7" and frame[4] == "OF IF SF ZF AF PF CF" and int(frame[2], 16) & 3 == 3


@pytest.mark.parametrize(
    "case, instruction, frame",
    [
        ("pm_frames/undefined_user", r"0x\w+:  ud2", r"  eip +0x\w+\n  cs +0x1b\n  eflags +0x\w+  .*\n  esp"),
        (
            "vm86/instruction_undefined",
            r"cs:eip 0x800:0x\w+ .* VM .*\n0x8\w+:  ud2",
            r"  eflags +0x\w+  VM .*\n(.*\n){2}  es +0x320\n  ds",
        ),
        ("real_mode/undefined", r"0x8\w+:  ud2", r"  ip +0(x\w+)?\n  cs +0x800\n  flags +0xad7  OF IF"),
        ("bound_range/bound_above_user", r"0x\w+:  bound eax", r"handler of #BR,.*\n  rip"),
        (
            "pm_frames/gate16_error_code_user",
            r"0x\w+:  mov fs,ebx",
            r"  error +0x200\n  eip +0x40\n(.*\n){2}  esp +0x1fc0",
        ),
        (
            "task_gate/vector_bound",
            r"0x\w+:  bound",
            r"handler of #BR,.*\n  a task switch, which pushed nothing",
        ),
        ("task_gate/handler_error_code", r"0x\w+:  mov", r"handler of #PF,.*\n  error +0x2\n\(gdb"),
    ],
)
def test_debug_in_32_and_16_bits(case: str, instruction: str, frame: str) -> None:
    said = debugged(case, "delivered")
    assert re.search(instruction, said) and re.search(frame, said), said


def test_debug_goes_on_from_handler_to_handler() -> None:
    said = debugged("pm_frames/error_code_nested_ring1", "delivered", "delivered")
    assert re.search(
        r"handler of #UD,.*(\n.*)*handler of #GP,.*\n  error +0x200\n  eip +0x100000\n", said
    ), said


def test_debug_says_that_no_handler_came() -> None:
    """QEMU's REP goes beyond the segment's end; before it is there, each step of it is at the fault again."""
    said = debugged("real_mode/repeat_cmpsw", "delivered")
    assert re.search(r"no handler: the program came to its end\ncs:ip 0x800:0x\w+ ", said), said
    assert len(said.splitlines()) < 30


def test_gdb_and_its_emulator_end_with_a_runner_that_is_killed(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [ROOT / "runner.py", "debug", "breakpoint/int3_user", "-e", "qemu", "--timeout", "60"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    while "at fault" not in process.stdout.readline():
        assert process.poll() is None
    (folder,) = tmp_path.iterdir()
    mark = f"{scratch.OWNER}={folder}".encode()
    started = [os.pidfd_open(int(pid)) for pid in os.listdir("/proc") if scratch.has(pid, mark)]
    assert len(started) >= 2
    process.kill()
    for one in started:
        assert select.select([one], [], [], 60)[0], "it is alive"
        os.close(one)
    process.communicate(timeout=60)


# doctor


def test_doctor(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.run("doctor")
    assert done.returncode == 0 and "ok       make: " in done.stdout and "MISSING" not in done.stdout
    assert "ok       F_SETSIG: emulators end with a runner that is killed" in done.stdout
    for name in ("sh", "env", "make", "gcc", "ld"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    done = checkout.run("doctor", PATH=str(tmp_path))
    assert done.returncode == 1
    assert re.search(r"MISSING  objcopy: .*; apt-get install binutils", done.stdout)
    assert re.search(r"MISSING  engine qemu: .*apt-get install qemu-system-x86", done.stdout)
    assert re.search(r"absent   gdb: .*apt-get install gdb", done.stdout)


# completion


@pytest.mark.parametrize(
    "words, found",
    [
        (["tr"], ["trace"]),
        (["fin"], ["find"]),
        (["find", "fault/s"], []),
        (["run", "--watch", "fault/s"], []),
        (["run", "fault/s"], ["fault/single"]),
        (["run", "--dur"], ["--durations"]),
        (["run", "-e", "bo"], ["bochs"]),
    ],
)
def test_completion(checkout: Checkout, words: list[str], found: list[str]) -> None:
    line = " ".join(f"'{word}'" for word in ("./runner.py", *words))
    script = f"""
. {ROOT}/scripts/completion.bash
COMP_WORDS=({line})
COMP_CWORD={len(words)}
_trapframe
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], cwd=checkout.folder, capture_output=True, text=True)
    assert sorted(set(done.stdout.split())) == found, done.stderr


def test_the_workflow_uses_options_that_exist() -> None:
    """Each command line of docs/ci/ has to be understood, up to what it can't find here."""
    text = (ROOT / "docs/ci/github.yml").read_text().replace("\\\n", " ")
    commands = re.findall(r"\./runner\.py (\w+)([^|\n]*)", text)
    assert {name for name, _ in commands} == {"all", "merge", "report"}
    for name, rest in commands:
        options = set(re.findall(r"--[a-z]+", rest))
        told = subprocess.run([ROOT / "runner.py", name, "--help"], capture_output=True, text=True).stdout
        assert all(option in told for option in options), name
