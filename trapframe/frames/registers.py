"""The registers of a record, in its order, and what the guest fills them with at the start."""

from __future__ import annotations

from functools import lru_cache

GPRS = ("rax", "rcx", "rdx", "rbx", "rbp", "rsi", "rdi", *(f"r{n}" for n in range(8, 16)))
SEGMENTS = ("ds", "es", "fs", "gs", "fs_base", "gs_base")
CONTROL = ("cr2", "dr6", "dr7")
START = ("rip", "cs", "rflags", "rsp", "ss", *SEGMENTS, *CONTROL)
HOSTED_START = tuple(name for name in START if name not in CONTROL)  # what a program can see
HANDLER = ("rflags", "cs", "ss", *SEGMENTS)
FINAL = ("rflags", "rsp", *SEGMENTS)
SSE = ("mxcsr", *(f"xmm{n}.{half}" for n in range(16) for half in ("low", "high")))


@lru_cache(maxsize=8)  # the guest says it
def patterns(env: str) -> dict[str, int]:
    """Of all general registers; not to be changed."""
    return {name: pattern(name, env) for name in GPRS}


def pattern(register: str, env: str) -> int:
    """The value that a general register starts with."""
    number = GPRS.index(register)
    byte = 0xB0 + number + (number >= 4)  # RSP is number 4
    wide = env != "compat32" or number >= 7
    return int.from_bytes(bytes([byte]) * (8 if wide else 4), "little")
