"""The commands that `debug` adds to gdb: `here` and `delivered`. gdb's own Python runs them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from trapframe.frames import decode
from trapframe.report import disassembly

LONGEST, SHOWN = 15, 2  # bytes of an instruction; instructions
MACHINES = {64: "i386:x86-64", 32: "i386", 16: "i8086"}  # for objdump, by the bits of the code
PE, VM = 1, 1 << 17
NAMES = {8: ("rip", "rsp", "rflags"), 4: ("eip", "esp", "eflags"), 2: ("ip", "sp", "flags")}


@dataclass(frozen=True)
class Known:
    """A frame of the case's record: which words lie where."""

    vector: int
    stack: int  # the linear address of its lowest word
    unit: int  # bytes of a word
    fields: tuple[str, ...]  # upwards; nothing where a task switch pushed none


@dataclass(frozen=True)
class Told:
    """What the case and its record say."""

    word: int  # bytes of the environment's
    bits: int  # of the code at the fault
    stubs: str  # the symbol of the capturing stubs, and how far behind its beginning each is entered
    entry: int
    ends: tuple[str, ...]  # symbols of what stands where a program ends
    frames: tuple[Known, ...]
    stub: int = 16  # bytes of one
    vectors: tuple[int, ...] = tuple(range(256))  # of the stubs, one behind the other


def instructions(code: bytes, address: int, bits: int) -> list[str]:
    """The first ones of these bytes, as objdump has them."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(code)
        file.flush()
        command = ["objdump", "-D", "-b", "binary", "-m", MACHINES[bits], "-M", "intel"]
        shown = subprocess.run([*command, f"--adjust-vma={address:#x}", file.name], capture_output=True)
    found = disassembly.parse(shown.stdout.decode(errors="replace")).values()
    return [f"{one.address:#x}:  {one.text}" for one in found][:SHOWN]


class Machine:
    """The processor, as gdb sees it."""

    def __init__(self, gdb: Any, told: Told) -> None:
        self._gdb = gdb
        self._told = told
        self._code = self.register("cs")  # of the instruction at the fault
        self._stubs = self._symbol(told.stubs)
        self._ends = [address for address in map(self._symbol, told.ends) if address]
        entries = [self._stubs + told.stub * n + told.entry for n in range(len(told.vectors))]
        self._stops = [self._stop(address) for address in (*entries, *self._ends)]

    def register(self, name: str) -> int:
        return int(self._gdb.parse_and_eval(f"${name}")) % 2**64

    def read(self, address: int, size: int) -> bytes:
        return bytes(self._gdb.selected_inferior().read_memory(address, size))

    def _symbol(self, name: str) -> int:
        """Its address; 0 where the case has none of this name."""
        try:
            return int(self._gdb.parse_and_eval(f"(unsigned long)&{name}"))
        except self._gdb.error:
            return 0

    def _stop(self, address: int) -> Any:
        kind = self._gdb.BP_HARDWARE_BREAKPOINT  # the emulator's: nothing is written to memory
        stop = self._gdb.Breakpoint(f"*{address:#x}", type=kind, internal=True)
        stop.silent, stop.enabled = True, False
        return stop

    def _in_segments(self) -> bool:
        """Real or virtual-8086 mode: an address is 16 times a segment and an offset."""
        return not self.register("cr0") & PE or bool(self.register("eflags") & VM)

    def _linear(self, segment: str, offset: str) -> int:
        at = self.register(offset)
        return 16 * self.register(segment) + at % 2**16 if self._in_segments() else at

    def _bits(self) -> int:
        if self._in_segments():
            return 16
        return self._told.bits if self.register("cs") == self._code else max(32, 8 * self._told.word)

    def here(self) -> Iterable[str]:
        """Where the processor is, and what comes next."""
        yield self._registers()
        at = self._linear("cs", "rip")
        try:
            code = self.read(at, LONGEST * SHOWN)
        except self._gdb.error:
            yield f"{at:#x}:  no memory to read"
            return
        yield from instructions(code, at, self._bits())

    def _registers(self) -> str:
        ip, sp, flags = NAMES[self._told.word]
        cs, at, ss, stack, word = map(self.register, ("cs", "rip", "ss", "rsp", "eflags"))
        return f"cs:{ip} {cs:#x}:{at:#x}  ss:{sp} {ss:#x}:{stack:#x}  {flags} {word:#x} {decode.rflags(word)}"

    def delivered(self) -> Iterable[str]:
        """Goes on to the next handler; its frame."""
        left = self._handler()
        self._gdb.execute("stepi")  # from where it stopped, which may be a handler's entry
        if self._handler() in (None, left):
            self._enable(True)
            try:
                self._gdb.execute("continue")
            finally:
                self._enable(False)
        vector = self._handler()
        if vector is None:
            ended = self._linear("cs", "rip") in self._ends
            return [f"no handler: {'the program came to its end' if ended else 'stopped'}", *self.here()]
        return [f"handler of {decode.vector_name(vector)}, {self._registers()}", *self._frame(vector)]

    def _enable(self, enabled: bool) -> None:
        for stop in self._stops:
            stop.enabled = enabled

    def _handler(self) -> int | None:
        """The vector whose stub it is in; code of 16 bits has a base, and the stubs are a page."""
        for at in (self._linear("cs", "rip"), self._stubs + (self.register("rip") - self._stubs) % 2**16):
            if 0 <= at - self._stubs < len(self._told.vectors) * self._told.stub:
                return self._told.vectors[(at - self._stubs) // self._told.stub]
        return None

    def _frame(self, vector: int) -> Iterable[str]:
        at = self._linear("ss", "rsp")
        known = next((one for one in self._told.frames if (one.vector, one.stack) == (vector, at)), None)
        if known is None:
            yield "  not in the record; the words at the stack pointer:"
            known = Known(vector, at, self._told.word, ("",) * 4)
        elif not known.fields:
            yield "  a task switch, which pushed nothing"
        for n, name in enumerate(known.fields):
            pushed = int.from_bytes(self.read(at + known.unit * n, known.unit), "little")
            yield f"  {name:<7} {pushed:#x}" + (f"  {decode.rflags(pushed)}" if "flags" in name else "")


COMMANDS = {
    "here": "Shows where the processor is, and the next instructions.",
    "delivered": "Goes on to the next handler, and shows the frame that the processor pushed.",
}


def define(gdb: Any, told: Told) -> None:
    """In gdb, at the fault."""
    machine = Machine(gdb, told)
    for name, about in COMMANDS.items():
        _define(gdb, name, about, getattr(machine, name))


def _define(gdb: Any, name: str, about: str, lines: Callable[[], Sequence[str]]) -> None:
    def invoke(command: Any, argument: str, from_tty: bool) -> None:
        for line in lines():
            print(line)

    type(name, (gdb.Command,), {"__doc__": about, "invoke": invoke})(name, gdb.COMMAND_RUNNING)
