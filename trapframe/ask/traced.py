"""Writes the sources of spec/ so that they tell of each check, also of those that let a delivery pass.

`python3 -m trapframe.ask.traced SPEC FOLDER`: the lines stay where they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

RULE = re.compile(r'\bRULE\(("[^"]+"),\s*("[^"]+")\)')
RAISE = re.compile(r'return raise(?:_plain)?\((?:[^;"]|"[^"]*")*?(RULE_AT\("[^"]+", "[^"]+", "[^"]+"\))\);')
RAISES = re.compile(r'(\n +(?:return )?)(raise(?:_plain)?\((?:[^;"]|"[^"]*")*\));')
BLOCK_ENDS = re.compile(r"\n +\}(?! *else\b)")


def traced(name: str, source: str) -> str:
    """The same lines; each rule with its place, and behind each check that refuses, that it didn't."""
    placed = _placed(name, source)
    parts = [f'#line 1 "spec/{name}"\n']
    at = 0
    for found in RAISE.finditer(placed):
        end = _behind(placed, found)
        if end < at:
            continue
        parts += [placed[at:end], f" ask_passed(o, {found[1]});"]
        at = end
    return RAISES.sub(r"\1ask_raised(o, \2);", "".join([*parts, placed[at:]]))


def _placed(name: str, source: str) -> str:
    def place(found: re.Match[str]) -> str:
        line = source.count("\n", 0, found.start()) + 1
        gap = "\n" * found[0].count("\n")
        return f'RULE_AT({found[1]}, {found[2]}, "{name}:{line}"){gap}'

    return RULE.sub(place, source)


def _behind(text: str, found: re.Match[str]) -> int:
    """Where a program that isn't refused goes on: behind the statement that an `if` guards, or its block."""
    if text[: found.start()].rstrip().endswith(")"):
        return found.end()
    block = BLOCK_ENDS.match(text, found.end())
    return block.end() if block else found.end()


def main(spec: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(spec.glob("*.c")):
        (folder / path.name).write_text(traced(path.name, path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
