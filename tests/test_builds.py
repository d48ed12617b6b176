"""Two builds of one version are told apart by where they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pages
import pytest
from samples import QEMU

from trapframe.model import EngineId
from trapframe.report import builds, loaded, timeline


def built(*paths: str, sha256: str = "") -> dict[str, EngineId]:
    names = ["qemu", *(f"qemu#{n}" for n in range(2, len(paths) + 1))]
    return {
        name: replace(QEMU, path=path, sha256=sha256 or str(n))
        for n, (name, path) in enumerate(zip(names, paths))
    }


@pytest.mark.parametrize(
    ("paths", "places"),
    [
        (["/home/me/qemu/build/qemu-x", "/home/me/qemu/build-new/qemu-x"], ["build", "build-new"]),
        (["/a/x/q", "/b/x/q", "/b/y/q"], ["a/x", "b/x", "y"]),
        (["/opt/q", "/opt/new/q"], ["opt", "new"]),
        (["/usr/bin/bochs", "/usr/bin/bochs-bin"], ["bochs", "bochs-bin"]),
        (["/q", "/a/q"], ["/q", "a/q"]),
        (["q", "build/q"], ["q", "build/q"]),
        (["", "/a/q"], [".", "q"]),
        (["/a/q", "/b/a/q"], ["/a", "b/a"]),
    ],
)
def test_the_place_is_the_shortest_part_that_no_other_has(paths: list[str], places: list[str]) -> None:
    assert list(builds.places(built(*paths)).values()) == places


def test_builds_that_came_from_one_place_have_their_hash_or_their_number() -> None:
    one, other = built("/q", "/q").items()
    assert builds.places({one[0]: replace(one[1], sha256="a" * 64), other[0]: other[1]}) == {
        "qemu": "a" * 8,
        "qemu#2": "1",
    }
    assert builds.places(built("/q", "/q", sha256="same")) == {}


def test_what_is_alone_of_its_version_has_no_place(tmp_path: Path) -> None:
    assert builds.places(built("/q")) == {}
    apart = {**built("/a/q"), "qemu:amd": QEMU, "qemu#2": replace(QEMU, version="10.0")}
    assert builds.places(apart) == {}
    assert loaded.load(pages.releases(tmp_path)).places == {}


def test_labels_and_time_lines_have_the_place(tmp_path: Path) -> None:
    told = loaded.load(pages.builds(tmp_path))
    assert [told.label(one) for one in told.engines] == [
        "qemu 7.2.22 build",
        "qemu 7.2.22 build-new",
        "bochs 2.7",
    ]
    (lines,) = timeline.timelines(told.engines, told.results.values())
    assert lines.releases == ("7.2.22 build", "7.2.22 build-new")
    assert [(line.counts, line.life) for line in lines.lines] == [((2, 2), "")]
