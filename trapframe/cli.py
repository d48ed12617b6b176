"""The command line: arguments to calls."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
INTERRUPTED = 130
MAX_TIMEOUT = 3600.0

EXIT_CODES = """\
exit codes:
  0    only PASS, QUIRK, UNSUPPORTED
  1    FAIL, WRONG-OUTCOME, FIXED
  2    the command line, or an engine or folder that it names, can't be used
  3    TIMEOUT, ENGINE-ERROR, PROTOCOL-ERROR, or a case that does not build
  4    no case was selected
  5    golden files or quirks are missing, stale or invalid
  130  interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of one command."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)
    try:
        return _dispatch(options)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # of `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _dispatch(options: argparse.Namespace) -> int:
    """Calls the command; an error that its user can mend becomes one line and an exit code."""
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is None:
            raise
        return _fail(error, code)


def _fail(error: Exception, code: int) -> int:
    print(f"runner.py: {error}", file=sys.stderr)
    return code


# The commands. Each imports what it needs, so that none waits for another's imports.


def _run(options: argparse.Namespace) -> int:
    from trapframe import run

    return run.run(
        ROOT,
        run.Options(
            globs=tuple(getattr(options, "glob", ())),
            engines=tuple(options.engine),
            workers=options.jobs,
            timeout=options.timeout,
            report=options.report,
            dry_run=options.dry_run,
        ),
    )


def _list(options: argparse.Namespace) -> int:
    from trapframe import listing

    return listing.show(ROOT, options.glob, options.json, options.jobs)


def _bless(options: argparse.Namespace) -> int:
    from trapframe import bless

    return bless.bless(ROOT, options.case, options.engine, options.timeout, options.jobs)


def _draft(options: argparse.Namespace) -> int:
    from trapframe import bless

    return bless.draft(ROOT, options.case, options.engine, options.timeout, options.jobs)


def _report(options: argparse.Namespace) -> int:
    from trapframe.report import html

    print(html.write(ROOT, options.report, options.against, options.output))
    return 0


def _compare(options: argparse.Namespace) -> int:
    from trapframe.report import compare

    return compare.show(ROOT, options.old, options.new, options.pair, options.html)


# The parsers.


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="runner.py",
        description="Boots tiny programs that raise x86 exceptions under several emulators, and holds every"
        " field of the saved frame against what the manuals require.",
        epilog="example: ./runner.py all\n\n" + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    command = _add(commands, "all", _run, "run every case on every engine", "./runner.py all")
    _add_run_options(command)
    command = _add(
        commands,
        "run",
        _run,
        "run the cases that match any of the globs",
        "./runner.py run 'page_fault/*' '*/user_*' -e qemu -e bochs=/opt/bochs/bin/bochs",
    )
    command.add_argument("glob", nargs="*", metavar="GLOB", help="of case names; all cases without one")
    _add_run_options(command)
    command = _add(
        commands,
        "list",
        _list,
        "list the cases and what each says of itself",
        "./runner.py list 'gate/*' --json",
    )
    command.add_argument("glob", nargs="*", metavar="GLOB", help="of case names; all cases without one")
    command.add_argument("--json", action="store_true", help="as an array of objects")
    _add_jobs(command)
    command = _add(
        commands,
        "draft",
        _draft,
        "print the golden section that follows from what a case declares and the rules of the manual",
        "./runner.py draft page_fault/write_read_only_user",
    )
    _add_golden_options(command)
    command = _add(
        commands,
        "bless",
        _bless,
        "write what an engine delivers as a pending golden file (FILE.txt.new)",
        "./runner.py bless page_fault/write_read_only_user -e bochs",
    )
    _add_golden_options(command)
    command = _add(
        commands,
        "report",
        _report,
        "write one index.html that shows a run: matrix, frames, stacks, sources",
        "./runner.py report --against old/report.json",
    )
    command.add_argument(
        "report",
        nargs="?",
        type=Path,
        default=ROOT / "reports" / "report.json",
        metavar="REPORT.json",
        help="of any run (reports/report.json)",
    )
    command.add_argument(
        "--against", type=Path, metavar="OLD.json", help="mark what has changed since that run"
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="where index.html goes (beside REPORT.json)"
    )
    command = _add(
        commands,
        "compare",
        _compare,
        "say what was fixed, broke, changed, came or went between two reports",
        "./runner.py compare qemu-7.2/report.json qemu-10.0/report.json",
    )
    command.add_argument("old", type=Path, metavar="OLD.json")
    command.add_argument("new", type=Path, metavar="NEW.json")
    command.add_argument(
        "--pair",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="an engine of the old report and its successor in the new one (same id, else same kind)",
    )
    command.add_argument("--html", type=Path, metavar="DIR", help="write it as DIR/index.html, too")
    return parser


def _add(
    commands: Any, name: str, call: Callable[..., int], text: str, example: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(command=call)
    return parser


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    _add_engine(parser)
    _add_jobs(parser)
    _add_timeout(parser)
    parser.add_argument(
        "-n",
        "--dry-run",
        action="store_true",
        help="print the exact command lines, and write the files that they name below build/by-hand",
    )
    parser.add_argument(
        "--report",
        type=Path,
        default=ROOT / "reports",
        metavar="DIR",
        help="where report.json goes (reports)",
    )


def _add_golden_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", nargs="+", metavar="CASE", help="a case's name, or a glob")
    _add_engine(parser)
    _add_jobs(parser)
    _add_timeout(parser)


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-e",
        "--engine",
        action="append",
        default=[],
        metavar="NAME[:PROFILE][=PATH]",
        help="qemu, bochs, qemu:amd, qemu=/path/to/any/build; may be given several times (qemu and bochs)",
    )


def _add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-j",
        "--jobs",
        type=_positive(int, 1024),
        default=len(os.sched_getaffinity(0)),
        metavar="N",
        help="how many run at once (all cores)",
    )


def _add_timeout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        type=_positive(float, MAX_TIMEOUT),
        default=10.0,
        metavar="SECONDS",
        help="after which an emulator is killed (10)",
    )


def _positive(kind: type[int] | type[float], most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(0)
        if not 0 < value <= most:
            raise argparse.ArgumentTypeError(f"expected a number above 0 and at most {most:g}, got {text!r}")
        return value

    return read
