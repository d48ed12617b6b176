"""Emulators that take one ROM after the other in one process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from mini import FAKES, ROOT

from trapframe.engines import launcher, served
from trapframe.engines.assembly import choose_releases, prepare
from trapframe.engines.engine import Engine, EngineError
from trapframe.engines.job import ROM_SIZE, Job, run_job
from trapframe.engines.launcher import Servers
from trapframe.engines.request import read_request
from trapframe.engines.served import Pool
from trapframe.model import End, RunResult
from trapframe.system.folders import build_folder
from trapframe.system.interrupt import Stop
from trapframe.system.process import Limit, Why

ENGINE = f"""
about = "a server of the tests"
serves = true
[version]
command = ["{sys.executable}", "{{engine}}", "--version"]
match = 'server (\\d+)'
[run]
command = ["{sys.executable}", "{{engine}}", "{{rom}}", "{{serial}}"]
[profiles.intel]
[[end]]
is = "crash"
log = '^panic: (?P<why>.*)'
[[end]]
is = "exit"
status = 33
[[end]]
is = "shutdown"
status = 0
"""

# Keeps the protocol of docs/launcher.md. A ROM begins with what it shall do.
SERVER = """
import os, sys, time

def run(rom, send):
    words = rom.rstrip(bytes(1)).decode().split()
    send(f"{os.getpid() if words[:1] == ['who'] else rom[:9].decode()}\\n".encode())
    if words[0] == "hang":
        time.sleep(600)
    while words[0] == "spin":
        pass
    if words[0] == "flood":
        send(b"x" * 70_000)
    if words[0] == "log":
        print("panic: because")
    if words[0] == "loud":
        print("y" * (1 << 20))
    if words[0] == "die":
        sys.exit(5)
    if words[0] == "kill":
        os.kill(os.getpid(), 9)
    return int(words[1])

if sys.argv[1] == "--version":
    sys.exit(print("server 1"))
server = os.environ.get("TRAPFRAME_SERVER")
if not server:
    with open(sys.argv[1], "rb") as rom, open(sys.argv[2], "wb", 0) as serial:
        status = run(rom.read(), serial.write)
    sys.exit(status)
HELLO
answers = open(int(server), "wb", buffering=0)
answers.write(b"trapframe server 1\\n")
def send(data):
    for at in range(0, len(data), 30_000):
        part = data[at : at + 30_000]
        answers.write(b"serial %d\\n" % len(part) + part)
while rom := sys.stdin.buffer.read(65_536):
    if rom.startswith(b"nonsense"):
        answers.write(b"nonsense\\n")
        continue
    status = run(rom, send)
    sys.stdout.flush()
    answers.write(b"end %d\\n" % status)
"""


def engine(folder: Path, hello: str = "") -> Engine:
    (folder / "engines").mkdir()
    (folder / "engines" / "server.toml").write_text(ENGINE)
    (folder / "server").write_text(SERVER.replace("HELLO", hello))
    request = read_request(f"server={folder}/server", folder / "engines")
    return prepare(request, folder / "engines", folder / "cache")


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with closing(Pool(engine(tmp_path), tmp_path)) as made:
        yield made


def rom(text: str) -> bytes:
    return text.encode().ljust(ROM_SIZE, b"\0")


def ends(pool: Pool, text: str, folder: Path, limit: Limit = Limit(60.0)) -> tuple[End, bytes, str]:
    """As a server's, and as those of a process of its own."""
    job = Job("", pool.engine, "server", rom(text), 0)
    one = run_job(job, limit, folder, serve=pool.serve)
    other = run_job(job, limit, folder)
    assert one and other and not pool.why_not
    assert (one.end, one.status, one.why, one.serial) == (other.end, other.status, other.why, other.serial)
    return one.end, one.serial, one.why


def who(pool: Pool) -> int:
    """The number of the process that serves."""
    ended = pool.serve(rom("who 33"), Limit(60.0), None)
    assert ended and ended.status == 33
    return int(ended.serial)


@pytest.mark.parametrize(
    "text, end, why",
    [
        ("exit 33", End.EXIT, ""),
        ("exit 0", End.SHUTDOWN, ""),
        ("exit 3", End.CRASH, ""),
        ("log 3", End.CRASH, "because"),
        ("die 33", End.CRASH, ""),
        ("kill 33", End.CRASH, ""),
    ],
)
def test_an_end_is_that_of_a_process_of_its_own(
    text: str, end: End, why: str, pool: Pool, tmp_path: Path
) -> None:
    sent = rom(text)[:9] + b"\n"
    assert ends(pool, text, tmp_path) == (end, sent, why)
    assert ends(pool, "exit 33", tmp_path)[0] is End.EXIT


def test_limits(pool: Pool, tmp_path: Path) -> None:
    assert ends(pool, "flood 33", tmp_path)[0] is End.FLOOD
    assert ends(pool, "loud 33", tmp_path)[0] is End.FLOOD
    hangs = pool.serve(rom("hang 33"), Limit(0.3), None)
    assert hangs and (hangs.why, hangs.status) == (Why.LIMIT, None)
    spins = pool.serve(rom("spin 33"), Limit(600.0, 0.2), None)
    assert spins and (spins.why, spins.serial) == (Why.LIMIT, rom("spin 33")[:9] + b"\n")
    assert ends(pool, "exit 33", tmp_path)[0] is End.EXIT


