"""Emulators that are started once and forked for each run."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import both_ways
import pytest
from mini import ROOT

from trapframe.engines import launcher
from trapframe.engines.engine import Engine
from trapframe.engines.job import Job, run_job
from trapframe.engines.launcher import DIED, Program, Server, Servers
from trapframe.model import End
from trapframe.runs.choice import choose_engines
from trapframe.suite.workspace import open_workspace
from trapframe.system import process
from trapframe.system.bond import Bond
from trapframe.system.folders import build_folder
from trapframe.system.process import Limit

MANY = int(re.findall(r"^#define MANY (\d+)", (ROOT / "launcher/launcher.c").read_text(), re.M)[0])
ENGINES = ("qemu", "bochs")
LIBRARIES = build_folder(ROOT) / launcher.FOLDER
HANGS = bytearray(65_536)  # a ROM whose first instruction jumps to itself
HANGS[0xFFF0:0xFFF2] = b"\xeb\xfe"

# Makes a process of an engine with a ROM that hangs, says its number, and waits for its own end.
LEFT = """
import os, sys, time
from pathlib import Path
sys.path[:0] = [{root!r}, {tests!r}]
import test_launcher
folder = Path({folder!r})
servers = test_launcher.servers_in(folder)
child = test_launcher.hanging(servers, test_launcher.engine({name!r}), folder)
print(child.pid, flush=True)
sys.stdin.read()
"""


def engine(name: str) -> Engine:
    return choose_engines(ROOT, [name], 60.0)[0].engine


def servers_in(folder: Path) -> Servers:
    return Servers(LIBRARIES, folder)


def hanging(servers: Servers, one: Engine, folder: Path, rom: bytes = bytes(HANGS)) -> process.Forked:
    """A process whose guest never ends; it has a bond as any other."""
    (folder / "run").mkdir()
    (folder / "run" / "rom").write_bytes(rom)
    fork = servers.fork(one)
    assert fork
    log = os.open(folder / "run" / "log", os.O_WRONLY | os.O_CREAT)
    bond = Bond()
    child = fork(folder / "run", log, bond.theirs)
    assert child, servers.why_afresh(one)
    bond.tie(-child.pid)
    os.close(log)
    KEPT.append(bond)
    return child


def sends(first: int, step: int, count: int, end: str) -> bytes:
    """A ROM that sends `count` bytes, each greater by `step`, and then hangs or shuts down."""
    code = (
        f"bb{first:02x}00b9{count & 0xFF:02x}{count >> 8:02x}"  # mov bx, first; mov cx, count
        "bafb03b003ee"  # 8 bits
        "baf80388d8ee"  # next: mov dx, 0x3f8; mov al, bl; out dx, al
        "bafd03eca84074fb"  # mov dx, 0x3fd; wait: in al, dx; test al, 0x40; jz wait
        f"83c3{step:02x}e2ed"  # add bx, step; loop next
        + {"hangs": "ebfe", "shuts down": "2e0f011e0001cc"}[end]  # lidt cs:[0x100], all zeros; int3
    )
    rom = bytearray(65_536)
    rom[: len(code) // 2] = bytes.fromhex(code)
    rom[0xFFF0:0xFFF3] = b"\xe9\x0d\x00"  # jmp to the first byte
    return bytes(rom)


SAYS = "import os; os.write(int(os.environ['TRAPFRAME_LAUNCHER']), b'another')"
KEPT: list[Bond] = []  # their ends are ours until we end


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with closing(servers_in(tmp_path)) as found:
        yield found


def test_a_case_of_each_family_both_ways(tmp_path: Path) -> None:
    """On all releases that are installed; `make check-fresh` takes all cases."""
    first: dict[str, str] = {}
    for info in open_workspace(ROOT, 2, images=False).cases:
        first.setdefault(info.case.partition("/")[0], info.case)
    both_ways.check(tmp_path, ("run", *first.values(), "-e", "qemu@*", "-e", "bochs@*"))


@pytest.mark.parametrize("name", ENGINES)
def test_each_thread_is_in_the_sandbox_that_the_engine_asks_for(
    name: str, servers: Servers, tmp_path: Path
) -> None:
    child = hanging(servers, engine(name), tmp_path)
    try:
        status = Path(f"/proc/{child.pid}/task")
        wait_until_it_runs(child.pid)
        modes = {line for task in status.iterdir() for line in (task / "status").read_text().splitlines()}
        wanted = "Seccomp:\t2" if "-sandbox" in engine(name).command else "Seccomp:\t0"
        assert {line for line in modes if line.startswith("Seccomp:")} == {wanted}
        assert os.getsid(child.pid) == child.pid and os.getpgid(child.pid) == child.pid
        assert int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()
    finally:
        process.kill_group(child.pid)
        child.wait()


@pytest.mark.parametrize("name", ENGINES)
def test_a_fork_has_little_to_copy_behind_many(name: str, servers: Servers, tmp_path: Path) -> None:
    """What a server has for itself is then a file's, or in huge pages: of 9 MB nothing is left."""
    for number in range(MANY + 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        child = hanging(servers, engine(name), folder)
        process.kill_group(child.pid)
        child.wait()
        (server,) = servers._servers.values()
        assert server._process
        said = Path(f"/proc/{server._process.pid}/smaps_rollup").read_text()
        own, huge = (
            int(re.findall(rf"^{what}: +([0-9]+) kB", said, re.M)[0])
            for what in ("Anonymous", "AnonHugePages")
        )
        assert (own - huge < 1024) == (number >= MANY), (number, own, huge)


def wait_until_it_runs(pid: int) -> None:
    """A guest that hangs uses the processor, and so all threads that there will be are there."""
    tasks = Path(f"/proc/{pid}/task")
    while True:
        spent = [int((task / "stat").read_text().rpartition(")")[2].split()[11]) for task in tasks.iterdir()]
        if max(spent) > 2:  # of 100 a second
            return


@pytest.mark.parametrize("name", ENGINES)
def test_it_ends_with_a_runner_that_is_killed(name: str, tmp_path: Path) -> None:
    script = LEFT.format(root=str(ROOT), tests=str(ROOT / "tests"), folder=str(tmp_path), name=name)
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout
        pid = int(runner.stdout.readline())
        ended = os.pidfd_open(pid)
        runner.kill()
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    assert poll.poll(60_000), f"{pid} is still there"
    os.close(ended)


@pytest.mark.parametrize("name", ENGINES)
def test_a_crash_and_a_limit_touch_no_other(name: str, servers: Servers, tmp_path: Path) -> None:
    one = engine(name)
    info = next(case for case in open_workspace(ROOT, 2).cases if case.case == "invalid_opcode/ud2")
    image = open_workspace(ROOT, 2).images[info.file]
    fork = servers.fork(one)
    job = Job(info.case, one, one.id.name, image, info.variant)
    before = run_job(job, Limit(60.0), tmp_path, fork=fork)
    child = hanging(servers, one, tmp_path)
    os.kill(child.pid, signal.SIGSEGV)
    assert child.wait() == -signal.SIGSEGV
    hangs = run_job(Job("", one, one.id.name, bytes(HANGS), 0), Limit(0.2), tmp_path, fork=fork)
    after = run_job(job, Limit(60.0), tmp_path, fork=fork)
    assert before and hangs and after
    assert (before.end, after.end, hangs.end) == (End.EXIT, End.EXIT, End.TIMEOUT)
    assert before.serial == after.serial != b"" and servers.why_afresh(one) == ""


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    "first, step, count",
    [
        (0x78, 0, 10),
        (0x78, 0, 4096),
        (0x78, 0, 5000),
        (0x78, 0, 12_288),
        (0x01, 1, 0xFF),
        (0xFE, 1, 3),
        (0, 1, 1000),
    ],
)
def test_what_a_guest_sent_is_all_there_whatever_ends_it(
    name: str, first: int, step: int, count: int, servers: Servers, tmp_path: Path
) -> None:
    """The process keeps the last page of it in memory: launcher/launcher.c."""
    one = engine(name)
    sent = bytes((first + step * i) & 0xFF for i in range(count))
    rom = sends(first, step, count, "shuts down")
    ended = run_job(Job("", one, one.id.name, rom, 0), Limit(60.0), tmp_path, fork=servers.fork(one))
    assert ended and (ended.end, ended.serial) == (End.SHUTDOWN, sent)
    child = hanging(servers, one, tmp_path, sends(first, step, count, "hangs"))
    file = tmp_path / "run" / "serial"
    while not file.exists() or child.sent(file.read_bytes()) != sent:
        assert not os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        time.sleep(0.01)
    process.kill_group(child.pid)
    child.wait()
    assert child.sent(file.read_bytes()) == sent


