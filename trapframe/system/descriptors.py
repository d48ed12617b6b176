"""How many files this process may have open."""

from __future__ import annotations

import resource

OTHERS = 512  # that a run has open besides: emulators that serve, and their pipes


def allow(count: int) -> None:
    """Room for `count` more than the usual, as far as the system lets a user."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OTHERS + count
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
