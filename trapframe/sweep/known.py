"""The known differences of an engine: expected/sweeps/ENGINE.toml says what sweeps see of each quirk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from trapframe.engines.version import comparisons, in_range
from trapframe.model import EngineId
from trapframe.sweep.told import NONE, Difference
from trapframe.system.tables import Tables
from trapframe.truth import quirk_file
from trapframe.truth.quirk import Quirk
from trapframe.truth.quirk_file import PROFILES

KEYS = {
    "quirk",
    "id",
    "versions",
    "profiles",
    "sweeps",
    "what",
    "rules",
    "wanted",
    "differs",
    "reason",
    "full",
}


class KnownError(ValueError):
    """A file of known differences that can't be used."""

    exit_code = 5


@dataclass(frozen=True)
class Known:
    """One cause, and by which fields of which classes it shows."""

    id: str
    versions: tuple[tuple[str, str], ...]
    profiles: tuple[str, ...]
    sweeps: tuple[str, ...]
    whats: tuple[str, ...]
    rules: tuple[str, ...]  # of the instruction or of the delivery
    wanted: tuple[str, ...]  # vectors
    differs: tuple[str, ...]
    reason: str
    full: bool  # the quick tier doesn't come by
    own: bool = False  # no case has it

    def holds(self, sweep: str, engine: EngineId) -> bool:
        return (
            in_range(engine.version, self.versions)
            and engine.profile in self.profiles
            and _any(sweep, self.sweeps)
        )

    def explains(self, difference: Difference) -> set[str]:
        """Which of the fields that differ."""
        refusals = [rule for rule in difference.rules if rule != NONE] or [NONE]
        if not any(_any(rule, self.rules) for rule in refusals):
            return set()
        if not _any(difference.wanted, self.wanted) or not _any(difference.what, self.whats):
            return set()
        return {one for one in difference.differs if _any(one, self.differs)}


def _any(text: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(text, glob.replace("[", "[[]")) for glob in globs)


def load(root: Path, kind: str) -> tuple[Known, ...]:
    """Those of an engine; none where it has no file."""
    path = root / "expected" / "sweeps" / f"{kind}.toml"
    if not path.exists():
        return ()
    name = str(path.relative_to(root))
    try:
        table = Tables().load(name, path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise KnownError(f"{name}: expected TOML: {error}") from error
    quirks = {one.id: one for one in _quirks(root, kind)}
    entries = table.get("known", [])
    if set(table) - {"known"} or not isinstance(entries, list):
        raise KnownError(f"{name}: expected nothing but [[known]]")
    return tuple(_entry(name, entry, quirks) for entry in entries)


def _quirks(root: Path, kind: str) -> Iterable[Quirk]:
    folder = root / "expected" / "quirks"
    for path in (folder / f"{kind}.toml", *sorted((folder / kind).glob("*.toml"))):
        if path.exists():
            yield from quirk_file.read(path)


def _entry(name: str, entry: Mapping[str, object], quirks: Mapping[str, Quirk]) -> Known:
    identity = str(entry.get("quirk", entry.get("id", "without id")))

    def fail(what: str) -> KnownError:
        return KnownError(f"{name}: '{identity}': {what}")

    def texts(key: str, default: Sequence[str]) -> tuple[str, ...]:
        value = entry.get(key, list(default))
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            raise fail(f"expected a list of texts for '{key}', got {value!r}")
        return tuple(value)

    if unknown := set(entry) - KEYS:
        raise fail(f"unknown key '{min(unknown)}'; known are {' '.join(sorted(KEYS))}")
    if "quirk" in entry:
        if identity not in quirks:
            raise fail("no such quirk in expected/quirks; 'id', 'versions' and 'reason' make one of its own")
        if own := {"id", "versions", "reason", "profiles"} & set(entry):
            raise fail(f"'{min(own)}' stands with the quirk")
        quirk = quirks[identity]
        versions, profiles, reason = quirk.versions, quirk.profiles, quirk.reason
    else:
        if missing := {"id", "versions", "reason"} - set(entry):
            raise fail(f"expected 'quirk', or '{min(missing)}'")
        if identity in quirks:
            raise fail("it is a quirk's id: say quirk = ...")
        try:
            versions = comparisons(str(entry["versions"]))
        except ValueError as error:
            raise fail(str(error)) from error
        profiles, reason = texts("profiles", PROFILES), str(entry["reason"])
    if "differs" not in entry:
        raise fail("expected 'differs'")
    return Known(
        identity,
        versions,
        profiles,
        texts("sweeps", ["*"]),
        texts("what", ["*"]),
        texts("rules", ["*"]),
        texts("wanted", ["*"]),
        texts("differs", []),
        reason,
        bool(entry.get("full", False)),
        "quirk" not in entry,
    )
