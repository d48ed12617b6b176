"""A report.json read back, whoever wrote it: what is missing has a default, what isn't text is made text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from trapframe.model import CaseInfo, Difference, End, EngineId, Place, Verdict
from trapframe.report import builds, json, older
from trapframe.report.folder import ReportError


@dataclass(frozen=True)
class Result:
    """One case on one engine."""

    case: str
    engine_id: str
    verdict: str
    end: str
    seconds: float
    diff: tuple[Difference, ...]
    unseen: tuple[Difference, ...]
    unlike: tuple[Difference, ...]
    quirks: tuple[str, ...]
    accepted: str
    message: str
    status: str
    command: str
    serial: str
    log: str
    second_hand: bool = False

    @property
    def deviates(self) -> bool:
        """From what the manual requires, whether or not that is known."""
        return self.verdict not in (Verdict.PASS.value, Verdict.FIXED.value) or bool(self.diff)


@dataclass(frozen=True)
class Report:
    """A whole run."""

    path: Path
    commit: str
    inputs: str
    started: str
    seconds: float
    arguments: tuple[str, ...]
    interrupted: bool
    engines: dict[str, EngineId]  # by their id in this report
    infos: dict[str, CaseInfo]  # of the cases that the report describes
    results: dict[tuple[str, str], Result]  # by case and engine id
    problems: tuple[str, ...]
    older: str  # what is to be said where it isn't of the latest run into its folder

    @property
    def cases(self) -> list[str]:
        return sorted({case for case, _ in self.results} | set(self.infos))

    def label(self, engine_id: str) -> str:
        """qemu:amd 7.2.22, also of the id qemu@7.2.22:amd. Two builds: qemu 7.2.22 build-new."""
        version, place = self.engines[engine_id].version, self.places.get(engine_id, "")
        name = engine_id.replace(f"@{version}", "", 1) if version else engine_id
        return " ".join(filter(None, [builds.plain(name) if place else name, version, place]))

    @cached_property
    def places(self) -> dict[str, str]:
        """What tells two builds of one version apart."""
        return builds.places(self.engines)


def load(path: Path) -> Report:
    return from_json(path, json.read(path))


def from_json(path: Path, report: Mapping[str, Any]) -> Report:
    try:
        results = [_result(entry) for entry in report.get("results", []) if _was_run(entry)]
        engines = {
            _text(one.get("id", one.get("name"))): read_engine(one) for one in report.get("engines", [])
        }
        harness = [_harness(entry) for entry in report.get("harness", [])]
        infos = [_info(entry, harness) for entry in report.get("cases", [])]
        problems = [f"not built: {_text(one.get('file'))}" for one in report.get("build_failures", [])]
        problems += [_problem(one) for one in report.get("golden_problems", [])]
        problems += [f"shard {_text(one)} is missing" for one in report.get("missing", [])]
        arguments = tuple(_text(word) for word in report.get("arguments", []))
        seconds = float(report.get("seconds", 0))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{path}: not a report of a run: {type(error).__name__}: {error}") from error
    for result in results:
        engines.setdefault(
            result.engine_id, EngineId(result.engine_id, result.engine_id, "", "intel", "", "")
        )
    return Report(
        path,
        _text(report.get("commit")),
        _text(report.get("inputs")),
        _text(report.get("started")),
        seconds,
        arguments,
        bool(report.get("interrupted")),
        engines,
        {info.case: info for info in infos},
        {(result.case, result.engine_id): result for result in results},
        tuple(dict.fromkeys(problems)),
        older.note(path, report),
    )


def _was_run(entry: Mapping[str, Any]) -> bool:
    """An engine is shown, and compared, only where it has the environment."""
    return entry.get("end") != End.NONE.value


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(one) for one in value or ())


def _result(entry: Mapping[str, Any]) -> Result:
    return Result(
        case=_text(entry["case"]),
        engine_id=_text(entry.get("engine_id", entry["engine"])),
        verdict=_text(entry["verdict"]),
        end=_text(entry.get("end")),
        seconds=float(entry.get("seconds", 0)),
        diff=_differences(entry.get("diff")),
        unseen=_differences(entry.get("unseen")),
        unlike=_differences(entry.get("unlike")),
        quirks=_texts(entry.get("quirks")),
        accepted=_text(entry.get("accepted")),
        message=_text(entry.get("message")),
        status=_text(entry.get("status")),
        command=_text(entry.get("command")),
        serial=_text(entry.get("serial")),
        log=_text(entry.get("log")),
        second_hand=bool(entry.get("second_hand")),
    )


def _differences(entries: Any) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            _text(one["field"]),
            _text(one["expected"]),
            _text(one["actual"]),
            int(one["bits"], 16) if "bits" in one else None,
            _texts(one.get("quirks")),
            _text(one.get("because")),
        )
        for one in entries or ()
    )


def read_engine(entry: Mapping[str, Any]) -> EngineId:
    name = _text(entry["name"])
    return EngineId(
        name,
        _text(entry.get("kind", name)),
        _text(entry.get("version")),
        _text(entry.get("profile", "intel")),
        _text(entry.get("path")),
        _text(entry.get("sha256")),
        _text(entry.get("processor")),
        _text(entry.get("family")),
        _text(entry.get("microcode")),
        _text(entry.get("kernel")),
        bool(entry.get("hypervisor")),
        bool(entry.get("hosted")),
    )


def _harness(entry: Mapping[str, Any]) -> tuple[tuple[Place, ...], tuple[tuple[str, int], ...]]:
    return (
        tuple(
            Place(_text(name), int(base), int(size), bool(stack))
            for name, base, size, stack in entry["places"]
        ),
        tuple((_text(name), int(value)) for name, value in entry["selectors"]),
    )


def _info(
    entry: Mapping[str, Any], harness: list[tuple[tuple[Place, ...], tuple[tuple[str, int], ...]]]
) -> CaseInfo:
    places, selectors = harness[entry["harness"]] if "harness" in entry else ((), ())
    return CaseInfo(
        case=_text(entry["case"]),
        file=_text(entry["file"]),
        variant=int(entry["variant"]),
        env=_text(entry["env"]),
        about=_text(entry["about"]),
        spec=_text(entry["spec"]),
        ids=_texts(entry["id"]),
        tags=_texts(entry["tags"]),
        needs=_texts(entry["needs"]),
        vector=_number(entry["vector"]),
        outcome=_text(entry["outcome"]),
        error=_number(entry["error"]),
        saved_rip=_text(entry["saved_rip"]),
        resumes=bool(entry["resumes"]),
        places=places,
        selectors=selectors,
    )


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _problem(entry: Mapping[str, Any]) -> str:
    line = int(entry.get("line") or 0)
    return f"{_text(entry.get('file'))}{f':{line}' if line else ''}: {_text(entry.get('message'))}"
