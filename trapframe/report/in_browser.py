"""v86 beside a page, and the ROMs of the cases that it can run there: `report --v86`."""

from __future__ import annotations

import base64
import json
import os
import shutil
import zlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from trapframe.engines import description, releases
from trapframe.engines.job import VARIANT
from trapframe.frames import environment, layout, task
from trapframe.frames.environment import Environment
from trapframe.frames.facts import IPS, SPS
from trapframe.model import CaseInfo
from trapframe.report.folder import ReportError
from trapframe.suite.workspace import open_workspace
from trapframe.system.files import write_atomically
from trapframe.truth import expected
from trapframe.truth.expect import Outcome
from trapframe.truth.expected import Expected

KIND = "v86"
FOLDER = KIND  # beside index.html
COMMON = "common.json"  # our mark: a folder without it is somebody else's
PROFILE = "intel"  # it has no other
SCRIPTS = Path(__file__).resolve().parent / "browser"


@dataclass(frozen=True)
class InBrowser:
    """What a page says of it."""

    engine: str  # v86 0.5.462
    files: Mapping[str, str]  # what is fetched for a case, by the case


def engine_tree(root: Path) -> releases.Tree:
    """The newest release that is installed."""
    found = releases.installed(root / releases.FOLDER, KIND)
    if not found:
        raise ReportError("--v86 needs v86: `./runner.py engines install v86`")
    return found[-1]


def cases_for(root: Path, infos: Iterable[CaseInfo]) -> list[CaseInfo]:
    """Those of an environment that it has."""
    source = root / "engines" / f"{KIND}.toml"
    known = description.load_table(source)["environments"]
    return sorted((info for info in infos if info.env in known), key=lambda info: (info.file, info.variant))


def write(root: Path, folder: Path, wanted: Container[str]) -> InBrowser:
    """The folder v86 there, anew. `wanted`: the cases of the page."""
    tree = engine_tree(root)
    workspace = open_workspace(root, os.cpu_count() or 1)
    cases = cases_for(root, (one for one in workspace.cases if one.case in wanted))
    known = expected.load(root, workspace.cases, cases, (), ())
    target = folder / FOLDER
    _empty(target)
    built = tree.program.parent
    parts = {
        "v86.wasm": tree.program,
        "libv86.mjs": built / "libv86.mjs",
        "LICENSE": built.parent / "LICENSE",
        "machine.mjs": root / "engines" / "v86_machine.mjs",
        **{path.name: path for path in SCRIPTS.iterdir()},
    }
    for name, path in parts.items():
        write_atomically(target / name, path.read_bytes())
    write_atomically(target / COMMON, _json(common()))
    for file, group in groupby(cases, key=lambda info: info.file):
        write_atomically(target / f"{file}.json", _json(_file(workspace.images[file], list(group), known)))
    return InBrowser(f"{KIND} {tree.manifest.version}", {info.case: f"{info.file}.json" for info in cases})


def _empty(target: Path) -> None:
    """Takes away an earlier one, and nothing else."""
    if target.is_symlink() or (target.exists() and not (target / COMMON).is_file()):
        raise ReportError(f"{target}: not of an earlier page; name another folder with -o DIR")
    shutil.rmtree(target, ignore_errors=True)


def common() -> dict[str, Any]:
    """What the scripts have to know of records, so that it stands in one place."""
    tables = {
        "words32": layout.WORDS_32,
        "words16": layout.WORDS_16,
        "selectors": layout.SELECTORS,
        "errors": layout.ERROR_VECTORS,
        "never": layout.NEVER,
        "ips": IPS,
        "sps": SPS,
        "tasks": {
            "fields32": task.FIELDS_32,
            "fields16": task.FIELDS_16,
            "registers16": task.REGISTERS_16,
            "registers": environment.TASK_REGISTERS,
            "selectors": task.SELECTORS,
        },
    }
    here = {one.name: _environment(one) for one in environment.ALL.values() if one.segmented}
    return {"variant_at": VARIANT, "environments": here, "tables": tables}


def _environment(env: Environment) -> dict[str, Any]:
    names = ("name", "word", "slots", "ip", "flags", "sp", "gprs", "segments", "final_fields", "handler_sp")
    return {name: getattr(env, name) for name in names} | {"patterns": dict(env.patterns)}


def _file(image: bytes, cases: list[CaseInfo], known: Expected) -> dict[str, Any]:
    """All that a browser needs for the cases of one file."""
    return {
        "rom": base64.b64encode(zlib.compress(image, 9)).decode(),
        **harness(cases[0]),
        "cases": {
            info.case: {
                "row": info.variant,
                "outcomes": [outcome(one) for one in known.outcomes(info, PROFILE)],
            }
            for info in cases
        },
    }


def harness(info: CaseInfo) -> dict[str, Any]:
    places = [(one.name, one.base, one.size, one.stack) for one in info.places]
    return {"places": places, "selectors": info.selectors}


def outcome(wanted: Outcome) -> dict[str, Any]:
    """The lines that say something, each with its mask."""
    lines = ((entry.name, entry.expect) for entry in wanted.fields if entry.expect.text)
    fields = [
        (name, expect.text, None if expect.mask is None else str(expect.mask % 2**64))
        for name, expect in lines
    ]
    return {"name": wanted.name, "fields": fields}


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
