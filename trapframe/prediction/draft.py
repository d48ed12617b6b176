"""A golden section as the specification has it, from a case's set-up: what `draft` writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_

from trapframe.frames import environment, symbol, task
from trapframe.frames.environment import BASE, NARROW, STATE, TASK_FIELDS, VM86_FIELDS, Environment
from trapframe.frames.facts import PATTERN, Fact, observe, show, stack_pattern, unit
from trapframe.frames.symbol import SymbolError, Symbols
from trapframe.model import CaseInfo, Record
from trapframe.prediction.compare import Choices, ways
from trapframe.prediction.description import Description, Recorded
from trapframe.prediction.follow import LINE, VECTORS, Given, Run, start
from trapframe.prediction.machine import VM
from trapframe.prediction.processor import NotFollowed, Processor
from trapframe.spec import VENDORS, Specification
from trapframe.truth.agreement import check_agreement
from trapframe.truth.expect import Expect, Field, Outcome, Section
from trapframe.truth.expected import section_name
from trapframe.truth.golden import FILL_IN
from trapframe.truth.proposal import observed, place

ALL = 2**64 - 1
MARKED = f"what is marked {FILL_IN}"
DEFINITE = ("interrupts", "vector", "error", "end")  # another value of these is another outcome
UNDEFINED_CS_RIP = (
    'SDM 3A "Interrupt 8-Double Fault Exception (#DF)": the saved contents of CS and EIP are undefined'
)
UNDEFINED_RF = (
    'SDM 3B "Instruction-Breakpoint Exception Condition" says what RF is saved for faults, traps and '
    "interrupts, not for aborts"
)
RF_OF_A_TASK = (
    'SDM 3B "Instruction-Breakpoint Exception Condition" says what RF is pushed on a stack, and a task gate '
    "pushes no EFLAGS"
)
ACCESSED = 'SDM 3A "Accessed and Dirty Flags" doesn\'t say whether what is refused has used the entry'
CHOICES = {
    "ist_ss": 'SDM 3A "Interrupt Stack Table" forces SS to NULL, '
    'SDM 2A "INT n/INTO/INT3/INT1-Call to Interrupt Procedure" leaves it where CPL stays'
}


class DraftError(ValueError):
    """The case's source says what its record hasn't."""


@dataclass(frozen=True)
class Draft:
    """Of one case. A second section where AMD's manual makes another of it."""

    sections: tuple[Section, ...]
    left: tuple[str, ...] = ()  # what the author has to derive, or to settle


@dataclass(frozen=True)
class _Way:
    """What comes with some choices."""

    choices: Choices
    run: Run
    record: Record


def draft(spec: Specification, info: CaseInfo, told: Description) -> Draft:
    """What isn't known is marked so that golden.py refuses it."""
    names = symbol.symbols(info, told.head)
    _check_label(info, names)
    left: list[str] = []
    found: dict[str, tuple[Outcome, ...]] = {}
    for vendor in VENDORS:
        try:
            tried = list(_ways(spec, info, told, names, vendor))
        except NotFollowed as error:
            left.append(f"{error}, which the specification doesn't follow: all but what the case declares")
            found[vendor] = (_declared(info, told.head),)
            continue
        found[vendor] = _merged(info, [(way.choices, _outcome(info, way)) for way in tried], vendor)
        left += _left(tried)
    sections = tuple(_sections(info, found["intel"], found["amd"]))
    if not left and any(_is_left(one) for section in sections for one in section.outcomes):
        left.append(MARKED)
    left += check_agreement(info, sections[0])
    return Draft(sections, tuple(dict.fromkeys(left)))


def declared(info: CaseInfo, head: Record, why: str) -> Draft:
    """What the case itself says. `head`: the record's first lines, which have the names."""
    _check_label(info, symbol.symbols(info, head))
    section = _section(info, (_declared(info, head),), is_amd=False)
    return Draft((section,), (f"{why}: all but what the case declares",))


