"""Workers of a dask.distributed scheduler in place of our own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from mini import FAKES, ROOT

from trapframe.engines import farm
from trapframe.engines.engine import EndRule, Engine
from trapframe.engines.farm import FarmError
from trapframe.model import End, EngineId
from trapframe.runs.choice import Chosen
from trapframe.sweep import walk
from trapframe.sweep.rom import Part
from trapframe.sweep.told import Told
from trapframe.sweep.walk import Sweep, Walked

PATIENCE = 120.0  # seconds for what takes one or two where nothing else runs
KILLS = """\
import os, signal, sys
try:
    os.close(os.open(sys.argv[1], os.O_CREAT | os.O_EXCL))
except FileExistsError:
    os.execv(sys.executable, [sys.executable, sys.argv[2]])
os.kill(os.getppid(), signal.SIGKILL)
"""

needs = pytest.mark.skipif(
    find_spec("distributed") is None, reason="no distributed: `make setup` installs it"
)


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SWEEP_DEATHS": ""}
    program = [sys.executable, "-m", *words]
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as one:
        try:
            yield one
        finally:
            one.kill()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Of a scheduler with two workers."""
    told = tmp_path / "scheduler.json"
    here = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = running("distributed.cli.dask_scheduler", *here, "--port", "0", "--scheduler-file", str(told))
    worker = (
        *("distributed.cli.dask_worker", "--scheduler-file", str(told), *here),
        *("--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)),
    )
    with scheduler:
        until = time.monotonic() + PATIENCE
        while not told.exists() or not told.read_text():
            assert time.monotonic() < until, "the scheduler doesn't start"
            time.sleep(0.05)
        with running(*worker), running(*worker):
            found = json.loads(told.read_text())["address"]
            from distributed import Client

            with Client(found, set_as_default=False) as client:
                client.wait_for_workers(2, timeout=PATIENCE)
            yield found.replace("tcp://", farm.SCHEME)


def chosen(*program: str) -> Chosen:
    rule = EndRule(End.EXIT, 33, None, None, False)
    engine_id = EngineId("qemu", "qemu", "1.0", "intel", "", "")
    return Chosen(
        Engine(engine_id, (sys.executable, *program), (), (), "serial", (rule,), ("intel",)), "qemu"
    )


def walked(engine: Chosen, parts: Sequence[Part], address: str = "") -> Walked:
    sweep = Sweep("gates", bytes(65_536), Told(axes={"event": ("int_n", "#UD")}))
    found = walk.walk([(sweep, part) for part in parts], [engine], 1, PATIENCE, None, address)
    one = found["gates", "qemu"]
    assert isinstance(one, Walked), one
    return one


@needs
def test_two_workers_find_the_same_and_one_may_die(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWEEP_DEATHS", "")
    parts = [Part(begin, begin + 500, 10_000, 64) for begin in range(0, 10_000, 500)]
    here = walked(chosen(str(FAKES / "sweep.py")), parts)
    assert here.counts.walked == 10_000
    assert walked(chosen(str(FAKES / "sweep.py")), parts, address).counts == here.counts
    (tmp_path / "kills.py").write_text(KILLS)
    mark = tmp_path / "killed"
    kills = chosen(str(tmp_path / "kills.py"), str(mark), str(FAKES / "sweep.py"))
    assert walked(kills, parts, address).counts == here.counts
    assert mark.exists()


@needs
def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farm, "SECONDS", 1.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        with pytest.raises(FarmError, match="no scheduler answers"):
            with farm.executor(f"{farm.SCHEME}127.0.0.1:{taken.getsockname()[1]}"):
                pass


def test_another_kind_of_address() -> None:
    with pytest.raises(FarmError, match="expected dask://"):
        with farm.executor("127.0.0.1:8786"):
            pass
