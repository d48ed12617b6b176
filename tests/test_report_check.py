"""Whatever stands in a report: it is refused by one line that names the place, or it does no harm."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pages
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini import Checkout
from samples import UNTIMED
from test_cli import GOOD, USAGE

from trapframe.commands import measure
from trapframe.commands.compare import show
from trapframe.report import check, group, html, loaded, merge, older
from trapframe.report.folder import ReportError
from trapframe.report.json import SCHEMA, Writer
from trapframe.report.page import collect
from trapframe.runs import against, earlier
from trapframe.runs.earlier import EarlierError
from trapframe.truth import expected

MANY = settings(UNTIMED, max_examples=60)
NASTY = [
    "",
    ".",
    "..",
    "/",
    "a/b",
    "../../x",
    "\0",
    "\ud800",
    "\x1b[2J",
    "1/2",
    "2/1",
    "0x1",
    "9" * 5000,
    "x" * 300,
]
NUMBERS = [math.nan, math.inf, -math.inf, -1, -0.5, 10**400, 2**64, 1e308, 1.5]
SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    *(st.sampled_from(NASTY), st.sampled_from(NUMBERS)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
Place = tuple[str | int, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Of each value in a value; of several results only the first ones."""
    if place:
        yield place
    inner = (
        value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    )
    for key, one in inner:
        yield from places(one, (*place, key))


def changed(value: Any, place: Place, new: Any) -> Any:
    """With `new` in the place, or without it where that is GONE."""
    whole = copy.deepcopy(value)
    at = whole
    for key in place[:-1]:
        at = at[key]
    if new is GONE:
        del at[place[-1]]
    else:
        at[place[-1]] = new
    return whole


