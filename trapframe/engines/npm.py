"""Packages of npm's registry by npm, each in a folder of its own: no script of theirs is run."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from trapframe.system import process

SECONDS = 3600.0  # for one command: a slow network is slow
OUTPUT = 16 << 20
FILE_SIZE = 1 << 30
QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
INSTALL = ("install", "--ignore-scripts", "--no-save", "--no-package-lock", "--omit=dev")
# Without a question, and with the npm that it knows: of the latest one it may lack the key.
COREPACK = {"COREPACK_ENABLE_DOWNLOAD_PROMPT": "0", "COREPACK_DEFAULT_TO_LATEST": "0"}
ERROR = re.compile(r"\w*Error\b.*: ")


class NpmError(Exception):
    """What npm couldn't do, or can't do here."""

    exit_code = 2


def versions(package: str, folder: Path) -> list[str]:
    """All that the registry has."""
    said = _ask(folder, "view", package, "versions", "--json")
    try:
        found = json.loads(said)
    except ValueError:
        raise NpmError(f"npm view {package}: {_reason(said)}") from None
    return [found] if isinstance(found, str) else [str(one) for one in found]


def size(package: str, version: str, folder: Path) -> int:
    """Bytes on the disk; nothing is fetched for this."""
    said = _ask(folder, "view", f"{package}@{version}", "dist.unpackedSize").strip()
    return int(said) if said.isdecimal() else 0


def install(package: str, version: str, folder: Path) -> None:
    """With all that it depends on, as folder/node_modules."""
    _ask(folder, *INSTALL, *QUIET, "--prefix", str(folder), f"{package}@{version}")


def _ask(folder: Path, *arguments: str) -> str:
    """In a folder without a package.json: npm else reads the one of a folder above."""
    command = [*_npm(), *arguments]
    ended = process.run(
        command,
        folder=folder,
        env={**os.environ, **COREPACK},
        limit=process.Limit(SECONDS),
        log=process.Channel(OUTPUT),
        serial=process.Channel(OUTPUT),
        file_size=FILE_SIZE,
    )
    if ended.why is process.Why.STOPPED:
        raise KeyboardInterrupt
    said = ended.serial.decode(errors="replace")
    if ended.status != 0:
        log = ended.log.decode(errors="replace")
        raise NpmError(f"{' '.join(command[:3])}: {ended.error or _reason(log or said)}")
    return said


def _npm() -> Sequence[str]:
    """Debian has npm, or corepack, which brings one."""
    for name, words in (("npm", ("npm",)), ("corepack", ("corepack", "npm"))):
        if shutil.which(name):
            return words
    raise NpmError("there is no npm here; apt-get install node-corepack or npm")


def _reason(said: str) -> str:
    """The line that tells what is wrong; where corepack breaks off, node shows its source first."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    plain = [line for line in lines if line.startswith("npm ") and " code " not in line]
    thrown = [line for line in lines if ERROR.match(line)]
    return (plain or thrown or lines or ["it said nothing"])[0]
