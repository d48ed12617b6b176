"""What a ROM says in place of a run: the machine as the program under test finds it (docs/record.md)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from trapframe.frames import record
from trapframe.model import Record

DESCRIBE = 1 << 31  # in the variant
ARMED = b"\narmed\n"
PAGE, WORD = 0x1000, 8
LOWEST = 16  # vector that the APIC delivers


class DescriptionError(ValueError):
    """What the guest sent isn't a description."""


@dataclass(frozen=True)
class Description:
    """A case's set-up."""

    head: Record  # all lines before the run
    registers: Mapping[str, int]
    harness: Mapping[str, int]  # addresses of what the harness has
    actions: Mapping[int, str]  # by vector: what its capture does next
    programs: Mapping[int, int]  # by vector: the entry of what the handler runs
    memory: bytes  # physical, from 0 on
    priority: int = 0  # the APIC's
    interrupts: tuple[int, ...] = ()  # that wait there
    nmi: bool = False  # that waits


def parse(sent: bytes, rom: bytes) -> Description:
    """`rom`: the one that sent it."""
    at = sent.find(ARMED)
    if at < 0:
        raise DescriptionError("it has no line 'armed'")
    lines = sent[at + len(ARMED) :].decode("ascii").split("\n")
    total = sum(sent[: sent.rfind(b"\nend ") + 1]) & 0xFFFF
    if lines[-2:] != [f"end exit {total:x}", ""]:
        raise DescriptionError("it isn't complete")
    registers: dict[str, int] = {}
    harness: dict[str, int] = {}
    actions: dict[int, str] = {}
    programs: dict[int, int] = {}
    apic: dict[str, int] = {}
    copies: list[list[int]] = []
    runs: list[tuple[int, ...]] = []  # address, count, stride, value, step
    for line in lines[:-2]:
        keyword, *words = line.split(" ")
        if keyword == "run":
            runs.append(tuple(int(word, 16) for word in words))
        elif keyword == "words":
            address, *values = (int(word, 16) for word in words)
            runs += [(address + WORD * number, 1, WORD, value, 0) for number, value in enumerate(values)]
        elif keyword == "copied":
            copies.append([int(word, 16) for word in words])
        elif keyword in ("machine", "harness", "apic"):
            found = {"machine": registers, "harness": harness, "apic": apic}[keyword]
            found |= {name: int(value, 16) for name, _, value in (word.partition("=") for word in words)}
        elif keyword == "action":
            actions[int(words[0], 16)] = words[1]
            if words[2:]:
                programs[int(words[0], 16)] = int(words[2], 16)
        else:
            raise DescriptionError(f"it has a line {line[:40]!r}")
    head = record.parse(sent[: at + len(ARMED)])
    waiting = tuple(
        vector for vector in range(LOWEST, 256) if apic.get(f"irr{vector // 32}", 0) >> vector % 32 & 1
    )
    memory = _memory(copies, runs, rom)
    return Description(
        head,
        registers,
        harness,
        actions,
        programs,
        memory,
        apic.get("tpr", 0),
        waiting,
        bool(apic.get("nmi")),
    )


def _memory(copies: list[list[int]], runs: list[tuple[int, ...]], rom: bytes) -> bytes:
    """What the harness copied from the ROM, and the words of the lines."""
    end = max(address + count * stride for address, count, stride, _, _ in runs)
    memory = bytearray(-(-end // PAGE) * PAGE)
    for address, size, offset in copies:
        size = -(-size // WORD) * WORD
        memory[address : address + size] = rom[offset : offset + size]
    for address, count, stride, value, step in runs:
        for at in range(address, address + count * stride, stride):
            struct.pack_into("<Q", memory, at, value)
            value = value + step & 2**64 - 1
    return bytes(memory)
