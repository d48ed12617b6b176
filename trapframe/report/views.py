"""Writes what other programs read, for those who asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from trapframe.system import unable


def check(junit_file: Path | None, github_summary: bool) -> None:
    """To be called before a run, so that what is missing costs no result."""
    if junit_file:
        from trapframe.report import junit

        junit.check(junit_file)
    if github_summary:
        from trapframe.report import github

        github.summary_file()


def write(path: Path, junit_file: Path | None, github_summary: bool) -> list[str]:
    """From the report at `path`. What could not be written, and why."""
    if not junit_file and not github_summary:
        return []
    from trapframe.report import json

    report = json.read(path)
    return [problem for write in _writers(junit_file, github_summary) if (problem := _tried(write, report))]


def _writers(junit_file: Path | None, github_summary: bool) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    if junit_file:
        from trapframe.report import junit

        yield partial(junit.write, path=junit_file)
    if github_summary:
        from trapframe.report import github

        yield github.write


def _tried(write: Callable[[Mapping[str, Any]], None], report: Mapping[str, Any]) -> str:
    """The run is over: nothing that goes wrong here may hide its verdict."""
    try:
        write(report)
    except OSError as error:
        return unable.told(error)
    except Exception as error:
        return str(error) if hasattr(error, "exit_code") else unable.unexpected(error)
    return ""
