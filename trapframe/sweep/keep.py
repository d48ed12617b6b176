"""A case in C of one state of a sweep, for cases/; here those of gates, IRET and far RET."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trapframe.sweep import keep_others
from trapframe.sweep.kept import EVENTS, FLAGS, KeepError, OFFSETS, Text
from trapframe.sweep.kept import assemble, code_of, descriptor, enter_mode, land, raise_event, run_to_target
from trapframe.sweep.kept import set_flags, target
from trapframe.sweep.told import NONE, Told

SPECS = {
    "gates": 'SDM 2A \\"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\\"',
    "plain_gates": 'SDM 3A \\"64-Bit Mode Stack Frame\\"',
    "iret": 'SDM 2A \\"IRET/IRETD/IRETQ-Interrupt Return\\"',
    "far_return": 'SDM 2B \\"RET-Return From Procedure\\"',
    "far_transfer": 'SDM 2A \\"CALL-Call Procedure\\"; SDM 2A \\"JMP-Jump\\"',
    "segment_load": 'SDM 3A \\"Privilege Level Checking\\"',
    "double_fault": 'SDM 3A \\"Interrupt 8-Double Fault Exception (#DF)\\"',
    "paging": 'SDM 3A \\"Page-Fault Exceptions\\"',
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
    **{"CS_P": "1", "CS_L": "1", "CS_D": "0", "RPL": "0", "INNER_STACK": "aligned", "TABLE": "whole"},
}
SELECTORS = {  # of the sweep's GDT, and here
    **{0x38: "SELECTOR_ERROR(SEL_USER_CODE64)", 0x78: "SEL_FREE", 0x80: "SEL_FREE + 8"},
    0x98: "GDT_LIMIT + 1",
}
VECTORS = {"#DE": "VEC_DE", "vector 64": "0x40", "vector 66": "VEC_BP"}


def case(sweep: str, told: Told, wanted: str, axes: Mapping[str, Sequence[str]]) -> str:
    """`told`: all of the state; `wanted`: the vector that must come."""
    if sweep not in SPECS:
        raise KeepError(f"no case can be made of a state of {sweep} by itself; of {', '.join(SPECS)} it can")
    values = {name: values[0] for name, values in axes.items()} | dict(told.state)
    if sweep == "plain_gates":
        values |= {**PLAIN, "CS_TYPE": "1f" if values["CONFORMING"] == "1" else "1b"}
    text = Text()
    refusal = told.decided[1] if told.decided else NONE  # of the instruction
    place = PLACES[sweep](text, values, wanted, refusal)
    odd = ", ".join(f"{name.lower()} {value}" for name, value in told.state if value != axes[name][0])
    fields = {name: expected for name, expected, _, _ in told.fields}
    about = f"{next(iter(values.values()))} of the sweep {sweep}: {odd or 'all ordinary'}"
    compat = ".env = COMPAT32, " if values["MODE"].startswith("compat") else ""
    needs = f", .needs = \"{' '.join(text.needs)}\"" if text.needs else ""
    vector = VECTORS.get(wanted) or f"VEC_{wanted.removeprefix('#')}"
    first = f".vector = {vector}, .error = {_error(fields)}, .saved_rip = {place}"
    return "\n".join(
        (
            f"/* From the sweep `{sweep}`: {odd or 'all ordinary'}. */",
            "#include <case.h>",
            "",
            f'CASE(.about = "{about}",',
            f'     .spec = "{SPECS[sweep]}",',
            f"     {compat}{first if place else '.vector = NO_EXCEPTION'}{needs});",
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


LAST_BYTES = {"to the gate's end": 15, "all but a byte of it": 14, "half of it": 7, "before it": -1}


def _gate(text: Text, values: Mapping[str, str], wanted: str, _: str) -> str:
    if values["EVENT"] not in EVENTS:
        raise KeepError(f"an event '{values['EVENT']}' needs a program of its own")
    vector = EVENTS[values["EVENT"]][1]
    varied = descriptor(
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
    own = enter_mode(text, values["MODE"])
    ist = f", .ist = {values['GATE_IST']}" if values["GATE_IST"] != "0" else ""
    text.add(f"set_gate({vector}, .dpl = {values['GATE_DPL']}{ist});")
    kind = int(values["GATE_TYPE"], 16) | int(values["GATE_DPL"]) << 5 | int(values["GATE_P"]) << 7
    if (values["GATE_TYPE"], values["GATE_P"]) != ("e", "1"):
        text.add(f"gate_of({vector})->type_dpl_p = {kind:#x};")
    selector = chosen[values["GATE_SELECTOR"]] + (f" | {values['RPL']}" if values["RPL"] != "0" else "")
    if (varied, selector) != (descriptor(0x1B, 0, 1, 1, 0), chosen["varied"]):
        text.add(f"gate_of({vector})->selector = {selector};")
    if values["TABLE"] in LAST_BYTES:
        text.add(f"lidt((uintptr_t)&idt, {vector} * 16 + {LAST_BYTES[values['TABLE']]});")
    elif values["TABLE"] != "whole":
        raise KeepError(f"an IDT of which '{values['TABLE']}' has to be copied by hand")
    if values["OFFSET"] == "non-canonical":
        text.add(f"gate_of({vector})->offset_63_32 = 0x8000;")
    elif values["OFFSET"] != "stub":
        raise KeepError("there is no handler in the upper half")
    if values["STACK"] != "aligned":
        text.add(f"start.rsp = {text.stack(values['STACK'], own)};")
    if values["INNER_STACK"] != "aligned":
        for name, stack in (("ist[0]", "STACK_IST1"), *((f"rsp[{n}]", f"STACK_RSP{n}") for n in range(3))):
            text.add(f"tss.{name} = {text.stack(values['INNER_STACK'], stack)};")
    set_flags(text, values, ("IF", "TF", "RF", "NT", "AC", "DF", "IOPL"))
    return raise_event(text, values, wanted)


def _return(text: Text, values: Mapping[str, str], wanted: str, refusal: str) -> str:
    if values["STACK"] not in OFFSETS:
        raise KeepError(f"an image at '{values['STACK']}' has to be written by hand")
    for name in ("CS_SELECTOR", "SS_SELECTOR"):
        if values[name] not in ("varied", "null", "beyond GDT"):
            raise KeepError(f"a selector '{values[name]}' needs an LDT of its own")
    instruction, word = RETURNS[values["INSTRUCTION"]]
    assemble(text, values, instruction)
    own = enter_mode(text, values["MODE"])
    land(text)
    code = code_of(values)
    data = descriptor(
        int(values["SS_TYPE"], 16), int(values["SS_DPL"]), int(values["SS_P"]), 0, int(values["SS_D"])
    )
    for name, value in (("code", code), ("data", data)):
        text.add(f'uint16_t {name} = add_descriptor("{name}", {value});')
    text.add(f"start.rsp = {text.stack(values['STACK'], own)};")
    set_flags(text, values, ("RF", "NT", "AC", "IOPL"))
    flags = 2 | sum(
        int(values[f"NEW_{name}"]) << bit for name, bit in FLAGS.items() if f"NEW_{name}" in values
    )
    chosen = {"null": "0", "beyond GDT": "(GDT_LIMIT + 1)"}
    between = [f"{flags:#x}"] if "NEW_IF" in values else []
    if values["INSTRUCTION"].endswith(" n"):
        between = ["0"] * RELEASED[word]
    words = (
        target(values),
        f"{chosen.get(values['CS_SELECTOR'], 'code')} | {values['CS_RPL']}",
        *between,
        text.stack(values["NEW_STACK"], "STACK_USER"),
        f"{chosen.get(values['SS_SELECTOR'], 'data')} | {values['SS_RPL']}",
    )
    for number, value in enumerate(words):
        text.add(f"(({word} *)start.rsp)[{number}] = ({word})({value});")
    return run_to_target(text, values, wanted, refusal)


PLACES: Mapping[str, Callable[[Text, Mapping[str, str], str, str], str]] = {  # what the first frame saves
    **{"gates": _gate, "plain_gates": _gate, "iret": _return, "far_return": _return},
    **{"far_transfer": keep_others.transfer, "segment_load": keep_others.load},
    **{"double_fault": keep_others.double_fault, "paging": keep_others.access},
}
