"""Pages for the tests in a browser: a small run, the same against an older one, hostile text, 8000 cells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from samples import FRAMES, GOLDEN, HEAD, INFO, QEMU, sent

from trapframe.frames import record
from trapframe.model import CaseInfo, End, EngineId, RunResult
from trapframe.report import json as report_json
from trapframe.report import html, loaded
from trapframe.report.page import Page, collect
from trapframe.system.files import write_atomically
from trapframe.truth import expected
from trapframe.truth.judge import judge

SOURCE = """\
/* A read-only page, and a store. */
#include <case.h>

static void store(void)
{
    FAULT("mov [rbx], eax");
}

VARIANTS(ROW("one", "...", store), ROW("two", "...", store));
"""
QUIRK = """\
[[quirk]]
id = "rf-not-pushed"
versions = "<10"
cases = ["gate/*"]
rule = "SDM 3B: RF is 1 in the image that a fault saves"
reason = "never sets RF"
[[quirk.change]]
frame = 1
field = "rflags"
clear = 0x10000
"""
IMAGE = "<img src=x onerror=document.title='owned'>"
HOSTILE = f"</script><script>document.title='owned'</script>{IMAGE}\u202e\x1b[31m\x00\u2028"

ENGINES = {
    "qemu": QEMU,
    "bochs": EngineId("bochs", "bochs", "2.7", "intel", "/usr/bin/bochs", "1" * 64),
    "other": EngineId("other", "other", "1.0", "intel", "/opt/other", "2" * 64),
}
VECTORS = {"gate": 13, "stack": 12}
RF = ("10ad7", "ad7")
NAMES = ["gate/ring_one", "gate/ring_two", "page_fault/write_one", "page_fault/write_two", "stack/switch"]


def info(name: str) -> CaseInfo:
    family, _, tail = name.partition("/")
    file = f"{family}/{tail.partition('_')[0]}"
    vector = VECTORS.get(family, 14)
    return INFO._replace(case=name, file=file, vector=vector, ids=(f"id-{tail}",), tags=("slow",))


def serial(name: str, *changes: tuple[str, str]) -> bytes:
    text = (HEAD + FRAMES).replace("page_fault/write_read_only", name)
    text = text.replace("vector e", f"vector {info(name).vector:x}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return sent(text)


def checkout(root: Path, names: Iterable[str]) -> None:
    """Golden files, a quirk, sources; nothing is built."""
    files: dict[str, list[str]] = {}
    for name in names:
        files.setdefault(info(name).file, []).append(name.partition("/")[2])
    for file, sections in files.items():
        golden = "\n".join(GOLDEN.replace("[write_read_only]", f"[{section}]") for section in sections)
        masked = golden.replace("dr7             0x400", "dr7             any because nobody knows it")
        masked = masked.replace("0xe                # #PF", hex(VECTORS.get(file.partition("/")[0], 14)))
        write_atomically(root / "expected" / f"{file}.txt", masked.encode())
        write_atomically(root / "cases" / f"{file}.c", SOURCE.encode())
    write_atomically(root / "expected" / "quirks" / "qemu.toml", QUIRK.encode())


def entry(
    root: Path,
    name: str,
    engine_id: str,
    data: bytes,
    end: End = End.EXIT,
    engines: Mapping[str, EngineId] = ENGINES,
) -> dict[str, Any]:
    """One result, judged as a run judges it."""
    case, engine = info(name), engines[engine_id]
    known = expected.load(root, [case], [case], (), [engine.kind])
    problem, found = "", None
    try:
        found = record.parse(data)
    except record.RecordError as error:
        problem = str(error)
    outcomes = known.outcomes(case, engine.profile)
    judgement = judge(case, found, end, outcomes, known.quirks[engine.kind], engine, problem)
    run = RunResult(end, data, "log of the emulator", 0.05, 33, (engine.path, "-bios", "rom"))
    return report_json.result_entry(name, engine_id, engine, run, judgement)


def report(
    path: Path,
    names: Sequence[str],
    entries: list[dict[str, Any]],
    engines: Mapping[str, EngineId] = ENGINES,
    **more: Any,
) -> Path:
    told = [report_json.engine_entry(name, one, one.version) for name, one in engines.items()]
    whole = {
        "schema": report_json.SCHEMA,
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "started": "2026-01-02T03:04:05+00:00",
        "seconds": 1.5,
        "engines": told,
        **report_json.case_entries(info(name) for name in names),
        "results": entries,
        "totals": report_json.totals(entries),
    }
    write_atomically(path, json.dumps(whole | more).encode())
    return path


def small(root: Path) -> tuple[Path, Path]:
    """The old report and the new one."""
    checkout(root, NAMES)
    everywhere = {(name, engine): serial(name) for name in NAMES for engine in ENGINES}
    lacks_rf = {
        (name, "qemu"): serial(name, RF)
        for name in ("gate/ring_one", "gate/ring_two", "page_fault/write_one")
    }
    new = (
        everywhere
        | lacks_rf
        | {("page_fault/write_two", "bochs"): serial(NAMES[3], ("vector e", "vector d"))}
    )
    old = everywhere | lacks_rf | {("stack/switch", "other"): serial(NAMES[4], RF)}
    del old["page_fault/write_one", "bochs"], new["gate/ring_one", "other"]
    new["stack/switch", "qemu"] = b"garbage\n"
    return (
        report(
            root / "old.json",
            NAMES,
            [entry(root, name, engine, data) for (name, engine), data in old.items()],
        ),
        report(
            root / "new.json",
            NAMES,
            [entry(root, name, engine, data) for (name, engine), data in new.items()],
        ),
    )


def releases(root: Path) -> Path:
    """8.0 lacks RF twice, 9.0 is right, 10.0 breaks a case; the newest comes first. And another emulator."""
    checkout(root, NAMES)
    known = {f"qemu@{one}": replace(QEMU, name=f"qemu@{one}", version=one) for one in ("10.0", "9.0", "8.0")}
    known["bochs"] = ENGINES["bochs"]
    lacks = {("gate/ring_one", "qemu@8.0"), ("gate/ring_two", "qemu@8.0"), ("stack/switch", "qemu@10.0")}
    entries = [
        entry(root, name, one, serial(name, *([RF] if (name, one) in lacks else [])), engines=known)
        for name in NAMES
        for one in known
    ]
    return report(root / "releases.json", NAMES, entries, engines=known)


def builds(root: Path) -> Path:
    """Two builds of QEMU 7.2.22; both lack RF, and the newer one breaks a case besides."""
    checkout(root, NAMES)
    known = {
        "qemu": replace(QEMU, path="/home/me/qemu/build/qemu-system-x86_64"),
        "qemu#2": replace(QEMU, path="/home/me/qemu/build-new/qemu-system-x86_64", sha256="3" * 64),
        "bochs": ENGINES["bochs"],
    }
    lacks = {(name, one) for name in NAMES[:2] for one in ("qemu", "qemu#2")} | {("stack/switch", "qemu#2")}
    entries = [
        entry(root, name, one, serial(name, *([RF] if (name, one) in lacks else [])), engines=known)
        for name in NAMES
        for one in known
    ]
    return report(root / "builds.json", NAMES, entries, engines=known)


def hostile(root: Path) -> Path:
    """Every text of a report that isn't ours says what a browser should not do."""
    entries = [entry(root, "page_fault/write_one", name, serial("page_fault/write_one")) for name in ENGINES]
    for one in entries[:2]:
        one |= {"verdict": "FAIL", "message": HOSTILE, "serial": HOSTILE + "\nline 2", "log": HOSTILE}
        one |= {"diff": [{"field": HOSTILE, "expected": HOSTILE, "actual": HOSTILE}], "quirks": [HOSTILE]}
    entries[2] |= {"verdict": HOSTILE, "case": f"evil/{HOSTILE}", "engine_id": HOSTILE}
    (root / "cases" / "page_fault" / "write.c").write_text(HOSTILE)
    problem = {"file": HOSTILE, "line": 0, "message": HOSTILE, "case": ""}
    return report(root / "hostile.json", NAMES, entries, commit=HOSTILE, golden_problems=[problem])


