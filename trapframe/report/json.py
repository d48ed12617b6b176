"""report.json and run.jsonl: all that is known of a run, in one documented form (docs/report.md)."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any

from trapframe.model import CaseInfo, Difference, End, EngineId, Judgement, Place, RunResult, Verdict
from trapframe.report import check, older
from trapframe.report.folder import ReportError, unusable
from trapframe.suite.case import as_listed
from trapframe.system import interrupt
from trapframe.system.files import locked, naming, write_parts
from trapframe.system.text import bounded

SCHEMA = 2
TEXT = 2_000  # characters of a diff's value, or of a message
LINES = 200  # differences of one result
LONGEST_NAME = 200  # bytes of a file's name
SERIAL = 16_384  # characters of the serial line; raw/ has all bytes
LOG = 4_000
RAW_TOTAL = 16 << 20  # bytes in raw/ of a whole run
KEPT = ("case", "engine_id", "verdict", "quirks", "seconds", "second_hand")  # of a result, in memory
UNFIT = re.compile(r"[^\w@.+-]")  # in a file's name


def engine_entry(engine_id: str, engine: EngineId, quirks_of: str) -> dict[str, Any]:
    return {
        "id": engine_id,
        "name": engine.name,
        "kind": engine.kind,
        "version": engine.version,
        "profile": engine.profile,
        "path": engine.path,
        "sha256": engine.sha256,
        "processor": engine.processor,
        "family": engine.family,
        "microcode": engine.microcode,
        "kernel": engine.kernel,
        "hypervisor": engine.hypervisor,
        "hosted": engine.hosted,
        "quirks_of": quirks_of,
    }


def result_entry(
    case: str, engine_id: str, engine: EngineId, run: RunResult, judgement: Judgement
) -> dict[str, Any]:
    """One result. What came from the guest or the emulator is bounded here; JSON escapes it."""
    entry: dict[str, Any] = {
        "case": case,
        "engine": engine.name,
        "engine_id": engine_id,
        "verdict": judgement.verdict.value,
        "end": run.end.value,
        "seconds": round(run.seconds, 6),
        "diff": _differences(judgement.diff),
        "quirks": list(judgement.quirks),
        "accepted": judgement.accepted,
        "message": bounded(judgement.message, TEXT),
        "status": run.status,
        "command": shlex.join(run.command),
        "serial": bounded(run.serial.decode("ascii", "backslashreplace"), SERIAL),
    }
    if judgement.unlike:
        entry["unlike"] = _differences(judgement.unlike)
    if judgement.second_hand:
        entry["second_hand"] = True
    if judgement.unseen:
        entry["unseen"] = _differences(judgement.unseen)
    if judgement.verdict is not Verdict.PASS and run.end is not End.NONE:
        entry["log"] = run.log[-LOG:]
        entry["raw"] = raw_name(case, engine_id)
    return entry


def _differences(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """The first LINES of them, and one that stands for the rest, so that no other rest looks the same."""
    entries = [_difference(one) for one in differences[:LINES]]
    if rest := differences[LINES:]:
        told = hashlib.sha256(repr(rest).encode()).hexdigest()[:16]
        entries.append(
            {"field": f"{len(rest)} more", "expected": "as required", "actual": f"others ({told})"}
        )
    return entries


def _difference(one: Difference) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "field": bounded(one.field, TEXT),
        "expected": bounded(one.expected, TEXT),
        "actual": bounded(one.actual, TEXT),
    }
    if one.bits is not None:
        entry["bits"] = f"{one.bits:#x}"
    if one.quirks:
        entry["quirks"] = list(one.quirks)
    if one.because:
        entry["because"] = bounded(one.because, TEXT)
    return entry


def unexplained(diff: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The differences of a result that no quirk explains; all of them where that is none."""
    found = list(diff)
    return [one for one in found if not one.get("quirks")] or found


def case_entries(infos: Iterable[CaseInfo], line: Callable[[CaseInfo], int] | None = None) -> dict[str, Any]:
    """What the cases say of themselves, each with its row of `harness`: nearly all share one.

    `line`: where the golden section of a case begins.
    """
    rows: dict[tuple[tuple[Place, ...], tuple[tuple[str, int], ...]], int] = {}
    cases = [
        {
            **as_listed(info),
            **({"golden_line": line(info)} if line else {}),
            "harness": rows.setdefault((info.places, info.selectors), len(rows)),
        }
        for info in infos
    ]
    harness = [
        {"places": [astuple(place) for place in places], "selectors": selectors} for places, selectors in rows
    ]
    return {"harness": harness, "cases": cases}


def raw_name(case: str, engine_id: str) -> str:
    """Always below raw/, whatever a report calls a case or an engine."""
    parts = f"{case}@{engine_id}".split("/")
    return f"raw/{'/'.join(map(_file_name, parts))}.serial"


def _file_name(text: str) -> str:
    name = UNFIT.sub("-", text)
    if len(name.encode()) > LONGEST_NAME:
        name = f"{name[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return name if name.strip(".") else "-"


