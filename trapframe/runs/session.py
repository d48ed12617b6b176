"""One run: builds, boots the selected cases on the engines, judges what comes, and reports it."""

from __future__ import annotations

import gc
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from trapframe.engines import launcher, schedule
from trapframe.report import views
from trapframe.report.folder import check_folder
from trapframe.runs.choice import choose_engines, collected, hosted_files, jobs_of
from trapframe.runs.options import Options
from trapframe.runs.require import require
from trapframe.suite import revision
from trapframe.suite.select import NothingSelected, first, only
from trapframe.suite.workspace import Picked, Workspace, built
from trapframe.system.descriptors import allow
from trapframe.system.folders import build_folder
from trapframe.system.process import Limit

if TYPE_CHECKING:
    from trapframe.report.loaded import Report

EARLY = 4  # jobs that are under way before anything else is read: more of them would take its time
ROMS = 4096  # at least so many may be open
SWITCH = 0.0005  # seconds that a thread which starts emulators waits for one that judges


def run(root: Path, options: Options) -> int:
    """The exit code.

    The emulators start as soon as all is built. Meanwhile the cases are read, and what judges and reports is
    imported and reads what it needs: that takes as long as they do, and no first result comes before both.
    """
    gc.disable()  # what a run makes it keeps, and looking for cycles in it takes time
    allow(ROMS)
    require(root, not options.engines and not options.engine_files)
    chosen = choose_engines(root, options.engines, options.timeout, options.engine_files, hosted=True)
    commit = revision.commit_aside(root)
    stored = None if options.dry_run else _stored(options)
    if options.collected:
        chosen += collected(options.collected)
    limit = Limit(options.timeout)
    with ExitStack() as under_way:
        with built(root, options.workers) as made:
            scheduler = under_way.enter_context(
                schedule.scheduler(
                    options.workers, lambda job: limit, _launchers(root, options), options.executor
                )
            )
            if scheduler.servers and options.selection.is_everything and not options.dry_run:
                scheduler.servers.begin(one.engine for one in chosen if one.runs is None)
            read = made.read()
            picked = _picked(read, options)
            workspace = made.with_programs(read, hosted_files(picked.cases, chosen), options.workers)
        if workspace is not read:
            picked = _picked(workspace, options)
        if options.dry_run:
            from trapframe.runs.dry_run import dry_run

            return dry_run(root, workspace, picked, chosen)
        if len(picked.cases) == 1:
            scheduler.servers = None  # a start of its own hides least
        began = time.monotonic()
        sys.setswitchinterval(SWITCH)
        begun = 0 if options.resume else EARLY  # the earlier run may have their results
        scheduler.submit(islice(jobs_of(workspace, picked.cases, chosen, options.repeat), begun))
        from trapframe.runs.results import Results

        results = Results(root, options, workspace, picked, chosen, stored, commit.result(), began)
        running = under_way.pop_all()
    return results.run(scheduler, running, begun)


def _picked(workspace: Workspace, options: Options) -> Picked:
    picked = workspace.pick(options.selection)
    if not options.last_failed and not options.failed_first:
        return picked
    from trapframe.runs import earlier

    failed = earlier.failed(options.report)
    if options.failed_first:
        return replace(picked, cases=first(picked.cases, failed))
    cases = only(picked.cases, failed)
    if not cases and not picked.failures:
        raise NothingSelected(f"--lf: none of these cases failed in the latest run in {options.report}")
    return replace(picked, cases=cases)


def _stored(options: Options) -> Report | None:
    """The report of --against. What else the options need is looked for too, before anything runs."""
    check_folder(options.report)
    views.check(options.junit, options.github)
    if not options.against:
        return None
    from trapframe.runs import against

    return against.stored_report(options.against, options.report)


def _launchers(root: Path, options: Options) -> Path | None:
    """Where emulators are to be started once. A start of its own for each run hides least."""
    folder = build_folder(root) / launcher.FOLDER
    return None if options.fresh or options.repeat > 1 or not folder.is_dir() else folder
