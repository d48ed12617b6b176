"""What is said of a sweep: a few lines for people, and a file that is the same for any cut into parts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from trapframe.frames import decode
from trapframe.sweep.judge import Judgement
from trapframe.sweep.rom import Part
from trapframe.sweep.told import Difference, Told
from trapframe.sweep.walk import Sweep, Walked

INDENT = "    "
MOST = (1 << 64) - 1  # what the guest can count to
CLASS = re.compile(r"(?P<id>[0-9a-f]{8}) (?P<first>\d+) (?P<count>\d+) +(?P<text>.*)")
PLAN = re.compile(r"plan: rows (\d+) to (\d+) of (\d+),.*")
NAME = re.compile(r"[^\w.@-]")


def identity(difference: Difference) -> str:
    return hashlib.sha256(str(difference).encode()).hexdigest()[:8]


def _product(product: int) -> str:
    return f"more than {product}" if product == MOST else str(product)


def plan(sweep: Sweep, part: Part) -> str:
    """Which states, and how many of how many."""
    if part.rows == sweep.told.product:
        which = f"all {sweep.told.product} states"
    else:
        which = (
            f"{part.rows} of {_product(sweep.told.product)} states:"
            f" {sweep.told.pairs} with each pair of values of two axes, and a sample"
        )
    return which + ("" if part.end - part.begin == part.rows else f"; of them {part.begin} to {part.end}")


def engine(label: str, walked: Walked, judgement: Judgement) -> Iterator[str]:
    counts = walked.counts
    left = [
        f"{number} {what}"
        for number, what in ((counts.absent, "don't exist"), (counts.shutdown, "are a shutdown"))
        if number
    ]
    speed = round(counts.walked / walked.seconds / 1000) if walked.seconds else 0
    yield (
        f"{label}: {counts.compared} states compared whole ({', '.join(left) or 'all of them'}),"
        f" {counts.agreed} agree; {len(counts.classes)} classes differ; {speed} thousand a second"
    )
    for one, count in judgement.known:
        yield f"{INDENT}QUIRK {one.id}: {count}"
    for difference, found in judgement.new:
        yield f"{INDENT}NEW   {difference}: {found.count}, first {found.first}"
    for one in judgement.gone:
        yield f"{INDENT}FIXED {one.id}: {', '.join(one.differs)} of {', '.join(one.rules)} doesn't show"


def whole(sweep: Sweep, part: Part, label: str, walked: Walked) -> str:
    """The file: everything that the guest counted."""
    counts = walked.counts
    lines = [
        f"{sweep.name}: {sweep.told.about}",
        f"engine: {label}",
        f"plan: rows {part.begin} to {part.end} of {part.rows}, {sweep.told.pairs} of pairs,"
        f" product {sweep.told.product}",
        f"walked {counts.walked} absent {counts.absent} shutdown {counts.shutdown}"
        f" compared {counts.compared} agreed {counts.agreed}",
        f"hash {counts.hash:016x}",
    ]
    for difference, found in sorted(counts.classes.items()):
        lines.append(f"{identity(difference)} {found.first} {found.count}  {difference}")
    return "\n".join(lines) + "\n"


def path_of(folder: Path, sweep: str, engine_id: str) -> Path:
    return folder / sweep / f"{NAME.sub('_', engine_id)}.txt"


def find(path: Path, begin: str) -> tuple[int, int]:
    """The first state of the class whose identity begins so, and the rows of its plan."""
    rows = 0
    found: list[re.Match[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if plan_ := PLAN.fullmatch(line):
            rows = int(plan_[3])
        elif (class_ := CLASS.fullmatch(line)) and class_["id"].startswith(begin):
            found.append(class_)
    if len(found) > 1:
        raise LookupError(f"{begin} begins {len(found)} classes of {path}; give all of the id")
    if not found:
        raise LookupError(f"{path}: no class {begin}; its lines begin with those that there are")
    return int(found[0]["first"]), rows


def state(told: Told, axes: Mapping[str, tuple[str, ...]], end: str) -> Iterator[str]:
    """One state by its axes, and both outcomes."""
    ordinary = {name: values[0] for name, values in axes.items()}
    width = max((len(name) for name, _ in told.state), default=0)
    for name, value in told.state:
        mark = "" if ordinary.get(name, value) == value else "  *"
        yield f"{INDENT}{name.lower():{width}}  {value}{mark}"
    for what, rule in told.rules:
        yield f"{INDENT}{what}: {rule}"
    if told.counts is None:
        yield f"{INDENT}it ends in this state: {end} {told.complaint}".rstrip()
    vector = next((expected for name, expected, _, _ in told.fields if name == "vector"), None)
    for name, expected, open_bits, came in told.fields:
        same = not (expected ^ came) & ~open_bits
        mask = f" (not bits {open_bits:x})" if open_bits and open_bits >> 63 == 0 else ""
        wanted = "open" if open_bits >> 63 else f"{expected:x}{mask}"
        words = decode.difference(name.removeprefix("handler."), expected, came, vector)
        yield f"{' ' if same else '!'}   {name:<15} {wanted:>18}  {came:>18x}" + (
            f"  {words}" if words and not same else ""
        )
