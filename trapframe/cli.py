"""The command line: arguments to calls."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trapframe.system import interrupt, streams, unable

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from trapframe.suite.select import Selection

ROOT = Path(__file__).resolve().parent.parent
INTERRUPTED = 130
MAX_TIMEOUT = 3600.0

EXIT_CODES = """\
exit codes:
  0    only PASS, QUIRK, UNSUPPORTED
  1    FAIL, WRONG-OUTCOME, FIXED
  2    the command line, or an engine or folder that it names, can't be used
  3    TIMEOUT, ENGINE-ERROR, PROTOCOL-ERROR, a case that does not build, or a missing shard
  4    no case was selected
  5    golden files or quirks are missing, stale or invalid
  70   trapframe can't do its work: a file or folder of its own, a full disk, an error in trapframe
  130  interrupted; --watch, between two runs: the code of the last one
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of one command."""
    if not streams.prepare():
        return _fail("stdout is closed; `>/dev/null` if nobody is to see it", unable.EXIT_CODE)
    try:
        code = _main(arguments)
    except SystemExit as end:  # of argparse
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BrokenPipeError:  # of `| head`
        streams.mute()
        return 0
    except Exception as error:
        code = _went_wrong(error)
    if refused := streams.flush():
        return _fail(f"stdout: {unable.told(refused)}", unable.EXIT_CODE)
    return code


def _main(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        with interrupt.heeded():
            return command(options)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


def _went_wrong(error: Exception) -> int:
    """Whatever goes wrong becomes one line and an exit code."""
    code = getattr(error, "exit_code", None)
    if code is not None:
        return _fail(error, code)
    if os.environ.get(unable.TRACEBACK):
        import traceback

        traceback.print_exception(error)
    if not isinstance(error, OSError):
        return _fail(unable.unexpected(error), unable.EXIT_CODE)
    if error.filename is not None or not streams.takes_nothing():
        return _fail(unable.told(error), unable.EXIT_CODE)
    streams.mute()
    return _fail(f"stdout: {unable.told(error)}", unable.EXIT_CODE)


def _fail(error: object, code: int) -> int:
    streams.complain(str(error))
    return code


# The commands. Each imports what it needs, so that none waits for another's imports.


def _run(options: argparse.Namespace) -> int:
    if options.watch is not None:
        return _watch(options)
    from trapframe.runs import run

    return run.run(
        ROOT,
        run.Options(
            selection=_selection(options),
            engines=tuple(options.engine),
            engine_files=tuple(options.engine_file),
            workers=options.jobs,
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
        ),
    )


def _watch(options: argparse.Namespace) -> int:
    from trapframe.runs import watch

    given = {"--lf": options.last_failed, "--resume": options.resume, "-n": options.dry_run}
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


def _list(options: argparse.Namespace) -> int:
    from trapframe.commands import listing

    return listing.show(ROOT, _selection(options), options.json, options.jobs)


def _selection(options: argparse.Namespace) -> Selection:
    from trapframe.suite.select import Selection

    return Selection(
        globs=tuple(getattr(options, "glob", ())),
        expression=options.expression,
        tags=tuple(options.tag),
        vectors=tuple(options.vector),
        environments=tuple(options.env),
        shard=getattr(options, "shard", (1, 1)),
    )


def _merge(options: argparse.Namespace) -> int:
    from trapframe.report import merge

    return merge.merge(options.file, options.report, options.junit, options.github)


def _bless(options: argparse.Namespace) -> int:
    from trapframe.commands import bless

    return bless.bless(
        ROOT,
        options.case,
        options.engine,
        options.engine_file,
        options.trusted,
        options.timeout,
        options.jobs,
    )


def _draft(options: argparse.Namespace) -> int:
    from trapframe.commands import bless

    return bless.draft(ROOT, options.case, *_how_to_run(options))


def _how_to_run(options: argparse.Namespace) -> tuple[list[str], list[Path], float, int]:
    return options.engine, options.engine_file, options.timeout, options.jobs


def _diff(options: argparse.Namespace) -> int:
    from trapframe.commands import differ

    return differ.diff(ROOT, options.case, *_how_to_run(options))


def _review(options: argparse.Namespace) -> int:
    from trapframe.commands import review

    return review.review(ROOT, options.jobs)


def _new(options: argparse.Namespace) -> int:
    from trapframe.commands import new

    return new.new(ROOT, options.name, *_how_to_run(options))


def _find(options: argparse.Namespace) -> int:
    from trapframe.commands import find

    return find.find(ROOT, options.word, options.jobs)


def _explain(options: argparse.Namespace) -> int:
    from trapframe.commands import explain

    return explain.explain(ROOT, options.case, options.jobs)


def _trace(options: argparse.Namespace) -> int:
    from trapframe.commands import by_hand

    return by_hand.trace(ROOT, options.name, *_how_to_run(options))


def _debug(options: argparse.Namespace) -> int:
    from trapframe.commands import by_hand

    return by_hand.debug(ROOT, options.name, *_how_to_run(options))


def _export(options: argparse.Namespace) -> int:
    from trapframe.commands import export

    return export.export(ROOT, options.folder, _selection(options), options.jobs)


def _doctor(options: argparse.Namespace) -> int:
    from trapframe.commands import doctor

    return doctor.doctor(ROOT)


def _report(options: argparse.Namespace) -> int:
    from trapframe.report import html

    print(html.write(ROOT, options.report, options.against, options.output))
    return 0


def _compare(options: argparse.Namespace) -> int:
    from trapframe.report import compare

    return compare.show(ROOT, options.old, options.new, options.pair, options.html)


def _measure(options: argparse.Namespace) -> int:
    from trapframe.commands import measure

    return measure.show(ROOT, options.report, options.jobs)


def _engines(options: argparse.Namespace) -> int:
    from trapframe.engines import install

    return install.command(ROOT, options.action, options.release, options.jobs)


# The parsers.


class _Parser(argparse.ArgumentParser):
    """One that tells if its help can't be written: since Python 3.12 argparse keeps that to itself."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        print(self.format_help(), end="", file=file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
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
        "run the cases that any of the words names",
        "./runner.py run 'page_fault/*' '*/user_*' -e qemu -e bochs=/opt/bochs/bin/bochs",
    )
    _add_globs(command)
    _add_run_options(command)
    command = _add(
        commands,
        "list",
        _list,
        "list the cases and what each says of itself",
        "./runner.py list 'gate/*' --json",
    )
    _add_globs(command)
    _add_selection(command)
    command.add_argument("--json", action="store_true", help="as an array of objects")
    _add_jobs(command)
    command = _add(
        commands,
        "find",
        _find,
        "search the cases by what they do, and show the frame of the best match in words",
        "./runner.py find int not present gate user",
    )
    command.add_argument("word", nargs="+", metavar="WORD", help="of a question, in any of the field's terms")
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
        "./runner.py bless page_fault/write_read_only_user --from bochs",
    )
    _add_golden_options(command)
    command.add_argument(
        "--from",
        dest="trusted",
        default="",
        metavar="ENGINE",
        help="take what this one delivers, whatever the others do",
    )
    command = _add(
        commands,
        "review",
        _review,
        "show pending golden sections one by one: accept, reject, or skip",
        "./runner.py review",
    )
    _add_jobs(command)
    command = _add(
        commands,
        "diff",
        _diff,
        "show what each engine delivers beside the golden section",
        "./runner.py diff page_fault/write_read_only_user -e qemu -e bochs",
    )
    _add_golden_options(command)
    command = _add(
        commands,
        "explain",
        _explain,
        "say what a case does and what each field of its golden section means",
        "./runner.py explain breakpoint/int3_user",
    )
    command.add_argument(
        "case", nargs="+", metavar="CASE", help="a case, a family, a file of cases, or a glob of them"
    )
    _add_jobs(command)
    command = _add(
        commands,
        "new",
        _new,
        "write a case and its golden file, which build and run at once",
        "./runner.py new page_fault/write_twice",
    )
    command.add_argument("name", metavar="FAMILY/NAME")
    _add_how_to_run(command)
    command = _add(
        commands,
        "trace",
        _trace,
        "show what an emulator logs of its deliveries beside the frames of the record",
        "./runner.py trace page_fault/write_read_only_user -e bochs",
    )
    command.add_argument("name", metavar="CASE")
    _add_how_to_run(command)
    command = _add(
        commands,
        "debug",
        _debug,
        "stop at the instruction that faults, under gdb",
        "./runner.py debug page_fault/write_read_only_user -e qemu",
    )
    command.add_argument("name", metavar="CASE")
    _add_how_to_run(command)
    command = _add(
        commands,
        "export",
        _export,
        "write ROMs, expected records and a manifest for emulators that run without this runner",
        "./runner.py export /tmp/trapframe -k 'page_fault and not user'",
    )
    command.add_argument("folder", type=Path, metavar="DIR")
    _add_globs(command)
    _add_selection(command)
    _add_jobs(command)
    _add(
        commands,
        "doctor",
        _doctor,
        "say what is missing for a run, and what to do about it",
        "./runner.py doctor",
    )
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
    command = _add(
        commands,
        "merge",
        _merge,
        "join the reports of shards into one, and end as a run of all of them would have",
        "./runner.py merge shards/shard-*/report.json --report reports",
    )
    command.add_argument("file", nargs="+", type=Path, metavar="REPORT", help="a report.json, or its folder")
    _add_views(command)
    command = _add(
        commands,
        "measure",
        _measure,
        "say which releases show which quirk, by the records in reports, and what no quirk explains",
        "./runner.py all -e 'qemu@*'; ./runner.py measure reports/report.json",
    )
    command.add_argument("report", nargs="+", type=Path, metavar="REPORT.json")
    _add_jobs(command)
    command = _add(
        commands,
        "engines",
        _engines,
        "show which releases of the emulators are here, and bring others beside them",
        "./runner.py engines install qemu@10.0 bochs@3.1",
    )
    actions = ("show", "available", "install", "remove")
    command.add_argument("action", nargs="?", choices=actions, default="show", help="show is the default")
    command.add_argument("release", nargs="*", metavar="NAME@RELEASE", help="to install or remove")
    _add_jobs(command)
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


