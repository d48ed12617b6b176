"""The machine that the runner is on: what Linux says of its processor, for engines that show that one."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from trapframe.model import EngineId

VERSION = re.compile(r"\d+(?:\.\d+)*")


def says(path: str, pattern: str = "") -> bool:
    """Whether the file is there, with a line that matches."""
    return os.path.exists(path) and (not pattern or _line(read(path), pattern) is not None)


def need(said: str | Mapping[str, Any]) -> tuple[str, str]:
    """A file that is needed, and what has to be in it."""
    return (said, "") if isinstance(said, str) else (said["path"], said.get("match", ""))


def kernel() -> str:
    """Linux's version. What its builder put behind that says more of him than of it."""
    found = VERSION.match(os.uname().release)
    return found[0] if found else ""


def described(engine: EngineId, processor: Mapping[str, str] | None) -> EngineId:
    """With the machine's processor, where that is what the engine shows: the file's table [processor]."""
    if not processor:
        return engine
    text = read(processor["file"])
    name = _line(text, processor["match"])
    family = _line(text, r"^cpu family\s*: (\d+)")
    microcode = _line(text, r"^microcode\s*: (\w+)")
    return replace(
        engine,
        processor=name[1].strip() if name else "",
        family=f"{int(family[1]):#x}" if family else "",
        microcode=microcode[1] if microcode else "",
        kernel=kernel(),
        hypervisor=_line(text, r"^flags\s*:.* hypervisor\b") is not None,
    )


def read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _line(text: str, pattern: str) -> re.Match[str] | None:
    return re.search(pattern, text, re.MULTILINE)
