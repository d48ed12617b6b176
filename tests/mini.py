"""A checkout in small, for tests that change files: three cases whose ROMs are records, fake emulators."""

from __future__ import annotations

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FAKES = Path(__file__).resolve().parent / "fakes"
CASES = {"fault/single": ["fault/single"], "fault/pair": ["fault/pair_one", "fault/pair_two"]}
NAMES = sorted(name for names in CASES.values() for name in names)
RECORD_SPACE = 4096  # of a ROM, for each variant

SEGMENTS = "ds=23 es=23 fs=23 gs=23 fs_base=f5ba5e0000 gs_base=65ba5e0000"

RECORD = f"""\
trapframe 1
case NAME long64
place victim 40000000 1000
label fault 140000
label after 140006
start rip=140000 cs=2b rflags=ad7 rsp=12ffc0 ss=23 {SEGMENTS} cr2=5ca1ab1e0000 dr6=ffff0ff0 dr7=400
gate e ist=0 type=e
armed
frame 1 interrupts 0
vector e
slots 10ff90 7 140000 2b 10ad7 12ffc0 23 a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5
handler rflags=8d7 cs=8 ss=0 {SEGMENTS}
control cr2=40000000 dr6=ffff0ff0 dr7=400
gprs
"""

SECTION = """\
[NAME]
spec        SDM 3A "Page-Fault Exceptions"
frame 1
  interrupts      program
  vector          0xe                # #PF
  error           0x7                # P W U
  rip             fault+0x0
  cs              user_code64
  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF
  rsp             user_top-0x0
  ss              user_data
  above           kept
  cr2             victim+0x0
  dr6             0xffff0ff0
  dr7             0x400
  gprs            kept
  segments        kept
  handler.rflags  0x8d7              # OF SF ZF AF PF CF
  handler.rsp     rsp0_top-0x30
  handler.stack   rsp0
  handler.cs      kernel_code64
  handler.ss      0x0
  at_end          kept
end         exit
"""


def ended(text: str) -> bytes:
    """A record with its last line."""
    data = text.encode()
    return data + b"end exit %x\n" % (sum(data) & 0xFFFF)


def record(name: str, old: str = "", new: str = "") -> bytes:
    """What a processor delivers that keeps to the manual, but for one change."""
    text = RECORD.replace("NAME", name)
    assert old in text
    return ended(text.replace(old, new) if old else text)


def rom(*records: bytes) -> bytes:
    """What the fakes take records from: variant n's begins at n * RECORD_SPACE."""
    return b"".join(one.ljust(RECORD_SPACE, b"\0") for one in records).ljust(65_536, b"\0")


def create(folder: Path) -> None:
    """A whole mini checkout: the real runner, and cases that need no emulator."""
    shutil.copytree(ROOT / "tests" / "checkout", folder, dirs_exist_ok=True)
    for name in ("trapframe", "engines"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "runner.py", folder)
    for file, names in CASES.items():
        for path in (folder / "cases" / f"{file}.record", folder / "expected" / f"{file}.txt"):
            path.parent.mkdir(parents=True, exist_ok=True)
        (folder / "cases" / f"{file}.record").write_bytes(rom(*(record(name) for name in names)))
        sections = [SECTION.replace("NAME", name.partition("/")[2]) for name in names]
        (folder / "expected" / f"{file}.txt").write_text("\n".join(sections))


def heed_signals() -> None:
    """Whoever runs the tests in the background, by nohup or by a script, has it ignore some."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def heed_modes() -> None:
    """Root, too, may then not write what nobody may write, nor read what nobody may read."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


class Checkout:
    """A mini checkout, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {**os.environ, "FAKE_NOTES": str(folder / "notes")}
        for name in ("CI", "PYTHONDONTWRITEBYTECODE"):
            self.env.pop(name, None)
        (folder / "notes").mkdir(exist_ok=True)
        self.temporary = folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self.env["TMPDIR"] = str(self.temporary)

    def command(self, *arguments: str) -> list[str]:
        return [str(self.folder / "runner.py"), *arguments]

    def run(
        self, *arguments: str, before: Callable[[], None] | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            preexec_fn=before,
            env=self.env | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """In the background."""
        return subprocess.Popen(
            self.command(*arguments),
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=heed_signals,
        )

    def report(self, folder: str = "reports") -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.folder / folder / "report.json").read_text())
        return report

    def verdicts(self) -> dict[str, str]:
        return {entry["case"]: entry["verdict"] for entry in self.report()["results"]}

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_relative_to(self.folder / "trapframe"):
            path.unlink(missing_ok=True)  # the package's files are links
        path.write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def deliver(self, file: str, *records: bytes) -> None:
        """From now on the fakes send these records for the variants of this file."""
        (self.folder / "cases" / f"{file}.record").write_bytes(rom(*records))


class Fifo:
    """What waits says so through it, and whoever has its writing end is alive."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)

    def wait(self) -> None:
        """Until somebody waits."""
        self._fd = os.open(self.path, os.O_RDONLY)
        assert os.read(self._fd, len(b"waiting\n")) == b"waiting\n"

    def is_held(self) -> bool:
        """Whether anybody is alive. What else was sent doesn't count."""
        while select.select([self._fd], [], [], 0)[0]:
            if not os.read(self._fd, 4096):
                return False
        return True

    def wait_for_the_end(self) -> None:
        while True:
            assert select.select([self._fd], [], [], 60)[0], "somebody is alive"
            if not os.read(self._fd, 4096):
                return os.close(self._fd)


def fake(name: str) -> str:
    return f"qemu={FAKES / name}"


def script(checkout: Checkout, text: str) -> tuple[str, str]:
    """An emulator of the test's own."""
    shutil.copy(FAKES / "emulator.sh", checkout.folder)
    program = checkout.folder / "program"
    program.write_text(text)
    program.chmod(0o755)
    return "-e", f"qemu={program}"
