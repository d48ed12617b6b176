"""The table of tests in a ROM, and the record that comes back: docs/replay.md."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trapframe.engines.engine import RECORD_LIMIT
from trapframe.engines.job import ROM_SIZE
from trapframe.replay.moo import Test
from trapframe.replay.setting import block_for, flags_before, memory_before

TABLE = 0x2400  # harness/replay/replay.ld
TABLE_END = 0xFE00
RUN = 255  # bytes of memory in one, at most
REGISTERS = ("ax", "cx", "dx", "bx", "bp", "si", "di", "sp", "ss", "ds", "es", "flags", "ip", "cs")
ENTRY = struct.Struct("<3H14H")
RECORD = RECORD_LIMIT * 3 // 4
LINE = 64  # bytes of a record for a test that agrees, about
BYTE = 10  # and for each byte that it changes
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


def entry(test: Test) -> bytes:
    """The test as the table has it."""
    runs = list(_runs(memory_before(test)))
    registers = {**test.before, "flags": flags_before(test)}
    block = block_for(test)
    if block is None:
        raise ValueError(f"{test.label}: no room for the harness")
    size = ENTRY.size + sum(map(len, runs))
    fixed = ENTRY.pack(size, block >> 4, len(runs), *(registers[name] for name in REGISTERS))
    return fixed + b"".join(runs)


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
