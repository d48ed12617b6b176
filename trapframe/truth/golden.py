"""The text of golden files (docs/golden.md): reads it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from sys import intern
from typing import NoReturn

from trapframe.frames.environment import Environment
from trapframe.truth import golden_order
from trapframe.truth.expect import Expect, Field, GoldenFile, Outcome, Section, Silicon
from trapframe.truth.golden_form import (
    DEFINITE,
    HEXADECIMAL,
    KINDS,
    PLACE,
    WHOLE,
    is_frame,
    is_known,
    kind_of,
    short_name,
)

ALONE = ("[outcome]", "spec of its own")  # the lines before an outcome that has no section
FILL_IN = "FILL IN"  # begins a reason that the author has to replace
SECTION = re.compile(r"\[([^\s\[\]]+)( amd)?\]")
SILICON = re.compile(r"([^\s\[\]]+)(?:\[(amd|intel)\])?")
PROFILES = ("intel", "amd")
MERGE_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class GoldenError(ValueError):
    """A golden file that says nothing clear, and where; line 0: all of it."""

    exit_code = 5

    def __init__(self, file: str, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}" if line else f"{file}: {what}")
        self.file = file
        self.line = line
        self.what = what


class _Mistake(ValueError):
    """What is wrong with one line, wherever it stands."""


def read(path: Path, name: str = "") -> GoldenFile:
    """The golden file at `path`, which is also what its errors name, if not `name`. It may not be there."""
    name = name or str(path)
    return parse(read_text(path, name), name)


def read_text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise GoldenError(
            name, 1, f"expected UTF-8, got a byte {error.object[error.start]:#x}; save it again"
        ) from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise GoldenError(name, 0, f"{error.strerror}; mend its owner or its mode") from error


def parse(text: str, file: str) -> GoldenFile:
    """The golden file with this text."""
    parser = _Parser(file)
    for number, line in enumerate(text.split("\n"), start=1):
        parser.read(number, line)
    return parser.finish()


def parse_outcome(text: str, file: str) -> Outcome:
    """One outcome without a section around it, as a quirk has it."""
    try:
        return _outcome(text)
    except GoldenError as error:
        raise GoldenError(file, max(1, error.line - len(ALONE)), error.what) from error


@cache  # a third of them is what another quirk has, too
def _outcome(text: str) -> Outcome:
    return parse("\n".join((*ALONE, text)), "").sections[0].outcomes[0]


class _Parser:
    """Reads line by line."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.number = 0
        self.sections: list[Section] = []
        self.section: Section | None = None
        self.outcome: Outcome | None = None  # its lines are in `fields` until it ends
        self.fields: list[Field] = []
        self.lines: dict[str, int] = {}  # where they stand, by their names
        self.block = ""
        self.comments: tuple[str, ...] = ()

    def fail(self, what: str, line: int | None = None) -> NoReturn:
        raise GoldenError(self.file, self.number if line is None else line, what)

    def fail_at(self, entry: Field, what: str) -> NoReturn:
        self.fail(what, self.lines[entry.name])

    def read(self, number: int, line: str) -> None:
        self.number = number
        if self.block and self.outcome and (plain := _plain(self.block, line)):
            return self.append(plain)
        if line.startswith(MERGE_MARKERS):
            self.fail("expected no merge conflict; keep one side and delete the markers")
        if not line.isprintable():
            self.fail("expected printable characters; replace tabs by blanks and delete carriage returns")
        if not line.strip():
            return
        if line.lstrip().startswith("#"):
            self.comments += (line.strip(),)
        elif line.startswith("["):
            self.open_section(line.rstrip())
        elif self.section is None:
            self.fail(f"expected a section '[NAME]', got '{line.strip()}'")
        else:
            self.line(line.startswith(" "), *_split(line.strip()))

    def finish(self) -> GoldenFile:
        self.close_section()
        return GoldenFile(self.file, tuple(self.sections), self.take_comments())

    def take_comments(self) -> tuple[str, ...]:
        taken, self.comments = self.comments, ()
        return taken

    def open_section(self, line: str) -> None:
        self.close_section()
        match = SECTION.fullmatch(line)
        if not match:
            self.fail(f"expected '[NAME]' or '[NAME amd]', got '{line}'")
        name, amd = match[1], bool(match[2])
        same = [section for section in self.sections if section.name == name]
        if any(section.amd == amd for section in same):
            self.fail(f"expected each section once; delete one '{line}' or rename it")
        if amd and not (same and self.sections[-1] is same[0]):
            self.fail(f"expected '{line}' directly behind section '[{name}]'; move it there")
        self.section = Section(name, amd, (), (), self.take_comments(), self.number)

    def close_section(self) -> None:
        self.close_outcome()
        section, self.section = self.section, None
        if section is None:
            return
        where = f"section '[{section.name}{' amd' if section.amd else ''}]'"
        if not section.head:
            self.fail(f"expected 'spec TEXT' in {where}; name the manual's section", section.line)
        if not section.outcomes:
            self.fail(f"expected frames or 'end' in {where}", section.line)
        named = [outcome.name for outcome in section.outcomes]
        if (len(named) > 1) != all(named) or len(set(named)) != len(named):
            self.fail(f"expected no 'accept', or two and more with different names, in {where}", section.line)
        for name in (one.expect.text for one in section.silicon if one.expect.text not in named):
            self.fail(
                f"expected one of its accepted outcomes, got 'silicon accept {name}' in {where}", section.line
            )
        self.sections.append(section)

    def close_outcome(self) -> None:
        outcome, self.outcome = self.outcome, None
        if outcome is None:
            return
        assert self.section
        fields = tuple(self.fields)
        if "end" not in self.lines:
            line = self.lines[fields[-1].name] if fields else self.number
            self.fail("expected 'end exit' or 'end shutdown' behind the last line of an outcome", line)
        self.check_order(fields)
        whole = replace(outcome, fields=fields, lines=array("I", self.lines.values()))
        self.section = replace(self.section, outcomes=(*self.section.outcomes, whole))

    def open_outcome(self, outcome: Outcome) -> None:
        self.outcome, self.fields, self.lines, self.block = outcome, [], {}, ""

    def line(self, indented: bool, name: str, rest: str) -> None:
        assert self.section
        if indented:
            self.block_field(name, rest)
        elif name in ("spec", "note"):
            self.head(name, rest)
        elif name == "silicon" and _split(rest)[0].partition("[")[0] == "accept":
            self.silicon_outcome(rest)
        elif name == "silicon":
            self.silicon("", rest)
        elif name == "accept":
            self.accept(rest)
        elif name in ("frame", "final"):
            self.heading(name, rest)
        elif name.startswith(("value.", "memory.")) or name == "end":
            self.block = ""
            self.add(name, rest)
        else:
            mend = "; indent a frame's field by two blanks" if is_known(name) else ""
            self.fail(f"expected a frame, final, value.NAME, memory.NAME+0x.. or end, got '{name}'{mend}")

    def head(self, name: str, rest: str) -> None:
        assert self.section
        if (name == "spec") == bool(self.section.head) or self.outcome or self.section.outcomes:
            self.fail("expected 'spec' once, as a section's first line, then any 'note'")
        if not rest:
            self.fail(f"expected '{name} TEXT'")
        entry = Field(name, Expect(rest), comments=self.take_comments())
        self.section = replace(self.section, head=(*self.section.head, entry))

    def accept(self, rest: str) -> None:
        name, because, reason = rest.partition(" because ")
        if not because or not reason.strip() or reason.startswith(FILL_IN) or " " in name.strip():
            self.fail("expected 'accept NAME because SECTIONS'; name the manual's sections")
        self.close_outcome()
        self.open_outcome(Outcome((), name.strip(), reason.strip(), self.take_comments()))

    def heading(self, name: str, rest: str) -> None:
        number = _comment_cut(rest)
        count = sum(map(is_frame, self.lines)) if self.outcome else 0
        if name == "final" and number:
            self.fail("expected 'final' alone on its line")
        if name == "frame" and number != str(count + 1):
            self.fail(f"expected 'frame {count + 1}', got 'frame {number}'; frames are numbered from 1")
        self.append(_field(f"frame {number}" if name == "frame" else name, Expect("")))
        self.block = self.fields[-1].name

    def block_field(self, name: str, rest: str) -> None:
        if not self.block or self.outcome is None:
            self.fail(f"expected '{name}' below 'frame N' or 'final'")
        if name == "silicon":
            return self.silicon(f"{self.block}.", rest)
        self.add(intern(f"{self.block}.{name}"), rest)

    def append(self, entry: Field) -> None:
        assert self.section
        if not self.section.head:
            self.fail("expected 'spec TEXT' first; name the manual's section")
        if self.outcome is None:
            self.open_outcome(Outcome(()))
        if "end" in self.lines:
            self.fail("expected a section or 'accept' behind 'end'")
        if entry.name in self.lines:
            self.fail(f"expected each field once; delete one '{entry.name}'")
        self.fields.append(replace(entry, comments=self.take_comments()) if self.comments else entry)
        self.lines[entry.name] = self.number

    def add(self, name: str, rest: str) -> None:
        if name.endswith("[amd]"):
            self.add_amd(name.removesuffix("[amd]"), rest)
        else:
            self.append(_field(name, self.expect(name, rest)))

    def add_amd(self, name: str, rest: str) -> None:
        assert self.section
        last = self.fields[-1] if self.outcome and self.fields else None
        behind = last is not None and (last.amd or last.silicon)
        if last is None or last.name != name or behind or self.comments or name == "end":
            short = short_name(name)
            self.fail(f"expected '{short}[amd]' directly behind the line of '{short}'; move it there")
        if self.section.amd:
            self.fail("expected no '[amd]' line in an '[... amd]' section; write the field itself")
        self.fields[-1] = replace(last, amd=self.expect(name, rest))

    def silicon(self, block: str, rest: str) -> None:
        """`silicon FIELD VALUE because SOURCE`, behind all else that is said of the field."""
        short, vendor, said = self.silicon_name(rest)
        last = self.fields[-1] if self.outcome and self.fields else None
        if last is None or last.name != block + short or self.comments:
            self.fail(f"expected 'silicon {short}' directly behind the lines of '{short}'; move it there")
        assert self.section
        one = Silicon(self.checked(_silicon, short, said), vendor)
        self.check_vendors((*last.silicon, one), short)
        profiles = ["amd"] if self.section.amd else list(PROFILES)
        open_to = [last.for_profile(profile) for profile in profiles if one.holds(profile)]
        if not any(wanted.is_open for wanted in open_to):
            self.fail(
                f"expected a mask or 'any' before 'silicon {short}': nothing of '{short}' is open; delete it"
            )
        if any(_contradicts(wanted, one.expect) for wanted in open_to if wanted.is_open):
            self.fail(f"expected a value that the line of '{short}' allows, got '{one.expect.text}'")
        self.fields[-1] = replace(last, silicon=(*last.silicon, one))

    def silicon_outcome(self, rest: str) -> None:
        """`silicon accept NAME because SOURCE`, in a section's head."""
        assert self.section
        _, vendor, said = self.silicon_name(rest)
        name, because, reason = said.partition(" because ")
        if self.outcome or self.section.outcomes or not self.section.head or self.comments:
            self.fail("expected 'silicon accept' behind 'spec' and 'note', before the first 'accept'")
        if not because or not reason.strip() or reason.startswith(FILL_IN) or " " in name.strip():
            self.fail("expected 'silicon accept NAME because SOURCE'; name what was seen")
        seen = (*self.section.silicon, Silicon(Expect(name.strip(), None, reason.strip()), vendor))
        self.check_vendors(seen, "accept")
        self.section = replace(self.section, silicon=seen)

    def silicon_name(self, rest: str) -> tuple[str, str, str]:
        """The field's name, the vendor, and what is said."""
        assert self.section
        word, said = _split(rest)
        match = SILICON.fullmatch(word)
        if not match:
            self.fail(f"expected 'silicon FIELD', FIELD[amd] or FIELD[intel], got 'silicon {word}'")
        if match[2] and self.section.amd:
            self.fail(
                f"expected no '[{match[2]}]' line in an '[... amd]' section; write 'silicon {match[1]}'"
            )
        return match[1], match[2] or "", said

    def check_vendors(self, seen: tuple[Silicon, ...], short: str) -> None:
        vendors = [one.vendor for one in seen]
        if len(set(vendors)) != len(vendors) or ("" in vendors and len(vendors) > 1):
            self.fail(f"expected one 'silicon {short}' for all processors or one a vendor; delete the others")

    def expect(self, name: str, rest: str) -> Expect:
        return self.checked(_expect, short_name(name), rest)

    def checked(self, read: Callable[[str, str], Expect], short: str, rest: str) -> Expect:
        try:
            return read(short, rest)
        except _Mistake as mistake:
            self.fail(str(mistake))

    def check_order(self, fields: tuple[Field, ...]) -> None:
        order = golden_order.order(tuple(self.lines))
        if order.wrong:
            self.fail(order.wrong.what, self.lines[order.wrong.name])
        for number, (interrupts, above) in enumerate(order.frames, start=1):
            self.check_interrupts(number, fields[interrupts])
            self.check_above(order.env, fields[above])

    def check_interrupts(self, number: int, entry: Field) -> None:
        earlier = entry.expect.text.removeprefix("frame ")
        if earlier != "program" and int(earlier) >= number:
            self.fail_at(entry, f"expected an earlier frame, got 'frame {earlier}'")

    def check_above(self, env: Environment, above: Field) -> None:
        most = env.most_above
        if len(above.expect.text.split()) > most:
            self.fail_at(above, f"expected at most {most} words above a frame, got '{above.expect.text}'")


