"""The stack as text, as in the manual's figures: high addresses above."""

from __future__ import annotations

from collections.abc import Iterator

from trapframe.ask.library import Answer
from trapframe.ask.view import REGISTERS, frame, width

NEAR = 64  # bytes between the frame and the stack pointer before that are shown as a gap


def lines(answer: Answer) -> Iterator[str]:
    words = frame(answer)
    told = answer.told
    word = told["word"]
    pointer = REGISTERS["rsp"][width(answer)]
    sp, old = told["after"]["rsp"], told["before"]["rsp"]
    inside = max([len(f"{name}  {value}") for name, value in words] or [20])
    border = f"{'':10}+{'-' * (inside + 2)}+"
    above = old - sp - word * len(words)
    near = told["before"]["ss"] == told["after"]["ss"] and 0 <= above <= NEAR
    if near:
        yield f"{border}  <- {pointer} before, {old:#x}"
        if above:
            yield f"{'':10}|{' nothing is written here'[: inside + 2]:<{inside + 2}}|"
    if not near or above:
        yield border
    for number, (name, value) in reversed(list(enumerate(words))):
        yield f"{number * word:>+#9x} | {name.upper()}{value:>{inside - len(name)}} |"
    yield f"{border}  <- {pointer} in the handler, {sp:#x}"
