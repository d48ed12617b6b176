"""The descriptions of cases, from an emulator, kept beside each ROM until it changes.

What starts emulators is imported where one has to be started.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trapframe.model import CaseInfo
from trapframe.prediction.description import ARMED, DESCRIBE
from trapframe.system.files import write_cache
from trapframe.system.folders import build_folder

if TYPE_CHECKING:
    from trapframe.engines.engine import Engine

# Which of them describes a case doesn't matter; it needs the features that the case needs.
DESCRIBERS = ("qemu", "qemu:amd", "bochs", "bochs:amd")
SUFFIX = ".described"
SECONDS = 60.0


def describe(
    root: Path,
    images: Mapping[str, bytes],
    cases: Sequence[CaseInfo],
    jobs: int,
    engines: Iterable[Engine] | None = None,
) -> dict[str, bytes]:
    """What each case's ROM sent, by case; nothing of a case that none of the engines can prepare.

    `images`: the ROMs, by file. `engines`: others than the usual ones.
    """
    kept = {file: _read(root, file, images[file]) for file in dict.fromkeys(case.file for case in cases)}
    found = {case.case: kept[case.file][case.case] for case in cases if case.case in kept[case.file]}
    missing = [case for case in cases if case.case not in found]
    new: dict[str, str] = {}
    for engine in (_usual(root) if engines is None else engines) if missing else ():
        new |= _run(root, engine, images, [case for case in missing if case.env in engine.environments], jobs)
        missing = [case for case in missing if case.case not in new]
        if not missing:
            break
    fresh: dict[str, dict[str, str]] = {}
    for case in cases:
        if case.case in new:
            fresh.setdefault(case.file, {})[case.case] = new[case.case]
    for file, more in fresh.items():
        _keep(root, file, images[file], {**kept[file], **more})
    return {name: sent.encode() for name, sent in (found | new).items()}


def _path(root: Path, file: str) -> Path:
    return build_folder(root) / f"{file}{SUFFIX}"


def _digest(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()


def _read(root: Path, file: str, image: bytes) -> Mapping[str, str]:
    """By case what its ROM sent, if it was this one."""
    try:
        read = json.loads(zlib.decompress(_path(root, file).read_bytes()))
        return dict(read["cases"]) if read["rom"] == _digest(image) else {}
    except (OSError, ValueError, TypeError, KeyError, zlib.error):
        return {}


def _keep(root: Path, file: str, image: bytes, cases: Mapping[str, str]) -> None:
    text = json.dumps({"rom": _digest(image), "cases": cases})
    write_cache(_path(root, file), zlib.compress(text.encode(), 1))


def _usual(root: Path) -> Iterator[Engine]:
    """Those of them that are here."""
    from trapframe.engines.assembly import prepare
    from trapframe.engines.engine import EngineError
    from trapframe.engines.request import read_request

    for name in DESCRIBERS:
        try:
            folder = root / "engines"
            yield prepare(read_request(name, folder), folder, build_folder(root) / "engines.json")
        except EngineError:
            continue


def _run(
    root: Path, engine: Engine, images: Mapping[str, bytes], cases: Iterable[CaseInfo], jobs: int
) -> dict[str, str]:
    """Of those that the engine can prepare."""
    from trapframe.engines import launcher
    from trapframe.engines.job import Job
    from trapframe.engines.schedule import scheduler
    from trapframe.system.process import Limit

    found = {}
    folder = build_folder(root) / launcher.FOLDER
    with scheduler(jobs, lambda job: Limit(SECONDS), folder if folder.is_dir() else None) as under_way:
        under_way.submit(
            Job(case.case, engine, engine.id.name, images[case.file], case.variant | DESCRIBE)
            for case in cases
        )
        for job, result, _ in under_way.results():
            if ARMED in result.serial:
                found[job.case] = result.serial.decode(errors="replace")
    return found
