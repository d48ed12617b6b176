"""`export`: for emulators that run without this runner.

ROMs, what is expected of them, and a manifest; or vectors, for those that boot no ROM (docs/vectors.md).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trapframe.commands.arguments import add_globs, add_jobs, add_selection, read_selection
from trapframe.engines.job import rom_for
from trapframe.model import CaseInfo
from trapframe.report.json import case_entries
from trapframe.suite.revision import commit
from trapframe.suite.select import Selection
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.files import is_ours, write_atomically
from trapframe.system.folders import ROOT
from trapframe.truth import expected
from trapframe.truth.expect import Expect, Outcome
from trapframe.truth.expected import Expected

EXAMPLE = "./runner.py export /tmp/trapframe -k 'page_fault and not user'"
SCHEMA = 1
MANIFEST = "manifest.json"
CONTRACT = 1  # docs/contract.md
FOLDERS = ("roms", "expected")
PROFILES = ("intel", "amd")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--vectors", action="store_true", help="memory and registers before and behind, in place of ROMs"
    )
    add_globs(parser)
    add_selection(parser)
    add_jobs(parser)


def command(options: argparse.Namespace) -> int:
    make = export_vectors if options.vectors else export
    return make(ROOT, options.folder, read_selection(options), options.jobs)


class ExportError(Exception):
    """A folder that isn't ours to write to, or golden files that say nothing."""

    exit_code = 2


def export(root: Path, folder: Path, selection: Selection, jobs: int) -> int:
    """Writes into a new folder, or over an earlier export."""
    workspace, cases, known, code = _read(root, selection, jobs)
    _empty(folder, MANIFEST, FOLDERS)
    told = case_entries(cases)
    for entry, info in zip(told["cases"], cases):
        entry |= _files(folder, info, workspace.images[info.file], known)
    manifest = {"schema": SCHEMA, "contract": CONTRACT, "commit": commit(root), **told}
    write_atomically(folder / MANIFEST, _text(manifest))
    print(f"{folder}: {len(cases)} ROMs")
    return code


def export_vectors(root: Path, folder: Path, selection: Selection, jobs: int) -> int:
    """The same of vectors."""
    from trapframe.prediction.descriptions import describe
    from trapframe.prediction.library import specification
    from trapframe.vectors import folder as vectors

    workspace, cases, known, code = _read(root, selection, jobs)
    spec = specification(root, jobs)
    sent = describe(root, workspace.images, cases, jobs)
    _empty(folder, vectors.INDEX, (vectors.FOLDER, vectors.SCHEMA_FILE))
    absent = vectors.write(folder, spec, workspace, known, sent, cases, {"commit": commit(root)})
    told = f"; {vectors.INDEX} says why {len(absent)} cases have none" if absent else ""
    print(f"{folder}: {len(cases) - len(absent)} vectors{told}")
    return code


def _read(
    root: Path, selection: Selection, jobs: int
) -> tuple[Workspace, tuple[CaseInfo, ...], Expected, int]:
    """What is exported, what is expected of it, and the exit code. Says what can't be."""
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(selection)
    known = expected.load(root, workspace.cases, picked.cases, workspace.unbuilt, ())
    code = picked.tell()
    for problem in known.problems:
        print(problem)
    return workspace, picked.cases, known, code or (5 if known.problems else 0)


def _empty(folder: Path, mark: str, own: Iterable[str]) -> None:
    """Takes away an earlier export, and nothing else."""
    try:
        ours = is_ours(folder, [mark]) and not (folder.exists() and set(os.listdir(folder)) - {mark, *own})
    except NotADirectoryError:
        ours = False
    if not ours:
        raise ExportError(f"{folder}: not an earlier export; name a new folder")
    for name in own:
        if (folder / name).is_symlink():
            raise ExportError(f"{folder / name}: a symbolic link; take it away, or name a new folder")
    for name in own:
        shutil.rmtree(folder / name, ignore_errors=True)


def _files(folder: Path, info: CaseInfo, image: bytes, known: Expected) -> dict[str, Any]:
    """Writes them. What the manifest says of them."""
    rom = rom_for(image, info.variant)
    write_atomically(folder / "roms" / f"{info.case}.rom", rom)
    accepted = {
        profile: [_outcome(outcome) for outcome in known.outcomes(info, profile)] for profile in PROFILES
    }
    if accepted["amd"] == accepted["intel"]:
        del accepted["amd"]
    write_atomically(folder / "expected" / f"{info.case}.json", _text({"case": info.case, **accepted}))
    return {
        "rom": f"roms/{info.case}.rom",
        "sha256": hashlib.sha256(rom).hexdigest(),
        "expected": f"expected/{info.case}.json",
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    fields = {entry.name: _field(entry.expect) for entry in outcome.fields if entry.expect.text}
    named = {"name": outcome.name, "because": outcome.because} if outcome.name else {}
    return {**named, "fields": fields}


def _field(wanted: Expect) -> str | dict[str, str]:
    """The text alone, unless something is left open."""
    if not wanted.because:
        return wanted.text
    mask = {} if wanted.mask is None else {"mask": f"{wanted.mask:#x}"}
    return {"value": wanted.text, **mask, "because": wanted.because}


def _text(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1).encode() + b"\n"
