"""AMD's side of the golden files: where it differs, AMD's manual or who looked at processors says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trapframe.truth import expect, golden
from trapframe.truth.expect import GoldenFile, Section

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = sorted(path for path in (ROOT / "expected").glob("*/*.txt"))
SOURCE = re.compile(r"APM \d \"[^\"]+\"|KVM|Linux|Xen|XTF|\ban AMD EPYC\b")  # the last in docs/silicon.md
SELECTOR_ERRORS = ("0xa", "0xb", "0xc", "0xd")  # #TS, #NP, #SS, #GP


def test_what_differs_for_amd_names_its_source() -> None:
    def unsourced(path: Path, section: Section) -> Iterator[str]:
        head = " ".join(line.expect.text for line in section.head)
        said = [outcome.because for outcome in section.outcomes]
        if section.amd and not SOURCE.search(" ".join((head, *said))):
            yield f"{path}: [{section.name} amd]"
        for outcome in section.outcomes:
            for number, field in zip(outcome.lines, outcome.fields):
                if field.amd and not SOURCE.search(" ".join((head, field.amd.because, *field.comments))):
                    yield f"{path}:{number}: {field.name}[amd]"

    assert not [
        line for path in GOLDEN for section in golden.read(path).sections for line in unsourced(path, section)
    ]


def test_doubts_remember_nothing() -> None:
    text = (ROOT / "docs" / "doubts.md").read_text(encoding="utf-8")
    assert not re.findall(r"[^.]*\b(?:remembered|from memory)\b[^.]*\.", text)


def test_ext_is_for_events_from_outside_the_processor() -> None:
    """APM 2 "Error Codes"; SDM 3A "Error Code" has an earlier exception, too. The name says which event."""

    def has_ext(file: GoldenFile, name: str, profile: str) -> bool:
        for outcome in expect.outcomes(file, name, profile):
            text = {field.name: field.expect.text for field in outcome.fields}
            vectors = [name for name in text if name.endswith(".vector") and text[name] in SELECTOR_ERRORS]
            errors = (text[block.replace("vector", "error")] for block in vectors)
            if any(int(error, 16) & 1 for error in errors if error.startswith("0x")):
                return True
        return False

    internal = [
        (file, section.name)
        for file in map(golden.read, GOLDEN)
        for section in file.sections
        if not {"irq", "nmi", "int1"} & set(section.name.split("_"))
        and not section.name.startswith(("descriptor_interrupt_", "non_canonical_gate_interrupt"))
    ]
    assert sum(has_ext(*one, "intel") for one in internal) >= 44
    assert not [name for file, name in internal if has_ext(file, name, "amd")]
