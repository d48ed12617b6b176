"""What the page shows of one case: field by field, golden files and engines side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from trapframe.frames import decode, environment, facts, record, symbol, task
from trapframe.frames.environment import Environment
from trapframe.frames.facts import Fact, observe, show
from trapframe.frames.layout import GATES_16
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo, End, Frame, Record, Verdict
from trapframe.report.loaded import Result
from trapframe.system.text import bounded
from trapframe.truth.expect import Expect, Outcome
from trapframe.truth.wants import Want, as_before, expand

TEXT = 400  # characters of one cell
ROWS = 600  # of one case
GROUPS = {"gpr": "gprs", "segment": "segments", "task": "tasks"}

NOT_JUDGED = {one.value for one in (End.TIMEOUT, End.CRASH, End.FLOOD, End.MISSING)}

# How a cell stands to the golden file, and to the other engines.
DIFFERS, QUIRK, MINORITY = 1, 2, 4

Cell = list[Any] | None  # text, raw, meaning, flags; trailing empty ones left out


@dataclass(frozen=True)
class Golden:
    """One column: what is accepted on a profile."""

    label: str
    profile: str  # empty: for all
    outcome: Outcome

    @cached_property
    def said(self) -> dict[str, Expect]:
        return {entry.name: entry.expect for entry in self.outcome.fields}

    def expect(self, name: str) -> Expect | None:
        """The field's own line, or that of all registers of its kind."""
        if name in self.said:
            return self.said[name]
        block = _block(name)
        for group, whole in GROUPS.items():
            if name.startswith(f"{block}.{group}."):
                return self.said.get(f"{block}.{whole}")
        return None

    def vector(self, name: str) -> int | None:
        """The frame's, to decode its error code."""
        expect = self.said.get(f"{_block(name)}.vector")
        return expect.number if expect else None


Column = tuple[Golden, Mapping[str, Want]]


@dataclass(frozen=True)
class Seen:
    """One engine's run of the case."""

    result: Result
    profile: str
    record: Record | None
    problem: str
    names: Symbols
    facts: dict[str, Fact] = field(default_factory=dict)
    wants: dict[str, Want] = field(default_factory=dict)  # by the golden outcome that counts for it
    golden: int | None = None  # its column

    @cached_property
    def failed(self) -> set[str]:
        return {difference.field for difference in self.result.diff}


def see(info: CaseInfo, result: Result, profile: str, goldens: Sequence[Golden]) -> Seen:
    """The record read again from the report. A record that can't be read has no facts."""
    found, problem = None, ""
    try:
        found = record.parse(result.serial.encode("ascii", "backslashreplace"))
    except record.RecordError as error:
        problem = str(error)
    names = symbol.symbols(info, found or Record("", ""))
    mine = [n for n, one in enumerate(goldens) if one.profile in ("", profile)]
    golden = next((n for n in mine if goldens[n].outcome.name == result.accepted), mine[0] if mine else None)
    if found is None or not found.start or result.verdict == "UNSUPPORTED":
        return Seen(result, profile, None, problem, names, golden=golden)
    facts = observe(found, names)
    if not _is_judged(result, found):
        return Seen(result, profile, found, problem, names, {**facts, "end": result.end})
    wants = expand(goldens[golden].outcome, found, names) if golden is not None else {}
    return Seen(result, profile, found, problem, names, facts, wants, golden)


def _is_judged(result: Result, found: Record) -> bool:
    """Whether its record was held against the golden file: not what came before a crash or a hang."""
    lost = result.verdict == Verdict.PROTOCOL_ERROR.value or found.abandoned is not None
    return not lost and result.end not in NOT_JUDGED


def goldens_of(intel: Sequence[Outcome], amd: Sequence[Outcome], amd_shown: bool) -> list[Golden]:
    """The columns: one where both manuals require the same."""
    if not amd_shown or tuple(intel) == tuple(amd):
        return [Golden(one.name, "", one) for one in intel]
    columns = [Golden(" ".join(filter(None, ("Intel", one.name))), "intel", one) for one in intel]
    return columns + [Golden(" ".join(filter(None, ("AMD", one.name))), "amd", one) for one in amd]


