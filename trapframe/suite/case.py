"""The index of all cases: what each says of itself in its ELF file, kept in build/index.json."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trapframe.frames.environment import ENVIRONMENTS
from trapframe.model import CaseInfo, Place
from trapframe.suite import words
from trapframe.system.files import write_cache
from trapframe.system.folders import build_folder, release_of

FORMAT = 4  # of build/index.json
WORDS = " ".join(name.upper() for name in ENVIRONMENTS)  # the author's
NO_EXCEPTION = -1
SHUTDOWN = -2
NO_ERROR = -1

# struct case_info in harness/include/shared.h: name about spec id tags run arg[2] env vector error saved_rip
# needs flags size; struct place, selector and feature in harness/common/cpu.h, lists ended by a name of 0.
CASE_INFO = struct.Struct("<8QiiqQQII")
PLACE = struct.Struct("<4Q")
SELECTOR = struct.Struct("<2Q")
FEATURE = struct.Struct("<2Q")  # the second word is the guest's own
SYMBOL = struct.Struct("<IBBHQQ")
RESUMES = 1
SHARED = CaseInfo._fields[4:-2]  # what many cases have alike: from `env` to `resumes`
IDS, NEEDS = SHARED.index("ids"), SHARED.index("needs")
LONGEST_TEXT = 4096


class CaseError(Exception):
    """An ELF file that doesn't say what a case must say."""


@dataclass(frozen=True)
class Index:
    """All cases, sorted by name, and the files that can't be read, with the reason."""

    cases: tuple[CaseInfo, ...]
    unreadable: tuple[tuple[str, str], ...] = ()


def sources(root: Path) -> list[str]:
    """FAMILY/FILE of each file of cases."""
    found = []
    for family in os.listdir(root / "cases"):
        try:
            names = os.listdir(root / "cases" / family)
        except NotADirectoryError:
            continue
        found += [f"{family}/{name[:-2]}" for name in names if name.endswith(".c")]
    return sorted(found)


def load_index(root: Path, files: Iterable[str]) -> Index:
    """The cases of these files. Only an ELF that is newer than the index is opened."""
    folder = build_folder(root)
    path = folder / "index.json"
    known = _read_index(path)
    if release_of(root):
        return Index(*_without_duplicates(_cases({file: known[file] for file in files if file in known}), []))
    current: dict[str, Any] = {}
    unreadable: list[tuple[str, str]] = []
    for file in files:
        elf = f"{folder}/{file}.elf"
        try:
            stat = os.stat(elf)
            stamp = [stat.st_mtime_ns, stat.st_size]
            entry = known.get(file)
            if not entry or entry["stamp"] != stamp:
                entry = {"stamp": stamp, **_read_elf(root, Path(elf), file)}
            current[file] = entry
        except (OSError, CaseError) as error:
            unreadable.append((file, str(error)))
    if current.keys() != known.keys() or any(current[file] is not known[file] for file in current):
        write_cache(path, _encode(current))
    return Index(*_without_duplicates(_cases(current), unreadable))