@cache  # the same few thousand lines stand in all files
def _plain(block: str, line: str) -> Field | None:
    """A field of a frame, where there is nothing else to say of the line."""
    name, rest = _split(line.strip())
    if not line.startswith(" ") or not line.isprintable() or name.startswith("#") or name.endswith("[amd]"):
        return None
    try:
        return _field(f"{block}.{name}", _expect(name, rest))
    except _Mistake:
        return None


@cache  # so that a line is one object in all files
def _field(name: str, expect: Expect) -> Field:
    return Field(intern(name), expect)


@cache
def _expect(name: str, rest: str) -> Expect:
    """What a line says behind the field's name."""
    value, because, reason = _partition_because(rest)
    text, has_mask, mask = value.partition(" mask ")
    kind = kind_of(name)
    if kind is None:
        raise _Mistake(f"unknown field '{name}'; docs/golden.md lists the fields")
    if reason.startswith(FILL_IN):
        raise _Mistake(f"expected what the manual says of '{name}'; replace '{value} because {reason}'")
    is_open = bool(has_mask) or "any" in text.split()
    if bool(because) != is_open or (because and not reason):
        forms = "VALUE, 'VALUE mask 0x.. because REASON' or 'any because REASON'"
        raise _Mistake(f"expected {forms} for '{name}', got '{rest}'")
    if text == "any" and not has_mask and name not in DEFINITE:
        return Expect(text, None, reason)
    _check_value(name, kind, text, mask if has_mask else None)
    return Expect(text, int(mask, 16) if has_mask else None, reason)


