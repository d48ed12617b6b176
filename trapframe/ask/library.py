"""The questions' model and the traced specification (spec/ask/), called through ctypes."""

from __future__ import annotations

import ctypes as c
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trapframe.ask.fields import BY_NAME, FIELDS, AskError
from trapframe.spec import SpecError

ROOM = 1 << 16
Given = Mapping[str, int]  # values of fields


@dataclass(frozen=True)
class Answer:
    """What the specification says; `told` is the JSON of spec/ask/answer.c with numbers as such."""

    given: Given
    state: dict[str, int]  # all fields
    told: dict[str, Any]


class Library:
    """`make ask-library` builds it as build/spec/ask.so."""

    def __init__(self, path: Path) -> None:
        self.library = c.CDLL(str(path))
        self.library.ask_field.restype = c.c_char_p
        self.library.ask.restype = c.c_uint32
        names = tuple((self.library.ask_field(number) or b"").decode() for number in range(len(FIELDS) + 1))
        if names != (*(one.attribute for one in FIELDS), ""):
            raise SpecError(f"{path}: its fields aren't those of trapframe/ask/fields.py")
        self.room = c.create_string_buffer(ROOM)

    def text(self, given: Given) -> str:
        """The JSON as it is."""
        values = (c.c_uint64 * len(FIELDS))(*(given.get(one.name, 0) for one in FIELDS))
        marks = (c.c_uint64 * len(FIELDS))(*(one.name in given for one in FIELDS))
        length = self.library.ask(values, marks, self.room, ROOM)
        return self.room.raw[:length].decode()

    def ask(self, given: Given) -> Answer:
        """Raises an AskError where no machine can be so."""
        if unknown := [name for name in given if name not in BY_NAME]:
            raise AskError(f"{unknown[0]}: no such field")
        told = _numbers(json.loads(self.text(given)))
        state = dict(zip(BY_NAME, told["state"], strict=True))
        if "impossible" in told:
            raise AskError(told["impossible"])
        if told["overflow"]:
            raise SpecError("a list of the outcome is too short")
        return Answer(given, state, told)


def _numbers(value: Any) -> Any:
    if isinstance(value, str):
        return int(value, 16) if value.startswith("0x") else value
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    return {key: _numbers(one) for key, one in value.items()} if isinstance(value, dict) else value
