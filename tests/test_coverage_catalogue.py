"""What of the catalogue has a case: how rows are counted, and that the finished families have no gap."""

from __future__ import annotations

import samples
from mini import ROOT
from trapframe.pages import coverage_catalogue as catalogue
from trapframe.pages.coverage_catalogue import COVERED, EXPLAINED, MISSING
from trapframe.suite.workspace import open_workspace

TABLE = """\
id\tenvironment\tvector\terror_code\ttrigger
pf-one\tlong64\t14 #PF\t0x0\tread
pf-two\tlong64\t14 #PF\t0x2\twrite
pf-odd\tlong64\tnone\t-\tpage "np"
pf-old\tpm32\t14 #PF\t0x0\tread
task-new\tpm32\t10 #TS\tsel(T2)\tcall
"""
REASONS = """\
- the word: no row
- pf-odd, pf-two: nobody knows.
  - indented: no row
"""


def test_a_row_is_covered_by_a_case_of_its_environment() -> None:
    rows = catalogue.read_catalogue(TABLE)
    cases = [samples.INFO._replace(ids=("pf-one", "pf-old"), env="long64")]
    reasons = catalogue.explained(REASONS)
    assert reasons == {"pf-odd", "pf-two"}
    found = {row.id: state for row, state in catalogue.states(rows, cases, reasons).items()}
    assert found == {
        "pf-one": COVERED,
        "pf-two": EXPLAINED,
        "pf-odd": EXPLAINED,
        "pf-old": MISSING,
        "task-new": MISSING,
    }


def test_missing_rows_are_listed_of_what_has_begun() -> None:
    rows = catalogue.read_catalogue(TABLE)
    text = catalogue.summary(
        catalogue.states(rows, [samples.INFO._replace(ids=("pf-one",))], frozenset({"pf-two"}))
    )
    assert "pf       long64              1         1         1\n" in text
    assert "\npf-odd " in text and "pf-old " not in text and "task-new " not in text
    assert text.endswith("5 rows: 1 covered, 1 explained, 3 missing; missing of finished families: 1\n")


def test_names_that_the_catalogue_does_not_have() -> None:
    rows = catalogue.read_catalogue(TABLE)
    cases = [samples.INFO._replace(ids=("pf-one", "pf-tow"))]
    assert list(catalogue.unknown(rows, cases, frozenset({"pf-gone"}))) == [
        f"{samples.INFO.case}: the catalogue has no row pf-tow",
        "docs/not-covered.md: the catalogue has no row pf-gone",
    ]


def test_the_finished_families_have_no_gap() -> None:
    cases = open_workspace(ROOT, 2, images=False).cases
    rows = catalogue.read_catalogue((ROOT / catalogue.CATALOGUE).read_text(encoding="utf-8"))
    reasons = catalogue.explained((ROOT / catalogue.REASONS).read_text(encoding="utf-8"))
    found = catalogue.states(rows, cases, reasons)
    assert [row.id for row, state in found.items() if state == MISSING and row.finished] == []
    assert list(catalogue.unknown(rows, cases, reasons)) == []
