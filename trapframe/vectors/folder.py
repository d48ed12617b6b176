"""The files of an export of vectors: one a file of cases, and an index."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trapframe.model import CaseInfo
from trapframe.prediction import every
from trapframe.prediction.description import Description
from trapframe.spec import Specification
from trapframe.suite.workspace import Workspace
from trapframe.system.files import write_atomically
from trapframe.truth.expected import Expected
from trapframe.vectors.vector import SCHEMA, NoVector, pages, vector

INDEX = "vectors.json"
FOLDER = "vectors"
SCHEMA_FILE = "vector.schema.json"
SUFFIX = ".json.gz"
NO_GOLDEN = "no golden section"


def write(
    folder: Path,
    spec: Specification,
    workspace: Workspace,
    known: Expected,
    sent: Mapping[str, bytes],
    cases: Sequence[CaseInfo],
    head: Mapping[str, Any],
) -> Mapping[str, str]:
    """Of these cases. `sent`: their descriptions. Those that have no vector, and why."""
    files: dict[str, list[CaseInfo]] = {}
    for info in cases:
        files.setdefault(info.file, []).append(info)
    absent: dict[str, str] = {}
    index: dict[str, str] = {}
    for file, infos in files.items():
        pool: dict[bytes, int] = {}
        found = []
        for info in infos:
            try:
                found.append(_vector(spec, workspace, known, sent, info, pool))
            except NoVector as error:
                absent[info.case] = str(error)
        if not found:
            continue
        name = f"{FOLDER}/{file}{SUFFIX}"
        index |= {one["case"]: name for one in found}
        content = [base64.b64encode(page).decode() for page in pool]
        write_atomically(
            folder / name, compressed({"schema": SCHEMA, "file": file, "pages": content, "cases": found})
        )
    write_atomically(folder / SCHEMA_FILE, (Path(__file__).parent / SCHEMA_FILE).read_bytes())
    told = {"schema": SCHEMA, **head, "vectors": index, "without": absent}
    write_atomically(folder / INDEX, json.dumps(told, indent=1).encode() + b"\n")
    return absent


def compressed(value: Mapping[str, Any]) -> bytes:
    """The same bytes for the same vectors."""
    return gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 6, mtime=0)


def decompressed(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """All vectors of an export, each with its memory: `pages`, by address."""
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        told = json.loads(decompressed(path))
        for one in told["cases"]:
            yield {
                **one,
                "pages": {int(at, 16): base64.b64decode(told["pages"][n]) for at, n in one["memory"].items()},
            }


def _vector(
    spec: Specification,
    workspace: Workspace,
    known: Expected,
    sent: Mapping[str, bytes],
    info: CaseInfo,
    pool: dict[bytes, int],
) -> dict[str, Any]:
    told = _described(workspace, sent, info)
    accepted = {profile: known.outcomes(info, profile) for profile in ("intel", "amd")}
    if not accepted["intel"]:
        raise NoVector(NO_GOLDEN)
    if not known.differs(info):
        del accepted["amd"]
    found = vector(spec, info, told, accepted)
    memory = {f"{at:#x}": pool.setdefault(page, len(pool)) for at, page in pages(told)}
    return {**found, "memory": memory}


def _described(workspace: Workspace, sent: Mapping[str, bytes], info: CaseInfo) -> Description:
    if info.case in every.UNTOLD or info.case not in sent:
        raise NoVector(every.UNTOLD.get(info.case, every.NOT_DESCRIBED))
    return every.described(workspace.images[info.file], info, sent[info.case])
