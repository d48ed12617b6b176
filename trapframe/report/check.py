"""Whether a JSON value has the form of a report, a header or a result, as docs/report.md has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from trapframe.model import End, Verdict
from trapframe.system.files import is_name

Check = Callable[[Any], None]
MOST_SECONDS = 1e9
WORD = 2**64 - 1
TEXT_OF_A_NUMBER = 200  # characters: more of them can't be a version
HEX = re.compile(r"0x[0-9a-f]{1,32}")  # a word, or a line of memory, which has sixteen bytes
SHARD = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")


class Wrong(ValueError):
    """A value that can't stand where it does."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(expected, value)
        self.where = ""
        self.expected = expected
        self.got = _shown(value)

    def __str__(self) -> str:
        where = f"{self.where.lstrip('.')}: " if self.where else ""
        return f"{where}expected {self.expected}, got {self.got}"


def _shown(value: object) -> str:
    """Short, whatever it is."""
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    return "null" if value is None else ascii(value)[:60]


# What a value can be.


def text(value: Any) -> None:
    if not isinstance(value, str):
        raise Wrong("a text", value)


def flag(value: Any) -> None:
    if not isinstance(value, bool):
        raise Wrong("true or false", value)


def seconds(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MOST_SECONDS:
        raise Wrong("a number of seconds", value)


def version(value: Any) -> None:
    text(value)
    if len(value) > TEXT_OF_A_NUMBER:
        raise Wrong(f"a text of at most {TEXT_OF_A_NUMBER} characters", value)


def case_file(value: Any) -> None:
    text(value)
    if not all(map(is_name, value.split("/"))):
        raise Wrong("FAMILY/FILE", value)


def hexadecimal(value: Any) -> None:
    text(value)
    if not HEX.fullmatch(value):
        raise Wrong("a hexadecimal number of 128 bits", value)


def shard(value: Any) -> None:
    text(value)
    read_shard(value)


def read_shard(value: str) -> tuple[int, int]:
    found = SHARD.fullmatch(value)
    if not found or int(found[1]) > int(found[2]):
        raise Wrong("I/N with I from 1 to N", value)
    return int(found[1]), int(found[2])


def whole(least: int, most: int) -> Check:
    def check(value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Wrong(f"a whole number from {least} to {most:#x}", value)

    return check


def one_of(words: Collection[str]) -> Check:
    def check(value: Any) -> None:
        text(value)
        if value not in words:
            raise Wrong(f"one of {', '.join(words)}", value)

    return check


def or_null(check: Check) -> Check:
    def either(value: Any) -> None:
        if value is not None:
            check(value)

    return either


def many(check: Check) -> Check:
    def each(value: Any) -> None:
        if not isinstance(value, list):
            raise Wrong("a list", value)
        for number, one in enumerate(value):
            try:
                check(one)
            except Wrong as wrong:
                wrong.where = f"[{number}]{wrong.where}"
                raise

    return each


def row(*checks: Check) -> Check:
    """A list of so many values."""

    def each(value: Any) -> None:
        if not isinstance(value, list) or len(value) != len(checks):
            raise Wrong(f"a list of {len(checks)}", value)
        for check, one in zip(checks, value):
            check(one)

    return each


def table(needed: Mapping[str, Check], other: Mapping[str, Check] | None = None) -> Check:
    """An object that has all of `needed`; whatever else it has than `other` is of no interest."""
    known = {**needed, **(other or {})}

    def each(value: Any) -> None:
        if not isinstance(value, dict):
            raise Wrong("an object", value)
        for key, check in known.items():
            if key in value:
                try:
                    check(value[key])
                except Wrong as wrong:
                    wrong.where = f".{key}{wrong.where}"
                    raise
            elif key in needed:
                raise Wrong(f"the key '{key}'", value)

    return each


# What stands where.

texts = many(text)
ends = one_of([end.value for end in End])
difference = table(
    {"field": text, "expected": text, "actual": text}, {"bits": hexadecimal, "quirks": texts, "because": text}
)
problem = table({"file": text, "message": text}, {"line": whole(0, WORD), "case": text})
KNOWN = {
    "engine_id": text,
    "end": ends,
    "seconds": seconds,
    "diff": many(difference),
    "quirks": texts,
    "accepted": text,
    "message": text,
    "status": or_null(whole(-255, 2**32)),
    "command": text,
    "serial": text,
}
MORE = {
    "unseen": many(difference),
    "unlike": many(difference),
    "second_hand": flag,
    "log": text,
    "raw": text,
    "repeats": many(table({"count": whole(0, WORD), "verdict": text, "end": text, "serial": text})),
}
NAMED = {"case": text, "engine": text}
any_result = table({**NAMED, "verdict": text}, {**KNOWN, **MORE})
own_result = table({**NAMED, "verdict": one_of([verdict.value for verdict in Verdict]), **KNOWN}, MORE)
ENGINE = {"id": text, "kind": text, "version": version, "profile": text, "path": text, "sha256": text}
MACHINE = {"processor": text, "family": text, "microcode": text, "kernel": text, "hypervisor": flag}
ENGINE_MORE = {**MACHINE, "hosted": flag, "quirks_of": text, "started": text, "why_afresh": text}
any_engine = table({"name": text}, {**ENGINE, **ENGINE_MORE})
own_engine = table({"name": text, **ENGINE}, ENGINE_MORE)
stacks = table(
    {
        "places": many(row(text, whole(0, WORD), whole(0, WORD), flag)),
        "selectors": many(row(text, whole(0, 0xFFFF))),
    }
)
case = table(
    {
        "case": text,
        "file": case_file,
        "variant": whole(0, 2**32 - 1),
        "env": text,
        "about": text,
        "spec": text,
        "id": texts,
        "tags": texts,
        "needs": texts,
        "vector": or_null(whole(0, 255)),
        "outcome": text,
        "error": or_null(whole(0, WORD)),
        "saved_rip": text,
        "resumes": flag,
    },
    {"harness": whole(0, WORD), "golden_line": whole(0, WORD)},
)
OWN_HEAD = {
    "commit": or_null(text),
    "started": text,
    "arguments": texts,
    "seconds": seconds,
    "interrupted": flag,
    "harness": many(stacks),
    "cases": many(case),
    "build_failures": many(problem),
    "golden_problems": many(problem),
}
HEAD_MORE = {"inputs": text, "shard": or_null(shard), "missing": many(shard), "unlike": whole(0, WORD)}
_any_report = table({}, {**OWN_HEAD, **HEAD_MORE, "engines": many(any_engine), "results": many(any_result)})
_own_report = table({**OWN_HEAD, "engines": many(own_engine), "results": many(own_result)}, HEAD_MORE)
header = table(
    {"schema": whole(1, 10**6), "engines": many(own_engine)},
    {"inputs": text, "commit": or_null(text), "shard": or_null(shard)},
)


collection = table(
    {
        "schema": whole(1, 10**6),
        "engines": many(table({"id": text, "name": text, "kind": text, "version": version}, ENGINE_MORE)),
        "records": many(table({"engine_id": text, "case": text, "end": ends, "serial": text})),
        "sha256": text,
    },
    {"commit": or_null(text)},
)


def report(value: Mapping[str, Any], own: bool) -> None:
    """`own`: it has all that a run writes, so that it can be a part of another report."""
    (_own_report if own else _any_report)(value)
    rows = len(value.get("harness", ()))
    for number, one in enumerate(value.get("cases", ())):
        if one.get("harness", -1) >= rows:
            wrong = Wrong(f"one of {rows} rows", one["harness"])
            wrong.where = f".cases[{number}].harness"
            raise wrong