def test_one_process_serves_until_it_does_not_answer(pool: Pool, tmp_path: Path) -> None:
    first = who(pool)
    assert who(pool) == first
    pool.serve(rom("hang 33"), Limit(0.1), None)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    second = who(pool)
    assert second != first
    os.kill(second, signal.SIGKILL)
    killed = pool.serve(rom("exit 33"), Limit(60.0), None)
    assert killed and (killed.why, killed.status) == (Why.ITSELF, -signal.SIGKILL)
    assert who(pool) != second


def test_callers_at_once_have_a_process_each(pool: Pool) -> None:
    stop = Stop()
    waiting = threading.Thread(target=pool.serve, args=(rom("hang 33"), Limit(60.0), stop))
    waiting.start()
    try:
        assert who(pool) == who(pool)
    finally:
        stop.set()
        waiting.join()
        stop.close()


def test_an_answer_that_nobody_understands(pool: Pool) -> None:
    ended = pool.serve(rom("nonsense"), Limit(60.0), None)
    assert ended and b"the server answers b'nonsense" in ended.log
    assert pool.engine.read_end(ended) is End.CRASH


@pytest.mark.parametrize(
    "hello, why",
    [
        ("sys.exit('no wasm here')", "it ended: no wasm here"),
        (
            "os.write(int(server), b'hello from somebody else'); time.sleep(600)",
            "it says 'hello from somebod",
        ),
        ("time.sleep(600)", "it isn't ready after 0.3 s"),
    ],
)
def test_without_a_server_it_is_started_afresh(
    hello: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "READY", 0.3 if "isn't ready" in why else 60.0)
    with closing(Pool(engine(tmp_path, hello), tmp_path)) as pool:
        for _ in range(2):
            assert pool.serve(rom("exit 33"), Limit(60.0), None) is None
        assert pool.why_not.startswith(why)
        job = Job("", pool.engine, "server", rom("exit 33"), 0)
        result = run_job(job, Limit(60.0), tmp_path, serve=pool.serve)
        assert result and result.end is End.EXIT


# The real ones, as far as they are here.

EXIT, SHUTDOWN, HANG, FLOOD = range(4)
HELLO = b"trapframe 2\nhello\n"
REAL = ("v86", "v86@0.5.333", "v86@0.5.443", "v86@0.5.462", "mame", "mame:i386", "dosbox")


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    target = tmp_path_factory.mktemp("rom32") / "rom"
    options = ["-m32", "-nostdlib", "-static", "-Wl,-Ttext=0,--oformat=binary,-e,0", "-Wl,--build-id=none"]
    subprocess.run(["gcc", *options, "-o", target, FAKES / "rom32.S"], check=True)
    return target.read_bytes()


@pytest.fixture(scope="session", params=REAL)
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = ROOT / "engines"
    cache = tmp_path_factory.mktemp("cache") / "engines.json"
    try:
        (one,) = choose_releases(read_request(request.param, folder), folder, cache, 60.0)
        return prepare(one, folder, cache, 60.0)
    except EngineError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def shared(real: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    libraries = build_folder(ROOT) / launcher.FOLDER
    with closing(Servers(libraries, tmp_path_factory.mktemp("servers"))) as servers:
        yield servers
        assert not servers.why_afresh(real)


def boot(
    real: Engine, shared: Servers | None, rom: bytes, variant: int, folder: Path, limit: float = 60.0
) -> RunResult:
    """From one process that serves or is forked, or from one of its own."""
    fork = shared.fork(real) if shared else None
    serve = shared.serve(real) if shared else None
    result = run_job(Job("", real, "real", rom, variant), Limit(limit), folder, None, fork, serve)
    assert result
    return result


def test_real_exit(real: Engine, shared: Servers, image: bytes, tmp_path: Path) -> None:
    """Again and again, each on a machine that knows nothing of the others."""
    for one in (shared, shared, None):
        result = boot(real, one, image, EXIT, tmp_path)
        assert (result.end, result.serial) == (End.EXIT, HELLO + b"end exit 0\n"), result.log


def test_real_shutdown(real: Engine, shared: Servers, image: bytes, tmp_path: Path) -> None:
    """v86 and DOSBox have none."""
    result = boot(real, shared, image, SHUTDOWN, tmp_path, 0.5 if real.id.kind == "dosbox" else 60.0)
    if real.id.kind == "v86":
        assert (result.end, result.why, result.serial) == (End.CRASH, "Unimplemented: #GP handler", HELLO)
    elif real.id.kind == "dosbox":
        assert result.end is End.TIMEOUT
    else:
        assert (result.end, result.serial) == (End.SHUTDOWN, HELLO), result.log


def test_real_hang(real: Engine, shared: Servers, image: bytes, tmp_path: Path) -> None:
    """And the next run knows nothing of it."""
    assert boot(real, shared, image, HANG, tmp_path, 0.5).end is End.TIMEOUT
    assert boot(real, shared, image, EXIT, tmp_path).end is End.EXIT


def test_real_flood(real: Engine, shared: Servers, image: bytes, tmp_path: Path) -> None:
    for one in (shared, None):
        if real.id.kind == "dosbox" and not one:
            continue  # its serial line is as slow as a real one
        result = boot(real, one, image, FLOOD, tmp_path)
        assert result.end is End.FLOOD and len(result.serial) == 65_536
