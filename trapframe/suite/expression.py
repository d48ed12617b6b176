"""-k: words joined by `and`, `or`, `not`, (); each is a part of a case's name, a tag, or said of the case."""

from __future__ import annotations

import re
from collections.abc import Callable

from trapframe.model import CaseInfo
from trapframe.suite import search

Test = Callable[[CaseInfo], bool]

TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
OPERATORS = ("and", "or", "not", "(", ")")


class ExpressionError(Exception):
    """What -k says can't be read."""

    exit_code = 2


def parse(text: str) -> Test:
    """Whether a case is meant."""
    tokens = TOKEN.findall(text)
    test = _either(tokens, text, True)
    if tokens:
        raise _error(text, "'and' or 'or'", tokens[0])
    return test


# `wide`: not behind a `not`.


def _either(tokens: list[str], text: str, wide: bool) -> Test:
    tests = [_both(tokens, text, wide)]
    while tokens[:1] == ["or"]:
        tokens.pop(0)
        tests.append(_both(tokens, text, wide))
    return lambda case: any(test(case) for test in tests)


def _both(tokens: list[str], text: str, wide: bool) -> Test:
    tests = [_one(tokens, text, wide)]
    while tokens[:1] == ["and"]:
        tokens.pop(0)
        tests.append(_one(tokens, text, wide))
    return lambda case: all(test(case) for test in tests)


def _one(tokens: list[str], text: str, wide: bool) -> Test:
    token = tokens.pop(0) if tokens else ""
    if token == "not":
        inner = _one(tokens, text, not wide)
        return lambda case: not inner(case)
    if token == "(":
        inner = _either(tokens, text, wide)
        if tokens[:1] != [")"]:
            raise _error(text, "')'", tokens[0] if tokens else "")
        tokens.pop(0)
        return inner
    if not token or token in OPERATORS:
        raise _error(text, "a word", token)
    return _word(token, wide)


def _word(token: str, wide: bool) -> Test:
    """Behind `not` only names and tags count: no case is left out for a word that its text has by the way."""
    wanted = search.concept(token) if wide else None

    def test(case: CaseInfo) -> bool:
        if token in case.case or token in case.tags:
            return True
        return wanted is not None and search.says(wanted, case)

    return test


def _error(text: str, expected: str, got: str) -> ExpressionError:
    return ExpressionError(f"-k '{text}': expected {expected}, got {repr(got) if got else 'its end'}")