def _add_globs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "glob",
        nargs="*",
        metavar="CASE",
        help="a case, a family, a file of cases, or a glob of them; all cases without one",
    )


def _add_selection(parser: argparse.ArgumentParser) -> None:
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
        ("--env", "cases of this environment: long64, compat32"),
    ):
        parser.add_argument(
            option, action="append", default=[], metavar="X", help=f"{what}; may be given several times"
        )


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    _add_selection(parser)
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
        "--maxfail", type=_positive(int, 10**6), metavar="N", help="stop after this many failures"
    )
    parser.add_argument(
        "--repeat",
        type=_positive(int, 10**6),
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
        type=_positive(int, 10**6),
        default=0,
        metavar="N",
        help="show the slowest N results",
    )
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
    _add_views(parser)


def _add_views(parser: argparse.ArgumentParser) -> None:
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


def _add_golden_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "case", nargs="+", metavar="CASE", help="a case, a family, a file of cases, or a glob of them"
    )
    _add_how_to_run(parser)


def _add_how_to_run(parser: argparse.ArgumentParser) -> None:
    _add_engine(parser)
    _add_jobs(parser)
    _add_timeout(parser)


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-e",
        "--engine",
        action="append",
        default=[],
        metavar="NAME[@RELEASE][:PROFILE][=PATH]",
        help="qemu, bochs, qemu:amd, qemu@10.0, 'qemu@*', qemu=/path/to/any/build; may be given several times"
        " (qemu and bochs)",
    )
    _add_engine_file(parser)


def _add_engine_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine-file",
        type=Path,
        action="append",
        default=[],
        metavar="NAME.toml",
        help="an engine that isn't in engines/; alone it is the one that runs",
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


def _shard(text: str) -> tuple[int, int]:
    number, slash, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"expected I/N with I from 1 to N, got {text!r}")
    return int(number), int(count)


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
