"""`engines`: which emulators are here, and which releases can be brought here beside the system's own."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trapframe.engines import apt, npm, releases
from trapframe.engines.apt import Apt, AptError
from trapframe.engines.assembly import PROBE_SECONDS, launch_of, prepare, probe
from trapframe.engines.description import kinds, load_table
from trapframe.engines.engine import EngineError
from trapframe.engines.npm import NpmError
from trapframe.engines.releases import Manifest, Tree
from trapframe.engines.request import Request
from trapframe.system import interrupt
from trapframe.system.files import open_lock
from trapframe.system.folders import build_folder

PARTIAL = ".partial"
BY_PATH = "name a binary by its path instead: -e {kind}=/path/to/{program}"
MEGABYTE = 1_000_000
FACTOR = 1.3  # file systems need more than the sum of the files


class InstallError(Exception):
    """What can't be installed."""

    exit_code = 2


@dataclass(frozen=True)
class Plan:
    """A release, and where it comes from."""

    kind: str
    suite: Apt
    version: str  # Debian's
    packages: tuple[str, ...]  # NAME=VERSION
    size: apt.Size
    table: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.kind}@{apt.upstream(self.version)}"


@dataclass(frozen=True)
class NpmPlan:
    """The same, of npm's registry."""

    kind: str
    package: str
    version: str
    size: int
    table: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.kind}@{self.version}"


@dataclass(frozen=True)
class Place:
    """A checkout's folders."""

    root: Path

    @property
    def engines(self) -> Path:
        return self.root / "engines"

    @property
    def trees(self) -> Path:
        return self.root / releases.FOLDER

    @property
    def apt(self) -> Path:
        return self.trees / "apt"

    def table(self, kind: str) -> Mapping[str, Any]:
        return load_table(self.engines / f"{kind}.toml")


def command(root: Path, action: str, wanted: Sequence[str], jobs: int) -> int:
    place = Place(root)
    if action in ("install", "remove") and not wanted:
        raise InstallError(f"engines {action}: expected releases, such as qemu@10.0")
    if action == "install":
        return install(place, wanted, jobs)
    if action == "remove":
        return remove(place, wanted)
    if wanted:
        raise InstallError(f"engines {action}: expected no release; `engines install {wanted[0]}`?")
    show(place, action == "available")
    return 0


# What there is.


def show(place: Place, ask_mirror: bool) -> None:
    for kind in kinds(place.engines):
        print(f"{kind:<8}{place.table(kind).get('about', '')}")
        print(f"    {kind:<16}{_own(place, kind)}")
        for tree in releases.installed(place.trees, kind):
            print(f"    {tree.name:<16}package {tree.manifest.package} of {tree.manifest.suite}")
    for half in releases.halves(place.trees):
        print(f"half unpacked: {half.name}; `engines install` of it starts again")
    print()
    show_available(place, ask_mirror)


def _own(place: Place, kind: str) -> str:
    request = Request(kind, kind, None, None)
    try:
        found = prepare(request, place.engines, build_folder(place.root) / "engines.json").id
    except EngineError as error:
        return f"none: {error}"
    return f"{found.version}, the system's own ({found.path or found.processor})"


