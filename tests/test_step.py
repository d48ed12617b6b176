"""From one result to a later one, for any records and whatever quirks are recorded."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from samples import FRAMES, HEAD, INFO, QEMU, UNTIMED, accepted, sent

from trapframe.frames import record
from trapframe.model import End, RunResult
from trapframe.report import json as report_json
from trapframe.report import loaded
from trapframe.report.loaded import Result
from trapframe.report.step import ADDED, BETTER, CHANGED, GONE, SAME, Step, WORSE, step
from trapframe.truth import quirk_file
from trapframe.truth.judge import judge
from trapframe.truth.quirk import Quirk

SWAPPED = {WORSE: BETTER, BETTER: WORSE, ADDED: GONE, GONE: ADDED, SAME: SAME, CHANGED: CHANGED}
HEADER = '[[quirk]]\nid = "{}"\nversions = "<10"\ncases = ["*"]\nrule = "SDM"\nreason = "so"\n'
CHANGE = '[[quirk.change]]\nframe = {}\nfield = "{}"\n{}\n'
QUIRKS = {
    "rf": CHANGE.format(1, "rflags", "clear = 0x10000"),
    "if": CHANGE.format(1, "handler.rflags", "set = 0x200"),
    "dr6": CHANGE.format('"*"', "dr6", "set = 1"),
    "error": CHANGE.format(1, "error", 'value = "0x6"'),
    "hangs": 'outcome = "TIMEOUT"\n',
    "lost": 'outcome = "PROTOCOL-ERROR"\n',
}

# Where a record has a number that a golden file speaks of.
NUMBERS = [
    match.span(1)
    for pattern in (
        r"^slots \w+ (?:7 )?(\w+)",
        r"(?<==)(\w+)",
        r"^value pte (\w+)",
        r"^vector (\w+)",
        r" (ee) ff$",
    )
    for match in re.finditer(pattern, FRAMES, re.MULTILINE)
] + [match.span(1) for match in re.finditer(r"^slots \w+ \w+ \w+ \w+ (\w+)", FRAMES, re.MULTILINE)]
Flips = frozenset[tuple[tuple[int, int], int]]  # a number's place in FRAMES, and the bit
Run = tuple[bytes, End]
FLIPS = st.frozensets(st.tuples(st.sampled_from(NUMBERS), st.integers(0, 7)), max_size=4)
KNOWN = st.frozensets(st.sampled_from(sorted(QUIRKS)))


def flipped(flips: Flips) -> bytes:
    """The record with these bits of these numbers turned."""
    masks: dict[tuple[int, int], int] = {}
    for span, bit in flips:
        masks[span] = masks.get(span, 0) ^ 1 << bit
    text = FRAMES
    for (start, end), mask in sorted(masks.items(), reverse=True):
        width = 2 if text[start:end] == "ee" else 1
        text = f"{text[:start]}{int(text[start:end], 16) ^ mask:0{width}x}{text[end:]}"
    return sent(HEAD + text)


# What else an engine may do: a frame lost, no record, a line that isn't one, no end of the process.
ENDS = st.sampled_from(
    [
        (HEAD.encode(), End.SHUTDOWN),
        (sent(HEAD + "final" + FRAMES.partition("\nfinal")[2]), End.EXIT),
        (sent(HEAD + "abandoned e 1234\n"), End.EXIT),
        (sent(HEAD + "unsupported smep\n"), End.EXIT),
        (b"", End.EXIT),
        (b"garbage\n", End.EXIT),
        (b"", End.TIMEOUT),
        (b"", End.CRASH),
    ]
)
RUNS = st.one_of(FLIPS.map(lambda flips: (flipped(flips), End.EXIT)), ENDS)


def quirks(names: Iterable[str]) -> tuple[Quirk, ...]:
    text = "".join(HEADER.format(one) + QUIRKS[one] for one in sorted(names))
    return quirk_file.parse(tomllib.loads(text), text, "sample.toml")


def result(run: Run, known: Iterable[str] = ()) -> Result:
    """As a reader of the report sees it."""
    data, end = run
    found, problem = None, ""
    try:
        found = record.parse(data)
    except record.RecordError as error:
        problem = str(error)
    judgement = judge(INFO, found, end, accepted(), quirks(known), QEMU, problem)
    ran = RunResult(end, data, "", 0.1, None, ("qemu",))
    entry = json.loads(json.dumps(report_json.result_entry(INFO.case, "qemu", QEMU, ran, judgement)))
    report = {"schema": report_json.SCHEMA, "results": [entry]}
    return next(iter(loaded.from_json(Path("r.json"), report).results.values()))


@UNTIMED
@given(RUNS, KNOWN, KNOWN)
def test_the_same_record_is_the_same_whatever_is_recorded(
    run: Run, one: frozenset[str], other: frozenset[str]
) -> None:
    assert step(result(run, one), result(run, other)) == Step(SAME)


@UNTIMED
@given(RUNS, RUNS, KNOWN, KNOWN)
def test_nothing_depends_on_which_quirks_are_recorded(
    was: Run, now: Run, one: frozenset[str], other: frozenset[str]
) -> None:
    assert step(result(was, one), result(now, other)) == step(result(was), result(now))


@UNTIMED
@given(RUNS, RUNS)
def test_nothing_depends_on_the_order_of_differences(was: Run, now: Run) -> None:
    """What a quirk explains comes last."""
    turned = [replace(one, diff=one.diff[::-1]) for one in (result(was), result(now))]
    assert step(*turned) == step(result(was), result(now))


@UNTIMED
@given(RUNS, RUNS, KNOWN)
def test_worse_and_better_swap(was: Run, now: Run, known: frozenset[str]) -> None:
    there, back = step(result(was, known), result(now, known)), step(result(now, known), result(was, known))
    assert back.kind == SWAPPED[there.kind]


@UNTIMED
@given(FLIPS, FLIPS, KNOWN)
def test_nearer_is_never_worse(stays: Flips, mended: Flips, known: frozenset[str]) -> None:
    """Some of the wrong bits are right now, and no other is wrong."""
    assume(not stays & mended)
    was, now = result((flipped(stays | mended), End.EXIT), known), result((flipped(stays), End.EXIT), known)
    kind = step(was, now).kind
    assert kind == (BETTER if was.diff != now.diff else SAME)


WRONG = {
    "rf": ("10ad7 12ffc0", "ad7 12ffc0"),
    "if": ("a5a5\nhandler rflags=8d7", "a5a5\nhandler rflags=ad7"),
    "dr6": ("dr6=ffff0ff0", "dr6=ffff0ff1"),
}
MORE_WRONG = {
    "rf": ("ad7 12ffc0", "8d7 12ffc0"),  # IF isn't pushed either
    "if": ("handler rflags=ad7", "handler rflags=bd7"),
    "dr6": ("dr6=ffff0ff1", "dr6=ffff0ff3"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_known_deviation_with_another_bit_on_top_is_worse(name: str) -> None:
    """In the field of a quirk the bits are compared as in any other."""
    known = FRAMES.replace(*WRONG[name], -1 if name == "dr6" else 1)
    more = known.replace(*MORE_WRONG[name], 1)
    was, now = (result((sent(HEAD + text), End.EXIT), [name]) for text in (known, more))
    assert (was.verdict, now.verdict) == ("QUIRK", "FAIL")
    assert (step(was, now).kind, step(now, was).kind) == (WORSE, BETTER)
