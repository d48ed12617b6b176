"""An emulator as engines/NAME.toml describes it: where it is, its command line, how its end is read."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from trapframe.engines import releases
from trapframe.engines.version import matches, order
from trapframe.model import End, EngineId
from trapframe.system import process
from trapframe.system.files import is_name, write_cache

ROM = "rom"  # names in the folder of a run
SERIAL = "serial"
PROBE_SECONDS = 10.0
LOG_LIMIT = 1 << 20
RECORD_LIMIT = 65_536

KEYS = {
    *("about", "default", "find", "behind", "install", "releases", "needs", "version", "run"),
    *("files", "values", "profiles", "end", "when", "processor", "trace", "debug", "launcher"),
}
NEEDED = ("version", "run", "profiles", "end")
RELEASES_NEEDED = ("packages", "program", "suites")
RELEASES_KEYS = {*RELEASES_NEEDED, "args", "env"}
NEEDS_KEYS = {"path", "writable", "because"}
PROFILE_NEEDS = "needs"  # key of a profile: the file without which it can't be had here
VERSION_KEYS = {"args", "match"}
RUN_KEYS = {"command", "env", "serial"}
PATTERNS = {  # where there are regular expressions, and how many groups each has to have
    "version": {"match": 1},
    "processor": {"match": 1},
    **dict.fromkeys(("trace", "debug"), {"match": 0}),
    "end": {"log": 0, "serial": 0},
}
MISTAKES = (KeyError, TypeError, ValueError, AttributeError, IndexError, re.error)  # in an engine's file
EXTRAS = ("trace", "debug")  # tables that lie over the others when `trace` or `debug` runs
EXTRA_KEYS = {"args", "match", "files", "values", "run"}
LAUNCHER_KEYS = {"library", "args"}
END_KEYS = {"is", "status", "log", "serial", "now"}


class EngineError(Exception):
    """What -e or an engine's file says can't be used."""

    exit_code = 2


class EngineSilent(EngineError):
    """The emulator crashed or hung when it was asked for its version."""

    exit_code = 3


@dataclass(frozen=True)
class Request:
    """What -e asks for."""

    name: str  # all before '='
    kind: str
    profile: str | None
    path: str | None
    release: str = ""  # behind '@', a wildcard perhaps
    source: Path | None = None  # its file, where that is not in engines/


@dataclass(frozen=True)
class Launch:
    """How a program is started: by itself, or by the loader of the tree that it lies in."""

    words: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()

    def environment(self) -> dict[str, str]:
        return {**os.environ, **dict(self.env)}


@dataclass(frozen=True)
class EndRule:
    """One way of ending, and by what it is known. All that is given must hold."""

    end: End
    status: int | None
    log: re.Pattern[bytes] | None
    serial: re.Pattern[bytes] | None
    now: bool  # the run is over as soon as the text comes


@dataclass(frozen=True)
class Launcher:
    """How it is started once for many runs: docs/launcher.md."""

    library: str  # launcher/NAME.c
    args: tuple[str, ...] = ()  # that a server's command line has besides


@dataclass(frozen=True)
class Engine:
    """An emulator that is ready to run ROMs. Command and files are the same for every ROM."""

    id: EngineId
    command: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]
    serial: str  # the file that it writes the serial line to; empty: stdout
    ends: tuple[EndRule, ...]
    profiles: tuple[str, ...]  # all that it can be asked for
    shown: re.Pattern[bytes] | None = None  # the lines of its log that `trace` shows
    launcher: Launcher | None = None

    def log_channel(self) -> process.Channel:
        return process.Channel(LOG_LIMIT, _any_of(rule.log for rule in self.ends if rule.now))

    def serial_channel(self) -> process.Channel:
        return process.Channel(RECORD_LIMIT, _any_of(rule.serial for rule in self.ends if rule.now))

    @cached_property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **dict(self.env)}

    def read_end(self, ended: process.Ended) -> End:
        """How it ended, in the contract's terms."""
        if ended.why in (process.Why.ITSELF, process.Why.WATCH):
            return next((rule.end for rule in self.ends if _holds(rule, ended)), End.CRASH)
        return {
            process.Why.LIMIT: End.TIMEOUT,
            process.Why.FLOOD: End.FLOOD,
            process.Why.MISSING: End.MISSING,
        }[ended.why]


