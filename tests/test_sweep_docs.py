"""Pages of what sweeps see: quirks by sweeps, findings, and mutants."""

from __future__ import annotations

from pathlib import Path

import pytest
from mini import ROOT

from trapframe.mutants.operators import Mutant
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


def test_the_page_says_what_is_seen() -> None:
    mutants = [Mutant(f"rule.{name}", f"a => {name}", ()) for name in ("one", "two|three")]
    page = sweep_strength.page([Seen(mutants[0], "`gates` on qemu"), Seen(mutants[1], "")])
    assert "1 of 2 are seen." in page
    assert "| rule.one | `a => one` | `gates` on qemu |" in page
    assert "- rule.two|three: `a => two|three`" in page
    assert isinstance(sweep_strength.PAGE, Path)