def _check_label(info: CaseInfo, names: Symbols) -> None:
    if info.saved_rip not in ("", "undefined"):
        try:
            symbol.resolve_address(names, f"{info.saved_rip}+0x0")
        except SymbolError as error:
            raise DraftError(f"cases/{info.file}.c: .saved_rip is '{info.saved_rip}': {error}") from error


def _ways(
    spec: Specification, info: CaseInfo, told: Description, names: Symbols, vendor: str
) -> Iterator[_Way]:
    """One for each combination of the open choices that are asked, the vendor's own first."""
    given = _given(info, names)
    done: list[Choices] = []
    waiting: list[Choices] = [{}]
    while waiting:
        choices = waiting.pop(0)
        done.append(choices)
        run = Run(
            spec,
            told,
            start(spec, vendor, told, choices, info.needs),
            lambda number: given if number == 1 else None,
        )
        yield _Way(choices, run, run.run())
        waiting += [more for more in ways(run.cpu.asked, choices, vendor) if more not in (*done, *waiting)]


def _given(info: CaseInfo, names: Symbols) -> Given | None:
    """The event that the case declares, for an instruction that isn't followed."""
    if info.outcome != "exception" or info.vector is None or info.saved_rip in ("", "undefined"):
        return None
    return Given(info.vector, info.error, symbol.resolve_address(names, f"{info.saved_rip}+0x0"), None)


def _left(tried: Iterable[_Way]) -> Iterator[str]:
    for way in tried:
        run = way.run
        if run.events:
            yield f"{run.events[0]}, which the specification doesn't follow: the event is the one declared"
        if run.stopped:
            number = len(run.frames) + 1
            yield f"{run.stopped}, which the specification doesn't follow: frame {number} and all behind it"
        elif run.told.reads_more or run.acted:
            yield "what the case's own code notes"


# ---- An outcome. ----


def _fill_in(what: str) -> Expect:
    return Expect("any", None, f"{FILL_IN}: {what}")


def _outcome(info: CaseInfo, way: _Way) -> Outcome:
    run, record = way.run, way.record
    names = symbol.symbols(info, record)
    facts = observe(record, names)
    fields = [replace(one, expect=_worded(one, record, names)) for one in _seen(info, run, record)]
    for name, bits in run.open.items():
        if name not in facts or _is_as_before(name, fields):
            continue
        expect = _open(info, run, name, facts[name], bits, names)
        here = [at for at, one in enumerate(fields) if one.name == name]
        if here and expect:
            old = fields[here[0]]
            fields[here[0]] = replace(old, expect=expect)
        elif expect:
            at = place(name, [one.name for one in fields], list(facts))
            fields.insert(at, Field(name, expect))
    return Outcome(tuple(fields))


def _is_left(outcome: Outcome) -> bool:
    return outcome.because.startswith(FILL_IN) or any(
        one and one.because.startswith(FILL_IN)
        for entry in outcome.fields
        for one in (entry.expect, entry.amd)
    )


def _is_as_before(name: str, fields: Iterable[Field]) -> bool:
    """Of a task that is as the frame before had it, whatever that was."""
    return ".task." in name and not name.startswith("frame 1.") and name not in [one.name for one in fields]


def _seen(info: CaseInfo, run: Run, record: Record) -> Iterator[Field]:
    """What came, and in its place what can't be known of a run that isn't followed to its end."""
    *fields, end = observed(info, record).outcomes[0].fields
    for one in fields:
        if run.stopped and one.name.endswith(".at_end"):
            one = replace(one, expect=_fill_in("whether it is still there"))
        state = one.name.rpartition(".")[2]
        if (run.events and state in STATE) or (state in ("sse", "avx") and _has_written_vectors(run)):
            one = replace(one, expect=_fill_in("which of them the program changes"))
        yield one
    if not run.stopped:
        yield end
        return
    for told in run.told.recorded:
        yield from _recorded(told)
    yield replace(end, comments=(f"# {FILL_IN}: all behind frame {len(run.frames)}",))


