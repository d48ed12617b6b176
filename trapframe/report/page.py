"""Collects what the page shows: a small part for the matrix, and the panel of each case."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trapframe.engines.description import cpu_model
from trapframe.frames import decode, environment, facts
from trapframe.model import CaseInfo, EngineId, Verdict
from trapframe.report import compare, detail, disassembly, group, timeline
from trapframe.report.compare import Change
from trapframe.report.disassembly import Instruction
from trapframe.report.in_browser import InBrowser
from trapframe.report.loaded import Report, Result
from trapframe.report.step import BETTER, CHANGED, SAME, SAYS_NOTHING, WORSE, step
from trapframe.suite import revision
from trapframe.system.text import bounded, printable
from trapframe.truth import expected
from trapframe.truth.expect import Section
from trapframe.truth.expected import Expected
from trapframe.truth.verdicts import GREEN

SOURCE = 64_000  # characters of one C file
LOG = 2_000
CAUSES = 200
PROBLEMS = 500
ESCAPE = re.compile(r'\\[^"\\]')  # in JSON: a letter that can't be written as it is
TURNS = (WORSE, CHANGED, BETTER)
SILENT = GREEN | {Verdict.NEW.value}  # what isn't a cause of anything


@dataclass(frozen=True)
class Page:
    """`head` is for the template, the others for the script."""

    head: dict[str, Any]
    matrix: dict[str, Any]
    cases: list[dict[str, Any]]
    files: list[dict[str, Any]]


def collect(
    root: Path,
    report: Report,
    against: Report | None,
    pairs: Sequence[str] = (),
    here: InBrowser | None = None,
) -> Page:
    paired = compare.pair_engines(against, report, pairs) if against else {}
    changes = compare.compare(against, report, paired) if against else []
    return _Collector(root, report, against, paired, changes, here).page()


class _Collector:
    """Knows both reports and what the checkout adds to them."""

    def __init__(
        self,
        root: Path,
        report: Report,
        against: Report | None,
        paired: dict[str, str],
        changes: list[Change],
        here: InBrowser | None,
    ) -> None:
        self.root = root
        self.here = here
        self.report = report
        self.against = against
        self.paired = paired
        self.changes = {(change.case, change.engine_id): change for change in changes}
        gone = [change.engine_id for change in changes if change.engine_id not in report.engines]
        self.engines = [*timeline.in_order(report.engines), *dict.fromkeys(gone)]
        self.older = timeline.older(report.engines)
        self.names = sorted({*report.cases, *(change.case for change in changes)})
        self.infos = {**(against.infos if against else {}), **report.infos}
        self.expected = self.load_expected()
        self.cells: dict[str, tuple[int, list[Any]]] = {}
        self.instructions = self.disassemble()
        self.files = sorted({info.file for info in self.infos.values()})

    def load_expected(self) -> Expected:
        infos = list(self.infos.values())
        kinds = [one.kind for one in self.report.engines.values()]
        return expected.load(self.root, infos, infos, (), kinds)

    def disassemble(self) -> dict[disassembly.Program, dict[int, Instruction]]:
        programs = [
            (info.file, bits) for info in self.infos.values() for bits in environment.of(info.env).code
        ]
        return disassembly.disassemble(self.root, programs, len(os.sched_getaffinity(0)))

    def page(self) -> Page:
        rows = [self.row(name) for name in self.names]
        matrix = {
            "engines": [self.label(one) for one in self.engines],
            "ids": self.engines,
            "kinds": [self.kind(one) for one in self.engines],
            "against": self.against is not None,
            "cells": [cell for _, cell in self.cells.values()],
            "rows": rows,
            **({"v86": self.here.engine} if self.here else {}),
        }
        cases = [clean(self.case(name)) for name in self.names]
        return Page(clean(self.head()), clean(matrix), cases, [clean(self.file(one)) for one in self.files])

    # The matrix.

    def row(self, name: str) -> list[Any]:
        info = self.infos.get(name)
        results = {one: self.report.results.get((name, one)) for one in self.engines}
        alone = _alone(self.report, results)
        turns = {one: turn(results.get(before), results[one]) for one, before in self.older.items()}
        cells = [self.cell(name, one, results[one], one in alone, turns.get(one, "")) for one in self.engines]
        different = len({_came(result) for result in results.values() if result}) > 1
        if info is None:
            return [name, "", "", -1, "", "", int(different), cells]
        words = " ".join([info.env, *info.tags, *info.ids, *info.needs])
        number = -1 if info.vector is None else info.vector
        return [name, info.about, _vector(info), number, info.spec, words, int(different), cells]

    def cell(self, name: str, engine_id: str, result: Result | None, alone: bool, turned: str) -> int | None:
        change = self.changes.get((name, engine_id))
        if result is None and change is None:
            return None
        was = change.old.verdict if change and change.old else ""
        unlike = int(bool(result and result.unlike))
        cell: list[Any] = ["", "", [], "", 0, change.kind if change else "", was, turned, unlike]
        if result:
            fields = list(dict.fromkeys(one.field for one in result.diff))
            cell[:5] = [result.verdict, " ".join(result.quirks), fields, _cause(result), int(alone)]
        while not cell[-1]:
            cell.pop()
        return self.cells.setdefault(repr(cell), (len(self.cells), cell))[0]

    def label(self, engine_id: str) -> str:
        if engine_id in self.report.engines:
            return self.report.label(engine_id)
        return self.against.label(engine_id) if self.against else engine_id

    def kind(self, engine_id: str) -> str:
        known = {**(self.against.engines if self.against else {}), **self.report.engines}
        return known[engine_id].kind

    # One case.

    def case(self, name: str) -> dict[str, Any]:
        info = self.infos.get(name)
        results = [self.report.results.get((name, one)) for one in self.engines]
        told = {"runs": [self.run(result) for result in results]}
        if info is None:
            return told | {"serial": detail.line_pool([result.serial for result in results if result])}
        profiles = {self.report.engines[r.engine_id].profile for r in results if r}
        intel, amd = (self.expected.outcomes(info, one) for one in ("intel", "amd"))
        goldens = detail.goldens_of(intel, amd, "amd" in profiles)
        seen = [
            detail.see(info, result, self.report.engines[result.engine_id].profile, goldens)
            for result in results
            if result
        ]
        section = self.section(info)
        return told | {
            "file": self.files.index(info.file),
            "variant": info.case.removeprefix(info.file).removeprefix("_"),
            "env": info.env,
            "tags": info.tags,
            "ids": info.ids,
            "needs": info.needs,
            "resumes": int(info.resumes),
            "where": f"expected/{info.file}.txt{f':{section.line}' if section else ''}",
            "golden": self.golden(info, section),
            "notes": [one.expect.text for one in section.head if one.name == "note"] if section else [],
            "invalid": self.expected.invalid(info.case),
            "goldens": [one.label for one in goldens],
            "choices": [[one.name, one.because] for one in intel if one.name],
            "blocks": detail.blocks(goldens, seen),
            "stacks": detail.stacks(goldens, seen),
            **({"switches": switches} if (switches := detail.switches(seen)) else {}),
            "code": self.code(info, seen),
            "serial": detail.line_pool([one.result.serial for one in seen]),
            **({"v86": self.here.files[name]} if self.here and name in self.here.files else {}),
        }

    def section(self, info: CaseInfo) -> Section | None:
        golden = self.expected.goldens.get(info.file)
        sections = golden.sections if golden else ()
        return next((one for one in sections if one.name == expected.section_name(info)), None)

    def golden(self, info: CaseInfo, section: Section | None) -> list[str]:
        """The lines of the golden file that are about this case."""
        path = self.root / "expected" / f"{info.file}.txt"
        if section is None or not path.is_file():
            return []
        others = [one.line for one in self.expected.goldens[info.file].sections if one.name != section.name]
        end = min((line - 1 for line in others if line > section.line), default=None)
        text = bounded(path.read_text(encoding="utf-8", errors="replace"), SOURCE)
        return text.expandtabs().splitlines()[section.line - 1 : end]

    def run(self, result: Result | None) -> dict[str, Any] | None:
        if result is None:
            return None
        told: dict[str, Any] = {"end": result.end}
        if result.seconds:
            told["ms"] = round(1000 * result.seconds)
        if result.message:
            told["message"] = result.message
        if result.second_hand:
            told["message"] = f"{result.message} through a hypervisor, which intercepts the vector".strip()
        if result.accepted:
            told["accepted"] = result.accepted
        if result.unlike:
            told["unlike"] = [(one.field, one.expected, one.actual, one.because) for one in result.unlike]
        if result.status:
            told["status"] = result.status
        if result.log.strip():
            told["log"] = bounded(result.log.strip(), LOG).splitlines()
        return told

    def code(self, info: CaseInfo, seen: Sequence[detail.Seen]) -> list[list[str]]:
        """Label, address, bytes and text of the program under test."""
        labels = detail.marks(seen)
        start, bits = next((facts.entry(one.record) for one in seen if one.record), (None, 0))
        fault = labels.get("fault")
        first = [one for one in (start, fault) if one is not None and (fault is None or one <= fault)]
        known = self.instructions.get((info.file, bits), {})
        names: dict[int, str] = {}
        for label, address in labels.items():
            names[address] = f"{names[address]}, {label}" if address in names else label
        return [
            [names.get(one.address, ""), f"{one.address:x}", one.code, one.text]
            for one in disassembly.program(known, first, labels.values())
        ]

    # What all cases share.

    def file(self, name: str) -> dict[str, Any]:
        path = self.root / "cases" / f"{name}.c"
        try:
            text = bounded(path.read_text(encoding="utf-8", errors="replace"), SOURCE)
        except OSError as error:
            text = f"/* cases/{name}.c: {error.strerror} */"
        return {"name": f"cases/{name}.c", "lines": text.expandtabs(4).splitlines()}

    def head(self) -> dict[str, Any]:
        report = self.report
        results = list(report.results.values())
        counted = Counter(result.case.partition("/")[0] for result in results)
        return {
            "v86": bool(self.here),
            "commit": report.commit,
            "changed": revision.changed(self.root, report.commit, report.inputs),
            "started": report.started,
            "seconds": report.seconds,
            "arguments": " ".join(report.arguments),
            "interrupted": report.interrupted,
            "older": report.older,
            "cases": len(report.cases),
            "families": len(counted),
            "results": len(results),
            "engines": [self.card(one) for one in self.engines if one in report.engines],
            "causes": [(self.term(one), self.label(one), *told) for one, *told in _causes(results)[:CAUSES]],
            "problems": report.problems[:PROBLEMS],
            "against": self.comparison(),
            "timelines": [self.timeline(one) for one in timeline.timelines(report.engines, results)],
        }

    def comparison(self) -> dict[str, Any] | None:
        if self.against is None:
            return None
        return {
            "commit": self.against.commit,
            "started": self.against.started,
            "path": self.against.path.name,
            "counts": compare.counts(self.changes.values()),
        }

    def card(self, engine_id: str) -> dict[str, Any]:
        known = self.report.engines[engine_id]
        mine = [result for (_, one), result in self.report.results.items() if one == engine_id]
        counts = Counter(result.verdict for result in mine)
        order = [verdict.value for verdict in Verdict]
        changes = compare.counts(one for one in self.changes.values() if one.engine_id == engine_id)
        alone = sum(
            engine_id
            in _alone(self.report, {e: self.report.results.get((name, e)) for e in self.report.engines})
            for name in self.report.cases
        )
        before = (
            self.against.label(self.paired[engine_id]) if self.against and engine_id in self.paired else ""
        )
        turns = Counter(
            turn(self.report.results.get((name, self.older[engine_id])), result)
            for (name, one), result in self.report.results.items()
            if one == engine_id and engine_id in self.older
        )
        place = self.report.places.get(engine_id, "")
        name = self.label(engine_id).removesuffix(place).strip().removesuffix(known.version)
        return {
            "term": self.term(engine_id),
            "name": name.strip(),
            "place": place,
            "version": known.version,
            "profile": known.profile,
            "cpu": _processor(known) or cpu_model(self.root / "engines", known),
            "path": known.path,
            "sha256": known.sha256,
            "total": len(mine),
            "counts": sorted(
                counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)
            ),
            "alone": alone,
            "unlike": sum(bool(result.unlike) for result in mine),
            "older": self.label(self.older[engine_id]) if engine_id in self.older else "",
            "turns": [(kind, turns[kind]) for kind in TURNS if turns[kind]],
            "before": before,
            "changes": [(kind, count) for kind, count in changes if count and kind != SAME],
        }

    def timeline(self, told: timeline.Timeline) -> dict[str, Any]:
        """The known deviations of one emulator, each with what is known of it."""
        known = {one.id: one for one in self.expected.quirks.get(told.kind, ())}
        groups: dict[str, list[dict[str, Any]]] = {}
        for line in told.lines:
            quirk = known.get(line.quirk)
            texts = (quirk.rule, quirk.reason, quirk.upstream) if quirk else ("", "", "")
            row = {"id": line.quirk, "counts": line.counts, "marks": line.marks}
            groups.setdefault(line.life, []).append(row | dict(zip(("rule", "reason", "upstream"), texts)))
        releases = [(one, f"{told.kind}@{one}" if one else told.kind) for one in told.releases]
        releases = [(one, f'"{term}"' if " " in term else term) for one, term in releases]
        return {
            "kind": told.kind,
            "releases": releases,
            "count": len(told.lines),
            "groups": list(groups.items()),
        }

    def term(self, engine_id: str) -> str:
        """The filter's term that means this engine alone."""
        known = self.report.engines
        alone = sum(one.kind == known[engine_id].kind for one in known.values()) == 1
        return f"engine:{engine_id}" if alone else f'engine:"{self.label(engine_id)}"'


