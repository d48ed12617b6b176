"""Whatever a command is at, a signal ends it at once, and nothing is left; nor is where it is killed."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from mini import FAKES, Checkout, Fifo, fake, heed_signals
from test_cli import GOOD, INTERRUPTED

from trapframe.engines import apt
from trapframe.system import bond, scratch

WAITS = ("-e", fake("waits"), "--timeout", "3000")
AT_ONCE = ("-e", fake("waits_at_once"), "--timeout", "3000")
WAIT = f"ulimit -t 1000; sh {FAKES / 'wait.sh'}"  # of those that the runner sets no limit
CASE = "fault/single"
WAITS_ALONE = ("run", CASE, *WAITS)

PHASES = {
    "probe": ("all", *AT_ONCE),
    "run": ("all", *WAITS),
    "run one after another": ("all", *WAITS, "-j", "1"),
    "watch": ("all", *WAITS, "--watch"),
    "bless": ("bless", CASE, *WAITS),
    "draft": ("draft", CASE, *WAITS),
    "diff": ("diff", CASE, *WAITS),
    "trace": ("trace", CASE, *WAITS),
    "debug": ("debug", CASE, *WAITS),
    "gdb": ("debug", CASE, *GOOD),
    "engines install": ("engines", "install", "qemu@10.0"),
}


@pytest.fixture
def held(checkout: Checkout) -> Fifo:
    """Of tests/fakes/wait.sh. Programs that a command finds in PATH wait, too."""
    programs = checkout.folder / "bin"
    programs.mkdir()
    for name in ("gdb", *apt.TOOLS):
        (programs / name).write_text(f"#!/bin/sh\n{WAIT}\n")
        (programs / name).chmod(0o755)
    checkout.env["PATH"] = f"{programs}:{checkout.env['PATH']}"
    return Fifo(checkout.folder / "notes" / "held")


def ends(process: subprocess.Popen[str]) -> str:
    """What it said. A second signal may come when all is done, and then ends it as it ends anything."""
    said, _ = process.communicate(timeout=60)
    assert process.returncode in (INTERRUPTED, -signal.SIGINT) and "Traceback" not in said, said
    return said


def tasks(process: int) -> list[int]:
    """Its threads, the main one first."""
    return sorted(int(name) for name in os.listdir(f"/proc/{process}/task"))


def waits(process: int, task: int) -> str:
    """Where in the kernel; nowhere if it has ended meanwhile."""
    try:
        return Path(f"/proc/{process}/task/{task}/wchan").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def interrupt(process: subprocess.Popen[str]) -> None:
    """Two signals, the second one while it tidies up, or whenever it comes."""
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)


def wait_until_asleep(process: subprocess.Popen[str]) -> None:
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        assert process.poll() is None


def is_ignored(pid: int, number: signal.Signals) -> bool:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (mask,) = (line.split()[1] for line in lines if line.startswith("SigIgn"))
    return bool(int(mask, 16) >> (number - 1) & 1)


# Signals.


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase(checkout: Checkout, held: Fifo, phase: str) -> None:
    process = checkout.start(*PHASES[phase])
    held.wait()
    interrupt(process)
    ends(process)
    held.wait_for_the_end()
    assert not list(checkout.temporary.iterdir())


def test_a_build(checkout: Checkout, held: Fifo) -> None:
    checkout.edit("Makefile", "@cp cases", f"@{WAIT}; cp cases")
    checkout.deliver(CASE)
    process = checkout.start("list")
    held.wait()
    interrupt(process)
    ends(process)
    held.wait_for_the_end()


@pytest.mark.parametrize(
    "lock, command",
    [("build/.lock", ("list",)), (".engines/.lock", ("engines", "remove", "qemu@10.0"))],
)
def test_another_command_has_the_lock(checkout: Checkout, lock: str, command: tuple[str, ...]) -> None:
    path = checkout.folder / lock
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        process = checkout.start(*command)
        while f" {process.pid} " not in Path("/proc/locks").read_text():
            assert process.poll() is None
        interrupt(process)
        ends(process)


def test_a_signal_that_another_thread_gets(checkout: Checkout, held: Fifo) -> None:
    """The main thread, which alone may answer it, isn't woken by it."""
    process = checkout.start(*PHASES["run"])
    held.wait()
    while "futex" not in waits(process.pid, process.pid):
        assert process.poll() is None
    # Others may be at their end: one that waits for its engine is there as long as that is.
    while not (others := [one for one in tasks(process.pid) if "poll" in waits(process.pid, one)]):
        assert process.poll() is None
    assert process.pid not in others
    assert ctypes.CDLL(None).tgkill(process.pid, others[0], signal.SIGTERM) == 0
    assert ends(process).rstrip().endswith("; interrupted")
    held.wait_for_the_end()


