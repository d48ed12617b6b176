"""Tells two builds of one version of an emulator apart by where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import PurePath

from trapframe.model import EngineId

DIGITS = 8  # of a hash


def places(engines: Mapping[str, EngineId]) -> dict[str, str]:
    """By engine id, the shortest part of its path that no other build of the same name and version has."""
    alike: dict[tuple[str, str], dict[str, EngineId]] = {}
    for engine_id, known in engines.items():
        alike.setdefault((plain(engine_id), known.version), {})[engine_id] = known
    return {
        engine_id: place
        for group in alike.values()
        if len(group) > 1
        for engine_id, place in _apart(group).items()
    }


def plain(engine_id: str) -> str:
    """qemu, where qemu#2 is the second build of that name."""
    return engine_id.partition("#")[0]


def _apart(builds: Mapping[str, EngineId]) -> dict[str, str]:
    if len({one.path for one in builds.values()}) == len(builds):
        return dict(zip(builds, _shortest([PurePath(one.path) for one in builds.values()])))
    if len({one.sha256 for one in builds.values()}) == len(builds):
        return {engine_id: one.sha256[:DIGITS] for engine_id, one in builds.items()}
    return {}


def _shortest(paths: Sequence[PurePath]) -> list[str]:
    """What all end with is left out, but for one name of each."""
    ends = zip(*(reversed(path.parts) for path in paths))
    shared = sum(1 for _ in takewhile(lambda names: len(set(names)) == 1, ends))
    shared = min(shared, *(len(path.relative_to(path.anchor).parts) - 1 for path in paths))
    rests = [path.parts[: len(path.parts) - shared] for path in paths]
    found = []
    for own in rests:
        lengths = (n for n in range(1, len(own)) if sum(rest[-n:] == own[-n:] for rest in rests) == 1)
        found.append(str(PurePath(*own[-next(lengths, len(own)) :])))
    return found
