"""Executes the instructions that cases are made of, as far as an exception can come of them; docs/spec.md lists the classes.

What the specification has as a function it does. What is here is only what comes before: operands, privilege, limits, and the
moves by which programs prepare what they raise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from trapframe.prediction.machine import PE, RPL, VM, Memory
from trapframe.prediction.operand import LOCK, Instruction, TooLong, decode, take_modrm
from trapframe.spec import SEGMENTS, Event, Machine, Outcome, Pending, Specification, event

DE, DB, BR, UD, NM, SS, GP, AC, CP = 0, 1, 5, 6, 7, 12, 13, 17, 21
CF, TF, IF, DF, OF, IOPL, NT, RF, AC_FLAG = 1, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 3 << 12, 1 << 14, 1 << 16, 1 << 18
STATUS = 0x8D5
VIF, VIP = 1 << 19, 1 << 20
AM, TS, EM, PG, MP = 1 << 18, 1 << 3, 1 << 2, 1 << 31, 2
CR4_VME, CR4_DE, CR4_LA57, CR4_UMIP = 1, 8, 1 << 12, 1 << 11
GD, BD, BS, BT = 1 << 13, 1 << 13, 1 << 14, 1 << 15
WRITES, IO, READS_TOO = 1, 2, 3  # R/W of DR7
LENGTHS = (1, 2, 8, 4)  # LEN of DR7
MASK_64 = 2**64 - 1
CR4_TSD, CR4_PVI, CR4_OSFXSR, CR4_CET = 4, 2, 1 << 9, 1 << 23
SH_STK_EN, ENDBR_EN, NO_TRACK_EN, SUPPRESS, TRACKER = 1, 4, 16, 1 << 10, 1 << 11  # of the CET registers
NEAR_RET, ENDBRANCH = 1, 3  # error codes of #CP
RSP = 4


class Raised(Exception):
    """An exception of the instruction."""

    def __init__(self, happens: Event, outcome: Outcome | None = None) -> None:
        super().__init__(happens.vector)
        self.event = happens
        self.outcome = outcome


class NotFollowed(Exception):
    """An instruction that isn't in the table, or what the table can't say of it.

    `effect`: what it does where the golden file has no exception of it.
    """

    def __init__(self, why: str, effect: Callable[[], None] | None = None) -> None:
        super().__init__(why)
        self.effect = effect


def fault(vector: int, error: int | None = None, **more: int) -> Raised:
    return Raised(event("fault", vector, error, **more))


@dataclass
class Processor:
    """A machine that executes one instruction after the other."""

    spec: Specification
    machine: Machine
    memory: Memory
    vendor: str
    pending: Pending = field(default_factory=Pending)
    between: bool = False  # a string instruction stopped behind one of its repetitions
    asked: set[str] = field(default_factory=set)  # choices
    rules: set[str] = field(default_factory=set)
    unknown: dict[int, int] = field(default_factory=dict)  # bits of general registers, by number

    # ---- State. ----

    @property
    def bits(self) -> int:
        code = self.machine.segment_of("cs")
        if self.by_selector:
            return 16
        return 64 if code.l and self.machine.efer >> 10 & 1 else 32 if code.db else 16

    @property
    def by_selector(self) -> bool:
        """Real mode or virtual-8086 mode."""
        return not self.machine.cr0 & PE or self.vm86

    @property
    def vm86(self) -> bool:
        return bool(self.machine.cr0 & PE and self.machine.rflags & VM)

    @property
    def iopl(self) -> int:
        return self.machine.rflags >> 12 & 3

    @property
    def linear_rip(self) -> int:
        if self.bits == 64:
            return self.machine.rip
        return self.machine.segment_of("cs").base + self.machine.rip & 0xFFFFFFFF

    def note(self, outcome: Outcome) -> Outcome:
        self.asked |= set(outcome.asked)
        self.rules |= {rule.id for rule in outcome.rules}
        return outcome

    def done(self, outcome: Outcome) -> Outcome:
        """An instruction's own function: raises what that raises."""
        self.note(outcome)
        if outcome.end == "fault":
            raise Raised(outcome.event, outcome)
        self.memory.apply(outcome.stores)
        return outcome

    # ---- Memory. ----

    def physical(self, linear: int, **how: int) -> int:
        found, outcome = self.spec.translate(self.machine, linear, **how)
        self.note(outcome)
        if found is None:
            self.memory.apply(outcome.stores)
            raise Raised(outcome.event, outcome)
        self.memory.apply(outcome.stores)
        return found

    def is_canonical(self, linear: int) -> bool:
        shift = 56 if self.machine.cr4 & CR4_LA57 else 47
        return linear >> shift in (0, (1 << 64 - shift) - 1)

    def linear(self, segment: str, offset: int, size: int, write: bool) -> int:
        """SDM 3A "Protection": the checks of a segment; in 64-bit mode those of a canonical address."""
        found = self.machine.segment_of(segment)
        refused = fault(SS if segment == "ss" else GP, 0)
        if self.bits == 64:
            linear = offset + (found.base if segment in ("fs", "gs") else 0) & MASK_64
            if not self.is_canonical(linear) or not self.is_canonical(linear + size - 1 & MASK_64):
                raise refused
            return linear
        if not self.by_selector:
            if not found.p:
                raise refused
            if write and (found.type & 8 or not found.type & 2):
                raise refused
            if not write and found.type & 8 and not found.type & 2:
                raise refused
        last = offset + size - 1
        if found.s and found.type & 0xC == 4 and not self.by_selector:
            inside = offset > found.limit and last <= (0xFFFFFFFF if found.db else 0xFFFF)
        else:
            inside = last <= found.limit
        if not inside:
            raise refused
        return found.base + offset & 0xFFFFFFFF

    def access(self, segment: str, offset: int, size: int, write: bool) -> list[tuple[int, int]]:
        """Physical address and size of each part, checked and watched by breakpoints."""
        linear = self.linear(segment, offset, size, write)
        machine = self.machine
        if machine.cpl == 3 and machine.cr0 & AM and machine.rflags & AC_FLAG and linear & size - 1:
            raise fault(AC, 0)
        parts = self.parts(linear, size, write, machine.cpl == 3)
        self.watch(linear, size, (WRITES, READS_TOO) if write else (READS_TOO,))
        return parts

    def parts(self, linear: int, size: int, write: bool, user: bool) -> list[tuple[int, int]]:
        first = min(size, 0x1000 - linear % 0x1000)
        how = {"write": int(write), "user": int(user)}
        found = [(self.physical(linear, **how), first)]
        if first < size:
            found.append((self.physical(linear + first, **how), size - first))
        return found

    def watch(self, linear: int, size: int, kinds: tuple[int, ...]) -> None:
        """SDM 3B "Data Memory and I/O Breakpoint Exception Conditions": a trap behind the instruction."""
        dr7 = self.machine.dr7
        for number in range(4):
            if not dr7 >> 2 * number & 3 or dr7 >> 16 + 4 * number & 3 not in kinds:
                continue
            length = LENGTHS[dr7 >> 18 + 4 * number & 3]
            start = self.machine.dr[number] & -length
            if start < linear + size and linear < start + length:
                self.pending.dr6 |= 1 << number

    def load(self, segment: str, offset: int, size: int) -> int:
        value, shift = 0, 0
        for physical, part in self.access(segment, offset, size, False):
            value |= self.memory.read(physical, part) << shift
            shift += 8 * part
        return value

    def store(self, segment: str, offset: int, size: int, value: int) -> None:
        for physical, part in self.access(segment, offset, size, True):
            self.memory.write(physical, part, value)
            value >>= 8 * part

    # ---- Stack. ----

    @property
    def stack_mask(self) -> int:
        if self.bits == 64:
            return MASK_64
        return 0xFFFFFFFF if self.machine.segment_of("ss").db else 0xFFFF

    def move_stack(self, distance: int) -> None:
        mask = self.stack_mask
        self.machine["rsp"] = self.machine["rsp"] & ~mask | self.machine["rsp"] + distance & mask

    def push(self, value: int, size: int) -> None:
        self.store("ss", self.machine["rsp"] - size & self.stack_mask, size, value)
        self.move_stack(-size)

    def top(self, size: int) -> int:
        return self.load("ss", self.machine["rsp"] & self.stack_mask, size)

    # ---- Registers. ----

    def gpr(self, number: int) -> int:
        return int(self.machine.gpr[number])

    def read(self, number: int, size: int, rex: int = 0) -> int:
        """`size` in bytes; without REX bytes 4 to 7 are AH to BH."""
        if size == 1 and 4 <= number < 8 and not rex:
            return self.gpr(number - 4) >> 8 & 0xFF
        return self.gpr(number) & (1 << 8 * size) - 1

    def write(self, number: int, size: int, value: int, rex: int = 0) -> None:
        """In 64-bit mode four bytes clear the upper half."""
        value &= (1 << 8 * size) - 1
        if size == 1 and 4 <= number < 8 and not rex:
            number, kept, value = number - 4, ~0xFF00, value << 8
        else:
            kept = 0 if size >= 4 else ~((1 << 8 * size) - 1)
        self.machine.gpr[number] = self.gpr(number) & kept & MASK_64 | value

    def operand(self, one: Instruction, size: int, immediate: int = 0) -> None:
        take_modrm(one, self.gpr, self.machine.rip, immediate)

    def value(self, one: Instruction, size: int) -> int:
        if one.mod == 3:
            return self.read(one.rm, size, one.rex)
        return self.load(one.segment, one.address, size)

    def set_value(self, one: Instruction, size: int, value: int) -> None:
        if one.mod == 3:
            self.write(one.rm, size, value, one.rex)
        else:
            self.store(one.segment, one.address, size, value)

    def need_cpl_0(self) -> None:
        if self.machine.cr0 & PE and (self.machine.cpl or self.vm86):
            raise fault(GP, 0)

    # ---- One instruction. ----

    def fetch(self, distance: int) -> int:
        code = self.machine.segment_of("cs")
        offset = self.machine.rip + distance
        user = self.machine.cpl == 3
        if self.bits == 64:
            linear = offset & MASK_64
            if not self.is_canonical(linear):
                raise fault(GP, 0)
        else:
            if offset > code.limit:
                raise fault(GP, 0)
            linear = code.base + offset & 0xFFFFFFFF
        if not distance or not linear & 0xFFF:
            self._page = self.physical(linear, user=int(user), fetch=1) & -0x1000
        return self.memory.read(self._page | linear & 0xFFF, 1)

    def decode(self) -> Instruction:
        try:
            return decode(self.bits, self.fetch)
        except TooLong:
            raise fault(GP, 0) from None

    def step(self) -> Instruction:
        """The next instruction, to its end; else Raised or NotFollowed."""
        one = self.decode()
        return self.step_on(one)

    def step_on(self, one: Instruction) -> Instruction:
        method = TABLE.get(one.opcode)
        try:
            self.check_tracker(one)
            if method is None:
                raise NotFollowed(f"instruction {one.opcode:#x}")
            method(self, one)
        except TooLong:
            raise fault(GP, 0) from None
        return one

    @property
    def shadow_stack(self) -> bool:
        machine = self.machine
        cet = machine.u_cet if machine.cpl == 3 else machine.s_cet
        return bool(machine.cr4 & CR4_CET and cet & SH_STK_EN and not self.by_selector)

    def check_tracker(self, one: Instruction) -> None:
        """ENDBR64 and ENDBR32 end the wait of an indirect branch; everything else is #CP."""
        cet = "u_cet" if self.machine.cpl == 3 else "s_cet"
        value = int(getattr(self.machine, cet))
        if not self.machine.cr4 & CR4_CET or not value & ENDBR_EN or not value & TRACKER:
            return
        wanted = 0xFA if self.bits == 64 else 0xFB
        if one.opcode != 0x0F1E or not one.has(0xF3) or one.byte(3) != wanted:
            raise fault(CP, ENDBRANCH)
        setattr(self.machine, cet, value & ~TRACKER)

    def next(self, one: Instruction) -> None:
        """On behind it."""
        self.machine.rip += one.length
        if self.bits == 64:
            self.machine.rip &= MASK_64
        else:
            self.machine.rip &= 0xFFFFFFFF


