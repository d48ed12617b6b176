"""What the project uses of a system: needs.tsv, by which scripts/setup.sh installs it, too."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

TABLE = Path(__file__).with_name("needs.tsv")
GROUPS = ("run", "build", "engine", "option", "check", "lint")
PLUGIN_FOLDERS = ("usr/lib/*/bochs/plugins", "usr/lib*/bochs/plugins")


@dataclass(frozen=True)
class Need:
    """A row of the table."""

    group: str
    what: tuple[str, ...]  # any of them will do
    packages: tuple[str, ...]  # any of them brings it
    purpose: str

    @property
    def name(self) -> str:
        """For a reader."""
        if self.what[0].endswith(".py"):
            return f"module {self.what[0].removesuffix('.py')}"
        return " or ".join(self.what)

    @property
    def mend(self) -> str:
        return f"apt-get install {' or '.join(self.packages)}"

    def found(self) -> str:
        """Where it is; nothing if it isn't there."""
        return next((place for place in map(_place, self.what) if place), "")


def _place(what: str) -> str:
    if what == "python3":
        return sys.executable
    if what.endswith(".py"):
        spec = find_spec(what.removesuffix(".py"))
        return str(spec.origin) if spec else ""
    if what.endswith(".so"):
        return _plugin(what)
    return shutil.which(what) or ""


def _plugin(what: str) -> str:
    """Only a packaged Bochs has its plugins in packages."""
    bochs = shutil.which("bochs") or ""
    if not re.match(r"(/usr)?/bin/", bochs):
        return bochs
    return next((str(path) for one in PLUGIN_FOLDERS for path in Path("/").glob(f"{one}/{what}")), "")


def read() -> tuple[Need, ...]:
    return tuple(_rows(TABLE.read_text(encoding="utf-8")))


def _rows(text: str) -> Iterator[Need]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            group, what, packages, purpose = line.split("\t")
            yield Need(group, tuple(what.split("|")), tuple(packages.split("|")), purpose)


def missing(needs: Sequence[Need], *groups: str) -> list[Need]:
    return [need for need in needs if need.group in groups and not need.found()]
