"""One result of a run: its record read, and judged by what is expected of the case."""

from __future__ import annotations

import signal
from dataclasses import replace

from trapframe.frames import record
from trapframe.model import CaseInfo, EngineId, Judgement, RunResult, Verdict
from trapframe.truth.expected import Expected
from trapframe.truth.judge import judge


def judged(known: Expected, info: CaseInfo, engine: EngineId, result: RunResult) -> Judgement:
    """Never raises: one record that can't be judged must not hide the others."""
    found, problem = None, ""
    try:
        try:
            found = record.parse(result.serial)
        except record.RecordError as error:
            problem = str(error)
        goldens = known.outcomes(info, engine.profile)
        quirks = known.covering(engine.kind, info.case)
        measured = known.known_as(engine)
        verdict = judge(info, found, result.end, goldens, quirks, measured, problem, how(result))
    except Exception as error:
        message = f"trapframe failed to judge this record: {type(error).__name__}: {error}"
        return Judgement(Verdict.PROTOCOL_ERROR, message=message)
    if verdict.verdict is Verdict.NEW:
        return replace(verdict, message=known.invalid(info.case) or verdict.message)
    return verdict


def how(result: RunResult) -> str:
    """What the emulator or the status says of a crash."""
    if result.why:
        return result.why
    if result.status is None:
        return ""
    if result.status >= 0:
        return f"status {result.status} means nothing"
    try:
        return signal.Signals(-result.status).name
    except ValueError:
        return f"signal {-result.status}"
