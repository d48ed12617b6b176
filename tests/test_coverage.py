"""The manual's rules and their cases."""

from __future__ import annotations

import pytest
from mini import ROOT

from trapframe.pages import coverage
from trapframe.pages.coverage import Rule, RulesError, Section

FILES = {
    "page_fault/read": "page_fault/read",
    "page_fault/write": "page_fault/write",
    "page_fault/write_user": "page_fault/write",
    "nmi/self": "nmi/self",
    "nmi/latched_kernel": "nmi/latched",
    "nmi/latched_user": "nmi/latched",
}
SECTION = Section(
    'SDM 3A "Page-Fault Exceptions"',
    (Rule("W/R is 1 for writes", ("page_fault/write*",)), Rule("SGX", none="no engine has enclaves")),
)


def test_a_rule_shows_its_cases_or_its_reason() -> None:
    text = coverage.page([SECTION], FILES)
    assert '\n## SDM 3A "Page-Fault Exceptions"\n' in text
    assert "- W/R is 1 for writes: 2 (`page_fault/write`, `page_fault/write_user`)\n" in text
    assert "- SGX: **no case** (no engine has enclaves)\n" in text
    assert "2 rules: 1 with cases, 0 to be written, 1 that no case can show" in text
    assert "2 of 6 cases test a rule" in text


def test_cases_that_no_rule_claims_are_listed() -> None:
    others = coverage.page([SECTION], FILES).partition("## Cases of other rules\n\n")[2]
    assert others == "- `nmi/latched`: 2\n- `nmi/self`: 1\n- `page_fault/read`: 1\n"


def test_a_glob_has_to_match() -> None:
    with pytest.raises(RulesError, match="no case matches 'nmi/other' of the rule 'one'"):
        coverage.page([Section("title", (Rule("one", ("nmi/other",)),))], FILES)


def test_the_chapters_are_there() -> None:
    """Whoever drops one of them, or takes a case's file out of all rules, sees it here."""
    titles = "\n".join(section.title for section in coverage.read((ROOT / coverage.RULES).read_text()))
    for chapter in (
        "Protection",
        "Task Management",
        "Interrupt and Exception Handling",
        "Debug",
        "8086 Emulation",
    ):
        assert f'"{chapter}" (chapter ' in titles
    assert "APM 2 and 3" in titles


@pytest.mark.parametrize(
    "rule", ['{ rule = "a" }', '{ rule = "a", cases = ["b"], none = "c" }', '{ rules = "a", none = "b" }']
)
def test_a_rule_has_cases_or_a_reason(rule: str) -> None:
    with pytest.raises(RulesError, match="docs/data/rules.toml"):
        coverage.read(f'[[section]]\ntitle = "t"\nrules = [{rule}]\n')