def kinds(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))


def default_kinds(folder: Path) -> list[str]:
    """The engines of a run that names none, those that say `default = true`."""
    return [kind for kind in kinds(folder) if load_table(folder / f"{kind}.toml").get("default", False)]


def is_here(kind: str, folder: Path) -> bool:
    """Whether the system has one, of whatever version."""
    return any(map(_in_path, load_table(folder / f"{kind}.toml").get("find", [])))


def _in_path(name: str) -> str | None:
    return shutil.which(os.path.expanduser(name))


def read_request(text: str, folder: Path, files: Sequence[Path] = ()) -> Request:
    """qemu, qemu:amd, qemu=/path, qemu:amd=/path, qemu@10.0, qemu@10.0:amd, qemu@*.

    `files` are engine files that aren't in the folder.
    """
    name, equals, path = text.partition("=")
    which, colon, profile = name.partition(":")
    kind, at, release = which.partition("@")
    sources = {file.stem: file for file in files}
    known = sorted({*kinds(folder), *sources})
    if kind not in known:
        raise EngineError(f"-e {text}: no engine {kind!r}; there is {', '.join(known)} ({folder}/*.toml)")
    if (equals and not path) or (colon and not profile):
        raise EngineError(f"-e {text}: expected {kind}, {kind}:PROFILE, {kind}=/PATH or {kind}:PROFILE=/PATH")
    if at and (equals or not release):
        raise EngineError(
            f"-e {text}: expected {kind}@RELEASE, such as {kind}@10.0 or '{kind}@*', without a path"
        )
    return Request(name, kind, profile or None, path or None, release, sources.get(kind))


def choose_releases(request: Request, folder: Path, cache: Path, seconds: float) -> list[Request]:
    """One request for each release that the name means, the oldest first. The system's own counts too."""
    if not request.release:
        return [request]
    found = {tree.manifest.version: str(tree.program) for tree in _trees(folder, request.kind)}
    table = load_table(request.source or folder / f"{request.kind}.toml")
    try:
        own = prepare(
            Request(request.kind, request.kind, None, None, source=request.source), folder, cache, seconds
        ).id
        found.setdefault(own.version, own.path)
    except EngineSilent:
        raise
    except EngineError:
        pass  # there is none
    fits = sorted((one for one in found if releases.is_release(one, request.release)), key=order)
    if not fits:
        there = ", ".join(sorted(found, key=order)) or "none"
        raise EngineError(
            f"-e {request.name}: no such release of {request.kind} here; there is {there}"
            + (f"; `./runner.py engines install {request.kind}@X`" if "releases" in table else "")
        )
    chosen = fits if any(letter in request.release for letter in releases.WILD) else fits[-1:]
    profile = f":{request.profile}" if request.profile else ""
    return [
        Request(
            f"{request.kind}@{one}{profile}", request.kind, request.profile, found[one], "", request.source
        )
        for one in chosen
    ]


def _trees(folder: Path, kind: str) -> list[releases.Tree]:
    return releases.installed(folder.parent / releases.FOLDER, kind)


def prepare(
    request: Request, folder: Path, cache: Path, seconds: float = PROBE_SECONDS, extra: str = ""
) -> Engine:
    """Finds the emulator, asks it or the cache for its version, and puts together what a run of it needs."""
    source = request.source or folder / f"{request.kind}.toml"
    table = load_table(source)
    with _mistakes(source):
        _check_needs(request, table)
        path = _find(request, table, source)
        launch = launch_of(path, table)
        version, digest = _identify(path, launch, request, table, source, cache, min(seconds, PROBE_SECONDS))
        laid = _with_extra(_for_version(table, version), extra, source)
        return _assemble(request, laid, launch, path, version, digest)