def test_bochs_ends_with_what_its_log_is_read_for(servers: Servers, tmp_path: Path) -> None:
    """And doesn't clean its memory first, whether we are quick to kill it or not."""
    child = hanging(servers, engine("bochs"), tmp_path, sends(0x78, 0, 1, "shuts down"))
    assert child.wait() == 1
    said = (tmp_path / "run" / "log").read_text()
    assert "exception with no resolution" in said and "Bochs is exiting" not in said


def test_each_bochs_has_a_display_of_its_own(servers: Servers, tmp_path: Path) -> None:
    """A pseudoterminal that nobody reads: one that thousands of runs share is full at last."""
    displays = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        child = hanging(servers, engine("bochs"), folder, sends(0x78, 0, 1, "hangs"))
        file = folder / "run" / "serial"
        while not file.exists() or child.sent(file.read_bytes()) != b"\x78":
            time.sleep(0.01)
        described = [one.read_text() for one in Path(f"/proc/{child.pid}/fdinfo").iterdir()]
        displays.append(re.findall("tty-index:\t([0-9]+)", "".join(described)))
        if name == "one":
            first = child
    for child in (first, child):
        process.kill_group(child.pid)
        child.wait()
    assert len(displays[0]) == len(displays[1]) == 1 and displays[0] != displays[1]


