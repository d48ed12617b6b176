"""Before a run: all that it needs and this system hasn't, at once."""

from __future__ import annotations

import os
from pathlib import Path

from trapframe.engines.description import default_kinds, is_here, load_table
from trapframe.suite import case
from trapframe.system import needs
from trapframe.system.folders import build_folder, release_of
from trapframe.system.needs import Need

STORED = "report, compare and merge, which read stored reports"


class Lacking(Exception):
    """A run can't begin."""

    exit_code = 2


def require(root: Path, default_engines: bool) -> None:
    """Engines that the command line names are looked for by what reads it."""
    rows = needs.read()
    lacking = [] if release_of(root) else needs.missing(rows, "run")
    builders = needs.missing(rows, "build")
    if builders and not _built(root):  # to look for each ROM takes longer
        lacking += builders
    folder = root / "engines"
    default = default_kinds(folder) if default_engines else []
    here = [kind for kind in default if is_here(kind, folder)]
    absent = [kind for kind in default if kind not in here]
    if lacking or absent:
        raise Lacking(_text(folder, lacking, absent, here))


def _built(root: Path) -> bool:
    folder = build_folder(root)
    return all(os.path.exists(f"{folder}/{file}.rom") for file in case.sources(root))


def _text(folder: Path, lacking: list[Need], absent: list[str], here: list[str]) -> str:
    lines = [(need.name, need.purpose, need.mend) for need in lacking]
    lines += [(f"engine {kind}", *_of_engine(folder, kind)) for kind in absent]
    width = max(len(name) for name, _, _ in lines)
    without = STORED if lacking or not here else f"./runner.py all -e {' -e '.join(here)}"
    return "\n".join(
        [
            "a run needs what isn't here:",
            *(f"    {name:<{width}}  {purpose}; {mend}" for name, purpose, mend in lines),
            "`make setup` installs it, `./runner.py doctor` tells what else there is and isn't",
            f"what works without it: {without}",
        ]
    )


def _of_engine(folder: Path, kind: str) -> tuple[str, str]:
    table = load_table(folder / f"{kind}.toml")
    return table.get("about", "an emulator"), table.get("install", f"see {folder / f'{kind}.toml'}")
