"""Facts that an accepted outcome passes, made from the outcome alone: no engine is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trapframe.frames import environment, symbol, task
from trapframe.frames.environment import STATE, Environment
from trapframe.frames.facts import PATTERN, Fact, is_selector
from trapframe.frames.symbol import ADDRESS, SELECTOR, Symbols
from trapframe.model import CaseInfo, Place, Record, Task
from trapframe.truth.expect import Outcome
from trapframe.truth.wants import Want, expand

# What names of the case get, which only its record tells: any addresses and selectors that nothing else has.
FIRST_ADDRESS, STEP = 0x4000_0000, 0x10_0000
FIRST_SELECTOR = 0x1003
BASES = {"fs_base": 0xF5BA5E0000, "gs_base": 0x65BA5E0000}
CONTROL = {"cr2": 0x5CA1AB1E0000, "dr6": 0xFFFF0FF0, "dr7": 0x400}
SPS = (".handler.rsp", ".handler.esp")
OPEN: dict[str, Fact] = {
    "above": "kept",
    "at_end": "kept",
    "handler.stack": "none",
    **dict.fromkeys(STATE, "kept"),
}  # where anything may come


class NoExemplar(ValueError):
    """An outcome says something that no record could."""


def record_of(info: CaseInfo, goldens: Sequence[Outcome]) -> Record:
    """All of a record that names come from, for each of these outcomes."""
    known = symbol.symbols(info, Record("", ""))
    addresses = [one for one in _addresses(goldens) if one not in known.addresses]
    stacks = [one for one in addresses if one.endswith("_top")]
    places = tuple(
        Place(name.removesuffix("_top"), FIRST_ADDRESS + STEP * number, STEP // 2, True)
        for number, name in enumerate(stacks)
    )
    labels = {
        name: FIRST_ADDRESS + STEP * number
        for number, name in enumerate(addresses, start=len(stacks))
        if name not in stacks
    }
    others = [one for one in _selectors(goldens) if one not in dict(known.selectors)]
    selectors = {name: FIRST_SELECTOR + 8 * number for number, name in enumerate(others)}
    env = environment.of(info.env)
    tasks = tuple(_tasks(goldens))
    for one in tasks:
        selectors.pop(one.name, None)
    start = _start(env) | ({"tr": tasks[0].selector, "ldtr": 0} if tasks else {})
    return Record(info.case, info.env, places, selectors, {}, tasks, labels, start, complete=True)


def _start(env: Environment) -> dict[str, int]:
    """A state that a program could start with."""
    return {
        **dict.fromkeys((env.ip, env.sp), FIRST_ADDRESS),
        **{"cs": 0x33, "ss": 0x2B, env.flags: 0xAD7, **dict.fromkeys(env.segments, 0x2B)},
        **{name: BASES[name] for name in env.segments if name in BASES},
        **{name: CONTROL[name] for name in env.control},
        **env.patterns,
    }


def _tasks(goldens: Sequence[Outcome]) -> Iterator[Task]:
    """Those that the outcomes name; a 16-bit TSS has fields of its own names."""
    said: dict[str, set[str]] = {}
    for golden in goldens:
        for entry in golden.fields:
            block, _, short = entry.name.partition(".")
            if short.startswith("task."):
                name, _, field = short.removeprefix("task.").rpartition(".")
                said.setdefault(name, set()).add(field)
            elif short == "tasks":
                said.setdefault("main", set())
    for number, (name, fields) in enumerate(said.items()):
        short_tss = bool(fields - {"type", *task.FIELDS_32})
        words = (0,) * (task.WORDS_16 if short_tss else task.WORDS_32)
        yield Task(name, FIRST_SELECTOR + 0x4000 + 8 * number, 0, 0, 3 if short_tss else 11, words)


def facts_of(record: Record, names: Symbols, golden: Outcome) -> dict[str, Fact]:
    """What is open has any value: the judge doesn't look at it."""
    wants = expand(golden, record, names)
    facts = {name: _fact(name, want) for name, want in wants.items()}
    for name, want in wants.items():
        stack = wants.get(f"{name.rpartition('.')[0]}.stack")
        if name.endswith(SPS) and want.text == "any" and stack:  # any place in it
            facts[name] = next(
                (one.base + one.size // 2 for one in names.stacks if one.name == stack.text), 0
            )
    return facts


def _fact(name: str, want: Want) -> Fact:
    if want.text == "any":
        short = name.partition(".")[2]
        return "00" * 16 if name.startswith("memory.") else OPEN.get(short, 0)
    if want.value is None:
        raise NoExemplar(f"{name}: {want.text}")
    if name.endswith(".above") and isinstance(want.value, str):
        return " ".join("0x0" if word == "any" else word for word in want.value.split())
    return want.value


def _addresses(goldens: Sequence[Outcome]) -> Iterable[str]:
    found = (ADDRESS.fullmatch(word) for _, word in _words(goldens))
    return dict.fromkeys(match[1] for match in found if match)


def _selectors(goldens: Sequence[Outcome]) -> Iterable[str]:
    found = (SELECTOR.fullmatch(word) for name, word in _words(goldens) if _may_be_selector(name, word))
    return dict.fromkeys(match[1] for match in found if match)


def _words(goldens: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """What the fields say, each with its name; above a frame there are several."""
    for golden in goldens:
        for entry in golden.fields:
            yield from ((entry.name, word) for word in entry.expect.text.split())


def _may_be_selector(name: str, word: str) -> bool:
    named = is_selector(name) or name.endswith(".above") and not ADDRESS.fullmatch(word)
    return named and word not in ("any", "kept", PATTERN) and not word.startswith("0x")
