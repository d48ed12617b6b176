"""All cases against the specification, on both profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trapframe.engines.job import rom_for
from trapframe.model import CaseInfo
from trapframe.prediction import description
from trapframe.prediction.compare import Prediction, predict
from trapframe.prediction.description import DESCRIBE, Description, DescriptionError
from trapframe.prediction.kept import Kept
from trapframe.spec import VENDORS, Specification
from trapframe.suite.workspace import Workspace
from trapframe.truth.expect import required
from trapframe.truth.expected import Expected

NOT_DESCRIBED = "no emulator here has what the case needs"
# Set-ups that a description doesn't tell, by case.
UNTOLD = {
    "debug/single_step_branch": "IA32_DEBUGCTL, which emulators lack",
    "pm_paging/pae_kept": "PDPTE registers, which nobody can read",
    "page_fault/reserved_pdpte_ps": "a processor without pages of 1 GByte",
    "pm_inner_stack/tss16_ring0_resumed": "what the harness's own call gate overwrites",
    **dict.fromkeys(
        (
            *("interrupt/local_vector_error", "interrupt/pic_irq0_vector_0", "interrupt/pic_irq0_vector_8"),
            *("interrupt/pic_irq0_vector_20", "interrupt/pic_irq0_vector_f8", "interrupt/pic_irq4_vector_4"),
            *("interrupt/pic_irq4_vector_c", "real_mode/interrupt_pit"),
            *("pm_interrupt/pic_irq0_vector_0", "pm_interrupt/pic_irq0_vector_8"),
            *("pm_interrupt/pic_irq0_vector_20", "pm_interrupt/pic_irq0_vector_f8"),
            *("pm_interrupt/pic_irq4_vector_4", "pm_interrupt/pic_irq4_vector_c"),
        ),
        "an interrupt of a device, which no description tells",
    ),
}


def described(image: bytes, info: CaseInfo, sent: bytes) -> Description:
    """`image`: the case's ROM."""
    return description.parse(sent, rom_for(image, info.variant | DESCRIBE))


def predict_every(
    spec: Specification,
    workspace: Workspace,
    known: Expected,
    sent: Mapping[str, bytes],
    cases: Sequence[CaseInfo],
    kept: Kept,
) -> list[Prediction]:
    """`sent`: the cases' descriptions. `kept`: what was found before."""
    files: dict[str, list[CaseInfo]] = {}
    for info in cases:
        files.setdefault(info.file, []).append(info)
    found: dict[str, list[Prediction]] = {}
    for file, its_cases in files.items():
        told = [f"{one.case}\n".encode() + sent.get(one.case, b"") for one in its_cases]
        key = kept.key(file, workspace.images[file], told)
        before = kept.read(file, key)
        if before is None:
            before = [one for info in its_cases for one in _predict(spec, workspace, known, sent, info)]
            kept.write(file, key, before)
        found[file] = before
    by_case: dict[str, list[Prediction]] = {}
    for predictions in found.values():
        for one in predictions:
            by_case.setdefault(one.case, []).append(one)
    return [one for info in cases for one in by_case.get(info.case, ())]


def _predict(
    spec: Specification,
    workspace: Workspace,
    known: Expected,
    sent: Mapping[str, bytes],
    info: CaseInfo,
) -> Iterator[Prediction]:
    """On both profiles."""
    if info.case in UNTOLD or info.case not in sent:
        why = UNTOLD.get(info.case, NOT_DESCRIBED)
        yield from (Prediction(info.case, info.env, vendor, stopped=why) for vendor in VENDORS)
        return
    try:
        told = described(workspace.images[info.file], info, sent[info.case])
    except DescriptionError as error:
        raise DescriptionError(f"{info.case}: {error}") from error
    for vendor in VENDORS:
        if outcomes := required(known.outcomes(info, vendor)):
            yield predict(spec, info, told, vendor, outcomes)
