"""`run`: boots cases on engines and holds what they deliver against what the manuals require."""

from __future__ import annotations

import argparse
from pathlib import Path

from trapframe.commands.arguments import (
    add_engine,
    add_executor,
    add_globs,
    add_jobs,
    add_selection,
    add_timeout,
    add_views,
    positive,
    read_selection,
)
from trapframe.system.folders import ROOT

EXAMPLE = "./runner.py run 'page_fault/*' '*/user_*' -e qemu -e bochs=/opt/bochs/bin/bochs"


def arguments(parser: argparse.ArgumentParser) -> None:
    add_globs(parser)
    add_options(parser)


def add_options(parser: argparse.ArgumentParser) -> None:
    """All but which cases."""
    add_selection(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--lf", dest="last_failed", action="store_true", help="only what failed in the latest run"
    )
    which.add_argument(
        "--ff", dest="failed_first", action="store_true", help="what failed in the latest run comes first"
    )
    which.add_argument(
        "--resume", action="store_true", help="go on where the latest run was killed or interrupted"
    )
    parser.add_argument(
        "--shard",
        type=_shard,
        default=(1, 1),
        metavar="I/N",
        help="the Ith of N parts; new cases move no other",
    )
    parser.add_argument(
        "-x", dest="maxfail", action="store_const", const=1, default=0, help="stop at the first failure"
    )
    parser.add_argument(
        "--maxfail", type=positive(int, 10**6), metavar="N", help="stop after this many failures"
    )
    parser.add_argument(
        "--repeat",
        type=positive(int, 10**6),
        default=1,
        metavar="N",
        help="run each case this often; records that differ are a failure",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="start the emulator for each case, not once for all (docs/launcher.md)",
    )
    parser.add_argument(
        "--durations",
        type=positive(int, 10**6),
        default=0,
        metavar="N",
        help="show the slowest N results",
    )
    add_engine(parser)
    parser.add_argument(
        "--with",
        dest="collected",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a file that `collect` wrote on another machine, as one more engine; may be given several times",
    )
    add_jobs(parser)
    add_executor(parser)
    add_timeout(parser)
    parser.add_argument(
        "-n",
        "--dry-run",
        action="store_true",
        help="print the exact command lines, and write the files that they name below build/by-hand",
    )
    parser.add_argument(
        "--against",
        type=Path,
        metavar="REPORT.json",
        help="a stored report, or `last`, that of the latest run: the exit code is 1 only for what is"
        " worse than there",
    )
    parser.add_argument(
        "--watch",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="PATH",
        help="run again, what failed first, when the file PATH, a program of -e NAME=PATH, or a case has"
        " changed; Ctrl-C between two runs ends it with the exit code of the last one",
    )
    add_views(parser)


def command(options: argparse.Namespace) -> int:
    if options.watch is not None:
        return _watch(options)
    from trapframe.runs import session
    from trapframe.runs.options import Options

    return session.run(
        ROOT,
        Options(
            selection=read_selection(options),
            engines=tuple(options.engine),
            engine_files=tuple(options.engine_file),
            workers=options.jobs,
            executor=options.executor,
            timeout=options.timeout,
            report=options.report,
            dry_run=options.dry_run,
            last_failed=options.last_failed,
            failed_first=options.failed_first,
            resume=options.resume,
            max_failures=options.maxfail,
            durations=options.durations,
            repeat=options.repeat,
            fresh=options.fresh,
            junit=options.junit,
            github=options.github,
            against=options.against,
            collected=tuple(options.collected),
        ),
    )


def _watch(options: argparse.Namespace) -> int:
    from trapframe.runs import watch

    given = {
        "--with": options.collected,
        "--lf": options.last_failed,
        "--resume": options.resume,
        "-n": options.dry_run,
    }
    return watch.watch(
        ROOT,
        watch.Options(
            path=options.watch if options.watch != Path() else None,
            engines=tuple(options.engine),
            report=options.report,
            against=options.against,
            failed_first=options.failed_first,
            excluded=next((option for option, is_given in given.items() if is_given), ""),
        ),
    )


def _shard(text: str) -> tuple[int, int]:
    number, slash, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"expected I/N with I from 1 to N, got {text!r}")
    return int(number), int(count)
