"""An emulator as engines/NAME.toml describes it: where it is, its command line, how its end is read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from trapframe.model import End, EngineId
from trapframe.frames.environment import ENVIRONMENTS
from trapframe.system import process

ROM = "rom"  # names in the folder of a run
SERIAL = "serial"
PROGRAM = "program"  # in a hosted engine's command line: the case's program, and the row of its table
ROW = "row"
LOG_LIMIT = 1 << 20
RECORD_LIMIT = 65_536


class EngineError(Exception):
    """What -e or an engine's file says can't be used."""

    exit_code = 2


class EngineSilent(EngineError):
    """The emulator crashed or hung when it was asked for its version."""

    exit_code = 3


@dataclass(frozen=True)
class Launch:
    """How a program is started: by itself, or by the loader of the tree that it lies in."""

    words: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()

    def environment(self) -> dict[str, str]:
        return {**os.environ, **dict(self.env)}


@dataclass(frozen=True)
class EndRule:
    """One way of ending, and by what it is known. All that is given must hold."""

    end: End
    status: int | None
    log: re.Pattern[bytes] | None
    serial: re.Pattern[bytes] | None
    now: bool  # the run is over as soon as the text comes


@dataclass(frozen=True)
class Launcher:
    """How it is started once for many runs: docs/launcher.md."""

    library: str  # launcher/NAME.c
    args: tuple[str, ...] = ()  # that a server's command line has besides


@dataclass(frozen=True)
class Engine:
    """An emulator that is ready to run ROMs. Command and files are the same for every ROM."""

    id: EngineId
    command: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]
    serial: str  # the file that it writes the serial line to; empty: stdout
    ends: tuple[EndRule, ...]
    profiles: tuple[str, ...]  # all that it can be asked for
    shown: re.Pattern[bytes] | None = None  # the lines of its log that `trace` shows
    launcher: Launcher | None = None
    describe: tuple[str, ...] = ()  # its words with which a reset goes on: docs/record.md, "Descriptions"
    sample: int = 0  # states of a sweep's plan that it walks at most, where that is a sample; 0: all
    serves: bool = False  # one ROM after the other: docs/launcher.md
    rom: str = ROM  # the file that it reads the ROM from
    environments: tuple[str, ...] = ENVIRONMENTS  # of the cases that it can run
    most: int = RECORD_LIMIT  # bytes of a record

    def log_channel(self) -> process.Channel:
        return process.Channel(LOG_LIMIT, _any_of(rule.log for rule in self.ends if rule.now))

    def serial_channel(self) -> process.Channel:
        return process.Channel(self.most, _any_of(rule.serial for rule in self.ends if rule.now))

    @cached_property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **dict(self.env)}

    def read_end(self, ended: process.Ended) -> End:
        """How it ended, in the contract's terms."""
        if ended.why in (process.Why.ITSELF, process.Why.WATCH):
            rule = self._rule(ended)
            return rule.end if rule else End.CRASH
        return {
            process.Why.LIMIT: End.TIMEOUT,
            process.Why.FLOOD: End.FLOOD,
            process.Why.MISSING: End.MISSING,
        }[ended.why]

    def reason(self, ended: process.Ended) -> str:
        """What it says of its end itself: the group `why` of the pattern for its log."""
        rule = self._rule(ended) if ended.why in (process.Why.ITSELF, process.Why.WATCH) else None
        found = rule.log.search(ended.log) if rule and rule.log else None
        why = found.groupdict().get("why") if found else None
        return (why or b"").decode(errors="backslashreplace").strip()

    def _rule(self, ended: process.Ended) -> EndRule | None:
        return next((rule for rule in self.ends if _holds(rule, ended)), None)


def _any_of(patterns: Iterable[re.Pattern[bytes] | None]) -> re.Pattern[bytes] | None:
    given = [b"(?:%s)" % pattern.pattern for pattern in patterns if pattern]
    return re.compile(b"|".join(given), re.MULTILINE) if given else None


def _holds(rule: EndRule, ended: process.Ended) -> bool:
    if ended.why is process.Why.WATCH and not rule.now:
        return False
    if rule.status is not None and ended.why is process.Why.ITSELF and ended.status != rule.status:
        return False
    return all(
        pattern is None or pattern.search(text) is not None
        for pattern, text in ((rule.log, ended.log), (rule.serial, ended.serial))
    )
