"""Ends processes with us, also where we are killed: the kernel sees to it."""

from __future__ import annotations

import fcntl
import os
import signal

NUMBER = 100  # of theirs, at least: a script that opens files by number (3 to 9) isn't to close it


class Bond:
    """A pipe. The process has one end, which all that it starts inherits; only we have the other end.

    When we die, however it happens, the kernel closes our end and tells the owner of theirs by a signal that
    we choose: SIGKILL, to the whole group. That is a pipe and three calls for a process. PR_SET_PDEATHSIG
    reaches the process but nothing that it starts, and has to be set between its fork and its exec.
    """

    def __init__(self) -> None:
        low, self._ours = os.pipe()
        self.theirs = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, NUMBER)
        os.close(low)
        try:
            fcntl.fcntl(self.theirs, fcntl.F_SETSIG, signal.SIGKILL)
            fcntl.fcntl(self.theirs, fcntl.F_SETFL, os.O_ASYNC)
        except OSError:
            pass  # no Linux, but something like it: `doctor` says so

    def tie(self, owner: int) -> None:
        """A process, or with a minus a group. To be called once it was started with `theirs`."""
        try:
            fcntl.fcntl(self.theirs, fcntl.F_SETOWN, owner)
        except OSError:
            pass
        os.close(self.theirs)
        self.theirs = -1

    def close(self) -> None:
        """Ends what is left of it."""
        for fd in (self.theirs, self._ours):
            if fd >= 0:
                os.close(fd)


def missing() -> str:
    """Why processes don't end with us here; nothing where they do."""
    bond = Bond()
    try:
        if fcntl.fcntl(bond.theirs, fcntl.F_GETSIG) != signal.SIGKILL:
            return "F_SETSIG has no effect"
    except OSError as error:
        return str(error)
    finally:
        bond.close()
    return ""
