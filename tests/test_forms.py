"""docs/generated/forms.md: which form a case takes, and what a hole is."""

from __future__ import annotations

import pytest
from trapframe.pages.forms import HOLE, PAGE, Case, Form, FormsError, page, read
from trapframe.system.folders import ROOT

TABLE = """
[form]
"64-bit" = { env = "long64" }
"CPL 3" = { fact = "cpl3" }
"JMP" = { words = '\\bjmp' }
"CALL" = { words = '\\bcall' }
[[group]]
title = "Far transfers"
rules = ["transfer.*"]
forms = ["64-bit", "CPL 3", "JMP", "CALL"]
not = [{ rules = ["*.null"], forms = ["CALL"], why = "No reason." }]
"""
FAR = Case("far/jmp_null", "far/jmp", "long64", " far jmp null ", frozenset({"cpl3"}))
NEAR = Case("far/jump", "far/jump", "pm32", " far jmp null ", frozenset())


def test_a_cell_counts_the_cases_of_its_form() -> None:
    forms, groups = read(TABLE)
    text = page(["transfer.null", "transfer.type"], forms, groups, {"transfer.null": [NEAR, FAR]})
    one, two = "[1](../../cases/far/jmp.c)", "[2](../../cases/far/jmp.c)"
    assert f"| transfer.null | {one} | {one} | {two} | (1) |\n" in text
    assert "| transfer.type | **hole** | **hole** | **hole** | **hole** |\n" in text
    assert "8 cells: 3 with cases, 1 that can't be, 4 holes." in text
    assert "(1) No reason.\n" in text


def test_every_rule_has_a_group() -> None:
    forms, groups = read(TABLE)
    with pytest.raises(FormsError, match="no group has the rule 'stack.null'"):
        page(["transfer.null", "stack.null"], forms, groups, {})
    assert "No reason." not in page(["transfer.type"], forms, groups, {})


def test_a_group_names_forms_that_exist() -> None:
    with pytest.raises(FormsError, match="no form 'RET'"):
        read(TABLE.replace('"CALL"]\nnot', '"RET"]\nnot'))
    assert Form("JMP", words="jmp").words


def test_a_group_may_have_rows_of_its_own() -> None:
    forms, groups = read(TABLE.replace('rules = ["transfer.*"]', "rows = { LGDT = '\\\\blgdt' }"))
    text = page([], forms, groups, {"LGDT": [FAR]})
    assert "| LGDT | [1](../../cases/far/jmp.c) |" in text


def test_no_hole_is_left() -> None:
    assert HOLE not in (ROOT / PAGE).read_text(encoding="utf-8")
