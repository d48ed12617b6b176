"""TOML kept as JSON: quicker to read, and never of another text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trapframe.system.tables import Tables

TEXT = 'a = [1, 2.5, true, "\\u00e9"]\n[[b]]\nc = { d = 0xffffffffffffffff }\n'


def load(cache: Path, text: str, name: str = "one") -> dict[str, object]:
    tables = Tables(cache)
    table = tables.load(name, text)
    tables.keep()
    return table


def test_the_same_table_is_read_from_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(tmp_path / "kept.json", TEXT)
    assert first == {"a": [1, 2.5, True, "\u00e9"], "b": [{"c": {"d": 2**64 - 1}}]}
    monkeypatch.setattr("tomllib.loads", None)
    assert load(tmp_path / "kept.json", TEXT) == first


def test_another_text_is_read_anew(tmp_path: Path) -> None:
    load(tmp_path / "kept.json", "a = 1")
    assert load(tmp_path / "kept.json", "a = 2") == {"a": 2}
    assert load(tmp_path / "kept.json", "a = 1", "other") == {"a": 1}
    assert list(json.loads((tmp_path / "kept.json").read_text())) == [
        "other"
    ], "nothing of files that have gone"


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"one": 1}', '{"one": ["a = 1"]}'])
def test_what_is_kept_may_be_anything(tmp_path: Path, kept: str) -> None:
    (tmp_path / "kept.json").write_text(kept)
    assert load(tmp_path / "kept.json", "a = 1") == {"a": 1}


def test_json_has_no_dates(tmp_path: Path) -> None:
    assert load(tmp_path / "kept.json", "a = 2020-01-01") == load(tmp_path / "kept.json", "a = 2020-01-01")
    assert not (tmp_path / "kept.json").exists()
