#!/usr/bin/python3
"""Times the suite against its floor, a fresh start of each engine, and says which bar holds.

    make bench

For each engine the median whole time of a ROM that ends at once, from an emulator of its own (its floor),
and of a case from an emulator that was started once; then `./runner.py all`, whose floors are those of all
its runs over the cores; then sweeps (alone: scripts/bench.py sweeps). All in one run: absolute times mean
little on a shared machine.
"""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from trapframe.engines.assembly import choose_releases, prepare  # noqa: E402
from trapframe.engines.description import default_kinds  # noqa: E402
from trapframe.engines.engine import Engine  # noqa: E402
from trapframe.engines.job import Job, ROM_SIZE, run_job  # noqa: E402
from trapframe.engines.launcher import FOLDER, Servers  # noqa: E402
from trapframe.engines.request import read_request  # noqa: E402
from trapframe.sweep.rom import Part  # noqa: E402
from trapframe.system.folders import build_folder  # noqa: E402
from trapframe.system.process import Fork, Limit  # noqa: E402

ROUNDS = 25
CASE = "page_fault/not_present"
CASES = 100  # of one run on one engine
LOOK = 0.1  # seconds from one look at the memory to the next

ALL = 0.25  # bars: of the floors of all runs over the cores,
FORKED = {"qemu": 0.30, "bochs": 0.16}  # of the engine's floor,
FIRST = 0.3  # seconds to the first result on a terminal,
FEW = 1.0  # seconds for CASES,
MEMORY = 400.0  # MB of all processes together


@dataclass(frozen=True)
class SweepBars:
    """Bars of the sweep plain_gates, and how much of it is walked."""

    rate: float  # judged deliveries a second, at least
    over_bare: float  # a judged delivery over INT and IRETQ alone, at most
    rows: int
    bare: int


