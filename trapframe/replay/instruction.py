"""As much of an instruction of 16-bit code as decides what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SEGMENTS = {0x26: "es", 0x2E: "cs", 0x36: "ss", 0x3E: "ds"}
LOCK, REPNE, REPE = 0xF0, 0xF2, 0xF3
PREFIXES = {*SEGMENTS, LOCK, REPNE, REPE}
SOURCES = {0x6E, 0x6F, 0xA4, 0xA5, 0xA6, 0xA7, 0xAC, 0xAD}  # read DS:SI, where no prefix says otherwise
DESTINATIONS = {0x6C, 0x6D, 0xA4, 0xA5, 0xA6, 0xA7, 0xAA, 0xAB, 0xAE, 0xAF}  # ES:DI
STRINGS = SOURCES | DESTINATIONS
COMPARES = {0xA6, 0xA7, 0xAE, 0xAF}
PORTS = {*range(0x6C, 0x70), *range(0xEC, 0xF0)}  # whose port is DX
PUSHA = 0x60
# With a ModR/M byte, besides every opcode below 0x40 whose bit 2 is 0.
MODRM = {0x62, 0x69, 0x6B, *range(0x80, 0x90), 0xC0, 0xC1, *range(0xC4, 0xC8), *range(0xD0, 0xD4)}
MODRM |= {*range(0xD8, 0xE0), 0xF6, 0xF7, 0xFE, 0xFF}
GROUPS = {*range(0x80, 0x84), 0xC0, 0xC1, *range(0xD0, 0xD4), 0xF6, 0xF7, 0xFE, 0xFF}
BASES = (("bx", "si"), ("bx", "di"), ("bp", "si"), ("bp", "di"), ("si",), ("di",), ("bp",), ("bx",))
DIRECT = (0, 6)  # mod and rm: an address without a register
DOUBLE = {0x62, 0xC4, 0xC5, 0xD8}  # whose operand in memory has four bytes; FF /3 and /5 too
LIMIT = 0x10000


@dataclass(frozen=True)
class Instruction:
    """Its prefixes, opcode and ModR/M byte."""

    code: bytes  # all of it
    prefixes: frozenset[int]
    override: str  # what the last segment prefix says
    opcode: int
    modrm: int | None
    offset: int  # of the ModR/M byte's place in `code`

    @property
    def reg(self) -> int | None:
        return None if self.modrm is None else self.modrm >> 3 & 7

    @property
    def has_memory(self) -> bool:
        """Its ModR/M byte names an operand in memory."""
        return self.modrm is not None and self.modrm < 0xC0

    @property
    def form(self) -> str:
        """As metadata.json names it."""
        return f"{self.opcode:02X}" + (f".{self.reg}" if self.opcode in GROUPS else "")

    @property
    def is_string(self) -> bool:
        return self.opcode in STRINGS

    @property
    def is_repeated(self) -> bool:
        return self.is_string and bool(self.prefixes & {REPNE, REPE})

    def overrun(self, registers: Mapping[str, int]) -> str:
        """The segment in which one of its words lies across the end; nothing if that can't be why it faults.

        `registers` are those with which the instruction, or the iteration of a repeated one, begins.
        """
        if self.is_string:
            if self.opcode in SOURCES and registers["si"] == LIMIT - 1:
                return self.override or "ds"
            return "es"
        if self.has_memory and self._address(registers) + self._size > LIMIT:
            return self._segment
        return "" if self.opcode == PUSHA else "ss"

    def operand(self, registers: Mapping[str, int]) -> list[int]:
        """The linear addresses of what its ModR/M byte names."""
        if not self.has_memory:
            return []
        start = 16 * registers[self._segment] + self._address(registers)
        return list(range(start, start + self._size))

    @property
    def _size(self) -> int:
        return 4 if self.opcode in DOUBLE or self.form in ("FF.3", "FF.5") else 2

    @property
    def _segment(self) -> str:
        mod, rm = (self.modrm or 0) >> 6, (self.modrm or 0) & 7
        by_bp = "bp" in BASES[rm] and (mod, rm) != DIRECT
        return self.override or ("ss" if by_bp else "ds")

    def _address(self, registers: Mapping[str, int]) -> int:
        """The offset of the operand in memory."""
        mod, rm = (self.modrm or 0) >> 6, (self.modrm or 0) & 7
        size = 2 if mod == 2 or (mod, rm) == DIRECT else mod & 1
        displacement = int.from_bytes(
            self.code[self.offset + 1 : self.offset + 1 + size], "little", signed=True
        )
        bases = () if (mod, rm) == DIRECT else BASES[rm]
        return (sum(registers[name] for name in bases) + displacement) % LIMIT


def decode(code: bytes) -> Instruction:
    """`code` is the instruction and nothing else."""
    at = 0
    while code[at] in PREFIXES:
        at += 1
    opcode = code[at]
    has_modrm = opcode in MODRM or (opcode < 0x40 and not opcode & 4)
    overrides = [SEGMENTS[byte] for byte in code[:at] if byte in SEGMENTS]
    return Instruction(
        code,
        frozenset(code[:at]),
        overrides[-1] if overrides else "",
        opcode,
        code[at + 1] if has_modrm else None,
        at + 1,
    )
