"""Why no golden file sees a mutant, docs/data/mutants.toml, or no sweep, docs/data/sweep-mutants.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

REASONS = Path("docs/data/mutants.toml")
OF_SWEEPS = Path("docs/data/sweep-mutants.toml")
# same: no state that a program can be in shows a difference. open: the manual leaves it so.
# outside: only a machine shows one that no case has. case: a golden file states it, of a program
# that the prediction doesn't follow.
KINDS = ("same", "open", "outside", "case")


class ReasonError(ValueError):
    """The file isn't what it has to be."""


@dataclass(frozen=True)
class Reason:
    """`mutants`: names, with * for anything."""

    mutants: tuple[str, ...]
    kind: str
    why: str

    def patterns(self) -> Iterable[tuple[str, re.Pattern[str]]]:
        for name in self.mutants:
            yield name, re.compile(".*".join(map(re.escape, name.split("*"))))


def read(text: str, file: Path = REASONS) -> list[Reason]:
    found = []
    for entry in tomllib.loads(text).get("unseen", []):
        if set(entry) != {"mutants", "kind", "why"} or entry["kind"] not in KINDS or not entry["mutants"]:
            raise ReasonError(f"{file}: an entry needs mutants, kind ({', '.join(KINDS)}), and why: {entry}")
        found.append(Reason(tuple(entry["mutants"]), entry["kind"], entry["why"]))
    return found


class Book:
    """The reasons, asked by a mutant's name."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self._patterns = [(name, pattern, one) for one in reasons for name, pattern in one.patterns()]

    def reason(self, mutant: str) -> Reason | None:
        return next((one for _, pattern, one in self._patterns if pattern.fullmatch(mutant)), None)

    def needless(self, unseen: Sequence[str]) -> list[str]:
        """Names that fit none of these."""
        return [name for name, pattern, _ in self._patterns if not any(map(pattern.fullmatch, unseen))]

    def problems(
        self, unseen: Sequence[str], file: Path = REASONS, listed: Collection[str] = ()
    ) -> list[str]:
        """What isn't explained, but for the `listed`, and what explains nothing. `file`: of the reasons."""
        return [
            *(
                f"not seen, nor explained: {name}"
                for name in unseen
                if not self.reason(name) and name not in listed
            ),
            *(f"{file}: explains nothing: {name}" for name in self.needless(unseen)),
        ]
