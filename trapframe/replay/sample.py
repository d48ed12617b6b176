"""Which tests are replayed: those that can be had in a PC's memory, spread over opcodes and vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trapframe.replay.instruction import PORTS, decode
from trapframe.replay.moo import Folder, Test, read

LOW_END = 0xA0000  # of memory below a PC's devices and ROMs
HIGH = range(0x100000, 0x10FFF0)
IVT_END = 0x400
HANDLER = 8  # bytes that the processor fetched of it, at most, and one before
FETCHED = 8  # and behind the instruction
FRAME = 6
HLT = 0xF4
FIRST_PORT = 0x1000  # below, and at Bochs's port for its end, a PC has devices
END_PORTS = (0x8900, 0x8901)
TRANSFERS = ("C2", "C3", "CA", "CB", "FF.2", "FF.3", "FF.4", "FF.5")
FAR = 4  # bytes of a target
ENDLESS = {0x9A, 0xEA}  # far transfers; of one that doesn't fault nobody knows where it leads
LONGEST = 10  # bytes of an instruction on a 286
EXCEPTIONS = 32  # vectors above are those of INT n


@dataclass(frozen=True)
class Sample:
    """What is to be replayed, and how many tests are not, by the reason."""

    tests: tuple[Test, ...]
    whole: int  # tests with an exception in the folder
    skipped: Mapping[str, int] = field(default_factory=dict)


def take(folder: Folder, least: int) -> Sample:
    """At least so many, if there are; as many of each opcode and vector as can be, the least hash first."""
    groups: dict[tuple[str, int], list[Test]] = {}
    skipped: Counter[str] = Counter()
    whole = 0
    for test in _all(folder):
        whole += 1
        reason = "revoked by the set's author" if test.digest in folder.revoked else why_not(test)
        if reason:
            skipped[reason] += 1
        else:
            groups.setdefault((test.file, min(test.vector, EXCEPTIONS)), []).append(test)
    for group in groups.values():
        group.sort(key=lambda test: test.digest)
    return Sample(tuple(_spread(groups, least)), whole, dict(sorted(skipped.items())))


def _all(folder: Folder) -> Iterator[Test]:
    for path in folder.files:
        yield from read(path)


def _spread(groups: Mapping[tuple[str, int], list[Test]], least: int) -> Iterator[Test]:
    """Of each group the same number, which is the least that makes enough."""
    each, most = 0, max(map(len, groups.values()), default=0)
    while each < most and sum(min(each, len(group)) for group in groups.values()) < least:
        each += 1
    for _, group in sorted(groups.items()):
        yield from group[:each]


def why_not(test: Test) -> str:
    """Why it can't be replayed; nothing where it can."""
    if test.code[-1:] != bytes([HLT]):
        return "no HLT behind the instruction"
    instruction = decode(test.code[:-1])
    frame = frame_addresses(test)
    written = set(test.written)
    if any(address not in written for address in frame):
        return "its record lacks bytes of the frame"
    if not all(is_usable(address) for address in (*needed(test), *frame, *written)):
        return "it needs memory where a PC has devices or ROM (A0000 to FFFFF)"
    if (written - set(frame)) & _entry(test):
        return "it overwrites its vector's entry"
    if not all(map(is_usable, beyond(test))):
        return "a transfer whose target can't be set, for an engine that reads it in spite of the limit"
    port = test.before["dx"]
    if instruction.opcode in PORTS and (port < FIRST_PORT or port in END_PORTS):
        return "it reads or writes a port where a PC has devices (below 1000, 8900)"
    if instruction.opcode in ENDLESS and len(instruction.code) > LONGEST:
        return "a far transfer that only a 286 refuses, for its length"
    return ""


def is_usable(address: int) -> bool:
    return address < LOW_END or address in HIGH


def frame_addresses(test: Test) -> list[int]:
    """Of IP, CS and FLAGS, byte by byte."""
    ss, sp = test.after["ss"], test.after["sp"]
    return [16 * ss + ((sp + i) & 0xFFFF) for i in range(FRAME)]


def needed(test: Test) -> dict[int, int]:
    """Memory that has to be there before it: without the entry of its vector and the handler, which are ours.

    What the processor only fetched behind the instruction isn't needed either.
    """
    code, fetched = _code(test), fetched_behind(test)
    handler = 16 * test.after["cs"] + test.after["ip"] - 1
    ours = _entry(test) | set(range(handler - 1, handler + HANDLER)) - code
    return {
        address: byte
        for address, byte in test.memory.items()
        if address not in ours and address not in fetched
    }


def beyond(test: Test) -> list[int]:
    """Where a transfer reads its target that a limit forbids, also if the offset wraps."""
    instruction = decode(test.code[:-1])
    segment = instruction.overrun(test.before) if instruction.form in TRANSFERS else ""
    offsets = (*range(0xFFFF, 0xFFFF + FAR), *range(FAR)) if segment else ()
    return [16 * test.before[segment] + offset for offset in offsets]


def _code(test: Test) -> set[int]:
    """Where the instruction is, and the HLT behind it. It doesn't wrap: IP is at most FFF8."""
    start = 16 * test.before["cs"] + test.before["ip"]
    return set(range(start, start + len(test.code)))


def fetched_behind(test: Test) -> range:
    """What lies behind the HLT, as far as the processor had fetched it."""
    end = 16 * test.before["cs"] + test.before["ip"] + len(test.code)
    return range(end, end + FETCHED)


def _entry(test: Test) -> set[int]:
    return set(range(4 * test.vector, 4 * test.vector + 4))
