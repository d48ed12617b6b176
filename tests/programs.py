"""What a run of all cases says of their programs: each one's code and record beside its golden section."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mini import ROOT

from trapframe.frames import environment, record, symbol
from trapframe.frames.facts import Fact, entry, observe, taken_apart
from trapframe.model import CaseInfo, Frame, Record
from trapframe.report.disassembly import END, Instruction, disassemble, program
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected
from trapframe.truth.expect import Expect, Outcome

CODE64 = (0x08, 0x2B)  # selectors of 64-bit code
STATUS = 0x8D5  # OF SF ZF AF PF CF


@dataclass(frozen=True)
class Ran:
    """A case, what it recorded on the first engine that can run it, and the code of its file."""

    info: CaseInfo
    record: Record
    code: Mapping[int, Instruction]  # in the order of their addresses
    goldens: tuple[Outcome, ...]  # of the intel profile


def of_run(results: Iterable[Mapping[str, Any]]) -> list[Ran]:
    """The cases of these results, each with its first whole record of a processor that can run it."""
    cases = {info.case: info for info in open_workspace(ROOT, 1, images=False).cases}
    records: dict[str, Record] = {}
    for result in results:
        if result["case"] not in records and result["verdict"] != "UNSUPPORTED":
            try:
                found = record.parse(result["serial"].encode())
            except record.RecordError:
                continue  # a quirk ends the engine
            if found.start:
                records[result["case"]] = found
    infos = [info for case, info in cases.items() if case in records]
    known = expected.load(ROOT, list(cases.values()), infos, (), ())
    bits = {info.case: _bits(records[info.case]) for info in infos}
    parts = disassemble(ROOT, [(info.file, bits[info.case]) for info in infos], 1)
    code = {part: dict(sorted(lines.items())) for part, lines in parts.items()}
    return [
        Ran(info, records[info.case], code[info.file, bits[info.case]], known.outcomes(info, "intel"))
        for info in infos
    ]


def _bits(found: Record) -> int:
    """Of the code that the program starts with; a case of compat32 may start in 64-bit mode."""
    bits = entry(found)[1]
    return 64 if bits == 32 and found.start["cs"] in CODE64 and "rip" in found.start else bits


def unlisted(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Cases that no engine of these results can run, and that docs/not-covered.md doesn't name."""
    page = (ROOT / "docs" / "not-covered.md").read_text()
    listed = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    can: dict[str, bool] = {}
    for result in results:
        can[result["case"]] = can.get(result["case"], False) or result["verdict"] != "UNSUPPORTED"
    lacking = [case for case, able in can.items() if not able]
    return [case for case in lacking if not any(fnmatchcase(case, glob) for glob in listed)]


# The status flags behind MOV to and from control and debug registers.

UNDEFINING = re.compile(r"mov (?:cr|dr|db)\d+,|mov \w+,(?:cr|dr|db)\d+")
DEFINING = re.compile(
    r"(?:popf|iret|add|sub|xor|or|and|cmp|test|neg|xadd|cmpxchg)[wdq]?\b"
)  # all six of them


def _executed(code: Mapping[int, Instruction], begin: int, end: int) -> list[str]:
    """What lies before `end` in its program, or from `begin` on: was executed, if none of it branches."""
    found: list[str] = []
    addresses = list(code)
    for address in reversed(addresses[: bisect_left(addresses, end)]):
        if END.search(code[address].text):
            break
        found.append(code[address].text)
        if address == begin:
            break
    return found[::-1]


def _flags_are_undefined(before: list[str]) -> bool:
    undefined = False
    for text in before:
        if UNDEFINING.match(text):
            undefined = True
        elif DEFINING.match(text):
            undefined = False
    return undefined


def _undefined_fields(one: Ran, outcome: Outcome) -> Iterator[str]:
    said = {entry.name: entry.expect for entry in outcome.fields}
    inherited: dict[int, bool] = {}
    env = environment.of(one.record.env)
    begin = entry(one.record)[0]
    for frame in one.record.frames:
        rip = _saved_rip(one, frame, said)
        undefined = _flags_are_undefined(_executed(one.code, begin, rip))
        undefined |= inherited.get(frame.interrupts, False)
        inherited[frame.number] = undefined
        if undefined:
            yield f"frame {frame.number}.{env.flags}"
            yield f"frame {frame.number}.handler.{env.flags}"
    if one.record.final and _flags_are_undefined(_executed(one.code, begin, _end(one))):
        yield f"final.{env.flags}"


def _saved_rip(one: Ran, frame: Frame, said: Mapping[str, Expect]) -> int:
    """As the golden file has it; where that is no place in a program, the label `fault`."""
    names = symbol.symbols(one.info, one.record)
    field = f"frame {frame.number}.{environment.of(one.record.env).ip}"
    wanted = said.get(field)
    rip = taken_apart(frame, one.record, names).words.get(field.partition(".")[2], 0) + names.bases.get(
        field, 0
    )
    if wanted and wanted.text != "any":
        rip = symbol.resolve_address(names, wanted.text)
    return rip if min(one.code) <= rip <= max(one.code) else one.record.labels.get("fault", 0)


def _end(one: Ran) -> int:
    """Of the program that the run started."""
    begin = entry(one.record)[0]
    return next((at for at, line in one.code.items() if at >= begin and END.search(line.text)), 0)


def compared_undefined_flags(ran: Sequence[Ran]) -> list[str]:
    """SDM 2B "MOV-Move to/from Control Registers", "MOV-Move to/from Debug Registers", "Flags Affected"."""
    wrong = []
    for one in ran:
        for outcome in one.goldens:
            said = {entry.name: entry.expect for entry in outcome.fields}
            for name in _undefined_fields(one, outcome):
                flags = said.get(name)
                if flags and flags.text != "any" and (flags.mask is None or flags.mask & STATUS):
                    wrong.append(f"{one.info.case} {outcome.name} {name}")
    return wrong


