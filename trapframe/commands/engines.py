"""`engines`: which emulators are here, and which releases can be brought here beside them."""

from __future__ import annotations

import argparse

from trapframe.commands.arguments import add_jobs
from trapframe.engines import install
from trapframe.system.folders import ROOT

ACTIONS = ("show", "available", "install", "remove")
EXAMPLE = "./runner.py engines install qemu@10.0 bochs@3.1"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="show", help="show is the default")
    parser.add_argument("release", nargs="*", metavar="NAME@RELEASE", help="to install or remove")
    add_jobs(parser)


def command(options: argparse.Namespace) -> int:
    return install.command(ROOT, options.action, options.release, options.jobs)
