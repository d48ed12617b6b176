"""What a record shows, by the names of a golden file's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from trapframe.frames import environment, symbol, task
from trapframe.frames.environment import BASE, TASK_REGISTERS, Environment
from trapframe.frames.layout import GATES_16, TASK_GATE, Layout, linear
from trapframe.frames.symbol import Symbols
from trapframe.model import End, Final, Frame, Record, Task

PATTERN = "pattern"  # its name among the words above a frame
PATTERN_BYTE = 0xA5  # that stacks are filled with
UNSEEN = ("above", "at_end", "dr6", "dr7")  # by a program, of its own frame

INTERCEPTED = (1, 6, 17)  # vectors that a hypervisor sees first, and delivers itself

IPS = environment.every(lambda one: (one.ip,))
SPS = (*environment.every(lambda one: (one.sp,)), *(f"{sp}{n}" for sp in ("esp", "sp") for n in range(3)))

Fact = int | str  # a number, or one of a golden file's words


def observe(record: Record, names: Symbols) -> dict[str, Fact]:
    """Every fact of the record that a golden file speaks of; of a hosted record what a program sees."""
    facts: dict[str, Fact] = {}
    for frame in record.frames:
        block = f"frame {frame.number}"
        facts |= {full_name(block, name): fact for name, fact in _frame(frame, record, names).items()}
    if record.final:
        facts |= {full_name("final", name): fact for name, fact in _final(record.final, record).items()}
    facts |= {f"value.{name}": value for name, value in record.values.items()}
    for name, dump in record.memory.items():
        for at in range(0, len(dump), 16):
            facts[f"memory.{name}+{at:#x}"] = dump[at : at + 16].hex()
    facts["end"] = End.EXIT.value if record.complete else End.SHUTDOWN.value
    return facts


@cache  # so that a name is one object wherever it is a key
def full_name(block: str, name: str) -> str:
    return f"{block}.{name}"


@cache
def is_absent(name: str, cr2_seen: bool) -> bool:
    """Whether a hosted record never has this fact; `cr2_seen`: its frame is a page fault's."""
    block, _, field = name.partition(".")
    if not block.startswith("frame "):
        return False
    return field in UNSEEN or field.startswith("handler.") or (field == "cr2" and not cr2_seen)


def absent(record: Record, names: Iterable[str]) -> set[str]:
    """Those of these facts that the record lacks by its definition."""
    if not record.hosted:
        return set()
    page_faults = {f"frame {frame.number}" for frame in record.frames if "cr2" in frame.control}
    watched = {f"frame {frame.number}.{name}" for frame in record.frames for name in frame.state}
    return {
        name
        for name in names
        if is_absent(name, name.partition(".")[0] in page_faults)
        or (_is_state_of_frame(name) and not watched)  # records of before there was any
    }


def _is_state_of_frame(name: str) -> bool:
    return name.startswith("frame ") and name.partition(".")[2].partition(".")[0] in environment.STATE


def is_second_hand(record: Record) -> bool:
    """Whether a hypervisor had its hand in what the processor is a witness of."""
    return record.hypervisor and any(frame.vector in INTERCEPTED for frame in record.frames)


def taken_apart(frame: Frame, record: Record, names: Symbols) -> Layout:
    """The frame's own words among those that were recorded."""
    return environment.of(record.env).layout(frame, record, names.descriptors)


def entry(record: Record) -> tuple[int, int]:
    """The linear address that the program begins at, and the bits of its code there."""
    env = environment.of(record.env)
    if not env.segmented:
        return record.start[env.ip], env.code[0]
    bases = dict(linear(record.start, record.bases, (env.ip, env.sp, env.flags)))
    real = env.sp in bases  # or virtual-8086 mode
    return record.start[env.ip] + bases.get(env.ip, 0), 16 if real else env.code[0]


def unit(record: Record, block: str) -> int:
    """Bytes of a word that the processor pushed in this block."""
    for frame in record.frames:
        if block == f"frame {frame.number}":
            new = task.running(frame.tasks, frame.handler["tr"]) if frame.gate == TASK_GATE else None
            if frame.gate in GATES_16 or (new and task.is_short(new)):
                return 2
    return environment.of(record.env).word


def stack_pattern(size: int) -> int:
    """A word of a stack that nobody has written to."""
    return int.from_bytes(bytes([PATTERN_BYTE]) * size, "little")


def _frame(frame: Frame, record: Record, names: Symbols) -> dict[str, Fact]:
    env = environment.of(record.env)
    layout = taken_apart(frame, record, names)
    facts: dict[str, Fact] = {
        "interrupts": f"frame {frame.interrupts}" if frame.interrupts else "program",
        "vector": frame.vector,
        "error": "none" if layout.error is None else layout.error,
        **layout.words,
        **({} if record.hosted else {"above": _above(frame, layout, record)}),
        **frame.control,
        **{full_name("gpr", name): frame.gprs[name] for name in env.gprs},
        **{full_name("segment", name): frame.handler[name] for name in env.segments},
    }
    if frame.sp is None:
        return facts | _state(frame.state)
    stack = symbol.stack_of(names, linear_stack(frame, record))
    sp = env.handler_sp or env.sp
    own = len(layout.fields) * layout.unit // env.word
    return facts | {
        f"handler.{env.flags}": frame.handler[env.flags],
        f"handler.{sp}": frame.handler.get(sp, frame.sp),
        "handler.stack": stack.name if stack else "none",
        **_stack_base(env, frame),
        "handler.cs": frame.handler["cs"],
        "handler.ss": frame.handler["ss"],
        **_tasks(frame.handler, frame.tasks),
        "at_end": "overwritten" if _is_overwritten(frame, own) else "kept",
        **_state(frame.state),
    }


