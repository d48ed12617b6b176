"""What verdicts mean for whoever waits for a green run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trapframe.model import Verdict

GREEN = {Verdict.PASS.value, Verdict.QUIRK.value, Verdict.UNSUPPORTED.value}
RED = {Verdict.FAIL.value, Verdict.WRONG_OUTCOME.value, Verdict.FIXED.value}
BROKEN = {Verdict.TIMEOUT.value, Verdict.ENGINE_ERROR.value, Verdict.PROTOCOL_ERROR.value}


def exit_code(entries: Iterable[Mapping[str, Any]], build_failed: bool, golden_problems: bool) -> int:
    """What couldn't be run weighs most: the rest of the report is incomplete then."""
    verdicts = {entry["verdict"] for entry in entries}
    if build_failed or verdicts & BROKEN:
        return 3
    if verdicts & RED:
        return 1
    return 5 if golden_problems or Verdict.NEW.value in verdicts else 0
