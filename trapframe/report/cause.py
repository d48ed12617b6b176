"""Which results deviate for the same reason: what differs, without the case that shows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from trapframe.model import Difference
from trapframe.report.loaded import Result
from trapframe.report.terminal import EXPECTED

NAMED = 3  # differences of one result
SILENT = EXPECTED | {"NEW"}
NOTE = re.compile(r"^(?P<text>.*?) \((?P<note>.*)\)$")
FRAME = re.compile(r"^frame \d+\.")
RAW = re.compile(r"^0x[0-9a-f]+(?:, )?")


def cause(result: Result) -> str:
    """`rflags RF 0`, `vector #GP`, `TIMEOUT: killed at the time limit`; nothing for what was expected."""
    if result.verdict in SILENT:
        return ""
    told = list(dict.fromkeys(_difference(one) for one in result.diff))
    if not told:
        return f"{result.verdict}: {re.sub(r'0x[0-9a-f]+|[0-9]+', 'N', result.message)[:80]}"
    more = f", {len(told) - NAMED} more" if len(told) > NAMED else ""
    return ", ".join(told[:NAMED]) + more


def _difference(one: Difference) -> str:
    name = FRAME.sub("", one.field)
    if "." not in one.field and one.field != "end":  # a whole frame
        return f"no {one.field}" if one.actual == "none" else one.actual[:80]
    if name.startswith(("memory.", "gpr.", "final.gpr.")):
        return name.partition("+")[0]
    match = NOTE.match(one.actual)
    if not match:
        return f"{name} {one.actual}"[:80]
    return f"{name} {RAW.sub('', match['note']) or match['text']}"[:80]


def causes(results: Iterable[Result]) -> list[tuple[str, str, int]]:
    """Engine, cause and how many cases, the most frequent first."""
    counts = Counter((result.engine_id, cause(result)) for result in results)
    return [(engine, text, count) for (engine, text), count in counts.most_common() if text]
