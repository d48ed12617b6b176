"""Finds an emulator, asks it for its version, and puts together what a run of it needs."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trapframe.engines import machine, releases
from trapframe.engines.description import (
    PROFILE_NEEDS,
    for_version,
    in_path,
    load_table,
    mistakes,
    with_extra,
)
from trapframe.engines.engine import (
    EndRule,
    Engine,
    EngineError,
    EngineSilent,
    LOG_LIMIT,
    Launch,
    Launcher,
    PROGRAM,
    ROM,
    ROW,
    SERIAL,
)
from trapframe.engines.request import Request
from trapframe.engines.version import order
from trapframe.model import End, EngineId
from trapframe.frames.environment import ENVIRONMENTS
from trapframe.system import process
from trapframe.system.files import write_cache
from trapframe.system.folders import ROOT, build_folder

PROBE_SECONDS = 10.0
END_KEYS = {"is", "status", "log", "serial", "now"}


def prepare(
    request: Request, folder: Path, cache: Path, seconds: float = PROBE_SECONDS, extra: str = ""
) -> Engine:
    """Finds the emulator, asks it or the cache for its version, and puts together what a run of it needs."""
    source = request.source or folder / f"{request.kind}.toml"
    table = load_table(source)
    with mistakes(source):
        _check_needs(request, table)
        if "hosted" in table:
            return _prepare_hosted(request, table, source, extra)
        path = _find(request, table, source, folder)
        launch = launch_of(path, table)
        version, digest = _identify(path, launch, request, table, source, cache, min(seconds, PROBE_SECONDS))
        laid = with_extra(for_version(table, version), extra, source)
        return _assemble(request, laid, source, launch, path, version, digest)


def _check_needs(request: Request, table: Mapping[str, Any]) -> None:
    """What the machine has to have for this engine: of each need any of its paths, and what it says."""
    for need in table.get("needs", []):
        paths = [need["path"]] if isinstance(need["path"], str) else need["path"]
        there = [path for path in paths if os.path.exists(path)]
        if not there:
            raise EngineError(f"-e {request.name}: there is no {' or '.join(paths)} here: {need['because']}")
        if not machine.says(there[0], need.get("match", "")):
            raise EngineError(f"-e {request.name}: not with what {there[0]} tells: {need['because']}")
        if need.get("writable") and not os.access(there[0], os.R_OK | os.W_OK):
            raise EngineError(f"-e {request.name}: you may not use {there[0]}: {need['because']}")


def _prepare_hosted(request: Request, table: Mapping[str, Any], source: Path, extra: str) -> Engine:
    """Cases as programs of the system that runs here, whose version is the engine's: no emulator."""
    if request.path or request.release:
        raise EngineError(f"-e {request.name}: it is what runs here; it has no other build or release")
    version = machine.kernel()
    laid = with_extra(for_version(table, version), extra, source)
    return _assemble(request, laid, source, Launch(()), None, version, "")


def launch_of(path: Path, table: Mapping[str, Any]) -> Launch:
    """A program in a tree of .engines runs with that tree's libraries and data."""
    tree = releases.tree_of(path)
    if not tree:
        return Launch((str(path),))
    extra = table.get("releases", {})
    words = [_fill(word, tree.values()) for word in extra.get("args", [])]
    env = [(name, _fill(value, tree.values())) for name, value in extra.get("env", {}).items()]
    return Launch((*tree.command(), *words), tuple(env))


def _find(request: Request, table: Mapping[str, Any], source: Path, folder: Path) -> Path:
    if request.path:
        path = Path(request.path).expanduser()
        found = shutil.which(request.path) if "/" not in request.path else str(path)
        if not found or not Path(found).is_file():
            raise EngineError(f"-e {request.name}={request.path}: no such file")
        if _is_program(table) and not os.access(found, os.X_OK):
            raise EngineError(f"-e {request.name}={request.path}: not executable (chmod +x it?)")
        return Path(found).absolute()
    for name in table.get("find", []):
        if found := in_path(name):
            return _behind(Path(found), table.get("behind"))
    if trees := _trees(folder, request.kind):
        return trees[-1].program
    missing = f"no {' or '.join(table['find'])} in PATH" if "find" in table else "none is installed"
    raise EngineError(
        f"{request.kind}: {missing};"
        f" {table.get('install', 'see ' + str(source))}, or name one with -e {request.kind}=/PATH"
    )


