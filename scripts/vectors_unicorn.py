#!/usr/bin/python3
"""Replays an export of vectors on Unicorn 2 (python3-unicorn): vectors_unicorn.py DIR [CASE...]

Unicorn hands exceptions to a hook in place of delivering them: what is compared is which one comes, the RIP
that is saved, CR2, and the general registers. Each case has a process of its own, since some end Unicorn.
docs/vectors.md says what a vector holds.
"""

import base64
import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

import unicorn as u
from unicorn import x86_const as x

GPRS = "rax rcx rdx rbx rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split()
VERDICTS = ("PASS", "FAIL", "SKIP", "CRASH")
STEPS, RAM, UD, PF = 4000, 16 << 20, 6, 14


def at(name: str) -> int:
    return int(getattr(x, f"UC_X86_REG_{name.upper()}"))


def replay(case: dict[str, Any], pages: list[bytes]) -> tuple[int, str]:
    """The verdict's number, and what there is to say."""
    start, (wanted, *others) = case["start"], case["expected"]["intel"]
    if case["environment"] != "long64":
        return 2, "only 64-bit mode is replayed here"
    if wanted["stops_at"] != "handler" or others or case["needs"] or "pending" in start:
        return 2, "no exception, several outcomes, an interrupt, or a feature that isn't asked for here"
    cpu = u.Uc(u.UC_ARCH_X86, u.UC_MODE_64)
    cpu.mem_map(0, RAM)
    for address, page in case["memory"].items():
        cpu.mem_write(int(address, 16), pages[page])
    for msr, value in start["msrs"].items():
        cpu.msr_write(int(msr, 16), int(value, 16))
    for name in ("gdtr", "idtr"):
        cpu.reg_write(at(name), (0, int(start[name]["base"], 16), int(start[name]["limit"], 16), 0))
    registers = {name: int(value, 16) for name, value in start["registers"].items()}
    for name in ("cr3", "cr4", "cr0", "cr2", "dr0", "dr1", "dr2", "dr3", "dr6", "dr7"):
        cpu.reg_write(at(name), registers[name])
    for name in ("cs", "ss", "ds", "es"):
        cpu.reg_write(at(name), int(start["segments"][name]["selector"], 16))
    for name in (*GPRS, "rsp", "rflags"):
        cpu.reg_write(at(name), registers[name])
    came: list[int] = []

    def on_interrupt(cpu: u.Uc, vector: int, data: object) -> None:
        came.append(vector)
        cpu.emu_stop()

    def on_unmapped(cpu: u.Uc, access: int, address: int, size: int, value: int, data: object) -> bool:
        cpu.mem_map(address & -0x1000, 0x1000)  # it looks for the linear address before it walks the tables
        return True

    def on_end(cpu: u.Uc, address: int, size: int, data: object) -> None:
        cpu.emu_stop()

    for place in case["program_ends"]:
        cpu.hook_add(u.UC_HOOK_CODE, on_end, begin=int(place, 16), end=int(place, 16))
    cpu.hook_add(u.UC_HOOK_INTR, on_interrupt)
    cpu.hook_add(u.UC_HOOK_MEM_UNMAPPED, on_unmapped)
    try:
        cpu.emu_start(registers["rip"], 0, count=STEPS)
    except u.UcError as error:
        if error.errno != u.UC_ERR_INSN_INVALID:
            return 2, str(error)
        came.append(UD)
    if not came:
        return 1, "no exception"
    if came[0] != int(wanted["vector"], 16):
        return 1, f"vector {came[0]:#x}, expected {wanted['vector']}"
    saved = next(one["bytes"] for one in wanted["memory"] if one["field"] == "rip")
    names = (*GPRS, "cr2") if came[0] == PF else GPRS
    fields = {name: wanted["registers"][name] for name in names if name in wanted["registers"]}
    fields["rip"] = f"{int.from_bytes(bytes.fromhex(saved), 'little'):#x}"
    wrong = []
    for name, want in fields.items():
        want = want if isinstance(want, dict) else {"value": want, "mask": "0xffffffffffffffff"}
        if (cpu.reg_read(at(name)) ^ int(want["value"], 16)) & int(want["mask"], 16):
            wrong.append(f"{name} {cpu.reg_read(at(name)):#x}, expected {want['value']}")
    return (1, "; ".join(wrong)) if wrong else (0, "")


def main(folder: str, *names: str) -> None:
    counts = [0] * len(VERDICTS)
    for path in sorted(Path(folder).rglob("*.json.gz")):
        told = json.loads(gzip.decompress(path.read_bytes()))
        pages = [base64.b64decode(page) for page in told["pages"]]
        for case in told["cases"]:
            if not names or case["case"].startswith(names):
                child = os.fork()
                if not child:
                    number, text = replay(case, pages)
                    print(f"{VERDICTS[number]:<6}{case['case']}  {text}".rstrip(), flush=True)
                    os._exit(number)
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                if status < 0:
                    print(f"CRASH {case['case']}  signal {-status}")
                counts[status if status >= 0 else 3] += 1
    print(", ".join(f"{count} {verdict}" for verdict, count in zip(VERDICTS, counts)))


if __name__ == "__main__":
    main(*sys.argv[1:])
