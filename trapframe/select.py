"""Which cases a command line means."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from trapframe.model import CaseInfo

NEAR = 3


class NothingSelected(Exception):
    """A glob without a case."""

    exit_code = 4


def select(cases: Sequence[CaseInfo], globs: Sequence[str]) -> tuple[CaseInfo, ...]:
    """The cases that any of the globs matches, all of them without one. Each glob has to match something."""
    names = [case.case for case in cases]
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in names):
            raise NothingSelected(f"no case matches '{glob}'{_hint(glob, names)}")
    if not cases:
        raise NothingSelected("there are no cases")
    return tuple(case for case in cases if not globs or any(fnmatchcase(case.case, glob) for glob in globs))


def _hint(glob: str, names: Sequence[str]) -> str:
    near = near_matches(glob, names)
    return f"; near: {', '.join(near)}" if near else "; `./runner.py list` names all"


def near_matches(glob: str, names: Sequence[str]) -> list[str]:
    """Families and cases that may have been meant, the nearest first."""
    from difflib import get_close_matches

    families = sorted({name.partition("/")[0] + "/*" for name in names})
    word = glob.strip("*/")
    containing = [name for name in (*families, *names) if word and word in name]
    close = get_close_matches(glob, [*families, *names], n=NEAR, cutoff=0.5)
    tails = {name.partition("/")[2]: name for name in names}
    close += [tails[tail] for tail in get_close_matches(word, tails, n=NEAR, cutoff=0.6)]
    return list(dict.fromkeys((*containing[:NEAR], *close)))[:NEAR]
