"""Writes what other programs read, for those who asked for it."""

from __future__ import annotations

from pathlib import Path


def write(path: Path, junit_file: Path | None, github_summary: bool) -> None:
    """From the report at `path`."""
    if not junit_file and not github_summary:
        return
    from trapframe.report import json

    report = json.read(path)
    if junit_file:
        from trapframe.report import junit

        junit.write(report, junit_file)
    if github_summary:
        from trapframe.report import github

        github.write(report)
