"""Records of 32-bit protected mode, virtual-8086 mode and real mode, and their golden sections."""

from __future__ import annotations

import samples

from trapframe.model import CaseInfo, Place

PLACES = (
    Place("user", 0x12F000, 0xFC0, True),
    Place("esp0", 0x10F000, 0xFC0, True),
    Place("task1", 0x113000, 0xFC0, True),
)
INFO = samples.INFO._replace(
    case="page_fault/write_user32",
    file="page_fault/write",
    env="pm32",
    needs=(),
    places=PLACES,
    selectors=(("kernel_code", 0x8), ("kernel_data", 0x10), ("user_code", 0x1B), ("user_data", 0x23)),
)

PATTERN = "a5a5a5a5"


def pattern(count: int, word: str = PATTERN) -> str:
    return " ".join([word] * count)


# A page fault of a ring-3 program, whose handler goes to another task and comes back.
DATA = "ds=23 es=23 fs=23 gs=23"
KERNEL = "ds=10 es=10 fs=10 gs=10"
CONTROL = "cr2=5ca1a000 dr6=ffff0ff0 dr7=400"
SAVED = (
    "28=b0b0b0b0 2c=b1b1b1b1 30=b2b2b2b2 34=40000000 38=10ffa8 3c=b5b5b5b5 40=b6b6b6b6 44=b7b7b7b7 "
    "48=23 4c=8 50=10 54=23 58=23 5c=23"
)
HEAD = f"""\
trapframe 2
case page_fault/write_user32 pm32
place victim 40000000 1000
selector np_code 98
task main 68 20000 67 b
image main 0 10ffc0 10 0 0 0 0 1000 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 680000
task other 70 21000 67 9
image other 0 0 0 0 0 0 0 1000 140100 2 1 2 3 4 113fc0 5 6 7 10 8 10 10 10 10 0 680000
label fault 140000
label after 140006
label entry 140100
label inner_after 140012
start eip=140000 cs=1b eflags=ad7 esp=12ffc0 ss=23 {DATA} tr=68 ldtr=0 {CONTROL} ebx=40000000
gate e type=e
gate 41 type=5
armed
"""
FRAMES = f"""\
frame 1 interrupts 0
vector e type=e
slots 10ffa8 7 140000 1b 10ad7 12ffc0 23 {pattern(6)}
handler eflags=8d7 esp=10ffa8 cs=8 ss=10 {DATA} tr=68 ldtr=0 cr0=80010031 cr3=1000
control cr2=40000000 dr6=ffff0ff0 dr7=400
gprs
frame 2 interrupts 1
vector 41 type=5
slots 113fc0 {pattern(12)}
handler eflags=4002 esp=113fc0 cs=8 ss=10 {KERNEL} tr=70 ldtr=0 cr0=80010039 cr3=1000
control cr2=40000000 dr6=ffff0ff0 dr7=400
gprs eax=1 ecx=2 edx=3 ebx=4 ebp=5 esi=6 edi=7
changed main b 20=140012 24=8d7 {SAVED}
changed other b 0=68
overwritten 1 7 140006 1b 10ad7 12ffc0 23 {pattern(6)}
final eflags=ad7 esp=12ffc0 ss=23 cs=1b {DATA} tr=68 ldtr=0 cr0=80010039 cr3=1000 ebx=40000000 ecx=1
changed other 9 20=140110
value pte 25
"""
GOLDEN = """\
[write_user32]
spec        SDM 3A 4.7 "Page-Fault Exceptions"
frame 1
  interrupts      program
  vector          0xe                # #PF
  error           0x7                # P W U
  eip             fault+0x0
  cs              user_code
  eflags          0x10ad7            # RF OF IF SF ZF AF PF CF
  esp             user_top-0x0
  ss              user_data
  above           kept
  cr2             victim+0x0
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  segments        kept
  handler.eflags  0x8d7              # OF SF ZF AF PF CF
  handler.esp     esp0_top-0x18
  handler.stack   esp0
  handler.cs      kernel_code
  handler.ss      kernel_data
  tr              main
  ldtr            0x0
  cr0             0x80010031         # PG WP NE ET PE
  cr3             kept
  tasks           kept
  at_end          overwritten
frame 2
  interrupts      frame 1
  vector          0x41               # vector 65
  error           none
  eip             inner_after+0x0
  cs              kernel_code
  eflags          0x8d7              # OF SF ZF AF PF CF
  esp             esp0_top-0x18
  ss              kernel_data
  above           kept
  cr2             victim+0x0
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  segments        kept
  handler.eflags  0x4002             # NT
  handler.esp     task1_top-0x0
  handler.stack   task1
  handler.cs      kernel_code
  handler.ss      kernel_data
  tr              other
  ldtr            0x0
  cr0             0x80010039         # PG WP NE ET TS PE
  cr3             kept
  tasks           kept
  task.main.eip   inner_after+0x0
  task.main.eflags 0x8d7             # OF SF ZF AF PF CF
  task.main.eax   0xb0b0b0b0
  task.main.ecx   0xb1b1b1b1
  task.main.edx   0xb2b2b2b2
  task.main.ebx   victim+0x0
  task.main.esp   esp0_top-0x18
  task.main.ebp   0xb5b5b5b5
  task.main.esi   0xb6b6b6b6
  task.main.edi   0xb7b7b7b7
  task.main.es    user_data
  task.main.cs    kernel_code
  task.main.ss    kernel_data
  task.main.ds    user_data
  task.main.fs    user_data
  task.main.gs    user_data
  task.other.type 0xb                # 32-bit TSS, busy
  task.other.link main
  at_end          kept
final
  cs              user_code
  eflags          0xad7              # OF IF SF ZF AF PF CF
  esp             user_top-0x0
  ss              user_data
  gprs            kept
  gpr.ecx         0x1
  segments        kept
  tr              main
  ldtr            0x0
  cr0             0x80010039         # PG WP NE ET TS PE
  cr3             kept
  tasks           kept
  task.other.type 0x9                # 32-bit TSS, available
  task.other.eip  0x140110
value.pte         0x25
end         exit
"""

