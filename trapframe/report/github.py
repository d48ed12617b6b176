"""A run for GitHub: a summary in Markdown, and annotations, one a cause."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from trapframe.model import Verdict
from trapframe.report import group
from trapframe.report.folder import ReportError
from trapframe.report.place import NOWHERE, Place, build_place, place
from trapframe.system.files import naming
from trapframe.system.text import printable

LIMIT = 1_000_000  # bytes; GitHub refuses more than 1 MiB
ANNOTATIONS = 10
CASES = 20  # named a cause
MARKDOWN = str.maketrans({letter: f"&#{ord(letter)};" for letter in "\\`*_{}[]()<>#+-!|&~@:"})


def summary_file() -> Path:
    """Where GitHub wants the summary, if it can be written there."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        raise ReportError("--github: GITHUB_STEP_SUMMARY isn't set: only GitHub's runners have it")
    try:
        with Path(path).open("ab"):
            return Path(path)
    except OSError as error:
        raise ReportError(f"--github: {path}: {error.strerror}") from error


def write(report: Mapping[str, Any]) -> None:
    """The summary goes where GitHub says, the annotations to stdout."""
    path = summary_file()
    with naming(path), path.open("ab") as file:
        file.write(_cut(summary(report)))
    for line in islice(notices(report), ANNOTATIONS):
        print(line)


def _cut(lines: Iterator[str]) -> bytes:
    kept, room = [], LIMIT
    for line in lines:
        data = f"{line}\n".encode()
        room -= len(data)
        if room < 0:
            kept.append(b"\nThe rest is left out: see report.json\n")
            break
        kept.append(data)
    return b"".join(kept)


def summary(report: Mapping[str, Any]) -> Iterator[str]:
    """What happened, then each cause, then what is wrong with builds and golden files."""
    shown = [one.value for one in Verdict if report["totals"].get(one.value)]
    yield f"### trapframe{' (not finished)' if report['interrupted'] else ''}"
    yield ""
    yield f"| engine | {' | '.join(shown)} |"
    yield f"|---|{'---:|' * len(shown)}"
    for engine in report["engines"]:
        mine = [one["verdict"] for one in report["results"] if one["engine_id"] == engine["id"]]
        counts = " | ".join(str(mine.count(verdict)) for verdict in shown)
        yield f"| {_text(engine['id'])} {_text(engine['version'])} | {counts} |"
    yield ""
    for cause in group.causes(report):
        names = ", ".join(cause.cases[:CASES]) + (", ..." if len(cause.cases) > CASES else "")
        count = f"{len(cause.cases)} {'case' if len(cause.cases) == 1 else 'cases'}"
        yield f"- **{cause.verdict}** {_text(cause.engine)}, {count}: {_text(cause.what)}"
        yield f"  <details><summary>cases</summary>{_text(names)}</details>"
    for title, message, _ in problems(report):
        yield f"- **{title}** {_text(message)}"


def problems(report: Mapping[str, Any]) -> Iterator[tuple[str, str, Place]]:
    for one in report.get("missing", ()):
        yield "MISSING", f"the report of shard {one}", NOWHERE
    for one in report["build_failures"]:
        yield "NOT BUILT", f"{one['file']}: {one['message'][:500]}", build_place(one)
    for one in report["golden_problems"]:
        line = one.get("line", 0)
        yield "GOLDEN", f"{one['file']}:{line}: {one['message']}", (one["file"], line)


def notices(report: Mapping[str, Any]) -> Iterator[str]:
    """One a cause, at its first case's golden section."""
    places = {one["case"]: place(one) for one in report.get("cases", ())}
    for cause in group.causes(report):
        where = places.get(cause.cases[0], NOWHERE)
        yield _annotation(f"{cause.verdict} {cause.cases[0]}", cause.line, where)
    for title, message, where in problems(report):
        yield _annotation(title, message, where)


def _annotation(title: str, message: str, where: Place) -> str:
    file, line = where
    words = {"file": file, "line": str(line) if line else "", "title": title}
    head = ",".join(f"{name}={_property(text)}" for name, text in words.items() if text)
    return f"::error {head}::{_escaped(message)}"


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return printable(text).replace("%", "%25")


def _text(text: str) -> str:
    return printable(text).translate(MARKDOWN)
