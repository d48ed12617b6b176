"""The folder expected/: the golden outcomes of each case, the quirks, and what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from trapframe.engines.version import in_range, stand_in
from trapframe.model import CaseInfo, EngineId
from trapframe.system.files import is_name
from trapframe.system.folders import build_folder
from trapframe.system.tables import Tables
from trapframe.truth import expect, golden, quirk, quirk_file
from trapframe.truth.agreement import check_agreement, foreign_words
from trapframe.truth.expect import GoldenFile, Outcome, Section
from trapframe.truth.quirk import Quirk

MEASURED = "measured.toml"  # in quirks/: the releases for which the quirks' ranges of versions were measured


@dataclass(frozen=True)
class Problem:
    """Something in expected/ that can't be relied on. All of them make the exit code 5."""

    file: str
    line: int  # 0: the file as a whole
    message: str
    case: str = ""  # whose golden section doesn't count because of it

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


@dataclass(repr=False)  # it would be gigabytes
class Expected:
    """What was read."""

    goldens: dict[str, GoldenFile] = field(default_factory=dict)  # by FAMILY/FILE
    quirks: dict[str, tuple[Quirk, ...]] = field(default_factory=dict)  # by the engine's kind
    problems: list[Problem] = field(default_factory=list)
    measured: dict[str, tuple[str, ...]] = field(default_factory=dict)  # releases, by the engine's kind
    _indexes: dict[str, quirk.Index] = field(default_factory=dict)
    _outcomes: dict[tuple[str, str], tuple[GoldenFile, tuple[Outcome, ...]]] = field(default_factory=dict)

    def known_as(self, engine: EngineId) -> EngineId:
        """The engine with the release whose quirks count for it: its own where that was measured."""
        release = stand_in(engine.version, self.measured.get(engine.kind, ()))
        return engine if release == engine.version else replace(engine, version=release)

    def covering(self, kind: str, case: str) -> tuple[Quirk, ...]:
        """The quirks that cover a case, on whatever version and profile."""
        if kind not in self._indexes:
            self._indexes[kind] = quirk.Index(self.quirks.get(kind, ()))
        return self._indexes[kind].covering(case)

    def outcomes(self, info: CaseInfo, profile: str) -> tuple[Outcome, ...]:
        """Nothing where the golden section is missing or wrong."""
        found = self.goldens.get(info.file)
        if found is None or self.invalid(info.case):
            return ()
        before = self._outcomes.get((info.case, profile))
        if before is None or before[0] is not found:
            before = found, expect.outcomes(found, section_name(info), profile)
            self._outcomes[info.case, profile] = before
        return before[1]

    def line(self, info: CaseInfo) -> int:
        """Where the case's section begins in its file; 0 without one."""
        found = self.goldens.get(info.file)
        sections = found.sections if found else ()
        return next((one.line for one in sections if one.name == section_name(info) and not one.amd), 0)

    def differs(self, info: CaseInfo) -> bool:
        """Whether AMD's manual requires anything else of the case."""
        found = self.goldens.get(info.file)
        return found is not None and expect.differs(found, section_name(info))

    def invalid(self, case: str) -> str:
        """Why the golden section of a case doesn't count."""
        return next((str(problem) for problem in self.problems if problem.case == case), "")


def section_name(info: CaseInfo) -> str:
    return info.case.partition("/")[2]


def load(
    root: Path,
    cases: Sequence[CaseInfo],
    selected: Sequence[CaseInfo],
    unbuilt: Iterable[str],
    kinds: Iterable[str],
) -> Expected:
    """The golden files of the selected cases, checked; `unbuilt` files have cases that nobody knows now."""
    found = load_quirks(root, kinds)
    for _ in load_goldens(found, root, cases, selected, unbuilt):
        pass
    return found


def load_quirks(root: Path, kinds: Iterable[str]) -> Expected:
    """All but golden files."""
    found = Expected()
    found.problems += _load_measured(found, root)
    for kind in dict.fromkeys(kinds):
        found.problems += _load_quirks(found, root, kind)
    return found


def load_goldens(
    found: Expected,
    root: Path,
    cases: Sequence[CaseInfo],
    selected: Sequence[CaseInfo],
    unbuilt: Iterable[str],
) -> Iterator[str]:
    """File by file, FAMILY/FILE, in the order of the selected cases, each of them there when it is told of.

    What no file shows comes last.
    """
    wanted = _by_file(selected)
    known = wanted if len(selected) == len(cases) else _by_file(cases)
    for file, infos in wanted.items():
        found.problems += _load_file(found, root, file, infos)
        if file in found.goldens:
            names = set(map(section_name, known.get(file, ())))
            found.problems += _stale_sections(found.goldens[file], names)
        yield file
    found.problems += _stale_files(root, {*known, *unbuilt})


def _by_file(cases: Iterable[CaseInfo]) -> dict[str, list[CaseInfo]]:
    found: dict[str, list[CaseInfo]] = {}
    for info in cases:
        found.setdefault(info.file, []).append(info)
    return found


