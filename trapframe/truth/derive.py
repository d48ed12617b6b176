"""Derives a golden section from what a case declares and the manual's rules, never from a frame."""

from __future__ import annotations

from collections.abc import Iterator

from trapframe.frames import symbol
from trapframe.frames.symbol import SymbolError, Symbols
from trapframe.model import CaseInfo, Place, Record
from trapframe.truth.expect import Expect, Field, Outcome, Section
from trapframe.truth.golden import FILL_IN

FLAGS = {"TF": 1 << 8, "IF": 1 << 9, "NT": 1 << 14, "RF": 1 << 16, "VM": 1 << 17}
DR7_GD = 1 << 13
INTERRUPT_GATE = 0xE

# SDM 3A "Exception and Interrupt Vectors". #DB may be either; RF is as for a trap in both (SDM 3B
# "Instruction-Breakpoint Exception Condition").
FAULTS = (0, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 19, 20, 21)
DEBUG, DOUBLE_FAULT, PAGE_FAULT, MACHINE_CHECK = 1, 8, 14, 18
UNDEFINED_CS_RIP = (
    'SDM 3A "Interrupt 8-Double Fault Exception (#DF)": the saved contents of CS and EIP are undefined'
)
UNDEFINED_RF = (
    'SDM 3B "Instruction-Breakpoint Exception Condition" says what RF is saved for faults, traps and '
    "interrupts, not for aborts"
)
CONTRADICTION_IST_SS = (
    'SDM 3A "Interrupt Stack Table" forces SS to NULL, '
    'SDM 2A "INT n/INTO/INT3/INT1-Call to Interrupt Procedure" leaves it where CPL stays'
)


class DeriveError(ValueError):
    """The record lacks a fact that the rules need."""


def derive(info: CaseInfo, record: Record) -> Section:
    """The section. What the rules don't tell is left to the author, marked so that golden.py refuses it."""
    names = symbol.symbols(info, record)
    fields: list[Field] = []
    if info.outcome == "exception":
        fields.extend(_frame(info, record, names))
    if info.outcome == "none" or (info.outcome == "exception" and info.resumes):
        fields.extend(_final(record, names))
    if info.outcome != "shutdown":
        fields.extend(_facts_of_the_case(record))
    fields.append(Field("end", Expect("shutdown" if info.outcome == "shutdown" else "exit")))
    name = info.case.partition("/")[2]
    return Section(name, False, (Field("spec", Expect(info.spec)),), (Outcome(tuple(fields)),))


def _fill_in(what: str) -> Expect:
    return Expect("any", None, f"{FILL_IN}: {what}")


def _hexadecimal(value: int) -> Expect:
    return Expect(f"{value:#x}")


def _frame(info: CaseInfo, record: Record, names: Symbols) -> Iterator[Field]:
    yield Field("frame 1", Expect(""))
    for name, expect in (_saved(info, record, names) | _handler(info, record, names)).items():
        yield Field(f"frame 1.{name}", expect)


