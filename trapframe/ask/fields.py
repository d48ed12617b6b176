"""All that a question can say, by the manual's names, in the order of spec/ask/ask.h."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from trapframe.frames.decode import VECTORS
from trapframe.spec import KINDS, VENDORS

NUMBER = r"(0x[0-9a-f]+|0|[1-9][0-9]*)"
NO_ERROR = 1 << 32  # of the field `error`
SELECTORS = (
    "0x08 code of ring 0, 0x10 data of ring 0, 0x18 32-bit code and 0x20 data of ring 3,"
    " 0x28 code of ring 3, 0x30 the TSS, 0x40 the task of task gates, 0x48 your code segment (code.*),"
    " 0x50 your data segment (data.*), 0x58 and 0x60 code and data of ring 1, 0x68 and 0x70 of ring 2"
)


class AskError(ValueError):
    """A question that can't be asked; the text names the field."""

    exit_code = 2


@dataclass(frozen=True)
class Field:
    """A number of so many bits, a word, or both."""

    name: str
    about: str
    bits: int = 0
    words: Mapping[str, int] = field(default_factory=dict)

    @property
    def attribute(self) -> str:
        """Its name in C."""
        return self.name.replace(".", "_")

    @property
    def allowed(self) -> str:
        number = "" if not self.bits else "0 or 1" if self.bits == 1 else f"0 to {(1 << self.bits) - 1:#x}"
        if self.bits == 2:
            number = "0 to 3"
        return " or ".join(filter(None, [", ".join(self.words), number]))

    def read(self, text: str) -> int:
        """The value that a person wrote."""
        word = text.strip().lower()
        if word in self.words:
            return self.words[word]
        value = int(word, 0) if re.fullmatch(NUMBER, word) else -1
        if not self.bits or not 0 <= value < 1 << self.bits:
            raise AskError(f"{self.name}: '{text}' isn't allowed; {self.allowed}")
        return value

    def show(self, value: int) -> str:
        for word, number in self.words.items():
            if number == value:
                return word
        return str(value) if value < 10 else f"{value:#x}"


MODES = ("long", "compat", "protected", "vm86", "real")  # enum ask_mode
_GATES = {"interrupt": 14, "trap": 15, "task": 5, "interrupt16": 6, "trap16": 7}


def _flag(name: str, about: str) -> Field:
    return Field(name, about, 1)


def _numbered(words: tuple[str, ...]) -> dict[str, int]:
    return {word: number for number, word in enumerate(words)}


