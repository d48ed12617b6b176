"""An emulator of a sweep's ROM: walks the rows of its parameters, and dies in those of SWEEP_DEATHS."""

from __future__ import annotations

import os
import struct
import sys

DEATHS = {int(row) for row in os.environ["SWEEP_DEATHS"].split()}

with open("rom", "rb") as rom:
    begin, end, rows, _, step, show = struct.unpack("<4Q2I", rom.read(40))
lines = ["trapframe sweep 1", f"plan {1 << 20:x} 64 {rows:x}"]
for row in range(begin, end):
    if (row - begin) % step == 0:
        lines.append(f"at {row:x}")
    if show:
        lines.append("decided 1 - gate.cs-type - d")
    if row in DEATHS:
        break
else:
    count = end - begin
    lines += ["name 0 -", "name 1 gate.cs-type"]
    if begin < end:
        lines.append(f"class 0 0 1 0 d d 2 0 0 {begin:x} {count:x}")
    lines += [f"walked {count:x} absent 0 shutdown 0 compared {count:x} agreed 0", f"hash {count:x}"]
said = "".join(f"{line}\n" for line in lines).encode()
finished = not DEATHS & set(range(begin, end))
if finished:
    said += f"end exit {sum(said) & 0xFFFF:x}\n".encode()
with open("serial", "wb") as serial:
    serial.write(said)
sys.exit(33 if finished else 7)
