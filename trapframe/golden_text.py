"""Puts one section into the text of a golden file and leaves the lines of all others as they are."""

from __future__ import annotations

from trapframe import golden
from trapframe.expect import GoldenFile, Section


def put(text: str, file: str, section: Section) -> str:
    """In the place of its namesake, else behind all sections."""
    lines = text.split("\n")
    new = golden.write(GoldenFile(file, (section,))).splitlines()
    end = 0
    for old in golden.parse(text, file).sections:
        begin, end = end, old.outcomes[-1].fields[-1].line  # `end exit` is a section's last line
        if (old.name, old.amd) == (section.name, section.amd):
            while not lines[begin].strip():
                begin += 1
            return "\n".join((*lines[:begin], *new, *lines[end:]))
    return "\n".join((*lines[:end], *([""] if end else []), *new, *(lines[end:] or [""])))
