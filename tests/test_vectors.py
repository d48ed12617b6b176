"""Vectors: their form, and that the machine in one comes to what it expects."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mini import ROOT
from trapframe.prediction.library import specification
from trapframe.prediction.machine import Memory
from trapframe.spec import SEGMENTS, event
from trapframe.vectors import folder, vector

SAMPLE = (
    *("page_fault/read_only*", "task_gate/*", "compat/stack*", "real_mode/interrupt_*"),
    *("pm_task*/*", "double_fault/chain*", "breakpoint/*", "int_n/*", "triple_fault/*"),
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("vectors") / "to"
    subprocess.run(
        [ROOT / "runner.py", "export", "--vectors", str(target), *SAMPLE], check=True, capture_output=True
    )
    return target


@pytest.fixture(scope="module")
def vectors(exported: Path) -> dict[str, dict[str, Any]]:
    return {one["case"]: one for one in folder.read(exported)}


def test_every_case_has_a_vector_or_a_reason(exported: Path, vectors: dict[str, dict[str, Any]]) -> None:
    index = json.loads((exported / folder.INDEX).read_text())
    assert set(index["vectors"]) == set(vectors) and len(vectors) > 150
    assert all(index["without"].values()) and len(index["without"]) < 0.03 * len(vectors)
    assert {one["environment"] for one in vectors.values()} == {"long64", "compat32", "pm32", "real16"}


def test_the_schema_holds(exported: Path) -> None:
    schema = json.loads((exported / folder.SCHEMA_FILE).read_text())
    check = jsonschema.Draft7Validator(schema)
    for path in exported.rglob(f"*{folder.SUFFIX}"):
        check.validate(json.loads(folder.decompressed(path)))
    assert schema["properties"]["schema"]["const"] == vector.SCHEMA


def test_a_frame_by_hand(vectors: dict[str, dict[str, Any]]) -> None:
    """SDM 3A "Exception- or Interrupt-Handler Procedures": from CPL 3 to the stack of the TSS."""
    one = vectors["page_fault/read_only_user_mov"]
    (outcome,) = one["expected"]["intel"]
    assert "amd" not in one["expected"]
    assert (outcome["stops_at"], outcome["vector"], outcome["error"]) == ("handler", "0xe", "0x7")
    tss = int(one["start"]["segments"]["tr"]["base"], 16)
    rsp0 = int.from_bytes(at(one, tss + 4, 8), "little") & -16
    words = {entry["field"]: (entry["address"], entry["bytes"]) for entry in outcome["memory"]}
    assert outcome["registers"]["rsp"] == f"{rsp0 - 0x30:#x}"
    assert words["error"] == (f"{rsp0 - 0x30:#x}", "0700000000000000")
    rip = int(one["start"]["registers"]["rip"], 16)
    assert words["rip"][1] == rip.to_bytes(8, "little").hex()
    assert words["ss"] == (f"{rsp0 - 8:#x}", "2300000000000000")
    assert at(one, rip, 2) == bytes.fromhex("8903")  # mov [rbx], eax


def at(one: dict[str, Any], physical: int, size: int) -> bytes:
    page: bytes = one["pages"][physical & -0x1000]
    return page[physical & 0xFFF : (physical & 0xFFF) + size]


def test_the_state_is_whole(vectors: dict[str, dict[str, Any]]) -> None:
    """INT3, by the specification, of what a vector has and of nothing else."""
    spec = specification(ROOT, 1)
    for name in ("breakpoint/int3_user", "breakpoint/int3_int3", "breakpoint/int3_compat_user"):
        one = vectors[name]
        memory = bytearray(16 << 20)
        for address, page in one["pages"].items():
            memory[address : address + len(page)] = page
        machine = spec.machine("intel", Memory(memory).read)
        load(machine, one["start"])
        end = spec.deliver(machine, event("int3", 3, length=1))
        (outcome,) = one["expected"]["intel"]
        assert f"{machine.rip:#x}" == outcome["registers"]["rip"]
        for store in end.stores:
            memory[store.physical : store.physical + store.size] = store.value.to_bytes(store.size, "little")
        for entry in outcome["memory"]:
            place, content = int(entry["address"], 16), bytes.fromhex(entry["bytes"])
            assert memory[place : place + len(content)] == content, (name, entry)


def load(machine: Any, start: dict[str, Any]) -> None:
    for name, value in start["registers"].items():
        if name.startswith("dr") and int(name[2:]) < 4:
            machine.dr[int(name[2:])] = int(value, 16)
        elif name in ("cr8", "xcr0", "pkru"):
            continue
        elif name in ("rip", "rflags") or name[:2] in ("cr", "dr"):
            setattr(machine, name, int(value, 16))
        else:
            machine[name] = int(value, 16)
    machine.efer = int(start["msrs"].get("0xc0000080", "0x0"), 16)
    for name in ("gdtr", "idtr"):
        table = getattr(machine, name)
        table.base, table.limit = int(start[name]["base"], 16), int(start[name]["limit"], 16)
    for name in SEGMENTS:
        segment, told = machine.segment_of(name), start["segments"][name]
        access = int(told["access"], 16)
        segment.selector, segment.base = int(told["selector"], 16), int(told["base"], 16)
        segment.limit, segment.type, segment.s = int(told["limit"], 16), access & 15, access >> 4 & 1
        segment.dpl, segment.p, segment.l = access >> 5 & 3, access >> 7 & 1, access >> 13 & 1  # noqa: E741
        segment.db = access >> 14 & 1
    machine.cpl = machine.segment_of("cs").selector & 3


def test_a_shutdown_and_a_program_that_ends(vectors: dict[str, dict[str, Any]]) -> None:
    stops = {
        outcome["stops_at"]
        for one in vectors.values()
        for outcomes in one["expected"].values()
        for outcome in outcomes
    }
    assert stops == {"handler", "program_end", "shutdown"}


def test_the_same_bytes_again(exported: Path, tmp_path: Path) -> None:
    target = tmp_path / "again"
    subprocess.run(
        [ROOT / "runner.py", "export", "--vectors", str(target), "int_n/*"], check=True, capture_output=True
    )
    for path in target.rglob(f"*{folder.SUFFIX}"):
        assert path.read_bytes() == (exported / path.relative_to(target)).read_bytes()


@pytest.mark.skipif(find_spec("unicorn") is None, reason="python3-unicorn isn't installed")
def test_the_reader_replays(exported: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts/vectors_unicorn.py"), str(exported)]
    done = subprocess.run([*command, "page_fault/read_only_user"], capture_output=True, text=True, check=True)
    assert "PASS  page_fault/read_only_user_mov\n" in done.stdout
    assert "SKIP  page_fault/read_only_user_bt" in done.stdout  # compatibility mode
    assert done.stdout.endswith(" 0 CRASH\n")
