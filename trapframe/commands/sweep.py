"""`sweep`: whole spaces of states on engines, held against the specification."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from trapframe.commands import new, sweep_state
from trapframe.commands.arguments import add_engine, add_executor, add_jobs, positive
from trapframe.engines import launcher
from trapframe.engines.engine import Engine
from trapframe.report import html
from trapframe.runs.choice import Chosen, amd_twin, choose_engines
from trapframe.suite import build
from trapframe.suite.select import NothingSelected
from trapframe.sweep import keep, known, page, report, walk
from trapframe.sweep.judge import Judgement, judge
from trapframe.sweep.rom import Part
from trapframe.sweep.shrink import shrink
from trapframe.sweep.walk import FULL, NotWalked, QUICK, STEP, Shown, Sweep
from trapframe.system.folders import ROOT, build_folder
from trapframe.system.text import printable

EXAMPLE = "./runner.py sweep gates -e qemu -e bochs"
RANGE = re.compile(r"(\d+):(\d+)")
STATE = re.compile(r"@(\d+)")
IDENTITY = re.compile("[0-9a-f]{1,8}")


class SweepError(Exception):
    """What the command line asks for can't be had."""

    exit_code = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="*", metavar="SWEEP", help="a file of sweeps/ (all of them)")
    add_engine(parser)
    parser.add_argument(
        "--full",
        action="store_true",
        help=f"up to {FULL} states of each, not {QUICK}",
    )
    parser.add_argument(
        "--range", type=_range, metavar="A:B", help="only these states, by their numbers in the plan"
    )
    parser.add_argument(
        "--show",
        metavar="CLASS",
        help="the first state of a class of the latest report, or @STATE: what must come, and what came",
    )
    parser.add_argument(
        "--shrink",
        action="store_true",
        help="with --show: not that state, but one of its class that is as ordinary as can be",
    )
    parser.add_argument(
        "--trace", action="store_true", help="with --show: what the emulator logs of that state's deliveries"
    )
    parser.add_argument(
        "--debug", action="store_true", help="with --show: that state under gdb, from its instruction"
    )
    parser.add_argument(
        "--keep",
        metavar="FAMILY/NAME",
        help="with --show: that state as a case, with the golden section that the specification gives it",
    )
    parser.add_argument(
        "--report",
        type=Path,
        default=ROOT / "reports" / "sweeps",
        metavar="DIR",
        help="where SWEEP/ENGINE.txt goes (reports/sweeps)",
    )
    parser.add_argument(
        "--html",
        type=Path,
        metavar="DIR",
        help="write DIR/index.html, too: causes, classes, and a map of where an engine differs",
    )
    add_jobs(parser)
    add_executor(parser)
    parser.add_argument(
        "--timeout",
        type=positive(float, 3600.0),
        default=60.0,
        metavar="SECONDS",
        help=f"after which an emulator that walks {walk.ROWS} states is killed (60)",
    )


def _range(text: str) -> tuple[int, int]:
    found = RANGE.fullmatch(text)
    if not found or int(found[1]) >= int(found[2]):
        raise argparse.ArgumentTypeError(f"expected A:B, two numbers with A below B, got {text!r}")
    return int(found[1]), int(found[2])