def large(root: Path, cases: int = 1000, engines: int = 8) -> Page:
    """A small page's real panels, again and again."""
    _, new = small(root)
    page = collect(root, loaded.load(new), None)
    names = [f"engine{n} {n}.0" for n in range(engines)]
    rows, panels = [], []
    for n in range(cases):
        like = page.matrix["rows"][n % len(NAMES)]
        panel = page.cases[n % len(NAMES)]
        columns = [like[-1][(n + at) % 3] for at in range(engines)]
        rows.append([f"family{n // 25:02}/case_{n:04}", *like[1:-1], columns])
        wide = [
            {**block, "rows": [_widened(row, engines) for row in block["rows"]]} for block in panel["blocks"]
        ]
        runs = [panel["runs"][0]] * engines
        panels.append({**panel, "runs": runs, "blocks": wide})
    matrix = {**page.matrix, "engines": names, "ids": names, "kinds": names, "rows": rows}
    return replace(page, matrix=matrix, cases=panels)


def _widened(row: list[Any], engines: int) -> list[Any]:
    return row[:2] + [row[2]] * engines


def write_all(folder: Path) -> None:
    """A folder with index.html for each of small, against, large, releases, builds, hostile."""
    root = folder / "checkout"
    old, new = small(root)
    pages = {"small": (new, None), "against": (new, old)}
    for name, (report_file, against) in pages.items():
        html.write(root, report_file, against, folder / name)
    (folder / "large").mkdir(exist_ok=True)
    (folder / "large" / "index.html").write_text(html.render(large(root)))
    html.write(root, releases(root), None, folder / "releases")
    html.write(root, builds(root), None, folder / "builds")
    html.write(root, hostile(root), None, folder / "hostile")
