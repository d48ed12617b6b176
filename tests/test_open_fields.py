"""What golden files leave open: not more than the manual does."""

from __future__ import annotations

from collections.abc import Iterator

from mini import ROOT

from trapframe.truth import golden
from trapframe.truth.expect import Expect

PAGE = 0xFFF


def lines() -> Iterator[tuple[str, str, Expect]]:
    """Case, field, and what is said of it, of Intel's sections."""
    for path in sorted((ROOT / "expected").glob("*/*.txt")):
        for section in golden.read(path).sections:
            for outcome in () if section.amd else section.outcomes:
                for entry in outcome.fields:
                    yield f"{path.parent.name}/{section.name}", entry.name, entry.expect


def test_nothing_is_open_that_is_known() -> None:
    """SS of a handler is NULL or the old one; above a frame lies what the program or a delivery has left."""
    open_ = [(case, name, said) for case, name, said in lines() if said.text == "any"]
    assert [(case, name) for case, name, said in open_ if name.endswith("handler.ss")] == []
    above = [(case, said.because) for case, name, said in open_ if name.endswith(".above")]
    assert [case for case, because in above if "padding" not in because] == []


def test_cr2_lies_in_the_operand() -> None:
    """Which byte is reported may be open, not whether it belongs to the operand: that is less than a page."""
    masks = [
        (case, said.mask) for case, name, said in lines() if name.endswith(".cr2") and said.mask is not None
    ]
    assert [case for case, mask in masks if mask & PAGE == 0] == []
