"""One case on one engine for somebody who looks on: `trace` with the engine's own log, `debug` under gdb."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from trapframe.commands.arguments import add_how_to_run, read_how_to_run
from trapframe.engines.engine import Engine, EngineError
from trapframe.engines.job import fill_folder, rom_for
from trapframe.frames import decode, environment, facts, record, symbol
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo, Frame, Record
from trapframe.runs.choice import choose_one
from trapframe.system import process, scratch
from trapframe.system.folders import ROOT
from trapframe.system.text import printable

EXAMPLE = "./runner.py trace page_fault/read_only_user_mov -e bochs"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="CASE")
    add_how_to_run(parser)


def command(options: argparse.Namespace) -> int:
    return trace(ROOT, options.name, *read_how_to_run(options))


def trace(
    root: Path, case: str, wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """Prints what the emulator logs of its deliveries, each beside the frame that the record has of it."""
    info, image, chosen = choose_one(root, case, wanted, files, timeout, jobs, "trace")
    pattern = pattern_of(chosen.engine)
    ended = run_traced(chosen.engine, rom_for(image, info.variant), timeout)
    try:
        found: Record | None = record.parse(ended.serial)
    except record.RecordError as error:
        print(f"no record: {error}")
        found = None
    for line in trace_lines(info, ended.log, found, pattern):
        print(printable(line))
    print(f"end: {chosen.engine.read_end(ended).value}")
    return 0


def pattern_of(engine: Engine) -> re.Pattern[bytes]:
    """Of the lines of its log that tell of deliveries."""
    if engine.shown is None:
        raise EngineError(f"{engine.id.kind}: its engine file has no 'match' in [trace]")
    return engine.shown


def trace_lines(
    info: CaseInfo, log: bytes, found: Record | None, pattern: re.Pattern[bytes]
) -> Iterator[str]:
    """The log's lines in their order, a frame behind the first one of its vector."""
    frames = list(found.frames) if found else []
    names = symbol.symbols(info, found) if found else None
    for line in log.split(b"\n"):
        match = pattern.search(line)
        if not match:
            continue
        yield line.decode("ascii", "backslashreplace").strip()
        vector = match.groupdict().get("vector")
        if vector and frames and names and found and frames[0].vector == int(vector, 16):
            yield f"    record: {frame_line(frames.pop(0), found, names)}"
    for frame in frames:
        assert names and found
        yield f"not in the log: {frame_line(frame, found, names)}"


def frame_line(frame: Frame, found: Record, names: Symbols) -> str:
    """`frame 1: #PF(P W) at fault+0x0, rflags RF IF, on rsp0_top-0x30`."""
    env = environment.of(found.env)
    layout = facts.taken_apart(frame, found, names)
    what = decode.exception(frame.vector, layout.error)
    known = {name: layout.words[name] for name in (env.ip, env.flags) if name in layout.words}
    where = facts.show(f"frame {frame.number}.{env.ip}", known.get(env.ip, "an unknown place"), names)
    flags = f"{env.flags} {decode.rflags(known[env.flags])}" if env.flags in known else ""
    at = None if frame.sp is None else facts.linear_stack(frame, found)
    stack = "a stack unseen" if at is None else symbol.name_stack_pointer(names, at)
    return f"frame {frame.number}: {what} at {where}, {', '.join(filter(None, (flags, f'on {stack}')))}"


def run_traced(engine: Engine, rom: bytes, timeout: float) -> process.Ended:
    with scratch.folder() as folder:
        fill_folder(folder, engine, rom)
        return process.run(
            engine.command,
            folder=folder,
            env={**engine.environment, scratch.OWNER: str(folder)},
            limit=process.Limit(timeout),
            log=engine.log_channel(),
            serial=engine.serial_channel(),
            file=engine.serial,
        )
