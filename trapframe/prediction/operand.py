"""One instruction's bytes: prefixes, opcode, operands (SDM 2A, chapter "Instruction Format")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST = 15
REX_W, REX_R, REX_X, REX_B = 8, 4, 2, 1
OVERRIDES = {0x26: "es", 0x2E: "cs", 0x36: "ss", 0x3E: "ds", 0x64: "fs", 0x65: "gs"}
LOCK = 0xF0
BP_AND_SP = (4, 5)
FORMS_16 = (
    (3, 6),
    (3, 7),
    (5, 6),
    (5, 7),
    (6,),
    (7,),
    (5,),
    (3,),
)  # BX+SI, BX+DI, BP+SI, BP+DI, SI, DI, BP, BX


class TooLong(Exception):
    """More than 15 bytes."""


@dataclass
class Instruction:
    """What is decoded so far; `take` fetches on."""

    bits: int  # of the code segment
    byte: Callable[[int], int]  # at this distance from the instruction's start
    length: int = 0
    prefixes: list[int] = field(default_factory=list)
    rex: int = 0
    vex: int = 0  # bytes of a vector, behind a VEX prefix
    immediate: int = 0
    source: int = 0  # the register that VEX adds
    opcode: int = 0  # with 0x0f and the second byte, and what 0x0f38 and 0x0f3a begin
    mod: int = 0
    reg: int = 0
    rm: int = 0
    segment: str = "ds"
    address: int = 0  # offset in the segment

    def take(self, size: int = 1) -> int:
        """The next bytes."""
        value = 0
        for number in range(size):
            if self.length == LONGEST:
                raise TooLong
            value |= self.byte(self.length) << 8 * number
            self.length += 1
        return value

    def signed(self, size: int) -> int:
        value = self.take(size)
        return value - (1 << 8 * size) if value >> 8 * size - 1 else value

    def has(self, prefix: int) -> bool:
        return prefix in self.prefixes

    @property
    def operand_size(self) -> int:
        if self.bits == 64 and self.rex & REX_W:
            return 64
        wide = self.bits != 16
        return 32 if wide != self.has(0x66) else 16

    @property
    def size_by_w(self) -> int:
        """Bytes of an integer whose size W alone decides, a REX's or a VEX's: 4 outside 64-bit mode."""
        return 8 if self.bits == 64 and self.rex & REX_W else 4

    @property
    def address_size(self) -> int:
        if self.bits == 64:
            return 32 if self.has(0x67) else 64
        return 32 if (self.bits == 32) != self.has(0x67) else 16

    @property
    def stack_size(self) -> int:
        """Operand size of PUSH, POP and near branches: 64 bits by default in 64-bit mode."""
        if self.bits == 64:
            return 16 if self.has(0x66) and not self.rex & REX_W else 64
        return self.operand_size

    @property
    def override(self) -> str:
        found = ""
        for one in self.prefixes:
            if one in OVERRIDES and (self.bits != 64 or one >= 0x64):
                found = OVERRIDES[one]
        return found


def decode(bits: int, byte: Callable[[int], int]) -> Instruction:
    """Up to the opcode."""
    one = Instruction(bits, byte)
    code = one.take()
    while True:
        if code in OVERRIDES or code in (0x66, 0x67, LOCK, 0xF2, 0xF3):
            one.prefixes.append(code)
            one.rex = 0  # it counts only where the opcode follows
        elif bits == 64 and code & 0xF0 == 0x40:
            one.rex = code
        else:
            break
        code = one.take()
    one.opcode = 0x0F00 | one.take() if code == 0x0F else code
    if one.opcode in (0x0F38, 0x0F3A):
        one.opcode = one.opcode << 8 | one.take()
    return one


def take_modrm(one: Instruction, gpr: Callable[[int], int], rip: int, immediate: int = 0) -> None:
    """ModR/M, SIB and displacement. `immediate`: so many bytes follow, for an address relative to RIP."""
    modrm = one.take()
    one.mod, one.reg, one.rm = modrm >> 6, modrm >> 3 & 7, modrm & 7
    one.reg |= 8 if one.rex & REX_R else 0
    if one.mod == 3:
        one.rm |= 8 if one.rex & REX_B else 0
        return
    base, on_stack = _base_16(one, gpr) if one.address_size == 16 else _base(one, gpr, rip, immediate)
    one.segment = one.override or ("ss" if on_stack else "ds")
    one.address = base & (1 << one.address_size) - 1


def _base_16(one: Instruction, gpr: Callable[[int], int]) -> tuple[int, bool]:
    if one.mod == 0 and one.rm == 6:
        return one.take(2), False
    registers = FORMS_16[one.rm]
    moved = one.signed(one.mod) if one.mod else 0
    return sum(map(gpr, registers)) + moved, 5 in registers


def _base(one: Instruction, gpr: Callable[[int], int], rip: int, immediate: int) -> tuple[int, bool]:
    base, number = 0, one.rm | (8 if one.rex & REX_B else 0)
    if one.rm == 4:
        sib = one.take()
        index = sib >> 3 & 7 | (8 if one.rex & REX_X else 0)
        number = sib & 7 | (8 if one.rex & REX_B else 0)
        base = gpr(index) << (sib >> 6) if index != 4 else 0
        if sib & 7 == 5 and one.mod == 0:
            return base + one.signed(4), False
    elif one.rm == 5 and one.mod == 0:
        moved = one.signed(4)
        return (rip + one.length + immediate if one.bits == 64 else 0) + moved, False
    base += gpr(number)
    if one.mod:
        base += one.signed(1 if one.mod == 1 else 4)
    return base, number in BP_AND_SP
