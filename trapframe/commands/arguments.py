"""The arguments that several commands have."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from trapframe.frames import environment
from trapframe.system.folders import ROOT

if TYPE_CHECKING:
    from trapframe.suite.select import Selection

MAX_TIMEOUT = 3600.0


def read_selection(options: argparse.Namespace) -> Selection:
    """Which cases are meant."""
    from trapframe.suite.select import Selection

    return Selection(
        globs=tuple(getattr(options, "glob", ())),
        expression=options.expression,
        tags=tuple(options.tag),
        vectors=tuple(options.vector),
        environments=tuple(options.env),
        shard=getattr(options, "shard", (1, 1)),
    )


def read_how_to_run(options: argparse.Namespace) -> tuple[list[str], list[Path], float, int]:
    """Engines, their files, the time limit, and how many run at once."""
    return options.engine, options.engine_file, options.timeout, options.jobs


def add_globs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "glob",
        nargs="*",
        metavar="CASE",
        help="a case, a family, a file of cases, or a glob of them; all cases without one",
    )


def add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-k",
        dest="expression",
        default="",
        metavar="EXPRESSION",
        help="parts of names, tags, and words of what a case does: 'ICEBP and not user'",
    )
    for option, what in (
        ("--tag", "cases with this tag"),
        ("--vector", "cases that raise it: 14, 0xe, PF"),
        ("--env", f"cases of this environment: {', '.join(environment.ALL)}"),
    ):
        parser.add_argument(
            option, action="append", default=[], metavar="X", help=f"{what}; may be given several times"
        )


def add_views(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--report",
        type=Path,
        default=ROOT / "reports",
        metavar="DIR",
        help="where report.json goes (reports)",
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit report, too")
    parser.add_argument(
        "--github",
        action="store_true",
        help="write a summary to GITHUB_STEP_SUMMARY, and at most ten annotations",
    )


def add_golden_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "case", nargs="+", metavar="CASE", help="a case, a family, a file of cases, or a glob of them"
    )
    add_how_to_run(parser)


def add_how_to_run(parser: argparse.ArgumentParser) -> None:
    add_engine(parser)
    add_jobs(parser)
    add_timeout(parser)


def add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-e",
        "--engine",
        action="append",
        default=[],
        metavar="NAME[@RELEASE][:PROFILE][=PATH]",
        help="qemu, bochs, qemu:amd, qemu@10.0, 'qemu@*', qemu=/path/to/any/build; may be given several times"
        " (qemu and bochs)",
    )
    add_engine_file(parser)


def add_engine_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine-file",
        type=Path,
        action="append",
        default=[],
        metavar="NAME.toml",
        help="an engine that isn't in engines/; alone it is the one that runs",
    )


def add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-j",
        "--jobs",
        type=positive(int, 1024),
        default=len(os.sched_getaffinity(0)),
        metavar="N",
        help="how many run at once (all cores)",
    )


def add_executor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--executor",
        default="",
        metavar="dask://HOST:PORT",
        help="run on the workers of this dask.distributed scheduler, in place of our own (docs/sweeps.md)",
    )


def add_timeout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        type=positive(float, MAX_TIMEOUT),
        default=10.0,
        metavar="SECONDS",
        help="after which an emulator is killed (10)",
    )


def positive(kind: type[int] | type[float], most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(0)
        if not 0 < value <= most:
            raise argparse.ArgumentTypeError(f"expected a number above 0 and at most {most:g}, got {text!r}")
        return value

    return read
