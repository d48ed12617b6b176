"""A processor that executes one instruction after the other: its registers, memory, stack and fetches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from trapframe.prediction.machine import Memory, PE, VM
from trapframe.prediction.unit import Float
from trapframe.prediction.operand import LOCK, LONGEST, Instruction, TooLong, decode, take_modrm
from trapframe.spec import Event, Machine, Outcome, Pending, Rule, Specification, event

DE, DB, BR, UD, NM, SS, GP, MF, AC, XM, CP = 0, 1, 5, 6, 7, 12, 13, 16, 17, 19, 21


CF, TF, IF, DF, OF, IOPL, NT, RF, AC_FLAG = (
    1,
    1 << 8,
    1 << 9,
    1 << 10,
    1 << 11,
    3 << 12,
    1 << 14,
    1 << 16,
    1 << 18,
)


STATUS = 0x8D5


VIF, VIP = 1 << 19, 1 << 20


AM, TS, EM, PG, MP = 1 << 18, 1 << 3, 1 << 2, 1 << 31, 2


CR4_VME, CR4_DE, CR4_LA57, CR4_UMIP = 1, 8, 1 << 12, 1 << 11


BS, BT = 1 << 14, 1 << 15


MASK_64 = 2**64 - 1


CR4_TSD, CR4_PVI, CR4_OSFXSR, CR4_CET = 4, 2, 1 << 9, 1 << 23


SH_STK_EN, WR_SHSTK_EN, ENDBR_EN, LEG_IW_EN, NO_TRACK_EN = 1, 2, 4, 8, 16  # of the CET registers
SUPPRESS_DIS, SUPPRESS, TRACKER = 32, 1 << 10, 1 << 11


NEAR_RET, ENDBRANCH, SETSSBSY = 1, 3, 5  # error codes of #CP


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
    trail: list[Rule] = field(default_factory=list)  # of them since the latest step, in order
    unknown: dict[int, int] = field(default_factory=dict)  # bits of general registers, by number
    absent: frozenset[str] = frozenset()  # features
    task_priority: int = 0  # CR8
    kernel_gs_base: int = 0
    other_msrs: dict[int, int] = field(default_factory=dict)  # that the program has written
    xcr0: int = 1
    float: Float = field(default_factory=Float)
    xmm: dict[int, int] = field(default_factory=dict)
    unknown_vectors: set[int] = field(default_factory=set)
    mxcsr: int = 0x1F80
    unknown_flags: int = 0  # status flags that no manual decides

    # ---- State. ----

    @property
    def bits(self) -> int:
        if self.by_selector:
            return 16
        code = self.machine.segment_of("cs")
        return 64 if code.l and self.machine.efer >> 10 & 1 else 32 if code.db else 16

    @property
    def by_selector(self) -> bool:
        """Real mode or virtual-8086 mode."""
        return not self.machine.cr0 & PE or bool(self.machine.rflags & VM)

    @property
    def vm86(self) -> bool:
        return bool(self.machine.cr0 & PE and self.machine.rflags & VM)

    @property
    def umip(self) -> bool:
        """Whether SGDT, SIDT, SLDT, SMSW and STR are refused."""
        return bool(self.machine.cr4 & CR4_UMIP and self.machine.cr0 & PE and self.machine.cpl)

    @property
    def iopl(self) -> int:
        return self.machine.rflags >> 12 & 3

    @property
    def linear_rip(self) -> int:
        machine = self.machine
        code = machine.segment_of("cs")
        if code.l and self.bits == 64:
            return machine.rip
        return code.base + machine.rip & 0xFFFFFFFF

    def note(self, outcome: Outcome) -> Outcome:
        self.asked.update(outcome.asked)
        if outcome.rules:
            found = {rule.id for rule in outcome.rules}
            self.rules |= found
            self.trail += outcome.rules
            if "task.debug-trap" in found:
                self.pending.dr6 |= BT
        return outcome

    def done(self, outcome: Outcome) -> Outcome:
        """An instruction's own function: raises what that raises."""
        self.note(outcome)
        if outcome.end == "fault":
            raise Raised(outcome.event, outcome)
        self.memory.apply(outcome.stores)
        for one in outcome.frame:
            self.watch(one.linear, one.size, "write")
        return outcome

    # ---- Memory. ----

    def physical(self, linear: int, **how: int) -> int:
        m, memory = self.machine, self.memory
        registers = (m.cr0, m.cr3, m.cr4, m.efer, *m.pdpte, m.rflags & AC_FLAG, m.pkru, m.pkrs)
        key = linear >> 12, *how.items(), *registers
        page = memory.translated(key)
        if page is not None:
            return page | linear & 0xFFF
        memory.looked_at.clear()
        found, outcome = self.spec.translate(m, linear, **how)
        if found is not None and not (outcome.stores or outcome.asked or outcome.rules):
            memory.keep_translation(key, found & -0x1000)
            return found
        self.note(outcome)
        memory.apply(outcome.stores)
        if found is None:
            raise Raised(outcome.event, outcome)
        return found

    def is_canonical(self, linear: int) -> bool:
        shift = 56 if self.machine.cr4 & CR4_LA57 else 47
        return linear >> shift in (0, (1 << 64 - shift) - 1)

    def is_canonical_anywhere(self, linear: int) -> bool:
        """For the widest mode that processors have: docs/doubts.md, "Canonical for whom?"."""
        return linear >> 56 in (0, 0xFF)

    def linear(self, segment: str, offset: int, size: int, write: bool) -> int:
        """SDM 3A "Protection": the checks of a segment; in 64-bit mode those of a canonical address."""
        found = self.machine.segment_of(segment)
        vector = SS if segment == "ss" else GP
        if self.bits == 64:
            linear = offset + (found.base if segment in ("fs", "gs") else 0) & MASK_64
            if not self.is_canonical(linear) or not self.is_canonical(linear + size - 1 & MASK_64):
                raise fault(vector, 0)
            return linear
        if not self.by_selector:
            if not found.p:
                raise fault(vector, 0)
            if write and (found.type & 8 or not found.type & 2):
                raise fault(vector, 0)
            if not write and found.type & 8 and not found.type & 2:
                raise fault(vector, 0)
        last = offset + size - 1
        if found.s and found.type & 0xC == 4 and not self.by_selector:
            inside = offset > found.limit and last <= (0xFFFFFFFF if found.db else 0xFFFF)
        else:
            inside = last <= found.limit
        if not inside:
            raise fault(vector, 0)
        return found.base + offset & 0xFFFFFFFF

    def access(
        self, segment: str, offset: int, size: int, write: bool, alignment: int = 0
    ) -> list[tuple[int, int]]:
        """Physical address and size of each part, checked and watched by breakpoints.

        `alignment`: other than the size; of 1 bytes there is none to check.
        """
        linear = self.linear(segment, offset, size, write)
        machine = self.machine
        checked = machine.cpl == 3 and machine.cr0 & AM and machine.rflags & AC_FLAG
        if checked and linear & (alignment or size) - 1:
            raise fault(AC, 0)
        parts = self.parts(linear, size, write, machine.cpl == 3)
        self.watch(linear, size, "write" if write else "read")
        return parts

    def parts(self, linear: int, size: int, write: bool, user: bool) -> list[tuple[int, int]]:
        first = min(size, 0x1000 - linear % 0x1000)
        how = {"write": int(write), "user": int(user)}
        found = [(self.physical(linear, **how), first)]
        if first < size:
            found.append((self.physical(linear + first, **how), size - first))
        return found

    def watch(self, linear: int, size: int, kind: str) -> None:
        """A trap behind the instruction."""
        self.spec.watch(self.machine, kind, linear, size, self.pending)

    def watch_pop(self, sp: int, size: int) -> None:
        """What the specification's own functions took from the stack that SP was on."""
        stack = self.machine.segment_of("ss")
        flat = self.bits == 64
        self.watch(sp if flat else stack.base + (sp & self.stack_mask) & 0xFFFFFFFF, size, "read")

    def load(self, segment: str, offset: int, size: int, alignment: int = 0) -> int:
        value, shift = 0, 0
        for physical, part in self.access(segment, offset, size, False, alignment):
            value |= self.memory.read(physical, part) << shift
            shift += 8 * part
        return value

    def store(self, segment: str, offset: int, size: int, value: int, alignment: int = 0) -> None:
        for physical, part in self.access(segment, offset, size, True, alignment):
            self.memory.write(physical, part, value)
            value >>= 8 * part

    def store_unknown(self, segment: str, offset: int, size: int, alignment: int = 0) -> None:
        """What nothing here computes."""
        for physical, part in self.access(segment, offset, size, True, alignment):
            self.memory.leave_open(physical, part)

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
        if number in self.unknown:
            self.unknown[number] &= kept

    def leave_flags_open(self, bits: int) -> None:
        self.unknown_flags |= bits

    def changed(self, one: Instruction, size: int) -> int:
        """A destination that is read and will be written: a page fault of the read has W/R set."""
        if one.mod != 3:
            self.access(one.segment, one.address, size, True)
        return self.value(one, size)

    def leave_open(self, number: int, bits: int, size: int) -> None:
        """Bits of a general register that no manual decides, of a value of so many bytes."""
        kept = 0 if size >= 4 else ~((1 << 8 * size) - 1)
        self.unknown[number] = self.unknown.get(number, 0) & kept | bits & (1 << 8 * size) - 1

    @contextmanager
    def restoring_flags(self, flags: int) -> Iterator[None]:
        """Where a store is refused."""
        try:
            yield
        except Raised:
            self.machine.rflags = flags
            raise

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
        if not distance:
            self._ahead = b""
            code = self.machine.segment_of("cs")
            self._code = self.machine.rip, self.bits, code.base, code.limit
        elif distance < len(self._ahead):
            return self._ahead[distance]
        rip, bits, base, limit = self._code
        offset = rip + distance
        if bits == 64:
            linear = offset & MASK_64
            if not self.is_canonical(linear):
                raise fault(GP, 0)
        else:
            if offset > limit:
                raise fault(GP, 0)
            linear = base + offset & 0xFFFFFFFF
        if not distance or not linear & 0xFFF:
            self._page = self.physical(linear, user=int(self.machine.cpl == 3), fetch=1) & -0x1000
        if not distance:
            most = LONGEST if bits == 64 else min(LONGEST, limit - offset + 1)
            self._ahead = self.memory.there(self._page | linear & 0xFFF, most)
        return self.memory.read(self._page | linear & 0xFFF, 1)

    def decode(self) -> Instruction:
        try:
            return decode(self.bits, self.fetch)
        except TooLong:
            raise fault(GP, 0) from None

    @property
    def shadow_stack(self) -> bool:
        machine = self.machine
        cet = machine.u_cet if machine.cpl == 3 else machine.s_cet
        return bool(machine.cr4 & CR4_CET and cet & SH_STK_EN and not self.by_selector)

    def check_tracker(self, one: Instruction) -> None:
        """ENDBR64 and ENDBR32 end SUPPRESS, and the wait in which everything else is #CP."""
        cet = "u_cet" if self.machine.cpl == 3 else "s_cet"
        value = int(getattr(self.machine, cet))
        if not self.machine.cr4 & CR4_CET or not value & ENDBR_EN:
            return
        wanted = 0xFA if self.bits == 64 else 0xFB
        if one.opcode == 0x0F1E and one.has(0xF3) and one.byte(3) == wanted:
            value &= ~SUPPRESS
        elif not value & TRACKER:
            return
        elif not value & LEG_IW_EN or not self._is_legacy(value & ~0xFFF):
            raise fault(CP, ENDBRANCH)
        else:
            value |= 0 if value & SUPPRESS_DIS else SUPPRESS
        setattr(self.machine, cet, value & ~TRACKER)

    def _is_legacy(self, bitmap: int) -> bool:
        """SDM 1 "Legacy Compatibility Treatment": a bit for each page of code."""
        page = (self.linear_rip & (1 << 48) - 1) >> 12
        physical = self.physical(bitmap + (page >> 3), user=int(self.machine.cpl == 3))
        return bool(self.memory.read(physical, 1) >> (page & 7) & 1)

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


def load_parts(cpu: Processor, one: Instruction, first: int, second: int) -> tuple[int, int]:
    """Of these sizes in bytes. Raises NotFollowed where it is open where the second is: docs/doubts.md."""
    behind = one.address + first
    if behind >> one.address_size:
        raise NotFollowed("an operand between whose parts addresses begin again")
    return cpu.load(one.segment, one.address, first), cpu.load(one.segment, behind, second)


def width(one: Instruction) -> int:
    """Bytes of an operand whose size is the opcode's bit 0."""
    return one.operand_size // 8 if one.opcode & 1 else 1
