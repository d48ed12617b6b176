"""How many files this process may have open."""

from __future__ import annotations

import fcntl
import os
import resource

OTHERS = 512  # that a run has open besides: emulators that serve, and their pipes


def allow(count: int) -> None:
    """Room for `count` more than the usual, as far as the system lets a user.

    To be called before there are threads: with one more about the kernel takes 10 ms each time that
    its table of them grows (expand_fdtable() waits for whoever reads it), and that is five times.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OTHERS + count
    if soft != resource.RLIM_INFINITY and soft < wanted:
        wanted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    some = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    os.close(fcntl.fcntl(some, fcntl.F_DUPFD_CLOEXEC, wanted - 1))
    os.close(some)