def totals(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many results have each verdict, those that nobody has included."""
    counts = Counter(entry["verdict"] for entry in entries)
    return {verdict.value: counts[verdict.value] for verdict in Verdict}


class Writer:
    """Writes the results of one run into a folder that other runs may be writing to as well.

    run.jsonl grows as results come. It has its name from the start, and keeps its file when another run takes
    the name. All else is written at the end. Where it can't grow any more the run goes on, for its verdict.
    Whether the folder may be written to is checked before: see folder.py.
    """

    def __init__(self, folder: Path, header: Mapping[str, Any]) -> None:
        self.folder = folder
        self._failed: OSError | None = None
        self.entries: list[dict[str, Any]] = []  # what the totals are made of; the rest is text already
        self._lines: list[tuple[str, str, int, int]] = []  # where each result stands in run.jsonl
        self._raw: dict[str, bytes] = {}
        self._room = RAW_TOTAL
        head = json.dumps({"schema": SCHEMA, **header}).encode("ascii") + b"\n"
        self._stream = _open_stream(folder, head)
        self._end = len(head)
        older.mark_page(folder, str(header.get("started", "")))

    def _write(self, line: str) -> None:
        try:
            if not self._failed:
                _write_whole(self._stream, line.encode("ascii") + b"\n")
        except OSError as error:
            self._failed = error
        self._end += len(line) + 1

    def add(self, entry: dict[str, Any], serial: bytes) -> None:
        if "raw" in entry:  # of a merged report, which may say anything
            entry = {**entry, "raw": raw_name(entry["case"], entry["engine_id"])}
        line = json.dumps(entry)
        self._lines.append((entry["case"], entry["engine_id"], self._end, len(line)))
        self._write(line)
        kept = {key: entry[key] for key in KEPT if key in entry}
        unlike = {"unlike": [{"field": one["field"]} for one in entry["unlike"]]} if "unlike" in entry else {}
        self.entries.append(kept | unlike)
        if entry["verdict"] == Verdict.UNSUPPORTED.value:
            self.entries[-1]["message"] = entry["message"]
        if "raw" in entry and len(serial) <= self._room:
            self._room -= len(serial)
            self._raw[entry["raw"]] = serial

    def finish(self, report: Mapping[str, Any]) -> Path:
        """Publishes raw/ and report.json, which then belong together. Returns the latter."""
        told = {"totals": totals(self.entries), "unlike": sum("unlike" in one for one in self.entries)}
        head = json.dumps({"schema": SCHEMA, **report, **told}, indent=1)
        path = self.folder / "report.json"
        with naming(self.folder / "run.jsonl"):
            if self._failed:
                raise self._failed
        with locked(self.folder / ".lock"), interrupt.held():
            _clear(self.folder / "raw")
            for name, serial in self._raw.items():
                with naming(self.folder / name):
                    (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (self.folder / name).write_bytes(serial)
            for left in self.folder.glob(".report.json.*"):  # of a run that was killed here: we have the lock
                left.unlink()
            write_parts(path, self._parts(head))
            with naming(self.folder / "run.jsonl"):
                _write_whole(self._stream, older.END)
        self._stream.close()
        return path

    def _parts(self, head: str) -> Iterator[bytes]:
        """report.json piece by piece: all of it at once is as much memory as a run needs otherwise."""
        yield f'{head[:-2]},\n "results": [\n  '.encode("ascii")
        for number, (_, _, start, length) in enumerate(sorted(self._lines)):
            yield b",\n  " * bool(number) + os.pread(self._stream.fileno(), length, start)
        yield b"\n ]\n}\n"


@interrupt.held()
def _open_stream(folder: Path, head: bytes) -> IO[bytes]:
    """Its name is that of a file which has its first line: a folder with it is ours."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fd, name = tempfile.mkstemp(prefix=".run.", suffix=".jsonl", dir=folder)
        stream = os.fdopen(fd, "wb", buffering=0)
        try:
            os.fchmod(fd, 0o644)
            with naming(folder):
                _write_whole(stream, head)
            os.replace(name, folder / "run.jsonl")
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise unusable(folder, error) from error
    return stream


def _write_whole(stream: IO[bytes], data: bytes) -> None:
    """Unbuffered: what a full disk doesn't take must not be tried again later."""
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]


def _clear(raw: Path) -> None:
    """Takes away the bytes of an earlier run, and nothing that somebody else put there."""
    for folder, _, names in os.walk(raw, topdown=False):
        for name in names:
            if name.endswith(".serial"):
                os.unlink(f"{folder}/{name}")
        try:
            os.rmdir(folder)
        except OSError:
            pass


def read(path: Path, own: bool = False) -> dict[str, Any]:
    """A report, checked to be one; `own`: with all that a run writes."""
    try:
        report = json.loads(path.read_bytes())
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path}: not JSON: {error}") from error
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        if isinstance(report, dict) and report.get("schema") == 1:
            raise ReportError(f"{path}: schema 1 lacks the differences that quirks explain; run it again")
        raise ReportError(f"{path}: not a report of schema {SCHEMA}")
    try:
        check.report(report, own)
    except check.Wrong as error:
        raise ReportError(f"{path}: not a report of a run: {error}") from error
    if said := older.note(path, report):
        print(f"{path}: {said}", file=sys.stderr)
    return report
