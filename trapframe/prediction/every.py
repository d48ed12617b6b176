"""All cases against the specification, on both profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trapframe.engines.job import rom_for
from trapframe.model import CaseInfo
from trapframe.prediction import description
from trapframe.prediction.compare import Prediction, predict
from trapframe.prediction.description import DESCRIBE, Description, DescriptionError
from trapframe.spec import VENDORS, Specification
from trapframe.suite.workspace import Workspace
from trapframe.truth.expect import required
from trapframe.truth.expected import Expected

NOT_DESCRIBED = "no emulator here has what the case needs"
# Set-ups that a description doesn't tell, by case.
UNTOLD = {
    "debug/single_step_branch": "IA32_DEBUGCTL, which emulators lack",
    "pm_paging/pae_kept": "PDPTE registers, which nobody can read",
    "pm_inner_stack/tss16_ring0_resumed": "what the harness's own call gate overwrites",
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
) -> list[Prediction]:
    """`sent`: the cases' descriptions."""
    found: list[Prediction] = []
    for info in cases:
        if info.case in UNTOLD or info.case not in sent:
            why = UNTOLD.get(info.case, NOT_DESCRIBED)
            found += [Prediction(info.case, info.env, vendor, stopped=why) for vendor in VENDORS]
            continue
        try:
            told = described(workspace.images[info.file], info, sent[info.case])
        except DescriptionError as error:
            raise DescriptionError(f"{info.case}: {error}") from error
        for vendor in VENDORS:
            if outcomes := required(known.outcomes(info, vendor)):
                found.append(predict(spec, info, told, vendor, outcomes))
    return found
