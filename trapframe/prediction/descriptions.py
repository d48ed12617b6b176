"""The descriptions of all cases, from an emulator, kept in the build folder until a ROM changes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from trapframe.engines import launcher
from trapframe.engines.assembly import prepare
from trapframe.engines.engine import Engine, EngineError
from trapframe.engines.job import Job
from trapframe.engines.request import read_request
from trapframe.engines.schedule import scheduler
from trapframe.model import CaseInfo
from trapframe.prediction.description import ARMED, DESCRIBE
from trapframe.suite.workspace import Workspace
from trapframe.system.files import write_cache
from trapframe.system.folders import build_folder
from trapframe.system.process import Limit

# Which of them describes a case doesn't matter; it needs the features that the case needs.
DESCRIBERS = ("qemu", "qemu:amd", "bochs", "bochs:amd")
CACHE = "descriptions.json.z"
SECONDS = 60.0


def describe(root: Path, workspace: Workspace, cases: Sequence[CaseInfo], jobs: int) -> dict[str, bytes]:
    """What each case's ROM sent, by case; nothing of a case that none of the engines can prepare."""
    path = build_folder(root) / CACHE
    digests = {file: hashlib.sha256(image).hexdigest() for file, image in workspace.images.items()}
    kept = _read(path)
    found = {
        case.case: kept[case.case][1]
        for case in cases
        if case.case in kept and kept[case.case][0] == digests[case.file]
    }
    missing = [case for case in cases if case.case not in found]
    for engine in _engines(root) if missing else ():
        found |= _run(
            root, engine, workspace, [case for case in missing if case.env in engine.environments], jobs
        )
        missing = [case for case in missing if case.case not in found]
        if not missing:
            break
    found |= {case.case: "" for case in missing}
    new = {case.case: (digests[case.file], found[case.case]) for case in cases}
    if new != {name: kept.get(name) for name in new}:
        write_cache(path, zlib.compress(json.dumps({**kept, **new}).encode(), 1))
    return {name: sent.encode() for name, sent in found.items() if sent}


def _read(path: Path) -> Mapping[str, tuple[str, str]]:
    """By case the digest of the ROM, and what it sent."""
    try:
        read = json.loads(zlib.decompress(path.read_bytes()))
        return {str(name): (str(digest), str(sent)) for name, (digest, sent) in read.items()}
    except (OSError, ValueError, TypeError, AttributeError, zlib.error):
        return {}


def _engines(root: Path) -> Iterator[Engine]:
    """Those of them that are here."""
    for name in DESCRIBERS:
        try:
            folder = root / "engines"
            yield prepare(read_request(name, folder), folder, build_folder(root) / "engines.json")
        except EngineError:
            continue


def _run(
    root: Path, engine: Engine, workspace: Workspace, cases: Iterable[CaseInfo], jobs: int
) -> dict[str, str]:
    """Of those that the engine can prepare."""
    found = {}
    folder = build_folder(root) / launcher.FOLDER
    with scheduler(jobs, lambda job: Limit(SECONDS), folder if folder.is_dir() else None) as under_way:
        under_way.submit(
            Job(case.case, engine, engine.id.name, workspace.images[case.file], case.variant | DESCRIBE)
            for case in cases
        )
        for job, result, _ in under_way.results():
            if ARMED in result.serial:
                found[job.case] = result.serial.decode(errors="replace")
    return found
