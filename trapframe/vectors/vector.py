"""A case as a vector: the machine before its program, and what has to be there behind the first delivery.

docs/vectors.md is for who reads one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trapframe.frames import environment, symbol, task
from trapframe.frames.environment import STATE
from trapframe.frames.facts import Fact, linear_stack, observe, stack_pattern, taken_apart
from trapframe.frames.layout import SELECTORS, WORDS
from trapframe.model import CaseInfo, Record
from trapframe.prediction.compare import ways
from trapframe.prediction.description import PAGE, Description, Recorded
from trapframe.prediction.follow import ENDS, PAGE_ADDRESS, STUB_SIZE, Given, Run, start
from trapframe.prediction.machine import RPL, look
from trapframe.prediction.processor import RF, NotFollowed
from trapframe.spec import GPRS, SEGMENTS, Machine, Segment, Specification
from trapframe.truth.expect import Expect, Outcome
from trapframe.truth.wants import Want, expand, want

SCHEMA = 1
ALL = 2**64 - 1
EFER = 0xC0000080
MSRS = {
    **{"sysenter_cs": 0x174, "sysenter_esp": 0x175, "sysenter_eip": 0x176},
    **{"u_cet": 0x6A0, "s_cet": 0x6A2, "pl_ssp0": 0x6A4, "pl_ssp3": 0x6A7, "interrupt_ssp_table": 0x6A8},
    **{"pkrs": 0x6E1, "star": 0xC0000081, "lstar": 0xC0000082, "cstar": 0xC0000083, "fmask": 0xC0000084},
    "kernel_gs_base": 0xC0000102,
}
MXCSR = 0x1F80
UNUSABLE, GRANULAR = 1 << 16, 1 << 15  # of access rights, as SDM 3C "Guest Register State" has them
MOST_BYTES = 0xFFFFF  # of a limit that G=0 can say
HANDLER, END, SHUTDOWN = "handler", "program_end", "shutdown"


class NoVector(Exception):
    """Why the case has none."""


@dataclass
class First(Run):
    """A run up to the first handler's first instruction."""

    def _capture(self, vector: int) -> None:
        self.frames.append(self._captured(1, vector, self.deliveries.pop()))
        self.ended = True


def vector(
    spec: Specification, info: CaseInfo, told: Description, accepted: Mapping[str, Sequence[Outcome]]
) -> dict[str, Any]:
    """Without its memory. `accepted`: the outcomes, by profile."""
    before = start(spec, "intel", told, {}, info.needs)
    return {
        "case": info.case,
        "about": info.about,
        "environment": info.env,
        "spec": info.spec,
        "rules": list(info.ids),
        "needs": list(info.needs),
        "start": _start(told, before.machine),
        "program_ends": [f"{told.harness[name]:#x}" for name in ENDS if name in told.harness],
        "expected": {
            profile: [_Expecting(spec, info, told, profile, one).all() for one in outcomes]
            for profile, outcomes in accepted.items()
        },
    }


def pages(told: Description) -> Iterator[tuple[int, bytes]]:
    """Those of physical memory that aren't all zeros."""
    content = bytes(told.memory)
    for at in range(0, len(content), PAGE):
        page = content[at : at + PAGE]
        if page.count(0) < PAGE:
            yield at, page


# ---- Before. ----


def _start(told: Description, machine: Machine) -> dict[str, Any]:
    registers = told.registers
    numbers = {name: machine[name] for name in GPRS}
    numbers |= {name: getattr(machine, name) for name in ("rip", "rflags", "cr0", "cr2", "cr3", "cr4")}
    numbers |= {f"dr{number}": machine.dr[number] for number in range(4)}
    numbers |= {name: getattr(machine, name) for name in ("dr6", "dr7")}
    if environment.of(told.head.env).sse:
        numbers["cr8"] = told.priority >> 4
    numbers |= {name: registers[name] for name in ("xcr0", "pkru") if name in registers}
    if machine.ssp:
        numbers["ssp"] = machine.ssp
    msrs = {EFER: machine.efer} | {number: registers.get(name, 0) for name, number in MSRS.items()}
    found: dict[str, Any] = {
        "registers": {name: f"{value:#x}" for name, value in numbers.items()},
        "segments": {name: _segment(machine.segment_of(name)) for name in SEGMENTS},
        "gdtr": _table(machine.gdtr),
        "idtr": _table(machine.idtr),
        "msrs": {f"{number:#x}": f"{value:#x}" for number, value in msrs.items() if value},
        "x87": {"control": f"{registers['fcw']:#x}", "status": f"{registers['fsw']:#x}"},
    }
    if registers.get("sse"):
        found["sse"] = {name: f"{value:#x}" for name, value in _sse().items()}
    if told.nmi or told.interrupts:
        found["pending"] = {"nmi": told.nmi, "interrupts": [f"{one:#x}" for one in told.interrupts]}
    return found


