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
from trapframe.pages import coverage, engines_by_rules
from trapframe.pages.coverage import Section, cases_of
from trapframe.prediction import descriptions, every
from trapframe.prediction.compare import Prediction
from trapframe.prediction.kept import Kept
from trapframe.prediction.library import specification
from trapframe.spec import VENDORS
from trapframe.suite.select import Selection
from trapframe.suite.workspace import open_workspace
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT
from trapframe.truth import expected

PAGE = Path("docs/generated/prediction.md")
RULE = re.compile(r'RULE\("([^"]+)",\s*"([^"]+)"\)')
INSTRUCTION = re.compile(r"instruction (0x[0-9a-f]+)")
CLASSES = (
    "agrees",
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
        return CLASSES[3]
    if one.differences:
        return CLASSES[2]
    return CLASSES[1] if one.stopped else CLASSES[0]


def page(
    predictions: Sequence[Prediction], rules: Sequence[tuple[str, str]], manual: Sequence[Section]
) -> str:
    """`rules`: all of the specification, with their sections; `manual`: those of docs/data/rules.toml."""
    return "\n".join(
        (
            HEAD,
            *_counts(predictions),
            "",
            "## Not followed",
            "",
            *_reasons(predictions, lambda one: one.stopped),
            "",
            "## Accepted outcomes that no choice leads to",
            "",
            "The manual leaves them open, and the specification doesn't speak of them: another order of two",
            "faults of one instruction, interrupts and debug traps that may come later.",
            "",
            *_unreached(predictions),
            "",
            "## Rules",
            "",
            *_rules(predictions, rules, manual),
            "",
        )
    )


def _counts(predictions: Iterable[Prediction]) -> Iterator[str]:
    counts = Counter((one.env, one.profile, class_of(one)) for one in predictions)
    yield "| environment | profile | " + " | ".join(CLASSES) + " | share |"
    yield "|---|---|" + "---|" * (len(CLASSES) + 1)
    for env in ENVIRONMENTS:
        for profile in VENDORS:
            row = [counts[env, profile, name] for name in CLASSES]
            if sum(row):
                share = f"{100 * sum(row[:2]) / sum(row):.1f} %"
                yield f"| {env} | {profile} | " + " | ".join(map(str, row)) + f" | {share} |"
    row = [sum(count for key, count in counts.items() if key[2] == name) for name in CLASSES]
    yield "| all | both | " + " | ".join(map(str, row)) + f" | {100 * sum(row[:2]) / sum(row):.1f} % |"


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


def _rules(
    predictions: Sequence[Prediction], rules: Sequence[tuple[str, str]], manual: Iterable[Section]
) -> Iterator[str]:
    """The holes first."""
    cases: dict[str, set[str]] = {name: set() for name, _ in rules}
    for one in predictions:
        for name in one.rules & cases.keys():
            cases[name].add(one.case)
    holes = [(name, section) for name, section in rules if not cases[name]]
    used = len(rules) - len(holes)
    yield f"{used} of {len(rules)} rules of `spec/` decided something in a case. These didn't:"
    yield ""
    yield "| rule | section |"
    yield "|---|---|"
    yield from (f"| {name} | {section} |" for name, section in holes)
    yield ""
    yield "The others, each with the line of [coverage.md](coverage.md) whose cases are most nearly the same:"
    yield ""
    yield "| rule | section | cases | one of them | in coverage.md |"
    yield "|---|---|---|---|---|"
    names = sorted({one.case for one in predictions})
    known = [(rule.text, set(cases_of(rule, names))) for section in manual for rule in section.rules]
    for name, section in rules:
        if mine := cases[name]:
            shared, text = max((len(mine & theirs) / len(mine | theirs), text) for text, theirs in known)
            where = text if shared else "none"
            yield f"| {name} | {section} | {len(mine)} | {min(mine)} | {where} |"


def rules_of_cases(predictions: Iterable[Prediction], cases: Iterable[CaseInfo]) -> str:
    """docs/data/rules-of-cases.tsv."""
    return engines_by_rules.write(groups(predictions, cases))


def groups(
    predictions: Iterable[Prediction], cases: Iterable[CaseInfo]
) -> tuple[engines_by_rules.Group, ...]:
    """Of what is followed to its end, by Intel's manual."""
    vectors = {
        one.case: one.vector if one.outcome == "exception" and one.vector is not None else NO_VECTOR
        for one in cases
    }
    return engines_by_rules.group(
        (one.case, engines_by_rules.mode_of(one.case, one.env), vectors[one.case], one.rules)
        for one in predictions
        if one.followed and one.profile == "intel"
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
    spec = specification(root, jobs)
    cases = workspace.cases
    known = expected.load(root, cases, cases, (), [])
    sent = descriptions.describe(root, workspace.images, cases, jobs)
    predictions = every.predict_every(spec, workspace, known, sent, cases, Kept(root))
    manual = coverage.read((root / coverage.RULES).read_text(encoding="utf-8"))
    write_atomically(root / PAGE, page(predictions, all_rules(root), manual).encode())
    write_atomically(root / engines_by_rules.RULES, rules_of_cases(predictions, cases).encode())
    for one in predictions:
        if one.differences:
            fields = "; ".join(f"{diff.field} {diff.expected} | {diff.actual}" for diff in one.differences)
            print(f"{one.case} {one.profile} {' '.join(one.choices)}: {fields}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
