"""Random questions, and the answers: `ask_random.py LIBRARY COUNT` prints a digest of them."""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from trapframe.ask import engines, view  # noqa: E402
from trapframe.ask.fields import FIELDS, MODES, AskError, Field  # noqa: E402
from trapframe.ask.library import Library  # noqa: E402

SELECTORS: tuple[int, ...] = (0, 3, *range(8, 0x80, 8), 0x1B, 0x23, 0x2B, 0x61, 0x72, 0x4C, 0x53, 0xFFFF)
LEGACY, REAL = 32, 16  # bits of an address


def value(field: Field, mode: str, dice: random.Random) -> int:
    """Any that is allowed; of a wide field one that is worth asking about more often than not."""
    if field.words and (not field.bits or dice.random() < 0.5):
        return dice.choice(tuple(field.words.values()))
    if field.name.endswith(("selector", "ss", "ss0", "ss1", "ss2")) and dice.random() < 0.9:
        return dice.choice(SELECTORS)
    if field.bits < 64:
        return dice.getrandbits(field.bits) & dice.choice((0xFF, -1))
    bits = {"real": REAL, "vm86": REAL, "protected": LEGACY}.get(mode, 64)
    whole = (1 << bits) - 1
    page = dice.choice((0, 0x1000, 0xFFFF800000000000, 0x800000000000, 0xC0500000, 0xFFFFC90000004000, whole))
    return page + dice.randrange(-96, 96) & whole


def question(dice: random.Random) -> dict[str, int]:
    mode = dice.choice((*MODES, "long", "protected"))
    given = {"mode": MODES.index(mode)}
    if mode in ("long", "protected"):
        given["cpl"] = dice.choice((0, 3, dice.randrange(4)))
    pool = [*FIELDS, *3 * [one for one in FIELDS if one.name.startswith(("gate.", "code.", "data."))]]
    for field in dice.sample(pool, dice.randrange(9)):
        if field.name not in ("mode", "cpl"):
            given[field.name] = value(field, mode, dice)
    if "vector" not in given:
        given["vector"] = dice.choice((0, 1, 3, 6, 8, 10, 11, 12, 13, 14, 17, 0x20, 0x80))
    return given


def questions(count: int) -> Iterator[dict[str, int]]:
    dice = random.Random(13)
    for _ in range(count):
        yield question(dice)


def told(library: Library, groups: tuple[engines.Group, ...], given: dict[str, int]) -> str:
    """As JSON.stringify writes what ask.js says."""
    try:
        answer = library.ask(given)
        other = library.ask({**given, "vendor": 1 - answer.state["vendor"]})
    except AskError as error:
        return json.dumps({"impossible": str(error)}, separators=(",", ":"))
    cases, found = engines.told(groups, answer)
    said = [[one.engine, one.id, one.reason, count] for one, count in found]
    whole = {
        **view.view(answer),
        "differences": list(view.differences(answer, other)),
        "engines": {"cases": cases, "found": said},
    }
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)


def main(path: Path, count: int) -> None:
    library = Library(path)
    digest = hashlib.sha256()
    for given in questions(count):
        digest.update(library.text(given).encode())
    print(digest.hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
