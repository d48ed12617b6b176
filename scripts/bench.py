#!/usr/bin/python3
"""Times the suite against its floor, the engines' own start.

    make bench

For each engine the median whole-process time of a ROM that ends at once (the floor) and of a case, in turn;
then the wall time of `./runner.py all` over (sum of the floors of all its runs / cores). All in one run:
absolute times mean little on a shared machine.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from trapframe.engines.assembly import prepare  # noqa: E402
from trapframe.engines.description import default_kinds  # noqa: E402
from trapframe.engines.engine import Engine  # noqa: E402
from trapframe.engines.job import Job, ROM_SIZE, run_job  # noqa: E402
from trapframe.engines.request import read_request  # noqa: E402
from trapframe.system.folders import build_folder  # noqa: E402
from trapframe.system.process import Limit  # noqa: E402

ROUNDS = 25
CASE = "page_fault/not_present"

# mov dx, 0xf4; mov eax, 0x10; out dx, eax; mov dx, 0x8900; mov si, text; mov cx, 8;
# again: cs lodsb; out dx, al; loop again; cli; hlt; text: "Shutdown". The reset vector jumps here, F000:0000.
FLOOR = bytes.fromhex("baf400 66b810000000 66ef ba0089 be1e00 b90800 2eac ee e2fb fa f4".replace(" ", ""))
FLOOR = FLOOR.ljust(0x1E, b"\x90") + b"Shutdown"
RESET = bytes.fromhex("ea000000f0")


def floor_rom() -> bytes:
    """A ROM that ends the run as soon as it starts."""
    return FLOOR.ljust(0xFFF0, b"\xff") + RESET.ljust(ROM_SIZE - 0xFFF0, b"\xff")


def seconds(image: bytes, engine: Engine, scratch: Path) -> float:
    """The whole process of one run."""
    began = time.perf_counter()
    result = run_job(Job("bench", engine, engine.id.name, image, 0), Limit(30), scratch)
    spent = time.perf_counter() - began
    if result is None or result.end.value != "exit":
        sys.exit(f"bench: {engine.id.name} ended by {result and result.end.value}, not through the end port")
    return spent


def rom_of_a_case() -> bytes:
    """The ROM of the named case, or of any."""
    named = build_folder(ROOT) / f"{CASE}.rom"
    roms = [named] if named.exists() else sorted(build_folder(ROOT).glob("*/*.rom"))
    return roms[0].read_bytes()


def main() -> None:
    subprocess.run(["make", "-s", "roms"], cwd=ROOT, check=True)
    folder = ROOT / "engines"
    cores = len(os.sched_getaffinity(0))
    case = rom_of_a_case()
    floor = floor_rom()
    medians: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for kind in default_kinds(folder):
            engine = prepare(read_request(kind, folder), folder, build_folder(ROOT) / "engines.json")
            pairs = [(seconds(floor, engine, scratch), seconds(case, engine, scratch)) for _ in range(ROUNDS)]
            low, high = (statistics.median(column) for column in zip(*pairs))
            medians[kind] = low
            ratio = high / low
            print(
                f"{kind} {engine.id.version}: floor {low * 1e3:.1f} ms, case {high * 1e3:.1f} ms, {ratio:.2f}"
            )
        report = scratch / "report"
        began = time.perf_counter()
        subprocess.run(
            [ROOT / "runner.py", "all", "--report", report], stdout=subprocess.DEVNULL, check=False
        )
        wall = time.perf_counter() - began
        results = json.loads((report / "report.json").read_text())["results"]
    floors = sum(medians[one["engine"].partition(":")[0]] for one in results) / cores
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    ratio = wall / floors
    print(f"all: {len(results)} runs in {wall:.2f} s, {ratio:.2f} of their floors / {cores} cores")
    print(f"peak memory of the largest process (runner or emulator): {peak:.0f} MB")


if __name__ == "__main__":
    main()
