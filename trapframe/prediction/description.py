"""What a ROM says in place of a run: the machine as the program under test finds it (docs/record.md)."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from functools import lru_cache
from dataclasses import dataclass
from mmap import mmap

from trapframe.frames import record
from trapframe.model import Record

DESCRIBE = 1 << 31  # in the variant
LAST_SHIFT = 16  # above: the last row that is described, one after the other; 0: no other
ARMED = b"\narmed\n"
PAGE, WORD = 0x1000, 8
LOWEST = 16  # vector that the APIC delivers


class DescriptionError(ValueError):
    """What the guest sent isn't a description."""


@dataclass(frozen=True)
class Recorded:
    """Memory that the record tells at the end of the run: an entry of a table of pages, or bytes."""

    name: str
    address: int  # linear, as the harness reads it
    size: int
    is_entry: bool


@dataclass(frozen=True)
class Description:
    """A case's set-up."""

    head: Record  # all lines before the run
    registers: Mapping[str, int]
    harness: Mapping[str, int]  # addresses of what the harness has
    actions: Mapping[str, int]  # the table of what captures do next, functions of case.h, how many frames
    memory: mmap  # physical, from 0 on; nobody writes to it
    priority: int = 0  # the APIC's
    interrupts: tuple[int, ...] = ()  # that wait there
    nmi: bool = False  # that waits
    recorded: tuple[Recorded | tuple[str, int], ...] = ()  # memory, and values that were noted, by name
    reads_more: bool = False  # code of the case's own, at the end


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
    actions: dict[str, int] = {}
    apic: dict[str, int] = {}
    recorded: list[Recorded | tuple[str, int]] = []
    copies: list[list[int]] = []
    written: list[tuple[int, array[int]]] = []
    reads_more = False
    runs: list[tuple[int, ...]] = []  # address, count, stride, value, step
    blocks = {"machine": registers, "harness": harness, "apic": apic, "actions": actions}
    for line in lines[:-2]:
        keyword, *words = line.split(" ")
        if keyword == "run":
            runs.append(tuple(int(word, 16) for word in words))
        elif keyword == "words":
            address, *values = (int(word, 16) for word in words)
            written.append((address, array("Q", values)))
        elif keyword == "copied":
            copies.append([int(word, 16) for word in words])
        elif keyword in blocks:
            found = blocks[keyword]
            found |= {name: int(value, 16) for name, _, value in (word.partition("=") for word in words)}
        elif keyword == "recorded" and words[0] == "value":
            recorded.append((words[1], int(words[2], 16)))
        elif keyword == "recorded" and words[1:]:
            recorded.append(
                Recorded(words[1], int(words[2], 16), int(words[3], 16), is_entry=words[0] == "entry")
            )
        elif keyword == "recorded":
            reads_more = True
        else:
            raise DescriptionError(f"it has a line {line[:40]!r}")
    head = record.parse(sent[: at + len(ARMED)])
    waiting = tuple(
        vector for vector in range(LOWEST, 256) if apic.get(f"irr{vector // 32}", 0) >> vector % 32 & 1
    )
    memory = _memory(copies, written, runs, rom)
    return Description(
        head,
        registers,
        harness,
        actions,
        memory,
        apic.get("tpr", 0),
        waiting,
        bool(apic.get("nmi")),
        tuple(recorded),
        reads_more,
    )


def _memory(
    copies: list[list[int]], written: list[tuple[int, array[int]]], runs: list[tuple[int, ...]], rom: bytes
) -> mmap:
    """What the harness copied from the ROM, and the words of the lines, which are aligned."""
    ends = [address + WORD * len(words) for address, words in written]
    end = max(ends + [address + count * stride for address, count, stride, _, _ in runs])
    memory = mmap(-1, -(-end // PAGE) * PAGE)  # megabytes, of which most pages stay untouched
    for address, size, offset in copies:
        size = -(-size // WORD) * WORD
        memory[address : address + size] = rom[offset : offset + size]
    with memoryview(memory).cast("Q") as words:
        for address, found in written:
            words[address // WORD : address // WORD + len(found)] = memoryview(found)
        for address, count, stride, value, step in runs:
            first, apart = address // WORD, stride // WORD
            words[first : first + count * apart : apart] = memoryview(_counted(count, value, step))
    return memory


@lru_cache(1024)
def _counted(count: int, value: int, step: int) -> array[int]:
    return array("Q", [value + step * number & 2**64 - 1 for number in range(count)])
