"""A whole run of a case as the specification has it: the record that the case's ROM would send."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from trapframe.frames import environment, task
from trapframe.model import Final, Frame, Record, Task
from trapframe.prediction.description import PAGE, Description, Recorded
from trapframe.prediction.processor import BS, BT, RF, TF, NotFollowed, Processor, Raised
from trapframe.prediction.action import COPY, call
from trapframe.prediction.table import execute
from trapframe.prediction.machine import APIC, LMA, PE, VM, Memory, look, machine_of
from trapframe.prediction.operand import LOCK
from trapframe.spec import CHOICES, GPRS, KINDS, Event, Outcome, Rule, Specification, event

STEPS = 4000
FRAMES = 12  # at which the harness ends a run
FAULTS_FOLLOWED = 24  # of more, which have handlers of the case's own, the case notes what came
DB, PF = 1, 14
VARIABLES = ("table", "frames")  # of the harness, told with its actions
FAULTS = (0, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 19, 21)
STUB_SIZE = 16
STUBS = ("stubs", "real_stubs")
SHORT_GATES, TASK_GATE = (6, 7), 5
NOP = 0x90
SYSTEM_CALLS = (0x0F05, 0x0F07)
LONG = {short: long for long, short in task.SHORT.items()}
ENDS = ("program_end", "program_end32", "program_end16")
HANDLER_ENDS = ("handler_end", "handler_end16")
LINE = 16  # bytes of a record's
PAGE_ADDRESS = 0xFFFFFFFFFF000  # of an entry, which no record has
APIC_TPR, APIC_EOI, APIC_IRR, APIC_ICR, ICR_NMI = 0x80, 0xB0, 0x200, 0x300, 4


@dataclass(frozen=True)
class Given:
    """The golden file's event, for an instruction that isn't followed."""

    vector: int
    error: int | None
    rip: int | None  # linear; None: not said
    cr2: int | None


@dataclass(frozen=True)
class Step:
    """An instruction, or what came in its place, that rules of the specification decided."""

    place: int  # linear
    chain: tuple[
        Event, ...
    ]  # that were met on the way to the delivered one, which is the last; none: executed
    is_shutdown: bool
    rules: tuple[Rule, ...]


@dataclass
class Captured:
    """What the harness knows of a frame behind what it tells."""

    frame: Frame
    unit: int  # bytes of a word
    has_error: bool
    old_task: Task | None = None


@dataclass
class Run:
    """One run. `given`: the event of the frame with this number."""

    spec: Specification
    told: Description
    cpu: Processor
    given: Callable[[int], Given | None]
    frames: list[Captured] = field(default_factory=list)
    running: int = 0  # the frame whose handler runs
    events: list[str] = field(default_factory=list)  # why an event came from the golden file
    open: dict[str, int] = field(default_factory=dict)  # bits of a fact that the specification leaves open
    reasons: dict[str, str] = field(default_factory=dict)  # of some of them
    final: Final | None = None
    ended: bool = False  # behind a capture
    stopped: str = ""
    acted: bool = False  # an action of the case's own, which may note values
    deliveries: list[Outcome] = field(default_factory=list)  # that weren't captured yet

    is_cr2_known: bool = True
    steps: list[Step] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # interrupts, in the APIC
    served: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = list(self.told.interrupts)
        self.cpu.memory.read_device = partial(_read_apic, self.waiting)  # of self would be a circle
        self.cpu.pending.nmi = int(self.told.nmi)
        self.task_memory = [(one, self._place_of(one)) for one in self.told.head.tasks]
        self.env = environment.of(self.told.head.env)
        self.harness = self.told.harness
        self.program_ends = {self.harness[name] for name in ENDS if name in self.harness}
        self.handler_ends = {self.harness[name] for name in HANDLER_ENDS if name in self.harness}
        self.stubs = [(self.harness[name], name == "stubs") for name in STUBS if name in self.harness]

    def _place_of(self, one: Task) -> int:
        """Where its TSS lies: its descriptor may say anything."""
        image = b"".join(word.to_bytes(4, "little") for word in one.words)
        if self.told.memory[one.base : one.base + len(image)] == image:
            return one.base
        return max(self.told.memory.find(image), 0)

    # ---- The loop. ----

    def run(self) -> Record:
        """The record; `stopped` says why it isn't the whole one. NotFollowed without any frame."""
        try:
            return self._run()
        except NotFollowed as error:
            self.stopped = str(error)
        if not self.frames:
            raise NotFollowed(self.stopped)
        return self._record(True)

    def _run(self) -> Record:
        faults = 0
        for _ in range(STEPS):
            place = self.cpu.linear_rip
            if place in self.program_ends:
                self.final = self._final()
                return self._record(True)
            if place in self.handler_ends:
                self._return_from_handler()
                continue
            self.cpu.trail.clear()
            happens = self._next_event()
            if self.cpu.memory.missing:
                raise NotFollowed("memory that the description hasn't")
            if self.ended:
                return self._record(True)
            if happens is None:
                self._note_step(place, None)
                continue
            if KINDS[happens.kind] in ("fault", "int1"):
                self.cpu.pending.dr6 = 0  # what MOV SS held back is lost (docs/doubts.md)
            outcome = self.cpu.note(self.spec.deliver(self.cpu.machine, happens))
            self._note_step(place, outcome)
            if outcome.end == "shutdown":
                return self._record(False)
            self.cpu.memory.apply(outcome.stores)
            self._watch_pushes(outcome)
            self.deliveries.append(outcome)
            faults += KINDS[happens.kind] == "fault"
            if faults > FAULTS_FOLLOWED:
                raise NotFollowed("handlers of the case's own, for each of many instructions")
        raise NotFollowed("no end")

    def _note_step(self, place: int, delivered: Outcome | None) -> None:
        if delivered or self.cpu.trail:
            chain = delivered.chain if delivered else ()
            is_shutdown = delivered is not None and delivered.end == "shutdown"
            rules = tuple(dict.fromkeys(self.cpu.trail))
            self.steps.append(Step(place, chain, is_shutdown, rules))

    def _next_event(self) -> Event | None:
        """Of the next instruction; None: it was executed."""
        cpu = self.cpu
        given = self.given(len(self.frames) + 1)
        if external := self._external(given):
            return external
        self._ask_apic()
        happens, outcome = self.spec.boundary(cpu.machine, cpu.pending)
        cpu.memory.apply(cpu.note(outcome).stores)
        if happens and KINDS[happens.kind] == "interrupt":
            self.waiting.remove(happens.vector)
            self.served.append(happens.vector)
        if happens:
            happens.between_repeats = int(cpu.between)
            cpu.between = False
            return happens
        cpu.between = False
        if (vector := self._stub()) is not None:
            self._capture(vector)
            return None
        stepping, waiting = cpu.machine.rflags & TF, cpu.pending.dr6
        try:
            one = cpu.decode()
            execute(cpu, one)
        except Raised as raised:
            cpu.pending.dr6 = waiting | cpu.pending.dr6 & BT
            if raised.outcome and raised.outcome.end == "fault":
                cpu.memory.apply(raised.outcome.stores)
            return raised.event
        except NotFollowed as error:
            cpu.pending.dr6 = waiting
            if not error.effect or self._is_given(given):
                found = self._given_event(given)
                if not found:
                    raise
                self.events.append(str(error))
                return found
            self.events.append(str(error))
            try:
                error.effect()
            except Raised as raised:
                return raised.event
        if one.opcode in SYSTEM_CALLS:
            stepping = cpu.machine.rflags & TF
        if stepping:
            cpu.pending.dr6 |= BS
        return None

    def _external(self, given: Given | None) -> Event | None:
        """Of a timer or the 8259, of which only the golden file tells: NOP raises none itself."""
        if given is None or given.rip != self.cpu.linear_rip or given.error is not None or given.vector == DB:
            return None
        if self.told.interrupts or self.told.nmi or self.served or self.waiting:
            return None
        try:
            one = self.cpu.decode()
            if one.opcode != NOP or one.has(LOCK):
                return None
        except Raised:
            return None
        self.events.append("an interrupt")
        return event("interrupt", given.vector)

    # ---- The APIC, as far as SDM 3A "Interrupt Acceptance for Fixed Interrupts" goes. ----

    def _ask_apic(self) -> None:
        self._heed_apic_writes()
        highest = max(self.waiting, default=0)
        masked = max(self.cpu.task_priority, max(self.served, default=0) >> 4)
        self.cpu.pending.interrupt = int(highest >> 4 > masked)
        self.cpu.pending.vector = highest

    def _heed_apic_writes(self) -> None:
        for physical, value in self.cpu.memory.devices:
            register = physical - APIC
            if register == APIC_EOI:
                self.end_of_interrupt()
            elif register == APIC_TPR:
                self.cpu.task_priority = value >> 4 & 15
            elif register == APIC_ICR and value >> 8 & 7 == ICR_NMI:
                self.cpu.pending.nmi = 1
            elif register == APIC_ICR and value >> 8 & 7 == 0:
                self.waiting.append(value & 0xFF)
            else:
                raise NotFollowed("the APIC")
        self.cpu.memory.devices.clear()

    def end_of_interrupt(self) -> None:
        if self.served:
            self.served.remove(max(self.served))

    def _is_given(self, given: Given | None) -> bool:
        """Whether the golden file has a fault here."""
        return given is not None and given.vector in (*FAULTS, PF) and given.rip == self.cpu.linear_rip

    def _given_event(self, given: Given | None) -> Event | None:
        """The golden file's; None if it has none that can be made here."""
        cpu = self.cpu
        if given is None or not self._is_given(given):
            return None
        if given.vector != PF:
            return event("fault", given.vector, given.error)
        if given.error is None:
            return None
        self.is_cr2_known = given.cr2 is not None
        if given.cr2 is None:
            return event("fault", PF, given.error)
        how = {
            name: given.error >> bit & 1
            for name, bit in (("write", 1), ("user", 2), ("fetch", 4), ("shadow", 6))
        }
        how["implicit"] = int(cpu.machine.cpl == 3 and not how["user"])
        physical, outcome = self.spec.translate(cpu.machine, given.cr2, **how)
        cpu.note(outcome)
        if physical is not None:
            raise NotFollowed("the tables allow the access")
        return outcome.event

    # ---- The harness. ----

    def _watch_pushes(self, outcome: Outcome) -> None:
        """SDM 3B "Data Memory and I/O Breakpoint Exception Conditions": of the delivery's own stores."""
        for one in outcome.frame:
            self.cpu.watch(one.linear, one.size, "write")

    def _capture(self, vector: int) -> None:
        """The harness has the handler's first instruction."""
        if not self.deliveries:
            raise NotFollowed("a handler of the harness, which the program runs into")
        delivered = self.deliveries.pop()  # a trap of the handler's first instruction was captured before it
        number = len(self.frames) + 1
        captured = self._captured(number, vector, delivered)
        self.frames.append(captured)
        self.running = number
        size = self.env.width // 8
        entry = self.told.actions["table"] + 2 * size * vector
        function, program = (self.cpu.memory.read(at, size) for at in (entry, entry + size))
        if number == FRAMES or not function and not program:
            self.ended = True
        elif program:
            self._run_in_handler(program)
        else:
            self._act(captured, function)
            self._return_from_handler()

    def _stub(self) -> int | None:
        place = self.cpu.linear_rip
        for first, is_protected in self.stubs:
            number, rest = divmod(place - first, STUB_SIZE)
            if 0 <= number < 256 and not rest and is_protected == bool(self.cpu.machine.cr0 & PE):
                return number
        return None

    def _captured(self, number: int, vector: int, outcome: Outcome) -> Captured:
        machine, env = self.cpu.machine, self.env
        gate, unit = self._gate(vector), env.word
        tasks = self._tasks()
        sp = self._stack_address()
        captured = Captured(
            Frame(
                number=number,
                interrupts=self.running,
                vector=vector,
                sp=sp,
                slots=self._slots(sp),
                handler=self._handler(),
                control={name: int(getattr(machine, name)) for name in env.control},
                gprs=self._gprs(),
                gate=gate,
                tasks=tasks,
            ),
            unit,
            bool(outcome.event.has_error),
        )
        if gate in SHORT_GATES:
            captured.unit = 2
        elif gate == TASK_GATE:
            new = task.running(tasks, machine.segment_of("tr").selector)
            captured.unit = 2 if new and task.is_short(new) else 4
            link = task.fields(new)["link"] if new else 0
            captured.old_task = task.running(tasks, link)
        if machine.cr0 & PE:
            self._note_open(number, outcome, sp, captured.unit)
        else:
            self._note_open(number, outcome, machine.segment_of("ss").base + sp, 2)
        self._note_tasks(f"frame {number}", captured.old_task)
        return captured

    def _note_open(self, number: int, outcome: Outcome, bottom: int, unit: int) -> None:
        """By the facts' names. `bottom`: the linear address of the frame, whose words have so many bytes."""
        block, env = f"frame {number}", self.env
        names = [env.ip, "cs", env.flags, env.sp, "ss", "es", "ds", "fs", "gs"]
        if outcome.event.has_error and self.cpu.machine.cr0 & PE:
            names.insert(0, "error")
        for store in outcome.frame:  # one into two pages is two of them
            word, byte = divmod((store.linear - bottom) % 2**16, unit)
            if bits := (store.open & (1 << 8 * store.size) - 1) << 8 * byte:
                self.open[f"{block}.{names[word]}"] = self.open.get(f"{block}.{names[word]}", 0) | bits
        if not self.is_cr2_known and "cr2" in env.control:
            self.open[f"{block}.cr2"] = 2**64 - 1
        self._note_unknown(block)
        for name, bits, reason in outcome.open:
            own = {"rflags": f"handler.{env.flags}", "rsp": f"handler.{env.handler_sp or env.sp}"}.get(
                name, name
            )
            self.open[f"{block}.{own}"] = self.open.get(f"{block}.{own}", 0) | bits
            self.reasons[f"{block}.{own}"] = reason

    def _note_tasks(self, block: str, old: Task | None = None) -> None:
        """Of all TSSs. `old`: the task whose TSS stands for a frame."""
        for one, at in self.task_memory if self.cpu.memory.is_open else ():
            short = task.is_short(one)
            for name, (offset, size) in (task.FIELDS_16 if short else task.FIELDS_32).items():
                bits = self.cpu.memory.open_bits(at + offset, size)
                if not bits:
                    continue
                self.open[f"{block}.task.{one.name}.{name}"] = bits
                if old and old.selector == one.selector:
                    self.open[f"{block}.{LONG.get(name, name)}"] = bits

    def _note_unknown(self, block: str) -> None:
        for name in (self.env.flags, f"handler.{self.env.flags}"):
            self.open[f"{block}.{name}"] = self.open.get(f"{block}.{name}", 0) | self.cpu.unknown_flags
        for number, bits in self.cpu.unknown.items():
            name = GPRS[number] if self.env.width == 64 else f"e{GPRS[number][1:]}"
            self.open[f"{block}.gpr.{name}"] = bits

    def _gate(self, vector: int) -> int | None:
        """As the harness reads it."""
        if self.env.ist:
            return None
        machine = self.cpu.machine
        if not machine.cr0 & PE:
            return 0
        physical = self._look(machine.idtr.base + 8 * vector + 5)
        if vector * 8 + 7 > machine.idtr.limit or physical is None:
            return 0
        return self.cpu.memory.read(physical, 1) & 15

    def _look(self, linear: int) -> int | None:
        return look(self.spec, self.cpu.machine, linear)

    def _stack_address(self) -> int:
        machine = self.cpu.machine
        stack, rsp = machine.segment_of("ss"), machine["rsp"]
        if self.env.ist:
            return rsp
        if not machine.cr0 & PE:
            return rsp & 0xFFFF
        return stack.base + (rsp if stack.db else rsp & 0xFFFF) & 0xFFFFFFFF

    def _slots(self, sp: int) -> tuple[int, ...]:
        machine, env = self.cpu.machine, self.env
        if machine.cr0 & PE:
            return self._words_at(sp)
        base = machine.segment_of("ss").base
        return tuple(self.cpu.memory.read(base + (sp + 2 * n & 0xFFFF), 2) for n in range(env.slots))

    def _words_at(self, linear: int) -> tuple[int, ...]:
        """As many as a record has, 0 where one isn't mapped as a whole."""
        word, length = self.env.word, self.env.word * self.env.slots
        image, at, mapped = b"", linear, b""
        while len(image) < length:
            size = min(length - len(image), PAGE - at % PAGE)
            physical = self._look(at)
            image += bytes(size) if physical is None else self.cpu.memory.image(physical, size)
            mapped += bytes([physical is not None]) * size
            at += size
        return tuple(
            int.from_bytes(image[n : n + word], "little") if all(mapped[n : n + word]) else 0
            for n in range(0, length, word)
        )

    def _registers(self, names: tuple[str, ...]) -> dict[str, int]:
        machine, env = self.cpu.machine, self.env
        wide = 2**env.width - 1
        found = {}
        for name in names:
            if name in (env.flags, "rflags"):
                found[name] = machine.rflags & (0xFFFF if name == "flags" else wide)
            elif name in ("rsp", "esp"):
                found[name] = machine["rsp"] & wide
            elif name == "sp":
                found[name] = machine["rsp"] & 0xFFFF
            elif name in ("cr0", "cr3"):
                found[name] = int(getattr(machine, name)) & wide
            elif name.endswith("_base"):
                found[name] = machine.segment_of(name[:2]).base
            else:
                found[name] = machine.segment_of(name).selector
        return found

    def _handler(self) -> dict[str, int]:
        return self._registers(self.env.handler_line(bool(self.told.head.tasks)))

    def _gprs(self) -> dict[str, int]:
        wide = 2**self.env.width - 1
        return {name: self.cpu.machine[f"r{name[1:]}"] & wide for name in self.env.gprs}

    def _final(self) -> Final:
        self.cpu.machine.rflags &= ~RF
        self._note_unknown("final")
        self._note_tasks("final")
        registers = self._registers(self.env.final_line(bool(self.told.head.tasks)))
        return Final(registers, self._gprs(), self._state(), self._tasks())

    def _state(self) -> dict[str, dict[str, int]]:
        """What is watched; none of it is followed."""
        return {name: {} for name in environment.STATE if self.told.registers.get(name)}

    def _tasks(self) -> tuple[Task, ...]:
        memory = self.cpu.memory
        return tuple(
            replace(
                one,
                type=memory.read(self.harness["gdt"] + one.selector + 5, 1) & 31,
                words=tuple(memory.read(at + 4 * number, 4) for number in range(len(one.words))),
            )
            for one, at in self.task_memory
        )

    def _record(self, complete: bool) -> Record:
        """What a shutdown ends is lost but for the lines before the run."""
        if not complete:
            return replace(self.told.head, armed=True)
        frames = tuple(map(self._at_end, self.frames))
        if frames and not self.final and not self.stopped:
            frames = (*frames[:-1], replace(frames[-1], state=self._state()))
        found = replace(self.told.head, frames=frames, final=self.final, complete=True, armed=True)
        return found if self.stopped else replace(found, **self._recorded())

    def _recorded(self) -> dict[str, dict[str, int] | dict[str, bytes]]:
        """The record's lines of values and memory, but for what code of the case's own reads."""
        values: dict[str, int] = {}
        memory: dict[str, bytes] = {}
        for one in self.told.recorded:
            if not isinstance(one, Recorded):
                values[one[0]] = one[1]
                continue
            physical = self._look(one.address)
            physical = one.address if physical is None else physical
            open_bits = self.cpu.memory.open_bits(physical, one.size)
            if one.is_entry:
                values[one.name] = self.cpu.memory.read(physical, one.size) & ~PAGE_ADDRESS
                self.open[f"value.{one.name}"] = open_bits
            else:
                memory[one.name] = self.cpu.memory.image(physical, one.size)
                for offset in range(0, one.size, LINE):
                    part = self.cpu.memory.open_bits(physical + offset, min(LINE, one.size - offset))
                    self.open[f"memory.{one.name}+{offset:#x}"] = -1 if part else 0
        return {"values": values, "memory": memory}

    def _at_end(self, captured: Captured) -> Frame:
        frame = captured.frame
        machine = self.cpu.machine
        if not machine.cr0 & PE:
            base, sp = frame.handler["ss"] << 4, frame.sp or 0
            now = tuple(self.cpu.memory.read(base + (sp + 2 * n & 0xFFFF), 2) for n in range(self.env.slots))
        else:
            now = self._slots(frame.sp or 0)
        return replace(frame, overwritten=now) if now != frame.slots else frame

    # ---- What follows a capture. ----

    def _run_in_handler(self, program: int) -> None:
        machine = self.cpu.machine
        machine.rip = program if self.env.ist else program - machine.segment_of("cs").base & 0xFFFFFFFF
        if self.env.ist:
            machine.sti_shadow = machine.rflags >> 9 & 1

    def _words(self, captured: Captured) -> list[tuple[int, int]]:
        """Physical addresses and sizes of IP, CS, flags, SP and SS, where they will be popped."""
        if captured.old_task:
            base = captured.old_task.base
            if task.is_short(captured.old_task):
                return [(base + at, 2) for at in (14, 0x24, 16, 26, 0x26)]
            return [(base + at, size) for at, size in ((0x20, 4), (0x4C, 2), (0x24, 4), (0x38, 4), (0x50, 2))]
        sp, unit = captured.frame.sp or 0, captured.unit
        if not self.cpu.machine.cr0 & PE:
            base, sp = captured.frame.handler["ss"] << 4, sp & 0xFFFF
            return [(base + (sp + 2 * number & 0xFFFF), 2) for number in range(3)]
        first = int(captured.has_error)
        found = [self._look(sp + unit * (first + number)) for number in range(5)]
        if None in found[:3]:
            raise NotFollowed("a frame that isn't mapped")
        return [(at, unit) for at in found if at is not None]

    def _act(self, captured: Captured, function: int) -> None:
        names = {address: name for name, address in self.told.actions.items() if name not in VARIABLES}
        name = names.get(function)
        if name == "end_of_interrupt":
            return self.end_of_interrupt()
        if name == "resume":
            return
        memory = self.cpu.memory
        words = self._words(captured)
        if name is None:
            return self._act_by_code(captured, words, function)
        (ip, size), (cs, _), (flags, _) = words[:3]
        if name == "resume_after":
            selector = memory.read(cs, 2)
            base = self._code_base(selector, memory.read(flags, size))
            memory.write(ip, size, self.told.head.labels["after"] - base)
        elif name == "stop_stepping":
            memory.write(flags, size, memory.read(flags, size) & ~TF)
        elif name == "step_over_breakpoint":
            memory.write(flags, size, memory.read(flags, size) | RF)

    def _act_by_code(self, captured: Captured, words: list[tuple[int, int]], function: int) -> None:
        """Of the case's own. In 64-bit mode it gets the frame itself, else a copy of five words."""
        self.acted = True
        memory, count, number = self.cpu.memory, self.told.actions["frames"], len(self.frames)
        memory.write(count, 4, number)

        def takes_back() -> bool:
            return memory.read(count, 4) < number

        try:
            if self.env.ist:
                sp = captured.frame.sp or 0
                return call(self.cpu, function, sp + (8 if captured.has_error else 0), takes_back)
            for at, word in enumerate(words):
                memory.write(COPY + 4 * at, 4, memory.read(*word))
            call(self.cpu, function, COPY, takes_back)
            for at, (address, size) in enumerate(words):
                memory.write(address, size, memory.read(COPY + 4 * at, 4))
        except NotFollowed:
            self.frames.pop()  # it takes it back, or might have
            raise

    def _code_base(self, selector: int, flags: int) -> int:
        if self.env.ist:
            return 0
        if not self.cpu.machine.cr0 & PE or flags & VM:
            return selector << 4
        return self.told.head.bases.get(selector & ~3, 0)

    def _return_from_handler(self) -> None:
        cpu, machine = self.cpu, self.cpu.machine
        captured = self.frames[self.running - 1] if self.running else self.frames[0]
        if self.running:
            self.running = captured.frame.interrupts
        size = captured.unit if machine.cr0 & PE else 2
        if captured.has_error and machine.cr0 & PE and (not machine.efer & LMA or not machine["rsp"] & 15):
            machine["rsp"] = machine["rsp"] + size & 2**64 - 1
        if "stubs" in self.harness and not self.env.ist and machine.cr0 & PE:
            stub = self.harness["stubs"] + STUB_SIZE * captured.frame.vector
            machine.rip = stub - 1 - machine.segment_of("cs").base & 0xFFFFFFFF
        bits = 64 if self.env.ist else 16 if size == 2 and captured.frame.gate != TASK_GATE else 32
        outcome = cpu.note(self.spec.iret(machine, bits, 2 if bits == 64 else 1))
        cpu.memory.apply(outcome.stores)
        if outcome.end == "fault":
            raise NotFollowed("the harness's own return faults")


