"""What cases of states of sweeps have in common: modes, stacks, events, descriptors, lines of run()."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trapframe.sweep.told import NONE

STATUS = 0x8D5  # all status flags
FLAGS = {"IF": 9, "TF": 8, "RF": 16, "NT": 14, "AC": 18, "DF": 10, "IOPL": 12, "VM": 17, "VIF": 19, "VIP": 20}
FLAGS["ID"] = 21
MISSING, READ_ONLY, SUPERVISOR = 0x40001000, 0x40003000, 0x40005000
ABOVE_MISSING, ABOVE_READ_ONLY = 0x40007000, 0x40009000
LAST_LOW, FIRST_HIGH = 0x7FFFFFFFF000, 0xFFFF800000000000
OPEN = "PAGE_PRESENT | PAGE_WRITE | PAGE_USER"
STACKS: Mapping[str, tuple[int, Sequence[tuple[int, str]]]] = {  # address, and the pages that it needs
    "missing": (MISSING + 0x800, ()),
    "read-only": (READ_ONLY + 0x800, [(READ_ONLY, "PAGE_PRESENT | PAGE_USER")]),
    "supervisor": (SUPERVISOR + 0x800, [(SUPERVISOR, "PAGE_PRESENT | PAGE_WRITE")]),
    "into missing": (ABOVE_MISSING + 0x18, [(ABOVE_MISSING, OPEN)]),
    "into missing +8": (ABOVE_MISSING + 8, [(ABOVE_MISSING, OPEN)]),
    "at missing": (ABOVE_MISSING, [(ABOVE_MISSING, OPEN)]),
    "into read-only": (
        ABOVE_READ_ONLY + 0x10,
        [(ABOVE_READ_ONLY, OPEN), (ABOVE_READ_ONLY - 0x1000, "PAGE_PRESENT | PAGE_USER")],
    ),
    "non-canonical": (0x0000900000000000, ()),
    "first non-canonical": (LAST_LOW + 0x1000, [(LAST_LOW, OPEN)]),
    "last canonical": (LAST_LOW + 0xFFF, [(LAST_LOW, OPEN)]),
    "last low": (LAST_LOW + 0x800, [(LAST_LOW, OPEN)]),
    "high": (FIRST_HIGH + 0x800, [(FIRST_HIGH, OPEN)]),
    "high, into non-canonical": (FIRST_HIGH + 0x20, [(FIRST_HIGH, OPEN)]),
    "high, first byte": (FIRST_HIGH, [(FIRST_HIGH, OPEN)]),
    "zero": (0, ()),
    "wraps": (0x20, ()),
}
OFFSETS = {"aligned": 0x800, "+8": 0x808, "+1": 0x801, "+4": 0x804, "+7": 0x807, "+15": 0x80F}
SIZES = {"uint16_t": 2, "uint32_t": 4, "uint64_t": 8}
EVENTS = {  # instruction, gate
    "int_n": ("int 0x40", "0x40"),
    "int3": ("int3", "VEC_BP"),
    "int1": (".byte 0xf1", "VEC_DB"),
    "#UD": ("ud2", "VEC_UD"),
    "#GP": ("mov es, ax", "VEC_GP"),
    "#PF": ("mov al, [rdi]", "VEC_PF"),
}
DF = "#DF"
FLAT = 0x000F00000000FFFF | 1 << 55


class KeepError(Exception):
    """A state of which no case can be made by itself."""

    exit_code = 2


@dataclass
class Text:
    """Of run(), in the order in which a case is set up."""

    lines: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    needs: list[str] = field(default_factory=list)  # features of the processor

    def add(self, line: str) -> None:
        self.lines.append(f"    {line}")

    def stack(self, name: str, stack: str) -> str:
        if name in OFFSETS:
            return f"stack_base({stack}) + {OFFSETS[name]:#x}"
        if name not in STACKS:
            raise KeepError(f"a stack pointer '{name}' is of the sweep alone")
        address, pages = STACKS[name]
        for page, rights in pages:
            self.page(page, rights)
        return f"{address:#x}"

    def page(self, address: int, rights: str) -> None:
        if address not in self.pages:
            self.pages.add(address)
            self.add(f'map_page_at("page_{len(self.pages)}", {address:#x}, {rights});')


def enter_mode(text: Text, mode: str) -> str:
    """The stack of the program."""
    ring = int(mode[-1])
    if mode == "compat 0":
        text.add("in_compat_kernel();")
    elif mode == "compat 3":
        text.add("in_compat_user();")
    elif ring == 3:
        text.add("in_user_mode();")
    elif ring:
        text.add("in_user_mode();")
        for name, kind, register in (("code", 0x1B, "cs"), ("data", 0x13, "ss")):
            value = descriptor(kind, ring, 1, int(name == "code"), int(name == "data"))
            text.add(f'start.{register} = add_descriptor("ring_{name}", {value}) | {ring};')
    return "STACK_USER" if ring else "STACK_KERNEL"


def descriptor(kind: int, dpl: int, present: int, long: int, big: int) -> str:
    return f"{FLAT | kind << 40 | dpl << 45 | present << 47 | long << 53 | big << 54:#018x}"


def set_flags(text: Text, values: Mapping[str, str], names: Sequence[str]) -> None:
    bits = sum(int(values[name]) << FLAGS[name] for name in names if name in values)
    if values.get("STATUS") == "1":
        bits |= STATUS
    if bits:
        text.add(f"start.rflags |= {bits:#x};")


def put(text: Text, place: str, words: Sequence[tuple[str, str]]) -> None:
    """Words from an address upwards: the type and the value of each."""
    text.add(f"uint8_t *memory = (uint8_t *)frame_of({place});")
    text.add("")
    at = 0
    for kind, value in words:
        text.add(f"*({kind} *)(memory + {at}) = ({kind})({value});")
        at += SIZES[kind]


def raise_event(text: Text, values: Mapping[str, str], wanted: str) -> str:
    """The program of one of EVENTS, and what its frame saves."""
    event = values["EVENT"]
    if event == "#GP":
        text.add("start.rax = 0xfff8;")
    if event == "#PF":
        text.add(f"start.rdi = {MISSING:#x};")
    text.add(f'FAULT{"32" if values["MODE"].startswith("compat") else ""}("{EVENTS[event][0]}");')
    own_vector = {"int_n": "vector 64", "int3": "#BP", "int1": "#DB"}.get(event)
    return "UNDEFINED" if wanted == DF else "AFTER" if wanted == own_vector else "AT_FAULT"


def assemble(text: Text, values: Mapping[str, str], instruction: str) -> None:
    """A program whose instruction leads to the INT3 behind it, or elsewhere."""
    compat = "32" if values["MODE"].startswith("compat") else ""
    text.add(
        f'struct program p = ASSEMBLE{compat}(MARK(fault) "{instruction}\\n" MARK(after) "int3\\n"'
        " MARK(returned));"
    )


def land(text: Text) -> None:
    """In any ring, and whatever its own stack is."""
    text.add("user_may_run_program();")
    text.add("set_gate(VEC_BP, .dpl = 3);")


def code_of(values: Mapping[str, str]) -> str:
    if values["CS_LIMIT"] != "4 GiB":
        raise KeepError("a limit by the place of the sweep's target")
    numbers = (int(values[name]) for name in ("CS_DPL", "CS_P", "CS_L", "CS_D"))
    return descriptor(int(values["CS_TYPE"], 16), *numbers)


def target(values: Mapping[str, str]) -> str:
    places = {"landing": 'label_of(p, "after")', "missing": f"{MISSING:#x}", "non-canonical": f"{1 << 47:#x}"}
    if values["TARGET"] not in places:
        raise KeepError(f"there is no code at '{values['TARGET']}'")
    return places[values["TARGET"]]


def run_to_target(text: Text, values: Mapping[str, str], wanted: str, refusal: str) -> str:
    """What the first frame saves; `refusal`: the rule by which the instruction isn't done."""
    elsewhere = refusal == NONE and values["TARGET"] != "landing"
    if elsewhere:
        text.add(f'name_place("target", {target(values)}, 1);')
    text.add("run_program(p);")
    if wanted == DF:
        return "UNDEFINED"
    if wanted == "vector 66":
        return '"returned"'
    return "AT_FAULT" if refusal != NONE else '"target"' if elsewhere else "AFTER"