PLAIN_GATES = 1_179_648  # its product
SWEEPS = {
    "qemu": SweepBars(1_000_000, 4, PLAIN_GATES, 4_000_000),
    "bochs": SweepBars(150_000, 12, PLAIN_GATES // 4, 4_000_000),
}
INSTRUCTIONS = 800  # of a judged delivery, at most: a bar, too
SWEEP_ROUNDS = 2
QUICK_SWEEPS = 60.0  # seconds
STEP = 1 << 16
WAIT = 30.0  # seconds
TICK = re.compile(r"^(\d+)p\[UNMAP *\].*Shutdown port", re.MULTILINE)  # Bochs: one an instruction

# mov dx, 0xf4; mov eax, 0x10; out dx, eax; mov dx, 0x8900; mov si, text; mov cx, 8;
# again: cs lodsb; out dx, al; loop again; cli; hlt; text: "Shutdown". The reset vector jumps here, F000:0000.
FLOOR = bytes.fromhex("baf400 66b810000000 66ef ba0089 be1e00 b90800 2eac ee e2fb fa f4".replace(" ", ""))
FLOOR = FLOOR.ljust(0x1E, b"\x90") + b"Shutdown"
RESET = bytes.fromhex("ea000000f0")


def floor_rom() -> bytes:
    """A ROM that ends the run as soon as it starts."""
    return FLOOR.ljust(0xFFF0, b"\xff") + RESET.ljust(ROM_SIZE - 0xFFF0, b"\xff")


def say(what: str, value: float, bar: float, unit: str = "") -> None:
    held = "holds" if value <= bar else "MISSED"
    print(f"{what}: {value:.2f}{unit}, bar {bar:g}{unit} {held}", flush=True)


def seconds(image: bytes, engine: Engine, scratch: Path, fork: Fork | None = None) -> float:
    """The whole process of one run."""
    began = time.perf_counter()
    result = run_job(Job("bench", engine, engine.id.name, image, 0), Limit(30), scratch, fork=fork)
    spent = time.perf_counter() - began
    if result is None or result.end.value != "exit":
        why = result and f"{result.end.value}: {result.log}"
        sys.exit(f"bench: {engine.id.name} ended by {why}, not through the end port")
    return spent


def rom_of_a_case() -> bytes:
    """The ROM of the named case, or of any."""
    named = build_folder(ROOT) / f"{CASE}.rom"
    roms = [named] if named.exists() else sorted(build_folder(ROOT).glob("*/*.rom"))
    return roms[0].read_bytes()


def measure_engine(kind: str, scratch: Path) -> float:
    """The engine's floor."""
    folder = ROOT / "engines"
    engine = prepare(read_request(kind, folder), folder, build_folder(ROOT) / "engines.json")
    floor, case = floor_rom(), rom_of_a_case()
    scratch.mkdir()
    servers = Servers(build_folder(ROOT) / FOLDER, scratch)
    try:
        fork = servers.fork(engine)
        seconds(case, engine, scratch, fork)
        if why := servers.why_afresh(engine):
            sys.exit(f"bench: {kind} is started afresh: {why}")
        rows = [
            (
                seconds(floor, engine, scratch),
                seconds(case, engine, scratch),
                seconds(case, engine, scratch, fork),
            )
            for _ in range(ROUNDS)
        ]
    finally:
        servers.close()
    low, fresh, forked = (float(statistics.median(column)) for column in zip(*rows))
    print(
        f"{kind} {engine.id.version}: floor {low * 1e3:.1f} ms; a case {fresh * 1e3:.1f} ms afresh,"
        f" {forked * 1e3:.1f} ms forked"
    )
    say(f"{kind}: a forked case over the floor", forked / low, FORKED.get(kind, 1.0))
    return low


def processor_time() -> float:
    """Of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sweep_run(kind: str, name: str, part: Part, scratch: Path) -> tuple[float, int, int]:
    """Seconds of processor time, deliveries that were judged, and instructions where they are counted."""
    folder, cache = ROOT / "engines", build_folder(ROOT) / "engines.json"
    newest = choose_releases(read_request(f"{kind}@*:intel", folder), folder, cache, WAIT)[-1]
    engine = prepare(newest, folder, cache, WAIT)
    image = part.rom((build_folder(ROOT) / "sweeps" / f"{name}.rom").read_bytes())
    before = processor_time()
    result = run_job(Job("bench", engine, engine.id.name, image, 0), Limit(10 * WAIT), scratch)
    spent = processor_time() - before
    if result is None or result.end.value != "exit":
        sys.exit(f"bench: {engine.id.name} ended by {result and result.end.value} in the sweep {name}")
    judged = re.search(rb" compared ([0-9a-f]+) ", result.serial)
    tick = TICK.search(result.log)
    return (
        spent,
        int(judged[1], 16) if judged else part.end,
        int(tick[1]) if tick else 0,
    )


def measure_sweep(kind: str, bars: SweepBars, scratch: Path) -> None:
    """Judged deliveries of plain_gates against INT n and IRETQ alone, without the start."""

    def net(name: str, begin: int, end: int) -> tuple[float, int, int]:
        base = [
            sweep_run(kind, name, Part(0, begin, PLAIN_GATES, STEP), scratch) for _ in range(SWEEP_ROUNDS)
        ]
        full = [sweep_run(kind, name, Part(0, end, PLAIN_GATES, STEP), scratch) for _ in range(SWEEP_ROUNDS)]
        low, high = min(base), min(full)
        return high[0] - low[0], high[1] - low[1], high[2] - low[2]

    bare_seconds, bare, _ = net("bare", 1, bars.bare)
    walk_seconds, judged, instructions = net("plain_gates", 1, bars.rows)
    rate, bare_rate = judged / walk_seconds, bare / bare_seconds
    print(
        f"{kind}: {rate:,.0f} judged deliveries a second of one core, {bare_rate:,.0f} of INT and IRETQ alone"
    )
    say(f"{kind}: microseconds of a judged delivery", 1e6 / rate, 1e6 / bars.rate)
    say(f"{kind}: a judged delivery over a bare one", bare_rate / rate, bars.over_bare)
    if instructions:
        say(f"{kind}: instructions of a judged delivery", instructions / judged, INSTRUCTIONS)


def run(words: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run([ROOT / "runner.py", *words], stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def first_result(words: Sequence[str]) -> float:
    """Seconds until a terminal shows that one result is there."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(ROOT / "runner.py", ["runner.py", *words])
    shown, spent = b"", 0.0
    try:
        while chunk := os.read(terminal, 65_536):
            shown += chunk
            if not spent and re.search(rb"[1-9][0-9]*/[0-9]+", shown):
                spent = time.perf_counter() - began
                os.kill(pid, signal.SIGTERM)  # the rest of them was timed before
    except OSError:
        pass  # its end
    os.waitpid(pid, 0)
    return spent


def peak_memory(words: Sequence[str]) -> float:
    """MB, each page counted once."""
    process = subprocess.Popen([ROOT / "runner.py", *words], stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(map(_own_kilobytes, _tree(process.pid))) / 1024)
        time.sleep(LOOK)
    return peak


def _tree(root: int) -> list[int]:
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                pass
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _own_kilobytes(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    match = re.search(r"^Pss: +(\d+)", rollup, re.MULTILINE)
    return int(match[1]) if match else 0


def measure_sweeps(scratch: Path) -> None:
    bare = os.path.relpath(build_folder(ROOT) / "sweeps" / "bare.rom", ROOT)  # as the Makefile names it
    subprocess.run(["make", "-s", "sweeps", bare], cwd=ROOT, check=True)
    for kind, bars in SWEEPS.items():
        measure_sweep(kind, bars, scratch)


def main() -> None:
    subprocess.run(["make", "-s", "roms"], cwd=ROOT, check=True)
    kinds = default_kinds(ROOT / "engines")
    if sys.argv[1:] == ["sweeps"]:  # these alone
        with tempfile.TemporaryDirectory() as name:
            measure_sweeps(Path(name))
        return
    cores = len(os.sched_getaffinity(0))
    listed = subprocess.run([ROOT / "runner.py", "list"], capture_output=True, text=True, check=True).stdout
    some = [line.split()[0] for line in listed.splitlines()][:CASES]
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        report = ("--report", str(scratch / "report"))
        floors = {kind: measure_engine(kind, scratch / kind) for kind in kinds}
        wall = run(("all", *report))
        results = json.loads((scratch / "report" / "report.json").read_text())["results"]
        low = sum(floors[one["engine"].partition(":")[0]] for one in results) / cores
        print(f"all: {len(results)} runs in {wall:.2f} s; their floors / {cores} cores {low:.2f} s")
        say("all over its floors", wall / low, ALL)
        say("the first result on a terminal", first_result(("all", *report)), FIRST, " s")
        for kind in kinds:
            say(f"{len(some)} cases on {kind}", run(("run", *some, "-e", kind, *report)), FEW, " s")
        say("memory of all processes together", peak_memory(("all", *report)), MEMORY, " MB")
        measure_sweeps(scratch)
        say("the quick sweeps", run(("sweep", *report)), QUICK_SWEEPS, " s")


if __name__ == "__main__":
    main()
