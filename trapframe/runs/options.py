"""What the command line says of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trapframe.suite.select import Selection


@dataclass(frozen=True)
class Options:
    """As ./runner.py run --help explains them."""

    selection: Selection = Selection()
    engines: tuple[str, ...] = ()
    engine_files: tuple[Path, ...] = ()
    workers: int = 1
    executor: str = ""  # where other workers are
    timeout: float = 10.0
    report: Path = Path("reports")
    dry_run: bool = False
    last_failed: bool = False
    failed_first: bool = False
    resume: bool = False
    max_failures: int = 0  # 0: any number
    durations: int = 0
    repeat: int = 1
    fresh: bool = False
    junit: Path | None = None
    github: bool = False
    against: Path | None = None
    collected: tuple[Path, ...] = ()
