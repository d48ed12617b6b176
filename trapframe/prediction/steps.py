"""The rules that lead to a case's frames, step by step: what `explain` shows of the specification."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trapframe.frames import decode, symbol
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo
from trapframe.prediction import compare, descriptions, every
from trapframe.prediction.description import Description, DescriptionError
from trapframe.prediction.follow import Run, Step
from trapframe.prediction.library import specification
from trapframe.prediction.processor import NotFollowed
from trapframe.spec import KINDS, VENDORS, Event
from trapframe.system.folders import build_folder

WORDS = {"int3": "INT3", "into": "INTO", "int1": "INT1", "nmi": "NMI"}
TITLES = {"intel": "by the specification (docs/spec.md):", "amd": "on AMD:"}


def lines(root: Path, info: CaseInfo, jobs: int) -> Iterator[str]:
    """Nothing where nobody can follow the case."""
    told = _described(root, info, jobs)
    if told is None:
        return
    spec = specification(root, jobs)
    said: dict[str, list[str]] = {}
    for vendor in VENDORS:
        try:
            run, record = compare.follow(spec, info, told, vendor, {})
        except NotFollowed as error:
            said[vendor] = [f"  {error}: an instruction that it doesn't follow"]
        else:
            said[vendor] = list(_steps(run, symbol.symbols(info, record)))
    for vendor in VENDORS if said["intel"] != said["amd"] else VENDORS[:1]:
        yield TITLES[vendor]
        yield from said[vendor]


def _described(root: Path, info: CaseInfo, jobs: int) -> Description | None:
    """From an emulator, where none has described it before."""
    if info.case in every.UNTOLD or not (root / "spec").is_dir():
        return None
    try:
        image = (build_folder(root) / f"{info.file}.rom").read_bytes()
        sent = descriptions.describe(root, {info.file: image}, [info], jobs)
        return every.described(image, info, sent[info.case]) if info.case in sent else None
    except (OSError, DescriptionError):
        return None


def _steps(run: Run, names: Symbols) -> Iterator[str]:
    for one in run.steps:
        yield f"  {symbol.name_code(names, one.place)}: {_told(one)}"
        width = max((len(rule.id) for rule in one.rules), default=0)
        for rule in one.rules:
            maker = "" if rule.section.startswith("APM") else "SDM "
            yield f"    {rule.id:<{width}}  {maker}{rule.section}"
    if run.stopped:
        yield f"  {run.stopped}, which it doesn't follow"


def _told(one: Step) -> str:
    if not one.chain:
        return "executed"
    way = [*map(_event, one.chain), *(["shutdown"] if one.is_shutdown else [])]
    return ", then ".join(way)


def _event(one: Event) -> str:
    kind = KINDS[one.kind]
    if kind in ("int_n", "interrupt"):
        return f"{'INT' if kind == 'int_n' else 'interrupt'} {one.vector:#x}"
    return WORDS.get(kind) or decode.exception(one.vector, one.error if one.has_error else None)
