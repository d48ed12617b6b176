"""Turns the bytes of the serial port into a Record and refuses what docs/record.md doesn't describe."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from trapframe.frames import environment, layout, task
from trapframe.frames.environment import STATE
from trapframe.model import Final, Frame, Place, Record, Task

VERSION = 2
VERSIONS = ("1", "2")
BEGIN = b"trapframe "
LIMIT = 65_536

# The order of lines: each line has this rank or a higher one than the line before it.
RANKS = {
    "trapframe": 0,
    "case": 1,
    "hosted": 2,
    "unsupported": 3,
    "stack": 4,
    "place": 5,
    "selector": 6,
    "base": 7,
    "task": 8,
    "image": 8,
    "label": 9,
    "start": 10,
    "gate": 11,
    "armed": 12,
    "frame": 13,
    "vector": 13,
    "slots": 13,
    "pushed": 13,
    "handler": 13,
    "control": 13,
    "gprs": 13,
    "overwritten": 14,
    "final": 15,
    "sse": 16,
    "x87": 17,
    "avx": 18,
    "value": 19,
    "memory": 20,
    "abandoned": 21,
    "end": 22,
}
REPEATED = {
    *(
        "stack",
        "place",
        "selector",
        "base",
        "task",
        "label",
        "gate",
        "frame",
        "overwritten",
        "value",
        "memory",
    )
}
FRAME_LINES = ("frame", "vector", "slots", "handler", "control", "gprs")
HOSTED_FRAME_LINES = ("frame", "vector", "pushed", "handler", "control", "gprs")
HOSTED_ONLY = ("stack", "pushed")
NEVER_HOSTED = ("gate", "slots", "overwritten")
OF_SEGMENTS = ("base", "task", "image", "changed")
PUSHED = 5  # words of a frame without an error code
PAGE_FAULT = 14

HEXADECIMAL = re.compile(r"0|[1-9a-f][0-9a-f]*")
DECIMAL = re.compile(r"0|[1-9][0-9]{0,4}")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)=(0|[1-9a-f][0-9a-f]{0,15})")
BYTE = re.compile(r"[0-9a-f]{2}")


class RecordError(ValueError):
    """What the guest sent isn't a record."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"record line {line}: {what}")
        self.line = line
        self.what = what


class NoRecord(RecordError):
    """What the guest sent has nothing to do with a record."""

    def __init__(self, what: str) -> None:
        ValueError.__init__(self, what)
        self.line = 1
        self.what = what


def parse(data: bytes) -> Record:
    """The whole record, or, without its last line, what was sent before a shutdown (`complete` is False)."""
    if len(data) > LIMIT:
        raise RecordError(data.count(b"\n", 0, LIMIT) + 1, f"expected at most {LIMIT} bytes, got {len(data)}")
    if problem := _foreign(data):
        raise NoRecord(problem)
    *lines, partial = data.split(b"\n")
    reader = _Reader()
    sent = 0
    for number, line in enumerate(lines, start=1):
        reader.read(number, line, sum(data[:sent]) & 0xFFFF if line.startswith(b"end ") else 0)
        sent += len(line) + 1
    return reader.finish(len(lines) + 1, partial)


def _foreign(data: bytes) -> str:
    """What is said of bytes that don't begin as a record does; which ones they are doesn't matter."""
    if not data:
        return "sent nothing"
    if data.startswith(BEGIN) or BEGIN.startswith(data):
        return ""
    at = data.find(b"\n" + BEGIN) + 1
    if at:
        return f"sent {at:,} bytes before the record begins"
    return f"sent {len(data):,} bytes that are no record, from the first byte on"


@dataclass
class _Partial:
    """The frame whose lines are being read."""

    number: int
    interrupts: int
    lines: int = 1  # how many of its lines there were
    vector: int = 0
    gate: int | None = None
    sp: int | None = None
    slots: tuple[int, ...] = ()
    handler: dict[str, int] | None = None
    control: dict[str, int] | None = None