def _is_program(table: Mapping[str, Any]) -> bool:
    """Or else it is what an interpreter reads."""
    return "command" not in table["version"]


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
    import hashlib

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


def _folders(source: Path) -> dict[str, str]:
    """For braces: that of the engine's file, and that of what make has built."""
    return {"here": str(source.absolute().parent), "build": str(build_folder(ROOT))}


def version_command(launch: Launch, path: Path, table: Mapping[str, Any], source: Path) -> list[str]:
    """What makes it say its version."""
    how = table["version"]
    values = {"engine": str(path), **_folders(source)}
    words = how.get("command", ["{engine}", *how.get("args", [])])
    return [filled for word in words for filled in _words(word, launch, values)]


def probe(
    launch: Launch, path: Path, name: str, table: Mapping[str, Any], source: Path, seconds: float
) -> str:
    """The version that the emulator says it is."""
    command = version_command(launch, path, table, source)
    channel = process.Channel(LOG_LIMIT)
    env = launch.environment()
    ended = process.run(
        command, folder=Path("/"), env=env, limit=process.Limit(seconds), log=channel, serial=channel
    )
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


def _assemble(
    request: Request,
    table: Mapping[str, Any],
    source: Path,
    launch: Launch,
    path: Path | None,
    version: str,
    digest: str,
) -> Engine:
    profiles = _profiles(request, table["profiles"])
    profile = request.profile or next(iter(profiles))
    if profile not in profiles:
        raise EngineError(f"-e {request.name}: no profile {profile!r}; there is {', '.join(profiles)}")
    run = table["run"]
    serial = run.get("serial", SERIAL)
    values = {**table.get("values", {}), **profiles[profile]}
    values |= {"engine": str(path), "serial": serial, **_folders(source)}
    values["rom"] = rom = _fill(run.get("rom", ROM), values)
    if hosted := "hosted" in table:
        values |= {name: f"{{{name}}}" for name in (PROGRAM, ROW)}  # each job has its own
    own = EngineId(request.name, request.kind, version, profile, str(path or ""), digest, hosted=hosted)
    return Engine(
        id=machine.described(own, table.get("processor")),
        command=tuple(filled for word in run["command"] for filled in _words(word, launch, values)),
        env=(*launch.env, *((name, _fill(value, values)) for name, value in run.get("env", {}).items())),
        files=tuple((name, _content(what, values)) for name, what in table.get("files", {}).items()),
        serial="" if serial == "stdout" else serial,
        ends=tuple(_rule(rule) for rule in table["end"]),
        profiles=tuple(profiles),
        shown=_pattern(table.get("trace", {}), "match"),
        launcher=_launcher(table.get("launcher")),
        describe=tuple(table.get("describe", {}).get("args", ())),
        sample=_sample(table.get("sample", 0)),
        serves=table.get("serves", False),
        rom=rom,
        environments=tuple(values.get("environments", table.get("environments", ENVIRONMENTS))),
    )


def _sample(states: object) -> int:
    if type(states) is not int or states < 0:
        raise ValueError(f"sample = {states!r}: expected a number of states, such as 500_000")
    return states


def _launcher(table: Mapping[str, Any] | None) -> Launcher | None:
    if table is None:
        return None
    if not re.fullmatch(r"\w+", table["library"]):
        raise ValueError(f"[launcher]: library is {table['library']!r}, expected NAME of launcher/NAME.c")
    return Launcher(table["library"], tuple(table.get("args", ())))


def _profiles(request: Request, profiles: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Those that this machine can be asked for, without what they need for it."""
    needs = {name: machine.need(values.get(PROFILE_NEEDS, "/")) for name, values in profiles.items()}
    here = {
        name: {key: value for key, value in values.items() if key != PROFILE_NEEDS}
        for name, values in profiles.items()
        if machine.says(*needs[name])
    }
    lacking = [" with ".join(filter(None, needs[name])) for name in profiles if name not in here]
    if not here:
        raise EngineError(f"-e {request.name}: can't be had here: there is neither {' nor '.join(lacking)}")
    wanted = request.profile or ""
    if wanted in profiles and wanted not in here:
        raise EngineError(
            f"-e {request.name}: can't be had here: there is no {' with '.join(filter(None, needs[wanted]))}"
        )
    return here


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
