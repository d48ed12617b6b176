"""The tests of SingleStepTests/80286: MOO files, and what metadata.json says of each opcode."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

REGISTERS = ("ax", "bx", "cx", "dx", "cs", "ss", "ds", "es", "sp", "bp", "si", "di", "ip", "flags")
METADATA = "metadata.json"
REVOKED = "revocation_list.txt"
ENDINGS = (".MOO.gz", ".MOO")
SUBFOLDER = "v1_real_mode"  # of the repository
ALL_FLAGS = 0xFFFF
CHUNK = 8  # a tag and a length before each
TAG = b"EXCP\x05\0\0\0"  # what a test with an exception holds
UNREADABLE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, struct.error, zlib.error)


class MooError(Exception):
    """A folder or a file that isn't one of the set's."""

    exit_code = 2


@dataclass(frozen=True)
class Test:
    """One instruction that ended in an exception, as the set has it."""

    file: str  # the file's name without its ending
    index: int
    name: str  # the instruction, disassembled
    code: bytes  # the HLT behind it included
    before: Mapping[str, int]  # all registers
    memory: Mapping[int, int]  # bytes, before
    after: Mapping[str, int]  # all registers, when the handler had run its first instruction, a HLT
    written: Mapping[int, int]  # bytes that are others then
    vector: int
    digest: str  # SHA-1 that the set knows it by

    @property
    def label(self) -> str:
        return f"{self.file}/{self.index}"


@dataclass(frozen=True)
class Folder:
    """A folder of the set's files."""

    files: tuple[Path, ...]
    masks: Mapping[str, int]  # the defined flags by opcode; where it matters with the reg field: F7.6
    revoked: frozenset[str]
    processor: str


def open_folder(folder: Path) -> Folder:
    """The folder itself, or a checkout of the whole repository."""
    if not (folder / METADATA).is_file() and (folder / SUBFOLDER).is_dir():
        folder = folder / SUBFOLDER
    try:
        told = json.loads((folder / METADATA).read_bytes())
        masks = dict(_masks(told["opcodes"]))
        processor = f"{told['cpu_detail']}"
    except UNREADABLE as error:
        raise MooError(
            f"{folder}: expected {METADATA} of SingleStepTests/80286 and its *.MOO.gz beside it"
            f" ({_told(error)})"
        ) from error
    files = tuple(sorted(path for path in folder.iterdir() if path.name.endswith(ENDINGS)))
    if not files:
        raise MooError(f"{folder}: no *.MOO.gz and no *.MOO")
    return Folder(files, masks, _revoked(folder), processor)


def _masks(opcodes: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, int]]:
    for opcode, told in opcodes.items():
        forms = told.get("reg")
        for reg, form in forms.items() if isinstance(forms, dict) else ():
            yield f"{opcode}.{reg}", int(form.get("flags-mask", ALL_FLAGS))
        if not isinstance(forms, dict):
            yield opcode, int(str(told.get("flags-mask", ALL_FLAGS)))


def _revoked(folder: Path) -> frozenset[str]:
    """Hashes of tests that the set's author has withdrawn."""
    for path in (folder / REVOKED, folder.parent / REVOKED):
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            return frozenset(line.strip().lower() for line in lines if not line.startswith("#"))
    return frozenset()


def read(path: Path) -> Iterator[Test]:
    """The tests of a file that end in an exception."""
    name = path.name.partition(".MOO")[0]
    try:
        data = path.read_bytes()
        if path.name.endswith(".gz"):
            data = gzip.decompress(data)
        if data[:4] != b"MOO ":
            raise ValueError("it doesn't begin with 'MOO '")
        for start, end in _with_exception(data):
            yield _test(name, data, start, end)
    except UNREADABLE as error:
        raise MooError(f"{path}: {_told(error)}") from error


def _with_exception(data: bytes) -> Iterator[tuple[int, int]]:
    """Where such tests are: most of the million tests of a set have none."""
    start, found = CHUNK + _length(data, 0), data.find(TAG)
    if found < 0:
        return
    while start < len(data):
        end = start + CHUNK + _length(data, start)
        if end > len(data):
            raise ValueError(f"the chunk at {start:#x} reaches beyond the file's end")
        if start < found < end:
            if data[start : start + 4] == b"TEST":
                yield start + CHUNK, end
            found = data.find(TAG, end)
        start = end


def _told(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or f"{type(error).__name__}: {error}"


def _length(data: bytes, chunk: int) -> int:
    length: int = struct.unpack_from("<I", data, chunk + 4)[0]
    return length


def _chunks(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Tag, and where the content is."""
    while start < end:
        begin, stop = start + CHUNK, start + CHUNK + _length(data, start)
        if stop > end:
            raise ValueError(f"a chunk at {start:#x} reaches beyond its end")
        yield data[start : start + 4], begin, stop
        start = stop


def _test(file: str, data: bytes, start: int, end: int) -> Test:
    (index,) = struct.unpack_from("<I", data, start)
    parts = {tag: (begin, stop) for tag, begin, stop in _chunks(data, start + 4, end)}

    def text(tag: bytes) -> bytes:
        begin, stop = parts[tag]
        return data[begin + 4 : min(stop, begin + 4 + struct.unpack_from("<I", data, begin)[0])]

    before, memory = _state(data, *parts[b"INIT"])
    changed, written = _state(data, *parts[b"FINA"])
    if missing := [name for name in REGISTERS if name not in before]:
        raise ValueError(f"test {index}: no initial {missing[0]}")
    return Test(
        file=file,
        index=index,
        name=text(b"NAME").decode("ascii", errors="replace").strip(),
        code=text(b"BYTS"),
        before=before,
        memory=memory,
        after={**before, **changed},
        written=written,
        vector=data[parts[b"EXCP"][0]],
        digest=data[slice(*parts[b"HASH"])].hex(),
    )


def _state(data: bytes, start: int, end: int) -> tuple[dict[str, int], dict[int, int]]:
    registers: dict[str, int] = {}
    memory: dict[int, int] = {}
    for tag, begin, stop in _chunks(data, start, end):
        if tag == b"REGS":
            (mask,) = struct.unpack_from("<H", data, begin)
            names = [name for bit, name in enumerate(REGISTERS) if mask >> bit & 1]
            registers = dict(zip(names, struct.unpack_from(f"<{len(names)}H", data, begin + 2)))
        elif tag == b"RAM ":
            (count,) = struct.unpack_from("<I", data, begin)
            if begin + 4 + 5 * count > stop:
                raise ValueError("more bytes of memory than there are")
            pairs = struct.iter_unpack("<IB", data[begin + 4 : begin + 4 + 5 * count])
            memory = {address: byte for address, byte in pairs}
    return registers, memory
