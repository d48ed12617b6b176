"""Judges that are processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mini import ROOT
from trapframe.engines.engine import Engine
from trapframe.engines.job import Job
from trapframe.model import End, EngineId, Judgement, RunResult, Verdict
from trapframe.runs.judges import judges

ENGINE = Engine(EngineId("qemu", "qemu", "1", "intel", "", ""), (), (), (), "", (), ())
RESULT = RunResult(End.EXIT, b"\x00\xff", "log", 0.1, 0, ())


def judge(case: str, engine_id: str, result: RunResult) -> Judgement:
    """The second half of the cases kills whoever judges it."""
    if case.startswith("kills"):
        os.kill(os.getpid(), signal.SIGKILL)
    return Judgement(Verdict.PASS, message=f"{case} {engine_id} {result.serial!r} {os.getpid()}")


def job(case: str) -> Job:
    return Job(case, ENGINE, "qemu#2", b"", 0)


def test_each_result_is_judged_elsewhere_by_its_own_words() -> None:
    names = [f"a/{number}" for number in range(40)]
    with judges(2, judge) as court, ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda name: court.judge(job(name), RESULT), names))
    assert [one and one.message.rpartition(" ")[0] for one in said] == [
        f"{name} qemu#2 {RESULT.serial!r}" for name in names
    ]
    assert str(os.getpid()) not in {one.message.rpartition(" ")[2] for one in said if one}


def test_who_asks_a_dead_judge_has_to_judge() -> None:
    with judges(1, judge) as court:
        assert court.judge(job("a/b"), RESULT)
        assert court.judge(job("kills/it"), RESULT) is None
        assert court.judge(job("a/b"), RESULT) is None


def test_none_is_left() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")  # another test's may be among them
    before = children.read_text()
    with judges(3, judge):
        assert children.read_text() != before
    assert children.read_text() == before


def test_none_outlives_a_runner_that_is_killed() -> None:
    """They have its stdout, which so would stay open."""
    lines = ("import os", "with judges(2, None): os.kill(os.getpid(), 9)")
    script = "\n".join(("from trapframe.runs.judges import judges", *lines))
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
