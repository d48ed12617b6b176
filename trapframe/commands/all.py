"""`all`: `run` of every case."""

from __future__ import annotations

from trapframe.commands import run

EXAMPLE = "./runner.py all"

arguments = run.add_options
command = run.command
