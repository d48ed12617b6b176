"""Writes golden files (docs/golden.md) in their canonical form, and puts sections into one that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trapframe.frames import decode
from trapframe.truth import golden
from trapframe.truth.expect import Expect, Field, GoldenFile, Section, Silicon
from trapframe.truth.golden_form import is_frame, short_name


def put(text: str, file: str, sections: Iterable[Section]) -> str:
    """Each in the place of its namesake, else behind all."""
    new = {
        (section.name, section.amd): write(GoldenFile(file, (section,))).splitlines() for section in sections
    }
    lines = text.split("\n")
    after: list[str] = []
    end = 0
    for old in golden.parse(text, file).sections:
        begin, end = end, old.outcomes[-1].lines[-1]  # `end exit` is a section's last line
        own = new.pop((old.name, old.amd), None)
        while own and not lines[begin].strip():
            after.append(lines[begin])
            begin += 1
        after += own or lines[begin:end]
    for own in new.values():
        after += [""] * bool(after) + own
    return "\n".join((*after, *(lines[end:] or [""])))


def write(golden: GoldenFile) -> str:
    """The file's text in canonical form."""
    lines: list[str] = []
    for section in golden.sections:
        if lines:
            lines.append("")
        lines.extend(section.comments)
        lines.append(f"[{section.name}{' amd' if section.amd else ''}]")
        lines.extend(section_body(section))
    lines.extend(golden.comments)
    return "\n".join(lines) + "\n" if lines else ""


def section_body(section: Section) -> Iterator[str]:
    """The lines below a section's first."""
    for entry in section.head:
        yield from entry.comments
        yield f"{entry.name:<11} {entry.expect.text}"
    for seen in section.silicon:
        yield f"silicon     accept{_vendor(seen)} {seen.expect.text} because {seen.expect.because}"
    for outcome in section.outcomes:
        if outcome.name:
            yield from outcome.comments
            yield f"accept {outcome.name} because {outcome.because}"
        yield from outcome_lines(outcome.fields)


def outcome_lines(fields: Iterable[Field]) -> Iterator[str]:
    """The lines of an outcome, the bits behind each number decoded."""
    vector, amd_vector = None, None
    for entry in fields:
        block, _, name = entry.name.partition(".")
        if name == "vector" and is_frame(block):
            vector = int(entry.expect.text, 16)
            amd_vector = int(entry.amd.text, 16) if entry.amd else vector
        inside = entry.name.startswith(("frame ", "final."))
        indent = "  " if inside and entry.name != block else ""
        yield from (f"{indent}{comment}" for comment in entry.comments)
        if not entry.expect.text:
            yield entry.name
            continue
        yield _line(indent, entry.name, "", entry.expect, vector)
        if entry.amd:
            yield _line(indent, entry.name, "[amd]", entry.amd, amd_vector)
        for seen in entry.silicon:
            what = f"silicon {short_name(entry.name)}{_vendor(seen)}"
            said = f"{_with_mask(seen.expect)} because {seen.expect.because}"
            yield f"{indent}{what:<{17 - len(indent)}} {said}"


def _vendor(seen: Silicon) -> str:
    return f"[{seen.vendor}]" if seen.vendor else ""


def _with_mask(expect: Expect) -> str:
    return expect.text if expect.mask is None else f"{expect.text} mask {expect.mask:#x}"


def _line(indent: str, name: str, suffix: str, expect: Expect, vector: int | None) -> str:
    width = 11 if name == "end" else 17 - len(indent)
    start = f"{indent}{short_name(name) + suffix:<{width}} "
    if expect.because:
        return f"{start}{_with_mask(expect)} because {expect.because}"
    decoded = name.startswith(("frame ", "final."))
    comment = decode.field(name, expect.number, vector) if decoded and expect.number is not None else ""
    return f"{start + expect.text:<36} # {comment}" if comment else f"{start}{expect.text}"
