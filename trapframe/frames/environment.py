"""The environments: all that differs from one to the other in a record and in a golden file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from trapframe.frames import layout
from trapframe.frames.layout import Layout
from trapframe.model import Frame, Record

HALVES = ("low", "high")
STATE = {  # what a case may watch besides general registers; a golden file has it whole and by register
    "sse": ("mxcsr", *(f"xmm{n}.{half}" for n in range(16) for half in HALVES)),
    "x87": ("fcw", "fsw", "ftw", *(f"st{n}.{half}" for n in range(8) for half in HALVES)),
    "avx": tuple(f"ymm{n}.{quadword}" for n in range(16) for quadword in (2, 3)),  # above those of XMM
}
NARROW = ("cs", "ss", "ds", "es", "fs", "gs", "tr", "ldtr")  # registers of 16 bits
VM86_FIELDS = ("es", "ds", "fs", "gs")  # of a frame, as pushed
TASK_REGISTERS = ("tr", "ldtr", "cr0", "cr3")
TASK_FIELDS = (*TASK_REGISTERS, "tasks")
BASE = "handler.base"  # of its stack segment, where the stack pointer is no linear address
OPTIONAL = (VM86_FIELDS, (BASE,), TASK_FIELDS)  # fields of a frame that come all together or not at all
DATA = ("ds", "es", "fs", "gs")


def state_of(name: str) -> str:
    """`final.sse` for `final.sse.xmm3.low`; nothing for what is no part of such a state."""
    block, _, short = name.partition(".")
    group, _, member = short.partition(".")
    return f"{block}.{group}" if member and group in STATE else ""


@dataclass(frozen=True, eq=False)
class Environment:
    """One of them. The names are those of its mode in the manuals."""

    name: str
    title: str  # in a text
    code: tuple[int, ...]  # bits of the code that a program begins with; the second: in virtual-8086 mode
    width: int  # of a general register
    word: int  # bytes of a recorded word of a stack
    slots: int  # so many of them
    ip: str
    flags: str
    sp: str
    gprs: tuple[str, ...]
    segments: tuple[str, ...]  # and their bases, where they have any
    control: tuple[str, ...]
    start: tuple[str, ...]  # of the lines of a record
    handler: tuple[str, ...]
    final: tuple[str, ...]
    final_fields: tuple[str, ...]  # of a golden file
    patterns: Mapping[str, int]  # that general registers start with
    layout: Callable[[Frame, Record, Collection[int]], Layout]
    pushed: Callable[
        [int | None, Mapping[str, int]], tuple[str, ...]
    ]  # the fields that a frame holds, upwards
    versions: tuple[int, ...]  # of the record, that may be of this environment
    kernel: str  # the handler's code segment, unless a gate says other
    inner_stack: str  # which the TSS names for a change to CPL 0
    architecture: str  # gdb's name
    narrow: tuple[str, ...] = ()  # registers of 16 bits
    undefined: Mapping[str, int] = field(default_factory=dict)  # which bits of general registers count
    hosted: bool = False  # a program of an operating system can be in it
    ist: bool = False  # its gates may name a stack
    sse: bool = False
    vm86: bool = False
    tasks: bool = False
    handler_sp: str = ""  # where it isn't `sp`
    segmented: bool = False  # has code whose addresses are offsets in segments of real mode

    @cached_property
    def frame_fields(self) -> tuple[str, ...]:
        """Of a golden file, in their order."""
        return (
            *("interrupts", "vector", "error", self.ip, "cs", self.flags, self.sp, "ss"),
            *(VM86_FIELDS if self.vm86 else ()),
            *("above", *self.control, "gprs", "segments"),
            *(f"handler.{self.flags}", f"handler.{self.handler_sp or self.sp}", "handler.stack"),
            *((BASE,) if self.vm86 else ()),
            *("handler.cs", "handler.ss", *(TASK_FIELDS if self.tasks else ()), "at_end"),
        )

    @cached_property
    def groups(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """The registers that one field stands for, by what their own fields begin with."""
        found = {"gpr": ("gprs", self.gprs), "segment": ("segments", self.segments)}
        return found | {name: (name, members) for name, members in STATE.items()} if self.sse else found

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every field of a frame or of the end, without its block."""
        members = (f"{group}.{one}" for group, (_, all_of) in self.groups.items() for one in all_of)
        return frozenset((*self.frame_fields, *self.final_fields, *members, *(STATE if self.sse else [])))

    @cached_property
    def roles(self) -> dict[str, str]:
        """Its own word for what each environment has."""
        handler = {
            "handler.flags": f"handler.{self.flags}",
            "handler.sp": f"handler.{self.handler_sp or self.sp}",
        }
        gprs = {f"gpr {number}": f"gpr.{name}" for number, name in enumerate(self.gprs)}
        return {"ip": self.ip, "flags": self.flags, "sp": self.sp, **handler, **gprs}

    def start_line(self, tasks: bool) -> tuple[str, ...]:
        """Of a record; `tasks`: its case has any."""
        at = self.start.index("gs") + 1
        return (*self.start[:at], *TASK_REGISTERS[:2], *self.start[at:]) if tasks else self.start

    def handler_line(self, tasks: bool) -> tuple[str, ...]:
        return (*self.handler, *(TASK_REGISTERS if tasks else ()))

    def final_line(self, tasks: bool) -> tuple[str, ...]:
        return (*self.final, *(TASK_REGISTERS if tasks else ()))

    @cached_property
    def most_above(self) -> int:
        """So many recorded words can be above a frame: all but the shortest one, of a gate of 16 bits."""
        return 2 * self.slots - 3 if self.vm86 else self.slots - (5 if self.sse else 3)

    def lacks(self, short: str) -> bool:
        """Whether a golden file of this environment can't have this field."""
        if short.startswith("task."):
            return not self.tasks
        return short not in self.fields

    def bits_of(self, register: str) -> int:
        """How wide a register of a record may be."""
        return 16 if register in self.narrow else self.width


