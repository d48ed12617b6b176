"""Files of cases that don't build: what their cases are called, and what a command says of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from trapframe.model import CaseInfo
from trapframe.suite.build import BuildFailure
from trapframe.system.text import printable

VARIANT = re.compile(r'\.name\s*=\s*"([A-Za-z0-9_]+)"')
SHOWN = 5  # of the files that nobody asked for
SECTION = re.compile(r"^\[([^\s\[\]]+)(?: amd)?\]", re.MULTILINE)


class NotBuilt(Exception):
    """Nothing of what was asked for could be built."""

    exit_code = 3


def stand_ins(root: Path, files: Iterable[str]) -> tuple[CaseInfo, ...]:
    """A name without an outcome for each case that a file has, as far as it and its golden file tell."""
    return tuple(_stand_in(name, file) for file in sorted(files) for name in sorted(_names(root, file)))


def _names(root: Path, file: str) -> set[str]:
    family = file.partition("/")[0]
    variants = VARIANT.findall(_text(root / "cases" / f"{file}.c"))
    sections = SECTION.findall(_text(root / "expected" / f"{file}.txt"))
    return {file, *(f"{file}_{name}" for name in variants), *(f"{family}/{name}" for name in sections)}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _stand_in(name: str, file: str) -> CaseInfo:
    return CaseInfo(
        case=name,
        file=file,
        variant=0,
        env="",
        about="",
        spec="",
        ids=(),
        tags=(),
        needs=(),
        vector=None,
        outcome="",
        error=None,
        saved_rip="",
        resumes=False,
        places=(),
        selectors=(),
    )


def lines(failure: BuildFailure) -> Iterator[str]:
    yield f"NOT BUILT       {failure.file}"
    yield from (f"    {line}" for line in failure.message.splitlines())


def others(files: Iterable[str]) -> str:
    """One line for what doesn't build either and nobody asked for."""
    names = list(files)
    if not names:
        return ""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"not built either: {' '.join(names[:SHOWN])}{more}; `./runner.py list {names[0]}` says why"


def tell(failures: Iterable[BuildFailure], other_files: Iterable[str]) -> int:
    """Says so on stderr. The exit code, as far as these failures decide it."""
    code = 0
    for failure in failures:
        code = NotBuilt.exit_code
        for line in lines(failure):
            print(printable(line), file=sys.stderr)
    if rest := others(other_files):
        print(printable(rest), file=sys.stderr)
    return code
