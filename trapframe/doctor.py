"""`doctor`: whether everything is there that a run needs, and what to do where it isn't."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from trapframe import engine as engines

TOOLS = (  # program, Debian's package, what for; those of the last group aren't needed for a run
    ("make", "make", "builds the ROMs"),
    ("gcc", "gcc", "builds the ROMs"),
    ("ld", "binutils", "builds the ROMs"),
    ("objcopy", "binutils", "builds the ROMs"),
)
OPTIONAL_TOOLS = (("gdb", "gdb", "for `debug`"), ("git", "git", "names the commit in reports"))
MODULES = (
    ("elftools", "python3-pyelftools", "reads the cases"),
    ("rich", "python3-rich", "the progress bar"),
)
OPTIONAL_MODULES = (("junitparser", "python3-junitparser", "for --junit"),)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` is empty where it is fine."""

    what: str
    found: str
    mend: str = ""
    needed: bool = True


def doctor(root: Path) -> int:
    """0 if a run can work."""
    findings = [*_python(), *_tools(), *_engines(root), *_folders(root)]
    for one in findings:
        mark = "ok     " if not one.mend else "MISSING" if one.needed else "absent "
        print(f"{mark}  {one.what}: {one.found}{f'; {one.mend}' if one.mend else ''}")
    return 1 if any(one.mend and one.needed for one in findings) else 0


def _python() -> Iterator[Finding]:
    version = sys.version.split()[0]
    old = sys.version_info < (3, 11)
    yield Finding("python", f"{version} ({sys.executable})", "needs 3.11 or later" if old else "")
    for needed, modules in ((True, MODULES), (False, OPTIONAL_MODULES)):
        for name, package, purpose in modules:
            there = find_spec(name) is not None
            yield Finding(f"module {name}", purpose, "" if there else f"apt-get install {package}", needed)


def _tools() -> Iterator[Finding]:
    for needed, tools in ((True, TOOLS), (False, OPTIONAL_TOOLS)):
        for name, package, purpose in tools:
            path = shutil.which(name)
            mend = "" if path else f"apt-get install {package}"
            yield Finding(name, f"{path or 'not in PATH'}, {purpose}", mend, needed)


def _engines(root: Path) -> Iterator[Finding]:
    folder = root / "engines"
    default = engines.default_kinds(folder)
    for kind in engines.kinds(folder):
        try:
            found = engines.prepare(
                engines.read_request(kind, folder), folder, root / "build" / "engines.json"
            ).id
            yield Finding(f"engine {kind}", f"{found.version} ({found.path})")
        except engines.EngineError as error:
            yield Finding(f"engine {kind}", "can't be used", str(error), kind in default)


def _folders(root: Path) -> Iterator[Finding]:
    for name in ("build", "reports", "expected"):
        path = root / name
        there = path if path.exists() else root
        fine = os.access(there, os.W_OK | os.X_OK)
        yield Finding(
            f"{name}/", "can be written" if fine else "can't be written", "" if fine else f"chown {there}"
        )
    try:
        with tempfile.TemporaryDirectory(prefix="trapframe-") as scratch:
            free = shutil.disk_usage(scratch).free >> 20
            mend = "" if free >= 100 else "make room, or set TMPDIR"
            yield Finding("temporary files", f"{Path(scratch).parent}, {free} MiB free", mend)
    except OSError as error:
        yield Finding("temporary files", str(error), "set TMPDIR to a folder that can be written")
    yield _pidfd()


def _pidfd() -> Finding:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        return Finding("pidfd_open", str(error), "needs Linux 5.3, and a container that allows it")
    return Finding("pidfd_open", "allowed")
