"""`make prediction`: which golden files the specification predicts, and which it can't follow."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from trapframe.ask.engines import NO_VECTOR
from trapframe.frames.environment import ENVIRONMENTS
from trapframe.model import CaseInfo
from trapframe.pages import engines_by_rules
from trapframe.prediction import descriptions, every
from trapframe.prediction.compare import Prediction
from trapframe.spec import VENDORS, Specification
from trapframe.suite import build
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT, build_folder
from trapframe.truth import expected

PAGE = Path("docs/generated/prediction.md")
RULE = re.compile(r'RULE\("([^"]+)",\s*"([^"]+)"\)')
INSTRUCTION = re.compile(r"instruction (0x[0-9a-f]+)")
CLASSES = (
    "agrees, from the instruction",
    "agrees, from the golden file's event",
    "agrees, its first frames",
    "differs",
    "not followed",
)

HEAD = """\
# Golden files and the specification

Written by `make prediction`. Each case's program is followed by [the specification](../spec.md) from its own
set-up on, and what comes is held against the case's golden section, on both profiles, with each value of the
choices that the vendor's manual leaves open. [spec.md](../spec.md#the-golden-files) says what that is.
`make check` fails where one differs.
"""


def class_of(one: Prediction) -> str:
    if not one.followed:
        return CLASSES[4]
    if one.differences:
        return CLASSES[3]
    return CLASSES[2] if one.stopped else CLASSES[1] if one.given else CLASSES[0]


def page(predictions: Sequence[Prediction], rules: Iterable[tuple[str, str]]) -> str:
    """`rules`: all of the specification, with their sections."""
    return "\n".join(
        (
            HEAD,
            *_counts(predictions),
            "",
            "## Not followed",
            "",
            *_reasons(predictions, lambda one: one.stopped),
            "",
            "## Events from the golden file",
            "",
            "The instruction isn't in the table, or which of its operands are refused. From the event on",
            "all is predicted.",
            "",
            *_reasons(predictions, lambda one: "" if one.stopped else one.given),
            "",
            "## Accepted outcomes that no choice leads to",
            "",
            "The manual leaves them open, and the specification doesn't speak of them: another order of two",
            "faults of one instruction, interrupts and debug traps that may come later.",
            "",
            *_unreached(predictions),
            "",
            "## Rules that no case shows",
            "",
            *_silent(predictions, rules),
            "",
        )
    )


def _counts(predictions: Iterable[Prediction]) -> Iterator[str]:
    counts = Counter((one.env, one.profile, class_of(one)) for one in predictions)
    yield "| environment | profile | " + " | ".join(CLASSES) + " | agrees |"
    yield "|---|---|" + "---|" * (len(CLASSES) + 1)
    for env in ENVIRONMENTS:
        for profile in VENDORS:
            row = [counts[env, profile, name] for name in CLASSES]
            if sum(row):
                share = f"{100 * sum(row[:3]) / sum(row):.1f} %"
                yield f"| {env} | {profile} | " + " | ".join(map(str, row)) + f" | {share} |"
    row = [sum(count for key, count in counts.items() if key[2] == name) for name in CLASSES]
    yield "| all | both | " + " | ".join(map(str, row)) + f" | {100 * sum(row[:3]) / sum(row):.1f} % |"


def _reasons(predictions: Iterable[Prediction], reason: Callable[[Prediction], str]) -> Iterator[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in predictions:
        if text := INSTRUCTION.sub("an instruction outside the table", reason(one)):
            found[text].append(one.case)
    yield "| what | cases | one of them |"
    yield "|---|---|---|"
    for text, cases in sorted(found.items(), key=lambda pair: (-len(set(pair[1])), pair[0])):
        yield f"| {text} | {len(set(cases))} | {min(cases)} |"


def _unreached(predictions: Iterable[Prediction]) -> Iterator[str]:
    found: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for one in predictions:
        if one.unreached and not one.stopped:
            found[one.case, one.unreached].append(one.profile)
    yield "| case | outcomes | profile |"
    yield "|---|---|---|"
    for (case, names), profiles in found.items():
        yield f"| {case} | {', '.join(names)} | {', '.join(profiles)} |"


def _silent(predictions: Iterable[Prediction], rules: Iterable[tuple[str, str]]) -> Iterator[str]:
    seen = set().union(*(one.rules for one in predictions))
    every_rule = dict(rules)
    silent = sorted(set(every_rule) - seen)
    used = len(every_rule) - len(silent)
    yield f"{used} of {len(every_rule)} rules decided something in a case. These didn't:"
    yield ""
    yield "| rule | section |"
    yield "|---|---|"
    for name in silent:
        yield f"| {name} | {every_rule[name]} |"


def rules_of_cases(predictions: Iterable[Prediction], cases: Iterable[CaseInfo]) -> str:
    """docs/data/rules-of-cases.tsv: of what is followed to its end, by Intel's manual."""
    vectors = {
        one.case: one.vector if one.outcome == "exception" and one.vector is not None else NO_VECTOR
        for one in cases
    }
    return engines_by_rules.write(
        engines_by_rules.group(
            (one.case, engines_by_rules.mode_of(one.case, one.env), vectors[one.case], one.rules)
            for one in predictions
            if one.followed and one.profile == "intel"
        )
    )


def all_rules(root: Path) -> list[tuple[str, str]]:
    """From the sources."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((root / "spec").glob("*.c")))
    return sorted({rule for text in texts for rule in RULE.findall(text)})


def main(root: Path = ROOT) -> int:
    jobs = os.cpu_count() or 1
    workspace = open_workspace(root, jobs)
    if code := workspace.pick(Selection()).tell():
        return code
    if failures := build.ensure_specification(root, jobs):
        print(failures[0].message, file=sys.stderr)
        return 3
    cases = workspace.cases
    known = expected.load(root, cases, cases, (), [])
    sent = descriptions.describe(root, workspace, cases, jobs)
    spec = Specification(build_folder(root) / "spec" / "spec.so")
    predictions = every.predict_every(spec, workspace, known, sent, cases)
    write_atomically(root / PAGE, page(predictions, all_rules(root)).encode())
    write_atomically(root / engines_by_rules.RULES, rules_of_cases(predictions, cases).encode())
    for one in predictions:
        if one.differences:
            fields = "; ".join(f"{diff.field} {diff.expected} | {diff.actual}" for diff in one.differences)
            print(f"{one.case} {one.profile} {' '.join(one.choices)}: {fields}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
