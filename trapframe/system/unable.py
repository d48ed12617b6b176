"""When trapframe itself can't do its work: one line, and an exit code that nothing else has."""

from __future__ import annotations

import errno
import os
from pathlib import Path

EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h
TRACEBACK = "TRAPFRAME_TRACEBACK"
PACKAGE = Path(__file__).resolve().parent.parent
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
NO_LEAVE = (errno.EACCES, errno.EPERM, errno.EROFS)
ELSEWHERE = "or use another folder (--report DIR; TRAPFRAME_BUILD=DIR for what is built)"
MENDS = {
    **dict.fromkeys(NO_ROOM, "make room there, or in TMPDIR"),
    **dict.fromkeys(NO_LEAVE, f"mend its owner or its mode, {ELSEWHERE}"),
    errno.EROFS: f"it can't be written, {ELSEWHERE}",
    errno.EFBIG: "raise the limit (`ulimit -f`)",
    errno.EMFILE: "raise the limit (`ulimit -n`), or use a lower -j",
    errno.ENFILE: "end other programs, or use a lower -j",
    errno.EAGAIN: "raise the limit (`ulimit -u`), or use a lower -j",
    errno.ENOMEM: "end other programs, or use a lower -j",
    errno.ELOOP: "it is a symbolic link; take it away",
    errno.EISDIR: "it is a folder; take it away",
    errno.ENOTDIR: "a part of its path is no folder",
}


class Unable(Exception):
    """Something of trapframe's own can't be done here."""

    exit_code = EXIT_CODE


def told(error: OSError) -> str:
    """FILE: what is wrong; what to do."""
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, (str, bytes)) else ""
    mend = MENDS.get(error.errno or 0, "")
    return f"{where}{error.strerror or error}{f'; {mend}' if mend else ''}"


def unexpected(error: BaseException) -> str:
    """An error in trapframe, and where it was raised: the innermost of our own lines."""
    at, place = error.__traceback__, "?"
    while at:
        path = Path(at.tb_frame.f_code.co_filename)
        if PACKAGE in path.parents:
            place = f"{path.relative_to(PACKAGE.parent)}:{at.tb_lineno}"
        at = at.tb_next
    what = " ".join(str(error).split())
    return (
        f"an error in trapframe: {type(error).__name__}: {what[:500]} ({place});"
        f" please report it with what {TRACEBACK}=1 shows"
    )
