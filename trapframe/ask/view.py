"""An answer in words: what `ask` prints. template/ask.js says the same, and a test holds them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trapframe.ask.fields import MODES
from trapframe.ask.library import Answer
from trapframe.frames import decode
from trapframe.spec import CHOICES, KINDS, OPEN, VENDORS

View = dict[str, Any]  # as JSON
MODE_NAMES = {
    "long": "64-bit mode",
    "compat": "compatibility mode",
    "protected": "protected mode",
    "vm86": "virtual-8086 mode",
    "real": "real-address mode",
}
EVENT_NAMES = {
    "int_n": "INT n",
    "int3": "INT3",
    "into": "INTO",
    "int1": "INT1",
    "interrupt": "interrupt",
    "nmi": "NMI",
}
VENDOR_NAMES = {"intel": "Intel", "amd": "AMD"}
WIDTHS = {"long": 0, "compat": 0, "real": 2}  # others: 1
SHUTDOWN = 2  # enum spec_end
# What the handler starts with, and how it is called: in 64-bit modes, in 32-bit ones, in 16-bit ones.
REGISTERS = {
    **{"rip": ("RIP", "EIP", "IP"), "cs": ("CS",) * 3, "rflags": ("RFLAGS", "EFLAGS", "FLAGS")},
    **{"rsp": ("RSP", "ESP", "SP"), "ss": ("SS",) * 3, "cpl": ("CPL",) * 3},
}
ALSO = ("ds", "es", "fs", "gs", "tr", "cr0", "cr2", "cr3", "dr6", "dr7", "nmi")  # shown where they changed
ALSO_NAMES = {"nmi": "NMIs blocked"}


def event_name(event: Mapping[str, int]) -> str:
    """`#PF(U)`, `INT n, vector 0x80`."""
    kind = KINDS[event["kind"]]
    if kind in EVENT_NAMES:
        number = f" {event['vector']:#x}" if kind in ("int_n", "interrupt") else ""
        return f"{EVENT_NAMES[kind]}{number}".replace("INT n", "INT")
    return decode.exception(event["vector"], event.get("error"))


def title(answer: Answer) -> str:
    state = answer.state
    where = f"{MODE_NAMES[MODES[state['mode']]]}, CPL {state['cpl']}"
    return f"{event_name(answer.told['chain'][0])} in {where} ({VENDOR_NAMES[VENDORS[state['vendor']]]})"


def end(answer: Answer) -> str:
    told = answer.told
    if told["end"] == SHUTDOWN:
        return "Shutdown: no handler is reached (a triple fault)."
    last = event_name(told["chain"][-1])
    return (
        f"The handler of {last} starts."
        if len(told["chain"]) == 1
        else f"Its handler isn't reached: that of {last} starts."
    )


def width(answer: Answer) -> int:
    """Which of three names a register has."""
    return WIDTHS.get(MODES[answer.state["mode"]], 1)


def _value(name: str, value: int, opened: int, vector: int) -> str:
    """The number, which of its bits no manual decides, and what the others mean."""
    everything = opened and value & ~opened == 0 and opened & 0xFFFF == 0xFFFF
    if everything:
        return "undefined"
    known = value & ~opened
    meaning = decode.error(vector, known) if name == "error" else decode.field(name, known)
    bits = f"bits {opened:#x} undefined" if opened else ""
    return "; ".join(
        filter(None, [" ".join(filter(None, [f"{known:#x}", f"({meaning})" if meaning else ""])), bits])
    )


def frame(answer: Answer) -> list[list[str]]:
    """Name and value of each word, upwards from the handler's stack pointer."""
    vector = answer.told["chain"][-1]["vector"]
    return [[name, _value(name, value, opened, vector)] for name, value, opened in answer.told["frame"]]


def handler(answer: Answer) -> list[list[str]]:
    """Register, value; nothing behind a shutdown."""
    told = answer.told
    if told["end"] == SHUTDOWN:
        return []
    opened = {name: bits for name, bits, _ in told["open"]}
    rows = [
        [
            names[width(answer)],
            _value("rflags" if name == "rflags" else "", told["after"][name], opened.get(name, 0), 0),
        ]
        for name, names in REGISTERS.items()
    ]
    for name in ALSO:
        before, after = told["before"][name], told["after"][name]
        if before != after:
            now = _value(name if name in ("cr0", "dr6") else "", after, opened.get(name, 0), 0)
            rows.append([ALSO_NAMES.get(name, name.upper()), f"{now}, before {before:#x}"])
    return rows


def steps(answer: Answer) -> Iterator[list[str]]:
    """Kind, rule, section, place, what it came to: `event`, `pass`, `decides`, `raises`."""
    chain = answer.told["chain"]
    at = 0
    yield ["event", event_name(chain[0]), "", "", ""]
    for rule, section, place, passed, *raised in answer.told["steps"]:
        kind = "pass" if passed else "raises" if raised else "decides"
        yield [kind, rule, section, place, event_name(raised[0]) if raised else ""]
        if rule.startswith("double-fault.") and at + 1 < len(chain):
            at += 1
            yield ["event", event_name(chain[at]), "", "", ""]


def choices(answer: Answer, texts: Mapping[str, Sequence[str]], differs: bool) -> list[list[str]]:
    """Of those that were asked: name, Intel's, AMD's; those on which they differ only where that shows."""
    asked = (name for number, name in enumerate(CHOICES) if answer.told["asked"] >> number & 1)
    return [
        [name, *texts[name]]
        for name in asked
        if name in OPEN or (differs and texts[name][0] != texts[name][1])
    ]


def view(answer: Answer) -> View:
    return {
        "title": title(answer),
        "end": end(answer),
        "frame": frame(answer),
        "word": answer.told["word"],
        "handler": handler(answer),
        "steps": list(steps(answer)),
        "open": [reason for _, _, reason in answer.told["open"]],
    }


def differences(one: Answer, other: Answer) -> Iterator[list[str]]:
    """What the other vendor's processor does: what, this one's, the other's."""
    mine, theirs = view(one), view(other)
    if mine["end"] != theirs["end"]:
        yield ["outcome", mine["end"], theirs["end"]]
    for part, before in (("frame", ""), ("handler", "handler's ")):
        here, there = dict(mine[part]), dict(theirs[part])
        for name in dict.fromkeys([*here, *there]):
            if here.get(name, "-") != there.get(name, "-"):
                yield [
                    f"{before}{name.upper() if not before else name}",
                    here.get(name, "-"),
                    there.get(name, "-"),
                ]
    rules = [
        [" ".join(filter(None, (step[1], step[4]))) for step in shown["steps"] if step[0] != "pass"]
        for shown in (mine, theirs)
    ]
    if rules[0] != rules[1]:
        only = [[rule for rule in one if rule not in other] for one, other in (rules, rules[::-1])]
        yield ["rules", *("; ".join(one) or "-" for one in only)]