# A fault of a virtual-8086 program, whose handler raises another one through a 16-bit gate.
VM86_INFO: CaseInfo = INFO._replace(
    case="vm86/gp",
    file="vm86/gp",
    vector=13,
    error=0,
    places=(*PLACES, Place("real", 0x2000, 0xFC0, True)),
)
REAL = "ds=300 es=320 fs=340 gs=360"
VM86_HEAD = f"""\
trapframe 2
case vm86/gp pm32
selector code_1mib 48
selector real_code 800
selector real_stack 200
selector real_ds 300
selector real_es 320
selector real_fs 340
selector real_gs 360
label fault 8010
label after 8011
label inner_after 140012
start eip=10 cs=800 eflags=20ad7 esp=fc0 ss=200 {REAL} cr2=5ca1a000 dr6=ffff0ff0 dr7=400
gate d type=e
gate 41 type=6
armed
"""
VM86_FRAMES = f"""\
frame 1 interrupts 0
vector d type=e
slots 10ff98 0 10 77770800 30ad7 fc0 200 320 300 340 360 {pattern(2)}
handler eflags=8d7 esp=10ff98 cs=8 ss=10 ds=0 es=0 fs=0 gs=0
control cr2=5ca1a000 dr6=ffff0ff0 dr7=400
gprs
frame 2 interrupts 1
vector 41 type=6
slots 10ff92 80012 8d7 100000 8000000 ad77777 fc00003 2000000 3200000 3000000 3400000 3600000 a5a50000
handler eflags=8d7 esp=10ff92 cs=48 ss=10 ds=0 es=0 fs=0 gs=0
control cr2=5ca1a000 dr6=ffff0ff0 dr7=400
gprs
final eflags=20ad7 esp=fc0 ss=200 cs=800 {REAL}
"""
VM86_GOLDEN = """\
[gp]
spec        SDM 3A 20.2.7 "Sensitive Instructions"
frame 1
  interrupts      program
  vector          0xd                # #GP
  error           0x0
  eip             fault+0x0
  cs              real_code
  eflags          0x30ad7            # VM RF OF IF SF ZF AF PF CF
  esp             real_top-0x0
  ss              real_stack
  es              real_es
  ds              real_ds
  fs              real_fs
  gs              real_gs
  above           kept
  cr2             kept
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  segments        kept
  segment.ds      0x0
  segment.es      0x0
  segment.fs      0x0
  segment.gs      0x0
  handler.eflags  0x8d7              # OF SF ZF AF PF CF
  handler.esp     esp0_top-0x28
  handler.stack   esp0
  handler.cs      kernel_code
  handler.ss      kernel_data
  at_end          kept
frame 2
  interrupts      frame 1
  vector          0x41               # vector 65
  error           none
  eip             0x12
  cs              kernel_code
  eflags          0x8d7              # OF SF ZF AF PF CF
  esp             esp0_top-0x28
  ss              kernel_data
  above           kept
  cr2             kept
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  segments        kept
  segment.ds      0x0
  segment.es      0x0
  segment.fs      0x0
  segment.gs      0x0
  handler.eflags  0x8d7              # OF SF ZF AF PF CF
  handler.esp     esp0_top-0x2e
  handler.stack   esp0
  handler.cs      code_1mib
  handler.ss      kernel_data
  at_end          kept
final
  cs              real_code
  eflags          0x20ad7            # VM OF IF SF ZF AF PF CF
  esp             real_top-0x0
  ss              real_stack
  gprs            kept
  segments        kept
end         exit
"""

# The same of a program in real mode.
REAL16_INFO: CaseInfo = VM86_INFO._replace(
    case="real/ud", file="real/ud", env="real16", vector=6, error=None, resumes=True
)
REAL16_HEAD = f"""\
trapframe 2
case real/ud real16
selector real_code 800
selector real_stack 200
label fault 8010
label after 8012
start ip=10 cs=800 flags=ad7 sp=fc0 ss=200 {REAL} dr6=ffff0ff0 dr7=400
armed
"""
REAL16_FRAMES = f"""\
frame 1 interrupts 0
vector 6 type=0
slots fba 10 800 ad7 {pattern(9, 'a5a5')}
handler flags=8d7 esp=fba cs=800 ss=200 {REAL}
control dr6=ffff0ff0 dr7=400
gprs
final flags=ad7 sp=fc0 ss=200 cs=800 {REAL} eax=b0b00001
"""
REAL16_GOLDEN = """\
[ud]
spec        SDM 3A 20.1.4 "Interrupt and Exception Handling"
frame 1
  interrupts      program
  vector          0x6                # #UD
  error           none
  ip              fault+0x0
  cs              real_code
  flags           0xad7              # OF IF SF ZF AF PF CF
  sp              real_top-0x0
  ss              real_stack
  above           kept
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  segments        kept
  handler.flags   0x8d7              # OF SF ZF AF PF CF
  handler.esp     real_top-0x6
  handler.stack   real
  handler.cs      real_code
  handler.ss      real_stack
  at_end          kept
final
  cs              real_code
  flags           0xad7              # OF IF SF ZF AF PF CF
  sp              real_top-0x0
  ss              real_stack
  gprs            kept
  gpr.eax         0xb0b00001
  segments        kept
end         exit
"""
