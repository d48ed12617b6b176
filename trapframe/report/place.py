"""Where in the checkout a result or a problem is at home: a file and its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Place = tuple[str, int]  # the line is 0 where the file as a whole is meant
NOWHERE: Place = ("", 0)


def place(case: Mapping[str, Any]) -> Place:
    """A case's golden section, or its source where it has none."""
    line = int(case.get("golden_line") or 0)
    return (f"expected/{case['file']}.txt", line) if line else (f"cases/{case['file']}.c", 0)


def build_place(failure: Mapping[str, Any]) -> Place:
    """The first line of the case's own source that the compiler names, one with an error before others."""
    source = f"cases/{failure['file']}.c"
    said = re.findall(rf"^{re.escape(source)}:(\d+):(.*)", failure["message"], re.MULTILINE)
    said.sort(key=lambda one: "error:" not in one[1])
    return source, int(said[0][0]) if said else 0