def _saved(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """What the processor pushes, and the registers that delivery leaves alone."""
    assert info.vector is not None
    start = record.start
    saved = {
        "interrupts": Expect("program"),
        "vector": _hexadecimal(info.vector),
        "error": Expect("none") if info.error is None else _hexadecimal(info.error),
        "rip": _rip(info, names),
        "cs": Expect(symbol.name_selector(names, start["cs"])),
        "rflags": _hexadecimal(start["rflags"] | (FLAGS["RF"] if _is_fault(info) else 0)),
        "rsp": Expect(symbol.name_stack_pointer(names, start["rsp"])),
        "ss": Expect(symbol.name_selector(names, start["ss"])),
    }
    if info.vector in (DOUBLE_FAULT, MACHINE_CHECK) and info.saved_rip != "after":
        if info.vector == DOUBLE_FAULT:
            saved |= {name: Expect("any", None, UNDEFINED_CS_RIP) for name in ("rip", "cs")}
            saved["rflags"] = Expect(f"{start['rflags']:#x}", 2**64 - 1 - FLAGS["RF"], UNDEFINED_RF)
        else:
            saved |= {name: _fill_in("what an abort saves") for name in ("rip", "cs", "rflags", "rsp", "ss")}
    debug = info.vector == DEBUG and info.saved_rip
    return saved | {
        "above": Expect("kept"),
        "cr2": _cr2(info),
        "dr6": _fill_in("which conditions were met") if debug else _hexadecimal(start["dr6"]),
        "dr7": _hexadecimal(start["dr7"] & ~DR7_GD if debug else start["dr7"]),
        "gprs": Expect("kept"),
        "segments": Expect("kept"),
    }


def _is_fault(info: CaseInfo) -> bool:
    """INT n of a fault's vector is none."""
    return info.vector in FAULTS and info.saved_rip != "after"


def _cr2(info: CaseInfo) -> Expect:
    if info.vector == PAGE_FAULT and _is_fault(info):
        return _fill_in("the linear address that faulted")
    if info.vector == DOUBLE_FAULT and info.saved_rip != "after":
        return _fill_in("the linear address if a page fault came first, else kept")
    return Expect("kept")


def _rip(info: CaseInfo, names: Symbols) -> Expect:
    if info.saved_rip == "undefined":
        return _fill_in("which sentence leaves it undefined")
    if not info.saved_rip:
        return _fill_in("which instruction the manual saves")
    text = f"{info.saved_rip}+0x0"
    try:
        symbol.resolve_address(names, text)
    except SymbolError as error:
        raise DeriveError(f"cases/{info.file}.c: .saved_rip is '{info.saved_rip}': {error}") from error
    return Expect(text)


def _handler(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """The state that the handler starts with (SDM 3A "Exception and Interrupt Handling in 64-bit Mode")."""
    gate = next((gate for gate in record.gates if gate["vector"] == info.vector), None)
    if gate is None:
        raise DeriveError(f"the record has no 'gate' line for vector {info.vector:#x}")
    start = record.start
    changed = start["cs"] & 3 != 0  # every handler here runs at CPL 0
    cleared = FLAGS["TF"] | FLAGS["NT"] | FLAGS["RF"] | FLAGS["VM"]
    if gate["type"] == INTERRUPT_GATE:
        cleared |= FLAGS["IF"]
    before = _stack_pointer(gate["ist"] & 7, changed, start["rsp"], names)
    rsp = (before & ~15) - 8 * (5 if info.error is None else 6)
    stack = symbol.stack_of(names, rsp)
    return {
        "handler.rflags": _hexadecimal(start["rflags"] & ~cleared),
        "handler.rsp": Expect(symbol.name_stack_pointer(names, rsp)),
        "handler.stack": Expect(stack.name if stack else "none"),
        "handler.cs": Expect("kernel_code64"),
        "handler.ss": _handler_ss(gate["ist"] & 7, changed, start["ss"], names),
        "at_end": Expect("kept"),
    }


def _handler_ss(ist: int, changed: bool, interrupted: int, names: Symbols) -> Expect:
    if changed:
        return _hexadecimal(0)
    if ist:  # NULL or what it was, and nothing else
        return Expect("0x0", 2**64 - 1 - interrupted, CONTRADICTION_IST_SS)
    return Expect(symbol.name_selector(names, interrupted))


def _stack_pointer(ist: int, changed: bool, rsp: int, names: Symbols) -> int:
    """IST where the gate names one; else RSP0 with a change of privilege; else the stack in use."""
    if not ist and not changed:
        return rsp
    stack = _stack(f"ist{ist}" if ist else "rsp0", names)
    return stack.base + stack.size


def _stack(name: str, names: Symbols) -> Place:
    for stack in names.stacks:
        if stack.name == name:
            return stack
    raise DeriveError(f"the harness has no stack '{name}'")


def _final(record: Record, names: Symbols) -> Iterator[Field]:
    """A program that runs to its end has changed nothing but what its author says."""
    start = record.start
    yield Field("final", Expect(""))
    yield Field("final.rflags", _hexadecimal(start["rflags"]))
    yield Field("final.rsp", Expect(symbol.name_stack_pointer(names, start["rsp"])))
    yield Field("final.gprs", Expect("kept"))
    yield Field("final.segments", Expect("kept"))
    if record.final and record.final.sse is not None:
        yield Field("final.sse", Expect("kept"))


def _facts_of_the_case(record: Record) -> Iterator[Field]:
    for name in record.values:
        yield Field(f"value.{name}", _fill_in("what the case reads there"))
    for name, dump in record.memory.items():
        for at in range(0, len(dump), 16):
            yield Field(f"memory.{name}+{at:#x}", _fill_in("what the memory holds at the end"))
