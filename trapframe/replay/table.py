"""The table of tests in a ROM, and the record that comes back: docs/replay.md."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trapframe.engines.engine import RECORD_LIMIT
from trapframe.engines.job import ROM_SIZE
from trapframe.replay.instruction import decode
from trapframe.replay.moo import Test
from trapframe.replay.sample import beyond, fetched_behind, frame_addresses, is_usable, needed

TABLE = 0x2400  # harness/replay/replay.ld
TABLE_END = 0xFE00
INT3 = 0xCC
BLOCKS = (
    0x20000,
    0x48000,
    0x70000,
)  # where the harness can be below 1 MiB, of which one is free in each test
BLOCK_SIZE = 0x2000
RESERVE = 64  # bytes around it
RUN = 255  # bytes of memory in one, at most
REGISTERS = ("ax", "cx", "dx", "bx", "bp", "si", "di", "sp", "ss", "ds", "es", "flags", "ip", "cs")
SETTABLE = 0x0EFF  # of FLAGS: bits 12 to 15 are 0 on a 286 in real mode; no TF
FIXED = 0x0002
RECORD = RECORD_LIMIT * 3 // 4
LINE = 64  # bytes of a record for a test that agrees, about
BYTE = 10  # and for each byte that it changes
NEAR = ("C2", "C3", "FF.2", "FF.4")
TARGETS = (0x33, 0xEE, 0x01)  # each byte of CS and IP
HEAD = "trapframe replay 1"
HEX = "[0-9a-f]{1,8}"
RESULT = re.compile(
    rf"(?P<number>{HEX}) (?P<vector>{HEX}) (?P<sp>{HEX}) (?P<ip>{HEX}) (?P<cs>{HEX})"
    rf" (?P<pushed>{HEX}) (?P<flags>{HEX})"
    rf"(?P<rest>(?: (?:{'|'.join(REGISTERS)}|{HEX})={HEX})*)"
)


class ReplayError(Exception):
    """A record that can't be read."""


@dataclass(frozen=True)
class Result:
    """What became of one test: the frame, and what has changed."""

    vector: int
    sp: int  # of the handler, which is that of the frame
    ip: int  # the three words of the frame
    cs: int
    pushed: int
    flags: int  # of the handler
    registers: Mapping[str, int]  # that aren't as before
    memory: Mapping[int, int]  # bytes that aren't as before, the frame excepted


def flags_before(test: Test) -> int:
    """As they are set: what a 286 has in real mode."""
    return test.before["flags"] & SETTABLE | FIXED


def memory_before(test: Test) -> dict[int, int]:
    """All bytes that are looked at afterwards. What the test only writes is something else before.

    In place of the HLT and behind it is INT3, so a processor that doesn't raise the exception goes no further.
    """
    start = 16 * test.before["cs"] + test.before["ip"]
    end = start + len(test.code) - 1
    behind = range(end, fetched_behind(test).stop)
    frame = set(frame_addresses(test))
    memory = {address: byte ^ 0xFF for address, byte in test.written.items() if address not in frame}
    memory |= away(test)
    memory |= {address: INT3 for address in behind if is_usable(address)}
    memory |= needed(test)
    memory |= {start + i: byte for i, byte in enumerate(test.code[:-1])}
    return memory | {end: INT3}


def away(test: Test) -> dict[int, int]:
    """Where a transfer reads its target that a limit forbids: one that leads to memory full of INT3."""
    near = decode(test.code[:-1]).form in NEAR
    base = 16 * test.before["cs"]
    targets = (byte for byte in TARGETS if is_usable((base if near else 0x1010 * byte) + 0x101 * byte))
    target = next(targets, TARGETS[0])
    return {address: target for address in beyond(test) if is_usable(address)}


def block_for(test: Test) -> int | None:
    """Where the harness is out of its way."""
    touched = {*memory_before(test), *test.written}
    for base in BLOCKS:
        place = range(base - RESERVE, base + BLOCK_SIZE + RESERVE)
        if not any(address in place for address in touched):
            return base
    return None


def entry(test: Test) -> bytes:
    """The test as the table has it."""
    memory = memory_before(test)
    runs = b"".join(_runs(memory))
    count = sum(1 for _ in _runs(memory))
    registers = {**test.before, "flags": flags_before(test)}
    block = block_for(test)
    if block is None:
        raise ValueError(f"{test.label}: no room for the harness")
    values = [registers[name] for name in REGISTERS]
    size = struct.calcsize("<3H14H") + len(runs)
    return struct.pack("<3H14H", size, block >> 4, count, *values) + runs


def _runs(memory: Mapping[int, int]) -> Iterator[bytes]:
    """Adjacent bytes together."""
    addresses = sorted(memory)
    while addresses:
        first = addresses[0]
        length = next(
            (i for i, address in enumerate(addresses) if address != first + i or i == RUN), len(addresses)
        )
        yield struct.pack("<I", first | length << 24) + bytes(memory[first + i] for i in range(length))
        addresses = addresses[length:]


def images(base: bytes, tests: Sequence[Test]) -> Iterator[tuple[bytes, Sequence[Test]]]:
    """ROMs with as many of the tests as each can have, in their order."""
    entries: list[bytes] = []
    begin, size, record = 0, 2, 0
    for number, test in enumerate(tests):
        one = entry(test)
        line = LINE + BYTE * len(test.written)
        if entries and (size + len(one) > TABLE_END - TABLE or record + line > RECORD):
            yield image(base, entries), tests[begin:number]
            entries, begin, size, record = [], number, 2, 0
        entries.append(one)
        size += len(one)
        record += line
    if entries:
        yield image(base, entries), tests[begin:]


def image(base: bytes, entries: Sequence[bytes]) -> bytes:
    table = struct.pack("<H", len(entries)) + b"".join(entries)
    if len(base) != ROM_SIZE or len(table) > TABLE_END - TABLE:
        raise ValueError(f"a table of {len(table)} bytes, in a ROM of {len(base)}")
    return base[:TABLE] + table + base[TABLE + len(table) :]


def parse(serial: bytes) -> tuple[dict[int, Result], bool]:
    """What it says of each test, and whether it is whole. A line that broke off says nothing."""
    head, *lines = serial.decode("latin-1").split("\n")
    if head != HEAD:
        raise ReplayError(f"expected {HEAD!r}, got {head[:80]!r}")
    results: dict[int, Result] = {}
    behind = len(head) + 1  # all lines so far
    for line in lines[:-1]:
        if line.startswith("end exit "):
            total = sum(serial[:behind]) & 0xFFFF
            if line != f"end exit {total:x}" or lines[-1]:
                raise ReplayError(f"the sum of the record is {total:x}: {line[:80]!r}")
            return results, True
        found = RESULT.fullmatch(line)
        if not found:
            raise ReplayError(f"expected a test's line, got {line[:80]!r}")
        results[int(found["number"], 16)] = _result(found)
        behind += len(line) + 1
    return results, False


def _result(found: re.Match[str]) -> Result:
    pairs = [word.split("=") for word in found["rest"].split()]
    values = {name: int(found[name], 16) for name in ("vector", "sp", "ip", "cs", "pushed", "flags")}
    return Result(
        **values,
        registers={name: int(value, 16) for name, value in pairs if name in REGISTERS},
        memory={int(name, 16): int(value, 16) for name, value in pairs if name not in REGISTERS},
    )
