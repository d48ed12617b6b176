"""What the latest run into a folder left in its run.jsonl, whole or cut short."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trapframe.report import check, older
from trapframe.report.json import SCHEMA
from trapframe.truth.verdicts import GREEN

LAST = "last"  # of --against: the report of the latest run into the same folder
ENGINE = ("id", "version", "profile", "path", "sha256")


class EarlierError(Exception):
    """There is no run to go on from."""

    exit_code = 2


def failed(folder: Path) -> set[str]:
    """The cases with a red result."""
    _, entries = _read(folder)
    return {entry["case"] for entry in entries if entry["verdict"] not in GREEN}


def results(folder: Path, header: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The results of a run that was cut short, if it ran the same ROMs on the same engines."""
    old, entries = _read(folder)
    mine = {one["id"]: one for one in header["engines"]}
    known = {one["id"]: one for one in old["engines"]}
    if old.get("inputs") != header["inputs"]:
        raise EarlierError(
            f"--resume: cases or golden files have changed since the run in {folder}; run without it"
        )
    for name in mine.keys() & known.keys():
        if any(mine[name][key] != known[name][key] for key in ENGINE):
            raise EarlierError(f"--resume: {name} is another build than in {folder}; run without it")
    return entries


def _read(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    path = folder / "run.jsonl"
    try:
        lines = list(_lines(path))
    except OSError as error:
        raise EarlierError(f"{path}: no run to go on from: {error.strerror}") from error
    if not lines:
        raise EarlierError(f"{path}: no run to go on from: it is empty")
    if lines[0]["schema"] != SCHEMA:
        raise EarlierError(f"{path}: no run to go on from: not of schema {SCHEMA}; run all again")
    return lines[0], lines[1:]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """All whole lines: the last one may have been cut."""
    *whole, _ = path.read_bytes().split(b"\n")
    for number, line in enumerate(whole, start=1):
        if line == older.END.rstrip():
            continue
        try:
            value = json.loads(line)
            (check.own_result if number > 1 else check.header)(value)
        except (ValueError, RecursionError) as error:
            raise EarlierError(f"{path}:{number}: no run to go on from: {error}; run all again") from error
        yield value
