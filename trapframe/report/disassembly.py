"""The program under test as instructions, from the ELF file of its case."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from trapframe.system import process
from trapframe.system.folders import build_folder

SECONDS = 20.0
LOT = 32  # files for one objdump
OUTPUT = 16 << 20  # of all of them
LONGEST = 40  # instructions of one program
INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} ?)+) *(?:\t(.*))?$")
BEGINNING = re.compile(r"^(.+): +file format .*$", re.MULTILINE)  # of a file
OPTIONS = {  # of objdump, by the bits of the code
    64: ("-M", "intel"),
    32: ("-m", "i386", "-M", "i386,intel"),
    16: ("-j", ".low", "-m", "i8086", "-M", "i8086,intel"),
}
BAD = "(bad)"
END = re.compile(r"\bjmp +[0-9a-f]+ <(?:program|handler)_end")


@dataclass(frozen=True)
class Instruction:
    address: int
    code: str  # its bytes
    text: str


Program = tuple[str, int]  # FAMILY/FILE, and the bits of its code


def disassemble(
    root: Path, programs: Iterable[Program], workers: int
) -> dict[Program, dict[int, Instruction]]:
    """The instructions of each by address; none where objdump can't."""
    wanted = [(file, bits) for file, bits in dict.fromkeys(programs) if _elf(root, file).is_file()]
    alike = [[one for one in wanted if one[1] == bits] for bits in OPTIONS]
    lots = [some[at : at + LOT] for some in alike for at in range(0, len(some), LOT)]
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        found = pool.map(lambda lot: _objdump(root, lot), lots)
    return {program: instructions for lot in found for program, instructions in lot.items()}


def _elf(root: Path, file: str) -> Path:
    return build_folder(root) / f"{file}.elf"


def _objdump(root: Path, lot: Sequence[Program]) -> dict[Program, dict[int, Instruction]]:
    """Several files by one process, which begins each with its name."""
    names = {str(_elf(root, file)): (file, bits) for file, bits in lot}
    options = OPTIONS[lot[0][1]]
    channel = process.Channel(OUTPUT)
    ended = process.run(
        ("objdump", "-d", "-j", ".program", *options, *names),
        folder=root,
        env={**os.environ, "LC_ALL": "C"},
        limit=process.Limit(SECONDS),
        log=channel,
        serial=channel,
    )
    if ended.why is not process.Why.ITSELF:
        return {}
    _, *parts = BEGINNING.split(ended.serial.decode(errors="replace"))
    return {names[name]: parse(text) for name, text in zip(parts[::2], parts[1::2]) if name in names}


def parse(output: str) -> dict[int, Instruction]:
    """What objdump -d prints. The second line of a long instruction has bytes only."""
    found: dict[int, Instruction] = {}
    last = 0
    for line in output.splitlines():
        match = INSTRUCTION.match(line)
        if not match:
            continue
        address, code, text = int(match[1], 16), match[2].strip(), (match[3] or "").strip()
        if text:
            found[address] = Instruction(address, code, re.sub(r" +", " ", text))
            last = address
        elif last in found:
            found[last] = Instruction(last, f"{found[last].code} {code}", found[last].text)
    return found


def program(
    known: Mapping[int, Instruction], starts: Iterable[int], labels: Iterable[int] = ()
) -> list[Instruction]:
    """From the first of `starts` that begins an instruction to the program's end.

    Bytes that aren't an instruction are one line up to the next label, where the disassembler starts anew.
    """
    address = next((start for start in starts if start in known), -1)
    found: list[Instruction] = []
    while address in known and len(found) < LONGEST:
        one = known[address]
        label = next((label for label in sorted(labels) if label > address), None)
        if label is not None and (BAD in one.text or address + len(one.code.split()) > label):
            one = Instruction(address, _bytes(known, address, label), "no instruction that objdump knows")
        found.append(one)
        if END.search(one.text):
            break
        address += len(one.code.split())
    return found


def _bytes(known: Mapping[int, Instruction], address: int, end: int) -> str:
    """What stands there, however the disassembler cut it up."""
    found: list[str] = []
    at = address
    while at < end and at in known:
        found += known[at].code.split()
        at = address + len(found)
    return " ".join(found[: min(end - address, LONGEST)])
