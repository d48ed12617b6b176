"""The descriptions of cases, from an emulator, kept beside each ROM until it changes.

What starts emulators is imported where one has to be started.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trapframe.model import CaseInfo
from trapframe.prediction.description import ARMED, DESCRIBE, LAST_SHIFT
from trapframe.system.files import write_cache
from trapframe.system.folders import build_folder

if TYPE_CHECKING:
    from trapframe.engines.engine import Engine

# Which of them describes a case doesn't matter; it needs the features that the case needs.
DESCRIBERS = ("qemu", "qemu:amd", "bochs", "bochs:amd", "qemu:old", "qemu:old_avx", "qemu:old_32")
SUFFIX = ".described"
SECONDS = 60.0
MOST = 32  # cases of one start
RECORD = re.compile(rb"^trapframe \d+\ncase (\S+) .*?(?=^trapframe |\Z)", re.MULTILINE | re.DOTALL)


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
        new |= described_by(
            root, engine, images, [case for case in missing if case.env in engine.environments], jobs
        )
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


def described_by(
    root: Path, engine: Engine, images: Mapping[str, bytes], cases: Iterable[CaseInfo], jobs: int
) -> dict[str, str]:
    """Of those that the engine can prepare."""
    from trapframe.engines import launcher
    from trapframe.engines.engine import RECORD_LIMIT
    from trapframe.engines.job import Job
    from trapframe.engines.schedule import scheduler
    from trapframe.system.process import Limit

    most = MOST if engine.describe else 1
    resetting = replace(engine, command=(*engine.command, *engine.describe), most=most * RECORD_LIMIT)
    asked: dict[str, Sequence[CaseInfo]] = {}  # by the first of them

    def job(part: Sequence[CaseInfo]) -> Job:
        first = part[0]
        asked[first.case] = part
        several = part[-1].variant << LAST_SHIFT if len(part) > 1 else 0
        started = resetting if several else engine
        return Job(
            first.case, started, engine.id.name, images[first.file], DESCRIBE | several | first.variant
        )

    found: dict[str, str] = {}
    folder = build_folder(root) / launcher.FOLDER
    with scheduler(jobs, lambda job: Limit(SECONDS), folder if folder.is_dir() else None) as under_way:
        under_way.submit(map(job, _parts(cases, most)))
        for ran, result, _ in under_way.results():
            part = asked[ran.case]
            sent = {match[1].decode(): match[0] for match in RECORD.finditer(result.serial)}
            found |= {name: text.decode(errors="replace") for name, text in sent.items() if ARMED in text}
            # One that isn't described ends the run: the last that is named, or the first without a word.
            done = max((at for at, case in enumerate(part, start=1) if case.case in sent), default=1)
            if done < len(part):
                under_way.submit([job(part[done:])])
    return found


def _parts(cases: Iterable[CaseInfo], most: int) -> Iterator[Sequence[CaseInfo]]:
    """Those of a file that follow each other in its table."""
    part: list[CaseInfo] = []
    for case in sorted(cases, key=lambda case: (case.file, case.variant)):
        behind = part and (part[-1].file, part[-1].variant + 1)
        if part and (len(part) == most or (case.file, case.variant) != behind):
            yield part
            part = []
        part.append(case)
    if part:
        yield part