class _Reader:
    """Reads line by line; each method reads the line of its name."""

    def __init__(self) -> None:
        self.version = 0
        self.case = ""
        self.env = environment.LONG64
        self.hosted = ""
        self.hypervisor = False
        self.places: list[Place] = []
        self.selectors: dict[str, int] = {}
        self.bases: dict[int, int] = {}
        self.tasks: list[Task] = []
        self.labels: dict[str, int] = {}
        self.start: dict[str, int] = {}
        self.gates: list[dict[str, int]] = []
        self.armed = False
        self.frames: list[Frame] = []
        self.final: Final | None = None
        self.values: dict[str, int] = {}
        self.memory: dict[str, bytes] = {}
        self.unsupported: str | None = None
        self.abandoned: tuple[int, int] | None = None
        self.complete = False
        self.rank = -1
        self.last = ""
        self.number = 0
        self.frame: _Partial | None = None
        self.changed = 0  # place of the task that the last line is about, if it is a `changed`

    def read(self, number: int, raw: bytes, checksum: int) -> None:
        self.number = number
        text = self.text(raw)
        keyword, *words = text.split(" ")
        self.in_order(keyword, raw)
        if keyword == "end":
            self.line_end(words, checksum)
        else:
            getattr(self, f"line_{keyword}")(words)
        self.last = keyword

    def finish(self, number: int, partial: bytes) -> Record:
        """Lines that never came: fine only where a record may break off, between two groups of lines."""
        self.number = number
        if self.complete and partial:
            self.fail(self.expected(), _show(partial))
        if self.rank < RANKS["case"]:
            self.fail(self.expected(), "the end of what was sent")
        cut = ""
        if partial:
            cut = f"line {number}: expected a line feed behind {_show(partial)}"
        elif self.frame or self.last == "task":
            cut = f"line {number}: expected {self.expected()}"
        return Record(
            case=self.case,
            env=self.env.name,
            hosted=self.hosted,
            hypervisor=self.hypervisor,
            places=tuple(self.places),
            selectors=self.selectors,
            bases=self.bases,
            tasks=tuple(self.tasks),
            labels=self.labels,
            start=self.start,
            gate=self.gates[0] if self.gates else {},
            gates=tuple(self.gates),
            armed=self.armed,
            frames=tuple(self.frames),
            final=self.final,
            values=self.values,
            memory=self.memory,
            unsupported=self.unsupported,
            abandoned=self.abandoned,
            complete=self.complete,
            cut=cut,
        )

    def text(self, raw: bytes) -> str:
        try:
            text = raw.decode("ascii")
        except UnicodeDecodeError:
            self.fail("plain ASCII", _show(raw))
        if not text.isprintable():
            self.fail("printable characters", _show(raw))
        return text

    def fail(self, expected: str, got: str) -> NoReturn:
        raise RecordError(self.number, f"expected {expected}, got {got}")

    def expected(self) -> str:
        """What may come next, as far as one word says it."""
        if self.rank < 0:
            return f"'trapframe {VERSION}'"
        if self.last == "task":
            return "'image'"
        if self.rank == 0:
            return "'case'"
        if self.frame:
            return f"'{self.frame_lines[self.frame.lines]}'"
        if self.last in ("unsupported", "abandoned"):
            return "'end'"
        if self.last == "end":
            return "nothing behind the end"
        return f"a line that follows '{self.last}'"

    @property
    def frame_lines(self) -> tuple[str, ...]:
        return HOSTED_FRAME_LINES if self.hosted else FRAME_LINES

    def in_order(self, keyword: str, raw: bytes) -> None:
        rank = self.rank if keyword == "changed" else RANKS.get(keyword)
        if rank is None or not self.may_follow(keyword, rank):
            self.fail(self.expected(), _show(raw))
        self.rank = rank

    def may_follow(self, keyword: str, rank: int) -> bool:
        if self.rank < 1:
            return rank == self.rank + 1
        if self.last == "end" or keyword in (NEVER_HOSTED if self.hosted else HOSTED_ONLY):
            return False
        if keyword == "abandoned":
            return self.last not in ("unsupported", "abandoned")
        if keyword in OF_SEGMENTS and not self.env.tasks:
            return False
        if self.last == "task" or keyword == "image":
            return (self.last, keyword) == ("task", "image")
        if keyword == "changed":
            return bool(self.tasks) and self.last in ("gprs", "final", "changed")
        if self.frame:
            return keyword == self.frame_lines[self.frame.lines]
        if keyword in self.frame_lines[1:]:
            return False
        if self.last in ("unsupported", "abandoned"):
            return keyword == "end"
        if keyword in ("hosted", "unsupported"):
            return self.last in ("case", "hosted") and rank > self.rank
        if keyword in ("gate", "armed") or rank > RANKS["armed"]:
            needed = "start" if keyword in ("gate", "armed") else "armed"
            if self.rank < RANKS[needed]:
                return False
        if keyword in STATE and not (self.env.sse and (self.final or self.frames)):
            return False
        return rank > self.rank or (rank == self.rank and keyword in REPEATED)

    # The words of a line.

    def count(self, words: list[str], number: int, what: str) -> None:
        if len(words) != number:
            self.fail(what, f"{len(words)} words")

    def hexadecimal(self, word: str, bits: int = 64) -> int:
        if not HEXADECIMAL.fullmatch(word) or len(word) > bits // 4:
            self.fail(
                f"a hexadecimal number of at most {bits} bits without leading zeros", _show(word.encode())
            )
        return int(word, 16)

    def decimal(self, word: str) -> int:
        if not DECIMAL.fullmatch(word):
            self.fail("a decimal number", _show(word.encode()))
        return int(word)

    def name(self, word: str, taken: object) -> str:
        if not NAME.fullmatch(word):
            self.fail("a name", _show(word.encode()))
        if isinstance(taken, (dict, set)) and word in taken:
            self.fail("each name once", f"'{word}' again")
        return word

    def pairs(self, words: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for word in words:
            pair = PAIR.fullmatch(word)
            if pair and pair[1] not in found:
                found[pair[1]] = int(pair[2], 16)
                continue
            name, equals, value = word.partition("=")  # says what is wrong
            if not equals:
                self.fail("NAME=VALUE", _show(word.encode()))
            found[self.name(name, found)] = self.hexadecimal(value)
        return found

    def registers(
        self, words: list[str], always: tuple[str, ...], sometimes: tuple[str, ...] = ()
    ) -> dict[str, int]:
        """NAME=VALUE words: all of `always`, in their order, then any of `sometimes`."""
        found = self.pairs(words)
        names, count = tuple(found), len(always)
        if names[:count] != always:
            self.fail(
                " ".join(f"{name}=" for name in always), " ".join(f"{name}=" for name in names) or "nothing"
            )
        for name in names[count:]:
            if name not in sometimes:
                self.fail("the name of a general register" if sometimes else "no more registers", f"'{name}'")
        return self.bounded(found)

    def bounded(self, found: dict[str, int]) -> dict[str, int]:
        """Registers, none of them wider than it is; of 64 bits is what pairs() takes."""
        if self.env.width == 64:
            return found
        for name, value in found.items():
            if value >> self.env.bits_of(name):
                self.fail(f"a number of at most {self.env.bits_of(name)} bits for '{name}'", f"{value:x}")
        return found

    def gprs_from_start(self, deltas: dict[str, int]) -> dict[str, int]:
        return {name: deltas.get(name, self.start[name]) for name in self.env.gprs}

    # The lines.

    def line_trapframe(self, words: list[str]) -> None:
        if len(words) != 1 or words[0] not in VERSIONS:
            self.fail(f"'trapframe {VERSION}'", f"'trapframe {' '.join(words)[:40]}'")
        self.version = int(words[0])

    def line_case(self, words: list[str]) -> None:
        self.count(words, 2, "'case FAMILY/NAME ENVIRONMENT'")
        self.case = words[0]
        env = environment.ALL.get(words[1])
        if env is None or self.version not in env.versions:
            known = (one.name for one in environment.ALL.values() if self.version in one.versions)
            self.fail(
                f"an environment of version {self.version}: {', '.join(known)}", _show(words[1].encode())
            )
        self.env = env

    def line_hosted(self, words: list[str]) -> None:
        if len(words) not in (1, 2) or words[1:] not in ([], ["hypervisor"]):
            self.fail("'hosted SYSTEM' or 'hosted SYSTEM hypervisor'", f"'hosted {' '.join(words)[:40]}'")
        if not self.env.hosted:
            self.fail(f"no 'hosted' in {self.env.name}", f"'hosted {words[0]}'")
        self.hosted, self.hypervisor = self.name(words[0], None), len(words) == 2

    def line_unsupported(self, words: list[str]) -> None:
        self.count(words, 1, "'unsupported FEATURE'")
        self.unsupported = words[0]

    def line_stack(self, words: list[str]) -> None:
        self.add_place("stack", words)

    def line_place(self, words: list[str]) -> None:
        self.add_place("place", words)

    def add_place(self, keyword: str, words: list[str]) -> None:
        self.count(words, 3, f"'{keyword} NAME BASE SIZE'")
        name = self.name(words[0], {place.name for place in self.places})
        base, size = (self.hexadecimal(word, self.env.width) for word in words[1:])
        self.places.append(Place(name, base, size, keyword == "stack"))

    def line_selector(self, words: list[str]) -> None:
        self.count(words, 2, "'selector NAME VALUE'")
        self.selectors[self.name(words[0], self.selectors)] = self.hexadecimal(words[1], 16)

    def line_label(self, words: list[str]) -> None:
        self.count(words, 2, "'label NAME ADDRESS'")
        self.labels[self.name(words[0], self.labels)] = self.hexadecimal(words[1], self.env.width)

    def line_base(self, words: list[str]) -> None:
        self.count(words, 2, "'base SELECTOR BASE'")
        selector, base = self.hexadecimal(words[0], 16), self.hexadecimal(words[1], 32)
        if selector & layout.RPL or selector in self.bases:
            self.fail("each selector once, without RPL", words[0])
        self.bases[selector] = base

    def line_task(self, words: list[str]) -> None:
        self.count(words, 5, "'task NAME SELECTOR BASE LIMIT TYPE'")
        name = self.name(words[0], {one.name for one in self.tasks})
        selector, base = self.hexadecimal(words[1], 16), self.hexadecimal(words[2], 32)
        limit, kind = self.hexadecimal(words[3], 32), self.hexadecimal(words[4], 8)
        if any(one.selector == selector for one in self.tasks):
            self.fail("each selector once", f"{selector:x} again")
        self.tasks.append(Task(name, selector, base, limit, kind, ()))

    def line_image(self, words: list[str]) -> None:
        last = self.tasks[-1]
        count = task.WORDS_16 if last.type in task.TYPES_16 else task.WORDS_32
        self.count(words, 1 + count, f"'image {last.name}' and {count} words")
        if words[0] != last.name:
            self.fail(f"'image {last.name}'", f"'image {words[0][:40]}'")
        image = tuple(self.hexadecimal(word, 32) for word in words[1:])
        self.tasks[-1] = replace(last, words=image)

    def line_changed(self, words: list[str]) -> None:
        """What is changed since the block before, and each of it in one order."""
        if len(words) < 2:
            self.fail("'changed NAME TYPE OFFSET=W ...'", f"'changed {' '.join(words)[:40]}'")
        block = self.final if self.rank == RANKS["final"] else self.frames[-1]
        assert block  # in_order saw to it
        at = next((n for n, one in enumerate(block.tasks) if one.name == words[0]), None)
        if at is None or (self.last == "changed" and at <= self.changed):
            self.fail("the tasks in their order, each once", f"'{words[0][:40]}'")
        old = block.tasks[at]
        new = replace(old, type=self.hexadecimal(words[1], 8), words=self.changed_words(old, words[2:]))
        if new == old:
            self.fail("a change", "none")
        self.changed = at
        tasks = (*block.tasks[:at], new, *block.tasks[at + 1 :])
        if isinstance(block, Final):
            self.final = replace(block, tasks=tasks)
        else:
            self.frames[-1] = replace(block, tasks=tasks)

    def changed_words(self, old: Task, pairs: list[str]) -> tuple[int, ...]:
        words, last = list(old.words), -1
        for pair in pairs:
            offset, equals, value = pair.partition("=")
            number, rest = divmod(self.hexadecimal(offset, 16), task.WORD)
            if not equals or rest or not last < number < len(words):
                self.fail("OFFSET=W, words of the TSS upwards", _show(pair.encode()))
            word = self.hexadecimal(value, 32)
            if word == words[number]:
                self.fail(f"another word than {word:x}", _show(pair.encode()))
            words[number], last = word, number
        return tuple(words)

    def line_start(self, words: list[str]) -> None:
        names = self.env.start_line(bool(self.tasks))
        seen = tuple(name for name in names if name not in self.env.control) if self.hosted else names
        self.start = self.env.patterns | self.registers(words, seen, self.env.gprs)

    def line_gate(self, words: list[str]) -> None:
        names = ("ist", "type") if self.env.ist else ("type",)
        self.count(words, 1 + len(names), f"'gate VECTOR {' '.join(f'{name}=N' for name in names)}'")
        vector = self.hexadecimal(words[0], 8)
        gate = {"vector": vector} | self.registers(words[1:], names)
        if any(other["vector"] == vector for other in self.gates):
            self.fail("each gate once", f"gate {vector:x} again")
        self.gates.append(gate)

    def line_armed(self, words: list[str]) -> None:
        self.count(words, 0, "'armed' alone")
        self.armed = True

    def line_frame(self, words: list[str]) -> None:
        if len(words) != 3 or words[1] != "interrupts":
            self.fail("'frame N interrupts M'", f"'frame {' '.join(words)[:40]}'")
        number, interrupts = self.decimal(words[0]), self.decimal(words[2])
        if number != len(self.frames) + 1:
            self.fail(f"frame {len(self.frames) + 1}", f"frame {number}")
        if interrupts >= number:
            self.fail("the number of an earlier frame, or 0", str(interrupts))
        self.frame = _Partial(number, interrupts)

    def part(self) -> _Partial:
        assert self.frame  # in_order saw to it
        self.frame.lines += 1
        return self.frame

    def line_vector(self, words: list[str]) -> None:
        frame = self.part()
        if self.env.ist:
            self.count(words, 1, "'vector V'")
        else:
            self.count(words, 2, "'vector V type=N'")
            frame.gate = self.registers(words[1:], ("type",))["type"]
            self.check_gate(frame.gate)
        frame.vector = self.hexadecimal(words[0], 8)

    def check_gate(self, gate: int) -> None:
        if gate > 0xF or (gate == layout.TASK_GATE and not self.tasks):
            self.fail("the type of a gate, and 5 only with tasks", f"type={gate:x}")

    def line_slots(self, words: list[str]) -> None:
        count = self.env.slots
        self.count(words, 1 + count, f"the stack pointer and {count} words")
        frame = self.part()
        frame.sp = self.hexadecimal(words[0], self.env.bits_of(self.env.sp))
        frame.slots = self.stack_words(words[1:])

    def stack_words(self, words: list[str]) -> tuple[int, ...]:
        return tuple(self.hexadecimal(word, 8 * self.env.word) for word in words)

    def line_pushed(self, words: list[str]) -> None:
        frame = self.part()
        self.count(words, PUSHED + (frame.vector in layout.ERROR_VECTORS), "the words that were pushed")
        frame.slots = tuple(self.hexadecimal(word) for word in words)

    def line_handler(self, words: list[str]) -> None:
        names = self.env.segments if self.hosted else self.env.handler_line(bool(self.tasks))
        self.part().handler = self.registers(words, names)

    def line_control(self, words: list[str]) -> None:
        frame = self.part()
        seen = ("cr2",) if frame.vector == PAGE_FAULT else ()
        frame.control = self.registers(words, seen if self.hosted else self.env.control)

    def line_gprs(self, words: list[str]) -> None:
        part = self.part()
        assert part.handler is not None and part.control is not None
        self.frames.append(
            Frame(
                part.number,
                part.interrupts,
                part.vector,
                part.sp,
                part.slots,
                part.handler,
                part.control,
                self.gprs_from_start(self.registers(words, (), self.env.gprs)),
                gate=part.gate,
                tasks=self.tasks_now(),
            )
        )
        self.frame = None

    def tasks_now(self) -> tuple[Task, ...]:
        return self.frames[-1].tasks if self.frames else tuple(self.tasks)

    def line_overwritten(self, words: list[str]) -> None:
        count = self.env.slots
        self.count(words, 1 + count, f"'overwritten N' and {count} words")
        number = self.decimal(words[0])
        frames = self.frames
        if not 1 <= number <= len(frames):
            self.fail(f"a frame from 1 to {len(frames)}", words[0])
        if frames[number - 1].overwritten is not None:
            self.fail("each frame once", f"overwritten {number} again")
        frames[number - 1] = replace(frames[number - 1], overwritten=self.stack_words(words[1:]))

    def line_final(self, words: list[str]) -> None:
        names = self.env.final_line(bool(self.tasks))
        found = self.registers(words, names, self.env.gprs)
        registers = {name: found[name] for name in names}
        self.final = Final(registers, self.gprs_from_start(found), tasks=self.tasks_now())

    def line_sse(self, words: list[str]) -> None:
        self.add_state("sse", words)

    def line_x87(self, words: list[str]) -> None:
        self.add_state("x87", words)

    def line_avx(self, words: list[str]) -> None:
        self.add_state("avx", words)

    def add_state(self, keyword: str, words: list[str]) -> None:
        """Of the program's end, or of the exception that ended the run."""
        changed = {} if words == ["kept"] else self.pairs(words)
        if not words or any(name not in STATE[keyword] for name in changed):
            self.fail(f"'{keyword} kept' or its registers", f"'{keyword} {' '.join(words)[:40]}'")
        if self.final:
            self.final = replace(self.final, state=self.final.state | {keyword: changed})
        else:
            frame = self.frames[-1]
            self.frames[-1] = replace(frame, state=frame.state | {keyword: changed})

    def line_value(self, words: list[str]) -> None:
        self.count(words, 2, "'value NAME V'")
        self.values[self.name(words[0], self.values)] = self.hexadecimal(words[1])

    def line_memory(self, words: list[str]) -> None:
        if not 3 <= len(words) <= 18 or not all(BYTE.fullmatch(word) for word in words[2:]):
            self.fail(
                "'memory NAME OFFSET' and one to sixteen bytes of two digits", f"'{' '.join(words)[:60]}'"
            )
        name, offset = self.name(words[0], None), self.hexadecimal(words[1])
        dump = self.memory.get(name, b"")
        if offset != len(dump) or len(dump) % 16:
            self.fail(
                f"'{name}' to go on without a gap at {len(dump):x}, in lines of sixteen bytes", words[1]
            )
        self.memory[name] = dump + bytes(int(word, 16) for word in words[2:])

    def line_abandoned(self, words: list[str]) -> None:
        self.count(words, 2, "'abandoned V ADDRESS'")
        self.abandoned = (self.hexadecimal(words[0], 8), self.hexadecimal(words[1], self.env.width))
        self.frame = None

    def line_end(self, words: list[str], checksum: int) -> None:
        if len(words) != 2 or words[0] != "exit":
            self.fail("'end exit SUM'", f"'end {' '.join(words)[:40]}'")
        if self.hexadecimal(words[1], 16) != checksum:
            self.fail(f"the checksum {checksum:x}", words[1])
        self.complete = True


def _show(raw: bytes) -> str:
    return ascii(raw[:60])[1:]  # quoted, without the b
