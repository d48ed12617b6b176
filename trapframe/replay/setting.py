"""How a test is set up in a PC's memory, with the harness out of its way."""

from __future__ import annotations

from trapframe.replay.instruction import decode
from trapframe.replay.moo import Test

LOW_END = 0xA0000  # of memory below a PC's devices and ROMs
HIGH = range(0x100000, 0x10FFF0)
HANDLER = 8  # bytes of it that the processor had fetched, at most, besides one before
FETCHED = 8  # and behind the instruction
FRAME = 6
GENERAL_PROTECTION = 13
INT3 = 0xCC
SETTABLE = 0x0EFF  # of FLAGS: bits 12 to 15 are 0 on a 286 in real mode; no TF
FIXED = 0x0002
BLOCKS = (0x20000, 0x48000, 0x70000)  # where the harness can be below 1 MiB
BLOCK_SIZE = 0x2000
RESERVE = 64  # bytes around it
TRANSFERS = ("C2", "C3", "CA", "CB", "FF.2", "FF.3", "FF.4", "FF.5")  # that read their target
NEAR = ("C2", "C3", "FF.2", "FF.4")
TARGETS = (0x33, 0xEE, 0x01)  # each byte of CS and IP
FAR = 4  # bytes of a target


def is_usable(address: int) -> bool:
    return address < LOW_END or address in HIGH


def flags_before(test: Test) -> int:
    """As they are set: what a 286 has in real mode."""
    return test.before["flags"] & SETTABLE | FIXED


def frame_addresses(test: Test) -> list[int]:
    """Of IP, CS and FLAGS, byte by byte."""
    ss, sp = test.after["ss"], test.after["sp"]
    return [16 * ss + ((sp + i) & 0xFFFF) for i in range(FRAME)]


def memory_before(test: Test) -> dict[int, int]:
    """All bytes that are looked at afterwards. What the test only writes is something else before.

    In place of the HLT and behind it is INT3: a processor that doesn't raise the exception goes no further.
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


def needed(test: Test) -> dict[int, int]:
    """Memory that has to be there before it: without the entry of its vector and the handler, which are ours.

    What the processor only fetched behind the instruction isn't needed either.
    """
    code, fetched = _code(test), fetched_behind(test)
    handler = 16 * test.after["cs"] + test.after["ip"] - 1
    ours = vector_entry(test) | set(range(handler - 1, handler + HANDLER)) - code
    return {
        address: byte
        for address, byte in test.memory.items()
        if address not in ours and address not in fetched
    }


def away(test: Test) -> dict[int, int]:
    """Where a transfer reads its target that a limit forbids: one that leads to memory full of INT3."""
    near = decode(test.code[:-1]).form in NEAR
    base = 16 * test.before["cs"]
    targets = (byte for byte in TARGETS if is_usable((base if near else 0x1010 * byte) + 0x101 * byte))
    target = next(targets, TARGETS[0])
    return {address: target for address in beyond(test) if is_usable(address)}


def beyond(test: Test) -> list[int]:
    """Where a transfer reads its target that a limit forbids, also if the offset wraps."""
    instruction = decode(test.code[:-1])
    overruns = test.vector == GENERAL_PROTECTION and instruction.form in TRANSFERS
    segment = instruction.overrun(test.before) if overruns else ""
    offsets = (*range(0xFFFF, 0xFFFF + FAR), *range(FAR)) if segment else ()
    return [16 * test.before[segment] + offset for offset in offsets]


def block_for(test: Test) -> int | None:
    """Where the harness is out of its way."""
    touched = {*memory_before(test), *test.written}
    for base in BLOCKS:
        place = range(base - RESERVE, base + BLOCK_SIZE + RESERVE)
        if not any(address in place for address in touched):
            return base
    return None


def fetched_behind(test: Test) -> range:
    """What lies behind the HLT, as far as the processor had fetched it."""
    end = 16 * test.before["cs"] + test.before["ip"] + len(test.code)
    return range(end, end + FETCHED)


def _code(test: Test) -> set[int]:
    """Where the instruction is, and the HLT behind it. It doesn't wrap: IP is at most FFF8."""
    start = 16 * test.before["cs"] + test.before["ip"]
    return set(range(start, start + len(test.code)))


def vector_entry(test: Test) -> set[int]:
    """Of the interrupt table."""
    return set(range(4 * test.vector, 4 * test.vector + 4))
