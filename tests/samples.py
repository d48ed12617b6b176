"""One record with every kind of line, the case it belongs to, and the golden section that it passes."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from trapframe.model import CaseInfo, EngineId, Place
from trapframe.truth import expect, golden
from trapframe.truth.expect import Outcome

# The gate tries the same examples each time, and of what takes long a part; at night there are new ones, and
# the whole (docs/ci/nightly.yml).
EXPLORES = os.environ.get("TRAPFRAME_EXPLORE") == "1"

# A slow machine is no failure.
UNTIMED = settings(
    deadline=None,
    max_examples=60,
    derandomize=not EXPLORES,
    suppress_health_check=[HealthCheck.too_slow],
)

INFO = CaseInfo(
    case="page_fault/write_read_only",
    file="page_fault/write",
    variant=0,
    env="long64",
    about="ring-3 store to a read-only page; its handler raises INT 0x41",
    spec='SDM 3A 4.7 "Page-Fault Exceptions"',
    ids=(),
    tags=(),
    needs=("smep",),
    vector=14,
    outcome="exception",
    error=7,
    saved_rip="fault",
    resumes=True,
    places=(
        Place("user", 0x12F000, 0xFC0, True),
        Place("rsp0", 0x10F000, 0xFC0, True),
        Place("ist1", 0x111000, 0xFC0, True),
    ),
    selectors=(("kernel_code64", 0x8), ("kernel_data", 0x10), ("user_data", 0x23), ("user_code64", 0x2B)),
)

QEMU = EngineId("qemu", "qemu", "7.2.22", "intel", "/usr/bin/qemu-system-x86_64", "0" * 64)

BASES = "fs_base=f5ba5e0000 gs_base=65ba5e0000"
SEGMENTS = f"ds=23 es=23 fs=23 gs=23 {BASES}"
CONTROL = "cr2=5ca1ab1e0000 dr6=ffff0ff0 dr7=400"
PATTERN = "a5a5a5a5a5a5a5a5"

HEAD = f"""\
trapframe 2
case page_fault/write_read_only long64
place victim 40000000 1000
selector np_code 68
label fault 140000
label after 140006
label inner_after 140012
start rip=140000 cs=2b rflags=ad7 rsp=12ffc0 ss=23 {SEGMENTS} {CONTROL} rbx=40000000
gate e ist=0 type=e
armed
"""

FRAMES = f"""\
frame 1 interrupts 0
vector e
slots 10ff90 7 140000 2b 10ad7 12ffc0 23 {PATTERN} {PATTERN}
handler rflags=8d7 cs=8 ss=0 {SEGMENTS}
control cr2=40000000 dr6=ffff0ff0 dr7=400
gprs
frame 2 interrupts 1
vector 41
slots 111f98 140012 8 8d7 10ff90 0 {PATTERN} {PATTERN} {PATTERN}
handler rflags=8d7 cs=8 ss=0 {SEGMENTS}
control cr2=40000000 dr6=ffff0ff0 dr7=400
gprs rcx=1
overwritten 2 140012 8 8d7 10ff90 1 {PATTERN} {PATTERN} {PATTERN}
final rflags=ad7 rsp=12ffc0 {SEGMENTS} rcx=1
sse xmm3.low=2
value pte 25
memory victim 0 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff
memory victim 10 01
"""

HOSTED_SEGMENTS = f"ds=2b es=2b fs=2b gs=2b {BASES}"
HOSTED = f"""\
trapframe 2
case page_fault/write_read_only long64
hosted linux hypervisor
stack user 130000 fc0
place victim 40000000 1000
selector kernel_code64 10
selector user_data 2b
selector user_code64 33
selector np_code 6c
label fault 140000
label after 140006
start rip=140000 cs=33 rflags=ad7 rsp=130fc0 ss=2b {HOSTED_SEGMENTS} rbx=40000000
armed
frame 1 interrupts 0
vector e
pushed 7 140000 33 10ad7 130fc0 2b
handler {HOSTED_SEGMENTS}
control cr2=40000000
gprs
final rflags=ad7 rsp=130fc0 {HOSTED_SEGMENTS}
value pte 25
"""

GOLDEN = """\
# A head that stays.
[write_read_only]
spec        SDM 3A 4.7 "Page-Fault Exceptions"
note        The handler raises #GP's neighbour.
frame 1
  interrupts      program
  vector          0xe                # #PF
  error           0x7                # P W U
  rip             fault+0x0
  cs              user_code64
  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF
  rsp             user_top-0x0
  ss              user_data
  above           kept
  # CR2 holds all 64 bits.
  cr2             victim+0x0
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  segments        kept
  handler.rflags  0x8d7              # OF SF ZF AF PF CF
  handler.rsp     rsp0_top-0x30
  handler.stack   rsp0
  handler.cs      kernel_code64
  handler.ss      0x0
  at_end          kept
frame 2
  interrupts      frame 1
  vector          0x41               # vector 65
  error           none
  rip             inner_after+0x0
  cs              kernel_code64
  rflags          0x8d7              # OF SF ZF AF PF CF
  rsp             rsp0_top-0x30
  ss              0x0
  above           kept
  cr2             victim+0x0
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  gpr.rcx         0x1
  segments        kept
  handler.rflags  0x8d7              # OF SF ZF AF PF CF
  handler.rsp     ist1_top-0x28
  handler.stack   ist1
  handler.cs      kernel_code64
  handler.ss      0x0
  at_end          overwritten
final
  rflags          0xad7              # OF IF SF ZF AF PF CF
  rsp             user_top-0x0
  gprs            kept
  gpr.rcx         0x1
  segments        kept
  sse             kept
  sse.xmm3.low    0x2
value.pte         0x25
memory.victim+0x0 00112233445566778899aabbccddeeff
memory.victim+0x10 01
end         exit
"""


def sent(text: str) -> bytes:
    """The record as a guest sends it, its end included."""
    body = text.encode()
    return body + f"end exit {sum(body) & 0xFFFF:x}\n".encode()


def accepted(text: str = GOLDEN, profile: str = "intel") -> tuple[Outcome, ...]:
    """What the first section of a golden file accepts."""
    file = golden.parse(text, "sample.txt")
    return expect.outcomes(file, file.sections[0].name, profile)
