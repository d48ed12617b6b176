"""Pages of what sweeps see: quirks by sweeps, findings, and mutants."""

from __future__ import annotations

import re

import pytest
from mini import ROOT

from trapframe.mutants import reasons
from trapframe.mutants.operators import Mutant
from trapframe.mutants.reasons import Book, OF_SWEEPS, Reason
from trapframe.pages import sweep_strength, sweeps
from trapframe.pages.sweep_strength import Seen
from trapframe.sweep.known import Known
from trapframe.sweep.told import Counts
from trapframe.sweep.walk import Walked
from trapframe.truth import quirk_file


def known(id_: str, version: str, own: bool, *names: str) -> Known:
    everything = ("*",)
    rules = ("gate.*",)
    reason = f"{id_} | because"
    versions = ((">=", version),)
    return Known(
        id_, versions, ("intel",), names, everything, rules, everything, ("error",), reason, False, own
    )


ALL = (
    known("mine", "1.0", True, "gates"),
    known("mine", "2.0", True, "iret"),
    known("other", "9.0", True, "gates"),
    known("ext-never-set", "1.0", False, "gates", "iret"),
)


def test_by_each_quirk_stands_the_sweep_that_shows_it() -> None:
    quirks = list(quirk_file.read(ROOT / "expected" / "quirks" / "qemu" / "common.toml"))
    page = sweeps.page({"qemu": ALL}, {"qemu": quirks})
    assert "| ext-never-set | `gates`, `iret` |" in page
    assert f"1 of {len(quirks)} quirks, and 2 more." in page
    assert page.count(" | - |") == len(quirks) - 1
    assert "| mine | `gates`, `iret` |" in page


def test_findings_have_what_no_case_has_and_the_newest_release_shows() -> None:
    text = "\n".join(sweeps.section(ALL, "qemu", "QEMU", ["1.5", "2.5"]))
    assert "| mine | ● | ● | `gates`, `iret` | `gate.*` | mine \\| because |" in text
    assert "other" not in text and "ext-never-set" not in text
    assert list(sweeps.section(ALL[3:], "qemu", "QEMU", ["2.5"])) == []


def test_a_mutant_of_each_place() -> None:
    chosen = sweep_strength.sample(ROOT)
    assert len(chosen) > 40
    assert len({(path, one.place) for path, one in chosen}) == len(chosen)
    path, one = next((path, one) for path, one in chosen if one.place == "gate.cs-type")
    text = path.read_text()
    changed = sweep_strength.mutated(text, one)
    assert changed != text and abs(len(changed) - len(text)) < 200


def test_a_sweep_that_is_not_walked_sees_no_mistakes() -> None:
    walked = Walked(Counts(1))
    assert sweep_strength.witnesses({"gates": walked}) == {"gates": walked}
    with pytest.raises(SystemExit, match="gates32 isn't walked to its end"):
        sweep_strength.witnesses({"gates": walked, "gates32": None})


def test_the_page_says_what_is_seen_and_why_not() -> None:
    mutants = [Mutant(f"rule.{name}", f"a => {name}", ()) for name in ("one", "two|three", "four")]
    found = [Seen(mutants[0], "`gates` on qemu"), Seen(mutants[1], ""), Seen(mutants[2], "")]
    book = Book([Reason(("rule.two*", "rule.five*"), "same", "It is.")])
    page = sweep_strength.page(found, book)
    assert "1 of 3 are seen." in page
    assert "| rule.one | `a => one` | `gates` on qemu |" in page
    assert "- rule.two|three: `a => two|three`: The same program. It is." in page
    assert "- rule.four: `a => four`: **not explained**" in page
    assert sweep_strength.problems(found, book) == [
        "not seen, nor explained: rule.four: a => four",
        "docs/data/sweep-mutants.toml: explains nothing: rule.five*",
    ]


def test_what_no_sweep_sees_is_explained() -> None:
    book = Book(reasons.read((ROOT / OF_SWEEPS).read_text(encoding="utf-8"), OF_SWEEPS))
    page = (ROOT / sweep_strength.PAGE).read_text(encoding="utf-8")
    unseen = re.findall("^- (\\S+): `(.*?)`: ", page[page.index("## Unseen") :], re.MULTILINE)
    assert unseen and [name for name in unseen if not book.reason(": ".join(name))] == []
    assert book.needless([": ".join(name) for name in unseen]) == []
