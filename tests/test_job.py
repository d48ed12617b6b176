"""One process, one result: whatever it does, it is bounded, classified, and gone."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mini import FAKES, ROOT

from trapframe.engines.assembly import prepare
from trapframe.engines.engine import Engine
from trapframe.engines.job import Job, ROM_SIZE, VARIANT, rom_for, run_job
from trapframe.engines.request import Request, read_request
from trapframe.engines.schedule import Scheduler
from trapframe.model import End, RunResult
from trapframe.system import process
from trapframe.system.interrupt import Stop
from trapframe.system.process import Channel, Ended, Limit, Why

HELLO = b"trapframe 1\nhello\n"
EXIT, SHUTDOWN, HANG, FLOOD = range(4)  # variants of tests/fakes/rom.S


def shell(
    folder: Path,
    script: str,
    seconds: float = 30,
    most: int = 1000,
    processor: float = math.inf,
    **options: object,
) -> Ended:
    settings: dict[str, object] = {
        "folder": folder,
        "env": dict(os.environ),
        "limit": Limit(seconds, processor),
        "log": Channel(most),
        "serial": Channel(most),
        "file": "serial",
    }
    return process.run(["/bin/sh", "-c", script], **(settings | options))  # type: ignore[arg-type]


def wait_until_closed(fifo: int) -> None:
    """Returns when no process has the writing end any more."""
    while os.read(fifo, 4096):
        pass


# A process.


def test_both_lines_and_the_status(tmp_path: Path) -> None:
    ended = shell(tmp_path, "echo record >serial; echo out; echo err >&2; exit 5")
    assert (ended.why, ended.status, ended.serial, ended.log) == (Why.ITSELF, 5, b"record\n", b"out\nerr\n")


def test_serial_line_may_be_opened_several_times(tmp_path: Path) -> None:
    assert shell(tmp_path, "echo one >serial; echo two >>serial").serial == b"one\ntwo\n"


def test_stdout_as_the_serial_line(tmp_path: Path) -> None:
    ended = shell(tmp_path, "echo out; echo err >&2", file="")
    assert (ended.serial, ended.log) == (b"out\n", b"err\n")


def test_death_by_signal(tmp_path: Path) -> None:
    assert shell(tmp_path, "kill -ABRT $$").status == -6


def test_what_cannot_be_started(tmp_path: Path) -> None:
    channel = Channel(10)
    ended = process.run(
        ["/nonexistent/qemu"],
        folder=tmp_path,
        env={},
        limit=Limit(1),
        log=channel,
        serial=channel,
        file="serial",
    )
    assert ended.why is Why.MISSING and "/nonexistent/qemu: No such file" in ended.error


def test_the_whole_group_dies_at_the_limit(tmp_path: Path) -> None:
    """Children hold a FIFO open: it closes when the last of them is gone."""
    os.mkfifo(tmp_path / "held")
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(held, True)
    script = "trap '' TERM INT HUP; exec 3>held; echo sent >serial; sleep 1000 & (sleep 1000 & sleep 1000)"
    ended = shell(tmp_path, script, seconds=0.2)
    assert (ended.why, ended.status, ended.serial) == (Why.LIMIT, None, b"sent\n")
    wait_until_closed(held)
    os.close(held)


def test_children_that_outlive_their_parent_die_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(held, True)
    ended = shell(tmp_path, "exec 3>held; sleep 1000 & exit 0")
    assert (ended.why, ended.status) == (Why.ITSELF, 0)
    wait_until_closed(held)
    os.close(held)


@pytest.mark.parametrize("where", [">serial", "", ">&2"])
def test_a_flood_is_cut_at_its_limit(tmp_path: Path, where: str) -> None:
    ended = shell(tmp_path, f"yes {where}", most=5000)
    assert ended.why is Why.FLOOD
    assert max(len(ended.serial), len(ended.log)) == 5000


def test_a_flood_of_a_file_ends_by_the_limit_of_its_size(tmp_path: Path) -> None:
    script = "while [ $(ulimit -f) = unlimited ]; do :; done; yes >serial"  # set just after the start
    assert shell(tmp_path, script).why is Why.FLOOD
    assert (tmp_path / "serial").stat().st_size <= process.FILE_SIZE


def test_exactly_the_limit_is_no_flood(tmp_path: Path) -> None:
    ended = shell(tmp_path, "head -c 1000 /dev/zero >serial")
    assert (ended.why, len(ended.serial)) == (Why.ITSELF, 1000)


def test_a_flood_shows_after_the_end_too(tmp_path: Path) -> None:
    assert shell(tmp_path, "head -c 1001 /dev/zero >serial").why is Why.FLOOD


def test_a_watched_text_ends_it_at_once_and_nothing_sent_before_is_lost(tmp_path: Path) -> None:
    script = "printf 'all of it' >serial; printf 'guest shut' >&2; printf 'down\\n' >&2; sleep 1000"
    ended = shell(tmp_path, script, log=Channel(1000, re.compile(b"shutdown$", re.MULTILINE)))
    assert (ended.why, ended.status, ended.serial) == (Why.WATCH, None, b"all of it")


def test_a_watched_serial_line_ends_it_at_once_too(tmp_path: Path) -> None:
    script = "printf 'one\nend ' >serial; printf 'exit\n' >serial; sleep 1000"
    ended = shell(tmp_path, script, serial=Channel(1000, re.compile(b"^end exit$", re.MULTILINE)))
    assert (ended.why, ended.serial) == (Why.WATCH, b"one\nend exit\n")


def test_a_stop_from_another_thread(tmp_path: Path) -> None:
    stop = Stop()
    os.mkfifo(tmp_path / "started")
    results: list[Ended] = []
    script = "trap '' INT TERM; echo >started; sleep 1000"
    thread = threading.Thread(target=lambda: results.append(shell(tmp_path, script, stop=stop)))
    thread.start()
    (tmp_path / "started").read_text()
    stop.set()
    thread.join()
    stop.close()
    assert results[0].why is Why.STOPPED


def test_limits_hold_even_without_a_runner(tmp_path: Path) -> None:
    """A hang whose runner was killed runs out of processor time, and a crash leaves no core dump."""
    script = (
        "while [ $(ulimit -t) = unlimited ]; do :; done; ulimit -t; ulimit -c"  # set just after the start
    )
    assert shell(tmp_path, script, seconds=10).log.split() == [b"50", b"0"]


def test_a_daemon_that_left_its_group_is_found_at_the_end(tmp_path: Path) -> None:
    """In a process of its own, since end_orphans() ends every child there is."""
    script = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from trapframe.system.process import Channel, Limit, adopt_orphans, end_orphans, run
spared = adopt_orphans()
line = "setsid sh -c 'echo $$ >pid.new; mv pid.new pid; sleep 1000' & while [ ! -e pid ]; do :; done"
folder, channel = Path(sys.argv[1]), Channel(9)
run(["/bin/sh", "-c", line], folder=folder, env=os.environ, limit=Limit(30), log=channel, serial=channel)
pid = Path(sys.argv[1], "pid").read_text().strip()
print(os.path.exists(f"/proc/{pid}"))
end_orphans(spared)
print(os.path.exists(f"/proc/{pid}"))
"""
    command = [shutil.which("python3") or "python3", "-c", script, str(tmp_path), str(ROOT)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.split() == ["True", "False"]


def test_no_file_descriptor_is_left_open(tmp_path: Path) -> None:
    before = os.listdir("/proc/self/fd")
    for number, script in enumerate(("exit 0", "yes", "echo x >serial")):
        folder = tmp_path / str(number)
        folder.mkdir()
        shell(folder, script)
    assert os.listdir("/proc/self/fd") == before


# A ROM.


def test_the_variant_goes_into_four_bytes() -> None:
    image = bytes(range(256)) * 256
    made = rom_for(image, 0x01020304)
    assert made[VARIANT : VARIANT + 4] == b"\4\3\2\1"
    assert made[:VARIANT] + image[VARIANT : VARIANT + 4] + made[VARIANT + 4 :] == image


def test_an_image_of_another_size_is_one_bad_result(tmp_path: Path) -> None:
    found = prepare(Request("qemu", "qemu", None, str(FAKES / "good")), ROOT / "engines", tmp_path / "cache")
    result = run_job(Job("a/b", found, "qemu", b"short", 0), Limit(5), tmp_path)
    assert result and result.end is End.MISSING and "65536" in result.log


def test_jobs_are_made_as_results_are_taken(tmp_path: Path) -> None:
    """Each holds a ROM, and there are tens of thousands of them."""
    found = prepare(Request("qemu", "qemu", None, str(FAKES / "good")), ROOT / "engines", tmp_path / "cache")
    made = []

    def jobs() -> Iterator[Job]:
        for number in range(10):
            made.append(str(number))
            yield Job(made[-1], found, "qemu", b"", 0)

    def ran(job: Job, limit: Limit) -> RunResult:
        return RunResult(End.EXIT, b"", "", 0.0, 0, ())

    stop = Stop()
    with ThreadPoolExecutor(1) as executor:
        running = Scheduler(executor, lambda job: Limit(5), 3, tmp_path, stop, None, ran)
        running.submit(jobs())
        assert len(made) == 3
        taken = []
        for job, _, _ in running.results():
            taken.append(job.case)
            assert len(made) <= len(taken) + 3
    stop.close()
    assert taken == made and len(made) == 10


def test_no_folder_is_one_bad_result(tmp_path: Path) -> None:
    found = prepare(Request("qemu", "qemu", None, str(FAKES / "good")), ROOT / "engines", tmp_path / "cache")
    result = run_job(Job("a/b", found, "qemu", bytes(ROM_SIZE), 0), Limit(5), tmp_path / "missing")
    assert result and result.end is End.MISSING and "FileNotFoundError" in result.log


# The real emulators.


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    target = tmp_path_factory.mktemp("rom") / "rom"
    options = ["-m32", "-nostdlib", "-static", "-Wl,-Ttext=0,--oformat=binary,-e,0", "-Wl,--build-id=none"]
    subprocess.run(["gcc", *options, "-o", target, FAKES / "rom.S"], check=True)
    return target.read_bytes()


@pytest.fixture(scope="session", params=["qemu", "qemu:amd", "bochs", "bochs:amd"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = ROOT / "engines"
    return prepare(
        read_request(request.param, folder), folder, tmp_path_factory.mktemp("cache") / "engines.json"
    )


def boot(real: Engine, image: bytes, variant: int, scratch: Path, seconds: float = 60) -> RunResult:
    result = run_job(Job("rom", real, "real", image, variant), Limit(seconds), scratch)
    assert result and not list(scratch.iterdir()), "a run leaves no files behind"
    return result


def test_real_exit(real: Engine, image: bytes, tmp_path: Path) -> None:
    result = boot(real, image, EXIT, tmp_path)
    assert (result.end, result.serial) == (End.EXIT, HELLO), result.log


def test_real_shutdown(real: Engine, image: bytes, tmp_path: Path) -> None:
    result = boot(real, image, SHUTDOWN, tmp_path)
    assert (result.end, result.serial) == (End.SHUTDOWN, HELLO), result.log


def test_real_hang(real: Engine, image: bytes, tmp_path: Path) -> None:
    assert boot(real, image, HANG, tmp_path, seconds=0.3).end is End.TIMEOUT


def test_real_flood(real: Engine, image: bytes, tmp_path: Path) -> None:
    result = boot(real, image, FLOOD, tmp_path)
    assert (result.end, result.serial) == (End.FLOOD, b"x" * 65_536)


def test_a_rom_that_is_no_rom_is_no_outcome_of_a_guest(real: Engine, tmp_path: Path) -> None:
    result = boot(real, bytes(ROM_SIZE), 0, tmp_path, seconds=0.3)
    assert result.end in (End.TIMEOUT, End.CRASH, End.SHUTDOWN) and result.serial == b""


def test_processor_time_is_limited_apart(tmp_path: Path) -> None:
    """Of all threads together; what waits takes none."""
    spins, waits = tmp_path / "spins", tmp_path / "waits"
    spins.mkdir()
    waits.mkdir()
    assert shell(spins, "while :; do :; done", 60, processor=0.2).why is Why.LIMIT
    assert shell(waits, "sleep 1; echo done", 60, processor=0.2).why is Why.ITSELF
