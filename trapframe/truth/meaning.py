"""Says in words what a golden file's value means: `after+0x0` is the next instruction."""

from __future__ import annotations

import re

from trapframe.frames import decode
from trapframe.frames.facts import IPS, is_selector
from trapframe.frames.symbol import ADDRESS, SELECTOR
from trapframe.frames.terms import TITLES
from trapframe.truth.expect import Expect

SELECTORS = {
    "kernel_code64": "64-bit code, CPL 0",
    "kernel_code32": "compatibility-mode code, CPL 0",
    "user_code64": "64-bit code, CPL 3",
    "user_code32": "compatibility-mode code, CPL 3",
    "kernel_code": "32-bit code, CPL 0",
    "user_code": "32-bit code, CPL 3",
    "kernel_data": "writable data, DPL 0",
    "user_data": "writable data, DPL 3",
    **{f"ring{n}_code": f"32-bit code, CPL {n}" for n in (1, 2)},
    **{f"ring{n}_data": f"writable data, DPL {n}" for n in (1, 2)},
    **{
        f"data_{name}": f"what {name.upper()} of the program begins with" for name in ("ds", "es", "fs", "gs")
    },
    "code_1mib": "32-bit code from 1 MiB on, CPL 0",
    "tss": "the TSS",
    # In real and virtual-8086 mode a segment is no selector.
    "real_code": "the segment of 16-bit code",
    "real_stack": "the segment of its stack",
    **{f"real_{name}": f"the segment in {name.upper()} of the program" for name in ("ds", "es", "fs", "gs")},
}
TASKS = ("tr", "link")  # fields that name a task by its selector
KEPT = {"kept": "unchanged", "overwritten": "not what was pushed any more"}
INSTRUCTIONS = {"fault+0x0": "the instruction itself", "after+0x0": "the next instruction"}
PAGE_FAULT = (  # bits that are named where they are set
    ("RSVD", "a reserved bit is set in an entry"),
    ("PK", "forbidden by a protection key"),
    ("SS", "a shadow-stack access"),
    ("SGX", "a rule of SGX"),
    ("RMP", "a rule of the RMP"),
)
STACKS = {
    "kernel": "the program's own, CPL 0",
    "user": "the program's own, CPL 3",
    "ring1": "the program's own, CPL 1",
    "ring2": "the program's own, CPL 2",
    "real": "the program's own, of 16-bit code below 1 MiB",
    "none": "no stack with a name",
}
TASK_STACK = re.compile(r"(?:task|low)\d")
NUMBERED_STACK = re.compile(r"(rsp|esp|ist)(\d)")


def value(name: str, wanted: Expect, vector: int | None = None) -> str:
    """Of the field `name` (without its frame); nothing where the text says all. `vector`: the frame's."""
    if wanted.text == "any":
        return "left open"
    return _with_mask(text(name, wanted.text, vector), wanted.mask)


def text(name: str, said: str, vector: int | None = None) -> str:
    if said in KEPT:
        return KEPT[said]
    if name == "above":
        return "what the program or an earlier delivery has left there"
    last = name.rpartition(".")[2]
    if name == "interrupts":
        return "the program under test" if said == "program" else f"the handler of {said}"
    if name == "error":
        return _error(said, vector)
    if name == "handler.stack":
        return _stack(said)
    if is_selector(name):
        return f"the task {said}" if last in TASKS and SELECTOR.fullmatch(said) else _selector(said)
    if last in IPS and said in INSTRUCTIONS:
        return INSTRUCTIONS[said]
    if said.startswith("0x"):
        return _number(name, int(said, 16))
    return _address(said, last in IPS)


def _with_mask(said: str, mask: int | None) -> str:
    return said if mask is None else f"{said}{', ' * bool(said)}only the bits {mask:#x}"


def _number(name: str, number: int) -> str:
    if name == "vector":
        title = TITLES.get(number)
        return f"{decode.vector_name(number)}, {title}" if title else decode.vector_name(number)
    empty = {**dict.fromkeys(decode.FLAGS, "no flag"), "dr6": "no condition met", "dr7": "nothing armed"}.get(
        name.rpartition(".")[2], ""
    )
    return decode.field(name, number) or empty


def _error(said: str, vector: int | None) -> str:
    if not said.startswith("0x"):
        return "there is none" if said == "none" else ""
    code = int(said, 16)
    bits = "" if vector is None else decode.error(vector, code)
    meaning = ""
    if vector == 14:
        meaning = _page_fault(bits.split())
    elif vector in decode.SELECTOR_ERRORS:
        meaning = _selector_error(code)
    return ": ".join(filter(None, (bits, meaning)))


def _page_fault(bits: list[str]) -> str:
    access = "an instruction fetch" if "I" in bits else "a write" if "W" in bits else "a read"
    where = "in user mode" if "U" in bits else "in supervisor mode"
    page = "the page is present" if "P" in bits else "the page is not present"
    return ", ".join((f"{access} {where}", page, *(words for bit, words in PAGE_FAULT if bit in bits)))


def _selector_error(code: int) -> str:
    external = ", an event from outside the program" if code & 1 else ""
    if code & 2:
        return f"gate {code >> 3:#x} of the IDT{external}"
    if code & ~3:
        return f"the descriptor at {code & ~7:#x} of the {'LDT' if code & 4 else 'GDT'}{external}"
    return f"no descriptor{external}"


def _stack(said: str) -> str:
    numbered = NUMBERED_STACK.fullmatch(said)
    if numbered:
        return f"{numbered[1].upper()}{numbered[2]} of the TSS"
    if TASK_STACK.fullmatch(said):
        return "of a task of the case"
    return STACKS.get(said, "")


def _selector(said: str) -> str:
    if said == "0x0":
        return "the null selector"
    match = SELECTOR.fullmatch(said)
    if said.startswith("0x") or not match:
        return ""
    named = SELECTORS.get(match[1], f"a descriptor of the case, {match[1]}")
    return named if match[2] is None else f"{named}, with RPL {match[2]}"


def _address(said: str, code: bool) -> str:
    match = ADDRESS.fullmatch(said)
    if not match:
        return ""
    name, sign, distance = match[1], match[2], int(match[3], 16)
    stack = name.removesuffix("_top")
    where = f"the top of the stack {stack}" if stack != name else f"{'the label ' * code}{name} of the case"
    if not distance:
        return where
    unit = "byte" if distance == 1 else "bytes"
    return f"{distance} {unit} {'below' if sign == '-' else 'above' if stack != name else 'into'} {where}"
