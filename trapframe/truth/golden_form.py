"""The form of golden files (docs/golden.md): their fields, the order of these, and what each may say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from trapframe.frames import environment, task
from trapframe.frames.environment import OPTIONAL, STATE, Environment
from trapframe.frames.facts import IPS

FRAME_FIELDS = environment.every(lambda one: one.frame_fields)
WORDINGS = [environment.LONG64, environment.PM32, environment.REAL16]  # compat32 says what long64 says
BLOCKS = ("frame", "final", "value", "memory", "end")  # in this order
GROUPS = {
    "gpr": ("gprs", environment.every(lambda one: one.gprs)),
    "segment": ("segments", environment.every(lambda one: one.segments)),
    **{name: (name, members) for name, members in STATE.items()},
}
WHOLE = ("gprs", "segments", *STATE, "tasks")  # stand for many registers
GROUPED = ("gpr.", "segment.", *STATE, "task.")
DEFINITE = ("interrupts", "vector", "end")  # never `any`

NAME = r"[A-Za-z_][A-Za-z0-9_.]*"
HEXADECIMAL = r"0x(?:0|[1-9a-f][0-9a-f]{0,15})"
DISTANCE = r"0x(?:0|[1-9a-f][0-9a-f]*)"
PLACE = rf"(?:{HEXADECIMAL}|{NAME}[+-]{DISTANCE})"
SELECTED = rf"(?:{HEXADECIMAL}|{NAME}(?::rpl[0-3])?)"
WORD = rf"(?!(?:any|kept)(?!\S))(?:{PLACE}|{SELECTED})"
ABOVE = f"(?:any|{WORD})"
MEMORY = re.compile(rf"{NAME}\+{DISTANCE}")

NUMBER = (HEXADECIMAL, "a number 0x..")
ADDRESS = (PLACE, "a number 0x.. or NAME+0x..")
SELECTOR = (SELECTED, "a number 0x.. or a selector's name")
KEPT = ("kept", "'kept'")
FLAGS = environment.every(lambda one: (one.flags,))
KINDS = {
    "interrupts": ("program|frame [1-9][0-9]{0,4}", "'program' or 'frame N'"),
    "vector": ("0x(?:0|[1-9a-f][0-9a-f]?)", "a number from 0x0 to 0xff"),
    "error": (f"none|{HEXADECIMAL}", "'none' or a number 0x.."),
    **dict.fromkeys((*IPS, *environment.every(lambda one: (one.sp,))), ADDRESS),
    **dict.fromkeys(FLAGS, NUMBER),
    **dict.fromkeys(("cs", "ss", *environment.VM86_FIELDS), SELECTOR),
    "above": (rf"kept|(?!any(?: any)*\Z){ABOVE}(?: {ABOVE}){{1,20}}", "'kept', or two and more words"),
    "cr2": (f"kept|{PLACE}", "'kept', a number 0x.. or NAME+0x.."),
    "dr6": NUMBER,
    "dr7": NUMBER,
    "gprs": KEPT,
    "segments": KEPT,
    **{name: NUMBER for name in (f"handler.{flags}" for flags in FLAGS)},
    **dict.fromkeys(("handler.rsp", "handler.esp"), ADDRESS),
    "handler.stack": (f"none|{NAME}", "a stack's name, or 'none'"),
    environment.BASE: ADDRESS,
    "handler.cs": SELECTOR,
    "handler.ss": SELECTOR,
    **{"tr": SELECTOR, "ldtr": SELECTOR, "cr0": NUMBER, "tasks": KEPT},
    "cr3": (f"kept|{PLACE}", "'kept', a number 0x.. or NAME+0x.."),
    "at_end": ("kept|overwritten", "'kept' or 'overwritten'"),
    **dict.fromkeys(STATE, KEPT),
    "gpr": ADDRESS,
    "segment": SELECTOR,
    "segment.fs_base": ADDRESS,
    "segment.gs_base": ADDRESS,
    "value": ADDRESS,
    "memory": ("(?:[0-9a-f]{2}){1,16}", "one to sixteen bytes as hexadecimal digits"),
    "end": ("exit|shutdown", "'exit' or 'shutdown'"),
}
PARTS = ("gpr", "segment", "value", "memory")  # of which KINDS has a whole group
TASK_NUMBERS = (*FLAGS, "type", "trap", "iomap")


def is_frame(name: str) -> bool:
    return name.startswith("frame ") and "." not in name


def short_name(name: str) -> str:
    """The name as it stands in its line."""
    return name.partition(".")[2] if name.startswith(("frame ", "final.")) else name


def is_known(name: str) -> bool:
    return name in KINDS or name.partition(".")[0] in (*GROUPS, "task")


def environment_of(names: Iterable[str]) -> Environment:
    """Whose words these fields of frames and of `final` are: the first word that not all have decides."""
    left = WORDINGS
    for name in names:
        having = _having(name)
        if len(having) < len(WORDINGS):
            left = [one for one in left if one.name in having] or left
            if len(left) == 1:
                break
    return left[0]


@cache
def _having(name: str) -> frozenset[str]:
    """The environments whose golden files may have this field."""
    in_block = name.startswith(("frame ", "final.")) and "." in name
    return frozenset(one.name for one in WORDINGS if not (in_block and one.lacks(short_name(name))))


def fields_of(env: Environment, frame: bool, there: Collection[str]) -> list[str]:
    """The fields of a frame or of `final`, with those that may be absent where `there` has one of them."""
    known = env.frame_fields if frame else env.final_fields
    absent = {name for group in OPTIONAL if not any(one in there for one in group) for name in group}
    return [name for name in known if name not in absent]


def _kind(name: str) -> tuple[str, str] | None:
    """How the value of a field looks; nothing for a field that doesn't exist."""
    return kind_of(short_name(name))


def kind_of(short: str) -> tuple[str, str] | None:
    group, _, member = short.partition(".")
    if not member or group == "handler":
        return KINDS.get(short) if short not in PARTS else None
    if group == "task":
        return _kind_of_task(member)
    if group == "value":
        return KINDS["value"] if re.fullmatch(NAME, member) else None
    if group == "memory":
        return KINDS["memory"] if MEMORY.fullmatch(member) else None
    if group not in GROUPS or member not in GROUPS[group][1]:
        return None
    return NUMBER if group in STATE else KINDS.get(short, KINDS[group])


def _kind_of_task(member: str) -> tuple[str, str] | None:
    """Of `NAME.FIELD`; as the task before, where it says `kept`."""
    name, _, field = member.rpartition(".")
    if field not in task.NAMES or not re.fullmatch(NAME, name):
        return None
    if field in task.SELECTORS:
        return SELECTOR
    return NUMBER if field in TASK_NUMBERS else ADDRESS


def describe_kind(name: str) -> str | None:
    """What a field may hold; nothing where there is no such field."""
    kind = _kind(name)
    return kind[1] if kind else None


def is_value(name: str, text: str) -> bool:
    """Whether a field may hold this, masks and `any` apart."""
    kind = _kind(name)
    return bool(kind and re.fullmatch(kind[0], text))
