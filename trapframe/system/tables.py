"""TOML files that are read by each run: kept as JSON, which is read in a thirtieth of the time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trapframe.system.files import write_cache


class Tables:
    """Those of some files, each kept beside the text that it was made of: of another text it isn't used."""

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._kept = _read(cache) if cache else {}
        self._mine: dict[str, list[Any]] = {}

    def knows(self, name: str, text: str) -> bool:
        """Whether it was loaded and kept before, hence nothing found wrong with it."""
        kept = self._kept.get(name)
        return isinstance(kept, list) and len(kept) == 2 and kept[0] == text

    def load(self, name: str, text: str) -> dict[str, Any]:
        """As tomllib does."""
        kept: list[Any]
        if self.knows(name, text):
            kept = self._kept[name]
        else:
            import tomllib

            kept = [text, tomllib.loads(text)]
        self._mine[name] = kept
        table: dict[str, Any] = kept[1]
        return table

    def forget(self, name: str) -> None:
        """It isn't as it should be."""
        self._mine.pop(name, None)

    def keep(self) -> None:
        """To be called when all are loaded."""
        if not self._cache or self._mine == self._kept:
            return
        try:
            write_cache(self._cache, json.dumps(self._mine).encode())
        except TypeError:
            pass  # a date, which JSON hasn't


def _read(cache: Path) -> dict[str, Any]:
    try:
        kept = json.loads(cache.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
