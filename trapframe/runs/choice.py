"""Which engines, and which one case, a command line means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trapframe.engines.assembly import choose_releases, prepare
from trapframe.engines.description import default_kinds
from trapframe.engines.engine import Engine, EngineError
from trapframe.engines.job import Job
from trapframe.engines.request import Request, read_request, unique_ids
from trapframe.model import CaseInfo, RunResult
from trapframe.suite import unbuilt
from trapframe.suite.select import Selection, only_one
from trapframe.suite.workspace import Workspace, open_workspace
from trapframe.system.folders import build_folder
from trapframe.system.text import printable


@dataclass(frozen=True)
class Chosen:
    """An engine of this run, and the name that no other engine of it has."""

    engine: Engine
    id: str
    source: Path | None = None  # the engine's file, where that is not in engines/
    runs: Mapping[str, RunResult] | None = None  # what it did elsewhere, by case: of `collect`

    @property
    def label(self) -> str:
        return self.id if "@" in self.id else f"{self.id} {self.engine.id.version}"


def job_of(workspace: Workspace, info: CaseInfo, chosen: Chosen) -> Job:
    """The case on the engine."""
    program = workspace.program(info.file) if chosen.engine.id.hosted else Path()
    return Job(info.case, chosen.engine, chosen.id, workspace.images[info.file], info.variant, program)


def hosted_files(infos: Iterable[CaseInfo], chosen: Sequence[Chosen]) -> set[str]:
    """The files of these cases that an engine here takes as programs."""
    here = [one.engine for one in chosen if one.runs is None and one.engine.id.hosted]
    return (
        {info.file for info in infos if any(info.env in one.environments for one in here)} if here else set()
    )


def jobs_of(
    workspace: Workspace, infos: Iterable[CaseInfo], chosen: Sequence[Chosen], repeat: int
) -> Iterator[Job]:
    """Each of the cases on each of the engines that are here and have its environment."""
    here = [one for one in chosen if one.runs is None]
    return (
        job_of(workspace, info, one)
        for info in infos
        for one in here
        if info.env in one.engine.environments
        for _ in range(repeat)
    )


def choose_engines(
    root: Path,
    wanted: Sequence[str],
    seconds: float,
    files: Sequence[Path] = (),
    extra: str = "",
    hosted: bool = False,
) -> list[Chosen]:
    """Those of -e, or of the engine files, or the default ones. `hosted`: records that lack facts will do."""
    folder = root / "engines"
    cache = build_folder(root) / "engines.json"
    names = wanted or [file.stem for file in files] or default_kinds(folder)
    requests = [
        one
        for text in names
        for one in choose_releases(read_request(text, folder, files), folder, cache, seconds)
    ]
    found = [prepare(one, folder, cache, seconds, extra) for one in requests]
    if refused := [one.id.name for one in found if one.id.hosted and not hosted]:
        raise EngineError(f"-e {refused[0]}: a program sees too little of an exception for this command")
    sources = [one.source for one in requests]
    return [Chosen(*one) for one in zip(found, unique_ids(found), sources)]


def collected(files: Iterable[Path]) -> list[Chosen]:
    """The processors of these files: nothing is started for them."""
    from trapframe.report import collection

    found = []
    for path in files:
        told = collection.read(path)
        for name, own in told.engines.items():
            label = f"{path.stem}:{name}"
            engine = Engine(replace(own, name=label), (), (), (), "", (), ())
            found.append(Chosen(engine, label, runs=told.of(name)))
    return found


def amd_twin(root: Path, chosen: Chosen) -> Chosen | None:
    """The same emulator as an AMD processor."""
    return next(_twins(root, chosen, ("amd",)), None)


def old_twins(root: Path, chosen: Chosen) -> list[Chosen]:
    """The same emulator as processors that lack features."""
    return list(_twins(root, chosen, [name for name in chosen.engine.profiles if name.startswith("old")]))


def _twins(root: Path, chosen: Chosen, profiles: Iterable[str]) -> Iterator[Chosen]:
    """Of another profile, where the engine's file has it and whoever asks hasn't said which."""
    own = chosen.engine.id
    for profile in profiles:
        if chosen.runs is None and own.profile != profile and profile in chosen.engine.profiles:
            request = Request(f"{own.name}:{profile}", own.kind, profile, own.path, source=chosen.source)
            twin = prepare(request, root / "engines", build_folder(root) / "engines.json")
            yield Chosen(twin, f"{own.name}:{profile}{chosen.id.removeprefix(own.name)}", chosen.source)


def choose_one(
    root: Path,
    case: str,
    wanted: Sequence[str],
    files: Sequence[Path],
    timeout: float,
    jobs: int,
    extra: str = "",
) -> tuple[CaseInfo, bytes, Chosen]:
    """The one case, its image, and the one engine with what [trace] or [debug] of its file adds."""
    chosen = choose_engines(root, wanted, timeout, files, extra)[0]
    workspace = open_workspace(root, jobs)
    picked = workspace.pick(Selection((case,)))
    if picked.failures:
        raise unbuilt.NotBuilt(
            "\n".join(printable(line) for one in picked.failures for line in unbuilt.lines(one))
        )
    info = only_one(picked.cases, case)
    return info, workspace.images[info.file], chosen
