"""`explain`: what a case does, and its golden section field by field in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from trapframe.commands.arguments import add_jobs
from trapframe.frames import decode, environment
from trapframe.frames.environment import VM86_FIELDS, Environment
from trapframe.model import CaseInfo, Verdict
from trapframe.report import collection
from trapframe.report.collection import Collection
from trapframe.runs.judging import judged
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.folders import ROOT
from trapframe.truth import expect, expected, golden, meaning
from trapframe.truth.expect import Field, Outcome, Section
from trapframe.truth.expected import Expected

EXAMPLE = "./runner.py explain breakpoint/int3_user"
SDM = "SDM 3A"
FLAGS = f'{SDM} "Flag Usage By Exception- or Interrupt-Handler Procedure"'
DELIVERY = f'{SDM} "Exception and Interrupt Handling in 64-bit Mode"'
DELIVERY_32 = f'{SDM} "Exception- or Interrupt-Handler Procedures"'
DELIVERY_16 = 'SDM 3B "Interrupt and Exception Handling" of "8086 Emulation"'
VM86 = 'SDM 3B "Class 1-Hardware Interrupt and Exception Handling in Virtual-8086 Mode"'
TASK = f'{SDM} "Task Switching"'
CLASSES = f'{SDM} "Exception Classifications"'


def _interrupted(ip: str, flags: str, sp: str, where: str) -> dict[str, tuple[str, str]]:
    return {
        ip: ("where IRET goes on", CLASSES),
        flags: ("flags of the interrupted program", FLAGS),
        sp: ("stack pointer of the interrupted program", where),
        f"handler.{flags}": ("flags with which the handler starts", FLAGS),
    }


MEANING = {
    "interrupts": ("what the exception interrupted", ""),
    "vector": ("the exception's number, and the IDT's entry", f'{SDM} "Exception and Interrupt Vectors"'),
    "error": ("the error code on the stack", f'{SDM} "Error Code"'),
    "cs": ("code segment of the interrupted program", DELIVERY),
    "ss": ("stack segment of the interrupted program", DELIVERY),
    **_interrupted("rip", "rflags", "rsp", DELIVERY),
    **_interrupted("eip", "eflags", "esp", DELIVERY_32),
    **_interrupted("ip", "flags", "sp", DELIVERY_16),
    **{name: (f"{name.upper()} of the interrupted virtual-8086 program", VM86) for name in VM86_FIELDS},
    "above": ("the words above the frame, which its delivery may not write", ""),
    "cr2": (
        "the linear address of the latest page fault",
        f'{SDM} "Interrupt 14-Page-Fault Exception (#PF)"',
    ),
    "dr6": ("which debug conditions were met", 'SDM 3B "Debug Status Register (DR6)"'),
    "dr7": ("which breakpoints are armed", 'SDM 3B "Debug Control Register (DR7)"'),
    "gprs": ("the general registers", ""),
    "segments": ("DS, ES, FS, GS and the bases of FS and GS", ""),
    "handler.rsp": ("the handler's stack pointer, below the frame", f'{SDM} "Interrupt Stack Frame"'),
    "handler.esp": ("the handler's stack pointer, below the frame", DELIVERY_32),
    "handler.stack": ("the stack that the frame lies on", f'{SDM} "Interrupt Stack Table"'),
    "handler.base": ("the base of the handler's stack segment", f'{SDM} "Segment Descriptors"'),
    "handler.cs": ("the handler's code segment, from the gate", DELIVERY),
    "handler.ss": ("the handler's stack segment", DELIVERY),
    "tr": ("the task that the handler runs in", f'{SDM} "Task Register"'),
    "ldtr": ("its local descriptor table", f'{SDM} "Task-State Segment (TSS)"'),
    "cr0": ("CR0, whose TS each task switch sets", TASK),
    "cr3": ("the paging structures, which a task switch loads", TASK),
    "tasks": ("all fields of all TSSs and the types of their descriptors", TASK),
    "at_end": ("whether the frame is still there when the run ends", ""),
    "sse": ("the XMM registers and MXCSR", ""),
}
# In 32-bit and 16-bit modes, where another section says it.
ELSEWHERE = {
    "segments": ("DS, ES, FS, GS", ""),
    "handler.stack": ("the stack that the frame lies on", f'{SDM} "Stack Switching"'),
}
REAL_MODE = ELSEWHERE | {
    "vector": ("the exception's number, and the interrupt table's entry", DELIVERY_16),
    "handler.cs": ("the handler's code segment, from the interrupt table", DELIVERY_16),
    "handler.stack": ("the stack that the frame lies on, always the program's own", DELIVERY_16),
    "handler.esp": ("the handler's stack pointer, below the frame", DELIVERY_16),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "case", nargs="+", metavar="CASE", help="a case, a family, a file of cases, or a glob of them"
    )
    add_jobs(parser)


def command(options: argparse.Namespace) -> int:
    return explain(ROOT, options.case, options.jobs)


class NoGolden(Exception):
    """A case that nothing is required of yet."""

    exit_code = 5


def explain(root: Path, globs: Sequence[str], jobs: int) -> int:
    picked = open_workspace(root, jobs, images=False).pick(Selection(tuple(globs)))
    code = picked.tell()
    collections = list(collection.read_all(root / collection.SILICON))
    kinds = {one.kind for c in collections for one in c.engines.values()}
    known = expected.load(root, picked.cases, picked.cases, (), kinds)
    for number, info in enumerate(picked.cases):
        if number:
            print()
        for line in case_lines(info):
            print(line)
        for section in sections(root, info):
            for line in section_lines(info, section):
                print(line)
        for line in rule_lines(root, info, jobs):
            print(line)
        for line in confirmed_lines(root, info, collections, known):
            print(line)
    return code


def rule_lines(root: Path, info: CaseInfo, jobs: int) -> Iterator[str]:
    """Which rules of the specification lead there, one step after the other."""
    from trapframe.prediction import steps

    yield from steps.lines(root, info, jobs)


def confirmed_lines(
    root: Path, info: CaseInfo, collections: Sequence[Collection], known: Expected
) -> Iterator[str]:
    """Which processors do what the section says, by the files in docs/silicon/."""
    for one in collections:
        for name, engine in one.engines.items():
            run = one.runs.get((name, info.case))
            found = judged(known, info, engine, run) if run else None
            if found and found.verdict is Verdict.PASS:
                through = ", through a hypervisor" if found.second_hand else ""
                seen = ", as far as a program sees" if engine.hosted else ""
                where = one.path.relative_to(root)
                yield f"confirmed by {engine.processor}, family {engine.family}{seen}{through} ({where})"


def sections(root: Path, info: CaseInfo) -> list[Section]:
    path = root / "expected" / f"{info.file}.txt"
    name = info.case.partition("/")[2]
    try:
        found = golden.read(path, f"expected/{info.file}.txt")
    except FileNotFoundError as error:
        raise NoGolden(
            f"no expected/{info.file}.txt; `./runner.py draft {info.case}` derives the section"
        ) from error
    return [section for section in found.sections if section.name == name]


def case_lines(info: CaseInfo) -> Iterator[str]:
    """What the case says of itself."""
    yield f"{info.case}: {info.about}"
    yield f"  source    cases/{info.file}.c" + (f", row {info.variant} of its table" if info.variant else "")
    yield f"  manual    {info.spec}"
    yield f"  runs in   {info.env}"
    if info.needs:
        yield f"  needs     {' '.join(info.needs)}"
    yield f"  raises    {_raises(info)}"


def _raises(info: CaseInfo) -> str:
    if info.outcome != "exception" or info.vector is None:
        return {"none": "nothing: the program runs to its end"}.get(info.outcome, "a shutdown (triple fault)")
    ip = environment.of(info.env).ip.upper()
    where = f", saved {ip}: {info.saved_rip}" if info.saved_rip else ""
    resumed = "; the program goes on after the handler" if info.resumes else ""
    return f"{decode.exception(info.vector, info.error)}{where}{resumed}"


def section_lines(info: CaseInfo, section: Section) -> Iterator[str]:
    """Every line of the section with its meaning."""
    yield ""
    yield f"expected/{info.file}.txt:{section.line} [{section.name}{' amd' if section.amd else ''}]"
    for entry in section.head:
        yield f"  {entry.name:<4}  {entry.expect.text}"
    for seen in section.silicon:
        yield f"  {_on(seen)}: {seen.expect.text}, of the outcomes below"
        yield f"    because {seen.expect.because}"
    for outcome in section.outcomes:
        if outcome.name:
            yield f"accepted as {outcome.name}, because {outcome.because}"
        yield from _outcome_lines(environment.of(info.env), outcome)


def _outcome_lines(env: Environment, outcome: Outcome) -> Iterator[str]:
    vectors = {
        entry.name.partition(".")[0]: int(entry.expect.text, 16)
        for entry in outcome.fields
        if entry.name.endswith(".vector") and entry.name.startswith("frame ")
    }
    for entry in outcome.fields:
        block, _, name = entry.name.partition(".")
        if not entry.expect.text:
            yield entry.name
        elif block not in ("value", "memory") and name:
            yield from _field_lines(env, entry, name, vectors.get(block))
        else:
            yield f"{entry.name:<17} {entry.expect.text}"
            for seen in entry.silicon:
                yield f"{'':<17} {_on(seen)}: {seen.expect.text}"
                yield f"{'':<17}   because {seen.expect.because}"


def _meaning(env: Environment, name: str) -> tuple[str, str]:
    """What a field says, and where the manual says it for this mode."""
    what, where = MEANING.get(name, ("", ""))
    if name.startswith("task."):
        one, _, field = name.removeprefix("task.").rpartition(".")
        held = "the type of its descriptor" if field == "type" else f"{field.upper()} in its TSS"
        return f"task {one}: {held}", f'{SDM} "Task-State Segment (TSS)"'
    if env.word == 8:
        return what, where
    known, own = (REAL_MODE, DELIVERY_16) if env.code == (16,) else (ELSEWHERE, DELIVERY_32)
    return known.get(name, (what, own if where == DELIVERY else where))


def _field_lines(env: Environment, entry: Field, name: str, vector: int | None) -> Iterator[str]:
    what, where = _meaning(env, name)
    yield f"  {name:<15} {_value(name, entry.expect, vector)}"
    if what:
        yield f"  {'':<15}   {what}{f' ({where})' if where else ''}"
    if entry.expect.because:
        yield f"  {'':<15}   because {entry.expect.because}"
    if entry.amd:
        yield f"  {'':<15} on AMD: {_value(name, entry.amd, vector)}"
    for seen in entry.silicon:
        yield f"  {'':<15} {_on(seen)}: {_value(name, seen.expect, vector)}"
        yield f"  {'':<15}   because {seen.expect.because}"


def _on(seen: expect.Silicon) -> str:
    vendor = {"amd": " of AMD", "intel": " of Intel"}.get(seen.vendor, "")
    return f"every processor{vendor} seen"


def _value(name: str, wanted: expect.Expect, vector: int | None) -> str:
    return " = ".join(filter(None, (wanted.text, meaning.value(name, wanted, vector))))
