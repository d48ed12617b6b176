"""What is said of a replay: by engine how many tests agree, and how the others differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from trapframe.replay.judge import GREEN, Judgement, Verdict
from trapframe.replay.moo import Test
from trapframe.replay.sample import Sample

INDENT = "    "


def sample(taken: Sample, processor: str) -> Iterator[str]:
    """What there is, and what is left away."""
    yield f"{len(taken.tests)} of {taken.whole} tests of {processor} that end in an exception"
    for reason, count in taken.skipped.items():
        yield f"{INDENT}{count} can't be had: {reason}"


def engine(label: str, judgements: Sequence[Judgement]) -> Iterator[str]:
    """A line for the engine, one for each class of difference, and the first example of that."""
    by = {verdict: [one for one in judgements if one.verdict is verdict] for verdict in Verdict}
    differ = len(judgements) - sum(len(by[verdict]) for verdict in GREEN)
    others = f", {len(by[Verdict.OTHERS])} as from the 386 on" if by[Verdict.OTHERS] else ""
    yield f"{label}: {len(judgements)} tests, {len(by[Verdict.AGREE])} agree{others}, {differ} differ"
    rules = Counter(name for one in by[Verdict.OTHERS] for name in one.rules)
    if rules:
        yield f"{INDENT}286: {', '.join(f'{name} {count}' for name, count in rules.most_common())}"
    for verdict, found in by.items():
        if found and verdict not in GREEN:
            forms = Counter(one.test.file for one in found)
            yield f"{INDENT}{verdict.value}: {len(found)} ({_most(forms)})"
            yield from example(found[0])


def example(judgement: Judgement) -> Iterator[str]:
    yield f"{INDENT * 2}{judgement.test.label}  {instruction(judgement.test)}"
    for text in judgement.differences:
        what, expected, actual = text.split("  ")
        yield f"{INDENT * 3}{what}  expected {expected}, is {actual}"


def instruction(test: Test) -> str:
    """Bytes and words; the set calls some of them bad."""
    return f"{test.code[:-1].hex(' ')}  {test.name}"


def _most(forms: Counter[str]) -> str:
    names = [f"{name} {count}" for name, count in forms.most_common(6)]
    return ", ".join(names) + (", ..." if len(forms) > 6 else "")
