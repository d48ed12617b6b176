"""What a machine's own processor did, in one file that can be sent: docs/silicon.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trapframe.model import End, EngineId, RunResult
from trapframe.report import check
from trapframe.report.json import engine_entry
from trapframe.report.loaded import read_engine
from trapframe.system.files import naming, write_atomically

SCHEMA = 1
SILICON = "docs/silicon"  # those that the project has
UNSUPPORTED = re.compile(rb"^unsupported (.*)$", re.MULTILINE)
NOT_TOLD = ("path", "sha256", "quirks_of")  # of the engine: they are the sender's


class CollectionError(Exception):
    """A file that isn't what `collect` writes."""

    exit_code = 2


@dataclass(frozen=True)
class Collection:
    """The records of one machine."""

    path: Path
    engines: dict[str, EngineId]  # by their id there
    runs: dict[tuple[str, str], RunResult]  # by engine and case

    def of(self, engine_id: str) -> dict[str, RunResult]:
        return {case: run for (one, case), run in self.runs.items() if one == engine_id}


def write(
    folder: Path,
    commit: str | None,
    engines: Mapping[str, EngineId],
    runs: Mapping[tuple[str, str], RunResult],
) -> Path:
    """Named by the processor and its kernel. Of what can't run there the reasons are counted."""
    first = next(iter(engines.values()))
    records = []
    unsupported: dict[str, Counter[str]] = {name: Counter() for name in engines}
    for (name, case), run in sorted(runs.items()):
        if found := UNSUPPORTED.search(run.serial):
            unsupported[name][found[1].decode("ascii", "backslashreplace")] += 1
        else:
            serial = run.serial.decode("ascii", "backslashreplace")
            records.append({"engine_id": name, "case": case, "end": run.end.value, "serial": serial})
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "commit": commit,
        "engines": [_engine(name, engine) for name, engine in engines.items()],
        "unsupported": {name: dict(counts.most_common()) for name, counts in unsupported.items()},
        "records": records,
    }
    path = folder / f"{_name(first)}.json"
    with naming(path):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, _text({**told, "sha256": _digest(told)}))
    return path


def _engine(name: str, engine: EngineId) -> dict[str, Any]:
    entry = engine_entry(name, engine, "")
    return {key: value for key, value in entry.items() if key not in NOT_TOLD}


def _name(engine: EngineId) -> str:
    words = f"{engine.processor} {engine.family} linux {engine.kernel}".lower()
    return re.sub(r"[^a-z0-9.]+", "-", words).strip("-")


def _text(told: Mapping[str, Any]) -> bytes:
    """One record a line."""
    head = json.dumps({key: value for key, value in told.items() if key != "records"}, indent=1)
    lines = ",\n  ".join(json.dumps(record) for record in told["records"])
    return f'{head[:-2]},\n "records": [\n  {lines}\n ]\n}}\n'.encode("ascii")


def _digest(told: Mapping[str, Any]) -> str:
    """Of all but itself, however it is laid out."""
    text = json.dumps({key: value for key, value in told.items() if key != "sha256"}, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read(path: Path) -> Collection:
    try:
        told = json.loads(path.read_bytes())
        check.collection(told)
    except OSError as error:
        raise CollectionError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CollectionError(f"{path}: not a file of `collect`: {error}") from error
    if told["schema"] != SCHEMA:
        raise CollectionError(f"{path}: schema {told['schema']}, expected {SCHEMA}")
    if told["sha256"] != _digest(told):
        raise CollectionError(f"{path}: not as it was written: its hash is another one")
    return Collection(
        path,
        {entry["id"]: read_engine(entry) for entry in told["engines"]},
        {(one["engine_id"], one["case"]): _run(one) for one in told["records"]},
    )


def _run(entry: Mapping[str, Any]) -> RunResult:
    return RunResult(
        End(entry["end"]), entry["serial"].encode("ascii", "backslashreplace"), "", 0.0, None, ()
    )


def read_all(folder: Path) -> Iterable[Collection]:
    """Those of docs/silicon/."""
    return [read(path) for path in sorted(folder.glob("*.json"))]


def measured(folder: Path) -> set[tuple[str, str]]:
    """Profile and family of each processor that has a file there."""
    return {(one.profile, one.family) for told in read_all(folder) for one in told.engines.values()}