def _read_index(path: Path) -> dict[str, Any]:
    """By file: `stamp`, `harness` (places and selectors), `cases`.

    A case is its name, variant, about, and a number: the row of `shared` that has its fields of SHARED.
    """
    try:
        index = json.loads(path.read_bytes())
        if index["format"] != FORMAT:
            return {}
        shared = index["shared"]
        return {
            file: {"stamp": stamp, "harness": index["harness"][number], "shared": shared, "cases": cases}
            for file, (stamp, number, cases) in index["files"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return {}


def released(index: bytes, files: Collection[str]) -> bytes:
    """The index of a release that has these files, and no ELF file."""
    known = json.loads(index)
    kept = {file: ([0, 0], *entry[1:]) for file, entry in known["files"].items() if file in files}
    return json.dumps({**known, "files": kept}, separators=(",", ":"), sort_keys=True).encode()


def _encode(entries: Mapping[str, Any]) -> bytes:
    """What many have in common is written once."""
    harness: dict[str, int] = {}
    shared: dict[str, int] = {}
    files = {}
    for file, entry in entries.items():
        number = harness.setdefault(json.dumps(entry["harness"]), len(harness))
        rows = entry["shared"]  # of this file, or of all that were known before: so only those that it names
        text = {at: json.dumps(rows[at]) for at in {row[-1] for row in entry["cases"]}}
        cases = [(*own, shared.setdefault(text[at], len(shared))) for *own, at in entry["cases"]]
        files[file] = (entry["stamp"], number, cases)
    told = {
        "format": FORMAT,
        "harness": list(map(json.loads, harness)),
        "shared": list(map(json.loads, shared)),
        "files": files,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _cases(entries: Mapping[str, Mapping[str, Any]]) -> list[CaseInfo]:
    """By file, from what the index says."""
    cases: list[CaseInfo] = []
    tails: dict[tuple[int, int], list[tuple[Any, ...]]] = {}  # all fields behind `about`
    for file, entry in entries.items():
        shared, harness = entry["shared"], entry["harness"]
        tail = tails.get((id(shared), id(harness)))
        if tail is None:
            places, selectors = harness
            ours = tuple(Place(*place) for place in places), tuple(map(tuple, selectors))
            tail = tails[id(shared), id(harness)] = [
                (*(tuple(one) if isinstance(one, list) else one for one in row), *ours) for row in shared
            ]
        cases += [
            CaseInfo._make((name, file, variant, about, *tail[at]))
            for name, variant, about, at in entry["cases"]
        ]
    return cases


def _without_duplicates(
    cases: list[CaseInfo], unreadable: list[tuple[str, str]]
) -> tuple[tuple[CaseInfo, ...], tuple[tuple[str, str], ...]]:
    """Two files may arrive at the same case name, as a/b_c does and variant c of a/b."""
    first = {case.case: case for case in reversed(cases)}
    for case in cases if len(first) < len(cases) else ():
        if (other := first[case.case]) is not case:
            why = f"cases/{case.file}.c: {case.case} is in cases/{other.file}.c already"
            unreadable.append((case.file, why))
    return tuple(map(first.__getitem__, sorted(first))), tuple(unreadable)


def as_listed(case: CaseInfo) -> dict[str, Any]:
    """What `list --json` says: all but the harness's own places and selectors. `id`: the catalogue's rows."""
    fields = {name: value for name, value in case._asdict().items() if name not in ("places", "selectors")}
    fields["id"] = fields.pop("ids")
    return fields


# Reading an ELF file.


@dataclass(frozen=True)
class _Image:
    """The loaded parts of an ELF file, by address."""

    path: Path
    parts: tuple[tuple[int, bytes], ...]

    def bytes_at(self, address: int, size: int) -> bytes:
        for start, data in self.parts:
            if start <= address and address + size <= start + len(data):
                return data[address - start : address - start + size]
        raise CaseError(f"{self.path}: nothing is loaded at {address:#x}")

    def text_at(self, address: int) -> str:
        """A C string; a null pointer is the empty one."""
        if not address:
            return ""
        for start, data in self.parts:
            if start <= address < start + len(data):
                end = data.find(b"\0", address - start, address - start + LONGEST_TEXT)
                if end >= 0:
                    return data[address - start : end].decode("utf-8", "replace")
        raise CaseError(f"{self.path}: no text at {address:#x}")


def _read_elf(root: Path, path: Path, file: str) -> dict[str, Any]:
    """What goes into the index: `harness`, `shared`, and one entry of `cases` a row of the file's table."""
    try:
        from elftools.common.exceptions import ELFError  # 60 ms, and only for what is new
        from elftools.elf.elffile import ELFFile
    except ImportError as error:
        raise CaseError(f"{error}: `make setup` installs pyelftools (python3-pyelftools)") from error
    with path.open("rb") as stream:
        try:
            elf = ELFFile(stream)
            table = elf.get_section_by_name(".case_info")
            if table is None:
                raise CaseError(f"{path}: no section .case_info: is a CASE(...) missing in cases/{file}.c?")
            loaded = [
                (section["sh_addr"], section.data())
                for section in elf.iter_sections()
                if section["sh_flags"] & 2 and section["sh_type"] == "SHT_PROGBITS"  # SHF_ALLOC
            ]
            image = _Image(path, tuple(loaded))
            symbols = _symbols(elf, {"harness_places", "harness_selectors", "harness_features"})
            places = [
                [image.text_at(name), base, size, bool(stack)]
                for name, base, size, stack in _list(image, PLACE, symbols.get("harness_places"))
            ]
            selectors = [
                [image.text_at(name), value]
                for name, value in _list(image, SELECTOR, symbols.get("harness_selectors"))
            ]
            features = [
                image.text_at(name) for name, _ in _list(image, FEATURE, symbols.get("harness_features"))
            ]
            rows = _rows(image, table.data(), file)
            shared = [fields for _, fields in rows]
            _check_words(root, file, shared, features)
            cases = [[*own, number] for number, (own, _) in enumerate(rows)]
            return {"harness": [places, selectors], "shared": shared, "cases": cases}
        except (ELFError, struct.error) as error:
            raise CaseError(f"{path}: not an ELF file of a case: {error}") from error


def _check_words(root: Path, file: str, rows: list[list[Any]], features: list[str]) -> None:
    """A feature that no engine knows would make the case UNSUPPORTED everywhere."""
    needs = [word for row in rows for word in row[NEEDS]]
    ids = [word for row in rows for word in row[IDS]]
    if wrong := list(words.unknown(root, file, needs, ids, features)):
        raise CaseError("\n".join(wrong))


def _symbols(elf: Any, names: set[str]) -> dict[str, int]:
    """Addresses by name, without an object for each of a thousand symbols."""
    table = elf.get_section_by_name(".symtab")
    if table is None:
        return {}
    strings = elf.get_section(table["sh_link"]).data()
    offsets = {strings.find(b"\0%s\0" % name.encode()) + 1: name for name in names}
    return {
        offsets[name]: value
        for name, _, _, _, value, _ in SYMBOL.iter_unpack(table.data())
        if name in offsets
    }


def _list(image: _Image, layout: struct.Struct, address: int | None) -> list[tuple[int, ...]]:
    """An array of `layout` up to the entry whose first word is 0."""
    found: list[tuple[int, ...]] = []
    while address:
        entry = layout.unpack(image.bytes_at(address, layout.size))
        if not entry[0]:
            break
        found.append(entry)
        address += layout.size
    return found


def _rows(image: _Image, table: bytes, file: str) -> list[tuple[list[Any], list[Any]]]:
    if not table or len(table) % CASE_INFO.size:
        raise CaseError(
            f"{image.path}: .case_info has {len(table)} bytes, not a multiple of {CASE_INFO.size}"
        )
    return [_row(image, row, file, variant) for variant, row in enumerate(CASE_INFO.iter_unpack(table))]


def _row(image: _Image, row: tuple[int, ...], file: str, variant: int) -> tuple[list[Any], list[Any]]:
    """Its name, variant and about; the fields of SHARED."""
    name, about, spec, ids, tags, _, _, _, env, vector, error, saved_rip, needs, flags, size = row
    if size != CASE_INFO.size:
        raise CaseError(
            f"{image.path}: row {variant} of .case_info says {size} bytes, expected {CASE_INFO.size}:"
            " harness/include/case.h and trapframe/suite/case.py differ, or VARIANT is missing in the row"
        )
    if not 0 <= env < len(ENVIRONMENTS):
        raise CaseError(f"cases/{file}.c: row {variant}: .env is {env}, no environment; {WORDS}")
    if not SHUTDOWN <= vector <= 255:
        raise CaseError(
            f"cases/{file}.c: row {variant}: .vector is {vector}, no vector; 0 to 255, NO_EXCEPTION, SHUTDOWN"
        )
    if "\n" in image.text_at(about):
        raise CaseError(
            f"cases/{file}.c: row {variant}: .about is more than one line; put '; ' in place of '\\n'"
        )
    variant_name = image.text_at(name)
    return [f"{file}_{variant_name}" if variant_name else file, variant, image.text_at(about)], [
        ENVIRONMENTS[env],
        image.text_at(spec),
        image.text_at(ids).split(),
        image.text_at(tags).split(),
        image.text_at(needs).split(),
        vector if vector >= 0 else None,
        {NO_EXCEPTION: "none", SHUTDOWN: "shutdown"}.get(vector, "exception"),
        error if vector >= 0 and error != NO_ERROR else None,
        image.text_at(saved_rip),
        bool(flags & RESUMES),
    ]
