"""An outcome in one line: each exception in a word, and a shutdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from trapframe.frames import decode, symbol
from trapframe.frames.facts import IPS, Fact, observe, show
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo, Record
from trapframe.truth.expect import Outcome, is_outcome, is_vector

LOOP = 3  # equal frames
AGAIN = "the same frame"  # begins what is said of them; report/group.py reads it
TOLD = {"error", *IPS}  # fields of a frame that a line has, beside its vector


def expected(golden: Outcome) -> str:
    return _line({entry.name: entry.expect.text for entry in golden.fields})


def came(facts: Mapping[str, Fact], names: Symbols) -> str:
    return _line({name: show(name, fact, names) for name, fact in facts.items()})


def differs(fields: Iterable[str]) -> bool:
    """Whether a line tells a difference in one of these fields."""
    return any(is_outcome(name) or _is_told(name) for name in fields)


def exception(block: str, texts: Mapping[str, str]) -> str:
    error = texts[f"{block}.error"]
    code = int(error, 16) if error.startswith("0x") else None
    where = next((texts[f"{block}.{ip}"] for ip in IPS if f"{block}.{ip}" in texts), "an unknown place")
    return f"{decode.exception(int(texts[f'{block}.vector'], 16), code)} at {where}"


def loop(info: CaseInfo, record: Record) -> str:
    """The frame that comes again and again in a record that was cut."""
    names = symbol.symbols(info, record)
    texts = {name: show(name, fact, names) for name, fact in observe(record, names).items()}
    return next((text for text in _frames(texts) if text.startswith(AGAIN)), "")


def _is_told(name: str) -> bool:
    block, _, field = name.partition(".")
    return block.startswith("frame ") and field in TOLD


def _frames(texts: Mapping[str, str]) -> list[str]:
    """Each in a word, one that comes again and again once."""
    told = [exception(name.removesuffix(".vector"), texts) for name in texts if is_vector(name)]
    runs = [(one, len(list(same))) for one, same in groupby(told)]
    return [
        text
        for one, count in runs
        for text in ([one] * count if count < LOOP else [f"{AGAIN} {one} repeated {count} times"])
    ]


def _line(texts: Mapping[str, str]) -> str:
    parts = _frames(texts)
    if texts["end"] == "shutdown":
        parts.append("shutdown")
    return " then ".join(parts) or "no exception"
