"""`make mutate-sweeps`: of which mutants of the specification in the guest the sweeps take notice."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from trapframe.engines import launcher
from trapframe.mutants import reasons
from trapframe.mutants.library import all_mutants
from trapframe.mutants.operators import Mutant
from trapframe.mutants.reasons import Book, OF_SWEEPS
from trapframe.pages.mutants import NOT_EXPLAINED
from trapframe.runs.choice import Chosen, choose_engines
from trapframe.suite import build
from trapframe.sweep import walk
from trapframe.sweep.rom import Part
from trapframe.sweep.walk import Ends, QUICK, STEP, Sweep, Walked
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT, build_folder

PAGE = Path("docs/generated/sweep-strength.md")
ENGINES = ("qemu", "bochs")  # the second one where the first sees nothing: it is slower, and checks more
SECONDS = 30.0
KINDS = ("expression", "statement")  # which are a change of the text, and nothing else
FIRST = ("gates", "iret")  # the sweeps that the most rules are of
FILES = ("deliver.c", "memory.c", "return.c")  # of whose rules one mutant each is taken

HEAD = """\
# What sweeps see of mistakes in the specification

Written by `make mutate-sweeps`. Of each rule that deliveries and returns go through, one [mutant](mutants.md)
is the guest's prediction in place of the specification. A sweep sees it where its quick tier shows other
classes, or other counts, than with the specification itself: on QEMU, or on Bochs where QEMU shows none. What
no sweep sees is of a state that no sweep has, of a rule that neither emulator keeps, or the same program.
"""

WHY = {
    "same": "The same program",
    "open": "The manual leaves it open",
    "outside": "No state of a sweep shows it",
    "case": "A golden file states it",
}


@dataclass(frozen=True)
class Seen:
    mutant: Mutant
    by: str  # the first sweep that sees it, and where; or nothing


def sample(root: Path) -> list[tuple[Path, Mutant]]:
    """One of each rule: by its name, so that others may come and go."""
    places: dict[tuple[Path, str], list[Mutant]] = defaultdict(list)
    for path, mutants in all_mutants(root).items():
        if path.name in FILES:
            for one in mutants:
                if one.kind in KINDS and not one.place.startswith(path.name):  # not a function's
                    places[path, one.place].append(one)
    return [
        (path, min(ones, key=lambda one: hashlib.sha256(one.id.encode()).digest()))
        for (path, _), ones in sorted(places.items())
    ]


def mutated(text: str, mutant: Mutant) -> str:
    for edit in sorted(mutant.edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class Hunt:
    """With a folder for mutated sources, and what each sweep finds with the specification itself."""

    def __init__(self, root: Path, folder: Path, names: Sequence[str]) -> None:
        self.root, self.folder = root, folder
        self.spec = copytree(root / "spec", folder / "spec")
        self.engines = choose_engines(root, [f"{one}:intel" for one in ENGINES], SECONDS)
        libraries = build_folder(root) / launcher.FOLDER
        self.launchers = libraries if libraries.is_dir() else None
        roms = build.sweep_roms(root, names, 1)
        self.sweeps = [
            walk.describe(name, roms[name], self.engines[0], SECONDS, self.launchers) for name in names
        ]
        self.before = {
            one.id: witnesses({sweep.name: self.walk(one, sweep, sweep.base) for sweep in self.sweeps})
            for one in self.engines
        }

    def walk(self, engine: Chosen, sweep: Sweep, base: bytes, ends: Ends = Ends()) -> Walked | None:
        """None: it isn't walked to its end."""
        rows = sweep.rows(QUICK)
        parts = [(Sweep(sweep.name, base, sweep.told), Part(0, rows, rows, STEP))]
        (found,) = walk.walk(parts, [engine], 1, SECONDS, self.launchers, ends=ends).values()
        return found if isinstance(found, Walked) else None

    def seen_by(self, path: Path, mutant: Mutant) -> str:
        original = path.read_text(encoding="utf-8")
        (self.spec / path.name).write_text(mutated(original, mutant), encoding="utf-8")
        try:  # one after the other: most are seen by the first
            return next(
                (
                    f"`{sweep.name}` on {one.label}"
                    for one in self.engines
                    for sweep in self.sweeps
                    if self.differs(one, sweep, self.build(sweep.name))
                ),
                "",
            )
        finally:
            (self.spec / path.name).write_text(original, encoding="utf-8")

    def differs(self, engine: Chosen, sweep: Sweep, base: bytes) -> bool:
        before = self.before[engine.id][sweep.name]
        found = self.walk(engine, sweep, base, Ends(before.hangs + 1, before.crashes + 1))
        return found is None or found.counts.classes != before.counts.classes

    def build(self, name: str) -> bytes:
        rom = self.folder / "build" / "sweeps" / f"{name}.rom"
        small = ["SWEEP_WARNINGS=-w -Os", "FASTER="]  # a mutant may be longer, and there is little room
        words = [f"BUILD={self.folder / 'build'}", f"SPEC={self.spec}", *small]
        subprocess.run(["make", "-s", *words, str(rom)], cwd=self.root, check=True)
        return rom.read_bytes()


def witnesses(before: Mapping[str, Walked | None]) -> dict[str, Walked]:
    """What isn't walked with the specification itself would seem to see each mistake."""
    if lost := [name for name, walked in before.items() if walked is None]:
        raise SystemExit(
            f"mutate-sweeps: {', '.join(lost)} isn't walked to its end: it can't tell a mistake from none"
        )
    return {name: walked for name, walked in before.items() if walked is not None}


def page(found: Sequence[Seen], book: Book) -> str:
    seen = [one for one in found if one.by]
    lines = [HEAD, f"{len(seen)} of {len(found)} are seen.", "", "## Seen", ""]
    lines += ["| rule | mutant | first seen by |", "|---|---|---|"]
    lines += [f"| {one.mutant.place} | {_cell(one.mutant.name)} | {one.by} |" for one in seen]
    lines += ["", "## Unseen", "", *_unseen(found, book), ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _unseen(found: Sequence[Seen], book: Book) -> Iterator[str]:
    for one in found:
        if not one.by:
            reason = book.reason(one.mutant.id)
            why = f"{WHY[reason.kind]}. {reason.why}" if reason else NOT_EXPLAINED
            yield f"- {one.mutant.place}: `{one.mutant.name}`: {why}"


def problems(found: Sequence[Seen], book: Book) -> list[str]:
    return book.problems([one.mutant.id for one in found if not one.by], OF_SWEEPS)


def main(root: Path = ROOT) -> int:
    book = Book(reasons.read((root / OF_SWEEPS).read_text(encoding="utf-8"), OF_SWEEPS))
    names = [path.stem for path in sorted((root / "sweeps").glob("*.c"))]
    names.sort(key=lambda name: name not in FIRST)
    with TemporaryDirectory() as folder:
        hunt = Hunt(root, Path(folder), names)
        found = []
        for path, mutant in sample(root):
            found.append(Seen(mutant, hunt.seen_by(path, mutant)))
            print(f"{found[-1].by or '-':30} {mutant.id}", flush=True)
    write_atomically(root / PAGE, page(found, book).encode())
    wrong = problems(found, book)
    for line in wrong:
        print(f"mutate-sweeps: {line}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