def show_available(place: Place, ask_mirror: bool) -> None:
    """By the lists of packages that are here; with `available` they are fetched first."""
    emulators = [kind for kind in kinds(place.engines) if "suites" in place.table(kind).get("releases", {})]
    suites = _unique(suite for kind in emulators for suite in place.table(kind)["releases"]["suites"])
    try:
        apt.check_tools()
        mirror = apt.find_mirror(suites)
    except AptError as error:
        print(f"no other releases can be installed: {error}; {_by_path(place, emulators[0])}")
        return
    known = [
        one for one in (Apt(place.apt, mirror, suite) for suite in suites) if ask_mirror or one.stamp.exists()
    ]
    if not known:
        print("what can be installed: `./runner.py engines available` asks Debian's mirror (about 50 MB)")
        return show_npm(place, ask_mirror)
    found: dict[str, dict[str, list[str]]] = {kind: {} for kind in emulators}
    for suite in known:
        if not _updated(suite):
            continue
        for kind in emulators:
            table = place.table(kind)["releases"]
            if suite.suite in table["suites"]:
                for version in suite.versions(table["packages"][0]):
                    found[kind].setdefault(apt.upstream(version), []).append(suite.suite)
    print("can be installed (`./runner.py engines install NAME@RELEASE...`):")
    for kind, versions in found.items():
        for version, where in versions.items():
            print(f"    {f'{kind}@{version}':<16}{', '.join(where)}")
    show_npm(place, ask_mirror)


def show_npm(place: Place, ask: bool) -> None:
    """The newest of each; there are hundreds."""
    for kind in kinds(place.engines):
        package = place.table(kind).get("releases", {}).get("npm")
        if package and ask:
            try:
                versions = npm.versions(package, Path("/"))
            except NpmError as error:
                print(f"left out: {error}", file=sys.stderr)
            else:
                newest = releases.newest(versions)
                print(f"    {f'{kind}@{newest}':<16}npm, and {len(versions) - 1} older ones")
        elif package:
            print(f"    {f'{kind}@...':<16}npm's package {package}")


def _updated(suite: Apt) -> bool:
    if not suite.fresh():
        print(f"reading the list of packages of {suite.suite}", file=sys.stderr, flush=True)
    try:
        suite.update()
    except AptError as error:
        print(f"left out: {error}", file=sys.stderr)
        return False
    return True


# Installing.


def install(place: Place, wanted: Sequence[str], jobs: int) -> int:
    requests = [_read(place, text) for text in wanted]
    try:
        with _alone(place.trees):
            return _install(place, requests, jobs)
    except (AptError, NpmError) as error:
        raise InstallError(f"{error}; {_by_path(place, requests[0][0])}") from error


def _read(place: Place, text: str) -> tuple[str, str]:
    """Without a release: the newest of the first suite that has one."""
    kind, at, release = text.partition("@")
    known = [kind for kind in kinds(place.engines) if "releases" in place.table(kind)]
    if kind not in known or (at and not release[:1].isdigit()) or "/" in release:
        raise InstallError(
            f"engines install {text}: expected NAME, or NAME@RELEASE, such as qemu@10.0;"
            f" NAME is {', '.join(known)}"
        )
    return kind, release


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One installation at a time; what an earlier one left half done is taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    with os.fdopen(open_lock(folder / ".lock"), "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another installation is at work here: waiting for its end", flush=True)
            interrupt.lock(file.fileno())
        for half in [*folder.glob(f"*{PARTIAL}"), *releases.halves(folder)]:
            shutil.rmtree(half, ignore_errors=True)
        yield


def _install(place: Place, requests: Sequence[tuple[str, str]], jobs: int) -> int:
    plans: dict[str, Plan | NpmPlan] = {}
    for kind, release in requests:
        there = [tree for tree in releases.installed(place.trees, kind) if _has(tree, release)]
        if there:
            print(f"{kind}{'@' if release else ''}{release}: {there[-1].name} is installed")
            continue
        plan: Plan | NpmPlan
        if "npm" in place.table(kind)["releases"]:
            plan = _npm_plan(place, kind, release)
        else:
            plan = _plan(place, kind, release)
        plans.setdefault(plan.name, plan)
    if not plans:
        return 0
    _check_disk(place.trees, list(plans.values()))
    for plan in plans.values():
        if isinstance(plan, NpmPlan):
            _by_npm(place, plan)
        else:
            _fetch_and_unpack(place, plan, jobs)
    shutil.rmtree(place.apt / "cache" / "archives", ignore_errors=True)
    return 0