def blocks(goldens: Sequence[Golden], seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """The rows, by frame; a cell for each golden column, then one for each engine."""
    known = [one for one in seen if one.record]
    by_block: dict[str, dict[str, None]] = {}
    listed: list[Iterable[str]] = [one.facts for one in known]
    listed += [one.wants for one in known]
    listed += [_fields(golden) for golden in goldens]
    for names in listed:
        for name in names:
            by_block.setdefault(_block(name), {})[name] = None
    columns = list(zip(goldens, _resolved(goldens, seen)))
    found = []
    room = ROWS
    for block in sorted(by_block, key=_order):
        rows = _rows(list(by_block[block]), columns, seen)[:room]
        room -= len(rows)
        if rows:
            found.append({"name": block, "rows": rows})
    return found


def _fields(golden: Golden) -> list[str]:
    """The lines that have a value of their own."""
    return [
        entry.name
        for entry in golden.outcome.fields
        if entry.expect.text and entry.name.rpartition(".")[2] not in GROUPS.values()
    ]


@cache
def _block(name: str) -> str:
    head, dot, _ = name.partition(".")
    return head if dot else ""


def _order(block: str) -> tuple[int, int, str]:
    if block.startswith("frame "):
        number = block.removeprefix("frame ")
        return (0, int(number) if number.isdecimal() else 0, block)
    return ({"final": 1, "value": 2, "memory": 3}.get(block, 4), 0, block)


def _rows(fields: Sequence[str], columns: Sequence[Column], seen: Sequence[Seen]) -> list[list[Any]]:
    goldens = [golden for golden, _ in columns]
    rows: list[list[Any]] = []
    folded: dict[str, int] = {}  # the row that stands for registers that are as they were
    for name in fields:
        group = name.split(".")[1] if name.count(".") > 1 else ""
        if group in GROUPS and _is_dull(name, goldens, seen):
            if group not in folded:
                folded[group] = len(rows)
                whole = GROUPS[group]
                cells = [_golden_cell(f"{_block(name)}.{whole}", *column) for column in columns]
                rows.append([whole, *cells, *(["kept"] if name in one.facts else None for one in seen)])
            continue
        cells = [_golden_cell(name, *column) for column in columns]
        rows.append([name.partition(".")[2] or name, *cells, *_engine_cells(name, seen)])
    for group, at in folded.items():
        whole, *cells = rows[at]
        if any(row[0].startswith(f"{group}.") for row in rows):
            rows[at] = [f"other {whole}", *cells]
    return rows


def _is_dull(name: str, goldens: Sequence[Golden], seen: Sequence[Seen]) -> bool:
    """A register or a task's field that no golden file names, and that is everywhere what it was."""
    if any(name in one.said for one in goldens):
        return False
    return all(
        as_before(name, one.record).matches(one.facts[name])
        for one in seen
        if one.record and name in one.facts
    )


def _resolved(goldens: Sequence[Golden], seen: Sequence[Seen]) -> list[dict[str, Want]]:
    """What each column requires in numbers, by the record of an engine that it counts for."""
    found = []
    for n, golden in enumerate(goldens):
        like = _likest(golden, [one for one in seen if one.golden == n])
        other = _likest(golden, seen)
        if like is None and other and other.record:
            found.append(expand(golden.outcome, other.record, other.names))
        else:
            found.append(like.wants if like else {})
    return found


def _likest(golden: Golden, seen: Sequence[Seen]) -> Seen | None:
    """The record with most of the golden file's fields: in one without the frame an offset has no base."""
    known = [one for one in seen if one.record]
    return (
        max(known, key=lambda one: sum(e.name in one.facts for e in golden.outcome.fields)) if known else None
    )


def _golden_cell(name: str, golden: Golden, wants: Mapping[str, Want]) -> Cell:
    expect = golden.expect(name)
    if expect is None:
        return None
    want = wants.get(name)
    value = want.value if want and isinstance(want.value, int) else None
    if want is None:
        value = expect.number
    raw = f"{value:#x}" if value is not None and f"{value:#x}" != expect.text else ""
    meaning = _meaning(name, value, golden.vector(name)) if value is not None else ""
    mask = _mask(expect.mask) if expect.mask is not None else ""
    return _cell(expect.text, raw, meaning, mask, expect.because)


def _mask(mask: int) -> str:
    """Which bits count, or which don't: the shorter of both."""
    ignored = ~mask & 2**64 - 1
    if ignored.bit_count() < 32:
        return f"but for the bits {ignored:#x}"
    return f"only the bits {mask & 2**64 - 1:#x}"


def _engine_cells(name: str, seen: Sequence[Seen]) -> list[Cell]:
    texts = [_observed(name, one) for one in seen]
    most = _majority([text for text, one in zip(texts, seen) if one.record])
    cells: list[Cell] = []
    for text, one in zip(texts, seen):
        flags = MINORITY if most is not None and one.record and text != most else 0
        if one.record and one.golden is not None:
            flags |= _standing(name, one)
        if text is None:
            cells.append(["no such line", "", "", flags] if flags & (DIFFERS | QUIRK) else None)
            continue
        fact, want = one.facts[name], one.wants.get(name)
        if want and want.text == "kept" and want.matches(fact):
            text = want.text
        raw = f"{fact:#x}" if isinstance(fact, int) else ""
        cells.append(_cell(text, "" if raw == text else raw, _engine_meaning(name, one), flags))
    return cells


def _observed(name: str, one: Seen) -> str | None:
    return show(name, one.facts[name], one.names) if name in one.facts else None


def _majority(texts: Sequence[str | None]) -> str | None:
    """What more than half of at least three engines say, where not all say it."""
    if len(texts) < 3:
        return None
    (text, count), *others = Counter(texts).most_common()
    return text if others and 2 * count > len(texts) else None


def _standing(name: str, one: Seen) -> int:
    want = one.wants.get(name)
    if name in one.facts and want and want.matches(one.facts[name]):
        return 0
    if name not in one.facts and not want:
        return 0
    if one.wants.get(environment.state_of(name), Want("", None)).text == "any":
        return 0
    red = one.result.verdict != "QUIRK" and (
        name in one.failed or _block(name) in one.failed or not one.result.quirks
    )
    return DIFFERS if red else QUIRK


def _engine_meaning(name: str, one: Seen) -> str:
    """All bits where it is as it should be, else those that aren't."""
    fact, want = one.facts[name], one.wants.get(name)
    if not isinstance(fact, int):
        return ""
    vector = one.facts.get(f"{_block(name)}.vector")
    number = vector if isinstance(vector, int) else None
    if want and isinstance(want.value, int) and not want.matches(fact) and not name.startswith("value."):
        return decode.difference(name, want.value, fact, number)
    return _meaning(name, fact, number)


def _meaning(name: str, value: int, vector: int | None) -> str:
    return "" if name.startswith("value.") else decode.field(name, value, vector)


def _cell(*parts: object) -> list[Any]:
    cell = list(parts)
    while cell and not cell[-1]:
        cell.pop()
    return [bounded(part, TEXT) if isinstance(part, str) else part for part in cell]


# The stack, as the handler found it.


def stacks(goldens: Sequence[Golden], seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """One picture for each different frame, and who has it: engines from 0 up, manuals from -1 down."""
    pictures: dict[str, dict[str, Any]] = {}
    for n, golden in enumerate(goldens):
        like = next((one for one in seen if one.record and one.golden == n), None)
        if like and like.record:
            for number in _frames_of(like.wants):
                _add(pictures, -1 - n, _expected_picture(number, like))
    for n, one in enumerate(seen):
        for frame in one.record.frames if one.record else ():
            own = facts.taken_apart(frame, one.record, one.names).words if one.record else ()
            fields = ("error", *own) if one.golden is not None else ()
            standing = {field: _standing(f"frame {frame.number}.{field}", one) for field in fields}
            wrong = [field for field, flags in standing.items() if flags & DIFFERS]
            known = [field for field, flags in standing.items() if flags & QUIRK]
            picture = _picture(frame, one)
            _add(pictures, n, picture and {**picture, "wrong": wrong, "known": known})
    return list(pictures.values())


def _frames_of(names: Iterable[str]) -> list[int]:
    found = {_block(name) for name in names}
    return sorted(int(name[6:]) for name in found if name.startswith("frame ") and name[6:].isdecimal())


def _add(pictures: dict[str, dict[str, Any]], who: int, picture: dict[str, Any] | None) -> None:
    if picture:
        key = str({name: part for name, part in picture.items() if name not in ("wrong", "known") or part})
        pictures.setdefault(key, {**picture, "who": []})["who"].append(who)


def _picture(frame: Frame, one: Seen) -> dict[str, Any] | None:
    """Nothing where the record doesn't say where the frame lay."""
    if frame.sp is None or one.record is None:
        return None
    layout = facts.taken_apart(frame, one.record, one.names)
    pattern = facts.stack_pattern(layout.unit)
    own = ([layout.error] if layout.error is not None else []) + [*layout.pushed.values()]
    slots = [
        [name, show(f"frame {frame.number}.{name}", word, one.names)]
        for name, word in zip(layout.fields, own)
    ]
    slots += [["", "a5…" if word == pattern else f"{word:#x}"] for word in layout.above]
    env = environment.of(one.record.env)
    at = facts.linear_stack(frame, one.record)
    old = layout.words.get(env.sp)
    if old is not None:
        old += one.names.bases.get(f"frame {frame.number}.{env.sp}", 0)
    return _placed(frame.number, at, slots, old, one.names) | _words(env, layout.unit)


def _expected_picture(number: int, one: Seen) -> dict[str, Any] | None:
    assert one.record
    env = environment.of(one.record.env)
    block = f"frame {number}"
    wants = {name.partition(".")[2]: want for name, want in one.wants.items() if _block(name) == block}
    sp, old = wants.get(f"handler.{env.handler_sp or env.sp}"), wants.get(env.sp)
    if not sp or not isinstance(sp.value, int):
        return None
    error = wants["error"]
    values = {name: want.value for name, want in wants.items() if isinstance(want.value, int)}
    came = next((frame.gate for frame in one.record.frames if frame.number == number), None)
    gate = next((gate["type"] for gate in one.record.gates if gate["vector"] == values.get("vector")), came)
    slots = []
    for name in (*(["error"] if error and error.text != "none" else []), *env.pushed(gate, values)):
        want = wants.get(name)
        slots.append([name, want.text if want else ""])
    size = facts.unit(one.record, block) if gate == came else 2 if gate in GATES_16 else env.word
    slots += [["", "a5…"]] * (env.slots * env.word // size - len(slots))
    before = old.value if old and isinstance(old.value, int) and old.text != "any" else None
    if before is not None:
        before += one.names.bases.get(f"{block}.{env.sp}", 0)
    base = one.names.bases.get(f"{block}.handler.{env.handler_sp or env.sp}", 0)
    return _placed(number, sp.value + base, slots, before, one.names) | _words(env, size)


def _words(env: Environment, size: int) -> dict[str, Any]:
    """How the page draws them, where it isn't as in 64-bit mode."""
    return {} if size == 8 else {"word": size, "pointer": env.sp.upper()}


def _placed(
    number: int, rsp: int, slots: Sequence[Sequence[str]], old: int | None, names: Symbols
) -> dict[str, Any]:
    """With the distances of what else is close by: the stack's top, the stack pointer before."""
    stack = symbol.stack_of(names, rsp)
    near: dict[str, int] = {}
    if stack:
        near["top"] = stack.base + stack.size - rsp
    if old is not None and -64 <= old - rsp <= 256:
        near["old"] = old - rsp
    return {
        "frame": number,
        "rsp": symbol.name_stack_pointer(names, rsp),
        "raw": f"{rsp:#x}",
        "stack": stack.name if stack else "",
        "slots": [list(slot) for slot in slots],
        **near,
    }


# The tasks, where a block shows them otherwise than the one before.


def switches(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """One picture for each different block, and who has it."""
    pictures: dict[str, dict[str, Any]] = {}
    for n, one in enumerate(seen):
        for block in _blocks_with_tasks(one.record):
            _add(pictures, n, _tasks_picture(block, one))
    return list(pictures.values())


def _blocks_with_tasks(found: Record | None) -> list[str]:
    if found is None or not found.tasks:
        return []
    return [*(f"frame {frame.number}" for frame in found.frames), *(["final"] if found.final else [])]


def _tasks_picture(block: str, one: Seen) -> dict[str, Any] | None:
    """What each task that changed held before, and holds now; nothing where none did."""
    assert one.record
    running = facts.registers_of(one.record, block)["tr"]
    last = one.record.final if block == "final" else one.record.frames[int(block[6:]) - 1]
    assert last
    told = []
    for was, now in zip(task.before(one.record, block), last.tasks):
        if was == now:
            continue
        before, after = task.fields(was), task.fields(now)
        names = {name: f"{block}.task.{now.name}.{name}" for name in after}
        changed = [
            [name, *(show(names[name], value, one.names) for value in (before[name], after[name]))]
            for name in after
            if before[name] != after[name]
        ]
        told.append({"name": now.name, "runs": int(now.selector == running & ~task.RPL), "rows": changed})
    return {"block": block, "tasks": told} if told else None


def line_pool(texts: Sequence[str]) -> dict[str, Any]:
    """Several nearly equal texts: their lines once, and each text as numbers of lines."""
    pool: dict[str, int] = {}
    each = [[pool.setdefault(line, len(pool)) for line in text.split("\n")] for text in texts]
    return {"lines": list(pool), "texts": each}


def marks(seen: Sequence[Seen]) -> Mapping[str, int]:
    """Labels of the program, by the first engine that told them."""
    return next((one.record.labels for one in seen if one.record and one.record.labels), {})
