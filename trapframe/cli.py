"""The command line: finds the command's module, and hands it the arguments."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from trapframe.commands import COMMANDS
from trapframe.system import interrupt, streams, unable

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

INTERRUPTED = 130

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
        code = _main(sys.argv[1:] if arguments is None else arguments)
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


def _main(arguments: Sequence[str]) -> int:
    options = _parser(next((word for word in arguments if not word.startswith("-")), "")).parse_args(
        arguments
    )
    try:
        gc.enable()  # the script that calls this disables it
        with interrupt.heeded():
            code: int = options.command(options)
            return code
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


class _Parser(argparse.ArgumentParser):
    """One that tells if its help can't be written: since Python 3.12 argparse keeps that to itself."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        print(self.format_help(), end="", file=file)


class _Version(argparse.Action):
    """With the commit: the version alone says nothing of a checkout."""

    def __call__(self, parser: argparse.ArgumentParser, *unused: object) -> None:
        from trapframe import __version__
        from trapframe.suite.revision import commit
        from trapframe.system.folders import ROOT

        known = commit(ROOT)
        print(f"trapframe {__version__}" + (f" ({known})" if known else ""))
        parser.exit()


def _parser(wanted: str) -> argparse.ArgumentParser:
    """Knows all commands, and the arguments of the wanted one: no other's module is imported."""
    form = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="runner.py",
        description="Boots tiny programs that raise x86 exceptions under several emulators, and holds every"
        " field of the saved frame against what the manuals require.",
        epilog="example: ./runner.py all\n\n" + EXIT_CODES,
        formatter_class=form,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version, and exit")
    parser.set_defaults(command=lambda options: _show_help(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            formatter_class=form,
            allow_abbrev=False,
        )
        if name == wanted:
            module = import_module(f"trapframe.commands.{name}")
            command.epilog = f"example: {module.EXAMPLE}"
            module.arguments(command)
            command.set_defaults(command=module.command)
    return parser


def _show_help(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return 0
