"""docs/generated/sample-report: what is committed, and what it is made of."""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path

import pages
from mini import ROOT

from trapframe.pages import sample
from trapframe.report.json import read

MOST = {"index.html": 1_500_000, sample.SHOT: 200_000}  # bytes


def unpacked(page: str) -> str:
    """The page with its compressed parts laid open."""
    packs = re.findall(r"^[A-Za-z0-9+/=]{40,}$", page, re.MULTILINE)
    return page + "".join(zlib.decompress(base64.b64decode(pack)).decode() for pack in packs)


def test_the_committed_sample_is_small_and_says_nothing_of_the_machine() -> None:
    folder = ROOT / sample.FOLDER
    assert {path.name for path in folder.iterdir()} == set(MOST)
    for name, most in MOST.items():
        assert (folder / name).stat().st_size < most, name
    text = unpacked((folder / "index.html").read_text(encoding="utf-8"))
    assert "better" in text and "FAULT(" in text
    assert not re.findall(r"[^\\s\"']*/(?:home|root|tmp|work|usr|var|opt)/[^\\s\"']*", text)


def test_the_same_records_make_the_same_page(tmp_path: Path) -> None:
    """Whenever and wherever they were made."""
    path = pages.releases(tmp_path)
    first = sample.write(tmp_path, path).read_bytes()
    other = path.read_text().replace("2026-01-02", "2027-01-02").replace("0123456789abcdef", "f" * 16)
    path.write_text(other.replace("/usr/bin", "/opt/other").replace('"seconds": 0.05', '"seconds": 0.25'))
    assert sample.anonymous(read(path))["results"][0]["seconds"] == 0
    assert sample.write(tmp_path, path).read_bytes() == first
    assert b"/usr/bin" not in first