def _has(tree: Tree, release: str) -> bool:
    own = (tree.manifest.version, apt.upstream(tree.manifest.package))
    return not release or any(releases.is_release(version, release) for version in own)


def _npm_plan(place: Place, kind: str, release: str) -> NpmPlan:
    table = place.table(kind)
    package = table["releases"]["npm"]
    there = npm.versions(package, place.trees)
    fits = [one for one in there if not release or releases.is_release(one, release)]
    if not fits:
        raise NpmError(f"npm has no {package}@{release}; its newest is {releases.newest(there)}")
    version = releases.newest(fits)
    return NpmPlan(kind, package, version, npm.size(package, version, place.trees), table)


def _plan(place: Place, kind: str, release: str) -> Plan:
    """The first of the suites that has it, and its newest there."""
    apt.check_tools()
    table = place.table(kind)
    wanted = table["releases"]
    mirror = apt.find_mirror(wanted["suites"])
    seen: list[str] = []
    failed: list[str] = []
    for name in wanted["suites"]:
        suite = Apt(place.apt, mirror, name)
        if not _updated(suite):
            failed.append(name)
            continue
        versions = {apt.upstream(one): one for one in reversed(suite.versions(wanted["packages"][0]))}
        fits = [one for one in versions if not release or releases.is_release(one, release)]
        if fits:
            version = versions[releases.newest(fits)]
            packages = (f"{wanted['packages'][0]}={version}", *wanted["packages"][1:])
            return Plan(kind, suite, version, packages, suite.size(packages), table)
        seen += [f"{one} ({name})" for one in versions]
    if len(failed) == len(wanted["suites"]):
        raise AptError("no list of packages could be fetched: is there a network?")
    without = f", without {', '.join(failed)}" if failed else ""
    raise AptError(
        f"no suite has {kind}{'@' if release else ''}{release}; there is {', '.join(seen) or 'none'}{without}"
    )


def _check_disk(folder: Path, plans: Sequence[Plan | NpmPlan]) -> None:
    """Says what the disk will need, before it does."""
    need = 0
    for plan in plans:
        if isinstance(plan, NpmPlan):
            need += 2 * plan.size  # as an archive, too
            size = f"{_megabytes(plan.size)} unpacked" if plan.size else "it doesn't say how much"
            print(f"{plan.name}: of npm: {size}", flush=True)
            continue
        fetch, unpacked = plan.size.fetch, int(plan.size.unpacked * FACTOR)
        need += fetch + unpacked
        print(
            f"{plan.name}: {plan.version} of {plan.suite.suite}:"
            f" {_megabytes(fetch)} to fetch, {_megabytes(unpacked)} unpacked",
            flush=True,
        )
    free = shutil.disk_usage(folder).free
    print(f"needs {_megabytes(need)} of disk meanwhile, in {folder} ({_megabytes(free)} free)", flush=True)
    if need > free:
        raise InstallError(
            f"{folder}: needs {_megabytes(need)}, {_megabytes(free)} are free; `engines remove` something"
        )


def _fetch_and_unpack(place: Place, plan: Plan, jobs: int) -> None:
    _step(f"{plan.name}: fetching")
    plan.suite.fetch(plan.packages, lambda percent: _progress(f"{plan.name}: fetching", f"{percent:.0f} %"))
    archives = plan.suite.archives(plan.packages)
    _step(f"{plan.name}: unpacking {len(archives)} packages")
    folder = place.trees / f"{plan.name}{PARTIAL}"
    (folder / releases.ROOT).mkdir(parents=True)
    _unpack(plan, archives, folder / releases.ROOT, jobs)
    _keep(place, plan, folder, _finish(place, plan, folder))


