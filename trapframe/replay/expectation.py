"""What is expected of a test: what the 286 did, and what a processor from the 386 on does instead."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trapframe.replay.instruction import DESTINATIONS, LOCK, SOURCES, Instruction, decode
from trapframe.replay.moo import ALL_FLAGS, REGISTERS, Test
from trapframe.replay.setting import FRAME, flags_before, frame_addresses, memory_before
from trapframe.replay.table import Result

RULES = Path(__file__).with_name("differences.toml")
DIVIDE_ERROR = 0
BREAKPOINT = 3
FRAME_REGISTERS = {"sp", "ip", "cs", "flags"}  # that a result has elsewhere
IF = 0x0200
DF = 0x0400
LIMIT = 0x10000
WORD = 2


@dataclass(frozen=True)
class Expectation:
    """A result, and what of it is left open."""

    result: Result
    flags: int = ALL_FLAGS  # that are defined
    only_frame: bool = False  # what the instruction has done else isn't known
    rules: tuple[str, ...] = ()  # that made it another one than the record's


@dataclass(frozen=True)
class Rule:
    """In what the others differ: a row of differences.toml."""

    name: str
    when: Mapping[str, Any]
    then: Mapping[str, Any]
    manual: str
    because: str


class RuleError(Exception):
    """differences.toml says what nobody understands."""

    exit_code = 70


def load(path: Path = RULES) -> tuple[Rule, ...]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = tuple(Rule(**row) for row in table["rule"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RuleError(f"{path}: {error}") from error
    for rule in rules:
        if unknown := {*rule.when} - WHEN.keys() | {*rule.then} - {"vector", "state"}:
            raise RuleError(f"{path}: {rule.name}: unknown key {min(unknown)!r}")
        if rule.then.get("state", "before") not in STATES:
            raise RuleError(f"{path}: {rule.name}: unknown state {rule.then['state']!r}")
    return rules


def recorded(test: Test, masks: Mapping[str, int]) -> Expectation:
    """What the 286 did."""
    frame = frame_addresses(test)
    before = memory_before(test)
    ip, cs, pushed = (test.written[frame[i]] | test.written[frame[i + 1]] << 8 for i in range(0, FRAME, 2))
    memory = {
        address: byte
        for address, byte in test.written.items()
        if address not in frame and before[address] != byte
    }
    result = Result(
        vector=test.vector,
        sp=test.after["sp"],
        ip=ip,
        cs=cs,
        pushed=pushed,
        flags=test.after["flags"],
        registers=_changed(test, test.after),
        memory=memory,
    )
    # A fault leaves the flags alone, but for what this one comes behind.
    divides = test.vector == DIVIDE_ERROR
    return Expectation(result, masks.get(decode(test.code[:-1]).form, ALL_FLAGS) if divides else ALL_FLAGS)


def of_others(test: Test, record: Expectation, rules: Sequence[Rule]) -> Expectation:
    """What processors from the 386 on do: the same, but for the rules that apply."""
    instruction = decode(test.code[:-1])
    found = record
    for rule in rules:
        if not all(WHEN[key](wanted, test, instruction) for key, wanted in rule.when.items()):
            continue
        state = rule.then.get("state", "")
        now = STATES[state](test, instruction, found) if state else found
        now = replace(now, result=replace(now.result, vector=rule.then.get("vector", now.result.vector)))
        if now != found:
            found = replace(now, rules=(*found.rules, rule.name))
        if state == "behind" or "vector" in rule.then:
            break
    return found


def faulting_registers(test: Test, instruction: Instruction) -> dict[str, int]:
    """Those with which the iteration begins that faults; of what isn't repeated those of the test."""
    registers = dict(test.before)
    if not instruction.is_repeated:
        return registers
    used = [
        name for name, opcodes in (("si", SOURCES), ("di", DESTINATIONS)) if instruction.opcode in opcodes
    ]
    step = -WORD if test.before["flags"] & DF else WORD
    while registers["cx"] and not any(registers[name] == LIMIT - 1 for name in used):
        for name in used:
            registers[name] = (registers[name] + step) % LIMIT
        registers["cx"] -= 1
    return registers


def _changed(test: Test, registers: Mapping[str, int]) -> dict[str, int]:
    return {
        name: registers[name]
        for name in REGISTERS
        if name not in FRAME_REGISTERS and registers[name] != test.before[name]
    }


def _before(test: Test, instruction: Instruction, found: Expectation) -> Expectation:
    flags = flags_before(test)
    result = Result(
        vector=found.result.vector,
        sp=(test.before["sp"] - FRAME) % LIMIT,
        ip=test.before["ip"],
        cs=test.before["cs"],
        pushed=flags,
        flags=flags & ~IF,
        registers={},
        memory={},
    )
    return Expectation(result, rules=found.rules)


def _restart(test: Test, instruction: Instruction, found: Expectation) -> Expectation:
    begun = faulting_registers(test, instruction)
    registers = _changed(test, {**test.after, "cx": begun["cx"], "si": begun["si"], "di": begun["di"]})
    return replace(found, result=replace(found.result, registers=registers))


def _flags(test: Test, instruction: Instruction, found: Expectation) -> Expectation:
    flags = flags_before(test)
    return replace(found, result=replace(found.result, pushed=flags, flags=flags & ~IF))


def _behind(test: Test, instruction: Instruction, found: Expectation) -> Expectation:
    """The next instruction is the INT3 that is there in place of the HLT."""
    ip = (test.before["ip"] + len(test.code)) % LIMIT
    result = replace(found.result, vector=BREAKPOINT, ip=ip, cs=test.before["cs"])
    return replace(found, result=result, only_frame=True)


STATES: Mapping[str, Callable[[Test, Instruction, Expectation], Expectation]] = {
    "before": _before,
    "restart": _restart,
    "flags": _flags,
    "behind": _behind,
}


def _lock_besides(wanted: Sequence[str], test: Test, instruction: Instruction) -> bool:
    can_be_locked = instruction.has_memory and instruction.form in wanted
    return LOCK in instruction.prefixes and not can_be_locked


def _overrun(wanted: str, test: Test, instruction: Instruction) -> bool:
    return instruction.overrun(faulting_registers(test, instruction)) == wanted


WHEN: Mapping[str, Callable[[Any, Test, Instruction], bool]] = {
    "vector": lambda wanted, test, instruction: bool(test.vector == wanted),
    "lock_besides": _lock_besides,
    "forms": lambda wanted, test, instruction: instruction.form in wanted,
    "regs": lambda wanted, test, instruction: instruction.reg in wanted,
    "longer_than": lambda wanted, test, instruction: len(instruction.code) > int(wanted),
    "overrun": _overrun,
    "string": lambda wanted, test, instruction: instruction.is_string is wanted,
    "repeated": lambda wanted, test, instruction: instruction.is_repeated and instruction.form in wanted,
}