FIELDS = (
    Field("vendor", "whose manual", words=_numbered(VENDORS)),
    Field(
        "mode", "64-bit, compatibility, 32-bit protected, virtual-8086, real-address", words=_numbered(MODES)
    ),
    Field("cpl", "the CPL of the interrupted program", 2),
    Field("kind", "what happens; by default what the vector is", words=_numbered(KINDS)),
    Field("vector", "its vector", 8, {name.lower(): number for number, name in VECTORS.items()}),
    Field("error", "its error code", 32, {"none": NO_ERROR}),
    Field("length", "bytes of INT n, INT3, INTO, INT1", 4),
    Field("cr2", "#PF: the linear address", 64),
    Field("dr6", "#DB: the conditions that were met", 16),
    _flag("gate.p", "the event's gate: present"),
    Field("gate.dpl", "its DPL", 2),
    Field("gate.type", "its type", 4, _GATES),
    Field(
        "gate.selector",
        f"its code segment, or TSS ({SELECTORS}); in real-address mode CS of the table's entry",
        16,
    ),
    Field("gate.offset", "its offset; in real-address mode IP of the table's entry", 64),
    Field("gate.ist", "its IST", 3),
    Field("gate.reserved", "a reserved bit of it (35 to 39)", 1),
    Field("gate2.vector", "a second gate, which may be met on the way: its vector", 8),
    _flag("gate2.p", "the second gate: present"),
    Field("gate2.dpl", "its DPL", 2),
    Field("gate2.type", "its type", 4, _GATES),
    Field("gate2.selector", "its code segment, or TSS, as gate.selector", 16),
    Field("gate2.ist", "its IST", 3),
    Field("rip", "RIP, EIP or IP: of the instruction; behind a trap and for interrupts of the next one", 64),
    Field("rsp", "RSP, ESP or SP of the interrupted program", 64),
    Field("ss", f"its SS ({SELECTORS})", 16),
    _flag("rflags.if", "IF of the interrupted program"),
    _flag("rflags.tf", "TF"),
    Field("rflags.iopl", "IOPL", 2),
    _flag("rflags.nt", "NT"),
    _flag("rflags.rf", "RF"),
    _flag("rflags.ac", "AC"),
    _flag("rflags.vif", "VIF"),
    _flag("rflags.vip", "VIP"),
    Field("tss.limit", "the TSS: its limit", 20),
    Field("tss.type", "its type: a 16-bit, or a 32-bit or 64-bit one", words={"tss16": 3, "tss": 11}),
    Field("tss.rsp0", "its RSP0, ESP0 or SP0", 64),
    Field("tss.rsp1", "its RSP1, ESP1 or SP1", 64),
    Field("tss.rsp2", "its RSP2, ESP2 or SP2", 64),
    Field("tss.ss0", "its SS0, outside IA-32e mode", 16),
    Field("tss.ss1", "its SS1", 16),
    Field("tss.ss2", "its SS2", 16),
    *(Field(f"tss.ist{n}", f"its IST{n}", 64) for n in range(1, 8)),
    _flag("tss.redirection", "its interrupt redirection bits, for CR4.VME: 0 is to the 8086 program"),
    Field("code.type", "your code segment, 0x48: its type", 4),
    Field("code.dpl", "its DPL", 2),
    _flag("code.p", "its P"),
    _flag("code.s", "its S"),
    _flag("code.l", "its L"),
    _flag("code.d", "its D"),
    Field("code.limit", "its limit in bytes", 32),
    Field("data.type", "your data segment, 0x50: its type", 4),
    Field("data.dpl", "its DPL", 2),
    _flag("data.p", "its P"),
    _flag("data.b", "its B"),
    Field("data.limit", "its limit in bytes", 32),
    Field("task.type", "the TSS of task gates, 0x40: its type", 4),
    _flag("task.p", "its P"),
    Field("task.limit", "its limit", 20),
    _flag("stack_page.p", "the page of the first word that the event pushes: present"),
    _flag("stack_page.rw", "... writable"),
    _flag("stack_page.us", "... a user-mode page"),
    _flag("idt_page.p", "the IDT's page: present"),
    _flag("gdt_page.p", "the GDT's page: present"),
    _flag("tss_page.p", "the TSS's page: present"),
    Field("idtr.limit", "the IDT's limit", 16),
    Field("gdtr.limit", "the GDT's limit", 16),
    _flag("cr0.wp", "CR0.WP"),
    _flag("cr0.am", "CR0.AM"),
    _flag("cr0.pg", "CR0.PG"),
    _flag("cr4.vme", "CR4.VME"),
    _flag("cr4.smap", "CR4.SMAP"),
)
BY_NAME = {one.name: one for one in FIELDS}
# By what they are about, in the order in which a form shows them.
GROUPS = {
    "event": ("vector", "kind", "error", "length", "cr2", "dr6"),
    "processor": ("mode", "cpl", "vendor", "cr0.pg", "cr0.wp", "cr0.am", "cr4.smap", "cr4.vme"),
    "gate": tuple(one.name for one in FIELDS if one.name.startswith("gate.")),
    "interrupted program": (
        "rip",
        "rsp",
        "ss",
        *(one.name for one in FIELDS if one.name.startswith("rflags.")),
    ),
    "pages": tuple(one.name for one in FIELDS if "_page." in one.name),
    "task-state segment": tuple(one.name for one in FIELDS if one.name.startswith("tss.")),
    "a segment of yours: code, 0x48": tuple(one.name for one in FIELDS if one.name.startswith("code.")),
    "a segment of yours: data, 0x50": tuple(one.name for one in FIELDS if one.name.startswith("data.")),
    "a second gate": tuple(one.name for one in FIELDS if one.name.startswith("gate2.")),
    "task of task gates, 0x40": tuple(one.name for one in FIELDS if one.name.startswith("task.")),
    "limits of the tables": ("idtr.limit", "gdtr.limit"),
}
# Short names on the command line.
ALIASES = {
    "ist": "gate.ist",
    "dpl": "gate.dpl",
    "p": "gate.p",
    "type": "gate.type",
    "selector": "gate.selector",
}
