"""`debug`: one case on one engine under gdb, from the instruction that faults."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from trapframe.commands.arguments import add_how_to_run, read_how_to_run
from trapframe.engines.job import Job, fill_folder, rom_for, run_job
from trapframe.frames import environment, record
from trapframe.frames.facts import entry
from trapframe.model import CaseInfo, Record
from trapframe.report import disassembly
from trapframe.runs.choice import choose_one
from trapframe.system import process, scratch
from trapframe.system.folders import ROOT, build_folder

EXAMPLE = "./runner.py debug page_fault/write_read_only_user -e qemu"
WITH_GDB = ("setpriv", "--pdeathsig", "KILL")  # gdb gives the emulator a session of its own
STEPS = 1000  # instructions that `delivered` goes on for, at most
HEAD = """\
set pagination off
set confirm off
set architecture i386:x86-64
file {elf}
target remote | exec {command}
python import sys; sys.path.insert(0, {root!r})
python from trapframe.frames import decode
define flags
  python word = int(gdb.parse_and_eval("$word[2]"))
  python print("  %-7s %#x  %s" % ("{flags}", word, decode.rflags(word)))
end
"""
DELIVERED = """\
define delivered
  set $code = $cs
  set $steps = 0
  stepi
  while $steps < {steps} && ({pc} < (unsigned long)&{stubs} || {pc} >= (unsigned long)&{stubs} + 4096)
    stepi
    set $steps = $steps + 1
  end
{frame}end
document delivered
Goes on to the next handler, and shows the frame that the processor pushed.
end
hbreak *{fault:#x}
continue
printf "\\n{case}: at fault; `delivered` goes on and shows the frame, `kill` and `quit` end it\\n"
{instructions}info registers rip rsp eflags cs ss
"""
INSTRUCTIONS = "x/2i $pc\n"
SHOWN = 2  # instructions; gdb disassembles none of 32 or 16 bits for an emulator whose registers have 64

FRAME = """\
  set $word = (unsigned long *)$rsp
  printf "handler  rsp %#lx  ", $rsp
  output/a $pc
  printf "\\n"
  if ((unsigned long)$rsp & 15) == 0
    printf "  error   %#lx\\n", *$word
    set $word = $word + 1
  end
  printf "  rip     %#lx\\n  cs      %#lx\\n", $word[0], $word[1]
  flags
  printf "  rsp     %#lx\\n  ss      %#lx\\n", $word[3], $word[4]
"""
FRAME_32 = """\
  set $word = (unsigned int *)$rsp
  printf "handler  esp %#x  ", (unsigned int)$rsp
  output/a $pc
  printf "\\n"
  if ($word[1] & 0xffff) != $code
    printf "  error   %#x\\n", *$word
    set $word = $word + 1
  end
  printf "  eip     %#x\\n  cs      %#x\\n", $word[0], $word[1]
  flags
  if ($word[1] & 3) > ($cs & 3) || ($word[2] & 0x20000)
    printf "  esp     %#x\\n  ss      %#x\\n", $word[3], $word[4]
  end
  if $word[2] & 0x20000
    printf "  es      %#x\\n  ds      %#x\\n", $word[5], $word[6]
    printf "  fs      %#x\\n  gs      %#x\\n", $word[7], $word[8]
  end
"""
FRAME_16 = """\
  set $word = (unsigned short *)(unsigned long)((unsigned long)$ss * 16 + ((unsigned long)$rsp & 0xffff))
  printf "handler  ss:sp %#x:%#x  cs:ip %#x:%#x\\n", $ss, (unsigned short)$rsp, $cs, (unsigned short)$pc
  printf "  ip      %#x\\n  cs      %#x\\n", $word[0], $word[1]
  flags
"""
FRAMES = {8: FRAME, 4: FRAME_32, 2: FRAME_16}  # by the bytes of a word
LINEAR = "((unsigned long)$cs * 16 + ((unsigned long)$pc & 0xffff))"  # in virtual-8086 and real mode
PLAIN = "(unsigned long)$pc"


def script(root: Path, info: CaseInfo, found: Record, command: str) -> str | None:
    """What gdb is told; nothing where the record has no label to stop at."""
    fault = found.labels.get("fault") or next(iter(found.labels.values()), None)
    if fault is None:
        return None
    env = environment.of(info.env)
    bits = entry(found)[1] if found.start else env.code[0]
    real = env.word == 2
    elf = shlex.quote(str(build_folder(root) / f"{info.file}.elf"))
    return HEAD.format(elf=elf, command=command, root=str(root), flags=env.flags) + DELIVERED.format(
        steps=STEPS,
        pc=LINEAR if real else PLAIN,
        stubs="real_stubs" if real else "capture_stubs",
        frame=FRAMES[env.word],
        fault=fault,
        case=info.case,
        instructions=INSTRUCTIONS if env.word == 8 else _instructions(root, info.file, fault, bits),
    )


def _instructions(root: Path, file: str, fault: int, bits: int) -> str:
    known = disassembly.disassemble(root, [(file, bits)], 1).get((file, bits), {})
    lines = (f"{one.address:#x}:  {one.text}" for one in disassembly.program(known, [fault])[:SHOWN])
    return "".join(f"echo {line}\\n\n" for line in lines)


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
        fill_folder(folder, chosen.engine, rom_for(image, info.variant))
        with_gdb = WITH_GDB if shutil.which(WITH_GDB[0]) else ()
        text = result and script(
            root, info, record.parse(result.serial), shlex.join([*with_gdb, *chosen.engine.command])
        )
        if not text:
            raise NoDebugger(f"{info.case}: its record on {plain.label} has no label to stop at")
        (folder / "script").write_text(text)
        command = [gdb, "-q", "-nx", "-x", "script"]
        env = {**chosen.engine.environment, scratch.OWNER: str(folder)}
        return process.foreground(command, folder=folder, env=env)
