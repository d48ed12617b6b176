"""The generated pages are those that `make docs` would write now."""

from __future__ import annotations

import re
from fnmatch import filter as matching

from mini import ROOT
from trapframe.pages import docs
from trapframe.suite.workspace import open_workspace


def test_the_generated_pages_are_current() -> None:
    cases = open_workspace(ROOT, 2, images=False).cases
    for path, text in docs.pages(ROOT, cases).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run `make docs`"


def test_doubts_are_about_cases_that_exist() -> None:
    names = [case.case for case in open_workspace(ROOT, 2, images=False).cases]
    text = (ROOT / "docs" / "doubts.md").read_text(encoding="utf-8")
    globs = re.findall(r"`([a-z0-9_]+/[a-z0-9_*?]+)`", text)
    assert globs
    assert [glob for glob in globs if not matching(names, glob) and not matching(names, f"{glob}_*")] == []
