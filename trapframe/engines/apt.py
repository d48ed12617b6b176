"""Debian's packages by apt, in folders of our own: nothing of the system is read but where its mirror is."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trapframe.system import process

FRESH = 24 * 3600.0  # seconds for which a list of packages is good
ALIASES = ("stable", "oldstable", "oldoldstable", "testing", "unstable")
KEPT_FIELDS = {"signed-by": "Signed-By", "trusted": "Trusted"}  # of a one-line source's options
KEPT_SETTINGS = re.compile(r"Acquire::(?!IndexTargets|Languages)|APT::Sandbox|Dir::Etc::(netrc|trusted)")
SIZE = r"([\d.,]+) ?([kMG]?)B"
UNITS = {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}
GONE = re.compile(r"does not have a Release file|404 +Not Found|No such file", re.IGNORECASE)
SECONDS = 24 * 3600.0  # for one command: a slow network is slow
OUTPUT = 16 << 20
FILE_SIZE = 64 << 30
TOOLS = ("apt-get", "apt-cache", "apt-config", "dpkg-deb", "dpkg")


class AptError(Exception):
    """What apt couldn't do, or can't do here."""

    exit_code = 2


@dataclass(frozen=True)
class Size:
    """What a release needs."""

    fetch: int
    unpacked: int


# Where the machine's mirror is.


def find_mirror(suites: Iterable[str]) -> str:
    """A source of the machine's own that has one of these suites, as a stanza without its suites."""
    wanted = {*suites, *ALIASES}
    for stanza in _stanzas():
        types, components = stanza.get("types", "").split(), stanza.get("components", "").split()
        enabled = stanza.get("enabled", "yes").lower() not in ("no", "false", "0")
        if enabled and "deb" in types and "main" in components and wanted & set(stanza["suites"].split()):
            uri = re.sub("^file:", "copy:", stanza["uris"].split()[0])  # apt then fetches from there, too
            kept = {"Types": "deb", "URIs": uri, "Components": "main"}
            for field in KEPT_FIELDS.values():
                if field.lower() in stanza:
                    kept[field] = stanza[field.lower()]
            return "".join(f"{name}: {value}\n" for name, value in kept.items())
    raise AptError("none of this machine's apt sources is a mirror of Debian")


def _stanzas() -> Iterator[dict[str, str]]:
    for path in _source_files():
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        stanzas = read_deb822(text) if path.suffix == ".sources" else read_one_line(text)
        yield from (one for one in stanzas if one.get("suites") and one.get("uris"))


def _source_files() -> list[Path]:
    names = _ask("apt-config", "shell", "LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d")
    found = dict(re.findall(r"^(\w+)='(.*)'$", names, re.MULTILINE))
    parts = Path(found.get("PARTS", "/nonexistent"))
    return [
        Path(found.get("LIST", "/nonexistent")),
        *sorted(parts.glob("*.list")),
        *sorted(parts.glob("*.sources")),
    ]


def read_deb822(text: str) -> Iterator[dict[str, str]]:
    """Stanzas of `Name: value`, where a value goes on in lines that begin with a blank."""
    for block in re.split(r"\n\s*\n", text):
        stanza: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace() and name:
                stanza[name] += f"\n{line.rstrip()}"
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                stanza[name] = value.strip()
        if stanza:
            yield stanza


def read_one_line(text: str) -> Iterator[dict[str, str]]:
    """deb [signed-by=FILE] URI SUITE COMPONENT..."""
    for line in text.splitlines():
        found = re.fullmatch(r"\s*(deb)\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s+([^#]*)(#.*)?", line)
        if not found:
            continue
        stanza = {"types": "deb", "uris": found[3], "suites": found[4], "components": found[5]}
        for option in (found[2] or "").split():
            name, _, value = option.partition("=")
            if name in KEPT_FIELDS:
                stanza[KEPT_FIELDS[name].lower()] = value
        yield stanza


# Apt with folders of its own.


