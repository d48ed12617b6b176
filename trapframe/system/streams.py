"""stdin, stdout and stderr as they may be: closed, full, or a pipe whose reader has gone."""

from __future__ import annotations

import os
import sys


def prepare() -> bool:
    """False where stdout is closed. What is opened next must not get the number of a closed one."""
    there = sys.stdout is not None
    if sys.stdin is None:  # and these get its number, the lowest that is free
        sys.stdin = open(os.devnull, encoding="utf-8")
    if sys.stderr is None and there:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # where LC_ALL has no letter for it
    return there


def flush() -> OSError | None:
    """Why stdout doesn't take what was printed. It takes anything from then on, to nowhere."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        mute()
    except OSError as error:
        mute()
        return error
    return None


def mute() -> None:
    """Nothing that is printed goes anywhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def takes_nothing() -> bool:
    """Whether stdout is at fault for an error that names no file."""
    try:
        os.write(sys.stdout.fileno(), b"\n")
    except OSError:
        return True
    return False


def to_stderr() -> None:
    """All that is printed from now on."""
    mute()  # what was printed and not taken
    sys.stdout = sys.stderr


def complain(text: str) -> None:
    """One line on stderr, if that takes it."""
    try:
        print(f"runner.py: {text}", file=sys.stderr)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
