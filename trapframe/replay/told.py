"""What is said of a replay: by engine how many tests agree, and how the others differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from trapframe.replay.judge import GREEN, Judgement, Verdict
from trapframe.replay.moo import Test
from trapframe.replay.sample import Sample, is_int_n

INDENT = "    "
INT_N = "INT n"
ORDER = list(Verdict)
MOST = 6  # opcodes that are named


def sample(taken: Sample, processor: str) -> Iterator[str]:
    """What there is, and what is left away."""
    yield f"{len(taken.tests)} of {taken.whole} tests of {processor} that end in an exception"
    for reason, count in taken.skipped.items():
        yield f"{INDENT}{count} can't be had: {reason}"


def engine(label: str, judgements: Sequence[Judgement]) -> Iterator[str]:
    """A line for the engine, one for each class of difference, and the first example of that."""
    count = Counter(one.verdict for one in judgements)
    differ = [one for one in judgements if one.verdict not in GREEN]
    others = f", {count[Verdict.OTHERS]} as from the 386 on" if count[Verdict.OTHERS] else ""
    yield f"{label}: {len(judgements)} tests, {count[Verdict.AGREE]} agree{others}, {len(differ)} differ"
    if rules := Counter(name for one in judgements for name in one.rules):
        yield f"{INDENT}286: {', '.join(f'{name} {number}' for name, number in rules.most_common())}"
    groups: dict[tuple[Verdict, str], list[Judgement]] = {}
    for one in differ:
        groups.setdefault((one.verdict, INT_N if is_int_n(one.test) else one.expected), []).append(one)
    for (verdict, expected), found in sorted(groups.items(), key=lambda group: ORDER.index(group[0][0])):
        forms = Counter(one.test.file for one in found)
        yield f"{INDENT}{verdict.value} where {expected} is due: {len(found)} ({_most(forms)})"
        yield from example(found[0])


def example(judgement: Judgement) -> Iterator[str]:
    yield f"{INDENT * 2}{judgement.test.label}  {instruction(judgement.test)}"
    for text in judgement.differences:
        what, expected, actual = text.split("  ")
        yield f"{INDENT * 3}{what}  expected {expected}, got {actual}"


def instruction(test: Test) -> str:
    """Bytes and words; the set calls some of them bad."""
    return f"{test.code[:-1].hex(' ')}  {test.name}"


def _most(forms: Counter[str]) -> str:
    names = [f"{name} {count}" for name, count in forms.most_common(MOST)]
    return ", ".join(names) + (", ..." if len(forms) > MOST else "")