def cpu_model(folder: Path, engine: EngineId) -> str:
    """The CPU that the engine's file asks for, for a reader; nothing where the file doesn't say."""
    if not is_name(engine.kind):
        return ""
    try:
        table = _for_version(load_table(folder / f"{engine.kind}.toml"), engine.version)
        return str(table["profiles"][engine.profile].get("cpu", ""))
    except (EngineError, *MISTAKES):
        return ""


def load_table(source: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise EngineError(f"{source}: {error.strerror}") from error
    except ValueError as error:
        raise EngineError(f"{source}: {error}") from error
    with _mistakes(source):
        _check_keys(table, source)
        _check_patterns(table, source)
    return table


@contextmanager
def _mistakes(source: Path) -> Iterator[None]:
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
                here = f"[[{name}]] {number}" if name == "end" else f"[{name}]"
                for key, groups in keys.items():
                    if key in row:
                        _check_pattern(row[key], groups, f"{source}: {where}{here} {key}")


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
    if missing := [key for key in NEEDED if key not in table]:
        raise EngineError(f"{source}: {missing[0]!r} is missing")
    if missing := [key for key in RELEASES_NEEDED if key not in table.get("releases", RELEASES_NEEDED)]:
        raise EngineError(f"{source}: {missing[0]!r} is missing in [releases]")
    parts: list[tuple[str, Mapping[str, Any], set[str]]] = [
        ("", table, KEYS),
        (" in [version]", table["version"], VERSION_KEYS),
        (" in [run]", table["run"], RUN_KEYS),
        (" in [launcher]", table.get("launcher", {}), LAUNCHER_KEYS),
        (" in [releases]", table.get("releases", {}), RELEASES_KEYS),
        *((" in [[needs]]", need, NEEDS_KEYS) for need in table.get("needs", [])),
        *((f" in [{name}]", table.get(name, {}), EXTRA_KEYS) for name in EXTRAS),
        *((" in [[when]]", when, KEYS | {"version"}) for when in table.get("when", [])),
    ]
    for where, part, known in parts:
        if unknown := sorted(part.keys() - known):
            names = ", ".join(sorted(known))
            raise EngineError(f"{source}: unknown key {unknown[0]!r}{where}; there is {names}")


def _check_needs(request: Request, table: Mapping[str, Any]) -> None:
    """What the machine has to have for this engine: of each need any of its paths."""
    for need in table.get("needs", []):
        paths = [need["path"]] if isinstance(need["path"], str) else need["path"]
        there = [path for path in paths if os.path.exists(path)]
        if not there:
            raise EngineError(f"-e {request.name}: there is no {' or '.join(paths)} here: {need['because']}")
        if need.get("writable") and not os.access(there[0], os.R_OK | os.W_OK):
            raise EngineError(f"-e {request.name}: you may not use {there[0]}: {need['because']}")


def launch_of(path: Path, table: Mapping[str, Any]) -> Launch:
    """A program in a tree of .engines runs with that tree's libraries and data."""
    tree = releases.tree_of(path)
    if not tree:
        return Launch((str(path),))
    extra = table.get("releases", {})
    words = [_fill(word, tree.values()) for word in extra.get("args", [])]
    env = [(name, _fill(value, tree.values())) for name, value in extra.get("env", {}).items()]
    return Launch((*tree.command(), *words), tuple(env))


def _find(request: Request, table: Mapping[str, Any], source: Path) -> Path:
    if request.path:
        path = Path(request.path).expanduser()
        found = shutil.which(request.path) if "/" not in request.path else str(path)
        if not found or not Path(found).is_file():
            raise EngineError(f"-e {request.name}={request.path}: no such file")
        if not os.access(found, os.X_OK):
            raise EngineError(f"-e {request.name}={request.path}: not executable (chmod +x it?)")
        return Path(found).absolute()
    for name in table.get("find", []):
        if found := _in_path(name):
            return _behind(Path(found), table.get("behind"))
    raise EngineError(
        f"{request.kind}: no {' or '.join(table.get('find', ['program named']))} in PATH;"
        f" {table.get('install', 'see ' + str(source))}, or name one with -e {request.kind}=/PATH"
    )


def _behind(found: Path, name: str | None) -> Path:
    """The program that a packager's script starts: it is what runs, and what shall be named in a report."""
    beside = found.resolve().parent / name if name else None
    return beside if beside and _is_script(found) and os.access(beside, os.X_OK) else found


def _is_script(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def _identify(
    path: Path,
    launch: Launch,
    request: Request,
    table: Mapping[str, Any],
    source: Path,
    cache: Path,
    seconds: float,
) -> tuple[str, str]:
    """Version and SHA-256. Both cost 10 ms and more, so they are kept for as long as the file is the same."""
    stat = path.stat()
    stamp = [stat.st_mtime_ns, stat.st_size, stat.st_ino, table["version"]["match"]]
    known = _read_cache(cache)
    key = f"{request.kind}={path}"
    entry = known.get(key)
    if isinstance(entry, dict) and entry.get("stamp") == stamp and entry.keys() >= {"version", "sha256"}:
        return str(entry["version"]), str(entry["sha256"])
    version = probe(launch, path, request.name, table, source, seconds)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if not _is_script(path):  # what a script starts may change without it
        known[key] = {"stamp": stamp, "version": version, "sha256": digest}
        write_cache(cache, json.dumps(known, indent=1).encode())
    return version, digest


def _read_cache(cache: Path) -> dict[str, Any]:
    try:
        known = json.loads(cache.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def probe(
    launch: Launch, path: Path, name: str, table: Mapping[str, Any], source: Path, seconds: float
) -> str:
    """The version that the emulator says it is."""
    command = [*launch.words, *table["version"]["args"]]
    channel = process.Channel(LOG_LIMIT)
    env = launch.environment()
    ended = process.run(command, folder=Path("/"), env=env, seconds=seconds, log=channel, serial=channel)
    said = (ended.serial + b"\n" + ended.log).decode(errors="replace")
    found = re.search(table["version"]["match"], said)
    if found:
        return found[1]
    what = " ".join(command)
    if ended.why is process.Why.MISSING:
        raise EngineError(f"-e {name}={path}: cannot be started: {ended.error}")
    if ended.why is not process.Why.ITSELF or (ended.status or 0) < 0:
        how = f"died of signal {-ended.status}" if ended.status else f"ended by {ended.why.value}"
        raise EngineSilent(f"{name}: {what}: {how}, so its version is unknown")
    first = next((line for line in said.splitlines() if line.strip()), "nothing")
    raise EngineError(
        f"{path} is not {source.stem}: '{what}' printed {ascii(first[:80])},"
        f" expected {table['version']['match']!r} ({source})"
    )


def _for_version(table: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The table with every [[when]] laid over it whose version holds."""
    merged = {key: value for key, value in table.items() if key != "when"}
    for extra in table.get("when", []):
        if matches(version, extra["version"]):
            merged = _overlay(merged, {key: value for key, value in extra.items() if key != "version"})
    return merged


def _with_extra(table: Mapping[str, Any], extra: str, source: Path) -> dict[str, Any]:
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


def _assemble(
    request: Request, table: Mapping[str, Any], launch: Launch, path: Path, version: str, digest: str
) -> Engine:
    profiles = _profiles(request, table["profiles"])
    profile = request.profile or next(iter(profiles))
    if profile not in profiles:
        raise EngineError(f"-e {request.name}: no profile {profile!r}; there is {', '.join(profiles)}")
    run = table["run"]
    serial = run.get("serial", SERIAL)
    values = {**table.get("values", {}), **profiles[profile]}
    values |= {"engine": str(path), "rom": ROM, "serial": serial}
    return Engine(
        id=EngineId(
            request.name,
            request.kind,
            version,
            profile,
            str(path),
            digest,
            _processor(table.get("processor")),
        ),
        command=tuple(filled for word in run["command"] for filled in _words(word, launch, values)),
        env=(*launch.env, *((name, _fill(value, values)) for name, value in run.get("env", {}).items())),
        files=tuple((name, _content(what, values)) for name, what in table.get("files", {}).items()),
        serial="" if serial == "stdout" else serial,
        ends=tuple(_rule(rule) for rule in table["end"]),
        profiles=tuple(profiles),
        shown=_pattern(table.get("trace", {}), "match"),
        launcher=_launcher(table.get("launcher")),
    )


def _launcher(table: Mapping[str, Any] | None) -> Launcher | None:
    if table is None:
        return None
    if not re.fullmatch(r"\w+", table["library"]):
        raise ValueError(f"[launcher]: library is {table['library']!r}, expected NAME of launcher/NAME.c")
    return Launcher(table["library"], tuple(table.get("args", ())))


def _profiles(request: Request, profiles: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Those that this machine can be asked for, without what they need for it."""
    here = {
        name: {key: value for key, value in values.items() if key != PROFILE_NEEDS}
        for name, values in profiles.items()
        if os.path.exists(values.get(PROFILE_NEEDS, "/"))
    }
    lacking = [values[PROFILE_NEEDS] for name, values in profiles.items() if name not in here]
    if not here:
        raise EngineError(f"-e {request.name}: can't be had here: there is neither {' nor '.join(lacking)}")
    wanted = request.profile or ""
    if wanted in profiles and wanted not in here:
        raise EngineError(
            f"-e {request.name}: can't be had here: there is no {profiles[wanted][PROFILE_NEEDS]}"
        )
    return here


def _processor(wanted: Mapping[str, str] | None) -> str:
    """The processor that it runs on, where that is what it shows: a pattern's first group in a file."""
    if not wanted:
        return ""
    try:
        text = Path(wanted["file"]).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = re.search(wanted["match"], text)
    return found[1].strip() if found else ""


def _words(word: str, launch: Launch, values: Mapping[str, object]) -> tuple[str, ...]:
    """A word of the command line; the program itself may be several."""
    return launch.words if word == "{engine}" else (_fill(word, values),)


def _fill(text: str, values: Mapping[str, object]) -> str:
    """Puts values in place of {name}."""
    return re.sub(r"\{(\w+)\}", lambda hole: str(values[hole[1]]), text)


def _content(what: str | int, values: Mapping[str, object]) -> bytes:
    """A file's text, or how many zero bytes it has."""
    return bytes(what) if isinstance(what, int) else _fill(what.lstrip("\n"), values).encode()


def _rule(rule: Mapping[str, Any]) -> EndRule:
    if unknown := rule.keys() - END_KEYS:
        raise ValueError(f"[[end]]: unknown key {sorted(unknown)[0]!r}")
    end = End(rule["is"])
    if not rule.keys() & {"status", "log", "serial"}:
        raise ValueError(f"[[end]] {end.value}: needs a status, or a pattern for log or serial")
    return EndRule(
        end, rule.get("status"), _pattern(rule, "log"), _pattern(rule, "serial"), rule.get("now", False)
    )


def _pattern(rule: Mapping[str, Any], key: str) -> re.Pattern[bytes] | None:
    return re.compile(rule[key].encode(), re.MULTILINE) if key in rule else None


def _any_of(patterns: Iterable[re.Pattern[bytes] | None]) -> re.Pattern[bytes] | None:
    given = [b"(?:%s)" % pattern.pattern for pattern in patterns if pattern]
    return re.compile(b"|".join(given), re.MULTILINE) if given else None


def _holds(rule: EndRule, ended: process.Ended) -> bool:
    if ended.why is process.Why.WATCH and not rule.now:
        return False
    if rule.status is not None and ended.why is process.Why.ITSELF and ended.status != rule.status:
        return False
    return all(
        pattern is None or pattern.search(text) is not None
        for pattern, text in ((rule.log, ended.log), (rule.serial, ended.serial))
    )


def _explain(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    return str(error)


def unique_ids(engines: Sequence[Engine]) -> tuple[str, ...]:
    """A name for each engine that no other has: two builds of one emulator may be asked for by one name."""
    seen: dict[str, int] = {}
    ids = []
    for engine in engines:
        seen[engine.id.name] = count = seen.get(engine.id.name, 0) + 1
        ids.append(engine.id.name if count == 1 else f"{engine.id.name}#{count}")
    return tuple(ids)