# Cases that repeat another.

HIDDEN = {  # what a record doesn't show, of cases that look like one of another file
    "call_gate/check_*": "the descriptor that the selector names",
    "call_gate/transfer_jmp_*": "the gate",
    "control_register/cr4_pcid_bit_*": "the bit of CR3",
    "debug/changed_*": "what enabled the breakpoint, and when",
    "device_not_available/task_switched_*": "CR0.TS and not CR0.EM",
    "double_fault/other_causes_*": "what is wrong with the second event's gate",
    "double_fault/missing_handler": "a gate of zeros",
    "gate/beyond_limit*": "the IDT's limit",
    "gate/code_selector_*": "the selector in the gate",
    "gate/selector_rpl*": "the RPL in the gate",
    "gate/tss_limit_*": "the TSS's limit",
    "gate/type_zero*": "P=0, too",
    "gate/type_segment_*": "the gate's type",
    "gate/user_int_dpl_*": "what else is wrong with the gate",
    "general_protection/mxcsr_bit_*": "the bit of MXCSR",
    "general_protection/xrstor_byte_*": "the byte of the header",
    "general_protection/xrstor_header_*": "the byte of the header",
    "iret/flag_bit_*": "the bit of the image",
    "invalid_opcode/locked_*": "the instruction, in a page of its own",
    "invalid_opcode/mandatory_*": "the instruction, in a page of its own",
    "invalid_opcode/opcode_*": "the instruction, in a page of its own",
    "invalid_opcode/prefix_*": "the instruction, in a page of its own",
    "invalid_opcode/vex_field_*": "the instruction, in a page of its own",
    "invalid_tss/ist_fits": "the TSS's limit",
    "ldt/system_*": "the descriptor that the selector names",
    "page_fault/protection_key_*": "PKRU",
    "pm_return/check16_*": "what is wrong with a descriptor",
    "pm_exception/lock_*": "the instruction, in a page of its own",
    "pm_exception/opcode_*": "the instruction, in a page of its own",
    "real_mode/opcode_*": "the instruction, in memory",
    "vm86/opcode_*": "the instruction, in memory",
    "pm_call_gate/check_*": "the descriptor that the gate's selector names",
    "pm_call_gate/transfer_*": "the gate",
    "pm_double_fault/other_causes_*": "what is wrong with the second event's gate",
    "pm_far_transfer/check_*": "the descriptor that the selector names",
    "pm_far_transfer/long_code_*": "L of the descriptor",
    "pm_gate/*": "the gate, and the IDT's limit",
    "pm_inner_stack/*": "the TSS and the stack's descriptor",
    "pm_paging/entries_fetch_*": "the entries' bits",
    "pm_paging/rights_fetch_*": "the entries' rights",
    "pm_paging/supervisor_*": "SMEP and SMAP",
    "priority/decode_*": "the exception that would be next",
    "system_call/high_*": "upper halves of MSRs",
    "real_mode/limit_*": "the instruction: 16-bit code isn't followed",
    "real_mode/table_*": "base and limit of the IDT",
    "ldt/check_*": "the descriptor",
    "segment_load/descriptor_*": "the descriptor",
    "segment_load/last_byte_*": "the table's limit",
    "segment_load/type_*": "the descriptor",
    "task_switch/edges_*": "the limit that is just enough",
    "triple_fault/no_df_handler": "a gate of zeros",
    "vm86/limit_*": "the instruction: 16-bit code isn't followed",
}


def _program(one: Ran) -> tuple[str, ...]:
    """Its bytes, but for the jump behind it."""
    labels = one.record.labels
    starts = (entry(one.record)[0], labels.get("fault", 0))
    found = program(one.code, starts, labels.values())
    return tuple(instruction.code for instruction in found if not END.search(instruction.text))


def _looks(one: Ran) -> tuple[object, ...]:
    """All that can be seen of a case, its place in its file's programs apart."""
    seen, begin = one.record, entry(one.record)[0]
    facts: dict[str, Fact] = {f"start.{name}": value for name, value in seen.start.items()}
    facts |= observe(seen, symbol.symbols(one.info, seen))
    placed = sorted((name, _from(value, begin)) for name, value in facts.items())
    golden = [[(entry.name, entry.expect) for entry in outcome.fields] for outcome in one.goldens]
    places = sorted((place.base, place.size) for place in seen.places)
    lacks = [need for need in one.info.needs if need.startswith("!")]  # of another processor
    return seen.env, _program(one), str(placed), str(golden), str(seen.gates), str(places), str(lacks)


def _from(value: Fact, begin: int) -> Fact:
    near = isinstance(value, int) and begin <= value < begin + 0x1000
    return f"program+{value - begin:#x}" if near and isinstance(value, int) else value


def twins(ran: Sequence[Ran]) -> list[str]:
    """Same program, start, record and golden section: one is enough, with the catalogue's rows of both.

    Variants of one file differ by a parameter, often one that no record shows.
    """
    alike: dict[tuple[object, ...], list[Ran]] = {}
    for one in ran:
        alike.setdefault(_looks(one), []).append(one)
    found = []
    for group in alike.values():
        plain = [one.info for one in group if not any(fnmatchcase(one.info.case, glob) for glob in HIDDEN)]
        if len({info.file for info in plain}) > 1:
            found.append(" = ".join(sorted(info.case for info in plain)))
    return found