@pytest.mark.parametrize("thread", ["first", "last"])
@pytest.mark.parametrize("when", ["while it runs", "at its end"])
def test_nobody_reads_what_it_says(checkout: Checkout, held: Fifo, when: str, thread: str) -> None:
    """The pipe is full: each line would be waited for. The kernel gives the signal to any thread."""
    command = PHASES["run"] if when == "while it runs" else ("all", "-e", fake("silent"))
    reader, writer = os.pipe()
    room = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    assert os.write(writer, bytes(room)) == room
    process = subprocess.Popen(
        checkout.command(*command), env=checkout.env, stdout=writer, stderr=writer, preexec_fn=heed_signals
    )
    if when == "while it runs":
        held.wait()
    else:
        results = checkout.folder / "reports" / "run.jsonl"
        while not results.exists() or results.read_text().count("\n") < 2:
            assert process.poll() is None
        while not {"poll", "pipe"} & set(waits(process.pid, process.pid).split("_")):
            assert process.poll() is None
    threads = tasks(process.pid)
    ctypes.CDLL(None).tgkill(process.pid, threads[-1 if thread == "last" else 0], signal.SIGTERM)
    assert process.wait(timeout=60) == INTERRUPTED
    assert checkout.report()["interrupted"] is True
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_what_is_ignored_stays_ignored(checkout: Checkout, held: Fifo, number: signal.Signals) -> None:
    """By nohup, or for a job in the background of a script."""

    def ignore() -> None:
        heed_signals()
        signal.signal(number, signal.SIG_IGN)

    process = subprocess.Popen(
        checkout.command(*PHASES["run"]), env=checkout.env, stdout=subprocess.DEVNULL, preexec_fn=ignore
    )
    held.wait()
    assert is_ignored(process.pid, number)
    process.terminate()
    assert process.wait(timeout=60) == INTERRUPTED


def test_gdb_has_the_terminal_and_ctrl_c_with_it(checkout: Checkout, held: Fifo) -> None:
    process = checkout.start(*PHASES["gdb"])
    held.wait()
    assert is_ignored(process.pid, signal.SIGINT)
    process.send_signal(signal.SIGINT)
    process.terminate()
    ends(process)
    held.wait_for_the_end()


# SIGKILL.


@pytest.mark.parametrize("phase", PHASES)
def test_what_was_started_dies_with_its_runner(checkout: Checkout, held: Fifo, phase: str) -> None:
    if phase == "gdb":  # not what it starts, but for the emulator: test_tools
        (checkout.folder / "bin" / "gdb").write_text(
            '#!/bin/sh\nexec 9>"$FAKE_NOTES/held"\necho waiting >&9\nexec sleep 1000\n'
        )
    process = checkout.start(*PHASES[phase])
    held.wait()
    if phase in ("gdb", "engines install"):
        wait_until_asleep(process)
    process.kill()
    process.communicate(timeout=60)
    held.wait_for_the_end()


def test_the_next_run_takes_what_a_dead_one_left(checkout: Checkout, held: Fifo) -> None:
    """Its folder, and what left the group."""
    escaped = Fifo(checkout.folder / "notes" / "escaped")
    process = checkout.start(*WAITS_ALONE)
    held.wait()
    escaped.wait()
    process.kill()
    process.communicate(timeout=60)
    held.wait_for_the_end()
    assert escaped.is_held() and list(checkout.temporary.iterdir())
    assert checkout.run("all", *GOOD).returncode == 0
    escaped.wait_for_the_end()
    assert not list(checkout.temporary.iterdir())


def test_the_next_run_leaves_alone_what_is_alive(checkout: Checkout, held: Fifo) -> None:
    process = checkout.start(*WAITS_ALONE)
    held.wait()
    (theirs,) = checkout.temporary.iterdir()
    before = sorted(theirs.rglob("*"))
    assert checkout.run("all", *GOOD, "--report", str(checkout.folder / "other")).returncode == 0
    assert held.is_held() and sorted(theirs.rglob("*")) == before
    process.terminate()
    ends(process)


def test_half_of_what_make_wrote_is_not_taken_for_the_whole(checkout: Checkout, held: Fifo) -> None:
    half = f'if mkdir "$$FAKE_NOTES/once" 2>/dev/null; then echo half >$@; {WAIT}; fi'
    checkout.edit("Makefile", "@cp cases", f"@{half}; cp cases")
    path = checkout.folder / "cases" / f"{CASE}.record"
    os.utime(path)
    process = checkout.start("list")
    held.wait()
    wait_until_asleep(process)
    process.kill()
    process.communicate(timeout=60)
    held.wait_for_the_end()
    assert (checkout.folder / "build" / f"{CASE}.rom").read_text() == "half\n"
    assert checkout.run("all", *GOOD).returncode == 0
    assert (checkout.folder / "build" / f"{CASE}.rom").read_bytes() == path.read_bytes()


# Folders.


def test_a_folder_that_is_taken_away_before_it_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two calls that make it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    make, lock = tempfile.mkdtemp, fcntl.flock
    taken: list[str] = []

    def mkdtemp(prefix: str, dir: str) -> str:
        path = str(make(prefix=prefix, dir=dir))
        if len(taken) < 2:
            taken.append(path)
        if len(taken) == 1:
            scratch._take_away(path)
        return path

    def flock(fd: int, how: int) -> None:
        if how == fcntl.LOCK_EX and len(taken) == 2:
            taken.append("")
            scratch._take_away(taken[1])
        lock(fd, how)

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    monkeypatch.setattr(fcntl, "flock", flock)
    with scratch.folder() as folder:
        assert len(taken) == 3 and str(folder) not in taken
        assert list(tmp_path.iterdir()) == [folder]
    assert not list(tmp_path.iterdir())


def test_somebody_elses_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    (tmp_path / f"{scratch.PREFIX}theirs").mkdir()
    (tmp_path / f"{scratch.PREFIX}link").symlink_to(tmp_path)
    with scratch.folder():
        pass
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "room, variable, in_memory", [(0, "", True), (1 << 60, "", False), (0, "/tmp", False)]
)
def test_a_folder_is_in_memory_where_there_is_room(
    room: int, variable: str, in_memory: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    monkeypatch.setenv("TMPDIR", variable)
    monkeypatch.setattr(scratch, "MEMORY", str(tmp_path))
    monkeypatch.setattr(scratch, "ROOM", room)
    with scratch.folder() as folder:
        assert folder.parent == (tmp_path if in_memory else Path("/tmp"))


def test_a_bond_is_possible_here() -> None:
    assert bond.missing() == ""
