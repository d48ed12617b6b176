"""Reads a question in words: `#PF, gate 14 not present, from CPL 3`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from trapframe.ask.fields import ALIASES, BY_NAME, FIELDS, NUMBER, AskError
from trapframe.frames.decode import VECTORS

Said = dict[str, str]  # fields, and the values as they were written
CLAUSES = (
    "an event (#PF, INT 0x80, INT3, NMI, interrupt 0x20), 'from CPL 3', a mode (64-bit, compatibility,"
    " protected, vm86, real), 'AMD', 'gate 14 not present', 'trap gate', 'IST 2', 'stack page not present',"
    " 'IDT page not present', 'code segment not present', 'error 5'"
)
OWN_CODE = "0x48"
_NAMES = {name.lower(): number for number, name in VECTORS.items()}
_VECTOR = rf"(#?[a-z]{{2,3}}|{NUMBER[1:-1]})"
_MODE_WORDS = {
    "long": r"64[- ]bit(?: mode)?|long(?: mode)?",
    "compat": r"compat(?:ibility)?(?: mode)?",
    "protected": r"32[- ]bit(?: mode)?|protected(?: mode)?",
    "vm86": r"vm86|v86|virtual[- ]8086(?: mode)?",
    "real": r"real(?:[- ]address)?(?: mode)?",
}
_EVENTS = {
    r"int ?3": {"kind": "int3"},
    r"into": {"kind": "into"},
    r"int ?1|icebp": {"kind": "int1"},
    r"nmi": {"kind": "nmi"},
}
_STATES = {"not present": "0", "present": "1"}
_PAGES = {
    **{word: (".p", value) for word, value in _STATES.items()},
    "read-only": (".rw", "0"),
    "writable": (".rw", "1"),
    "user": (".us", "1"),
    "supervisor": (".us", "0"),
}


def _vector(text: str) -> int | None:
    if re.fullmatch(NUMBER, text):
        return int(text, 0)
    return _NAMES.get(text, _NAMES.get(f"#{text.lstrip('#')}"))


def read(text: str, known: Mapping[str, str] | None = None) -> Said:
    """Clauses with a comma between, in any order; what is `known` besides says whose gate a gate is."""
    clauses = [clause.strip() for clause in re.split(r"[,;]| and ", text.lower()) if clause.strip()]
    said: Said = {}
    for clause in sorted(clauses, key=lambda one: "gate" in one):
        found = next(
            (more for more in (one(clause, {**said, **(known or {})}) for one in _CLAUSES) if more), None
        )
        if found is None:
            raise AskError(f"'{clause}' isn't understood; {CLAUSES}, or FIELD=VALUE (`ask --help` has all)")
        said |= found
    return said


def _field(clause: str, _: Said) -> Said | None:
    found = re.fullmatch(r"([a-z0-9_.]+) ?[= ] ?(\S+)", clause)
    if not found:
        return None
    name = ALIASES.get(found[1], found[1])
    if name in BY_NAME:
        return {name: found[2]}
    if "=" in clause:
        raise AskError(f"{name}: no such field{_near(name)}")
    return None


def _event(clause: str, _: Said) -> Said | None:
    for pattern, fields in _EVENTS.items():
        if re.fullmatch(pattern, clause):
            return dict(fields)
    if found := re.fullmatch(rf"int {NUMBER}", clause):
        return {"kind": "int_n", "vector": found[1]}
    if found := re.fullmatch(rf"(?:interrupt|irq|vector) {NUMBER}", clause):
        return {"vector": found[1]} | ({} if clause.startswith("vector") else {"kind": "interrupt"})
    found = re.fullmatch(r"(#?[a-z]{2})(?: \(?(fault|trap|abort)\)?)?", clause)
    vector = _vector(found[1]) if found else None
    if not found or vector is None:
        return None
    return {"vector": str(vector)} | ({"kind": found[2]} if found[2] else {})


def _processor(clause: str, _: Said) -> Said | None:
    if found := re.fullmatch(r"(?:from |at |in )?(?:cpl|ring) ([0-3])", clause):
        return {"cpl": found[1]}
    if found := re.fullmatch(r"(?:from |in )?(user|kernel)(?: mode)?", clause):
        return {"cpl": "3" if found[1] == "user" else "0"}
    if found := re.fullmatch(r"(?:on )?(intel|amd)", clause):
        return {"vendor": found[1]}
    for mode, pattern in _MODE_WORDS.items():
        if re.fullmatch(rf"(?:from |in )?(?:{pattern})", clause):
            return {"mode": mode}
    return None


def _error(clause: str, _: Said) -> Said | None:
    found = re.fullmatch(rf"error(?: code)? {NUMBER}", clause)
    return {"error": found[1]} if found else None


def _gate(clause: str, said: Said) -> Said | None:
    """Of the event's vector, or of another: the second gate."""
    if not re.search(r"\bgate\b|^ist\b", clause):
        return None
    own = re.fullmatch(r"(?:the |a )?(?:gate )?(.+)", clause)
    if own and (told := _gate_state(own[1])):
        return {f"gate.{part}": value for part, value in told.items()}
    other = re.fullmatch(rf"(?:the )?gate {_VECTOR} (.+)", clause)
    vector = _vector(other[1]) if other else None
    told = _gate_state(other[2]) if other else None
    if vector is None or told is None:
        return None
    if vector == _own_vector(said):
        return {f"gate.{part}": value for part, value in told.items()}
    if said.get("gate2.vector", str(vector)) != str(vector):
        raise AskError(f"'{clause}': besides the event's own gate only one other can be described")
    return {"gate2.vector": str(vector)} | {f"gate2.{part}": value for part, value in told.items()}


