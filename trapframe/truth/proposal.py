"""The section that a record would pass, with all lines of the present one that it passes already."""

from __future__ import annotations

from dataclasses import replace

from trapframe.frames import environment, symbol
from trapframe.frames.facts import observe
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo, End, EngineId, Record, Verdict
from trapframe.truth import expect
from trapframe.truth.expect import Expect, Field, GoldenFile, Outcome, Section
from trapframe.truth.expected import section_name
from trapframe.truth.golden import FILL_IN
from trapframe.truth.judge import judge
from trapframe.truth.wants import outcome_from_record, want

ANY_ENGINE = EngineId("", "", "", "intel", "", "")


def observed(info: CaseInfo, record: Record) -> Section:
    """What came, whatever stands in the golden file."""
    names = symbol.symbols(info, record)
    outcome = outcome_from_record(record, names)
    fields = tuple(_as_declared(entry, info, names) for entry in outcome.fields)
    return Section(section_name(info), False, (Field("spec", Expect(info.spec)),), (Outcome(fields),))


def _as_declared(entry: Field, info: CaseInfo, names: Symbols) -> Field:
    """Of the names that the saved RIP has, the one in the case's source."""
    declared = names.addresses.get(info.saved_rip)
    ip = f"frame 1.{environment.of(info.env).ip}"
    if entry.name != ip or symbol.resolve_address(names, entry.expect.text) != declared:
        return entry
    return replace(entry, expect=Expect(f"{info.saved_rip}+0x0"))


def propose(info: CaseInfo, record: Record, end: End, old: Section | None) -> Section:
    """The present section itself where the record passes it."""
    came = observed(info, record)
    new = tuple(_writable(entry, info) for entry in came.outcomes[0].fields)
    if old is None:
        return replace(came, outcomes=(Outcome(new),))
    accepted = expect.outcomes(GoldenFile("", (old,)), old.name, "intel")
    if judge(info, record, end, accepted, (), ANY_ENGINE).verdict is Verdict.PASS:
        return old
    return replace(old, outcomes=(Outcome(_merged(record, symbol.symbols(info, record), old, new)),))


def _merged(record: Record, names: Symbols, old: Section, new: tuple[Field, ...]) -> tuple[Field, ...]:
    """The old line where it holds, else the new one below what stood above the old one."""
    facts = observe(record, names)
    said = {entry.name: entry for entry in old.outcomes[0].fields}

    def holds(was: Field, now: Expect | None) -> bool:
        if was.name in facts:
            return want(was.name, was.expect, record, names).matches(facts[was.name])
        return was.expect == now  # `gprs`, `segments`, a block's heading

    merged = []
    for entry in new:
        was = said.get(entry.name, entry)
        merged.append(was if holds(was, entry.expect) else replace(entry, comments=was.comments))
    there = {entry.name for entry in new}
    for was in said.values():  # a register that is as at the start, of which the section says more
        if was.name not in there and holds(was, None):
            merged.insert(place(was.name, [entry.name for entry in merged], list(facts)), was)
    return tuple(merged)


def place(name: str, names: list[str], order: list[str]) -> int:
    """Behind `gprs` or `segments`, and behind the registers that come before it."""
    block, _, register = name.partition(".")
    head = f"{block}.{register.partition('.')[0]}s"
    before = {head, *order[: order.index(name)]}
    return 1 + max(at for at, other in enumerate(names) if other in before)


def _writable(entry: Field, info: CaseInfo) -> Field:
    """What a golden file can't state, or mustn't, its author has to explain."""
    why = ""
    if entry.name.endswith(".above") and entry.expect.text != "kept":
        why = f"what wrote {entry.expect.text} above the frame"
    if entry.name == f"frame 1.{environment.of(info.env).ip}" and info.saved_rip == "undefined":
        why = "which sentence leaves it undefined"
    return replace(entry, expect=Expect("any", None, f"{FILL_IN}: {why}")) if why else entry
