"""docs/generated/masks.md: nothing is left open without a reason, and each kind is counted once."""

from __future__ import annotations

from mini import ROOT
from samples import GOLDEN

from trapframe.pages import masks
from trapframe.truth import golden

RFLAGS = "  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF\n"
OPEN = "  rflags          0x10ad7 mask 0xfffffffffffeffff because the manual’s silent\n"
SEEN = "  silicon rflags[amd] 0x0 mask 0x10000 because of a board | its oops\n"


def rows(*texts: str) -> list[str]:
    files = [golden.parse(text, f"expected/family{at}/file.txt") for at, text in enumerate(texts)]
    return [line for line in masks.page(files).splitlines() if line.startswith("| ")]


def test_one_kind_is_one_row() -> None:
    one = GOLDEN.replace(RFLAGS, OPEN)
    other = GOLDEN.replace(RFLAGS, OPEN.replace("’", "'").replace("silent", "silent.") + SEEN)
    _, row = rows(one, other)
    assert row == (
        "| 0x10000 | 2 | `family0/write_read_only`, `family1/write_read_only` | the manual's silent |"
        " [amd] 0x0 mask 0x10000 (of a board \\| its oops), 1 of 2 lines |"
    )


def test_a_choice_is_a_kind() -> None:
    body = GOLDEN[GOLDEN.index("frame 1") :]
    head = "[x]\nspec x\nsilicon accept one because of A\n"
    two = f"{head}accept one because B\n{body}accept two because C\n{body}"
    _, row = rows(two)
    assert row == "| one or two | 1 | `family0/x` | B; C | one (of A) |"


def test_what_is_open_on_amd_only_is_a_kind_of_its_own() -> None:
    line = RFLAGS + "  rflags[amd]     any because the APM is silent\n" + SEEN
    _, row = rows(GOLDEN.replace(RFLAGS, line))
    assert row.startswith(
        "| any | 1 | `family0/write_read_only` | the APM is silent | [amd] 0x0 mask 0x10000"
    )


def test_nothing_is_left_open_without_a_reason() -> None:
    files = sorted((ROOT / "expected").glob("*/*.txt"))
    found = masks.kinds(golden.read(path, path.relative_to(ROOT).as_posix()) for path in files)
    assert len(found) > 100
    assert masks.without_reason(found) == []
    assert masks.without_reason([masks.Kind("rip", "any", "undefined")]) == ["rip any"]
