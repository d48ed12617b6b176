"""What a golden file holds, and which part of it counts for a processor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace


OTHER = "something else"  # what a quirk may make of a field: not what the manual says, whatever it is
CHANCE = "anything"  # the same of what an engine leaves to chance, the manual's value among it


@dataclass(frozen=True, slots=True)
class Expect:
    """What one field has to be. `any` is compared with nothing; above a frame it may be one of the words."""

    text: str
    mask: int | None = None
    because: str = ""

    @property
    def number(self) -> int | None:
        """Nothing where it says a name, or several words."""
        return int(self.text, 16) if self.text.startswith("0x") and " " not in self.text else None

    @property
    def is_open(self) -> bool:
        return self.mask is not None or "any" in self.text.split()


@dataclass(frozen=True, slots=True)
class Silicon:
    """What every processor seen does where the manual leaves it open, or those of one `vendor`."""

    expect: Expect
    vendor: str = ""  # a profile; empty: of all

    def holds(self, profile: str) -> bool:
        return self.vendor in ("", profile)


@dataclass(frozen=True, slots=True)
class Field:
    """One line. `name` holds its block: frame 1.rflags, value.pte, end. A block's own line has no text."""

    name: str
    expect: Expect
    amd: Expect | None = None
    comments: tuple[str, ...] = ()
    silicon: tuple[Silicon, ...] = ()

    def for_profile(self, profile: str) -> Expect:
        return self.amd if self.amd and profile == "amd" else self.expect


@dataclass(frozen=True, slots=True)
class Outcome:
    """A complete expectation of one run. It has a name where a section accepts several."""

    fields: tuple[Field, ...]
    name: str = ""
    because: str = ""
    comments: tuple[str, ...] = ()
    silicon: Expect | None = None  # the name of the one that processors have
    lines: Sequence[int] = field(default=(), compare=False)  # where each field stands in its file


@dataclass(frozen=True, slots=True)
class Section:
    """What is required of one case (`amd`: by AMD's manual only). `head`: the lines `spec` and `note`.

    `silicon`: which of its outcomes processors have.
    """

    name: str
    amd: bool
    head: tuple[Field, ...]
    outcomes: tuple[Outcome, ...]
    comments: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)
    silicon: tuple[Silicon, ...] = ()

    @property
    def spec(self) -> str:
        return next(entry.expect.text for entry in self.head if entry.name == "spec")


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """All sections of one file; `comments` stand behind the last."""

    file: str = field(compare=False)
    sections: tuple[Section, ...] = ()
    comments: tuple[str, ...] = ()


def is_outcome(name: str) -> bool:
    """Whether a difference in this field is another outcome, not another value."""
    return name == "end" or is_vector(name) or (name.startswith("frame ") and "." not in name)


def is_vector(name: str) -> bool:
    return name.startswith("frame ") and name.endswith(".vector")


def outcomes(golden: GoldenFile, name: str, profile: str) -> tuple[Outcome, ...]:
    """What is accepted of section `name` on a processor of this profile; nothing without a section."""
    found = {section.amd: section for section in golden.sections if section.name == name}
    section = found.get(profile == "amd") or found.get(False)
    if section is None:
        return ()
    seen = next((one.expect for one in section.silicon if one.holds(profile)), None)
    accepted = tuple(for_profile(outcome, profile) for outcome in section.outcomes)
    return tuple(replace(outcome, silicon=seen) for outcome in accepted) if seen else accepted


def for_profile(outcome: Outcome, profile: str) -> Outcome:
    """The outcome with one expectation a field; itself where it has no more."""
    if not any(entry.amd or entry.silicon for entry in outcome.fields):
        return outcome
    return replace(outcome, fields=tuple(_for_profile(entry, profile) for entry in outcome.fields))


def _for_profile(entry: Field, profile: str) -> Field:
    if not entry.amd and not entry.silicon:
        return entry
    wanted = entry.for_profile(profile)
    seen = tuple(Silicon(one.expect) for one in entry.silicon if one.holds(profile) and wanted.is_open)
    return replace(entry, expect=wanted, amd=None, silicon=seen)


def required(found: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Without what only processors say."""
    return tuple(replace(one, silicon=None, fields=tuple(map(_without_silicon, one.fields))) for one in found)


def _without_silicon(entry: Field) -> Field:
    return replace(entry, silicon=()) if entry.silicon else entry


def differs(golden: GoldenFile, name: str) -> bool:
    """Whether the AMD manual requires anything else of section `name` than Intel's."""
    sections = [section for section in golden.sections if section.name == name]
    fields = (entry for section in sections for outcome in section.outcomes for entry in outcome.fields)
    if not any(section.amd for section in sections) and not any(entry.amd for entry in fields):
        return False
    return required(outcomes(golden, name, "amd")) != required(outcomes(golden, name, "intel"))
