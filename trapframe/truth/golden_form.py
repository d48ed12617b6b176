"""The form of golden files (docs/golden.md): their fields, the order of these, and what each may say."""

from __future__ import annotations

import re

from trapframe.frames.registers import GPRS, SEGMENTS, SSE

FRAME_FIELDS = (
    "interrupts",
    "vector",
    "error",
    "rip",
    "cs",
    "rflags",
    "rsp",
    "ss",
    "above",
    "cr2",
    "dr6",
    "dr7",
    "gprs",
    "segments",
    "handler.rflags",
    "handler.rsp",
    "handler.stack",
    "handler.cs",
    "handler.ss",
    "at_end",
)
FINAL_FIELDS = ("rflags", "rsp", "gprs", "segments")
BLOCKS = ("frame", "final", "value", "memory", "end")  # in this order
GROUPS = {"gpr": ("gprs", GPRS), "segment": ("segments", SEGMENTS), "sse": ("sse", SSE)}
WHOLE = ("gprs", "segments", "sse")  # stand for many registers
GROUPED = ("gpr.", "segment.", "sse.", "sse")
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
KINDS = {
    "interrupts": ("program|frame [1-9][0-9]{0,4}", "'program' or 'frame N'"),
    "vector": ("0x(?:0|[1-9a-f][0-9a-f]?)", "a number from 0x0 to 0xff"),
    "error": (f"none|{HEXADECIMAL}", "'none' or a number 0x.."),
    "rip": ADDRESS,
    "cs": SELECTOR,
    "rflags": NUMBER,
    "rsp": ADDRESS,
    "ss": SELECTOR,
    "above": (rf"kept|(?!any(?: any)*\Z){ABOVE}(?: {ABOVE}){{1,2}}", "'kept', or two or three words"),
    "cr2": (f"kept|{PLACE}", "'kept', a number 0x.. or NAME+0x.."),
    "dr6": NUMBER,
    "dr7": NUMBER,
    "gprs": KEPT,
    "segments": KEPT,
    "handler.rflags": NUMBER,
    "handler.rsp": ADDRESS,
    "handler.stack": (f"none|{NAME}", "a stack's name, or 'none'"),
    "handler.cs": SELECTOR,
    "handler.ss": SELECTOR,
    "at_end": ("kept|overwritten", "'kept' or 'overwritten'"),
    "sse": KEPT,
    "gpr": ADDRESS,
    "segment": SELECTOR,
    "segment.fs_base": ADDRESS,
    "segment.gs_base": ADDRESS,
    "sse.": NUMBER,
    "value": ADDRESS,
    "memory": ("(?:[0-9a-f]{2}){1,16}", "one to sixteen bytes as hexadecimal digits"),
    "end": ("exit|shutdown", "'exit' or 'shutdown'"),
}


def is_frame(name: str) -> bool:
    return name.startswith("frame ") and "." not in name


def short_name(name: str) -> str:
    """The name as it stands in its line."""
    return name.partition(".")[2] if name.startswith(("frame ", "final.")) else name


def is_known(name: str) -> bool:
    return name in KINDS or name.partition(".")[0] in GROUPS


def _kind(name: str) -> tuple[str, str] | None:
    """How the value of a field looks; nothing for a field that doesn't exist."""
    return kind_of(short_name(name))


def kind_of(short: str) -> tuple[str, str] | None:
    group, _, member = short.partition(".")
    if not member or group == "handler":
        return KINDS.get(short) if short not in ("gpr", "segment", "value", "memory") else None
    if group == "value":
        return KINDS["value"] if re.fullmatch(NAME, member) else None
    if group == "memory":
        return KINDS["memory"] if MEMORY.fullmatch(member) else None
    if group not in GROUPS or member not in GROUPS[group][1]:
        return None
    return KINDS["sse."] if group == "sse" else KINDS.get(short, KINDS[group])


def describe_kind(name: str) -> str | None:
    """What a field may hold; nothing where there is no such field."""
    kind = _kind(name)
    return kind[1] if kind else None


def is_value(name: str, text: str) -> bool:
    """Whether a field may hold this, masks and `any` apart."""
    kind = _kind(name)
    return bool(kind and re.fullmatch(kind[0], text))
