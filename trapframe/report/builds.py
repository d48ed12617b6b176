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
        return dict(zip(builds, _shortest([PurePath(one.path).parts for one in builds.values()])))
    if len({one.sha256 for one in builds.values()}) == len(builds):
        return {engine_id: one.sha256[:DIGITS] for engine_id, one in builds.items()}
    return {}


def _shortest(paths: Sequence[tuple[str, ...]]) -> list[str]:
    ends = zip(*(reversed(parts) for parts in paths))
    shared = sum(1 for _ in takewhile(lambda parts: len(set(parts)) == 1, ends))
    found = []
    for own in (parts[: len(parts) - shared] for parts in paths):
        lengths = (n for n in range(1, len(own)) if sum(_ends(parts, own[-n:], shared) for parts in paths) == 1)
        found.append(str(PurePath(*own[-next(lengths, len(own)) :])) if own else "/")
    return found


def _ends(parts: tuple[str, ...], end: tuple[str, ...], shared: int) -> bool:
    return parts[: len(parts) - shared][-len(end) :] == end
