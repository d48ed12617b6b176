"""One case on one engine for somebody who looks on: `trace` with the engine's own log, `debug` under gdb."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from trapframe.engines.engine import Engine, EngineError
from trapframe.engines.job import Job, fill_folder, rom_for, run_job
from trapframe.frames import decode, observe, record, symbol
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo, Frame, Record
from trapframe.report.terminal import printable
from trapframe.runs.run import Chosen, choose_engines
from trapframe.suite import unbuilt
from trapframe.suite.select import Selection, only_one
from trapframe.suite.workspace import open_workspace
from trapframe.system import process, scratch
from trapframe.system.folders import build_folder

WITH_GDB = ("setpriv", "--pdeathsig", "KILL")  # gdb gives the emulator a session of its own
STEPS = 1000  # instructions that `delivered` goes on for, at most
GDB = """\
set pagination off
set confirm off
set architecture i386:x86-64
file {elf}
target remote | exec {command}
python import sys; sys.path.insert(0, {root!r})
python from trapframe.frames import decode
define delivered
  set $steps = 0
  stepi
  set $stubs = (unsigned long)&capture_stubs
  while $steps < {steps} && ((unsigned long)$pc < $stubs || (unsigned long)$pc >= $stubs + 4096)
    stepi
    set $steps = $steps + 1
  end
  set $word = (unsigned long *)$rsp
  printf "handler  rsp %#lx  ", $rsp
  output/a $pc
  printf "\\n"
  if ((unsigned long)$rsp & 15) == 0
    printf "  error   %#lx\\n", *$word
    set $word = $word + 1
  end
  printf "  rip     %#lx\\n  cs      %#lx\\n", $word[0], $word[1]
  python print("  rflags  %#x  %s" % ((lambda v: (v, decode.rflags(v)))(int(gdb.parse_and_eval("$word[2]")))))
  printf "  rsp     %#lx\\n  ss      %#lx\\n", $word[3], $word[4]
end
document delivered
Goes on to the next handler, and shows the frame that the processor pushed.
end
hbreak *{fault:#x}
continue
printf "\\n{case}: at fault; `delivered` goes on and shows the frame, `kill` and `quit` end it\\n"
x/2i $pc
info registers rip rsp eflags cs ss
"""


class NoDebugger(Exception):
    """What `debug` needs isn't there."""

    exit_code = 2


def trace(
    root: Path, case: str, wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """Prints what the emulator logs of its deliveries, each beside the frame that the record has of it."""
    info, image, chosen = _choose(root, case, wanted, files, timeout, jobs, "trace")
    pattern = chosen.engine.shown
    if pattern is None:
        raise EngineError(f"{chosen.engine.id.kind}: its engine file has no 'match' in [trace]")
    ended = _run(chosen.engine, rom_for(image, info.variant), timeout)
    try:
        found: Record | None = record.parse(ended.serial)
    except record.RecordError as error:
        print(f"no record: {error}")
        found = None
    for line in trace_lines(info, ended.log, found, pattern):
        print(printable(line))
    print(f"end: {chosen.engine.read_end(ended).value}")
    return 0


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
        if vector and frames and names and frames[0].vector == int(vector, 16):
            yield f"    record: {frame_line(frames.pop(0), names)}"
    for frame in frames:
        assert names
        yield f"not in the log: {frame_line(frame, names)}"


def frame_line(frame: Frame, names: Symbols) -> str:
    """`frame 1: #PF(P W) at fault+0x0, rflags RF IF, on rsp0_top-0x30`."""
    words = observe.words(frame)
    error = frame.slots[0] if observe.has_error(frame) else None
    what = decode.exception(frame.vector, error)
    where = symbol.name_code(names, words["rip"])
    stack = symbol.name_stack_pointer(names, frame.rsp)
    return f"frame {frame.number}: {what} at {where}, rflags {decode.rflags(words['rflags'])}, on {stack}"


def debug(
    root: Path, case: str, wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """gdb starts the emulator itself and talks to it through a pipe."""
    gdb = shutil.which("gdb")
    if not gdb:
        raise NoDebugger("no gdb in PATH; apt-get install gdb")
    info, image, plain = _choose(root, case, wanted, files, timeout, jobs)
    _, _, chosen = _choose(root, case, wanted, files, timeout, jobs, "debug")
    with scratch.folder() as folder:
        result = run_job(Job(info.case, plain.engine, plain.id, image, info.variant), timeout, folder)
        labels = record.parse(result.serial).labels if result else {}
        fault = labels.get("fault") or next(iter(labels.values()), None)
        if fault is None:
            raise NoDebugger(f"{info.case}: its record on {plain.label} has no label to stop at")
        fill_folder(folder, chosen.engine, rom_for(image, info.variant))
        with_gdb = WITH_GDB if shutil.which(WITH_GDB[0]) else ()
        script = GDB.format(
            elf=shlex.quote(str(build_folder(root) / f"{info.file}.elf")),
            command=shlex.join([*with_gdb, *chosen.engine.command]),
            root=str(root),
            fault=fault,
            steps=STEPS,
            case=info.case,
        )
        (folder / "script").write_text(script)
        command = [gdb, "-q", "-nx", "-x", "script"]
        env = {**chosen.engine.environment, scratch.OWNER: str(folder)}
        return process.foreground(command, folder=folder, env=env)


def _choose(
    root: Path,
    case: str,
    wanted: Sequence[str],
    files: Sequence[Path],
    timeout: float,
    jobs: int,
    extra: str = "",
) -> tuple[CaseInfo, bytes, Chosen]:
    """The one case, its image, and the one engine with what [trace] or [debug] of its file adds."""
    chosen = choose_engines(root, wanted, timeout, files, extra)[0]
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(Selection((case,)))
    if picked.failures:
        raise unbuilt.NotBuilt(
            "\n".join(printable(line) for one in picked.failures for line in unbuilt.lines(one))
        )
    info = only_one(picked.cases, case)
    return info, workspace.images[info.file], chosen


def _run(engine: Engine, rom: bytes, timeout: float) -> process.Ended:
    with scratch.folder() as folder:
        fill_folder(folder, engine, rom)
        return process.run(
            engine.command,
            folder=folder,
            env={**engine.environment, scratch.OWNER: str(folder)},
            seconds=timeout,
            log=engine.log_channel(),
            serial=engine.serial_channel(),
            file=engine.serial,
        )