def _processor(engine: EngineId) -> str:
    """The machine's own, with what else decides how it behaves."""
    parts = [engine.processor, engine.family and f"family {engine.family}"]
    parts += [
        engine.microcode and f"microcode {engine.microcode}",
        engine.kernel and f"Linux {engine.kernel}",
    ]
    return ", ".join(filter(None, [*parts, "under a hypervisor" if engine.hypervisor else ""]))


def _vector(info: CaseInfo) -> str:
    return decode.vector_name(info.vector) if info.vector is not None else info.outcome


def turn(old: Result | None, new: Result | None) -> str:
    """What became of a case with this release."""
    kind = step(old, new).kind
    return kind if kind in TURNS else ""


def _came(result: Result) -> tuple[object, ...]:
    """What two engines share that do the same."""
    differs = tuple((one.field, one.actual) for one in result.diff)
    return differs or (result.end, result.message if result.deviates else "")


def _cause(result: Result) -> str:
    """Why it is red, in words that other results may share."""
    if result.verdict in SILENT:
        return ""
    return group.what({**vars(result), "diff": [vars(one) for one in result.diff]})


def _causes(results: Iterable[Result]) -> list[tuple[str, str, int]]:
    """Engine, cause and how many cases, the most frequent first."""
    counts = Counter((result.engine_id, _cause(result)) for result in results)
    return [(name, text, count) for (name, text), count in counts.most_common() if text]


def _alone(report: Report, results: dict[str, Result | None]) -> set[str]:
    """The engines that deviate where all others conform. Two profiles of one program aren't two engines."""
    told = {
        name: not result.deviates
        for name, result in results.items()
        if result and result.verdict not in SAYS_NOTHING
    }
    known = {name: report.engines[name] for name in told}
    programs = {name: (one.kind, one.version, one.path) for name, one in known.items()}
    deviating = {programs[name] for name, conforms in told.items() if not conforms}
    if len(deviating) != 1 or not set(programs.values()) - deviating:
        return set()
    return {name for name, conforms in told.items() if not conforms}


def clean(value: Any) -> Any:
    """Without a character that can't be seen or that moves others about."""
    text = json.dumps(value, ensure_ascii=False)
    # Nearly always there is none, and then no backslash stands for one either.
    return value if text.isprintable() and not ESCAPE.search(text) else _cleaned(value)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else printable(value)
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(one) for one in value]
    return value
