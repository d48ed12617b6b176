"""The folder of a report: whether a run may write there. It is asked before anything runs."""

from __future__ import annotations

import re
from pathlib import Path

from trapframe.system.files import is_ours
from trapframe.system.unable import NO_ROOM

MARKS = ("report.json", "run.jsonl")  # a folder with one of them is ours
LEFTOVER = re.compile(r"sweeps|\.lock|\.run\..*\.jsonl|\.(report\.json|index\.html|junit\.xml)\..*")


class ReportError(Exception):
    """The folder of reports can't be used."""

    exit_code = 2


def check_folder(folder: Path) -> None:
    """Whether a run may write there: nothing in it belongs to somebody else."""
    try:
        if not is_ours(folder, MARKS, LEFTOVER.fullmatch):
            raise ReportError(
                f"--report {folder}: not a folder of reports; name a new one, an empty one, or an earlier one"
            )
        for path in (folder / ".lock", folder / "raw"):
            if path.is_symlink():
                raise ReportError(f"{path}: a symbolic link; take it away, or name another --report DIR")
        if (folder / "report.json").is_dir():
            raise ReportError(f"{folder}/report.json: a folder; name another --report DIR")
    except OSError as error:
        raise unusable(folder, error) from error


def unusable(folder: Path, error: OSError) -> Exception:
    """A full disk is nothing that the command line could mend."""
    if error.errno in NO_ROOM:
        return OSError(error.errno, error.strerror, str(folder))
    return ReportError(f"can't write to {folder}: {error.strerror}; name another folder with --report DIR")