@pytest.mark.parametrize("name", ENGINES)
def test_without_its_server_it_is_started_afresh(name: str, servers: Servers, tmp_path: Path) -> None:
    one = engine(name)
    child = hanging(servers, one, tmp_path)
    process.kill_group(child.pid)
    child.wait()
    (server,) = servers._servers.values()
    assert server._process
    server._process.kill()
    server._process.wait()
    workspace = open_workspace(ROOT, 2)
    info = next(case for case in workspace.cases if case.case == "invalid_opcode/ud2")
    job = Job(info.case, one, one.id.name, workspace.images[info.file], info.variant)
    result = run_job(job, Limit(60.0), tmp_path, fork=servers.fork(one))
    assert result and result.end == End.EXIT and result.serial
    assert servers.why_afresh(one).startswith(DIED)


def server(tmp_path: Path, command: tuple[str, ...], library: Path = LIBRARIES / "bochs.so") -> Server:
    started = Server(Program(library, command, (), ()), tmp_path / "server")
    started.start()
    return started


@pytest.mark.parametrize(
    "command, why",
    [
        (("/bin/true",), "it ended, or doesn't load"),
        (("/no/such/program",), "it can't be started"),
        (("/bin/sh", "-c", "exec sleep 100"), "it isn't ready after 0.2 s"),
        ((sys.executable, "-c", SAYS), "another"),
    ],
)
def test_what_can_not_be_a_server(
    command: tuple[str, ...], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "READY", 0.2 if "0.2" in why else 60.0)
    started = server(tmp_path, command)
    assert started.why_not.startswith(why)
    assert started.fork(tmp_path, 1, 1) is None


def test_no_library(tmp_path: Path) -> None:
    started = server(tmp_path, ("/bin/true",), tmp_path / "none.so")
    assert started.why_not == f"there is no {tmp_path}/none.so"


@pytest.mark.parametrize("copies, why", [(0, "isn't found in memory"), (2, "is in memory more than once")])
def test_a_rom_that_is_not_there_exactly_once(copies: int, why: str, tmp_path: Path) -> None:
    """A program that reads it so often, and then comes to the spot of the launcher for Bochs."""
    source = f"""
        #include <fcntl.h>
        #include <unistd.h>
        static char memory[2][65536] __attribute__((aligned(4096))); // each within one mapping
        int main(void)
        {{
            for (int i = 0; i < {copies}; i++)
                if (read(open("rom", O_RDONLY), memory[i], 65536) != 65536)
                    return 1;
            alarm(0);
            return 0;
        }}
    """
    (tmp_path / "program.c").write_text(source)
    program = str(tmp_path / "program")
    subprocess.run(["gcc", "-o", program, tmp_path / "program.c"], check=True)
    assert why in server(tmp_path, (program,)).why_not