def _patterns(names: tuple[str, ...], wide: Callable[[int], bool]) -> dict[str, int]:
    """General register n is the byte B0+n eight times, or four times; the stack pointer is number 4."""
    return {
        name: int.from_bytes(bytes([0xB0 + n + (n >= 4)]) * (8 if wide(n) else 4), "little")
        for n, name in enumerate(names)
    }


GPRS_64 = ("rax", "rcx", "rdx", "rbx", "rbp", "rsi", "rdi", *(f"r{n}" for n in range(8, 16)))
GPRS_32 = ("eax", "ecx", "edx", "ebx", "ebp", "esi", "edi")


def _ia32e(
    name: str, title: str, bits: int, wide: Callable[[int], bool], undefined: Mapping[str, int]
) -> Environment:
    segments, control = (*DATA, "fs_base", "gs_base"), ("cr2", "dr6", "dr7")
    return Environment(
        name=name,
        title=title,
        code=(bits,),
        width=64,
        word=8,
        slots=8,
        ip="rip",
        flags="rflags",
        sp="rsp",
        gprs=GPRS_64,
        segments=segments,
        control=control,
        start=("rip", "cs", "rflags", "rsp", "ss", *segments, *control),
        handler=("rflags", "cs", "ss", *segments),
        final=("rflags", "rsp", *segments),
        final_fields=("rflags", "rsp", "gprs", "segments"),
        patterns=_patterns(GPRS_64, wide),
        layout=layout.ia32e,
        pushed=lambda gate, values: layout.WORDS,
        versions=(1, 2),
        kernel="kernel_code64",
        inner_stack="rsp0",
        architecture="i386:x86-64",
        undefined=undefined,
        hosted=True,
        ist=True,
        sse=True,
    )


COMPAT32_UNDEFINED = {name: 0xFFFFFFFF if n < 7 else 0 for n, name in enumerate(GPRS_64)}
LONG64 = _ia32e("long64", "64-bit mode", 64, lambda n: True, {})
COMPAT32 = _ia32e("compat32", "compatibility mode", 32, lambda n: n >= 7, COMPAT32_UNDEFINED)
PM32 = Environment(
    name="pm32",
    title="32-bit protected mode",
    code=(32, 16),
    width=32,
    word=4,
    slots=12,
    ip="eip",
    flags="eflags",
    sp="esp",
    gprs=GPRS_32,
    segments=DATA,
    control=("cr2", "dr6", "dr7"),
    start=("eip", "cs", "eflags", "esp", "ss", *DATA, "cr2", "dr6", "dr7"),
    handler=("eflags", "esp", "cs", "ss", *DATA),
    final=("eflags", "esp", "ss", "cs", *DATA),
    final_fields=("cs", "eflags", "esp", "ss", "gprs", "segments", *TASK_FIELDS),
    patterns=_patterns(GPRS_32, lambda n: False),
    layout=layout.protected,
    pushed=layout.protected_fields,
    versions=(2,),
    kernel="kernel_code",
    inner_stack="esp0",
    architecture="i386",
    narrow=NARROW,
    vm86=True,
    tasks=True,
    segmented=True,
)
REAL16 = Environment(
    name="real16",
    title="real-address mode",
    code=(16,),
    width=32,
    word=2,
    slots=12,
    ip="ip",
    flags="flags",
    sp="sp",
    gprs=GPRS_32,
    segments=DATA,
    control=("dr6", "dr7"),
    start=("ip", "cs", "flags", "sp", "ss", *DATA, "dr6", "dr7"),
    handler=("flags", "esp", "cs", "ss", *DATA),
    final=("flags", "sp", "ss", "cs", *DATA),
    final_fields=("cs", "flags", "sp", "ss", "gprs", "segments"),
    patterns=_patterns(GPRS_32, lambda n: False),
    layout=layout.real,
    pushed=lambda gate, values: layout.WORDS_16,
    versions=(2,),
    kernel="real_code",
    inner_stack="",
    architecture="i8086",
    narrow=(*NARROW, "ip", "flags", "sp"),
    handler_sp="esp",
    segmented=True,
)

ALL = {one.name: one for one in (LONG64, COMPAT32, PM32, REAL16)}
ENVIRONMENTS = tuple(ALL)  # as enum environment in harness/include/shared.h numbers them


def of(name: str) -> Environment:
    """The environment of this name; a file that says another one has none."""
    return ALL[name]


@cache
def own_word(short: str, wanted: Environment) -> str:
    """What this environment says for a field of another one; nothing where it has no such thing."""
    for one in ALL.values():
        for role, name in one.roles.items():
            if name == short and role in wanted.roles:
                return wanted.roles[role]
    return ""


@cache
def of_fields(shorts: frozenset[str]) -> Environment | None:
    """The first environment that has all of these fields of one block; None where none has."""
    return next((one for one in ALL.values() if not any(map(one.lacks, shorts))), None)


def every(names: Callable[[Environment], Collection[str]]) -> tuple[str, ...]:
    """What any of them has, each once."""
    return tuple(dict.fromkeys(name for one in ALL.values() for name in names(one)))
