"""Releases of emulators that lie unpacked below .engines: which there are, and how one is started."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

FOLDER = ".engines"
MANIFEST = "release.json"  # written last: a tree without one is half a tree
ROOT = "root"
NPM = "npm"
WILD = "*?["


@dataclass(frozen=True)
class Manifest:
    """What is known of an unpacked release. Paths are relative to its root/, so a checkout may be moved."""

    kind: str
    version: str  # as the emulator itself says it
    package: str  # Debian's version, or npm's
    suite: str  # of Debian, or NPM
    program: str
    loader: str = ""  # of npm's packages there is none
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tree:
    """One release, with its own libraries and their loader."""

    folder: Path
    manifest: Manifest

    @property
    def root(self) -> Path:
        return self.folder / ROOT

    @property
    def program(self) -> Path:
        return self.root / self.manifest.program

    @property
    def name(self) -> str:
        return f"{self.manifest.kind}@{self.manifest.version}"

    def values(self) -> dict[str, str]:
        """For the braces in an engine's file."""
        library = next(iter(self.manifest.libraries), "")
        return {"tree": str(self.root), "lib": str(self.root / library)}

    def command(self) -> tuple[str, ...]:
        """Starts the program by the loader that came with it: the system's may be too old for it."""
        if not self.manifest.loader:
            return (str(self.program),)
        libraries = ":".join(str(self.root / folder) for folder in self.manifest.libraries)
        loader = str(self.root / self.manifest.loader)
        return (loader, "--inhibit-cache", "--library-path", libraries, str(self.program))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")


def read_tree(folder: Path) -> Tree | None:
    """None where it isn't whole."""
    try:
        table: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        table["libraries"] = tuple(table["libraries"])
        manifest = Manifest(**table)
        tree = Tree(folder, manifest)
        parts = [tree.program, *([tree.root / manifest.loader] if manifest.suite != NPM else [])]
        whole = bool(manifest.libraries or manifest.suite == NPM) and all(path.is_file() for path in parts)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return tree if whole else None


def installed(folder: Path, kind: str = "") -> list[Tree]:
    """The whole trees in the folder .engines, the oldest release of each emulator first."""
    from trapframe.engines.version import order

    found = [tree for path in sorted(folder.glob("*@*")) if (tree := read_tree(path))]
    mine = [tree for tree in found if kind in ("", tree.manifest.kind)]
    return sorted(mine, key=lambda tree: (tree.manifest.kind, order(tree.manifest.version)))


def halves(folder: Path) -> list[Path]:
    """What an installation that was ended left behind."""
    return [path for path in sorted(folder.glob("*@*")) if path.is_dir() and not read_tree(path)]


def tree_of(program: Path) -> Tree | None:
    """The tree that a program belongs to, if any."""
    for parent in program.parents:
        if parent.name == ROOT and (parent.parent / MANIFEST).is_file():
            return read_tree(parent.parent)
    return None


def is_release(version: str, wanted: str) -> bool:
    """10.0 means any 10.0.x; with a wildcard, any that it matches."""
    if any(letter in wanted for letter in WILD):
        return fnmatchcase(version, wanted)
    return version == wanted or version.startswith(f"{wanted}.")


def newest(versions: Sequence[str]) -> str:
    from trapframe.engines.version import order

    return max(versions, key=order)
