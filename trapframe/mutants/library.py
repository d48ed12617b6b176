"""All mutants of the specification as one library."""

from __future__ import annotations

import ctypes as c
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trapframe.mutants.calls import OF_A_KIND, Calls, Kept
from trapframe.mutants.operators import Mutant, mutants_of
from trapframe.mutants.source import PRELUDE, Writer, variables
from trapframe.mutants.syntax import parse
from trapframe.spec import VENDORS, Event, Machine, Outcome, Pending, Reader, Specification

# A variable that a mutant leaves without a value has one and the same each time.
FLAGS = (
    "-std=gnu11",
    "-O1",
    "-w",
    "-ffreestanding",
    "-fPIC",
    "-shared",
    "-ftrivial-auto-var-init=zero",
    "-include",
    "mutants.h",
)
REPLAY = Path(__file__).with_name("replay.c")
NONE = -1
WORD = 8  # bytes: no access is wider


class NoEnd(Exception):
    """A mutant's program runs on behind the end of the specification's own."""


class Mutants(Specification):
    """The specification, or the mutant that was set."""

    def __init__(self, path: Path, count: int, of_a_kind: int) -> None:
        super().__init__(path)
        self.steps = 0  # instruction boundaries so far
        self.most = 0  # of them; 0: it isn't said
        self._mutant = c.c_int.in_dll(self.library, "spec_mutant")
        intel, amd = (super(Mutants, self).machine(vendor, lambda at, size: 0).choice for vendor in VENDORS)
        self._vendors_choices = sum(
            1 << bit for bit, (one, other) in enumerate(zip(intel, amd)) if one != other
        )
        self.library = self.calls = Calls(self.library, count, of_a_kind)  # type: ignore[assignment]

    def machine(self, vendor: str, read: Reader) -> Machine:
        return super().machine(vendor, self.calls.reader(lambda at, size: read(at, min(size, WORD))))

    def boundary(self, machine: Machine, pending: Pending) -> tuple[Event | None, Outcome]:
        self.steps += 1
        if self.most and self.steps > self.most:
            raise NoEnd
        return super().boundary(machine, pending)

    def vendors_differ(self) -> bool:
        """Whether the latest run that was kept asked a choice that isn't the same on both profiles."""
        return bool(self.calls.asked & self._vendors_choices)

    def begin(self, mutant: int, most: int) -> None:
        """A run of this mutant, with so many steps."""
        self._mutant.value = mutant
        self.steps, self.most = 0, most

    @contextmanager
    def kept(self) -> Iterator[list[Kept]]:
        """A run of the specification itself, whose calls are kept."""
        self.begin(NONE, 0)
        self.calls.is_kept, self.calls.made, self.calls.asked = True, [], 0
        try:
            yield self.calls.made
        finally:
            self.calls.is_kept = False


@dataclass(frozen=True)
class Built:
    mutants: Sequence[Mutant]
    library: Mutants


def sources(root: Path) -> list[Path]:
    return [*sorted((root / "spec").glob("*.c")), root / "spec/internal.h"]


def all_mutants(root: Path) -> dict[Path, list[Mutant]]:
    found = {}
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        found[path] = mutants_of(path.name, text, *parse(text))
    return found


def build(
    root: Path,
    folder: Path,
    wanted: Callable[[Mutant], bool] = lambda _: True,
    of_a_kind: int = OF_A_KIND,
) -> Built:
    """In `folder`, which is there. `of_a_kind`: how many calls that reach the same mutants are kept."""
    numbered: list[Mutant] = []
    for path, mutants in all_mutants(root).items():
        chosen = [one for one in mutants if wanted(one)]
        own = {len(numbered) + number: one for number, one in enumerate(chosen)}
        numbered += chosen
        (folder / path.name).write_text(
            Writer(path.read_text(encoding="utf-8"), own).file(), encoding="utf-8"
        )
    (folder / "spec.h").write_bytes((root / "spec/spec.h").read_bytes())
    (folder / "replay.c").write_bytes(REPLAY.read_bytes())
    (folder / "mutants.h").write_text(PRELUDE, encoding="utf-8")
    (folder / "mutants.c").write_text(variables(len(numbered)), encoding="utf-8")
    files = sorted(path.name for path in folder.glob("*.c"))
    subprocess.run(["gcc", *FLAGS, *files, "-o", "mutants.so"], cwd=folder, check=True)
    return Built(numbered, Mutants(folder / "mutants.so", len(numbered), of_a_kind))
