"""`list`: the cases, and what each says of itself."""

from __future__ import annotations

import sys
from pathlib import Path

from trapframe.case import as_listed
from trapframe.select import Selection, choose
from trapframe.workspace import open_workspace


def show(root: Path, selection: Selection, as_json: bool, jobs: int) -> int:
    workspace = open_workspace(root, jobs, images=False)
    for failure in workspace.failures:
        print(f"not built: {failure.file}\n{failure.message}", file=sys.stderr)
    cases = choose(workspace.cases, selection) if workspace.cases or not workspace.failures else ()
    if as_json:
        import json

        print(json.dumps([as_listed(case) for case in cases], indent=1))
    else:
        width = max((len(case.case) for case in cases), default=0)
        for case in cases:
            print(f"{case.case:<{width}}  {case.about}")
    return 3 if workspace.failures else 0
