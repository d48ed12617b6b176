"""Which tests are replayed: those that can be had in a PC's memory, spread over opcodes and vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from trapframe.replay.instruction import PORTS, decode
from trapframe.replay.moo import Folder, Test, read
from trapframe.replay.setting import beyond, block_for, frame_addresses, is_usable, needed, vector_entry

HLT = 0xF4
FIRST_PORT = 0x1000  # below, and at Bochs's port for its end, a PC has devices
END_PORTS = (0x8900, 0x8901)
ENDLESS = {0x9A, 0xEA}  # far transfers; of one that doesn't fault nobody knows where it leads
LONGEST = 10  # bytes of an instruction on a 286
LIMIT = 0x10000
INT = 0xCD
INT_N = -1  # in place of its vectors


@dataclass(frozen=True)
class Sample:
    """What is to be replayed, and how many tests are not, by the reason."""

    tests: tuple[Test, ...]
    whole: int  # tests with an exception in the folder
    skipped: Mapping[str, int] = field(default_factory=dict)


def take(folder: Folder, least: int) -> Sample:
    """At least so many, if there are: of each vector as many as of another, and within it of each opcode."""
    kinds: dict[int, dict[str, list[Test]]] = {}
    skipped: Counter[str] = Counter()
    whole = 0
    for test in _all(folder):
        whole += 1
        reason = "revoked by the set's author" if test.digest in folder.revoked else why_not(test)
        if reason:
            skipped[reason] += 1
        else:
            kind = kinds.setdefault(INT_N if is_int_n(test) else test.vector, {})
            kind.setdefault(test.file, []).append(test)
    tests = _equally([_in_turn(kind) for _, kind in sorted(kinds.items())], least)
    return Sample(tuple(tests), whole, dict(sorted(skipped.items())))


def _all(folder: Folder) -> Iterator[Test]:
    for path in folder.files:
        yield from read(path)


def _in_turn(files: Mapping[str, list[Test]]) -> list[Test]:
    """One of each file, then the next one of each; those of a file by their hashes, which is any order."""
    ordered = [sorted(tests, key=lambda test: test.digest) for _, tests in sorted(files.items())]
    return [test for some in zip_longest(*ordered) for test in some if test]


def _equally(kinds: Sequence[Sequence[Test]], least: int) -> Iterator[Test]:
    """The same number of each kind, which is the least that makes enough."""
    each, most = 0, max(map(len, kinds), default=0)
    while each < most and sum(min(each, len(tests)) for tests in kinds) < least:
        each += 1
    for tests in kinds:
        yield from tests[:each]


def is_int_n(test: Test) -> bool:
    return decode(test.code[:-1]).opcode == INT


def why_not(test: Test) -> str:
    """Why it can't be replayed; nothing where it can."""
    if test.code[-1:] != bytes([HLT]):
        return "no HLT behind the instruction"
    instruction = decode(test.code[:-1])
    if test.before["ip"] + len(test.code) > LIMIT:
        return "its code lies across the end of its segment"
    frame = frame_addresses(test)
    written = set(test.written)
    if any(address not in written for address in frame):
        return "its record lacks bytes of the frame"
    if not all(is_usable(address) for address in (*needed(test), *frame, *written)):
        return "it needs memory where a PC has devices or ROM (A0000 to FFFFF)"
    if (written - set(frame) | set(instruction.operand(test.before))) & vector_entry(test):
        return "its operand is its vector's entry"
    if block_for(test) is None:
        return "it leaves the harness no room"
    if not all(map(is_usable, beyond(test))):
        return "a transfer whose target can't be set, for an engine that reads it in spite of the limit"
    port = test.before["dx"]
    if instruction.opcode in PORTS and (port < FIRST_PORT or port in END_PORTS):
        return "it reads or writes a port where a PC has devices (below 1000, 8900)"
    if instruction.opcode in ENDLESS and len(instruction.code) > LONGEST:
        return "a far transfer that only a 286 refuses, for its length"
    return ""
