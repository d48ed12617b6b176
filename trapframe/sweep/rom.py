"""The parameters in a sweep's ROM: which part of which plan it walks."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from trapframe.spec import CHOICES, OPEN, VENDORS

PARAMETERS = struct.Struct("<4Q3I2H32s")  # struct parameters of harness/sweep/own.h, at the ROM's begin
BITS = struct.Struct("<Q")  # of its code, behind them
LONG = 64
OPEN_CHOICES = sum(
    1 << 32 * VENDORS.index(vendor) + CHOICES.index(choice)
    for choice, vendors in OPEN.items()
    for vendor in vendors
)


def environment(base: bytes) -> str:
    """What an engine has to have for this ROM."""
    (bits,) = BITS.unpack_from(base, PARAMETERS.size)
    return "long64" if bits == LONG else "pm32"


@dataclass(frozen=True)
class Part:
    """Rows `begin` to `end` of a plan of `rows`; the guest says where it is at each `step`."""

    begin: int
    end: int
    rows: int
    step: int
    show: bool = False  # all of each state
    pairs: bool = False  # counts by pair of values
    given: tuple[int, ...] | None = None  # each row is this state: the numbers of its values, by axis
    anew: bool = False  # each state is predicted by itself: for the test that nothing else comes of it

    def rom(self, base: bytes) -> bytes:
        head = PARAMETERS.pack(
            *(self.begin, self.end, self.rows, OPEN_CHOICES),
            *(self.step, self.show, self.pairs, self.given is not None, self.anew, bytes(self.given or ())),
        )
        return head + base[len(head) :]