def _has_written_vectors(run: Run) -> bool:
    """What they hold then isn't told field by field."""
    cpu = run.cpu
    return bool(cpu.unknown_vectors) or cpu.xmm != VECTORS or cpu.mxcsr != Processor.mxcsr


def _recorded(told: Recorded | tuple[str, int]) -> Iterator[Field]:
    if not isinstance(told, Recorded) or told.is_entry:
        name = told.name if isinstance(told, Recorded) else told[0]
        yield Field(f"value.{name}", _fill_in("what it is at the end"))
        return
    for at in range(0, told.size, LINE):
        yield Field(f"memory.{told.name}+{at:#x}", _fill_in("what the memory holds at the end"))


def _worded(one: Field, record: Record, names: Symbols) -> Expect:
    """Words above a frame by their names."""
    block, _, short = one.name.partition(".")
    if short != "above" or one.expect.text == "kept":
        return one.expect
    pattern = stack_pattern(unit(record, block))
    words = [int(word, 16) for word in one.expect.text.split()]
    return Expect(" ".join(PATTERN if word == pattern else symbol.name_code(names, word) for word in words))


def _open(info: CaseInfo, run: Run, name: str, fact: Fact, bits: int, names: Symbols) -> Expect | None:
    """The line of a fact of which the specification leaves these bits open; none where they don't count."""
    env = environment.of(info.env)
    last = name.rpartition(".")[2]
    if not isinstance(fact, int):
        return _fill_in("what nothing here computes") if bits else None
    wide = 2 ** _width(env, name, last) - 1
    if ".gpr." in name:
        wide = env.undefined.get(last, wide)
    bits &= wide
    if not bits:
        return None
    because = _reason(env.ip, run, name, last)
    if bits == wide:
        return Expect("any", None, because)
    text = show(name, fact & ~bits, names)
    return Expect(text if "_top" in text else f"{fact & ~bits:#x}", ALL & ~bits, because)


def _width(env: Environment, name: str, last: str) -> int:
    """Bits of a fact."""
    if name.startswith("value.") or last in env.control:
        return 64
    if last in NARROW or last in task.FIELDS_16 or (last == "error" and env.word < 8):
        return 16
    return env.width


def _reason(ip: str, run: Run, name: str, last: str) -> str:
    block = name.partition(".")[0]
    abort = block.startswith("frame ") and run.frames[int(block[6:]) - 1].frame.vector == 8
    if name in run.reasons:
        return run.reasons[name]
    if abort and last in (ip, "ip", "cs"):
        return UNDEFINED_CS_RIP
    if last.endswith("flags"):
        return UNDEFINED_RF if abort else RF_OF_A_TASK
    if name.startswith("value."):
        return ACCESSED
    return f"{FILL_IN}: what the manual says of it"


# ---- Several outcomes, and two vendors. ----


def _merged(info: CaseInfo, tried: Sequence[tuple[Choices, Outcome]], vendor: str) -> tuple[Outcome, ...]:
    """One outcome with masks where values differ in bits, else as many as there are."""
    found: list[tuple[Choices, Outcome]] = []
    for choices, outcome in tried:
        if outcome not in [other for _, other in found]:
            found.append((choices, outcome))
    if len(found) == 1:
        return (found[0][1],)
    if masked := _masked(info, found, vendor):
        return (masked,)
    found.sort(key=lambda one: len(check_agreement(info, _section(info, (one[1],), is_amd=False))))
    return tuple(
        replace(
            outcome,
            name="_".join(f"{name}_{value}" for name, value in choices.items() if value) or "usual",
            because=f"{FILL_IN}: what docs/choices.md names",
        )
        for choices, outcome in found
    )


