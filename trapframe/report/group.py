"""Failures by what differs: one cause, one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trapframe.frames import decode
from trapframe.model import Verdict
from trapframe.report.json import unexplained
from trapframe.truth.verdicts import GREEN

NAMED = 3  # differences of one cause
TEXT = 120  # characters of one
NUMBER = re.compile(r"0x[0-9a-f]+")
BLOCK = re.compile(r"frame \d+\.")
OWN = tuple(  # of one case, in messages of judge.py and record.py
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (r"^(sent) [\d,]+ bytes (that|before)", r"\1 bytes \2"),
        (r"(^|: )the same frame .* repeated \d+ times.*", r"\1the same frame again and again"),
        (r"^record of .*, expected .*", "the record of another case"),
        (r"(was interrupted by \S+) at 0x[0-9a-f]+", r"\1"),
        (r"\b(?:record )?line \d+: (.*)", r"a line of the record: \1"),
        (r"(a line of the record: expected .*?), got .*", r"\1"),
        (r"(a line of the record: expected .*) behind '.*", r"\1"),
        (r"\b(checksum|frame|gap at) [0-9a-f]+\b", r"\1"),
    )
)


@dataclass(frozen=True)
class Cause:
    """What one engine does in these cases."""

    engine: str
    verdict: str
    what: str
    cases: tuple[str, ...]

    @property
    def line(self) -> str:
        """`rflags.RF 1 -> 0: 83 cases, qemu 7.2.22`."""
        cases = f"{len(self.cases)} cases" if len(self.cases) > 1 else self.cases[0]
        return f"{self.verdict}: {self.what}: {cases}, {self.engine}"


def causes(report: Mapping[str, Any]) -> list[Cause]:
    """Of all that is red, the most frequent first."""
    labels = {one["id"]: label(one) for one in report["engines"]}
    found = Causes()
    for entry in report["results"]:
        found.add(entry, labels.get(entry["engine_id"], entry["engine_id"]))
    return found.ordered()


def label(engine: Mapping[str, Any]) -> str:
    """Its id and its version, unless the id has it."""
    return str(engine["id"]) if "@" in engine["id"] else f"{engine['id']} {engine['version']}"


class Causes:
    """Grows with the results."""

    def __init__(self) -> None:
        self._cases: dict[tuple[str, str, str], list[str]] = {}

    def add(self, entry: Mapping[str, Any], engine: str) -> bool:
        """Whether the result is red for the same reason as an earlier one."""
        if entry["verdict"] in GREEN:
            return False
        cases = self._cases.setdefault((engine, entry["verdict"], what(entry)), [])
        cases.append(entry["case"])
        return len(cases) > 1

    @property
    def count(self) -> int:
        """Of all red results."""
        return sum(map(len, self._cases.values()))

    def ordered(self) -> list[Cause]:
        grouped = [Cause(*key, tuple(sorted(cases))) for key, cases in self._cases.items()]
        return sorted(grouped, key=lambda cause: (-len(cause.cases), cause.cases))


def what(entry: Mapping[str, Any]) -> str:
    """The same text for the same difference, whatever the case and the frame."""
    if entry["verdict"] == Verdict.FIXED.value:
        return f"quirk {' '.join(entry['quirks'])} does not show any more"
    if entry["verdict"] != Verdict.FAIL.value or not entry["diff"]:
        return _general(str(entry["message"] or entry["end"]))[: NAMED * TEXT]
    diff = unexplained(entry["diff"])
    told = list(dict.fromkeys(text[:TEXT] for one in diff for text in _difference(one)))
    more = f", {len(told) - NAMED} more" if len(told) > NAMED else ""
    return ", ".join(told[:NAMED]) + more


def _general(message: str) -> str:
    """Without what is another number, place or byte in each case, and the same trouble."""
    for pattern, text in OWN:
        message = pattern.sub(text, message)
    return message


def _difference(one: Mapping[str, str]) -> Iterator[str]:
    name = BLOCK.sub("", one["field"])
    bits = decode.bits_of(name)
    numbers = [NUMBER.search(one[side]) for side in ("expected", "actual")]
    if bits and numbers[0] and numbers[1]:
        wanted, came = int(numbers[0][0], 16), int(numbers[1][0], 16)
        changed = [(bit, at) for bit, at in bits.items() if (wanted ^ came) >> at & 1]
        if (wanted ^ came) == sum(1 << at for _, at in changed):
            yield from (f"{name}.{bit} {wanted >> at & 1} -> {came >> at & 1}" for bit, at in changed)
            return
    yield f"{name} {_symbol(one['expected'])} -> {_symbol(one['actual'])}"


def _symbol(text: str) -> str:
    """Without the number behind a name."""
    return text.partition(" (")[0]