def _own_vector(said: Said) -> int | None:
    if "vector" in said:
        return _vector(said["vector"])
    return {"int3": 3, "into": 4, "int1": 1, "nmi": 2, "abort": 8, "trap": 1}.get(said.get("kind", ""), 14)


def _gate_state(text: str) -> Said | None:
    if text in _STATES:
        return {"p": _STATES[text]}
    if text.removesuffix(" gate") in ("interrupt", "trap", "task", "interrupt16", "trap16"):
        return {"type": text.removesuffix(" gate")}
    found = re.fullmatch(r"(p|ist|dpl|type|selector|offset)(?: ?= ?| )(\S+)", text)
    return {found[1]: found[2]} if found else None


def _page(clause: str, _: Said) -> Said | None:
    found = re.fullmatch(r"(?:the )?(stack|idt|gdt|tss)(?: page)? (.+)", clause)
    if not found or found[2] not in _PAGES or (found[1] != "stack" and found[2] not in _STATES):
        return None
    field, value = _PAGES[found[2]]
    return {f"{found[1]}_page{field}": value}


def _segment(clause: str, _: Said) -> Said | None:
    found = re.fullmatch(r"(?:the )?code segment (not present|conforming|data|null|dpl [0-3])", clause)
    if not found:
        return None
    if found[1] == "null":
        return {"gate.selector": "0"}
    told = {"not present": ("p", "0"), "conforming": ("type", "15"), "data": ("type", "3")}
    field, value = told.get(found[1], ("dpl", found[1][-1]))
    return {"gate.selector": OWN_CODE, f"code.{field}": value}


_CLAUSES: tuple[Callable[[str, Said], Said | None], ...] = (
    *(_event, _processor, _error, _page, _segment, _gate, _field),
)


def values(said: Said) -> dict[str, int]:
    """Each by what its field allows."""
    return {name: BY_NAME[name].read(text) for name, text in said.items()}


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, [*BY_NAME, *ALIASES], n=3)
    return f"; near: {', '.join(near)}" if near else "; `ask --help` has all fields"


def written(given: Mapping[str, int]) -> str:
    """As `--field value`, in the order of the fields."""
    return " ".join(f"--{one.name} {one.show(given[one.name])}" for one in FIELDS if one.name in given)


def link(given: Mapping[str, int]) -> str:
    """The fragment of docs/ask.html that holds the same."""
    parts = (f"{one.name}={one.show(given[one.name])}" for one in FIELDS if one.name in given)
    return "#" + "&".join(parts).replace("#", "%23")
