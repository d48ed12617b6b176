"""Random states through the specification: `spec_random.py LIBRARY COUNT` prints a digest of all outcomes."""

from __future__ import annotations

import ctypes
import hashlib
import random
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

from spec_machine import DATA0, Setup  # noqa: E402
from trapframe.spec import CHOICES, FLAGS as SPEC_FLAGS, KINDS, NEAR, SYSTEM_CALLS, VERIFY  # noqa: E402
from trapframe.spec import Outcome, Pending  # noqa: E402
from trapframe.spec import Specification, event  # noqa: E402

SELECTORS = (0, 3, *range(8, 0x80, 8), 0x1B, 0x23, 0x33, 0x0C, 0x400, 0xFFFF)
ADDRESSES = (
    0,
    0x7FFFFFFFFFFF,
    0x800000000000,
    0xFFFF800000000000,
    2**64 - 1,
    0x20000,
    0x20FF8,
    0x1003,
    0xFFFFFFFF,
)


def shake(setup: Setup, dice: random.Random) -> None:
    """Some fields get values that matter, some any at all; tables in memory too."""
    machine = setup.machine
    for _ in range(dice.randrange(12)):
        at = dice.choice((0x10000, 0x11000, 0x14000, 0x1000, 0x4000)) + 8 * dice.randrange(32)
        setup.memory.write(at, 8, dice.getrandbits(64) if dice.random() < 0.5 else 1 << dice.randrange(64))
    machine.rflags ^= 1 << dice.randrange(22) if dice.random() < 0.7 else dice.getrandbits(22)
    machine.cr0 ^= dice.choice((0, 0, 1, 1 << 16, 1 << 18, 1 << 31))
    machine.cr4 ^= dice.choice((0, 0, 1, 2, 1 << 4, 1 << 12, 1 << 20, 1 << 21, 1 << 22, 1 << 23))
    machine.rip = dice.choice((machine.rip, *ADDRESSES))
    machine["rsp"] = dice.choice((machine["rsp"], machine["rsp"] - 7, *ADDRESSES))
    machine.cpl = dice.choice((machine.cpl, dice.randrange(4)))
    for name in ("cs", "ss", "tr", "ldtr"):
        if dice.random() < 0.2:
            segment = machine.segment_of(name)
            segment.selector, segment.limit = dice.choice(SELECTORS), dice.getrandbits(32)
            segment.base, segment.type = dice.choice(ADDRESSES), dice.randrange(16)
            segment.p, segment.l, segment.db = dice.randrange(2), dice.randrange(2), dice.randrange(2)
    for number in range(len(CHOICES)):
        machine.choice[number] = dice.randrange(2)
    setattr(machine, "u_cet", dice.choice((0, 1, 5)))
    setattr(machine, "s_cet", dice.choice((0, 1, 5)))
    setattr(machine, "ssp", dice.choice(ADDRESSES))
    for n, address in enumerate((0x7000, *SELECTORS)):
        setup.memory.write(0x20000 + 8 * n, 8, dice.choice((address, dice.choice(SELECTORS))))


def run(spec: Specification, setup: Setup, dice: random.Random) -> list[Outcome]:
    machine = setup.machine
    what = dice.randrange(14)
    size = dice.choice((16, 32, 64))
    if what == 0:
        return [spec.iret(machine, size, 2)]
    if what == 1:
        return [spec.far_return(machine, size, dice.choice((0, 16)))]
    if what == 2:
        to = (dice.choice(SELECTORS), dice.choice(ADDRESSES))
        return [spec.far_transfer(machine, *to, bool(dice.randrange(2)), size, 3)]
    if what == 3:
        return [spec.load_segment(machine, dice.choice(("ds", "ss", "gs")), dice.choice((*SELECTORS, DATA0)))]
    if what == 4:
        return [spec.system_call(machine, dice.choice(SYSTEM_CALLS), size)]
    if what == 5:
        pending = Pending(dice.getrandbits(16), *(dice.randrange(2) for _ in range(3)), 0x40)
        return [spec.boundary(machine, pending)[1]]
    if what == 6:
        return [spec.verify(machine, dice.choice(VERIFY), dice.choice(SELECTORS))[1]]
    if what == 7:
        return [spec.load_system(machine, dice.choice(("tr", "ldtr")), dice.choice(SELECTORS))]
    if what == 8:
        return [spec.flags(machine, dice.choice(SPEC_FLAGS), dice.choice((16, 32, 64)))]
    if what == 9:
        how = {"release": dice.choice((0, 8)), "indirect": dice.randrange(2), "no_track": dice.randrange(2)}
        return [spec.near_branch(machine, dice.choice(NEAR), size, 3, dice.choice(ADDRESSES), **how)]
    if what == 10:
        how = {name: dice.randrange(2) for name in ("write", "fetch", "user", "implicit", "shadow")}
        return [spec.translate(machine, dice.choice((0x5000, *ADDRESSES)), **how)[1]]
    if what == 11:
        return [spec.debug_register(machine, dice.randrange(8), dice.choice((None, dice.getrandbits(34))))[1]]
    vector = dice.choice((0, 1, 3, 6, 8, 10, 13, 14, 0x40))
    return [spec.deliver(machine, event(dice.choice(KINDS), vector, dice.choice((None, 0, 0x18)), length=2))]


def plain(value: object) -> object:
    """Fields by name, without what lies between them and without addresses of this process."""
    if isinstance(value, ctypes.Structure):
        names = [name for name, *_ in value._fields_ if name not in ("read", "context", "translate")]
        return [plain(getattr(value, name)) for name in names]
    return [plain(one) for one in value] if isinstance(value, ctypes.Array) else value


def main(library: Path, count: int) -> None:
    spec = Specification(library)
    dice = random.Random(13)
    digest = hashlib.sha256()
    ends: dict[str, int] = {}
    for _ in range(count):
        setup = Setup(spec, bool(dice.randrange(2)), dice.choice(("intel", "amd")), dice.choice((0, 3)))
        shake(setup, dice)
        for outcome in run(spec, setup, dice):
            ends[outcome.end] = ends.get(outcome.end, 0) + 1
            digest.update(repr((outcome.stores, outcome.open, outcome.rules, outcome.asked)).encode())
            digest.update(repr([plain(one) for one in (outcome.event, *outcome.chain)]).encode())
        digest.update(repr(plain(setup.machine)).encode())
    assert min(ends.values()) > count // 100, ends
    print(digest.hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
