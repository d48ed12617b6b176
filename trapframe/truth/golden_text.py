"""Puts sections into the text of a golden file and leaves the lines of all others as they are."""

from __future__ import annotations

from collections.abc import Iterable

from trapframe.truth import golden
from trapframe.truth.expect import GoldenFile, Section


def put(text: str, file: str, sections: Iterable[Section]) -> str:
    """Each in the place of its namesake, else behind all."""
    new = {
        (section.name, section.amd): golden.write(GoldenFile(file, (section,))).splitlines()
        for section in sections
    }
    lines = text.split("\n")
    after: list[str] = []
    end = 0
    for old in golden.parse(text, file).sections:
        begin, end = end, old.outcomes[-1].fields[-1].line  # `end exit` is a section's last line
        own = new.pop((old.name, old.amd), None)
        while own and not lines[begin].strip():
            after.append(lines[begin])
            begin += 1
        after += own or lines[begin:end]
    for own in new.values():
        after += [""] * bool(after) + own
    return "\n".join((*after, *(lines[end:] or [""])))
