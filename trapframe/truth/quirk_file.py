"""Reads the known deviations of an engine from a file of expected/quirks/, strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from trapframe.engines.version import comparisons
from trapframe.frames import environment
from trapframe.system.tables import Tables
from trapframe.truth import golden, golden_form
from trapframe.truth.golden import GoldenError
from trapframe.truth.golden_form import FRAME_FIELDS
from trapframe.truth.quirk import Change, Condition, EVERY, Quirk, TRANSFORMS, UNKNOWN

KEYS = {
    "id",
    "versions",
    "cases",
    "except",
    "profiles",
    "hypervisor",
    "environments",
    "rule",
    "reason",
    "upstream",
    "change",
    "instead",
    "outcome",
    "came",
}
REQUIRED = ("id", "versions", "cases", "rule", "reason")
ACTIONS = ("clear", "set", "value", "transform", *UNKNOWN)
CHANGE_KEYS = {"frame", "field", "when", *ACTIONS}
OUTCOMES = ("TIMEOUT", "ENGINE-ERROR", "PROTOCOL-ERROR")
PROFILES = ("intel", "amd")

BITS = re.compile(r"(.+)_(set|clear)")
HEADING = re.compile(r"^[ \t]*\[\[quirk\]\]", re.MULTILINE)


class QuirkError(ValueError):
    """A file of quirks that says nothing clear, and where."""

    def __init__(self, file: str, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}")
        self.file = file
        self.line = line
        self.what = what


def read(path: Path, name: str = "", tables: Tables | None = None) -> tuple[Quirk, ...]:
    """The quirks of the engine whose file this is; `name` is what messages call the file, if not its path."""
    name, tables = name or str(path), tables or Tables()
    text = path.read_text(encoding="utf-8")
    known = tables.knows(name, text)
    try:
        table = tables.load(name, text)
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        raise QuirkError(name, number, f"expected TOML: {error}") from error
    try:
        return parse(table, text, name, known)
    except QuirkError:
        tables.forget(name)
        raise


def parse(table: Mapping[str, object], text: str, file: str, known: bool = False) -> tuple[Quirk, ...]:
    """The quirks in a parsed file; its text tells on which line each stands.

    `known`: it was read before, and nothing was wrong: its outcomes and changes needn't be looked at again.
    """
    lines = []
    number, before = 1, 0
    for found in HEADING.finditer(text):
        number += text.count("\n", before, found.start())
        before = found.start()
        lines.append(number)
    entries = table.get("quirk", [])
    unknown = sorted(set(table) - {"quirk"})
    if unknown or not isinstance(entries, list):
        raise QuirkError(file, 1, f"expected nothing but [[quirk]], got '{' '.join(unknown or table)}'")
    quirks: dict[str, Quirk] = {}
    for number, entry in enumerate(entries):
        line = lines[number] if number < len(lines) else 1
        if not known:
            _Check(file, line, entry).all()
        quirk = _quirk(entry, file, line)
        if quirks.setdefault(quirk.id, quirk) is not quirk:
            raise QuirkError(file, line, f"expected each id once; rename one '{quirk.id}'")
    return tuple(quirks.values())


# Of tables in which nothing is wrong.


def _quirk(table: Mapping[str, Any], file: str, line: int) -> Quirk:
    told = table.get
    return Quirk(
        id=table["id"],
        versions=comparisons(table["versions"]),
        cases=tuple(table["cases"]),
        excepted=tuple(told("except", ())),
        profiles=tuple(told("profiles", PROFILES)),
        rule=table["rule"],
        reason=table["reason"],
        upstream=told("upstream", ""),
        changes=tuple(map(_change, told("change", ()))),
        instead=tuple(told("instead", {}).items()),
        outcome=told("outcome", ""),
        file=file,
        line=line,
        hypervisor=told("hypervisor"),
        environments=tuple(told("environments", ())),
        came=tuple(told("came", ())),
    )


def _change(table: Mapping[str, Any]) -> Change:
    action = next(key for key in ACTIONS if key in table)
    operand = table[action] if action in ("clear", "set") else str(table[action])
    when = tuple(_condition(*one) for one in table.get("when", {}).items())
    return Change(str(table["frame"]), table["field"], action, operand, when)


def _condition(key: str, value: Any) -> Condition:
    bits = BITS.fullmatch(key)
    if not bits:
        return Condition(key, tuple(value))
    return Condition(bits[1], set=value) if bits[2] == "set" else Condition(bits[1], clear=value)


class _Check:
    """Looks at one [[quirk]], strictly."""

    def __init__(self, file: str, line: int, table: object) -> None:
        self.file = file
        self.line = line
        self.table: dict[str, object] = table if isinstance(table, dict) else {}
        self.id = str(self.table.get("id", "without id"))

    def fail(self, what: str) -> NoReturn:
        raise QuirkError(self.file, self.line, f"quirk '{self.id}': {what}")

    def keys(self, table: Mapping[str, object], known: Iterable[str], where: str) -> None:
        unknown = set(table) - set(known)
        if unknown:
            self.fail(f"unknown key '{min(unknown)}' {where}; known are {' '.join(sorted(known))}")

    def all(self) -> None:
        self.keys(self.table, KEYS, "in [[quirk]]")
        for key in REQUIRED:
            if key not in self.table:
                self.fail(f"expected '{key}'")
        self.text("id")
        self.versions(self.text("versions"))
        self.texts("cases")
        self.texts_or_none("except")
        self.profiles()
        for key in ("rule", "reason", "upstream"):
            if key in self.table:
                self.text(key)
        changes, instead = self.changes(), self.instead()
        outcome = self.outcome()
        self.hypervisor()
        self.environments()
        came = self.texts_or_none("came")
        if [bool(changes), bool(instead), bool(outcome or came)].count(True) != 1:
            self.fail("expected either [[quirk.change]] or [quirk.instead] or outcome = ... or came = ...")
        if came and outcome not in ("", "ENGINE-ERROR"):
            self.fail(f"expected no 'came' with {outcome}, of which nothing is told")

    def text(self, key: str) -> str:
        value = self.table[key]
        if not isinstance(value, str) or not value.strip():
            self.fail(f"expected text for '{key}', got {value!r}")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.table[key]
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
            self.fail(f"expected a list of texts for '{key}', got {value!r}")
        return value

    def texts_or_none(self, key: str) -> list[str]:
        return self.texts(key) if key in self.table else []

    def profiles(self) -> None:
        profiles = self.texts_or_none("profiles")
        if not {one for one in profiles if not one.startswith("!")} <= set(PROFILES):
            self.fail(f"expected 'intel', 'amd' or '!PROFILE' in 'profiles', got {' '.join(profiles)}")

    def environments(self) -> None:
        found = self.texts_or_none("environments")
        if unknown := set(found) - set(environment.ALL):
            self.fail(f"expected environments, {' '.join(environment.ALL)}, got '{min(unknown)}'")
        if ("long64" in found) != ("compat32" in found):
            self.fail("expected long64 and compat32 together in 'environments': their outcomes look alike")

    def hypervisor(self) -> None:
        value = self.table.get("hypervisor")
        if value is not None and not isinstance(value, bool):
            self.fail(f"expected true or false for 'hypervisor', got {value!r}")

    def versions(self, text: str) -> None:
        try:
            comparisons(text)
        except ValueError:
            self.fail(f"expected comparisons such as '>=7.2,<10.0' for 'versions', got '{text}'")

    def outcome(self) -> str:
        outcome = self.table.get("outcome", "")
        if outcome not in ("", *OUTCOMES) or not isinstance(outcome, str):
            self.fail(f"expected {' or '.join(OUTCOMES)} for 'outcome', got {outcome!r}")
        return outcome

    def instead(self) -> dict[str, str]:
        table = self.table.get("instead", {})
        if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
            self.fail("expected [quirk.instead] with CASE = TEXT")
        try:
            for case, text in table.items():
                golden.parse_outcome(text, f"'{case}'")
        except GoldenError as error:
            self.fail(f"[quirk.instead] {error}")
        return table

    def changes(self) -> list[dict[str, object]]:
        changes = self.table.get("change", [])
        if not isinstance(changes, list) or not all(isinstance(table, dict) for table in changes):
            self.fail("expected [[quirk.change]]")
        for table in changes:
            self.change(table)
        return changes

    def change(self, table: dict[str, object]) -> None:
        self.keys(table, CHANGE_KEYS, "in [[quirk.change]]")
        frame, field = str(table.get("frame", "")), table.get("field")
        if not re.fullmatch(r"\*|[1-9]\d*|final|value|memory", frame):
            self.fail(
                f"expected frame = \"*\", a number, 'final', 'value' or 'memory', got {table.get('frame')!r}"
            )
        block = f"frame {1 if frame == '*' else frame}" if not frame.isalpha() else frame
        name = f"{block}.name" if field == EVERY and frame == "value" else f"{block}.{field}"
        if not isinstance(field, str) or golden_form.describe_kind(name) is None:
            self.fail(f"unknown field {field!r} of '{frame}'; docs/golden.md lists the fields")
        actions = [key for key in ACTIONS if key in table]
        if len(actions) != 1:
            self.fail(f"expected one of {' '.join(ACTIONS)} for '{field}', got {' '.join(actions) or 'none'}")
        self.operand(name, actions[0], table[actions[0]])
        self.when(table.get("when", {}))

    def operand(self, name: str, action: str, operand: object) -> None:
        if action in ("clear", "set"):
            if not isinstance(operand, int) or isinstance(operand, bool) or not 0 < operand < 2**64:
                self.fail(f"expected bits for '{action}', got {operand!r}")
        if action in UNKNOWN and operand is not True:
            self.fail(f"expected true for '{action}', got {operand!r}")
        if action == "transform" and operand not in TRANSFORMS:
            self.fail(f"expected a transform, one of {' '.join(TRANSFORMS)}, got {operand!r}")
        if action == "value" and (not isinstance(operand, str) or not golden_form.is_value(name, operand)):
            self.fail(f"expected {golden_form.describe_kind(name)} for '{name}', got {operand!r}")

    def when(self, table: object) -> None:
        if not isinstance(table, dict):
            self.fail("expected when = { FIELD = [VALUES], FIELD_set = BITS, FIELD_clear = BITS }")
        for key, value in table.items():
            self.condition(key, value)

    def condition(self, key: str, value: object) -> None:
        bits = BITS.fullmatch(key)
        field = bits[1] if bits else key
        if field not in FRAME_FIELDS:
            self.fail(f"unknown field '{field}' in 'when'; known are {' '.join(FRAME_FIELDS)}")
        if bits and (not isinstance(value, int) or isinstance(value, bool) or value <= 0):
            self.fail(f"expected bits for '{key}' in 'when', got {value!r}")
        if not bits and (
            not isinstance(value, list) or not value or not all(isinstance(one, (int, str)) for one in value)
        ):
            self.fail(f"expected a list of values for '{key}' in 'when', got {value!r}")
