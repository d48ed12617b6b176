"""Derives a golden section from what a case declares and the manual's rules, never from a frame."""

from __future__ import annotations

from collections.abc import Iterator

from trapframe.frames import environment, layout, symbol, task
from trapframe.frames.environment import VM86_FIELDS
from trapframe.frames.symbol import SymbolError, Symbols
from trapframe.model import CaseInfo, Place, Record, Task
from trapframe.truth.expect import Expect, Field, Outcome, Section
from trapframe.truth.golden import FILL_IN

FLAGS = {"TF": 1 << 8, "IF": 1 << 9, "NT": 1 << 14, "RF": 1 << 16, "VM": 1 << 17}
DR7_GD = 1 << 13
INTERRUPT_GATES = (0x6, 0xE)
AC = 1 << 18
CR0, TS = 0x80010033, 1 << 3  # as the harness sets it; each task switch sets TS

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
RF_OF_A_TASK = (
    'SDM 3B "Instruction-Breakpoint Exception Condition" says what RF is pushed on a stack, and a task gate '
    "pushes no EFLAGS"
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
        fields.extend(_final(info, record, names))
    if info.outcome != "shutdown":
        fields.extend(_facts_of_the_case(record))
    fields.append(Field("end", Expect("shutdown" if info.outcome == "shutdown" else "exit")))
    name = info.case.partition("/")[2]
    return Section(name, False, (Field("spec", Expect(info.spec)),), (Outcome(tuple(fields)),))


def _fill_in(what: str) -> Expect:
    return Expect("any", None, f"{FILL_IN}: {what}")


def _any(because: str) -> Expect:
    return Expect("any", None, because)


def _hexadecimal(value: int) -> Expect:
    return Expect(f"{value:#x}")


def _frame(info: CaseInfo, record: Record, names: Symbols) -> Iterator[Field]:
    env = environment.of(info.env)
    found = _saved(info, record, names) | HANDLERS[env.word](info, record, names)
    yield Field("frame 1", Expect(""))
    for name in env.frame_fields:
        if name in found:
            yield Field(f"frame 1.{name}", found.pop(name))
        group = {"gprs": "gpr.", "segments": "segment.", "tasks": "task."}.get(name)
        for own in [other for other in found if group and other.startswith(group)]:
            yield Field(f"frame 1.{own}", found.pop(own))
    assert not found, found


def _saved(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """What the processor pushes, and the registers that delivery leaves alone."""
    assert info.vector is not None
    env, start = environment.of(info.env), _interrupted(info, record)
    saved = {
        "interrupts": Expect("program"),
        "vector": _hexadecimal(info.vector),
        "error": Expect("none") if info.error is None else _hexadecimal(info.error),
        env.ip: _ip(info, names),
        "cs": Expect(symbol.name_selector(names, start["cs"])),
        env.flags: _hexadecimal(start[env.flags] | (FLAGS["RF"] if _is_fault(info) else 0)),
        env.sp: Expect(_stack_name(names, start[env.sp], _base(record, "ss"))),
        "ss": Expect(symbol.name_selector(names, start["ss"])),
    }
    if info.vector in (DOUBLE_FAULT, MACHINE_CHECK) and info.saved_rip != "after":
        if info.vector == DOUBLE_FAULT:
            saved |= dict.fromkeys((env.ip, "cs"), _any(UNDEFINED_CS_RIP))
            saved[env.flags] = Expect(f"{start[env.flags]:#x}", 2**64 - 1 - FLAGS["RF"], UNDEFINED_RF)
        else:
            open_to = (env.ip, "cs", env.flags, env.sp, "ss")
            saved |= {name: _fill_in("what an abort saves") for name in open_to}
    debug = info.vector == DEBUG and info.saved_rip
    control = {
        "cr2": _cr2(info),
        "dr6": _fill_in("which conditions were met") if debug else _hexadecimal(start["dr6"]),
        "dr7": _hexadecimal(start["dr7"] & ~DR7_GD if debug else start["dr7"]),
    }
    return saved | {
        "above": Expect("kept"),
        **{name: control[name] for name in env.control},
        "gprs": Expect("kept"),
        "segments": Expect("kept"),
    }


def _base(record: Record, segment: str) -> int:
    """Of a segment that the program starts with: 16 times the selector in real and virtual-8086 mode."""
    env = environment.of(record.env)
    bases = (
        dict(layout.linear(record.start, record.bases, (env.ip, env.sp, env.flags))) if env.segmented else {}
    )
    return bases.get(env.sp if segment == "ss" else env.ip, 0)


def _stack_name(names: Symbols, offset: int, base: int) -> str:
    """A stack pointer by its name, which stands for a linear address."""
    return symbol.name_stack(names, offset + base) or (
        symbol.name_stack_pointer(names, offset) if not base else f"{offset:#x}"
    )


def _is_fault(info: CaseInfo) -> bool:
    """INT n of a fault's vector is none."""
    return info.vector in FAULTS and info.saved_rip != "after"


def _cr2(info: CaseInfo) -> Expect:
    if info.vector == PAGE_FAULT and _is_fault(info):
        return _fill_in("the linear address that faulted")
    if info.vector == DOUBLE_FAULT and info.saved_rip != "after":
        return _fill_in("the linear address if a page fault came first, else kept")
    return Expect("kept")


def _ip(info: CaseInfo, names: Symbols) -> Expect:
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


def _gate(info: CaseInfo, record: Record) -> dict[str, int]:
    gate = next((gate for gate in record.gates if gate["vector"] == info.vector), None)
    if gate is None:
        raise DeriveError(f"the record has no 'gate' line for vector {info.vector:#x}")
    return gate


def _handler_flags(flags: int, gate: int) -> Expect:
    """SDM 3A "Flag Usage By Exception- or Interrupt-Handler Procedure"."""
    cleared = FLAGS["TF"] | FLAGS["NT"] | FLAGS["RF"] | FLAGS["VM"]
    return _hexadecimal(flags & ~(cleared | (FLAGS["IF"] if gate in INTERRUPT_GATES else 0)))


def _ia32e(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """The state that the handler starts with (SDM 3A "Exception and Interrupt Handling in 64-bit Mode")."""
    gate, start = _gate(info, record), record.start
    changed = start["cs"] & 3 != 0  # every handler here runs at CPL 0
    before = _stack_pointer(gate["ist"] & 7, changed, start["rsp"], names)
    rsp = (before & ~15) - 8 * (5 if info.error is None else 6)
    stack = symbol.stack_of(names, rsp)
    return {
        "handler.rflags": _handler_flags(start["rflags"], gate["type"]),
        "handler.rsp": Expect(symbol.name_stack_pointer(names, rsp)),
        "handler.stack": Expect(stack.name if stack else "none"),
        "handler.cs": Expect("kernel_code64"),
        "handler.ss": _handler_ss(gate["ist"] & 7, changed, start["ss"], names),
        "at_end": Expect("kept"),
    }


def _protected(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """The same in 32-bit protected mode (SDM 3A "Exception- or Interrupt-Handler Procedures")."""
    gate, start = _gate(info, record)["type"], _interrupted(info, record)
    if gate == layout.TASK_GATE:
        return _by_task_gate(info, record, names)
    vm86 = start["eflags"] & FLAGS["VM"]
    changed = bool(vm86 or start["cs"] & 3)
    short = gate in layout.GATES_16
    count = layout.VM86 if vm86 else layout.INNER if changed else layout.SAME
    before = start["esp"]
    if changed:
        stack = _stack("esp0", names)
        before = stack.base + stack.size
    esp = before - (2 if short else 4) * (count + (info.error is not None))
    at = symbol.stack_of(names, esp)
    found = {
        "handler.eflags": _handler_flags(start["eflags"], gate),
        "handler.esp": Expect(symbol.name_stack_pointer(names, esp)),
        "handler.stack": Expect(at.name if at else "none"),
        "handler.cs": Expect("code_1mib" if short else "kernel_code"),
        "handler.ss": Expect("kernel_data" if changed else symbol.name_selector(names, start["ss"])),
        **(_tasks_switched(info, record, names) or _tasks_kept(record, names)),
        "at_end": Expect("kept"),
    }
    if short:
        found["eflags"] = _hexadecimal(start["eflags"] & 0xFFFF)
    if vm86:
        found |= {name: Expect(symbol.name_selector(names, start[name])) for name in VM86_FIELDS}
        found |= {f"segment.{name}": _hexadecimal(0) for name in ("ds", "es", "fs", "gs")}
    return found


def _switched_to(info: CaseInfo, record: Record) -> Task | None:
    """The task that the program itself goes to: the first frame comes from its code."""
    place = record.labels.get(info.saved_rip)
    gates = [gate for gate in record.gates if gate["vector"] == info.vector]
    if not record.tasks or place is None or not gates or gates[0]["type"] == layout.TASK_GATE:
        return None
    others = [one for one in record.tasks if one.selector != record.start["tr"]]
    begins: list[tuple[int, Task | None]] = [(_entry(one, record), one) for one in others]
    begins.append((record.start["eip"] + _base(record, "cs"), None))
    behind = [one for one in begins if one[0] <= place]
    return max(behind, key=lambda one: one[0])[1] if behind else None


def _entry(one: Task, record: Record) -> int:
    """The linear address that it begins at."""
    words = task.interrupted(one)
    return words["eip"] + dict(layout.linear(words, record.bases, ("eip", "esp", "eflags"))).get("eip", 0)


def _interrupted(info: CaseInfo, record: Record) -> dict[str, int]:
    """The state that the first frame saves, the instruction pointer apart."""
    new = _switched_to(info, record)
    if new is None:
        return record.start
    segments = {name: value for name, (value, _) in task.loaded(new).items() if len(name) == 2}
    return {**record.start, **segments, **task.interrupted(new)}


def _tasks_switched(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """What a switch by the program itself has written; NT, link and busy bits are not told by the record."""
    new = _switched_to(info, record)
    old = task.running(record.tasks, record.start["tr"]) if new else None
    if new is None or old is None:
        return {}
    behind = Expect("after+0x0") if "after" in record.labels else _fill_in("where the old task goes on")
    written = _switched(old, new, record, names, behind)
    flags = task.interrupted(new)["eflags"] | (FLAGS["RF"] if _is_fault(info) else 0)
    return {
        "eflags": _fill_in(f"{flags:#x}, and NT where CALL came here"),
        "tr": Expect(new.name),
        "ldtr": Expect(symbol.name_selector(names, task.fields(new).get("ldt", 0))),
        "cr0": _hexadecimal(CR0 | TS),
        "cr3": Expect("kept"),
        "tasks": Expect("kept"),
        f"task.{old.name}.type": _fill_in(f"{old.type & ~2:#x} by JMP and IRET; by CALL no such line"),
        **{f"task.{name}": expect for name, expect in written.items()},
        f"task.{new.name}.link": _fill_in(f"{old.name} by CALL; by JMP and IRET no such line"),
    }


def _tasks_kept(record: Record, names: Symbols) -> dict[str, Expect]:
    """Where there are tasks, and no switch to another one."""
    if not record.tasks:
        return {}
    return {
        "tr": Expect(symbol.name_selector(names, record.start["tr"])),
        "ldtr": Expect(symbol.name_selector(names, record.start["ldtr"])),
        "cr0": _hexadecimal(CR0),
        "cr3": Expect("kept"),
        "tasks": Expect("kept"),
    }


def _by_task_gate(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """A task gate (SDM 3A "Task Switching"). Which task it names is clear where there is only one."""
    others = [one for one in record.tasks if one.selector != record.start["tr"]]
    old = task.running(record.tasks, record.start["tr"])
    if len(others) != 1 or old is None:
        raise DeriveError(f"{info.case}: a task gate, and {len(others)} tasks that it may name")
    new, start = others[0], record.start
    known = {**task.interrupted(new), **{name: value for name, (value, _) in task.loaded(new).items()}}
    size = 2 if task.is_short(new) else 4
    esp = known["esp"] - size * (info.error is not None)
    stack = symbol.stack_of(names, esp)
    double_fault = info.vector == DOUBLE_FAULT and info.saved_rip != "after"
    reason = UNDEFINED_RF if double_fault else RF_OF_A_TASK
    flags = Expect(f"{start['eflags']:#x}", 2**64 - 1 - FLAGS["RF"], reason)
    found = {
        "handler.eflags": _hexadecimal(known["eflags"] | FLAGS["NT"]),
        "handler.esp": Expect(symbol.name_stack_pointer(names, esp)),
        "handler.stack": Expect(stack.name if stack else "none"),
        "handler.cs": Expect(symbol.name_selector(names, known["cs"])),
        "handler.ss": Expect(symbol.name_selector(names, known["ss"])),
        "tr": Expect(new.name),
        "ldtr": Expect(symbol.name_selector(names, task.fields(new)["ldt"])),
        "cr0": _hexadecimal(CR0 | TS),
        "cr3": Expect("kept"),
        "tasks": Expect("kept"),
        **{
            f"task.{name}": expect
            for name, expect in _switched(old, new, record, names, _ip(info, names)).items()
        },
        "at_end": Expect("kept"),
    }
    if (_is_fault(info) or double_fault) and not task.is_short(old):
        found |= {"eflags": flags, f"task.{old.name}.eflags": flags}
    if double_fault:
        found |= dict.fromkeys((f"task.{old.name}.eip", f"task.{old.name}.cs"), _any(UNDEFINED_CS_RIP))
    return found


def _switched(old: Task, new: Task, record: Record, names: Symbols, place: Expect) -> dict[str, Expect]:
    """What a nested task switch writes: the old task's registers, the new one's link and busy bit."""
    short, start = task.is_short(old), record.start
    layout_of_old = task.FIELDS_16 if short else task.FIELDS_32
    names_16 = {"eip": "ip", "eflags": "flags", "esp": "sp", **task.REGISTERS_16}
    saved = ("eip", "eflags", *environment.GPRS_32[:4], "esp", *environment.GPRS_32[4:])
    values = {**{name: start[name] for name in (*saved, "es", "cs", "ss", "ds", "fs", "gs")}}
    found: dict[str, Expect] = {}
    before = task.fields(old)
    for name, value in values.items():
        own = names_16.get(name, name) if short else name
        if own not in layout_of_old or (value == before[own] and name != "eip"):
            continue
        if name == "eip":
            found[f"{old.name}.{own}"] = place
        elif name in task.SELECTORS:
            found[f"{old.name}.{own}"] = Expect(symbol.name_selector(names, value))
        elif name == "esp":
            found[f"{old.name}.{own}"] = Expect(symbol.name_stack_pointer(names, value))
        elif name == "eflags" or short:
            found[f"{old.name}.{own}"] = _hexadecimal(value & 0xFFFF if short else value)
        else:
            found[f"{old.name}.{own}"] = Expect(symbol.name_data(names, value))
    busy = new.type | 2
    return found | {f"{new.name}.type": _hexadecimal(busy), f"{new.name}.link": Expect(old.name)}


def _real(info: CaseInfo, record: Record, names: Symbols) -> dict[str, Expect]:
    """The same in real mode (SDM 2A "INT n/INTO/INT3/INT1", REAL-ADDRESS-MODE): NT and IOPL stay."""
    start = record.start
    base = _base(record, "ss")
    sp = (start["sp"] - 2 * len(layout.WORDS_16)) & 0xFFFF
    stack = symbol.stack_of(names, base + sp)
    return {
        "error": Expect("none"),
        "flags": _hexadecimal(start["flags"]),
        "handler.flags": _hexadecimal(start["flags"] & ~(FLAGS["TF"] | FLAGS["IF"] | AC)),
        "handler.esp": Expect(_stack_name(names, sp, base)),
        "handler.stack": Expect(stack.name if stack else "none"),
        "handler.cs": Expect(symbol.name_selector(names, start["cs"])),
        "handler.ss": Expect(symbol.name_selector(names, start["ss"])),
        "at_end": Expect("kept"),
    }


HANDLERS = {8: _ia32e, 4: _protected, 2: _real}  # by the bytes of a stack's word


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


def _final(info: CaseInfo, record: Record, names: Symbols) -> Iterator[Field]:
    """A program that runs to its end has changed nothing but what its author says."""
    env, start = environment.of(record.env), record.start
    tasks = _tasks_kept(record, names)
    through = [gate for gate in record.gates if gate["vector"] == info.vector]
    if through and through[0]["type"] == layout.TASK_GATE:  # and back: its task isn't busy any more
        tasks["cr0"] = _hexadecimal(CR0 | TS)
        others = (one for one in record.tasks if one.selector != start["tr"])
        tasks |= {f"task.{one.name}.type": _hexadecimal(one.type) for one in others}
    yield Field("final", Expect(""))
    for name in env.final_fields:
        if name in ("gprs", "segments"):
            yield Field(f"final.{name}", Expect("kept"))
        elif name == env.flags:
            yield Field(f"final.{name}", _hexadecimal(start[name]))
        elif name == env.sp:
            yield Field(f"final.{name}", Expect(_stack_name(names, start[name], _base(record, "ss"))))
        elif name in ("cs", "ss"):
            yield Field(f"final.{name}", Expect(symbol.name_selector(names, start[name])))
        elif name in tasks:
            yield Field(f"final.{name}", tasks[name])
    for name in (name for name in tasks if name.startswith("task.")):
        yield Field(f"final.{name}", tasks[name])
    if record.final and record.final.sse is not None:
        yield Field("final.sse", Expect("kept"))


def _facts_of_the_case(record: Record) -> Iterator[Field]:
    for name in record.values:
        yield Field(f"value.{name}", _fill_in("what the case reads there"))
    for name, dump in record.memory.items():
        for at in range(0, len(dump), 16):
            yield Field(f"memory.{name}+{at:#x}", _fill_in("what the memory holds at the end"))
