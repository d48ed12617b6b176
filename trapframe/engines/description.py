"""engines/NAME.toml: reads it, and says what in it can't be meant."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from trapframe.engines.engine import EngineError
from trapframe.engines.version import matches
from trapframe.model import EngineId
from trapframe.frames.environment import ENVIRONMENTS
from trapframe.system.files import is_name

KEYS = {
    *("about", "default", "find", "behind", "install", "releases", "needs", "version", "run"),
    *("files", "values", "profiles", "end", "when", "processor", "trace", "debug", "launcher", "hosted"),
    *("environments", "serves", "sample", "describe"),
}
NEEDED = ("run", "profiles", "end")
RELEASES_NEEDED = (("npm", "program"), ("packages", "program", "suites"))  # one of both
RELEASES_KEYS = {"npm", "packages", "program", "suites", "args", "env"}
NEEDS_KEYS = {"path", "match", "writable", "because"}
PROFILE_NEEDS = "needs"  # key of a profile: the file without which it can't be had here, or a table of it
VERSION_KEYS = {"args", "command", "match"}
RUN_KEYS = {"command", "env", "rom", "serial"}
PATTERNS = {  # where there are regular expressions, and how many groups each has to have
    "version": {"match": 1},
    "processor": {"match": 1},
    "needs": {"match": 0},
    **dict.fromkeys(("trace", "debug"), {"match": 0}),
    "end": {"log": 0, "serial": 0},
}
MISTAKES = (KeyError, TypeError, ValueError, AttributeError, IndexError, re.error)  # in an engine's file
EXTRAS = ("trace", "debug")  # tables that lie over the others when `trace` or `debug` runs
EXTRA_KEYS = {"args", "match", "files", "values", "run"}
LAUNCHER_KEYS = {"library", "args"}
DESCRIBE_KEYS = {"args"}


def kinds(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))


def default_kinds(folder: Path) -> list[str]:
    """The engines of a run that names none, those that say `default = true`."""
    return [kind for kind in kinds(folder) if load_table(folder / f"{kind}.toml").get("default", False)]


def is_here(kind: str, folder: Path) -> bool:
    """Whether the system has one, of whatever version."""
    return any(map(in_path, load_table(folder / f"{kind}.toml").get("find", [])))


def in_path(name: str) -> str | None:
    return shutil.which(os.path.expanduser(name))


def cpu_model(folder: Path, engine: EngineId) -> str:
    """The CPU that the engine's file asks for, for a reader; nothing where the file doesn't say."""
    if not is_name(engine.kind):
        return ""
    try:
        table = for_version(load_table(folder / f"{engine.kind}.toml"), engine.version)
        return str(table["profiles"][engine.profile].get("cpu", ""))
    except (EngineError, *MISTAKES):
        return ""


def load_table(source: Path) -> Mapping[str, Any]:
    try:
        return _table(source.read_text(encoding="utf-8"), source)
    except OSError as error:
        raise EngineError(f"{source}: {error.strerror}") from error
    except ValueError as error:
        raise EngineError(f"{source}: {error}") from error


@cache  # several ask for the same one
def _table(text: str, source: Path) -> Mapping[str, Any]:
    table = tomllib.loads(text)
    with mistakes(source):
        _check_keys(table, source)
        _check_patterns(table, source)
        _check_environments(table, source)
    return table


@contextmanager
def mistakes(source: Path) -> Iterator[None]:
    """Of whoever wrote the file."""
    try:
        yield
    except MISTAKES as error:
        raise EngineError(f"{source}: {_explain(error)}") from error


def _check_patterns(table: Mapping[str, Any], source: Path) -> None:
    """Each regular expression compiles, and has the group that is read from it."""
    parts = [("", table)]
    parts += [(f"[[when]] {number}, ", part) for number, part in enumerate(table.get("when", []), start=1)]
    for where, part in parts:
        for name, keys in PATTERNS.items():
            for number, row in enumerate(_rows(part.get(name, [])), start=1):
                here = f"[[{name}]] {number}" if name in ("end", "needs") else f"[{name}]"
                for key, groups in keys.items():
                    if key in row:
                        _check_pattern(row[key], groups, f"{source}: {where}{here} {key}")


def _check_environments(table: Mapping[str, Any], source: Path) -> None:
    for part in (table, *table["profiles"].values()):
        for name in part.get("environments", ()):
            if name not in ENVIRONMENTS:
                raise EngineError(f"{source}: environments: {name!r}; there is {', '.join(ENVIRONMENTS)}")


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check_pattern(text: object, groups: int, where: str) -> None:
    if not isinstance(text, str):
        raise EngineError(f"{where}: expected a regular expression as a text")
    try:
        pattern = re.compile(text, re.MULTILINE)
        re.compile(text.encode(), re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        raise EngineError(f"{where}: {text!r}: {error}") from error
    if pattern.groups < groups:
        raise EngineError(f"{where}: {text!r}: expected a group in it")


def _check_keys(table: Mapping[str, Any], source: Path) -> None:
    """A key that nobody reads is a typing mistake."""
    needed = NEEDED if "hosted" in table else ("version", *NEEDED)
    if missing := [key for key in needed if key not in table]:
        raise EngineError(f"{source}: {missing[0]!r} is missing")
    if (bring := table.get("releases")) is not None:
        needed = RELEASES_NEEDED["npm" not in bring]
        if missing := [key for key in needed if key not in bring]:
            raise EngineError(f"{source}: {missing[0]!r} is missing in [releases]")
    parts: list[tuple[str, Mapping[str, Any], set[str]]] = [
        ("", table, KEYS),
        (" in [version]", table.get("version", {}), VERSION_KEYS),
        (" in [run]", table["run"], RUN_KEYS),
        (" in [launcher]", table.get("launcher", {}), LAUNCHER_KEYS),
        (" in [describe]", table.get("describe", {}), DESCRIBE_KEYS),
        (" in [releases]", table.get("releases", {}), RELEASES_KEYS),
        *((" in [[needs]]", need, NEEDS_KEYS) for need in table.get("needs", [])),
        *((f" in [{name}]", table.get(name, {}), EXTRA_KEYS) for name in EXTRAS),
        *((" in [[when]]", when, KEYS | {"version"}) for when in table.get("when", [])),
    ]
    for where, part, known in parts:
        if unknown := sorted(part.keys() - known):
            names = ", ".join(sorted(known))
            raise EngineError(f"{source}: unknown key {unknown[0]!r}{where}; there is {names}")


def for_version(table: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The table with every [[when]] laid over it whose version holds."""
    merged = {key: value for key, value in table.items() if key != "when"}
    for extra in table.get("when", []):
        if matches(version, extra["version"]):
            merged = _overlay(merged, {key: value for key, value in extra.items() if key != "version"})
    return merged


def with_extra(table: Mapping[str, Any], extra: str, source: Path) -> dict[str, Any]:
    """The table with [trace] or [debug] laid over it, whose `args` are more words of the command line."""
    if not extra:
        return dict(table)
    if extra not in table:
        raise EngineError(f"{source}: no [{extra}], so there is no `{extra}` with this engine")
    more = dict(table[extra])
    args = more.pop("args", [])
    laid = _overlay(table, more)
    return laid | {"run": {**laid["run"], "command": [*laid["run"]["command"], *args]}}


def _overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        merged[key] = _overlay(old or {}, value) if both else value
    return merged


def _explain(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    return str(error)