def _by_npm(place: Place, plan: NpmPlan) -> None:
    _step(f"{plan.name}: fetching")
    folder = place.trees / f"{plan.name}{PARTIAL}"
    root = folder / releases.ROOT
    root.mkdir(parents=True)
    npm.install(plan.package, plan.version, root)
    program = plan.table["releases"]["program"]
    if not (root / program).is_file():
        raise InstallError(f"{plan.name} has no {program}")
    manifest = Manifest(plan.kind, "0", plan.version, releases.NPM, program)
    _keep(place, plan, folder, _probed(place, plan, folder, manifest))


def _keep(place: Place, plan: Plan | NpmPlan, folder: Path, version: str) -> None:
    """It is whole now."""
    whole = place.trees / f"{plan.kind}@{version}"
    shutil.rmtree(whole, ignore_errors=True)
    os.rename(folder, whole)
    _step(f"{plan.kind}@{version}: installed; run it with -e {plan.kind}@{version}")


def _unpack(plan: Plan, archives: Sequence[Path], root: Path, jobs: int) -> None:
    """The package that has /lib as a link comes first: else it would be a folder already."""
    first = [one for one in archives if one.name.startswith("base-files_")]
    for archive in first:
        apt.unpack(archive, root)
    rest = [one for one in archives if one not in first]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        for number, _ in enumerate(pool.map(lambda one: apt.unpack(one, root), rest), start=1):
            _progress(f"{plan.name}: unpacking", f"{number} of {len(rest)}")


def _finish(place: Place, plan: Plan, folder: Path) -> str:
    root = folder / releases.ROOT
    program = plan.table["releases"]["program"]
    loaders = [path for path in sorted(root.glob("usr/lib/*/ld-linux*.so.*")) if path.is_file()]
    loaders += [path for path in sorted(root.glob("lib/*/ld-linux*.so.*")) if path.is_file()]
    if not loaders or not (root / program).is_file():
        raise InstallError(f"{plan.name}: {plan.version} has no {program if loaders else 'loader'}")
    architecture = loaders[0].parent.name
    libraries = [one for one in (f"usr/lib/{architecture}", f"lib/{architecture}") if (root / one).is_dir()]
    loader = loaders[0].relative_to(root).as_posix()
    manifest = Manifest(plan.kind, "0", plan.version, plan.suite.suite, program, loader, tuple(libraries))
    return _probed(place, plan, folder, manifest)


def _probed(place: Place, plan: Plan | NpmPlan, folder: Path, manifest: Manifest) -> str:
    """Asks the unpacked emulator for its version, which proves that it runs; only then the tree is whole."""
    releases.write_manifest(folder, manifest)
    source = place.engines / f"{plan.kind}.toml"
    path = folder / releases.ROOT / manifest.program
    try:
        launch = launch_of(path, plan.table)
        version = probe(launch, path, plan.kind, plan.table, source, PROBE_SECONDS)
    except BaseException:
        (folder / releases.MANIFEST).unlink()
        raise
    releases.write_manifest(folder, replace(manifest, version=version))
    return version


def remove(place: Place, wanted: Sequence[str]) -> int:
    with _alone(place.trees):
        for text in wanted:
            kind, _, release = text.partition("@")
            found = [
                tree for tree in releases.installed(place.trees, kind) if release and _has(tree, release)
            ]
            if not found:
                raise InstallError(f"engines remove {text}: not installed here")
            for tree in found:
                (tree.folder / releases.MANIFEST).unlink()
                shutil.rmtree(tree.folder)
                print(f"{tree.name}: removed")
    return 0


# What is said.


def _by_path(place: Place, kind: str) -> str:
    program = Path(place.table(kind)["releases"]["program"]).name
    return BY_PATH.format(kind=kind, program=program)


def _megabytes(size: int) -> str:
    return f"{-(-size // MEGABYTE)} MB"


def _step(text: str) -> None:
    _progress("", "")
    print(text, flush=True)


def _progress(text: str, state: str) -> None:
    """One line that is written over; only on a terminal."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text} {state}".rstrip(" "), end="", flush=True)


def _unique(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))