GONE = object()
CHANGES = VALUES | st.just(GONE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def reports(folder: Path) -> tuple[Path, dict[str, Any]]:
    """An old report, and a new one with every key that a run writes."""
    old, new = pages.small(folder)
    more = {
        "arguments": ["all"],
        "interrupted": False,
        "inputs": "0123",
        "shard": "1/1",
        "build_failures": [{"file": "gate/x", "message": "error"}],
        "golden_problems": [{"file": "expected/x.txt", "line": 1, "message": "what", "case": ""}],
    }
    report = {**json.loads(new.read_text()), **more}
    # Results of every kind first, so that `places` comes to them.
    order = {"PASS": 3, "QUIRK": 2, "FAIL": 1}
    report["results"].sort(key=lambda one: order.get(one["verdict"], 0))
    report["results"].insert(1, next(one for one in report["results"] if one["verdict"] == "QUIRK"))
    del report["results"][report["results"].index(report["results"][1], 2)]
    return old, report


def survives(what: Callable[[], object]) -> str:
    """What it was refused with."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            what()
    except (ReportError, EarlierError) as error:
        assert len(str(error).splitlines()) == 1 and len(str(error)) < 1000
        return str(error)
    return ""


def views(folder: Path, old: Path, new: Path) -> dict[str, Callable[[], object]]:
    """All that reads a report."""

    def gate() -> None:
        stored, now = loaded.load(old), loaded.load(new)
        for one, other in ((stored, now), (now, stored)):
            list(against.lines(against.hold(one, other), one, other, other.infos, ()))

    def measured() -> None:
        told = loaded.load(new)
        infos = list(told.infos.values())
        found = expected.load(folder, infos, infos, (), ["qemu"])
        list(measure.lines(found, measure.measure(found, told.infos, [told]), ["qemu"], [told]))

    return {
        "report": lambda: html.render(collect(folder, loaded.load(new), None)),
        "compare": lambda: show(folder, old, new, [], None),
        "compare, the other way": lambda: show(folder, new, old, [], None),
        "page of two": lambda: html.render(collect(folder, loaded.load(old), loaded.load(new))),
        "merge": lambda: merge.merge([new], folder / "merged", folder / "junit.xml", False),
        "--against": gate,
        "measure": measured,
    }


@pytest.mark.parametrize("view", list(views(Path(), Path(), Path())))
def test_a_report_as_a_run_writes_it(folder: Path, reports: tuple[Path, dict[str, Any]], view: str) -> None:
    path = folder / "as it is.json"
    path.write_text(json.dumps(reports[1]))
    assert survives(views(folder, reports[0], path)[view]) == ""


@pytest.mark.parametrize("view", list(views(Path(), Path(), Path())))
@MANY
@given(data=st.data())
def test_any_json_in_place_of_any_value(
    folder: Path, reports: tuple[Path, dict[str, Any]], view: str, data: st.DataObject
) -> None:
    old, report = reports
    place = data.draw(st.sampled_from(list(places(report))))
    path = folder / "new.json"
    path.write_text(json.dumps(changed(report, place, data.draw(CHANGES))))
    survives(views(folder, old, path)[view])


@MANY
@given(data=st.data())
def test_any_json_in_place_of_any_value_of_an_earlier_run(
    folder: Path, reports: tuple[Path, dict[str, Any]], data: st.DataObject
) -> None:
    """--resume, --lf, --ff."""
    report = reports[1]
    header = {name: report[name] for name in ("schema", "started", "inputs", "engines")}
    lines = [header, *report["results"][:3]]
    place = data.draw(st.sampled_from(list(places(lines))))
    (folder / "run").mkdir(exist_ok=True)
    text = "".join(f"{json.dumps(line)}\n" for line in changed(lines, place, data.draw(CHANGES)))
    (folder / "run" / "run.jsonl").write_text(text + '{"case": "cut')

    def kept() -> None:
        writer, causes = Writer(folder / "kept", header), group.Causes()
        for entry in earlier.results(folder / "run", header):
            entry["serial"].isascii()
            writer.add(entry, b"")
            causes.add(entry, "engine")
        causes.ordered()

    survives(lambda: earlier.failed(folder / "run"))
    survives(kept)


@MANY
@given(data=st.data())
def test_any_json_beside_a_report(
    tmp_path_factory: pytest.TempPathFactory, reports: tuple[Path, dict[str, Any]], data: st.DataObject
) -> None:
    """What the latest run there says of itself tells only whether this is its report."""
    folder = tmp_path_factory.getbasetemp()
    header = {"schema": SCHEMA, "started": "2026", "engines": []}
    place = data.draw(st.sampled_from([(), *places(header)]))
    value = data.draw(CHANGES if place else VALUES)
    text = json.dumps(changed(header, place, value) if place else value)
    (folder / "run.jsonl").write_text(data.draw(st.sampled_from([text, "[" * 100_000])) + "\n")
    said = older.note(folder / "report.json", reports[1])
    assert len(said.splitlines()) < 2 and said.isprintable()


@MANY
@given(st.binary(max_size=40) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_report_at_all(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name in ("run.jsonl", "new.json"):
        (folder / name).write_bytes(data + b"\n")
    assert survives(lambda: earlier.failed(folder)) and survives(lambda: loaded.load(folder / "new.json"))


@pytest.mark.parametrize(
    ("place", "new", "said"),
    [
        (("seconds",), math.nan, "seconds: expected a number of seconds, got nan"),
        (("results", 2, "seconds"), math.inf, "results[2].seconds: expected a number of seconds, got inf"),
        (("results", 0, "seconds"), -1, "results[0].seconds: expected a number of seconds, got -1"),
        (("results", 0, "seconds"), 10**400, "results[0].seconds: expected a number of seconds, got 1000"),
        (("results", 0, "diff"), [5], "results[0].diff[0]: expected an object, got 5"),
        (("results", 0, "end"), "bang", "results[0].end: expected one of exit, shutdown, "),
        (("engines", 1, "version"), "9" * 5000, "engines[1].version: expected a text of at most 200"),
        (("cases", 0, "harness"), 7, "cases[0].harness: expected one of 1 rows, got 7"),
        (("cases", 0, "vector"), True, "cases[0].vector: expected a whole number from 0 to 0xff, got True"),
        (("harness", 0, "places", 0), ["a"], "harness[0].places[0]: expected a list of 4, got a list"),
        (("shard",), "3/2", "shard: expected I/N with I from 1 to N, got '3/2'"),
        (("results", 1, "case"), GONE, "results[1]: expected the key 'case', got an object"),
    ],
)
def test_the_place_is_named(
    folder: Path, reports: tuple[Path, dict[str, Any]], place: Place, new: Any, said: str
) -> None:
    path = folder / "place.json"
    path.write_text(json.dumps(changed(reports[1], place, new)))
    assert survives(lambda: loaded.load(path)).startswith(f"{path}: not a report of a run: {said}")


def test_a_deep_nest_is_refused(folder: Path) -> None:
    path = folder / "deep.json"
    for text in ("[" * 100_000, '{"schema": 1, "seconds": ' + "9" * 5000 + "}"):
        path.write_text(text)
        assert "not JSON" in survives(lambda: loaded.load(path))


def test_merge_needs_all_that_a_run_writes(checkout: Checkout) -> None:
    path = checkout.folder / "x.json"
    path.write_text(json.dumps({"schema": SCHEMA}))
    done = checkout.run("merge", str(path))
    assert done.returncode == USAGE and "not a report of a run: expected the key 'commit'" in done.stderr
    checkout.run("all", *GOOD)
    text = (checkout.folder / "reports/report.json").read_text()
    for old, new, said in (
        ('"verdict": "PASS"', '"verdict": "FINE"', "results[0].verdict: expected one of PASS, FAIL"),
        ('"engine_id": "qemu"', '"engine_id": "bochs"', "is of bochs, which is none of its engines"),
    ):
        path.write_text(text.replace(old, new))
        done = checkout.run("merge", str(path), "--report", str(checkout.folder / "m"))
        assert done.returncode == USAGE and said in done.stderr and not (checkout.folder / "m").exists()


def test_a_run_line_by_line(checkout: Checkout) -> None:
    """The line is named."""
    path = checkout.folder / "reports/run.jsonl"
    checkout.run("all", *GOOD)
    lines = path.read_text().splitlines()
    for number, text, said in (
        (1, "", ":1: no run to go on from: Expecting value"),
        (1, "{}", ":1: no run to go on from: expected the key 'schema', got an object"),
        (2, lines[1].replace('"PASS"', "NaN"), ":2: no run to go on from: verdict: expected a text, got nan"),
        (3, "[1", ":3: no run to go on from: Expecting ',' delimiter"),
    ):
        path.write_text("\n".join([*lines[: number - 1], text, *lines[number:], ""]))
        for option in ("--lf", "--ff", "--resume"):
            done = checkout.run("all", *GOOD, option)
            assert done.returncode == USAGE and f"{path}{said}" in done.stderr
    path.write_text("")
    assert "it is empty" in checkout.run("all", *GOOD, "--resume").stderr


def test_every_form_is_a_form_of_what_a_run_writes(checkout: Checkout) -> None:
    """No key that a run writes is unknown to the check."""
    checkout.run("all", *GOOD, "--shard", "1/2")
    report = checkout.report()
    check.report(report, own=True)
    known = {*check.OWN_HEAD, *check.HEAD_MORE, "schema", "engines", "results", "totals"}
    assert report.keys() <= known
    (entry, *_) = report["results"]
    assert entry.keys() <= {*check.NAMED, *check.KNOWN, *check.MORE, "verdict"}
