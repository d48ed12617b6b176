"""Several releases of one emulator, read from left to right: which is the older one, and what shows where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trapframe.engines.version import order
from trapframe.model import EngineId, Verdict
from trapframe.report import builds
from trapframe.report.loaded import Result

CAME, STAYS, GONE = "came with a later release", "in every release", "gone in the newest"
LIVES = (CAME, STAYS, GONE, "")


def in_order(engines: Mapping[str, EngineId]) -> list[str]:
    """The ids: each emulator where its first one stands, its releases from the oldest to the newest."""
    first: dict[tuple[str, str], int] = {}
    for known in engines.values():
        first.setdefault(_series(known), len(first))
    return sorted(engines, key=lambda one: (first[_series(engines[one])], order(engines[one].version)))


def older(engines: Mapping[str, EngineId]) -> dict[str, str]:
    """For each engine, the one with the release before its own."""
    found = {}
    ids = in_order(engines)
    for before, after in zip(ids, ids[1:]):
        one, other = engines[before], engines[after]
        if _series(one) == _series(other) and order(one.version) < order(other.version):
            found[after] = before
    return found


def _series(known: EngineId) -> tuple[str, str]:
    return known.kind, known.profile


@dataclass(frozen=True)
class Line:
    """One known deviation: in how many cases each release shows it."""

    quirk: str
    counts: tuple[int, ...]
    life: str  # how it goes over the releases; empty where there is only one

    @property
    def marks(self) -> list[str]:
        """How each release is drawn: it shows, it didn't yet, or it doesn't any more."""
        first = next((at for at, count in enumerate(self.counts) if count), len(self.counts))
        return ["seen" if n else "before" if at < first else "after" for at, n in enumerate(self.counts)]


@dataclass(frozen=True)
class Timeline:
    """All known deviations of one emulator that show in a run, whatever the profile."""

    kind: str
    releases: tuple[str, ...]
    lines: tuple[Line, ...]


def timelines(engines: Mapping[str, EngineId], results: Iterable[Result]) -> list[Timeline]:
    places = builds.places(engines)
    release = {one: f"{known.version} {places.get(one, '')}".strip() for one, known in engines.items()}
    seen: dict[tuple[str, str], dict[str, set[str]]] = {}  # cases, by emulator and quirk, then by release
    for result in results:
        known = engines[result.engine_id]
        for quirk in result.quirks if result.verdict != Verdict.FIXED.value else ():
            cases = seen.setdefault((known.kind, quirk), {}).setdefault(release[result.engine_id], set())
            cases.add(result.case)
    found = []
    for kind in dict.fromkeys(one.kind for one in engines.values()):
        columns = {release[one] for one, known in engines.items() if known.kind == kind}
        releases = sorted(columns, key=lambda one: (order(one.partition(" ")[0]), one))
        lines = [_line(one, releases, cases) for (of, one), cases in sorted(seen.items()) if of == kind]
        lines.sort(key=lambda line: (LIVES.index(line.life), -max(line.counts)))
        if lines:
            found.append(Timeline(kind, tuple(releases), tuple(lines)))
    return found


def _line(quirk: str, releases: Sequence[str], cases: Mapping[str, set[str]]) -> Line:
    counts = tuple(len(cases.get(release, ())) for release in releases)
    if len({release.partition(" ")[0] for release in releases}) == 1:
        return Line(quirk, counts, "")
    return Line(quirk, counts, GONE if not counts[-1] else STAYS if all(counts) else CAME)
