"""Machines for the tests of the specification: tables in a memory of Python's, each field set by its name."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from mini import ROOT
from trapframe.prediction.constructed import *  # noqa: F401, F403 - for the tests
from trapframe.spec import Machine, Outcome


def build(folder: Path, compiler: str = "gcc", flags: str = "") -> Path:
    """The library as the Makefile has it, or with more flags."""
    target = folder / "spec/spec.so"
    make = ["make", "-s", "-C", str(ROOT), f"BUILD={folder}", f"CC={compiler}", str(target)]
    if flags:
        make.append(f"SPEC_CFLAGS=-std=c11 -ffreestanding -Wall -Wextra -Werror {flags}")
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    subprocess.run(make, check=True, capture_output=True, text=True, env=env)
    return target


def frame(outcome: Outcome) -> list[int]:
    """The words upwards from the handler's stack pointer, without the bits that are left open."""
    return [one.value & (1 << 8 * one.size) - 1 & ~one.open for one in outcome.frame]


def rules(outcome: Outcome) -> list[str]:
    return [one.id for one in outcome.rules]


def met(outcome: Outcome) -> list[tuple[int, int]]:
    """Vector and error code of each event on the way, the first one included."""
    return [(one.vector, one.error) for one in outcome.chain]


def state(machine: Machine) -> tuple[int, int, int, int]:
    return machine.rip, machine.segment_of("cs").selector, machine["rsp"], machine.segment_of("ss").selector
