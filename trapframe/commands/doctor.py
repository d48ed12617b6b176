"""`doctor`: whether everything is there that a run needs, and what to do where it isn't."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trapframe.engines.assembly import prepare
from trapframe.engines.description import default_kinds, kinds
from trapframe.engines.engine import EngineError
from trapframe.engines.request import read_request
from trapframe.system import bond, needs, scratch
from trapframe.system.files import can_write
from trapframe.system.folders import ROOT, VARIABLE, build_folder

EXAMPLE = "./runner.py doctor"


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def command(options: argparse.Namespace) -> int:
    return doctor(ROOT)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` is empty where it is fine."""

    what: str
    found: str
    mend: str = ""
    needed: bool = True


def doctor(root: Path) -> int:
    """0 if a run can work."""
    findings = [_python(), *_needs(), *_engines(root), *_folders(root)]
    for one in findings:
        mark = "ok     " if not one.mend else "MISSING" if one.needed else "absent "
        print(f"{mark}  {one.what}: {one.found}{f'; {one.mend}' if one.mend else ''}")
    return 1 if any(one.mend and one.needed for one in findings) else 0


def _python() -> Finding:
    version = sys.version.split()[0]
    old = sys.version_info < (3, 11)
    return Finding("python", f"{version} ({sys.executable})", "needs 3.11 or later" if old else "")


def _needs() -> Iterator[Finding]:
    """What the table names but the interpreter, and the emulators, which are asked."""
    for need in needs.read():
        if need.group != "engine" and need.name != "python3":
            place = need.found()
            found = f"{place or 'not here'}, {need.purpose}"
            yield Finding(need.name, found, "" if place else need.mend, need.group in ("run", "build"))


def _engines(root: Path) -> Iterator[Finding]:
    folder = root / "engines"
    default = default_kinds(folder)
    for kind in kinds(folder):
        try:
            found = prepare(read_request(kind, folder), folder, build_folder(root) / "engines.json").id
            yield Finding(f"engine {kind}", f"{found.version} ({found.path or found.processor})")
        except EngineError as error:
            yield Finding(f"engine {kind}", "can't be used", str(error), kind in default)


def _folders(root: Path) -> Iterator[Finding]:
    elsewhere = {
        build_folder(root): f"{VARIABLE}=DIR builds in another folder",
        root / "reports": "--report DIR names another folder",
        root / "expected": "`bless` and `review` can't write golden files",
    }
    for path, mend in elsewhere.items():
        fine = can_write(path)
        yield Finding(
            f"{path.name}/", "can be written" if fine else "can't be written", "" if fine else mend, False
        )
    try:
        with scratch.folder() as folder:
            free = shutil.disk_usage(folder).free >> 20
            mend = "" if free >= 100 else "make room, or set TMPDIR"
            yield Finding("temporary files", f"{folder.parent}, {free} MiB free", mend)
    except OSError as error:
        yield Finding("temporary files", str(error), "set TMPDIR to a folder that can be written")
    yield _pidfd()
    yield _bond()


def _pidfd() -> Finding:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        return Finding("pidfd_open", str(error), "needs Linux 5.3, and a container that allows it")
    return Finding("pidfd_open", "allowed")


def _bond() -> Finding:
    why = bond.missing()
    found = "emulators end with a runner that is killed"
    mend = "the next run ends what a killed one left" if why else ""
    return Finding(
        "F_SETSIG", f"{why}: emulators outlive a runner that is killed" if why else found, mend, False
    )
