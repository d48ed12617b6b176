"""`debug`: one case on one engine under gdb, from the instruction that faults."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from trapframe.commands.arguments import add_how_to_run, read_how_to_run
from trapframe.engines.job import Job, fill_folder, rom_for, run_job
from trapframe.frames import record
from trapframe.runs.choice import choose_one
from trapframe.system import process, scratch
from trapframe.system.folders import ROOT, build_folder

EXAMPLE = "./runner.py debug page_fault/write_read_only_user -e qemu"
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


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="CASE")
    add_how_to_run(parser)


def command(options: argparse.Namespace) -> int:
    return debug(ROOT, options.name, *read_how_to_run(options))


class NoDebugger(Exception):
    """What `debug` needs isn't there."""

    exit_code = 2


def debug(
    root: Path, case: str, wanted: Sequence[str], files: Sequence[Path], timeout: float, jobs: int
) -> int:
    """gdb starts the emulator itself and talks to it through a pipe."""
    gdb = shutil.which("gdb")
    if not gdb:
        raise NoDebugger("no gdb in PATH; apt-get install gdb")
    info, image, plain = choose_one(root, case, wanted, files, timeout, jobs)
    _, _, chosen = choose_one(root, case, wanted, files, timeout, jobs, "debug")
    with scratch.folder() as folder:
        result = run_job(
            Job(info.case, plain.engine, plain.id, image, info.variant), process.Limit(timeout), folder
        )
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