class Apt:
    """One suite of a mirror. Lists and archives are shared with the other suites in this folder."""

    def __init__(self, folder: Path, mirror: str, suite: str) -> None:
        self.folder = folder
        self.suite = suite
        base = suite.removesuffix("-backports")
        suites = base if base == suite else f"{base} {suite}"
        self.config = folder / f"{suite}.conf"
        self.stamp = folder / f"{suite}.stamp"
        for name in ("state/lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        (folder / f"{suite}.sources").write_text(f"{mirror}Suites: {suites}\n", encoding="utf-8")
        self._write_config()

    def _write_config(self) -> None:
        """The machine's settings of how to fetch; all else is ours."""
        kept = [line for line in _ask("apt-config", "dump").splitlines() if KEPT_SETTINGS.match(line)]
        settings = {
            "Dir::State": self.folder / "state",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::sourcelist": self.folder / f"{self.suite}.sources",
            **{f"Dir::Etc::{name}": "/dev/null" for name in ("main", "parts", "sourceparts")},
            **{f"Dir::Etc::{name}": "/dev/null" for name in ("preferences", "preferencesparts")},
            "APT::Default-Release": self.suite,
            "APT::Get::List-Cleanup": "false",
            "APT::Update::Error-Mode": "any",
            "APT::Install-Recommends": "false",
            "Acquire::Languages": "none",
        }
        ours = (f'{name} "{value}";' for name, value in settings.items())
        text = "\n".join(['Acquire::Retries "2";', *kept, *ours]) + "\n"  # unless the machine says otherwise
        self.config.touch(mode=0o600)  # a proxy's password may be in it
        self.config.write_text(text, encoding="utf-8")

    def update(self) -> None:
        """Fetches the list of packages and verifies its signature, once a day."""
        if self.fresh():
            return
        failed = self._run("apt-get", "-q", "update")
        if failed:
            if GONE.search(failed):
                raise AptError(f"the mirror has no suite {self.suite}")
            raise AptError(f"no list of packages of {self.suite}: {reason(failed)}")
        self.stamp.touch()

    def fresh(self) -> bool:
        try:
            return time.time() - self.stamp.stat().st_mtime < FRESH
        except OSError:
            return False

    def versions(self, package: str) -> list[str]:
        """Those that this suite has, not the one below a backport."""
        said = self._ask("apt-cache", "madison", package)
        lines = [[part.strip() for part in line.split("|")] for line in said.splitlines()]
        return [parts[1] for parts in lines if len(parts) > 2 and f" {self.suite}/" in f" {parts[2]}"]

    def size(self, packages: Sequence[str]) -> Size:
        """Nothing is fetched for this."""
        said = self._ask("apt-get", "install", "--assume-no", *packages, allowed=(0, 1))
        if "Need to get" not in said:
            raise AptError(f"{' '.join(packages)} of {self.suite}: {reason(said)}")
        return Size(_bytes(said, "Need to get "), _bytes(said, "After this operation, "))

    def fetch(self, packages: Sequence[str], progress: Callable[[float], None]) -> None:
        """All packages with all that they depend on. What an earlier attempt fetched isn't fetched again."""
        command = ["apt-get", "-q", "-y", "--download-only", "-o", "APT::Status-Fd=1", "install"]
        failed = self._run(*command, *packages, progress=progress)
        if failed:
            raise AptError(f"{' '.join(packages)} of {self.suite}: {reason(failed)}")

    def archives(self, packages: Sequence[str]) -> list[Path]:
        """The files of these packages and of all that they depend on, after fetch()."""
        said = self._ask("apt-get", "install", "-s", *packages)
        names = re.findall(r"^Inst (\S+) \((\S+) .*\[(\w+)\]\)", said, re.MULTILINE)
        folder = self.folder / "cache" / "archives"
        return [
            folder / f"{name.partition(':')[0]}_{version.replace(':', '%3a')}_{kind}.deb"
            for name, version, kind in names
        ]

    def _env(self) -> dict[str, str]:
        return {
            **os.environ,
            "APT_CONFIG": str(self.config),
            "LC_ALL": "C",
            "DEBIAN_FRONTEND": "noninteractive",
        }

    def _run(self, *command: str, progress: Callable[[float], None] | None = None) -> str:
        """What it said if it failed, else nothing."""
        status, said = _call(command, self._env(), progress)
        return (said or f"{command[0]} ended with status {status}") if status else ""

    def _ask(self, *command: str, allowed: tuple[int, ...] = (0,)) -> str:
        status, said = _call(command, self._env())
        if status not in allowed:
            raise AptError(f"{command[0]} of {self.suite}: {reason(said)}")
        return said


def check_tools() -> None:
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        raise AptError(f"there is no {missing[0]} here")


def unpack(archive: Path, folder: Path) -> None:
    command = ("dpkg-deb", "-x", str(archive), str(folder))
    status, said = _call(command, dict(os.environ))
    if status:
        raise AptError(f"{archive.name}: {reason(said)}")


def upstream(version: str) -> str:
    """The emulator's own version in a package's: 1:10.0.2+ds-2 is 10.0.2, 0.74-3-4 is 0.74-3."""
    own = version.rpartition("-")[0] or version
    found = re.match(r"(?:\d+:)?(\d+(?:\.\d+)*(?:-\d+)*)", own)
    return found[1] if found else version


def reason(said: str) -> str:
    """The line of apt's output that tells what is wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for start in ("Err:", "E: Failed to fetch", "E:", "W: Failed to fetch", "dpkg-deb: error"):
        for number, line in enumerate(lines):
            if line.startswith(start):
                more = lines[number + 1] if start == "Err:" and number + 1 < len(lines) else ""
                return f"{line} {more}".strip()
    return lines[-1] if lines else "it said nothing"


def _call(
    command: Sequence[str], env: dict[str, str], progress: Callable[[float], None] | None = None
) -> tuple[int, str]:
    """The status, and what it said."""
    ended = process.run(
        command,
        folder=Path("/"),
        env=env,
        limit=process.Limit(SECONDS),
        log=process.Channel(OUTPUT),
        serial=process.Channel(OUTPUT, tell=_percent(progress) if progress else None),
        file_size=FILE_SIZE,
    )
    if ended.why is process.Why.STOPPED:
        raise KeyboardInterrupt  # in a thread, too: the main thread waits for what it ends with
    if ended.status is None:
        raise AptError(f"{command[0]}: {ended.error or ended.why.value}")
    return ended.status, (ended.serial + b"\n" + ended.log).decode(errors="replace")


def _percent(progress: Callable[[float], None]) -> Callable[[bytes], None]:
    """Finds apt's status lines (dlstatus:N:PERCENT:TEXT) in what comes piece by piece."""
    rest = b""

    def tell(chunk: bytes) -> None:
        nonlocal rest
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            parts = line.split(b":")
            if parts[0] == b"dlstatus" and len(parts) > 2:
                progress(float(parts[2]))

    return tell


def _ask(*command: str) -> str:
    return _call(command, {**os.environ, "LC_ALL": "C"})[1]


def _bytes(said: str, before: str) -> int:
    """The first size behind a text. `Need to get 3 MB/40 MB`: what is there already isn't fetched again."""
    found = re.search(re.escape(before) + SIZE, said)
    return int(float(found[1].replace(",", "")) * UNITS[found[2]]) if found else 0
