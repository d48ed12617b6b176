"""`list`: the cases, and what each says of itself."""

from __future__ import annotations

from pathlib import Path

from trapframe.suite.case import as_listed
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace


def show(root: Path, selection: Selection, as_json: bool, jobs: int) -> int:
    picked = open_workspace(root, jobs, images=False).pick(selection)
    if as_json:
        import json

        print(json.dumps([as_listed(case) for case in picked.cases], indent=1))
    else:
        width = max((len(case.case) for case in picked.cases), default=0)
        for case in picked.cases:
            print(f"{case.case:<{width}}  {case.about}")
    return picked.tell()