def _read_apic(waiting: list[int], physical: int) -> int:
    """Interrupts that wait; of all else that it has nothing is set."""
    at = physical - APIC - APIC_IRR
    if not 0 <= at < 0x80:
        return 0
    return sum(1 << vector % 32 for vector in waiting if vector // 32 == at // 16)


VECTORS = {
    number: int.from_bytes(bytes([0xE0 + number] * 16)) for number in range(16)
}  # the harness's pattern


def start(
    spec: Specification, vendor: str, told: Description, choices: dict[str, int], needs: Iterable[str] = ()
) -> Processor:
    """`needs`: the case's; what it needs absent the processor lacks, and nothing else."""
    memory = Memory(told.memory)
    machine = machine_of(spec, vendor, told, memory)
    for name, value in choices.items():
        machine.choice[CHOICES.index(name)] = value
    cpu = Processor(spec, machine, memory, vendor)
    cpu.absent = frozenset(name[1:] for name in needs if name.startswith("!"))
    cpu.xcr0 = told.registers.get("xcr0", cpu.xcr0)
    cpu.kernel_gs_base = told.registers.get("kernel_gs_base", 0)
    cpu.task_priority = told.priority >> 4
    cpu.float.control = told.registers.get("fcw", cpu.float.control)
    cpu.float.flags = told.registers.get("fsw", 0) & 0x477F
    if told.registers.get("sse"):
        cpu.xmm = dict(VECTORS)
    return cpu
