"""A case in C of one state of the sweeps of gates, IRET and far RET, for cases/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trapframe.sweep.told import Told

SPECS = {
    "gates": 'SDM 2A \\"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\\"',
    "plain_gates": 'SDM 3A \\"64-Bit Mode Stack Frame\\"',
    "iret": 'SDM 2A \\"IRET/IRETD/IRETQ-Interrupt Return\\"',
    "far_return": 'SDM 2B \\"RET-Return From Procedure\\"',
}
EVENTS = {  # instruction, gate
    "int_n": ("int 0x40", "0x40"),
    "int3": ("int3", "VEC_BP"),
    "int1": (".byte 0xf1", "VEC_DB"),
    "#UD": ("ud2", "VEC_UD"),
    "#GP": ("mov es, ax", "VEC_GP"),
    "#PF": ("mov al, [rdi]", "VEC_PF"),
}
RETURNS = {  # bytes, and a word of the image
    "iretq": (".byte 0x48, 0xcf", "uint64_t"),
    "iretd": (".byte 0xcf", "uint32_t"),
    "iret": (".byte 0x66, 0xcf", "uint16_t"),
    "ret64": (".byte 0x48, 0xcb", "uint64_t"),
    "ret32": (".byte 0xcb", "uint32_t"),
    "ret16": (".byte 0x66, 0xcb", "uint16_t"),
    "ret64 n": (".byte 0x48, 0xca, 24, 0", "uint64_t"),
    "ret32 n": (".byte 0xca, 24, 0", "uint32_t"),
    "ret16 n": (".byte 0x66, 0xca, 24, 0", "uint16_t"),
}
RELEASED = {"uint64_t": 3, "uint32_t": 6, "uint16_t": 12}  # words that RET n releases
PLAIN = {  # of a gate that nothing refuses
    **{"GATE_P": "1", "GATE_DPL": "3", "GATE_SELECTOR": "varied", "OFFSET": "stub"},
    **{"CS_P": "1", "CS_L": "1", "CS_D": "0", "RPL": "0", "INNER_STACK": "aligned"},
}
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
SELECTORS = {0x78: "SEL_FREE", 0x80: "SEL_FREE + 8", 0x90: "GDT_LIMIT + 1"}  # of the sweep's GDT, and here
VECTORS = {"#DE": "VEC_DE", "vector 64": "0x40", "vector 66": "VEC_BP"}
DF = "#DF"
FLAT = 0x000F00000000FFFF | 1 << 55


class KeepError(Exception):
    """A state of which no case can be made by itself."""

    exit_code = 2


@dataclass
class _Text:
    """Of run(), in the order in which a case is set up."""

    lines: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)

    def add(self, line: str) -> None:
        self.lines.append(f"    {line}")

    def stack(self, name: str, stack: str) -> str:
        if name in OFFSETS:
            return f"stack_base({stack}) + {OFFSETS[name]:#x}"
        if name not in STACKS:
            raise KeepError(f"a stack pointer '{name}' is of the sweep alone")
        address, pages = STACKS[name]
        for page, flags in pages:
            if page not in self.pages:
                self.pages.add(page)
                self.add(f'map_page_at("page_{len(self.pages)}", {page:#x}, {flags});')
        return f"{address:#x}"


def case(sweep: str, told: Told, wanted: str, axes: Mapping[str, Sequence[str]]) -> str:
    """`told`: all of the state; `wanted`: the vector that must come."""
    if sweep not in SPECS:
        raise KeepError(f"no case can be made of a state of {sweep} by itself; of {', '.join(SPECS)} it can")
    values = {name: values[0] for name, values in axes.items()} | dict(told.state)
    if sweep == "plain_gates":
        values |= {**PLAIN, "CS_TYPE": "1f" if values["CONFORMING"] == "1" else "1b"}
    text = _Text()
    place = (_gate if "gates" in sweep else _return)(text, values, wanted)
    odd = ", ".join(f"{name.lower()} {value}" for name, value in told.state if value != axes[name][0])
    fields = {name: expected for name, expected, _, _ in told.fields}
    about = f"{next(iter(values.values()))} of the sweep {sweep}: {odd or 'all ordinary'}"
    compat = ".env = COMPAT32, " if values["MODE"].startswith("compat") else ""
    vector = VECTORS.get(wanted) or f"VEC_{wanted.removeprefix('#')}"
    return "\n".join(
        (
            f"/* From the sweep `{sweep}`: {odd or 'all ordinary'}. */",
            "#include <case.h>",
            "",
            f'CASE(.about = "{about}",',
            f'     .spec = "{SPECS[sweep]}",',
            f"     {compat}.vector = {vector}, .error = {_error(fields)}, .saved_rip = {place});",
            "",
            "void run(void)",
            "{",
            *text.lines,
            "}",
            "",
        )
    )


def _error(fields: Mapping[str, int]) -> str:
    if fields["words"] == 5:
        return "NO_ERROR"
    error = fields["error"]
    selector, low = error & 0xFFF8, error & 7
    if low & 6 or selector not in SELECTORS:
        return f"{error:#x}" if error else "0"
    return SELECTORS[selector] + (f" | {low}" if low else "")


def _mode(text: _Text, mode: str) -> str:
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
            value = _descriptor(kind, ring, 1, int(name == "code"), int(name == "data"))
            text.add(f'start.{register} = add_descriptor("ring_{name}", {value}) | {ring};')
    return "STACK_USER" if ring else "STACK_KERNEL"


def _descriptor(kind: int, dpl: int, present: int, long: int, big: int) -> str:
    return f"{FLAT | kind << 40 | dpl << 45 | present << 47 | long << 53 | big << 54:#018x}"


def _flags(text: _Text, values: Mapping[str, str], names: Sequence[str]) -> None:
    bits = sum(int(values[name]) << FLAGS[name] for name in names if name in values)
    if values.get("STATUS") == "1":
        bits |= STATUS
    if bits:
        text.add(f"start.rflags |= {bits:#x};")


def _gate(text: _Text, values: Mapping[str, str], wanted: str) -> str:
    if values["EVENT"] not in EVENTS:
        raise KeepError(f"an event '{values['EVENT']}' needs a program of its own")
    instruction, vector = EVENTS[values["EVENT"]]
    varied = _descriptor(
        int(values["CS_TYPE"], 16),
        *(int(values[name]) for name in ("CS_DPL", "CS_P", "CS_L", "CS_D")),
    )
    chosen = {
        "varied": f'add_descriptor("varied", {varied})',
        "null": "0",
        "ring 0": "SEL_KERNEL_CODE64",
        "beyond GDT": "GDT_LIMIT + 1",
    }
    if values["GATE_SELECTOR"] not in chosen:
        raise KeepError(f"a selector '{values['GATE_SELECTOR']}' needs an LDT of its own")
    own = _mode(text, values["MODE"])
    ist = f", .ist = {values['GATE_IST']}" if values["GATE_IST"] != "0" else ""
    text.add(f"set_gate({vector}, .dpl = {values['GATE_DPL']}{ist});")
    kind = int(values["GATE_TYPE"], 16) | int(values["GATE_DPL"]) << 5 | int(values["GATE_P"]) << 7
    if (values["GATE_TYPE"], values["GATE_P"]) != ("e", "1"):
        text.add(f"gate_of({vector})->type_dpl_p = {kind:#x};")
    selector = chosen[values["GATE_SELECTOR"]] + (f" | {values['RPL']}" if values["RPL"] != "0" else "")
    if (varied, selector) != (_descriptor(0x1B, 0, 1, 1, 0), chosen["varied"]):
        text.add(f"gate_of({vector})->selector = {selector};")
    if values["OFFSET"] == "non-canonical":
        text.add(f"gate_of({vector})->offset_63_32 = 0x8000;")
    elif values["OFFSET"] != "stub":
        raise KeepError("there is no handler in the upper half")
    if values["STACK"] != "aligned":
        text.add(f"start.rsp = {text.stack(values['STACK'], own)};")
    if values["INNER_STACK"] != "aligned":
        for name, stack in (("ist[0]", "STACK_IST1"), *((f"rsp[{n}]", f"STACK_RSP{n}") for n in range(3))):
            text.add(f"tss.{name} = {text.stack(values['INNER_STACK'], stack)};")
    _flags(text, values, ("IF", "TF", "RF", "NT", "AC", "DF", "IOPL"))
    if values["EVENT"] == "#GP":
        text.add("start.rax = 0xfff8;")
    if values["EVENT"] == "#PF":
        text.add(f"start.rdi = {MISSING:#x};")
    text.add(f'FAULT{"32" if values["MODE"].startswith("compat") else ""}("{instruction}");')
    own_vector = {"int_n": "vector 64", "int3": "#BP", "int1": "#DB"}.get(values["EVENT"])
    return "UNDEFINED" if wanted == DF else "AFTER" if wanted == own_vector else "AT_FAULT"


def _return(text: _Text, values: Mapping[str, str], wanted: str) -> str:
    if values["STACK"] not in OFFSETS:
        raise KeepError(f"an image at '{values['STACK']}' has to be written by hand")
    if values["TARGET"] not in ("landing", "missing", "non-canonical"):
        raise KeepError(f"there is no code at '{values['TARGET']}'")
    for name in ("CS_SELECTOR", "SS_SELECTOR"):
        if values[name] not in ("varied", "null", "beyond GDT"):
            raise KeepError(f"a selector '{values[name]}' needs an LDT of its own")
    if values["CS_LIMIT"] != "4 GiB":
        raise KeepError("a limit by the place of the sweep's target")
    instruction, word = RETURNS[values["INSTRUCTION"]]
    compat = "32" if values["MODE"].startswith("compat") else ""
    text.add(
        f'struct program p = ASSEMBLE{compat}(MARK(fault) "{instruction}\\n" MARK(after) "int3\\n"'
        " MARK(returned));"
    )
    own = _mode(text, values["MODE"])
    text.add("user_may_run_program();")
    text.add("set_gate(VEC_BP, .dpl = 3);")
    code = _descriptor(
        int(values["CS_TYPE"], 16), *(int(values[name]) for name in ("CS_DPL", "CS_P", "CS_L", "CS_D"))
    )
    data = _descriptor(
        int(values["SS_TYPE"], 16), int(values["SS_DPL"]), int(values["SS_P"]), 0, int(values["SS_D"])
    )
    for name, value in (("code", code), ("data", data)):
        text.add(f'uint16_t {name} = add_descriptor("{name}", {value});')
    text.add(f"start.rsp = {text.stack(values['STACK'], own)};")
    _flags(text, values, ("RF", "NT", "AC", "IOPL"))
    flags = 2 | sum(
        int(values[f"NEW_{name}"]) << bit for name, bit in FLAGS.items() if f"NEW_{name}" in values
    )
    target = {"landing": 'label_of(p, "after")', "missing": f"{MISSING:#x}", "non-canonical": f"{1 << 47:#x}"}
    chosen = {"null": "0", "beyond GDT": "(GDT_LIMIT + 1)"}
    between = [f"{flags:#x}"] if "NEW_IF" in values else []
    if values["INSTRUCTION"].endswith(" n"):
        between = ["0"] * RELEASED[word]
    words = (
        target[values["TARGET"]],
        f"{chosen.get(values['CS_SELECTOR'], 'code')} | {values['CS_RPL']}",
        *between,
        text.stack(values["NEW_STACK"], "STACK_USER"),
        f"{chosen.get(values['SS_SELECTOR'], 'data')} | {values['SS_RPL']}",
    )
    for number, value in enumerate(words):
        text.add(f"(({word} *)start.rsp)[{number}] = ({word})({value});")
    text.add("run_program(p);")
    return "UNDEFINED" if wanted == DF else '"returned"' if wanted == "vector 66" else "AT_FAULT"
