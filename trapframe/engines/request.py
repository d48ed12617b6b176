"""What -e asks for: which engine, of which release, as which processor, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trapframe.engines.description import kinds
from trapframe.engines.engine import Engine, EngineError


@dataclass(frozen=True)
class Request:
    """What -e asks for."""

    name: str  # all before '='
    kind: str
    profile: str | None
    path: str | None
    release: str = ""  # behind '@', a wildcard perhaps
    source: Path | None = None  # its file, where that is not in engines/


def read_request(text: str, folder: Path, files: Sequence[Path] = ()) -> Request:
    """qemu, qemu:amd, qemu=/path, qemu:amd=/path, qemu@10.0, qemu@10.0:amd, qemu@*.

    `files` are engine files that aren't in the folder.
    """
    name, equals, path = text.partition("=")
    which, colon, profile = name.partition(":")
    kind, at, release = which.partition("@")
    sources = {file.stem: file for file in files}
    known = sorted({*kinds(folder), *sources})
    if kind not in known:
        here = f"{', '.join(known)} ({folder}/*.toml); --engine-file for another"
        raise EngineError(f"-e {text}: no engine {kind!r}; there is {here}")
    if (equals and not path) or (colon and not profile):
        raise EngineError(f"-e {text}: expected {kind}, {kind}:PROFILE, {kind}=/PATH or {kind}:PROFILE=/PATH")
    if at and (equals or not release):
        raise EngineError(
            f"-e {text}: expected {kind}@RELEASE, such as {kind}@10.0 or '{kind}@*', without a path"
        )
    return Request(name, kind, profile or None, path or None, release, sources.get(kind))


def unique_ids(engines: Sequence[Engine]) -> tuple[str, ...]:
    """A name for each engine that no other has: two builds of one emulator may be asked for by one name."""
    seen: dict[str, int] = {}
    ids = []
    for engine in engines:
        seen[engine.id.name] = count = seen.get(engine.id.name, 0) + 1
        ids.append(engine.id.name if count == 1 else f"{engine.id.name}#{count}")
    return tuple(ids)