def _masked(info: CaseInfo, found: Sequence[tuple[Choices, Outcome]], vendor: str) -> Outcome | None:
    """Where only numbers and selectors differ."""
    first = found[0][1]
    asked = {name for choices, _ in found for name, value in choices.items() if value}
    if len({tuple(one.name for one in outcome.fields) for _, outcome in found}) > 1:
        return None
    reason = CHOICES.get(*asked) if len(asked) == 1 else None
    reason = reason or f"{FILL_IN}: what docs/choices.md says of {', '.join(sorted(asked))}"
    definite = DEFINITE if vendor == "intel" or "pf_id_without_nx" not in asked else DEFINITE[:2]
    fields = []
    for lines in zip(*(outcome.fields for _, outcome in found)):
        numbers = {_number(info, one.expect) for one in lines}
        if len(set(lines)) == 1:
            fields.append(lines[0])
        elif lines[0].name.rpartition(".")[2] in definite or -1 in numbers:
            return None
        else:
            differ = reduce(or_, numbers) & ~reduce(and_, numbers)
            mask = ALL & ~differ if lines[0].expect.mask is None else lines[0].expect.mask & ~differ
            value = Expect(f"{reduce(and_, numbers):#x}", mask, reason)
            fields.append(replace(lines[0], expect=value))
    return replace(first, fields=tuple(fields))


def _number(info: CaseInfo, expect: Expect) -> int:
    """-1: it has none."""
    return dict(info.selectors).get(expect.text, -1) if expect.number is None else expect.number


def _section(info: CaseInfo, outcomes: tuple[Outcome, ...], is_amd: bool) -> Section:
    return Section(section_name(info), is_amd, (Field("spec", Expect(info.spec)),), outcomes)


def _sections(info: CaseInfo, intel: tuple[Outcome, ...], amd: tuple[Outcome, ...]) -> Iterator[Section]:
    """AMD's lines behind Intel's where the same fields are there; else a section of its own."""
    names = [[one.name for one in outcome.fields] for outcome in (*intel, *amd)]
    if len(intel) == len(amd) == 1 and names[0] == names[1]:
        pairs = zip(intel[0].fields, amd[0].fields)
        fields = (replace(a, amd=b.expect) if b.expect != a.expect else a for a, b in pairs)
        yield _section(info, (replace(intel[0], fields=tuple(fields)),), is_amd=False)
        return
    yield _section(info, intel, is_amd=False)
    if amd != intel:
        yield _section(info, amd, is_amd=True)


# ---- A case that isn't followed. ----


def _declared(info: CaseInfo, head: Record) -> Outcome:
    fields: list[Field] = []
    if info.outcome == "exception":
        fields += _declared_frame(info, head)
    if info.outcome == "none" or (info.outcome == "exception" and info.resumes):
        env = environment.of(info.env)
        fields.append(Field("final", Expect("")))
        own = [name for name in env.final_fields if head.tasks or name not in TASK_FIELDS]
        fields += [Field(f"final.{name}", _fill_in("what the program ends with")) for name in own]
    fields.append(Field("end", Expect("shutdown" if info.outcome == "shutdown" else "exit")))
    return Outcome(tuple(fields))


def _declared_frame(info: CaseInfo, head: Record) -> Iterator[Field]:
    assert info.vector is not None
    env = environment.of(info.env)
    known = {
        "interrupts": Expect("program"),
        "vector": Expect(f"{info.vector:#x}"),
        "error": Expect("none" if info.error is None else f"{info.error:#x}"),
    }
    if info.saved_rip not in ("", "undefined"):
        known[env.ip] = Expect(f"{info.saved_rip}+0x0")
    lacking = {BASE, *(TASK_FIELDS if not head.tasks else ())}
    if not head.start.get("eflags", 0) & VM:
        lacking.update(VM86_FIELDS)
    yield Field("frame 1", Expect(""))
    for name in env.frame_fields:
        if name not in lacking:
            yield Field(f"frame 1.{name}", known.get(name, _fill_in("what the manual says of it")))
