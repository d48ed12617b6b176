"""`-n`: what would run, as command lines for a shell."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from trapframe.engines import job
from trapframe.engines.engine import Engine
from trapframe.runs.choice import Chosen, job_of
from trapframe.suite.workspace import Picked, Workspace
from trapframe.system.folders import build_folder


BY_HAND = "by-hand"  # in the build folder: copies of ROMs for who starts an emulator by hand


def dry_run(root: Path, workspace: Workspace, picked: Picked, chosen: Iterable[Chosen]) -> int:
    """Prints what would run, and writes the files that those command lines name, so they can be copied."""
    for info in picked.cases:
        for one in chosen:
            name = f"{info.case}@{one.id}".replace(":", "-").replace("#", "-")
            folder = build_folder(root) / BY_HAND / name
            folder.mkdir(parents=True, exist_ok=True)
            wanted = job_of(workspace, info, one)
            job.fill_folder(folder, one.engine, wanted.rom)
            if wanted.rom is not None:
                print(f"# the ROM's SHA-256: {hashlib.sha256(wanted.rom).hexdigest()}")
            print(command_line(folder, one.engine, wanted.command))
    return picked.tell()


def command_line(folder: Path, engine: Engine, command: Sequence[str]) -> str:
    """For a shell. The record is in the file `serial` then, or on the terminal."""
    env = [f"{name}={shlex.quote(value)}" for name, value in engine.env]
    words = " ".join([*(["env", *env] if env else []), shlex.join(command)])
    return f"cd {shlex.quote(str(folder))} && {words} </dev/null"
