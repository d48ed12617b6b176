"""-k: words joined by `and`, `or`, `not` and parentheses, each of them a part of a case's name or a tag."""

from __future__ import annotations

import re
from collections.abc import Callable

from trapframe.model import CaseInfo

Test = Callable[[CaseInfo], bool]

TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
OPERATORS = ("and", "or", "not", "(", ")")


class ExpressionError(Exception):
    """What -k says can't be read."""

    exit_code = 2


def parse(text: str) -> Test:
    """Whether a case is meant."""
    tokens = TOKEN.findall(text)
    test = _either(tokens, text)
    if tokens:
        raise _error(text, "'and' or 'or'", tokens[0])
    return test


def _either(tokens: list[str], text: str) -> Test:
    tests = [_both(tokens, text)]
    while tokens[:1] == ["or"]:
        tokens.pop(0)
        tests.append(_both(tokens, text))
    return lambda case: any(test(case) for test in tests)


def _both(tokens: list[str], text: str) -> Test:
    tests = [_one(tokens, text)]
    while tokens[:1] == ["and"]:
        tokens.pop(0)
        tests.append(_one(tokens, text))
    return lambda case: all(test(case) for test in tests)


def _one(tokens: list[str], text: str) -> Test:
    token = tokens.pop(0) if tokens else ""
    if token == "not":
        inner = _one(tokens, text)
        return lambda case: not inner(case)
    if token == "(":
        inner = _either(tokens, text)
        if tokens[:1] != [")"]:
            raise _error(text, "')'", tokens[0] if tokens else "")
        tokens.pop(0)
        return inner
    if not token or token in OPERATORS:
        raise _error(text, "a part of a case's name, or a tag", token)
    return lambda case: token in case.case or token in case.tags


def _error(text: str, expected: str, got: str) -> ExpressionError:
    return ExpressionError(f"-k '{text}': expected {expected}, got {repr(got) if got else 'its end'}")
