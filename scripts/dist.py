#!/usr/bin/python3
"""`make dist`: a release, an archive in which a run needs Python and the emulators alone; docs/ci.md.

dist.py FOLDER [FAMILY...]; without families it has all. The same commit and compiler give the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from trapframe import __version__  # noqa: E402
from trapframe.suite import case  # noqa: E402
from trapframe.suite.revision import commit  # noqa: E402
from trapframe.suite.workspace import open_workspace  # noqa: E402
from trapframe.system.folders import RELEASE, build_folder  # noqa: E402

TAKEN = ("CHANGELOG.md", "LICENSE", "README.md", "action.yml", "docs", "engines", "runner.py", "trapframe")
OF_FAMILIES = ("cases", "expected")
LEFT_OUT = ("docs/generated/sample-report/",)
BUILT = ("*.rom", "launcher/*.so", "engines/*.boot", "engines/*.so")


def ask_git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def sources(families: set[str]) -> Iterator[tuple[str, Path]]:
    for name in ask_git("ls-files", "-z", *TAKEN, *OF_FAMILIES).split("\0")[:-1]:
        head, family, *_ = (*name.split("/"), "", "")
        if head in OF_FAMILIES and families and family not in families | {"quirks", "sweeps"}:
            continue
        if not name.startswith(LEFT_OUT):
            yield name, ROOT / name


def built(families: set[str]) -> Iterator[tuple[str, Path]]:
    folder = build_folder(ROOT)
    for pattern in BUILT:
        yield from ((f"build/{path.relative_to(folder)}", path) for path in folder.glob(pattern))
    for source in (ROOT / "sweeps").glob("*.c"):
        yield f"build/sweeps/{source.stem}.rom", folder / f"sweeps/{source.stem}.rom"
    for file in case.sources(ROOT):
        if not families or file.partition("/")[0] in families:
            yield f"build/{file}.rom", folder / f"{file}.rom"


def archive(root: str, files: dict[str, bytes], programs: set[str], when: int) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            entry = tarfile.TarInfo(f"{root}/{name}")
            entry.size, entry.mtime, entry.mode = len(files[name]), when, 0o755 if name in programs else 0o644
            tar.addfile(entry, io.BytesIO(files[name]))
    return gzip.compress(content.getvalue(), 9, mtime=0)


def main(target: str, *families: str) -> None:
    open_workspace(ROOT, 1, images=False)  # the index as the ROMs are
    taken = dict((*sources(set(families)), *built(set(families))))
    files = {name: path.read_bytes() for name, path in taken.items()}
    roms = {name.removeprefix("build/").removesuffix(".rom") for name in files if name.endswith(".rom")}
    files["build/index.json"] = case.released((build_folder(ROOT) / "index.json").read_bytes(), roms)
    made_of = commit(ROOT) or ""
    told = {"version": __version__, "commit": made_of}
    files[RELEASE] = json.dumps(told).encode() + b"\n"
    programs = {name for name, path in taken.items() if os.access(path, os.X_OK) and name[-4:] != ".rom"}
    root = f"trapframe-{__version__}-{made_of[:12]}{made_of[40:]}"
    path = Path(target) / f"{root}.tar.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(archive(root, files, programs, int(ask_git("log", "-1", "--format=%ct"))))
    print(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