@cache
def _silicon(name: str, rest: str) -> Expect:
    """What a line says behind `silicon FIELD`: the source is always named, and the value is never open."""
    value, because, reason = _partition_because(rest)
    text, has_mask, mask = value.partition(" mask ")
    kind = kind_of(name)
    if kind is None or name in WHOLE:
        raise _Mistake(f"expected one field behind 'silicon', got '{name}'; docs/golden.md lists the fields")
    if not because or not reason or reason.startswith(FILL_IN):
        raise _Mistake(f"expected 'silicon {name} VALUE because SOURCE'; name the processors, and who saw it")
    _check_value(name, kind, text, mask if has_mask else None)
    if "any" in text.split():
        raise _Mistake(f"expected what processors do in '{name}' behind 'silicon', got '{text}'")
    return Expect(text, int(mask, 16) if has_mask else None, reason)


def _check_value(name: str, kind: tuple[str, str], text: str, mask: str | None) -> None:
    pattern, description = kind
    if not re.fullmatch(pattern, text):
        raise _Mistake(f"expected {description} for '{name}', got '{text}'")
    number = re.fullmatch(PLACE, text) and kind != KINDS["memory"]
    if mask is not None and not (number and re.fullmatch(HEXADECIMAL, mask)):
        raise _Mistake(f"expected 'mask 0x..' behind a number, got '{text} mask {mask}'")


def _contradicts(wanted: Expect, seen: Expect) -> bool:
    """Whether processors differ in bits that are compared: then the golden file or the source is wrong."""
    if wanted.mask is None or not (wanted.text.startswith("0x") and seen.text.startswith("0x")):
        return False
    both = wanted.mask & (-1 if seen.mask is None else seen.mask)
    return (int(wanted.text, 16) ^ int(seen.text, 16)) & both != 0


def _split(line: str) -> tuple[str, str]:
    name, _, rest = line.partition(" ")
    return name, rest.strip()


def _comment_cut(text: str) -> str:
    return "" if text.startswith("#") else text.partition(" #")[0].strip()


def _partition_because(rest: str) -> tuple[str, str, str]:
    """The value, ` because`, the reason. A comment ends a value; in a reason # is a letter like any other."""
    value, because, reason = rest.partition(" because")
    if "#" in value:
        value, because, reason = _comment_cut(rest), "", ""
    return " ".join(value.split()), because, reason.strip()
