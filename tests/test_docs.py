"""The generated pages are those that `make docs` would write now."""

from __future__ import annotations

from mini import ROOT
from trapframe import docs
from trapframe.workspace import open_workspace


def test_the_generated_pages_are_current() -> None:
    cases = open_workspace(ROOT, 2, images=False).cases
    for path, text in docs.pages(ROOT, cases).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run `make docs`"
