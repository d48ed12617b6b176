"""Runs jobs on the workers of a dask.distributed scheduler: docs/sweeps.md."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from trapframe.engines import launcher
from trapframe.engines.job import Job, run_job
from trapframe.engines.launcher import Servers
from trapframe.model import RunResult
from trapframe.system import scratch
from trapframe.system.folders import ROOT, build_folder
from trapframe.system.process import Limit

SCHEME = "dask://"
SECONDS = 10.0  # in which the scheduler has to answer
AGAIN = 5  # times that a job is given to another worker, whatever was wrong with the first


class FarmError(Exception):
    """No farm where one was asked for."""

    exit_code = 2


class Place:
    """What a worker has: a folder, and emulators that were started once. A plugin of dask's workers."""

    name = "trapframe"

    def setup(self, worker: Any) -> None:
        self._until_end = ExitStack()
        self._folder: Path = self._until_end.enter_context(scratch.folder())
        libraries = build_folder(ROOT) / launcher.FOLDER
        self._servers = Servers(libraries, self._folder) if libraries.is_dir() else None

    def teardown(self, worker: Any) -> None:
        if self._servers:
            self._servers.close()
        self._until_end.close()

    def run(self, job: Job, limit: Limit) -> RunResult:
        fork = self._servers.fork(job.engine) if self._servers else None
        serve = self._servers.serve(job.engine) if self._servers else None
        result = run_job(job, limit, self._folder, None, fork, serve)
        assert result is not None, "nobody stops it"
        return result


def run(job: Job, limit: Limit) -> RunResult:
    """On a worker."""
    from distributed import get_worker

    place: Place = get_worker().plugins[Place.name]
    return place.run(job, limit)


@contextmanager
def executor(address: str) -> Iterator[Executor]:
    """dask's own. On leaving, whatever still runs is nobody's."""
    if not address.startswith(SCHEME):
        raise FarmError(f"--executor {address}: expected {SCHEME}HOST:PORT")
    try:
        from distributed import Client
    except ImportError as error:
        raise FarmError("--executor needs dask.distributed (python3-distributed)") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address.replace(SCHEME, "tcp://"), timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise FarmError(f"--executor {address}: no scheduler answers") from error
    with client:
        client.register_worker_plugin(Place())
        made = client.get_executor(pure=False, retries=AGAIN)
        try:
            yield made
        finally:
            made.shutdown(wait=False)
