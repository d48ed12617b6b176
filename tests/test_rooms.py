"""The house: which room of trapframe/ uses which, and which part of the harness calls which."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from mini import ROOT
from trapframe.system.folders import build_folder

# A room uses those behind it only. `spec`, `model` and what starts the package are modules in no room.
ORDER = (
    *(
        "cli",
        "commands",
        "replay",
        "pages",
        "sweep",
        "runs",
        "mutants",
        "vectors",
        "prediction",
        "ask",
        "report",
        "truth",
        "suite",
        "engines",
        "frames",
    ),
    *("spec", "model", "system", "trapframe"),
)


def room(module: str) -> str:
    """Of trapframe.report.html it is report, of trapframe itself trapframe."""
    return module.split(".")[1] if "." in module else module


def imports(folder: Path) -> dict[str, set[str]]:
    """By module, those that it names, wherever in it."""
    modules = {
        ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (folder / "trapframe").rglob("*.py")
    }
    return {name: set(_imported(path, modules)) - {name} for name, path in modules.items()}


def _imported(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module in modules:
            for name in node.names:
                full = f"{node.module}.{name.name}"
                yield full if full in modules else node.module


def wrong(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """Arrows from a room to one that isn't behind it."""
    return [
        f"{user} -> {used}"
        for user, others in arrows.items()
        for used in sorted(others)
        if room(user) != room(used) and ORDER.index(room(user)) > ORDER.index(room(used))
    ]


def circle(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """One way from something back to itself; nothing where there is none."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for other in sorted(arrows.get(name, ())):
            if found := walk(other, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(arrows) if (found := walk(name, []))), [])


def test_arrows_go_one_way() -> None:
    arrows = imports(ROOT)
    assert len(arrows) > 80
    assert wrong(arrows) == []
    assert circle(arrows) == []


@pytest.mark.parametrize(
    "path, line",
    [
        ("engines/job.py", "from trapframe.truth import judge"),
        ("frames/decode.py", "import trapframe.report.page"),
        ("suite/case.py", "def late() -> None:\n    from trapframe.runs.session import run"),
    ],
)
def test_an_arrow_the_wrong_way_is_seen(tmp_path: Path, path: str, line: str) -> None:
    copy(tmp_path, path, line)
    assert len(wrong(imports(tmp_path))) == 1


def test_a_circle_is_seen(tmp_path: Path) -> None:
    copy(tmp_path, "frames/environment.py", "from trapframe.frames.record import parse")
    assert wrong(imports(tmp_path)) == []
    assert set(circle(imports(tmp_path))) == {"trapframe.frames.record", "trapframe.frames.environment"}


def copy(folder: Path, changed: str, more: str) -> None:
    """The package, with a line behind one of its modules."""
    for path in (ROOT / "trapframe").rglob("*.py"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        target.write_text(f"{text}\n{more}\n" if path == ROOT / "trapframe" / changed else text)


# Parts of the harness: each is called by those before it only. What is in no list calls anybody.
TELLING = {
    "harness": ("long64/told", "long64/registers", "long64/program", "long64/final", "long64/capture"),
    "harness32": (
        *("pm32/told", "pm32/program", "pm32/actions", "pm32/capture", "pm32/frame"),
        *("pm32/start", "pm32/real"),
    ),
}
TABLES = {
    "harness": ("long64/tss", "common/stacks", "long64/places", "long64/idt"),
    "harness32": ("pm32/tasks", "pm32/tss", "common/stacks", "pm32/places", "pm32/idt", "pm32/segments"),
}
MODES = {"harness": "long64", "harness32": "pm32"}


@pytest.mark.parametrize("objects", TELLING)
def test_the_processor_knows_nothing_of_the_record(objects: str) -> None:
    """What sets tables up is called by what tells of them, never the other way."""
    folder = build_folder(ROOT) / objects
    mode = MODES[objects]
    low = (
        *("common/split", "common/named", "common/pages", "common/apic", *TABLES[objects]),
        *(f"{mode}/descriptors", "common/descriptors"),
        *(f"{mode}/paging", "common/frames", f"{mode}/gdt", f"{mode}/selectors"),
        *("common/feature", "common/gather", "common/line", "common/serial"),
    )
    order = ("common/record", "common/lines", *TELLING[objects], *low)
    defined: dict[str, str] = {}
    used: dict[str, set[str]] = {}
    for name in order:
        path = folder / f"{name}.c.o"
        said = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
        symbols = [line.split()[-2:] for line in said.splitlines()]
        used[name] = {symbol for kind, symbol in symbols if kind == "U"}
        defined |= {symbol: name for kind, symbol in symbols if kind.isupper() and kind != "U"}
    arrows = {name: {defined[one] for one in used[name] if one in defined} for name in order}
    assert [
        f"{one} -> {other}" for one in low for other in arrows[one] if order.index(other) < order.index(one)
    ] == []
    assert circle({one: arrows[one] for one in low}) == []