def _table(register: Any) -> dict[str, str]:
    return {"base": f"{register.base:#x}", "limit": f"{register.limit:#x}"}


def _segment(one: Segment) -> dict[str, str]:
    if not one.p and not one.selector & ~RPL:
        return {"selector": f"{one.selector:#x}", "base": "0x0", "limit": "0x0", "access": f"{UNUSABLE:#x}"}
    rights = one.type | one.s << 4 | one.dpl << 5 | one.p << 7 | one.l << 13 | one.db << 14
    rights |= (GRANULAR if one.limit > MOST_BYTES else 0) | (0 if one.p else UNUSABLE)
    numbers = {"selector": one.selector, "base": one.base, "limit": one.limit, "access": rights}
    return {name: f"{value:#x}" for name, value in numbers.items()}


def _sse() -> dict[str, int]:
    """The harness's pattern, in halves."""
    halves = {
        name: int.from_bytes(bytes([0xE0 + int(name[3:].partition(".")[0])] * 8)) for name in STATE["sse"][1:]
    }
    return {"mxcsr": MXCSR, **halves}


# ---- Behind. ----


def _decided(name: str, one: Want, bits: int) -> tuple[int, int]:
    """A value, and those of the bits that count."""
    if isinstance(one.value, int):
        return one.value, bits & (ALL if one.mask is None else one.mask)
    if one.text != "any":
        raise NoVector(f"{name} is no number: {one.text}")
    return 0, 0


