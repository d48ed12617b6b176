"""The data that travels from module to module: frozen dataclasses, no behaviour beyond look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Verdict(str, Enum):
    """What one run of one case on one engine came to."""

    PASS = "PASS"
    FAIL = "FAIL"  # a field differs
    WRONG_OUTCOME = "WRONG-OUTCOME"  # another vector, none, or a shutdown
    TIMEOUT = "TIMEOUT"
    ENGINE_ERROR = "ENGINE-ERROR"
    PROTOCOL_ERROR = "PROTOCOL-ERROR"
    QUIRK = "QUIRK"  # differs exactly as recorded
    FIXED = "FIXED"  # a quirk is recorded and the golden outcome came
    UNSUPPORTED = "UNSUPPORTED"  # the engine's CPU lacks the feature, or the engine the environment
    NEW = "NEW"  # no golden file


class End(str, Enum):
    """How an engine's process ended, before anything it printed is read."""

    EXIT = "exit"  # through the end port
    SHUTDOWN = "shutdown"  # the guest's processor entered shutdown
    TIMEOUT = "timeout"  # killed at the limit
    CRASH = "crash"  # killed by a signal, or an exit status that means nothing
    FLOOD = "flood"  # sent more than a record may hold
    MISSING = "missing"  # could not be started
    NONE = "none"  # not started: the engine hasn't the case's environment


@dataclass(frozen=True)
class Place:
    """Named memory. A stack's `base` is its lowest byte, `base + size` its top: the highest RSP."""

    name: str
    base: int
    size: int
    stack: bool = False


class CaseInfo(NamedTuple):
    """What a case says of itself, read from its ELF file.

    A tuple, since each command makes all of them: a dataclass takes three times as long.
    """

    case: str  # FAMILY/NAME, the variant's name included
    file: str  # FAMILY/FILE: cases/FILE.c, expected/FILE.txt, build/FILE.elf, build/FILE.rom
    variant: int  # row of the file's table; goes into the ROM at 0xFFE8
    about: str
    env: str  # a name of frames/environment.py
    spec: str
    ids: tuple[str, ...]  # rows of the catalogue
    tags: tuple[str, ...]
    needs: tuple[str, ...]  # CPU features
    vector: int | None  # of the first frame; None where no exception may be raised, or for a shutdown
    outcome: str  # "exception", "none", "shutdown"; nothing of a file that doesn't build
    error: int | None  # None: the frame has no error code
    saved_rip: str  # "fault", "after", another label, "undefined", or "" (not declared)
    resumes: bool
    places: tuple[Place, ...]  # the harness's own: the stacks
    selectors: tuple[tuple[str, int], ...]  # the harness's own

    @property
    def needs_lack(self) -> bool:
        """Of a feature: most processors can't run it."""
        return any(word.startswith("!") for word in self.needs)


@dataclass(frozen=True)
class Task:
    """A task of 32-bit protected mode, as memory has it."""

    name: str
    selector: int
    base: int
    limit: int
    type: int  # of its descriptor
    words: tuple[int, ...]  # of its TSS, four bytes each


@dataclass(frozen=True)
class Frame:
    """One delivered exception as the guest recorded it. Registers have the names of their environment."""

    number: int
    interrupts: int  # 0: the program, else the number of the frame whose handler was interrupted
    vector: int
    sp: int | None  # where the handler's stack begins, before its first instruction; None: a hosted record
    slots: tuple[int, ...]  # the words from there upwards; hosted: those that were pushed, all five or six
    handler: dict[str, int]  # flags, cs, ss and the rest of the line; hosted: the segments alone
    control: dict[str, int]  # cr2 dr6 dr7; hosted: cr2, and that of a page fault alone
    gprs: dict[str, int]  # all of them, the stack pointer excepted
    overwritten: tuple[int, ...] | None = None  # the words at the end of the run, where they differ
    gate: int | None = None  # type of the gate, where the line `vector` has it
    tasks: tuple[Task, ...] = ()  # as they were then
    state: dict[str, dict[str, int]] = field(default_factory=dict)  # of the one that ended the run: see Final


