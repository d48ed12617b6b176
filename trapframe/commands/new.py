"""`new`: a case that builds and runs at once, and its golden file."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from trapframe.commands import bless
from trapframe.commands.arguments import add_how_to_run, read_how_to_run
from trapframe.commands.draft import drafts
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT

EXAMPLE = "./runner.py new page_fault/write_twice"
NAME = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9][a-z0-9_]*")
HEADERS = {"long64": "case.h", "pm32": "case32.h", "real16": "case16.h"}
SOURCE = """\
/* What is tested, in which state, and which sentence of the manual says so. */
#include <{header}>

CASE(.about = "UD2", .spec = "SDM 2B \\"UD-Undefined Instruction\\"", .vector = VEC_UD, .error = NO_ERROR, \
.saved_rip = AT_FAULT);

void run(void)
{{
    FAULT("ud2");
}}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="FAMILY/NAME")
    parser.add_argument("--env", choices=tuple(HEADERS), default="long64", help="its environment (long64)")
    add_how_to_run(parser)


def command(options: argparse.Namespace) -> int:
    return new(ROOT, options.name, options.env, *read_how_to_run(options))


class NewError(Exception):
    """A name that can't be a case's."""

    exit_code = 2


def new(
    root: Path, case: str, env: str, wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    return write(root, case, SOURCE.format(header=HEADERS[env]), wanted, files, timeout, jobs)


def write(
    root: Path, case: str, text: str, wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """Both files; neither may be there."""
    bless.refuse_in_ci("new")
    if not NAME.fullmatch(case):
        raise NewError(f"{case}: expected FAMILY/NAME, both of small letters, digits and _")
    source, target = root / "cases" / f"{case}.c", root / "expected" / f"{case}.txt"
    for path in (source, target):
        if path.exists():
            raise NewError(f"{path.relative_to(root)} is there already; take another name or edit it")
    write_atomically(source, text.encode())
    golden = ""
    try:
        golden, code = drafts(root, [case], wanted, files, timeout, jobs)
    finally:
        if not golden:  # another try finds what this one found
            source.unlink()
    if code:
        return code
    write_atomically(target, golden.encode())
    print(f"cases/{case}.c\nexpected/{case}.txt")
    print(f"edit the first, then `./runner.py draft {case}` for the second; `./runner.py run {case}`")
    return 0
