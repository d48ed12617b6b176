"""Says where a golden file and the source of its case contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from trapframe.frames import environment
from trapframe.model import CaseInfo
from trapframe.truth.expect import Expect, Section
from trapframe.truth.golden_form import environment_of, short_name


def check_agreement(info: CaseInfo, section: Section) -> list[str]:
    """Where a section and its case's source say different things of the first frame and of the end."""
    if section.amd:
        return []  # the source declares what Intel's manual says
    fields = {entry.name: entry.expect for entry in section.outcomes[0].fields}
    return list(_disagreements(info, fields))


def foreign_words(info: CaseInfo, section: Section) -> Iterator[tuple[int, str]]:
    """Lines of a section with a field that the case's environment has under another name, or not at all."""
    env = environment.of(info.env)
    for outcome in section.outcomes:
        if environment_of(entry.name for entry in outcome.fields).frame_fields == env.frame_fields:
            continue
        for line, entry in zip(outcome.lines, outcome.fields):
            short = short_name(entry.name)
            if entry.name != short and env.lacks(short):
                own = environment.own_word(short, env)
                say = f": say '{own}', not '{short}'" if own else f", which has no '{short}'"
                yield line, f"this is a {env.name} case{say}"


def _disagreements(info: CaseInfo, fields: dict[str, Expect]) -> Iterator[str]:
    ip = f"frame 1.{environment.of(info.env).ip}"

    def compare(name: str, declared: str) -> Iterator[str]:
        expect = fields.get(name, Expect("nothing"))
        if expect.text != declared or expect.mask is not None:
            said = expect.text if expect.mask is None else f"{expect.text} with a mask"
            yield f"the case declares {name} {declared}, the golden file says {said}"

    yield from compare("end", "shutdown" if info.outcome == "shutdown" else "exit")
    has_final = "final" in fields
    if has_final != (info.outcome == "none" or (info.outcome == "exception" and info.resumes)):
        if has_final:
            yield "the case declares that its program doesn't run to its end, the golden file has a 'final'"
        else:
            yield "the case declares that its program runs to its end, the golden file has no 'final'"
    if info.outcome == "none" and "frame 1" in fields:
        yield "the case declares that no exception is raised, the golden file has a frame"
    if info.outcome != "exception":
        return
    if "frame 1" not in fields:
        yield "the case declares an exception, the golden file has no frame"
        return
    if info.vector is not None:
        yield from compare("frame 1.vector", f"{info.vector:#x}")
    yield from compare("frame 1.error", "none" if info.error is None else f"{info.error:#x}")
    if info.saved_rip == "undefined":
        if fields[ip].text != "any" and fields[ip].mask is None:
            yield f"the case declares {ip} undefined, the golden file compares it: 'any because ...'"
    elif info.saved_rip:
        yield from compare(ip, f"{info.saved_rip}+0x0")
