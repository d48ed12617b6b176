"""Predictions that agree, kept beside each ROM until anything changes that they are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from trapframe.prediction.compare import Prediction
from trapframe.system.files import write_cache
from trapframe.system.folders import build_folder

SUFFIX = ".predicted"
# The specification, and the code between it and a golden file.
SOURCES = (
    *("spec/*.[ch]", "trapframe/model.py", "trapframe/spec.py"),
    *(f"trapframe/{room}/*.py" for room in ("frames", "truth", "suite", "prediction")),
)


class Kept:
    """Of one state of the sources."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = build_folder(root)
        texts = (path.read_bytes() for glob in SOURCES for path in sorted(root.glob(glob)))
        self._sources = _digest(texts)

    def key(self, file: str, image: bytes, sent: Iterable[bytes]) -> str:
        """Of a file of cases: its ROM, its descriptions, its golden file."""
        golden = self._root / "expected" / f"{file}.txt"
        text = golden.read_bytes() if golden.is_file() else b""
        return _digest((self._sources.encode(), text, image, *sent))

    def read(self, file: str, key: str) -> list[Prediction] | None:
        try:
            read = json.loads((self._folder / f"{file}{SUFFIX}").read_bytes())
            return [_prediction(one) for one in read["predictions"]] if read["key"] == key else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, file: str, key: str, found: Sequence[Prediction]) -> None:
        """One that differs is made again each time."""
        if any(one.differences for one in found):
            return
        lines = [{name.name: _plain(getattr(one, name.name)) for name in fields(one)} for one in found]
        text = json.dumps({"key": key, "predictions": lines})
        write_cache(self._folder / f"{file}{SUFFIX}", text.encode())


def _digest(texts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for text in texts:
        whole.update(hashlib.sha256(text).digest())
    return whole.hexdigest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _prediction(read: dict[str, Any]) -> Prediction:
    lists = {name: tuple(value) for name, value in read.items() if isinstance(value, list)}
    values: dict[str, Any] = {**read, **lists, "rules": frozenset(read["rules"])}
    return Prediction(**values)