@dataclass(frozen=True)
class Final:
    """The program's state when it ran to its end."""

    registers: dict[str, int]  # flags, stack pointer, segments and the rest of the line
    gprs: dict[str, int]
    state: dict[str, dict[str, int]] = field(default_factory=dict)  # sse, x87, avx: registers that changed
    tasks: tuple[Task, ...] = ()  # as they were then


@dataclass(frozen=True)
class Record:
    """A whole record. `complete` is False for what was sent before a shutdown."""

    case: str
    env: str
    places: tuple[Place, ...] = ()  # hosted: with the harness's stacks
    selectors: dict[str, int] = field(default_factory=dict)
    bases: dict[int, int] = field(default_factory=dict)  # of code segments that begin elsewhere than at 0
    tasks: tuple[Task, ...] = ()  # before the start
    labels: dict[str, int] = field(default_factory=dict)
    start: dict[str, int] = field(default_factory=dict)  # complete: patterns filled in
    gate: dict[str, int] = field(default_factory=dict)  # vector, type, and ist: of the first `gate` line
    gates: tuple[dict[str, int], ...] = ()  # of all of them
    armed: bool = False
    frames: tuple[Frame, ...] = ()
    final: Final | None = None
    values: dict[str, int] = field(default_factory=dict)
    memory: dict[str, bytes] = field(default_factory=dict)  # whole dumps, put together from their lines
    unsupported: str | None = None
    abandoned: tuple[int, int] | None = None
    complete: bool = False
    cut: str = ""  # not complete: where it broke off inside a line or a frame, and what was expected there
    hosted: str = ""  # the operating system whose program the case was
    hypervisor: bool = False  # under that, says the processor of a hosted record


@dataclass(frozen=True)
class Difference:
    """One field that is not what was expected. Both texts: symbolic first, raw second where they differ."""

    field: str  # frame 1.rflags, final.rsp, value.pte, end
    expected: str
    actual: str
    bits: int | None = None  # that are wrong and count, 64 of them; None where one of both is no number
    quirks: tuple[str, ...] = ()  # ids of those that explain it
    because: str = ""  # of what processors do: who saw it


@dataclass(frozen=True)
class Judgement:
    """A verdict with its evidence."""

    verdict: Verdict
    diff: tuple[Difference, ...] = ()  # all that isn't as the golden outcome, whatever explains it
    unseen: tuple[Difference, ...] = ()  # where a quirk has to show and the golden value came
    quirks: tuple[str, ...] = ()  # ids of those that explain, or that are FIXED
    accepted: str = ""  # which of several accepted outcomes came
    unlike: tuple[Difference, ...] = ()  # that the manual allows, but no processor seen does
    message: str = ""  # one line, where the verdict isn't about fields
    second_hand: bool = False  # of a processor, through a hypervisor


@dataclass(frozen=True)
class EngineId:
    """Which engine a run used. `name` is what -e was given before '='."""

    name: str
    kind: str  # the engine file's name: qemu, bochs
    version: str
    profile: str  # intel, amd
    path: str
    sha256: str
    processor: str = ""  # the real one, where the engine shows what that does
    family: str = ""  # of that processor, as CPUID numbers it: 0x19
    microcode: str = ""
    kernel: str = ""  # Linux's version there
    hypervisor: bool = False  # it is a virtual machine's
    hosted: bool = False  # its cases are programs of an operating system


@dataclass(frozen=True)
class RunResult:
    """How one process ended and what it sent; nothing is judged yet."""

    end: End
    serial: bytes
    log: str  # what the emulator itself printed, bounded
    seconds: float
    status: int | None
    command: tuple[str, ...]
    why: str = ""  # what the emulator says of a crash
