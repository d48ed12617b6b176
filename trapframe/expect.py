"""What a golden file holds, and which part of it counts for a processor."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Expect:
    """What one field has to be. `any` is compared with nothing."""

    text: str
    mask: int | None = None
    because: str = ""


@dataclass(frozen=True)
class Field:
    """One line. `name` holds its block: frame 1.rflags, value.pte, end. A block's own line has no text."""

    name: str
    expect: Expect
    amd: Expect | None = None
    comments: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Outcome:
    """A complete expectation of one run. It has a name where a section accepts several."""

    fields: tuple[Field, ...]
    name: str = ""
    because: str = ""
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """What is required of one case (`amd`: by AMD's manual only). `head`: the lines `spec` and `note`."""

    name: str
    amd: bool
    head: tuple[Field, ...]
    outcomes: tuple[Outcome, ...]
    comments: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def spec(self) -> str:
        return next(entry.expect.text for entry in self.head if entry.name == "spec")


@dataclass(frozen=True)
class GoldenFile:
    """All sections of one file; `comments` stand behind the last."""

    file: str = field(compare=False)
    sections: tuple[Section, ...] = ()
    comments: tuple[str, ...] = ()


def outcomes(golden: GoldenFile, name: str, profile: str) -> tuple[Outcome, ...]:
    """What is accepted of section `name` on a processor of this profile; nothing without a section."""
    found = {section.amd: section for section in golden.sections if section.name == name}
    section = found.get(profile == "amd") or found.get(False)
    if section is None:
        return ()
    return tuple(for_profile(outcome, profile) for outcome in section.outcomes)


def for_profile(outcome: Outcome, profile: str) -> Outcome:
    """The outcome with one expectation a field."""
    if profile != "amd":
        return replace(outcome, fields=tuple(replace(entry, amd=None) for entry in outcome.fields))
    fields = (replace(entry, expect=entry.amd or entry.expect, amd=None) for entry in outcome.fields)
    return replace(outcome, fields=tuple(fields))


def differs(golden: GoldenFile, name: str) -> bool:
    """Whether the AMD manual requires anything else of section `name` than Intel's."""
    return outcomes(golden, name, "amd") != outcomes(golden, name, "intel")