def command(options: argparse.Namespace) -> int:
    _check(options)
    chosen = list(_both_profiles(choose_engines(ROOT, options.engine, 10.0, options.engine_file)))
    if options.html:
        html.check(options.html)
    names = _names(ROOT, options.name)
    roms = build.sweep_roms(ROOT, names, options.jobs)
    libraries = build_folder(ROOT) / launcher.FOLDER
    launchers = libraries if libraries.is_dir() else None
    sweeps = []
    for name in names:
        if here := walk.having(roms[name], chosen):
            sweeps.append(walk.describe(name, roms[name], here[0], options.timeout, launchers))
        for one in chosen:
            if one not in here:
                print(printable(f"{name}: {one.label} has no 64-bit mode"))
    most = FULL if options.full else QUICK
    if options.show:
        return _show(sweeps, options, chosen, most, launchers)
    parts = [
        (sweep, replace(_part(sweep, most, options.range), pairs=options.html is not None))
        for sweep in sweeps
    ]
    results = walk.walk(parts, chosen, options.jobs, options.timeout, launchers, options.executor)
    code = 0
    everything = {one.engine.id.kind: known.load(ROOT, one.engine.id.kind) for one in chosen}
    pages = []
    for sweep, part in parts:
        told: dict[str, page.Result] = {}
        plans = [sweep.part_of(one, part) for one in sweep.engines(chosen)]
        pages.append(page.Swept(sweep, max(plans, key=lambda mine: mine.rows), told))
        plan = ""
        for one, mine in zip(sweep.engines(chosen), plans):
            if plan != (plan := report.plan(sweep, mine)):
                print(printable(f"{sweep.name}: {plan}"))
            walked = results[sweep.name, one.id]
            known_here = everything[one.engine.id.kind]
            if isinstance(walked, NotWalked):
                print(printable(f"{one.label}: ENGINE-ERROR {walked}"))
                code = 3
                told[one.id] = page.Result(one.engine.id, one.label, walked, None)
                continue
            path = report.path_of(options.report, sweep.name, one.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(report.whole(sweep, mine, one.label, walked), encoding="utf-8")
            is_whole = mine.begin == 0 and mine.end == mine.rows
            judgement = judge(sweep.name, one.engine.id, walked, known_here, is_whole, options.full)
            told[one.id] = page.Result(one.engine.id, one.label, walked, judgement)
            for line in report.engine(one.label, walked, judgement):
                print(printable(line))
            code = max(code, _code(judgement))
    if options.html:
        print(page.write(pages, options.html))
    return code


def _check(options: argparse.Namespace) -> None:
    """Before anything is built: what goes together."""
    if options.show is None:
        for word in ("shrink", "trace", "debug", "keep"):
            if getattr(options, word):
                raise SweepError(f"--{word}: of which state? --show CLASS or --show @STATE says it")
        return
    if len(options.name) != 1:
        raise SweepError(f"--show: expected one sweep, got {len(options.name)}; there is {_listed(ROOT)}")
    if not STATE.fullmatch(options.show) and not IDENTITY.fullmatch(options.show):
        raise SweepError(
            f"--show {options.show}: expected a class's id, such as 855e2be7,"
            " or a state's number, such as @1565"
        )


def _both_profiles(chosen: Sequence[Chosen]) -> Iterator[Chosen]:
    """What is asked for without a profile is walked as an AMD processor, too."""
    asked = {one.id for one in chosen}
    for one in chosen:
        yield one
        if ":" not in one.id and (twin := amd_twin(ROOT, one)) and twin.id not in asked:
            yield twin


def _code(judgement: Judgement) -> int:
    return int(bool(judgement.new or judgement.gone))


def _there(root: Path) -> list[str]:
    sources = sorted((root / "sweeps").glob("*.c")) or sorted((build_folder(root) / "sweeps").glob("*.rom"))
    return [path.stem for path in sources]  # a release has their ROMs alone


def _listed(root: Path) -> str:
    return ", ".join(_there(root))


def _names(root: Path, wanted: Sequence[str]) -> list[str]:
    there = _there(root)
    if unknown := [name for name in wanted if name not in there]:
        raise NothingSelected(f"no sweep {unknown[0]!r}; there is {_listed(root)}")
    return [name for name in there if not wanted or name in wanted]


def _part(sweep: Sweep, most: int, only: tuple[int, int] | None) -> Part:
    rows = sweep.rows(most)
    begin, end = only or (0, rows)
    if end > rows:
        raise SweepError(f"--range {begin}:{end}: {sweep.name} has {rows} states{_more(sweep, most)}")
    return Part(begin, end, rows, STEP)


def _more(sweep: Sweep, most: int) -> str:
    full = sweep.rows(FULL)
    return f", with --full {full}" if full > sweep.rows(most) else ""


def _show(
    sweeps: Sequence[Sweep],
    options: argparse.Namespace,
    engines: Sequence[Chosen],
    most: int,
    launchers: Path | None,
) -> int:
    if not sweeps:
        raise SweepError("--show: no engine here has the mode of this sweep")
    (sweep,) = sweeps
    for one in sweep.engines(engines):
        row, rows = _state(sweep, one, options, most)
        with walk.showing(sweep, one, options.timeout, launchers) as show:
            name, part = f"state {row}", Part(row, row + 1, rows, 1)
            shown = show(part)
            if options.shrink or options.keep:
                name, part = "the least state of its class", _least(sweep, part, shown, show)
                shown = show(part)
        print(printable(f"{sweep.name}, {name}, {one.label}: expected, and what came"))
        for line in report.state(shown.told, sweep.told.axes, shown.end.value):
            print(printable(line))
        if options.trace:
            engine = _again(options, one, "trace")
            for line in sweep_state.trace_state(sweep, part, engine, options.timeout):
                print(printable(line))
        if options.debug:
            engine = _again(options, one, "debug")
            return sweep_state.debug_state(ROOT, sweep, part, shown, engine)
        if options.keep:
            return _keep(sweep, shown, options)
    return 0


def _state(sweep: Sweep, one: Chosen, options: argparse.Namespace, most: int) -> tuple[int, int]:
    """Its number, and the rows of its plan."""
    if found := STATE.fullmatch(options.show):
        row, rows = int(found[1]), sweep.rows(most)
        if row >= rows:
            raise SweepError(
                f"--show {options.show}: {sweep.name} has {rows} states{_more(sweep, most)}; the first is @0"
            )
        return row, rows
    path = report.path_of(options.report, sweep.name, one.id)
    try:
        return report.find(path, options.show)
    except FileNotFoundError as error:
        raise SweepError(
            f"--show {options.show}: {path} isn't there;"
            f" `./runner.py sweep {sweep.name} -e {one.id}` walks it and writes its classes there"
        ) from error
    except LookupError as error:
        raise SweepError(f"--show: {error}") from error


def _again(options: argparse.Namespace, one: Chosen, extra: str) -> Engine:
    """The same engine, with what this table of its file adds."""
    request = options.engine or [one.id]
    chosen = choose_engines(ROOT, request, 10.0, options.engine_file, extra)
    return next((other for other in chosen if other.id == one.id), chosen[0]).engine


def _keep(sweep: Sweep, shown: Shown, options: argparse.Namespace) -> int:
    """Of the first engine, whose state of the class it is."""
    assert shown.difference is not None, "a state that shrinks differs"
    source = keep.case(sweep.name, shown.told, shown.difference.wanted, sweep.told.axes)
    return new.write(ROOT, options.keep, source, options.engine, options.engine_file, 10.0, options.jobs)


def _least(sweep: Sweep, part: Part, shown: Shown, show: Callable[[Part], Shown]) -> Part:
    if shown.difference is None:
        raise SweepError(f"--shrink: state {part.begin} doesn't differ")
    numbers = {name: values.index for name, values in sweep.told.axes.items()}
    state = tuple(numbers[name](value) for name, value in shown.told.state)
    least = shrink(state, lambda other: show(replace(part, given=other)).difference)
    return replace(part, given=least)
