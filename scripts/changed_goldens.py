#!/usr/bin/python3
"""changed_goldens.py [COMMIT]: whose golden sections require something else than there (last tag v*)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from trapframe.truth import expect, golden  # noqa: E402


def ask_git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def latest_release() -> str:
    return ask_git("describe", "--tags", "--abbrev=0", "--match=v*").strip()


def changed(commit: str) -> list[str]:
    """Sections that are in both, and require something else of either profile."""
    found = []
    for name in ask_git("diff", "--name-only", "--diff-filter=M", commit, "--", "expected/*.txt").split():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as before:
            before.write(ask_git("show", f"{commit}:{name}"))
            before.flush()
            was, now = golden.read(Path(before.name), name), golden.read(ROOT / name, name)
        for section in dict.fromkeys(one.name for one in was.sections):
            both = [
                [expect.required(expect.outcomes(file, section, profile)) for profile in ("intel", "amd")]
                for file in (was, now)
            ]
            if both[1] != [(), ()] and both[0] != both[1]:
                found.append(f"{name.split('/')[1]}/{section}")
    return found


def main() -> None:
    since = sys.argv[1] if sys.argv[1:] else latest_release()
    if not since:
        sys.exit("no tag v*: name a commit")
    print("\n".join(changed(since)))


if __name__ == "__main__":
    main()