def refuse_lock(one: Instruction) -> None:
    if one.has(LOCK):
        raise fault(UD)


# ---- Software interrupts, invalid opcodes. ----


def _int3(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    raise Raised(event("int3", 3, length=one.length))


def _int_n(cpu: Processor, one: Instruction) -> None:
    vector = one.take()
    refuse_lock(one)
    raise Raised(event("int_n", vector, length=one.length))


def _int1(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    raise Raised(event("int1", DB, length=one.length))


def _into(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    if cpu.bits == 64:
        raise fault(UD)
    if cpu.machine.rflags & OF:
        raise Raised(event("into", 4, length=one.length))
    cpu.next(one)


def _ud2(cpu: Processor, one: Instruction) -> None:
    raise fault(UD)


def _ud_with_operand(cpu: Processor, one: Instruction) -> None:
    """UD1; UD0's operand is the processor's own affair."""
    cpu.operand(one, 0)
    raise fault(UD)


def _invalid_in_64_bit_mode(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64:
        raise fault(UD)
    raise NotFollowed(f"instruction {one.opcode:#x}")


def _push_segment(cpu: Processor, one: Instruction) -> None:
    name = {0x06: "es", 0x0E: "cs", 0x16: "ss", 0x1E: "ds", 0xFA0: "fs", 0xFA8: "gs"}[one.opcode]
    if cpu.bits == 64 and one.opcode < 0xF00:
        raise fault(UD)
    refuse_lock(one)
    cpu.push(cpu.machine.segment_of(name).selector, one.stack_size // 8)
    cpu.next(one)


def _pop_segment(cpu: Processor, one: Instruction) -> None:
    name = {0x07: "es", 0x17: "ss", 0x1F: "ds", 0xFA1: "fs", 0xFA9: "gs"}[one.opcode]
    if cpu.bits == 64 and one.opcode < 0xF00:
        raise fault(UD)
    refuse_lock(one)
    size = one.stack_size // 8
    selector = cpu.top(size) & 0xFFFF
    cpu.done(cpu.spec.load_segment(cpu.machine, name, selector))
    cpu.move_stack(size)
    cpu.next(one)
    if name == "ss":
        cpu.machine.mov_ss_shadow = 1


# ---- Far transfers. ----


def _iret(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.done(cpu.spec.iret(cpu.machine, one.operand_size, one.length))


def _far_return(cpu: Processor, one: Instruction) -> None:
    release = one.take(2) if one.opcode == 0xCA else 0
    refuse_lock(one)
    cpu.done(cpu.spec.far_return(cpu.machine, one.operand_size, release))


def _far_direct(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64:
        raise fault(UD)
    offset, selector = one.take(one.operand_size // 8), one.take(2)
    refuse_lock(one)
    _transfer(cpu, one, selector, offset, one.opcode == 0x9A)


def _transfer(cpu: Processor, one: Instruction, selector: int, offset: int, call: bool) -> None:
    cpu.done(
        cpu.spec.far_transfer(cpu.machine, selector, offset, call, one.operand_size, one.length)
    )


def _group_5(cpu: Processor, one: Instruction) -> None:
    """INC, DEC, CALL, JMP, PUSH."""
    cpu.operand(one, 8)
    reg = one.reg & 7
    if reg in (3, 5):
        if one.mod == 3:
            raise fault(UD)
        refuse_lock(one)
        size = one.operand_size // 8
        if cpu.bits != 64 or size != 8:
            size = min(size, 4)
        offset = cpu.load(one.segment, one.address, size)
        selector = cpu.load(one.segment, one.address + size & (1 << one.address_size) - 1, 2)
        _transfer(cpu, one, selector, offset, reg == 3)
    elif reg in (2, 4):
        refuse_lock(one)
        size = _branch_size(cpu, one)
        target = cpu.value(one, size // 8)
        _near(cpu, one, target, size, call=reg == 2)
        _indirect(cpu, one)
    elif reg == 6:
        refuse_lock(one)
        cpu.push(cpu.value(one, one.stack_size // 8), one.stack_size // 8)
        cpu.next(one)
    elif reg == 7:
        raise fault(UD)
    else:
        _count(cpu, one, one.operand_size // 8, 1 if reg == 0 else -1)


def _branch_size(cpu: Processor, one: Instruction) -> int:
    """In 64-bit mode Intel's processors ignore 66H here, AMD's don't (docs/doubts.md)."""
    if cpu.bits == 64:
        return 16 if one.has(0x66) and cpu.vendor == "amd" else 64
    return one.operand_size


def _near(cpu: Processor, one: Instruction, target: int, size: int, call: bool = False) -> None:
    """SDM 2A "JMP", "CALL", near: the target is checked before the jump."""
    target &= (1 << size) - 1
    if cpu.bits == 64:
        if not cpu.is_canonical(target):
            raise fault(GP, 0)
    elif target > cpu.machine.segment_of("cs").limit:
        raise fault(GP, 0)
    if call:
        back = cpu.machine.rip + one.length
        shadow = _shadow(cpu, cpu.machine.ssp - 8, True) if cpu.shadow_stack else None
        cpu.push(back, size // 8)
        if shadow is not None:
            cpu.memory.write(shadow, 8, back)
            cpu.machine.ssp -= 8
    cpu.machine.rip = target


def _shadow(cpu: Processor, ssp: int, write: bool) -> int:
    return cpu.physical(ssp, user=int(cpu.machine.cpl == 3), write=int(write), shadow=1)


def _indirect(cpu: Processor, one: Instruction) -> None:
    """SDM 1 "Control-flow Enforcement Technology": ENDBRANCH has to be next."""
    cet = "u_cet" if cpu.machine.cpl == 3 else "s_cet"
    value = int(getattr(cpu.machine, cet))
    if cpu.machine.cr4 & CR4_CET and value & ENDBR_EN and not (one.has(0x3E) and value & NO_TRACK_EN):
        setattr(cpu.machine, cet, value & ~SUPPRESS | TRACKER)


def _jump(cpu: Processor, one: Instruction) -> None:
    size = _branch_size(cpu, one)
    short = one.opcode in (0xEB, *range(0x70, 0x80))
    moved = one.signed(1 if short else 2 if size == 16 else 4)
    refuse_lock(one)
    if one.opcode in range(0x70, 0x80) or one.opcode in range(0xF80, 0xF90):
        if not _condition(cpu.machine.rflags, one.opcode & 15):
            return cpu.next(one)
    _near(cpu, one, cpu.machine.rip + one.length + moved, size, one.opcode == 0xE8)


def _loop(cpu: Processor, one: Instruction) -> None:
    """LOOPNE, LOOPE, LOOP, JCXZ."""
    moved = one.signed(1)
    refuse_lock(one)
    size = one.address_size
    count = cpu.read(1, size // 8)
    if one.opcode == 0xE3:
        taken = not count
    else:
        count = count - 1 & (1 << size) - 1
        zero = bool(cpu.machine.rflags & 64)
        taken = bool(count) and (one.opcode == 0xE2 or zero == (one.opcode == 0xE1))
    if taken:
        target = cpu.machine.rip + one.length + moved
        _near(cpu, one, target, _branch_size(cpu, one))
    if one.opcode != 0xE3:
        cpu.write(1, size // 8, count)
    if not taken:
        cpu.next(one)


def _condition(flags: int, number: int) -> bool:
    """SDM 2B "Jcc"."""
    carry, parity, zero, sign, overflow = (bool(flags >> bit & 1) for bit in (0, 2, 6, 7, 11))
    conditions = (
        *(overflow, carry, zero, carry or zero, sign, parity),
        *(sign != overflow, zero or sign != overflow),
    )
    return conditions[number >> 1] != bool(number & 1)


def _near_return(cpu: Processor, one: Instruction) -> None:
    release = one.take(2) if one.opcode == 0xC2 else 0
    refuse_lock(one)
    size = _branch_size(cpu, one) // 8
    target = cpu.top(size)
    if cpu.shadow_stack:
        if cpu.memory.read(_shadow(cpu, cpu.machine.ssp, False), 8) != target:
            raise fault(CP, NEAR_RET)
        cpu.machine.ssp += 8
    _near(cpu, one, target, size * 8)
    cpu.move_stack(size + release)


# ---- Segment registers. ----


def _mov_to_segment(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 2)
    if one.reg & 7 in (1, 6, 7) or one.has(LOCK):
        raise fault(UD)
    name = SEGMENTS[one.reg & 7]
    cpu.done(cpu.spec.load_segment(cpu.machine, name, cpu.value(one, 2)))
    cpu.next(one)
    if name == "ss":
        cpu.machine.mov_ss_shadow = 1


def _mov_from_segment(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 2)
    if one.reg & 7 in (6, 7) or one.has(LOCK):
        raise fault(UD)
    selector = cpu.machine.segment_of(SEGMENTS[one.reg & 7]).selector
    if one.mod == 3:
        cpu.write(one.rm, one.operand_size // 8, selector)
    else:
        cpu.store(one.segment, one.address, 2, selector)
    cpu.next(one)


def _load_far_pointer(cpu: Processor, one: Instruction) -> None:
    name = {0xC4: "es", 0xC5: "ds", 0xFB2: "ss", 0xFB4: "fs", 0xFB5: "gs"}[one.opcode]
    if cpu.bits == 64 and one.opcode < 0xF00:
        raise NotFollowed("VEX prefix")
    cpu.operand(one, 0)
    if one.mod == 3 or one.has(LOCK):
        if one.opcode < 0xF00 and not one.has(LOCK):
            raise NotFollowed("VEX prefix")
        raise fault(UD)
    size = one.operand_size // 8
    offset = cpu.load(one.segment, one.address, size)
    selector = cpu.load(one.segment, one.address + size & (1 << one.address_size) - 1, 2)
    cpu.done(cpu.spec.load_segment(cpu.machine, name, selector))
    cpu.write(one.reg, size, offset)
    cpu.next(one)


# ---- System calls. ----


def _system_call(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    names = {0xF05: "syscall", 0xF07: "sysret", 0xF34: "sysenter", 0xF35: "sysexit"}
    cpu.done(cpu.spec.system_call(cpu.machine, names[one.opcode], one.operand_size, one.length))


# ---- Moves, stack. ----


def _width(one: Instruction) -> int:
    """Bytes of an operand whose size is the opcode's bit 0."""
    return one.operand_size // 8 if one.opcode & 1 else 1


def _mov(cpu: Processor, one: Instruction) -> None:
    size = _width(one)
    cpu.operand(one, size)
    refuse_lock(one)
    if one.opcode & 2:
        cpu.write(one.reg, size, cpu.value(one, size), one.rex)
    else:
        cpu.set_value(one, size, cpu.read(one.reg, size, one.rex))
    cpu.next(one)


def _mov_immediate(cpu: Processor, one: Instruction) -> None:
    size = _width(one)
    cpu.operand(one, size, min(size, 4))
    value = one.signed(min(size, 4))
    if one.reg & 7 or one.has(LOCK):
        raise fault(UD)
    cpu.set_value(one, size, value)
    cpu.next(one)


def _mov_register(cpu: Processor, one: Instruction) -> None:
    size = 1 if one.opcode < 0xB8 else one.operand_size // 8
    value = one.take(size)
    refuse_lock(one)
    cpu.write(one.opcode & 7 | (8 if one.rex & 1 else 0), size, value, one.rex)
    cpu.next(one)


def _mov_offset(cpu: Processor, one: Instruction) -> None:
    size, offset = _width(one), one.take(one.address_size // 8)
    refuse_lock(one)
    segment = one.override or "ds"
    if one.opcode < 0xA2:
        cpu.write(0, size, cpu.load(segment, offset, size), one.rex)
    else:
        cpu.store(segment, offset, size, cpu.read(0, size, one.rex))
    cpu.next(one)


def _lea(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    cpu.write(one.reg, one.operand_size // 8, one.address)
    cpu.next(one)


def _push(cpu: Processor, one: Instruction) -> None:
    size = one.stack_size // 8
    if one.opcode == 0x6A:
        value = one.signed(1)
    elif one.opcode == 0x68:
        value = one.signed(min(size, 4))
    else:
        value = cpu.read(one.opcode & 7 | (8 if one.rex & 1 else 0), size, 1)
    refuse_lock(one)
    cpu.push(value, size)
    cpu.next(one)


def _pop(cpu: Processor, one: Instruction) -> None:
    size = one.stack_size // 8
    refuse_lock(one)
    value = cpu.top(size)
    cpu.move_stack(size)
    cpu.write(one.opcode & 7 | (8 if one.rex & 1 else 0), size, value, 1)
    cpu.next(one)


def _pop_operand(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "POP": an address by RSP is that behind the pop."""
    size = one.stack_size // 8
    value = cpu.top(size)
    before = cpu.machine["rsp"]
    cpu.move_stack(size)
    try:
        cpu.operand(one, size)
        if one.reg & 7 or one.has(LOCK):
            raise fault(UD)
        cpu.set_value(one, size, value)
    except Raised:
        cpu.machine["rsp"] = before
        raise
    cpu.next(one)


def _leave(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    size, before = one.stack_size // 8, cpu.machine["rsp"]
    mask = cpu.stack_mask
    cpu.machine["rsp"] = before & ~mask | cpu.machine["rbp"] & mask
    try:
        value = cpu.top(size)
    except Raised:
        cpu.machine["rsp"] = before
        raise
    cpu.move_stack(size)
    cpu.write(5, size, value, 1)
    cpu.next(one)


def _push_all(cpu: Processor, one: Instruction) -> None:
    """PUSHA: each word where it will lie is checked before RSP moves."""
    if cpu.bits == 64 or one.has(LOCK):
        raise fault(UD)
    size, before = one.operand_size // 8, cpu.machine["rsp"]
    try:
        for number in range(8):
            cpu.push((before if number == RSP else cpu.gpr(number)) & (1 << 8 * size) - 1, size)
    except Raised:
        cpu.machine["rsp"] = before
        raise
    cpu.next(one)


def _pop_all(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64 or one.has(LOCK):
        raise fault(UD)
    size = one.operand_size // 8
    sp = cpu.machine["rsp"]
    values = [cpu.load("ss", sp + size * number & cpu.stack_mask, size) for number in range(8)]
    for number, value in enumerate(reversed(values)):
        if number != RSP:
            cpu.write(number, size, value, 1)
    cpu.move_stack(8 * size)
    cpu.next(one)


def _group_4(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 1)
    if one.reg & 7 > 1:
        raise fault(UD)
    _count(cpu, one, 1, -1 if one.reg & 7 else 1)


def _extend(cpu: Processor, one: Instruction) -> None:
    """MOVZX, MOVSX, MOVSXD."""
    size = {0xFB6: 1, 0xFB7: 2, 0xFBE: 1, 0xFBF: 2}.get(one.opcode, 4)
    if size == 4 and cpu.bits != 64:
        raise NotFollowed("ARPL")
    cpu.operand(one, size)
    refuse_lock(one)
    value = cpu.value(one, size)
    if one.opcode not in (0xFB6, 0xFB7):
        value -= value >> 8 * size - 1 << 8 * size
    cpu.write(one.reg, one.operand_size // 8, value)
    cpu.next(one)


def _move_if(cpu: Processor, one: Instruction) -> None:
    """CMOVcc reads its operand whatever the condition."""
    size = one.operand_size // 8
    cpu.operand(one, size)
    refuse_lock(one)
    value = cpu.value(one, size)
    taken = _condition(cpu.machine.rflags, one.opcode & 15)
    cpu.write(one.reg, size, value if taken else cpu.read(one.reg, size))
    cpu.next(one)


def _set_if(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 1)
    refuse_lock(one)
    cpu.set_value(one, 1, int(_condition(cpu.machine.rflags, one.opcode & 15)))
    cpu.next(one)


def _exchange_add(cpu: Processor, one: Instruction) -> None:
    size = _width(one)
    cpu.operand(one, size)
    if one.has(LOCK) and one.mod == 3:
        raise fault(UD)
    if one.mod != 3:
        cpu.access(one.segment, one.address, size, True)
    a, b = cpu.value(one, size), cpu.read(one.reg, size, one.rex)
    result = _arithmetic(cpu, ADD, a, b, size)
    cpu.write(one.reg, size, a, one.rex)
    cpu.set_value(one, size, result)
    cpu.next(one)


def _compare_exchange(cpu: Processor, one: Instruction) -> None:
    """The destination is written in any case."""
    size = _width(one)
    cpu.operand(one, size)
    if one.has(LOCK) and one.mod == 3:
        raise fault(UD)
    if one.mod != 3:
        cpu.access(one.segment, one.address, size, True)
    found, accumulator = cpu.value(one, size), cpu.read(0, size, 1)
    _arithmetic(cpu, CMP, accumulator, found, size)
    cpu.set_value(one, size, cpu.read(one.reg, size, one.rex) if found == accumulator else found)
    if found != accumulator:
        cpu.write(0, size, found, 1)
    cpu.next(one)


def _store_integer(cpu: Processor, one: Instruction) -> None:
    """MOVNTI."""
    size = one.operand_size // 8
    cpu.operand(one, size)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    cpu.store(one.segment, one.address, size, cpu.read(one.reg, size))
    cpu.next(one)


# ---- x87, MMX, SSE: what they compute is in no register of a record. ----

# By opcode and /reg of a memory operand: bytes; what is written has a minus sign. Others are left to the golden file.
X87 = {
    0xD8: dict.fromkeys(range(8), 4),
    0xD9: {0: 4, 2: -4, 3: -4, 5: 2, 7: -2},
    0xDA: dict.fromkeys(range(8), 4),
    0xDB: {0: 4, 1: -4, 2: -4, 3: -4, 5: 10, 7: -10},
    0xDC: dict.fromkeys(range(8), 8),
    0xDD: {0: 8, 1: -8, 2: -8, 3: -8, 7: -2},
    0xDE: dict.fromkeys(range(8), 2),
    0xDF: {0: 2, 1: -2, 2: -2, 3: -2, 4: 10, 5: 8, 6: -10, 7: -8},
}


def _x87(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    refuse_lock(one)
    if cpu.machine.cr0 & (EM | TS):
        raise fault(NM)
    size = X87[one.opcode].get(one.reg & 7, 0) if one.mod != 3 else 0
    if one.mod == 3 and one.opcode in (0xDA, 0xDB, 0xDF):
        raise NotFollowed("x87")  # some of these write flags or AX
    if one.mod != 3 and (not size or abs(size) == 10 or cpu.machine.cpl == 3 and cpu.machine.rflags & AC_FLAG):
        raise NotFollowed("x87")

    def effect() -> None:
        if size:
            cpu.access(one.segment, one.address, abs(size), size < 0)
        cpu.next(one)

    raise NotFollowed("x87", effect)


def _fwait(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    if cpu.machine.cr0 & MP and cpu.machine.cr0 & TS:
        raise fault(NM)
    raise NotFollowed("x87", lambda: cpu.next(one))


IMMEDIATE = (0x0F70, 0x0F71, 0x0F72, 0x0F73, 0x0FC2, 0x0FC4, 0x0FC5, 0x0FC6)
TO_REGISTERS = (0x0F2C, 0x0F2D, 0x0F2E, 0x0F2F, 0x0F50, 0x0FC5, 0x0FD7)


def _vector(cpu: Processor, one: Instruction) -> None:
    """SDM 3A table "Action Taken From Different Combinations of EM, MP, TS"; SSE's part of it."""
    cpu.operand(one, 0, 1 if one.opcode in IMMEDIATE else 0)
    refuse_lock(one)
    if one.opcode in IMMEDIATE:
        one.take()
    mmx = one.opcode & 0xFF >= 0x60 and one.opcode not in (0x0FC2, 0x0FC6)
    mmx = mmx and not any(map(one.has, (0x66, 0xF2, 0xF3)))
    if cpu.machine.cr0 & EM or (not mmx and not cpu.machine.cr4 & CR4_OSFXSR):
        raise fault(UD)
    if cpu.machine.cr0 & TS:
        raise fault(NM)
    if one.mod != 3 or one.opcode in TO_REGISTERS or (one.opcode == 0x0F7E and not one.has(0xF3)):
        raise NotFollowed("SSE")
    raise NotFollowed("SSE", lambda: cpu.next(one))


def _vector_plain(cpu: Processor, one: Instruction) -> None:
    """EMMS."""
    refuse_lock(one)
    if cpu.machine.cr0 & EM:
        raise fault(UD)
    if cpu.machine.cr0 & TS:
        raise fault(NM)
    cpu.next(one)


def _group_15(cpu: Processor, one: Instruction) -> None:
    """FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, CLFLUSH, fences, and others."""
    cpu.operand(one, 0)
    reg, cr0 = one.reg & 7, cpu.machine.cr0
    if one.has(0xF3):
        raise NotFollowed("group 15")
    if one.mod == 3 and reg >= 5:
        raise NotFollowed("a fence", lambda: cpu.next(one))
    refuse_lock(one)
    if reg in (0, 1) and cr0 & (EM | TS):
        raise fault(NM)
    if reg in (2, 3) and (cr0 & EM or not cpu.machine.cr4 & CR4_OSFXSR):
        raise fault(UD)
    if reg in (2, 3) and cr0 & TS:
        raise fault(NM)
    if reg in (2, 3):
        cpu.access(one.segment, one.address, 4, reg == 3)
        raise NotFollowed("MXCSR", lambda: cpu.next(one))
    if reg == 7:

        def effect() -> None:
            cpu.linear(one.segment, one.address, 1, False)
            cpu.next(one)

        raise NotFollowed("CLFLUSH", effect)
    raise NotFollowed("group 15")


def _push_flags(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    if cpu.vm86 and cpu.iopl < 3:
        raise NotFollowed("PUSHF with VME") if cpu.machine.cr4 & CR4_VME else fault(GP, 0)
    cpu.push(cpu.machine.rflags & 0xFCFFFF, one.stack_size // 8)
    cpu.next(one)


def _pop_flags(cpu: Processor, one: Instruction) -> None:
    """SDM 2B "POPF/POPFD/POPFQ", table "Effect of POPF/POPFD/POPFQ on the EFLAGS Register"."""
    refuse_lock(one)
    machine = cpu.machine
    if cpu.vm86 and cpu.iopl < 3:
        raise NotFollowed("POPF with VME") if machine.cr4 & CR4_VME else fault(GP, 0)
    size = one.stack_size // 8
    value = cpu.top(size)
    written = STATUS | TF | DF | NT | (AC_FLAG | 1 << 21 if size > 2 else 0)
    if not machine.cr0 & PE or machine.cpl == 0:
        written |= IF | IOPL
    elif machine.cpl <= cpu.iopl:
        written |= IF
    machine.rflags = (machine.rflags & ~written | value & written) & (~RF if size > 2 else -1)
    cpu.move_stack(size)
    cpu.next(one)


def _count(cpu: Processor, one: Instruction, size: int, step: int) -> None:
    if one.mod == 3:
        refuse_lock(one)
    else:
        cpu.access(one.segment, one.address, size, True)  # a read that is a write: its fault has W/R set
    before = cpu.value(one, size)
    after = before + step & (1 << 8 * size) - 1
    if one.mod != 3:
        cpu.store(one.segment, one.address, size, after)
    else:
        cpu.write(one.rm, size, after, one.rex)
    _set_flags(cpu, after, size, keep=CF, carry=False, adjust=(before ^ after ^ 1) & 16 != 0)
    top = 1 << 8 * size - 1
    overflow = after == top if step == 1 else before == top
    cpu.machine.rflags |= OF if overflow else 0
    cpu.next(one)


def _set_flags(cpu: Processor, result: int, size: int, keep: int, carry: bool, adjust: bool) -> None:
    """All status flags but OF, which is cleared."""
    flags = cpu.machine.rflags & ~(STATUS & ~keep)
    flags |= CF if carry else 0
    flags |= 4 if not (result & 0xFF).bit_count() & 1 else 0
    flags |= 16 if adjust else 0
    flags |= 64 if not result else 0
    flags |= 128 if result >> 8 * size - 1 else 0
    cpu.machine.rflags = flags


ADD, OR, ADC, SBB, AND, SUB, XOR, CMP = range(8)


def _arithmetic(cpu: Processor, which: int, a: int, b: int, size: int) -> int:
    top, mask = 1 << 8 * size - 1, (1 << 8 * size) - 1
    borrow = cpu.machine.rflags & 1 if which in (ADC, SBB) else 0
    if which in (ADD, ADC):
        whole = a + b + borrow
        result = whole & mask
        _set_flags(cpu, result, size, 0, whole > mask, (a ^ b ^ result) & 16 != 0)
        overflow = (a ^ result) & (b ^ result) & top
    elif which in (SUB, SBB, CMP):
        whole = a - b - borrow
        result = whole & mask
        _set_flags(cpu, result, size, 0, whole < 0, (a ^ b ^ result) & 16 != 0)
        overflow = (a ^ b) & (a ^ result) & top
    else:
        result = {OR: a | b, AND: a & b, XOR: a ^ b}[which]
        adjust = cpu.machine.rflags & 16 != 0  # undefined: as it was
        _set_flags(cpu, result, size, 0, False, adjust)
        overflow = 0
    cpu.machine.rflags |= OF if overflow else 0
    return result


def _alu(cpu: Processor, one: Instruction) -> None:
    """ADD to CMP: r/m with r, r with r/m, the accumulator with an immediate."""
    which, form = one.opcode >> 3, one.opcode & 7
    size = _width(one)
    if form >= 4:
        refuse_lock(one)
        value = one.signed(min(size, 4)) & (1 << 8 * size) - 1
        result = _arithmetic(cpu, which, cpu.read(0, size, 1), value, size)
        if which != CMP:
            cpu.write(0, size, result, 1)
        return cpu.next(one)
    cpu.operand(one, size)
    if one.has(LOCK) and (one.mod == 3 or form & 2 or which == CMP):
        raise fault(UD)
    register = cpu.read(one.reg, size, one.rex)
    if form & 2:
        result = _arithmetic(cpu, which, register, cpu.value(one, size), size)
        if which != CMP:
            cpu.write(one.reg, size, result, one.rex)
    else:
        _modify(cpu, one, which, register, size)
    cpu.next(one)


def _modify(cpu: Processor, one: Instruction, which: int, value: int, size: int) -> None:
    if one.mod == 3 or which == CMP:
        result = _arithmetic(cpu, which, cpu.value(one, size), value, size)
        if which != CMP:
            cpu.write(one.rm, size, result, one.rex)
        return
    flags = cpu.machine.rflags
    cpu.access(one.segment, one.address, size, True)  # a read that is a write: its fault has W/R set
    before = cpu.load(one.segment, one.address, size)
    result = _arithmetic(cpu, which, before, value, size)
    try:
        cpu.store(one.segment, one.address, size, result)
    except Raised:
        cpu.machine.rflags = flags
        raise


def _group_1(cpu: Processor, one: Instruction) -> None:
    size = _width(one)
    narrow = 1 if one.opcode != 0x81 else min(size, 4)
    cpu.operand(one, size, narrow)
    value = one.signed(narrow) & (1 << 8 * size) - 1
    which = one.reg & 7
    if one.has(LOCK) and (one.mod == 3 or which == CMP):
        raise fault(UD)
    _modify(cpu, one, which, value, size)
    cpu.next(one)


def _test(cpu: Processor, one: Instruction) -> None:
    size = _width(one)
    refuse_lock(one)
    if one.opcode >= 0xA8:
        a, b = cpu.read(0, size, 1), one.signed(min(size, 4)) & (1 << 8 * size) - 1
    else:
        cpu.operand(one, size)
        a, b = cpu.value(one, size), cpu.read(one.reg, size, one.rex)
    _arithmetic(cpu, AND, a, b, size)
    cpu.next(one)


def _increment(cpu: Processor, one: Instruction) -> None:
    """INC and DEC of a register; in 64-bit mode these are REX."""
    one.mod, one.rm = 3, one.opcode & 7
    _count(cpu, one, one.operand_size // 8, 1 if one.opcode < 0x48 else -1)


def _xchg(cpu: Processor, one: Instruction) -> None:
    size = _width(one)
    cpu.operand(one, size)
    if one.has(LOCK) and one.mod == 3:
        raise fault(UD)
    if one.mod != 3:
        cpu.access(one.segment, one.address, size, True)
    a, b = cpu.value(one, size), cpu.read(one.reg, size, one.rex)
    cpu.set_value(one, size, b)
    cpu.write(one.reg, size, a, one.rex)
    cpu.next(one)


def _nop(cpu: Processor, one: Instruction) -> None:
    if one.has(0xF3) and one.opcode == 0x90:
        refuse_lock(one)
        return cpu.next(one)  # PAUSE
    if one.rex & 1:
        raise NotFollowed("XCHG")
    refuse_lock(one)
    cpu.next(one)


def _long_nop(cpu: Processor, one: Instruction) -> None:
    cpu.operand(one, 0)
    refuse_lock(one)
    cpu.next(one)


# ---- Divisions, BOUND. ----


def _group_3(cpu: Processor, one: Instruction) -> None:
    size = _width(one)
    cpu.operand(one, size, 0)
    which = one.reg & 7
    if which in (0, 1):
        raise NotFollowed("TEST immediate")
    if one.has(LOCK) and (one.mod == 3 or which > 3):
        raise fault(UD)
    if which in (6, 7):
        _divide(cpu, one, size, which == 7)
    elif which in (2, 3):
        if one.mod != 3:
            cpu.access(one.segment, one.address, size, True)
        value = cpu.value(one, size)
        result = ~value if which == 2 else _arithmetic(cpu, SUB, 0, value, size)
        cpu.set_value(one, size, result)
        cpu.next(one)
    else:
        raise NotFollowed("MUL")


def _divide(cpu: Processor, one: Instruction, size: int, signed: bool) -> None:
    """SDM 2A "DIV", "IDIV". Status flags are undefined behind it."""
    divisor = cpu.value(one, size)
    width = 8 * size
    if size == 1:
        dividend = cpu.read(0, 2)
    else:
        dividend = cpu.read(2, size) << width | cpu.read(0, size)
    if signed:
        divisor -= divisor >> width - 1 << width
        dividend -= dividend >> 2 * width - 1 << 2 * width
    if not divisor:
        raise fault(DE)
    quotient = abs(dividend) // abs(divisor) * (1 if (dividend < 0) == (divisor < 0) else -1)
    lowest, highest = (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)
    if not lowest <= quotient <= highest:
        raise fault(DE)
    remainder = dividend - quotient * divisor
    if size == 1:
        cpu.write(0, 2, (remainder & 0xFF) << 8 | quotient & 0xFF)
    else:
        cpu.write(0, size, quotient)
        cpu.write(2, size, remainder)
    cpu.next(one)


def _aam(cpu: Processor, one: Instruction) -> None:
    divisor = one.take()
    if cpu.bits == 64 or one.has(LOCK):
        raise fault(UD)
    if not divisor:
        raise fault(DE)
    raise NotFollowed("AAM")


def _bound(cpu: Processor, one: Instruction) -> None:
    if cpu.bits == 64:
        raise NotFollowed("EVEX prefix")
    cpu.operand(one, 0)
    if one.mod == 3 or one.has(LOCK):
        raise fault(UD)
    size = one.operand_size // 8
    lower = cpu.load(one.segment, one.address, size)
    upper = cpu.load(one.segment, one.address + size & (1 << one.address_size) - 1, size)
    top = 1 << 8 * size - 1
    index, low, high = ((value ^ top) - top for value in (cpu.read(one.reg, size), lower, upper))
    if not low <= index <= high:
        raise fault(BR)
    cpu.next(one)


# ---- Privileged instructions, I/O, flags. ----


def _privileged(cpu: Processor, one: Instruction) -> None:
    """HLT, CLTS, INVD, WBINVD."""
    refuse_lock(one)
    cpu.need_cpl_0()
    if one.opcode == 0xF4:
        raise NotFollowed("HLT")
    if one.opcode == 0x0F06:
        cpu.machine.cr0 &= ~TS
    cpu.next(one)


MSRS = {
    0x174: "sysenter_cs",
    0x175: "sysenter_esp",
    0x176: "sysenter_eip",
    0x6A0: "u_cet",
    0x6A2: "s_cet",
    0x6A8: "interrupt_ssp_table",
    0xC0000081: "star",
    0xC0000082: "lstar",
    0xC0000083: "cstar",
    0xC0000084: "fmask",
}
BASES = {0xC0000100: "fs", 0xC0000101: "gs"}
PL_SSP = range(0x6A4, 0x6A8)


def _wrmsr(cpu: Processor, one: Instruction) -> None:
    """Which values are refused is left to the golden file."""
    refuse_lock(one)
    cpu.need_cpl_0()
    number, value = cpu.read(1, 4), cpu.read(2, 4) << 32 | cpu.read(0, 4)

    def effect() -> None:
        if number in MSRS:
            setattr(cpu.machine, MSRS[number], value)
        elif number in BASES:
            cpu.machine.segment_of(BASES[number]).base = value
        elif number in PL_SSP:
            cpu.machine.pl_ssp[number - PL_SSP.start] = value
        else:
            raise NotFollowed("WRMSR")
        cpu.next(one)

    raise NotFollowed("WRMSR", effect)


def _rdmsr(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    cpu.need_cpl_0()
    number = cpu.read(1, 4)

    def effect() -> None:
        if number in MSRS:
            value = int(getattr(cpu.machine, MSRS[number]))
        elif number in BASES:
            value = cpu.machine.segment_of(BASES[number]).base
        else:
            raise NotFollowed("RDMSR")
        cpu.write(0, 4, value)
        cpu.write(2, 4, value >> 32)
        cpu.next(one)

    raise NotFollowed("RDMSR", effect)


def _mov_control(cpu: Processor, one: Instruction) -> None:
    """Which values are refused is left to the golden file."""
    cpu.operand(one, 0)
    if one.has(LOCK):
        raise NotFollowed("LOCK MOV CRn")  # AMD's MOV CR8
    if one.reg not in (0, 2, 3, 4, 8):
        raise fault(UD)
    cpu.need_cpl_0()
    name, size = f"cr{one.reg}", 8 if cpu.bits == 64 else 4

    def effect() -> None:
        if one.reg == 8:
            raise NotFollowed("MOV CR8")
        if one.opcode == 0x0F20:
            cpu.write(one.rm, size, int(getattr(cpu.machine, name)))
        else:
            value, before = cpu.read(one.rm, size), int(getattr(cpu.machine, name))
            if one.reg == 0 and (value ^ before) & (PE | PG):
                raise NotFollowed("another mode")
            setattr(cpu.machine, name, value | (16 if one.reg == 0 else 0))
        cpu.next(one)

    raise NotFollowed("MOV CRn", effect)


def _mov_debug(cpu: Processor, one: Instruction) -> None:
    """SDM 3B "Debug Registers"; "General-Detect Exception Condition"."""
    cpu.operand(one, 0)
    machine = cpu.machine
    refuse_lock(one)
    if one.reg >= 8:
        raise fault(UD)
    if one.reg in (4, 5) and machine.cr4 & CR4_DE:
        raise fault(UD)
    cpu.need_cpl_0()
    if machine.dr7 & GD:
        raise fault(DB, dr6=BD)
    number, size = one.reg + 2 if one.reg in (4, 5) else one.reg, 8 if cpu.bits == 64 else 4
    if one.opcode == 0x0F21:
        value = machine.dr[number] if number < 4 else machine.dr6 if number == 6 else machine.dr7
        cpu.write(one.rm, size, value)
        return cpu.next(one)
    value = cpu.read(one.rm, size)
    if number >= 6 and value >> 32:
        raise fault(GP, 0)
    if number < 4:
        machine.dr[number] = value
    elif number == 6:
        machine.dr6 = value & 0x1E00F | 0xFFFE0FF0
        raise NotFollowed("MOV DR6", lambda: cpu.next(one))
    else:
        machine.dr7 = value & 0xFFFF2FFF | 0x400
    cpu.next(one)


def _group_7(cpu: Processor, one: Instruction) -> None:
    """SGDT, SIDT, LGDT, LIDT, SMSW, LMSW, INVLPG, and what has no memory operand."""
    cpu.operand(one, 0)
    reg = one.reg & 7
    if one.mod == 3 and reg not in (4, 6):
        raise NotFollowed("group 7")
    refuse_lock(one)
    if reg in (2, 3, 6, 7):
        cpu.need_cpl_0()
    elif reg in (0, 1, 4) and machine_umip(cpu):
        raise fault(GP, 0)
    if reg == 4:
        size = one.operand_size // 8 if one.mod == 3 else 2
        if one.mod == 3:
            cpu.write(one.rm, size, cpu.machine.cr0)
        else:
            cpu.store(one.segment, one.address, 2, cpu.machine.cr0)
        return cpu.next(one)
    if reg == 6:
        value = cpu.value(one, 2)
        cpu.machine.cr0 = cpu.machine.cr0 & ~14 | value & 15
        return cpu.next(one)
    if reg == 7:
        raise NotFollowed("INVLPG", lambda: cpu.next(one))
    table = cpu.machine.gdtr if reg in (0, 2) else cpu.machine.idtr
    size = 8 if cpu.bits == 64 else 4

    def effect() -> None:
        at = one.address + 2 & (1 << one.address_size) - 1
        if reg < 2:
            cpu.store(one.segment, one.address, 2, table.limit)
            cpu.store(one.segment, at, size, table.base)
        else:
            limit = cpu.load(one.segment, one.address, 2)
            table.base, table.limit = cpu.load(one.segment, at, size), limit
        cpu.next(one)

    raise NotFollowed("descriptor-table registers", effect)


def machine_umip(cpu: Processor) -> bool:
    return bool(cpu.machine.cr4 & CR4_UMIP and cpu.machine.cr0 & PE and cpu.machine.cpl)


def _group_6(cpu: Processor, one: Instruction) -> None:
    """SLDT, STR, LLDT, LTR, VERR, VERW."""
    cpu.operand(one, 2)
    reg = one.reg & 7
    if cpu.by_selector or one.has(LOCK) or reg > 5:
        raise fault(UD)
    if reg in (2, 3):
        cpu.need_cpl_0()
    elif reg in (0, 1) and machine_umip(cpu):
        raise fault(GP, 0)
    if reg < 2:
        selector = cpu.machine.segment_of("ldtr" if reg == 0 else "tr").selector
        if one.mod == 3:
            cpu.write(one.rm, one.operand_size // 8, selector)
        else:
            cpu.store(one.segment, one.address, 2, selector)
        return cpu.next(one)
    raise NotFollowed("LLDT, LTR, VERR, VERW")


def _cli_sti(cpu: Processor, one: Instruction) -> None:
    refuse_lock(one)
    machine = cpu.machine
    if machine.cr0 & PE and cpu.iopl < (3 if cpu.vm86 else machine.cpl):
        if (cpu.vm86 and machine.cr4 & CR4_VME) or (machine.cpl == 3 and machine.cr4 & 2):
            if one.opcode == 0xFB and machine.rflags & VIP:
                raise fault(GP, 0)
            machine.rflags = machine.rflags & ~VIF if one.opcode == 0xFA else machine.rflags | VIF
            return cpu.next(one)
        raise fault(GP, 0)
    if one.opcode == 0xFA:
        machine.rflags &= ~IF
        return cpu.next(one)
    shadow = not machine.rflags & IF
    machine.rflags |= IF
    cpu.next(one)
    machine.sti_shadow = int(shadow)


def _flag(cpu: Processor, one: Instruction) -> None:
    """CMC, CLC, STC, CLD, STD."""
    refuse_lock(one)
    flags = cpu.machine.rflags
    changed = {0xF5: flags ^ CF, 0xF8: flags & ~CF, 0xF9: flags | CF, 0xFC: flags & ~DF, 0xFD: flags | DF}
    cpu.machine.rflags = changed[one.opcode]
    cpu.next(one)


def _io(cpu: Processor, one: Instruction) -> None:
    """IN, OUT: SDM 1 "I/O Permission Bit Map"; SDM 3B: I/O breakpoints. What a port holds is known to its device."""
    size = min(one.operand_size // 8, 4) if one.opcode & 1 else 1
    port = one.take() if one.opcode < 0xE8 else cpu.read(2, 2)
    refuse_lock(one)
    _check_ports(cpu, port, size)
    if cpu.machine.cr4 & CR4_DE:
        cpu.watch(port, size, (IO,))
    if not one.opcode & 2:
        cpu.unknown[0] = (1 << 8 * size) - 1
    cpu.next(one)


def _check_ports(cpu: Processor, port: int, size: int) -> None:
    machine = cpu.machine
    if not machine.cr0 & PE or (machine.cpl <= cpu.iopl and not cpu.vm86):
        return
    tss = machine.segment_of("tr")
    if not tss.type & 8:
        raise fault(GP, 0)

    def read(offset: int) -> int:
        if offset + 1 > tss.limit:
            raise fault(GP, 0)
        value = 0
        for number in range(2):
            at = cpu.physical(tss.base + offset + number, implicit=1)
            value |= cpu.memory.read(at, 1) << 8 * number
        return value

    bits = read(read(0x66) + port // 8) >> port % 8
    if bits & (1 << size) - 1:
        raise fault(GP, 0)


def _string(cpu: Processor, one: Instruction) -> None:
    """One repetition after the other, of which each is done or not; a trap comes between two (SDM 2B "REP")."""
    kind = one.opcode & 0xFE
    size = min(_width(one), 4) if kind in (INS, OUTS) else _width(one)
    refuse_lock(one)
    mask = (1 << one.address_size) - 1
    repeated = one.has(0xF3) or one.has(0xF2)
    step = -size if cpu.machine.rflags & DF else size
    if kind in (INS, OUTS):
        _check_ports(cpu, cpu.read(2, 2), size)
    flags = cpu.machine.rflags
    while not repeated or cpu.gpr(1) & mask:
        _repetition(cpu, one, kind, size, mask, flags)
        if kind in (INS, OUTS) and cpu.machine.cr4 & CR4_DE:
            cpu.watch(cpu.read(2, 2), size, (IO,))
        if kind in (MOVS, LODS, CMPS, OUTS):
            _advance(cpu, 6, step, one.address_size)
        if kind in (MOVS, STOS, CMPS, SCAS, INS):
            _advance(cpu, 7, step, one.address_size)
        if not repeated:
            break
        _advance(cpu, 1, -1, one.address_size)
        if kind in (CMPS, SCAS) and bool(cpu.machine.rflags & 64) != one.has(0xF3):
            break
        if cpu.gpr(1) & mask and (cpu.machine.rflags & TF or cpu.pending.dr6):
            cpu.between = True
            return
    cpu.next(one)


INS, OUTS, MOVS, CMPS, STOS, LODS, SCAS = 0x6C, 0x6E, 0xA4, 0xA6, 0xAA, 0xAC, 0xAE


def _repetition(cpu: Processor, one: Instruction, kind: int, size: int, mask: int, flags: int) -> None:
    source = (one.override or "ds", cpu.gpr(6) & mask, size)
    target = ("es", cpu.gpr(7) & mask, size)
    if kind == MOVS:
        cpu.store(*target, cpu.load(*source))
    elif kind == STOS:
        cpu.store(*target, cpu.read(0, size, 1))
    elif kind == INS:
        cpu.store(*target, (1 << 8 * size) - 1)
    elif kind == LODS:
        cpu.write(0, size, cpu.load(*source), 1)
    elif kind == OUTS:
        cpu.load(*source)
    else:
        try:
            a = cpu.load(*source) if kind == CMPS else cpu.read(0, size, 1)
            b = cpu.load(*target)
        except Raised:
            cpu.machine.rflags = flags  # SDM 2B "REP": as before the instruction
            raise
        _arithmetic(cpu, CMP, a, b, size)


def _advance(cpu: Processor, number: int, step: int, bits: int) -> None:
    cpu.write(number, bits // 8, (cpu.gpr(number) + step) & (1 << bits) - 1, 1)


TABLE: dict[int, Callable[[Processor, Instruction], None]] = {
    0xCC: _int3,
    0xCD: _int_n,
    0xF1: _int1,
    0xCE: _into,
    0x0F0B: _ud2,
    0x0FB9: _ud_with_operand,
    **dict.fromkeys((0x27, 0x2F, 0x37, 0x3F, 0xD5, 0xD6, 0x82), _invalid_in_64_bit_mode),
    **dict.fromkeys((0x06, 0x0E, 0x16, 0x1E, 0x0FA0, 0x0FA8), _push_segment),
    **dict.fromkeys((0x07, 0x17, 0x1F, 0x0FA1, 0x0FA9), _pop_segment),
    0xCF: _iret,
    **dict.fromkeys((0xCA, 0xCB), _far_return),
    **dict.fromkeys((0x9A, 0xEA), _far_direct),
    0xFF: _group_5,
    **dict.fromkeys((0xEB, 0xE9, 0xE8, *range(0x70, 0x80), *range(0x0F80, 0x0F90)), _jump),
    **dict.fromkeys((0xC2, 0xC3), _near_return),
    0x8E: _mov_to_segment,
    0x8C: _mov_from_segment,
    **dict.fromkeys((0xC4, 0xC5, 0x0FB2, 0x0FB4, 0x0FB5), _load_far_pointer),
    **dict.fromkeys((0x0F05, 0x0F07, 0x0F34, 0x0F35), _system_call),
    **dict.fromkeys((0x88, 0x89, 0x8A, 0x8B), _mov),
    **dict.fromkeys((0xC6, 0xC7), _mov_immediate),
    **dict.fromkeys(range(0xB0, 0xC0), _mov_register),
    **dict.fromkeys(range(0xA0, 0xA4), _mov_offset),
    0x8D: _lea,
    **dict.fromkeys((*range(0x50, 0x58), 0x68, 0x6A), _push),
    **dict.fromkeys(range(0x58, 0x60), _pop),
    0x9C: _push_flags,
    0x9D: _pop_flags,
    **{which << 3 | form: _alu for which in range(8) for form in range(6)},
    **dict.fromkeys((0x80, 0x81, 0x83), _group_1),
    **dict.fromkeys((0x84, 0x85, 0xA8, 0xA9), _test),
    **dict.fromkeys(range(0x40, 0x50), _increment),
    **dict.fromkeys((0x86, 0x87), _xchg),
    0x90: _nop,
    **dict.fromkeys(range(0x0F19, 0x0F20), _long_nop),
    **dict.fromkeys((0xF6, 0xF7), _group_3),
    0xD4: _aam,
    0x62: _bound,
    **dict.fromkeys((0xF4, 0x0F06, 0x0F08, 0x0F09), _privileged),
    0x0F30: _wrmsr,
    0x0F32: _rdmsr,
    **dict.fromkeys((0x0F20, 0x0F22), _mov_control),
    **dict.fromkeys((0x0F21, 0x0F23), _mov_debug),
    0x0F00: _group_6,
    0x0F01: _group_7,
    **dict.fromkeys((0xFA, 0xFB), _cli_sti),
    **dict.fromkeys((0xF5, 0xF8, 0xF9, 0xFC, 0xFD), _flag),
    **dict.fromkeys((*range(0xE4, 0xE8), *range(0xEC, 0xF0)), _io),
    **dict.fromkeys((*range(0x6C, 0x70), *range(0xA4, 0xA8), *range(0xAA, 0xB0)), _string),
    **dict.fromkeys(range(0xE0, 0xE4), _loop),
    0x60: _push_all,
    0x61: _pop_all,
    0x8F: _pop_operand,
    0xC9: _leave,
    0xFE: _group_4,
    **dict.fromkeys((0x63, 0x0FB6, 0x0FB7, 0x0FBE, 0x0FBF), _extend),
    **dict.fromkeys(range(0x0F40, 0x0F50), _move_if),
    **dict.fromkeys(range(0x0F90, 0x0FA0), _set_if),
    **dict.fromkeys((0x0FC0, 0x0FC1), _exchange_add),
    **dict.fromkeys((0x0FB0, 0x0FB1), _compare_exchange),
    0x0FC3: _store_integer,
    **dict.fromkeys((0x0F0D, 0x0F18), _long_nop),
    **dict.fromkeys(X87, _x87),
    0x9B: _fwait,
    0x0F77: _vector_plain,
    **dict.fromkeys(
        (
            *(*range(0x0F10, 0x0F18), *range(0x0F28, 0x0F30), *range(0x0F50, 0x0F77), *range(0x0F7C, 0x0F80)),
            *(0x0FC2, 0x0FC4, 0x0FC5, 0x0FC6, *range(0x0FD0, 0x0FFF)),
        ),
        _vector,
    ),
    0x0FAE: _group_15,
}