class _Expecting:
    """One accepted outcome, in numbers."""

    def __init__(
        self, spec: Specification, info: CaseInfo, told: Description, profile: str, outcome: Outcome
    ) -> None:
        self.spec, self.info, self.told, self.outcome = spec, info, told, outcome
        self.env = environment.of(info.env)
        blocks = [one.name for one in outcome.fields if not one.expect.text]
        self.block = "frame 1" if "frame 1" in blocks else "final" if "final" in blocks else "end"
        self.goes_on = blocks != [self.block][: len(blocks)]
        self.machine, self.record, self.run = self._stop(profile)
        self.names = symbol.symbols(info, self.record)
        self.wants = expand(self._first(), self.record, self.names)

    def _first(self) -> Outcome:
        """What it says of the first block, and of memory where nothing runs behind that."""
        kept = [
            one
            for one in self.outcome.fields
            if one.name == self.block or one.name.startswith(f"{self.block}.")
        ]
        if not self.goes_on and self.block != "end" and not self._acts():
            kept += [one for one in self.outcome.fields if one.name.startswith(("memory.", "value."))]
        return Outcome(tuple(kept), self.outcome.name)

    def _acts(self) -> bool:
        """Whether the harness does anything behind the frame."""
        if self.block != "frame 1":
            return False
        number = next(one.expect.number for one in self.outcome.fields if one.name == "frame 1.vector")
        size = 2 * self.env.width // 8
        entry = self.told.actions["table"] + size * (number or 0)
        return any(self.told.memory[entry : entry + size])

    def _stop(self, profile: str) -> tuple[Machine, Record, First | None]:
        """Of the runs that the vendor's choices allow the one that comes to this outcome."""
        done: list[dict[str, int]] = []
        waiting: list[dict[str, int]] = [{}]
        why = "the specification comes to none of the accepted outcomes"
        while waiting:
            choices = waiting.pop(0)
            done.append(choices)
            cpu = start(self.spec, profile, self.told, choices, self.info.needs)
            run = First(self.spec, self.told, cpu, lambda number: self._given())
            try:
                record = run.run()
            except NotFollowed as error:
                why = f"not followed: {error}"
                break
            if run.stopped and not run.frames:
                why = f"not followed: {run.stopped}"
                break
            if self._comes(run, record):
                return cpu.machine, record, run
            found = ways(run.cpu.asked, choices, profile)
            waiting += [more for more in found if more not in (*done, *waiting)]
        if not self.env.ist or self.block == "end":
            raise NoVector(why)
        return start(self.spec, profile, self.told, {}, self.info.needs).machine, self.told.head, None

    def _given(self) -> Given | None:
        """The fault of an instruction that isn't followed: its delivery is."""
        said = {one.name: one.expect for one in self.outcome.fields}
        place = said.get(f"frame 1.{self.env.ip}")
        number = said["frame 1.vector"].number if "frame 1.vector" in said else None
        if place is None or number is None or place.is_open:
            return None
        linear = symbol.resolve_address(symbol.symbols(self.info, self.told.head), place.text)
        return Given(number, said["frame 1.error"].number, linear, None)

    def _comes(self, run: First, record: Record) -> bool:
        if self.block == "end":
            return not run.frames and not record.complete
        if (self.block == "frame 1") != bool(run.frames) or not record.complete:
            return False
        names = symbol.symbols(self.info, record)
        facts = observe(record, names)
        wants = expand(self._first(), record, names)
        return all(
            self._fits(name, one, facts, run)
            for name, one in wants.items()
            if name.startswith(self.block) and ".sse" not in name
        )

    def _fits(self, name: str, one: Want, facts: Mapping[str, Fact], run: First) -> bool:
        if name.endswith((".at_end", ".interrupts")):
            return True
        fact = facts.get(name)
        if fact is None:
            return False
        wrong = one.wrong_bits(name, fact)
        return one.matches(fact) if wrong is None else not wrong & ~run.open.get(name, 0)

    # ---- As JSON. ----

    def all(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.outcome.name:
            found = {"name": self.outcome.name, "because": self.outcome.because}
        if self.outcome.silicon:
            seen = self.outcome.silicon
            found["silicon"] = {"name": seen.text, "because": seen.because}
        if self.block == "end":
            return {**found, "stops_at": SHUTDOWN}
        found["stops_at"] = HANDLER if self.block == "frame 1" else END
        if self.goes_on:
            found["goes_on"] = True
        if self.block == "frame 1":
            error = self._want("error")
            found["vector"] = f"{self._number('vector'):#x}"
            found["error"] = None if error.value == "none" else self._shown("frame 1.error", error)
        registers = dict(self._registers())
        memory = list(self._memory())
        return {**found, "registers": registers, "memory": [one for one in memory if one]}

    def _want(self, short: str) -> Want:
        return self.wants[f"{self.block}.{short}"]

    def _number(self, short: str) -> int:
        value = self._want(short).value
        if not isinstance(value, int):
            raise NoVector(f"{short} is no number: {value}")
        return value

    def _registers(self) -> Iterator[tuple[str, Any]]:
        """By their 64-bit names."""
        env, is_frame = self.env, self.block == "frame 1"
        yield "rip", self._place()
        names: dict[str, str] = {}
        if is_frame:
            names = {"cs": "handler.cs", "ss": "handler.ss"}
            names |= {"rflags": f"handler.{env.flags}", "rsp": f"handler.{env.handler_sp or env.sp}"}
        else:
            names = {"rflags": env.flags, "rsp": env.sp, "cs": "cs", "ss": "ss"}
        names |= {f"r{name[1:]}": f"gpr.{name}" for name in env.gprs}
        names |= {name: f"segment.{name}" for name in env.segments}
        names |= {name: name for name in ("cr2", "dr6", "dr7", "tr", "ldtr", "cr0", "cr3")}
        for name, short in names.items():
            full = f"{self.block}.{short}"
            if full not in self.wants:
                continue
            width = 64
            if name == "rflags":
                width = 16 if env.flags == "flags" else env.width
            elif short in ("sp", "rsp", "esp") or short.startswith(("gpr.", "handler.")) and name[0] == "r":
                width = 16 if short == "sp" else env.width
            bits = (2**width - 1) & (ALL if is_frame or name != "rflags" else ~RF)
            if (value := self._shown(full, self.wants[full], bits)) is not None:
                yield name, value
        yield from self._vectors()

    def _vectors(self) -> Iterator[tuple[str, Any]]:
        """XMM registers and MXCSR: each that has no line is as before."""
        if f"{self.block}.sse" not in {one.name for one in self.outcome.fields}:
            return
        for name, value in _sse().items():
            full = f"{self.block}.sse.{name}"
            one = self.wants.get(full, Want("kept", value))
            if (shown := self._shown(full, one)) is not None:
                yield name, shown

    def _place(self) -> str:
        """Where the program has come to."""
        if self.run:
            return f"{self.machine.rip:#x}"
        harness = self.told.harness
        if self.block == "final":
            return f"{harness['program_end' if self.env.code == (64,) else 'program_end32']:#x}"
        return f"{harness['stubs'] + STUB_SIZE * self._number('vector'):#x}"

    def _silicon(self, full: str) -> Iterable[Expect]:
        return [one.expect for entry in self.outcome.fields if entry.name == full for one in entry.silicon]

    def _shown(self, full: str, one: Want, bits: int = ALL) -> Any:
        """A number, or one with what doesn't count of it and why; nothing where none of it counts."""
        value, mask = _decided(full, one, bits)
        silicon = []
        for expect in self._silicon(full):
            seen = want(full, expect, self.record, self.names)
            if isinstance(seen.value, int):
                seen_mask = bits & (ALL if seen.mask is None else seen.mask)
                shown = {"value": f"{seen.value & seen_mask:#x}", "mask": f"{seen_mask:#x}"}
                silicon.append({**shown, "because": expect.because})
        if mask == ALL:
            return f"{value & ALL:#x}"
        if not mask and not silicon:
            return None
        found: dict[str, Any] = {"value": f"{value & mask:#x}", "mask": f"{mask:#x}"}
        return {**found, "silicon": silicon} if silicon else found

    def _memory(self) -> Iterator[Any]:
        if self.block == "frame 1":
            yield from self._frame()
        yield from self._tasks()
        for one in self.told.recorded:
            if isinstance(one, Recorded):
                yield from self._recorded(one)

    def _frame(self) -> Iterator[Any]:
        """Its words, and the words above it."""
        pushed, unit, at, above = self._words()
        offset = 0
        for name in pushed:
            size = 2 if unit == 4 and name in (*SELECTORS, "error") else unit
            yield from self._bytes(f"frame 1.{name}", name, at + offset, size)
            offset += unit
        words = self.wants.get("frame 1.above")
        if words is None or words.text == "any":
            return
        said = [f"{stack_pattern(unit):#x}"] * above if words.text == "kept" else str(words.value).split()
        for number, word in enumerate(said):
            if word != "any":
                value = Want(word, int(word, 16))
                yield from self._entries(f"above {number}", at + offset + unit * number, unit, value, "")

    def _words(self) -> tuple[list[str], int, int, int]:
        """The names of the frame's words, upwards, their size, where they begin, and how many are above."""
        if not self.run:
            names = [*WORDS] if self._want("error").value == "none" else ["error", *WORDS]
            return names, 8, self._number("handler.rsp"), self.env.slots - len(names)
        frame = self.record.frames[0]
        found = taken_apart(frame, self.record, self.names)
        return found.fields, found.unit, linear_stack(frame, self.record), len(found.above)

    def _bytes(self, full: str, name: str, linear: int, size: int) -> Iterator[Any]:
        if full in self.wants:
            yield from self._entries(name, linear, size, self.wants[full], full)

    def _tasks(self) -> Iterator[Any]:
        for one, at in self.run.task_memory if self.run else ():
            layout = task.FIELDS_16 if task.is_short(one) else task.FIELDS_32
            places = {name: (at + offset, size) for name, (offset, size) in layout.items()}
            for name, (place, size) in places.items():
                full = f"{self.block}.task.{one.name}.{name}"
                yield from self._bytes(full, f"task.{one.name}.{name}", place, size)
            full = f"{self.block}.task.{one.name}.type"
            if full in self.wants:
                place = self.told.harness["gdt"] + one.selector + 5
                known = self.wants[full]
                known = known._replace(mask=31 & (ALL if known.mask is None else known.mask))
                yield from self._entries(f"task.{one.name}.type", place, 1, known, full)

    def _recorded(self, one: Recorded) -> Iterator[Any]:
        if one.is_entry:
            known = self.wants.get(f"value.{one.name}")
            if known:
                known = known._replace(mask=~PAGE_ADDRESS & (ALL if known.mask is None else known.mask))
                yield from self._entries(
                    f"value.{one.name}", one.address, one.size, known, f"value.{one.name}"
                )
            return
        for offset in range(0, one.size, 16):
            name = f"memory.{one.name}+{offset:#x}"
            known = self.wants.get(name)
            if known and known.text != "any" and not self.told.reads_more:
                content = bytes.fromhex(str(known.value))
                for place, first, size in self._places(one.address + offset, len(content)):
                    yield {
                        "field": name,
                        "address": f"{place:#x}",
                        "bytes": content[first : first + size].hex(),
                    }

    def _entries(self, name: str, linear: int, size: int, known: Want, full: str) -> Iterator[Any]:
        bits = 2 ** (8 * size) - 1
        value, mask = _decided(name, known, bits)
        silicon = [
            (one, seen)
            for one in (self._silicon(full) if full else ())
            if isinstance((seen := want(full, one, self.record, self.names)).value, int)
        ]
        for place, first, many in self._places(linear, size):

            def part(number: int) -> str:
                whole: bytes = (number & bits).to_bytes(size, "little")
                return whole[first : first + many].hex()

            entry: dict[str, Any] = {"field": name, "address": f"{place:#x}", "bytes": part(value & mask)}
            if mask != bits:
                entry["mask"] = part(mask)
            if silicon:
                entry["silicon"] = [
                    {
                        "bytes": part(int(seen.value or 0) & (ALL if seen.mask is None else seen.mask)),
                        "mask": part(ALL if seen.mask is None else seen.mask),
                        "because": one.because,
                    }
                    for one, seen in silicon
                ]
            if mask or silicon:
                yield entry

    def _places(self, linear: int, size: int) -> Iterator[tuple[int, int, int]]:
        """Physical address, offset and size of each part, as pages divide it."""
        at = 0
        while at < size:
            many = min(size - at, PAGE - (linear + at) % PAGE)
            found = look(self.spec, self.machine, linear + at)
            yield (linear + at if found is None else found), at, many
            at += many
