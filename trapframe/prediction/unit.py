"""The x87 unit: its stack and its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from trapframe.prediction import numbers as n

MASKS, STACK_FAULT, C1, ES, BUSY = 0x3F, 0x40, 0x200, 0x80, 0x8000
RESET, INITIAL = 0x40, 0x37F  # the control word of a reset, of FNINIT


@dataclass
class Float:
    """The x87 unit. A register is a number, or empty."""

    control: int = RESET
    flags: int = 0  # of the status word
    stack: list[n.Number] = field(default_factory=list)  # ST(0) first

    @property
    def unmasked(self) -> int:
        return ~self.control & MASKS

    @property
    def pending(self) -> bool:
        return bool(self.flags & self.unmasked)

    @property
    def status(self) -> int:
        summary = ES | BUSY if self.pending else 0
        return self.flags | summary | (-len(self.stack) % 8) << 11

    def initialize(self) -> None:
        self.control, self.flags, self.stack = INITIAL, 0, []

    def stack_fault(self, overflow: bool) -> bool:
        """Whether the instruction is done for."""
        self.flags = self.flags & ~C1 | n.IE | STACK_FAULT | (C1 if overflow else 0)
        return bool(self.unmasked & n.IE)

    def push(self, number: n.Number) -> None:
        if len(self.stack) == 8:
            if self.stack_fault(True):
                return
            number = n.NAN
            self.stack.pop()
        self.stack.insert(0, number)

    def get(self, index: int) -> n.Number | None:
        """None: the register is empty, and the fault isn't masked."""
        if index < len(self.stack):
            return self.stack[index]
        return None if self.stack_fault(False) else n.NAN

    def pop(self) -> None:
        if self.stack:
            self.stack.pop(0)

    def set(self, index: int, number: n.Number) -> None:
        while len(self.stack) <= index:
            self.stack.append(n.NAN)
        self.stack[index] = number

    def finish(self, result: n.Result, into: int) -> bool:
        """Whether the destination has it: an unmasked exception of an operand leaves it as it was."""
        number, flags = n.finish(result, n.EXTENDED, self.unmasked)
        self.flags |= flags
        if flags & self.unmasked & n.OF_OPERANDS:
            return False
        self.set(into, number)
        return True
