"""The specification's library, built where it is older than its sources."""

from __future__ import annotations

from pathlib import Path

from trapframe.spec import Specification
from trapframe.suite import build
from trapframe.system.folders import build_folder


class NoSpecification(Exception):
    """It doesn't build."""

    exit_code = 3


def specification(root: Path, jobs: int) -> Specification:
    if failures := build.ensure_specification(root, jobs):
        raise NoSpecification(failures[0].message)
    return Specification(build_folder(root) / "spec" / "spec.so")
