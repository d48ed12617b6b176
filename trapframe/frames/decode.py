"""Says in the manual's words what the bits of a number mean."""

from __future__ import annotations

from collections.abc import Mapping

VECTORS = {
    0: "#DE",
    1: "#DB",
    2: "NMI",
    3: "#BP",
    4: "#OF",
    5: "#BR",
    6: "#UD",
    7: "#NM",
    8: "#DF",
    10: "#TS",
    11: "#NP",
    12: "#SS",
    13: "#GP",
    14: "#PF",
    16: "#MF",
    17: "#AC",
    18: "#MC",
    19: "#XM",
    20: "#VE",
    21: "#CP",
    28: "#HV",
    29: "#VC",
    30: "#SX",
}
SELECTOR_ERRORS = (10, 11, 12, 13)  # their error codes have the selector format

RFLAGS = {
    "ID": 21,
    "VIP": 20,
    "VIF": 19,
    "AC": 18,
    "VM": 17,
    "RF": 16,
    "NT": 14,
    "OF": 11,
    "DF": 10,
    "IF": 9,
    "TF": 8,
    "SF": 7,
    "ZF": 6,
    "AF": 4,
    "PF": 2,
    "CF": 0,
}
FLAGS = ("rflags", "eflags", "flags")  # names of their register
CR0 = {
    **{"PG": 31, "CD": 30, "NW": 29, "AM": 18, "WP": 16},
    **{"NE": 5, "ET": 4, "TS": 3, "EM": 2, "MP": 1, "PE": 0},
}
TSS_TYPES = {  # of a descriptor
    1: "16-bit TSS, available",
    3: "16-bit TSS, busy",
    9: "32-bit TSS, available",
    11: "32-bit TSS, busy",
}
PAGE_FAULT = {"P": 0, "W": 1, "U": 2, "RSVD": 3, "I": 4, "PK": 5, "SS": 6, "SGX": 15, "RMP": 31}
DR6 = {"B0": 0, "B1": 1, "B2": 2, "B3": 3, "BLD": 11, "BD": 13, "BS": 14, "BT": 15, "RTM": 16}
DR6_INVERTED = ("BLD", "RTM")  # what happened is a 0
DR7 = {name: bit for n in range(4) for name, bit in ((f"L{n}", 2 * n), (f"G{n}", 2 * n + 1))}
DR7 |= {"LE": 8, "GE": 9, "RTM": 11, "GD": 13}
DR7_TYPES = ("X", "W", "IO", "RW")
DR7_LENGTHS = (1, 2, 8, 4)
CONTROL_PROTECTION = {1: "NEAR-RET", 2: "FAR-RET/IRET", 3: "ENDBRANCH", 4: "RSTORSSP", 5: "SETSSBSY"}


BITS = {**dict.fromkeys(FLAGS, RFLAGS), "dr6": DR6, "dr7": DR7}


def bits_of(name: str) -> Mapping[str, int]:
    """The named bits of a field; of a value of the case as of a register of its name, CR0 excepted."""
    last = name.rpartition(".")[2]
    return CR0 if last == "cr0" and not name.startswith("value.") else BITS.get(last, {})


def vector_name(vector: int) -> str:
    """`#PF`; a vector without a name is its number."""
    return VECTORS.get(vector, f"vector {vector}")


def rflags(value: int) -> str:
    """`RF IF CF`, highest bit first."""
    names = [name for name, bit in RFLAGS.items() if value >> bit & 1]
    iopl = value >> 12 & 3
    if iopl:
        names.insert(sum(RFLAGS[name] > 13 for name in names), f"IOPL={iopl}")
    return " ".join(names)


def page_fault_error(value: int) -> str:
    """`P W U`, lowest bit first."""
    return " ".join(name for name, bit in PAGE_FAULT.items() if value >> bit & 1)


def selector_error(value: int) -> str:
    """`GDT[0x68] EXT` (a selector), `LDT[0x8]`, `IDT[13]` (a vector); nothing for a zero."""
    external = ["EXT"] if value & 1 else []
    if value & 2:
        return " ".join([f"IDT[{value >> 3}]", *external])
    if value & ~3:
        return " ".join([f"{'LDT' if value & 4 else 'GDT'}[{value & ~7:#x}]", *external])
    return " ".join(external)


def error(vector: int, value: int) -> str:
    """An error code, in the format of its vector."""
    if vector == 14:
        return page_fault_error(value)
    if vector in SELECTOR_ERRORS:
        return selector_error(value)
    if vector == 17:
        return "EXT" if value & 1 else ""
    if vector == 21:
        encl = ["ENCL"] if value >> 15 & 1 else []
        return " ".join([*filter(None, [CONTROL_PROTECTION.get(value & 0x7FFF)]), *encl])
    return ""


def dr6(value: int) -> str:
    """What happened: `BS B0`, highest bit first."""
    names = [name for name, bit in DR6.items() if (value >> bit & 1) != (name in DR6_INVERTED)]
    return " ".join(reversed(names))


def dr7(value: int) -> str:
    """What is watched: `L0 GD DR0=W4`."""
    names = [name for name, bit in DR7.items() if value >> bit & 1]
    for n in range(4):
        kind, length = value >> (16 + 4 * n) & 3, value >> (18 + 4 * n) & 3
        if kind or length or value >> 2 * n & 3:
            names.append(f"DR{n}={DR7_TYPES[kind]}{DR7_LENGTHS[length]}")
    return " ".join(names)


def field(name: str, value: int, vector: int | None = None) -> str:
    """What the number of a golden file's field means; nothing for a field without bits."""
    last = name.rpartition(".")[2]
    if last == "vector":
        return vector_name(value)
    if last == "error":
        return error(vector, value) if vector is not None else ""
    if last in FLAGS:
        return rflags(value)
    if last == "cr0" and not name.startswith("value."):
        return " ".join(bit for bit, at in CR0.items() if value >> at & 1)
    if last == "type" and "task." in name:
        return TSS_TYPES.get(value, "no TSS")
    if last == "dr6":
        return dr6(value)
    return dr7(value) if last == "dr7" else ""


def difference(name: str, expected: int, actual: int, vector: int | None = None) -> str:
    """The bits of `actual` that differ: `RF 0`, `P 1 W 0`; of a field without bits nothing."""
    last = name.rpartition(".")[2]
    bits = bits_of(name)
    if last == "vector" or (last == "error" and vector in SELECTOR_ERRORS):
        return field(name, actual, vector)
    if last == "error" and vector == 14:
        bits = PAGE_FAULT
    changed = [f"{name} {actual >> bit & 1}" for name, bit in bits.items() if (expected ^ actual) >> bit & 1]
    if bits is RFLAGS and (expected ^ actual) >> 12 & 3:
        changed.append(f"IOPL {actual >> 12 & 3}")
    return " ".join(changed)


def exception(vector: int, code: int | None) -> str:
    """`#GP(GDT[0x68] EXT)`, `#PF(P W U)`, `#GP(0)`, `#UD`."""
    if code is None:
        return vector_name(vector)
    return f"{vector_name(vector)}({error(vector, code) or (f'{code:#x}' if code else '0')})"