def measured_kinds(root: Path) -> list[str]:
    """The engines whose releases were measured."""
    found = Expected()
    list(_load_measured(found, root))
    return list(found.measured)


def stale_quirks(found: Expected, cases: Sequence[CaseInfo]) -> list[Problem]:
    """Quirks that touch none of all cases."""
    known = [
        (info.case, profile, found.outcomes(info, profile)) for info in cases for profile in ("intel", "amd")
    ]
    problems = []
    for kind, quirks in found.quirks.items():
        releases = found.measured.get(kind, ())
        for one in quirks:
            if releases and not any(in_range(release, one.versions) for release in releases):
                message = f"quirk '{one.id}': holds for none of the measured releases {', '.join(releases)}"
                problems.append(Problem(one.file, one.line, message))
        for message in quirk.stale(quirks, known):
            file, line, what = message.split(":", 2)
            problems.append(Problem(file, int(line), what.strip()))
    return problems


def _load_file(found: Expected, root: Path, file: str, infos: Sequence[CaseInfo]) -> Iterator[Problem]:
    name = f"expected/{file}.txt"
    try:
        found.goldens[file] = golden.read(root / name, name)
    except FileNotFoundError:
        for info in infos:
            yield Problem(name, 0, f"missing: `./runner.py draft {info.case}` derives it", info.case)
    except golden.GoldenError as error:
        yield from (Problem(error.file, error.line, error.what, info.case) for info in infos)
    else:
        sections: dict[str, list[Section]] = {}
        for section in found.goldens[file].sections:
            sections.setdefault(section.name, []).append(section)
        for info in infos:
            yield from _check_sections(found.goldens[file], sections.get(section_name(info), ()), info)


def _check_sections(file: GoldenFile, sections: Sequence[Section], info: CaseInfo) -> Iterator[Problem]:
    if not sections:
        message = f"no section [{section_name(info)}]: `./runner.py draft {info.case}` derives it"
        yield Problem(file.file, 0, message, info.case)
    for section in sections:
        foreign = list(foreign_words(info, section))
        for line, message in foreign:
            yield Problem(file.file, line, f"[{section.name}]: {message}", info.case)
        for message in check_agreement(info, section) if not foreign else ():
            yield Problem(file.file, section.line, f"[{section.name}]: {message}", info.case)


def _stale_sections(file: GoldenFile, known: set[str]) -> Iterator[Problem]:
    for section in file.sections:
        if section.name not in known:
            yield Problem(file.file, section.line, _stale(section, known))


def _stale(section: Section, known: set[str]) -> str:
    names = ", ".join(sorted(known)[:5])
    return f"section [{section.name}] belongs to no case; this file's cases are {names}: rename or delete it"


def _stale_files(root: Path, files: set[str]) -> Iterator[Problem]:
    folder = root / "expected"
    found = (f"{where}/{name}" for where, _, names in os.walk(folder) for name in names)
    for path in sorted(found):
        if path.endswith(".txt"):
            name = path[len(f"{folder}/") : -len(".txt")]
            if name not in files:
                yield Problem(f"expected/{name}.txt", 0, f"belongs to no case: there is no cases/{name}.c")


def _load_measured(found: Expected, root: Path) -> Iterator[Problem]:
    """KIND = [RELEASES]; without the file every release is taken as it is."""
    import tomllib

    name = f"expected/quirks/{MEASURED}"
    try:
        table = tomllib.loads((root / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        yield Problem(name, 0, str(error))
        return
    for kind, releases in table.items():
        if isinstance(releases, list) and all(isinstance(one, str) and one[:1].isdigit() for one in releases):
            found.measured[kind] = tuple(releases)
        else:
            yield Problem(name, 0, f'{kind}: expected a list of releases, such as ["7.2.22", "10.0.2"]')


def _load_quirks(found: Expected, root: Path, kind: str) -> Iterator[Problem]:
    """Those in quirks/ENGINE.toml and in all files of the folder quirks/ENGINE."""
    folder = root / "expected" / "quirks"
    quirks: dict[str, Quirk] = {}
    named = is_name(kind)  # a report may say anything
    tables = Tables(build_folder(root) / f"quirks-{kind}.json" if named else None)
    for path in (folder / f"{kind}.toml", *sorted((folder / kind).glob("*.toml"))) if named else ():
        name = path.relative_to(root).as_posix()
        try:
            read = quirk_file.read(path, name, tables)
        except FileNotFoundError:
            continue
        except quirk_file.QuirkError as error:
            yield Problem(name, error.line, error.what)
        except (OSError, ValueError) as error:
            yield Problem(name, 0, str(error))
        else:
            for one in read:
                first = quirks.setdefault(one.id, one)
                if first is not one:
                    yield Problem(name, one.line, f"quirk '{one.id}' is in {first.file} too; rename one")
    tables.keep()
    found.quirks[kind] = tuple(quirks.values())
