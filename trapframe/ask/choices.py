"""What docs/choices.md says of each choice: what Intel's manual has there, and what AMD's."""

from __future__ import annotations

from pathlib import Path

from trapframe.spec import CHOICES

PAGE = Path("docs/choices.md")


def read(root: Path) -> dict[str, tuple[str, str]]:
    """By choice: Intel's, AMD's, in words."""
    found: dict[str, tuple[str, str]] = {}
    for line in (root / PAGE).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        name = cells[0].strip("`")
        if name in CHOICES and len(cells) == 7:
            texts = cells[4:6]
            found[name] = (_said(cells, 1, "Intel", texts), _said(cells, 2, "AMD", texts))
    return found


def _said(cells: list[str], column: int, vendor: str, texts: list[str]) -> str:
    own = int(cells[column])
    if cells[3] in (vendor, "both"):
        return f"{texts[own]}, or: {texts[1 - own]}"
    return texts[own]