def _stack_base(env: Environment, frame: Frame) -> dict[str, Fact]:
    """The base of the handler's stack segment, where its words lie elsewhere than at (E)SP."""
    assert frame.sp is not None
    if not env.vm86 or frame.sp in (frame.handler["esp"], frame.handler["esp"] & 0xFFFF):
        return {}
    return {BASE: (frame.sp - (frame.handler["esp"] & 0xFFFF)) % 2**32}


def linear_stack(frame: Frame, record: Record) -> int:
    """The linear address of a frame's first recorded word."""
    assert frame.sp is not None
    return frame.sp + (frame.handler["ss"] << 4 if environment.of(record.env).handler_sp else 0)


def _is_overwritten(frame: Frame, own: int) -> bool:
    """`own`: so many recorded words are the frame's."""
    return frame.overwritten is not None and frame.overwritten[:own] != frame.slots[:own]


def _above(frame: Frame, layout: Layout, record: Record) -> str:
    """`kept` where the words above the frame are the stack's pattern, or what earlier frames had there."""
    pattern = bytes([PATTERN_BYTE]) * layout.unit
    here = [word.to_bytes(layout.unit, "little") for word in layout.above]
    if frame.number > 1:
        known = _written(record, frame.number)
        at = linear_stack(frame, record) + layout.unit * len(layout.fields)
        offsets = range(at, at + layout.unit * len(here), layout.unit)
        kept = [bytes(known.get(at + n, PATTERN_BYTE) for n in range(layout.unit)) for at in offsets]
    else:
        kept = [pattern] * len(here)
    return "kept" if here == kept else " ".join(f"{word:#x}" for word in layout.above)


def _written(record: Record, number: int) -> dict[int, int]:
    """Bytes of memory by address, as frames before this one had them."""
    size = environment.of(record.env).word
    memory: dict[int, int] = {}
    for earlier in record.frames[: number - 1]:
        image = b"".join(word.to_bytes(size, "little") for word in earlier.slots)
        memory |= dict(enumerate(image, linear_stack(earlier, record)))
    return memory


def _tasks(registers: Mapping[str, int], tasks: tuple[Task, ...]) -> dict[str, Fact]:
    if not tasks:
        return {}
    facts: dict[str, Fact] = {name: registers[name] for name in TASK_REGISTERS}
    for one in tasks:
        facts |= {f"task.{one.name}.{name}": value for name, value in task.fields(one).items()}
    return facts


def _final(final: Final, record: Record) -> dict[str, Fact]:
    env = environment.of(record.env)
    single = (name for name in env.final_fields if name in final.registers and name not in TASK_REGISTERS)
    facts: dict[str, Fact] = {
        **{name: final.registers[name] for name in single},
        **{full_name("gpr", name): final.gprs[name] for name in env.gprs},
        **{full_name("segment", name): final.registers[name] for name in env.segments},
        **_tasks(final.registers, final.tasks),
    }
    return facts | _state(final.state)


def _state(state: Mapping[str, Mapping[str, int]]) -> dict[str, Fact]:
    """`kept` of each that is watched, and the registers that aren't."""
    facts: dict[str, Fact] = {}
    for name, changed in state.items():
        facts |= {name: "kept"} | {f"{name}.{register}": value for register, value in changed.items()}
    return facts


def loaded_bits(record: Record, block: str) -> int:
    """Of ESP, those that the TSS of the running task decides: a 16-bit one has only SP."""
    return kept(record, block).get("edi", (0, -1))[1]


def kept(record: Record, block: str) -> Mapping[str, tuple[int, int]]:
    """What `kept` says of registers in this block, and which bits of it: of the task that runs there."""
    registers = registers_of(record, block)
    if registers and record.tasks and registers["tr"] != record.start["tr"]:
        if running := task.running(task.before(record, block), registers["tr"]):
            return task.loaded(running)
    return {}


def registers_of(record: Record, block: str) -> Mapping[str, int]:
    """Of the handler, or at the end; nothing where there is no such block."""
    if block == "final":
        return record.final.registers if record.final else {}
    number = int(block[6:]) if block.startswith("frame ") else 0
    return record.frames[number - 1].handler if 0 < number <= len(record.frames) else {}


@cache
def is_selector(name: str) -> bool:
    return is_register(name) and name.rpartition(".")[2] in task.SELECTORS


def is_register(name: str) -> bool:
    """Not a value, whose name is the case's own choice."""
    return not name.startswith("value.")


def show(name: str, fact: Fact, names: Symbols) -> str:
    """The fact as a golden file writes it: names before numbers."""
    if isinstance(fact, str):
        return fact
    last = name.rpartition(".")[2]
    if is_selector(name):
        return symbol.name_selector(names, fact)
    if name.startswith("value."):
        return symbol.name_data(names, fact)
    if last in (*IPS, *SPS):  # names stand for linear addresses, numbers for offsets
        name_address = symbol.name_code if last in IPS else symbol.name_stack_pointer
        text = name_address(names, fact + names.bases.get(name, 0))
        return f"{fact:#x}" if text.startswith("0x") else text
    if last in ("cr2", "fs_base", "gs_base") or ".gpr." in name or _is_general(name, last):
        return symbol.name_data(names, fact)
    return f"{fact:#x}"


def _is_general(name: str, last: str) -> bool:
    """A general register in a TSS."""
    return ".task." in name and (last in task.REGISTERS_16 or last in task.REGISTERS_16.values())
