"""Says where a golden file and the source of its case contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from trapframe.model import CaseInfo
from trapframe.truth.expect import Expect, Section


def check_agreement(info: CaseInfo, section: Section) -> list[str]:
    """Where a section and its case's source say different things of the first frame and of the end."""
    if section.amd:
        return []  # the source declares what Intel's manual says
    fields = {entry.name: entry.expect for entry in section.outcomes[0].fields}
    return list(_disagreements(info, fields))


def _disagreements(info: CaseInfo, fields: dict[str, Expect]) -> Iterator[str]:
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
        if fields["frame 1.rip"].text != "any" and fields["frame 1.rip"].mask is None:
            yield "the case declares frame 1.rip undefined, the golden file compares it: 'any because ...'"
    elif info.saved_rip:
        yield from compare("frame 1.rip", f"{info.saved_rip}+0x0")
