"""Which cases the options mean."""

from __future__ import annotations

import pytest
import samples

from trapframe.suite import expression, select
from trapframe.suite.select import NothingSelected, Selection, SelectionError, choose

CASES = tuple(
    samples.INFO._replace(case=name, vector=vector, env=env, tags=tags, about="", spec="", needs=())
    for name, vector, env, tags in (
        ("breakpoint/int3", 3, "long64", ("quick",)),
        ("breakpoint/int3_user", 3, "compat32", ()),
        ("page_fault/read", 14, "long64", ("quick", "paging")),
        ("page_fault/read_user", 14, "long64", ()),
        ("triple_fault/idt", None, "long64", ()),
    )
)


def names(**wanted: object) -> list[str]:
    return [case.case for case in choose(CASES, Selection(**wanted))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text, found",
    [
        ("page_fault", ["page_fault/read", "page_fault/read_user"]),
        ("page_fault and not user", ["page_fault/read"]),
        ("quick or user", [case.case for case in CASES[:4]]),
        ("not (page_fault or breakpoint)", ["triple_fault/idt"]),
        ("not not idt", ["triple_fault/idt"]),
        ("breakpoint or page_fault and user", [*(case.case for case in CASES[:2]), "page_fault/read_user"]),
    ],
)
def test_expressions(text: str, found: list[str]) -> None:
    assert names(expression=text) == found


@pytest.mark.parametrize("text", [" ", "and", "a and", "(a", "a)", "a b", "not", "()"])
def test_expressions_that_nobody_understands(text: str) -> None:
    with pytest.raises(expression.ExpressionError, match="-k .*expected"):
        expression.parse(text)


def test_by_what_a_case_says_of_itself() -> None:
    assert names(tags=("quick",)) == ["breakpoint/int3", "page_fault/read"]
    assert names(environments=("compat32",)) == ["breakpoint/int3_user"]
    for vector in ("3", "0x3", "#BP", "bp"):
        assert names(vectors=(vector,)) == ["breakpoint/int3", "breakpoint/int3_user"]
    assert names(vectors=("3", "14"), tags=("quick", "paging"), expression="read") == ["page_fault/read"]


def test_all_that_is_given_has_to_hold() -> None:
    with pytest.raises(NothingSelected, match="no case has all of -k 'int3', --tag paging"):
        names(expression="int3", tags=("paging",))
    with pytest.raises(SelectionError, match="--env pm31: there is long64"):
        names(environments=("pm31",))
    for vector in ("256", "-1", "PX", ""):
        with pytest.raises(SelectionError, match="expected a number from 0 to 255"):
            names(vectors=(vector,))


def test_shards_are_parts() -> None:
    parts = [names(shard=(number, 3)) for number in (1, 2, 3)]
    assert sorted(name for part in parts for name in part) == [case.case for case in CASES]


def test_a_new_case_moves_no_other_to_another_shard() -> None:
    more = (*CASES, CASES[0]._replace(case="aaa/new"))
    for number in (1, 2, 3):
        shard = Selection(shard=(number, 3))
        assert set(choose(CASES, shard)) <= set(choose(more, shard))


def test_failed_first_keeps_the_order_otherwise() -> None:
    found = select.first(CASES, {"page_fault/read", "triple_fault/idt"})
    assert [case.case for case in found] == [
        "page_fault/read",
        "triple_fault/idt",
        "breakpoint/int3",
        "breakpoint/int3_user",
        "page_fault/read_user",
    ]
