"""The machine's own processor by programs of Linux: their records, what they refuse, what is made of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mini import ROOT, Checkout, ended, fake
from samples import EXPLORES

from trapframe.engines.assembly import prepare
from trapframe.engines.engine import EngineError
from trapframe.engines.request import read_request
from trapframe.frames import record
from trapframe.frames.facts import observe
from trapframe.frames.symbol import Symbols, symbols
from trapframe.model import CaseInfo, End, EngineId, Judgement, Record, RunResult, Verdict
from trapframe.report import collection
from trapframe.report.collection import Collection, CollectionError
from trapframe.runs.judging import judged
from trapframe.suite.workspace import open_workspace
from trapframe.truth import expected
from trapframe.truth.expect import Expect, Outcome
from trapframe.truth.wants import want

PART = 1 if EXPLORES else 6  # of so many files one; all of them at night
LEAST = 320  # cases of a part that a processor has to agree with, or whose difference is explained
ALIGNMENT_CHECKS = 8
INTERCEPTED = {1, 6, 17}


def why_not() -> str:
    """Why there are no such programs here."""
    try:
        prepare(read_request("linux", ROOT / "engines"), ROOT / "engines", Path("/nonexistent"))
    except EngineError as error:
        return str(error)
    return ""


here = pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be had")


def chosen() -> list[str]:
    """Of some files only: each is built as a program for this."""
    if PART == 1:
        return ["all"]
    cases = open_workspace(ROOT, 2, images=False).cases
    files = sorted({info.file for info in cases})[::PART]
    return ["run", *(info.case for info in cases if info.file in files)]


@here
def test_the_processor_agrees(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            ROOT / "runner.py",
            *chosen(),
            "-e",
            "linux",
            "--timeout",
            "60",
            "--report",
            tmp_path / "reports",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    report = json.loads((tmp_path / "reports" / "report.json").read_bytes())
    results = {entry["case"]: entry for entry in report["results"]}
    by: dict[str, set[str]] = {}
    for case, entry in results.items():
        by.setdefault(entry["verdict"], set()).add(case)
    if any(entry["message"].endswith((" seccomp", " modify_ldt")) for entry in results.values()):
        pytest.skip("this Linux, or its container, takes a system call away that the programs need")
    unexplained = set().union(*by.values()) - by["UNSUPPORTED"] - by["PASS"]
    unexplained -= by.get("QUIRK", set()) | by.get("FIXED", set())  # fixed: by another hypervisor
    (engine,) = report["engines"]
    kind = (engine["profile"], engine["family"])
    is_known = kind in collection.measured(ROOT / collection.SILICON)
    assert ("nobody has sent" in done.stdout) != is_known
    if is_known:
        assert unexplained == set(), done.stdout[-5000:]
    assert unexplained <= by.get("FAIL", set()) | by.get("WRONG-OUTCOME", set()), done.stdout[-5000:]
    assert len(by["PASS"] | by.get("QUIRK", set())) >= LEAST
    vectors = {case: vectors_of(entry) for case, entry in results.items() if entry["serial"]}  # it was run
    assert len({case for case in by["PASS"] if case.startswith("alignment_check/")}) >= ALIGNMENT_CHECKS
    assert engine["processor"] and engine["family"] and engine["kernel"] == engine["version"]
    assert engine["hosted"] and engine["profile"] in ("intel", "amd")
    second = {case for case, entry in results.items() if entry.get("second_hand")}
    assert second == {case for case, seen in vectors.items() if engine["hypervisor"] and seen & INTERCEPTED}
    assert f"{engine['processor']} has confirmed {len(by['PASS'])} cases" in done.stdout
    assert re.search(r"not for it: .*cpl0 \d+, ", done.stdout)
    if unexplained:  # all else holds there, too
        pytest.skip(
            f"nobody has measured a processor of this kind {kind}; it differs in {sorted(unexplained)}"
        )


def vectors_of(entry: dict[str, Any]) -> set[int]:
    return {frame.vector for frame in record.parse(entry["serial"].encode()).frames}


def name_of(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "silicon").glob("*.json")), ids=name_of)
def test_what_was_collected_agrees_still(path: Path) -> None:
    """Golden files stay true to the processors that were seen, also where the tests run on another one."""
    told = collection.read(path)
    cases = {info.case: info for info in open_workspace(ROOT, 2, images=False).cases}
    kinds = [engine.kind for engine in told.engines.values()]
    known = expected.load(ROOT, list(cases.values()), list(cases.values()), (), kinds)
    green = {Verdict.PASS, Verdict.QUIRK}
    found = {
        case: judged(known, cases[case], told.engines[name], run)
        for (name, case), run in told.runs.items()
        if case in cases
    }
    assert [case for case, judgement in found.items() if judgement.verdict not in green] == []
    assert [case for case, judgement in found.items() if judgement.unlike] == []
    assert len(found) >= LEAST
    (engine,) = told.engines.values()
    unsaid = {
        (case, name)
        for case, judgement in found.items()
        if judgement.verdict == Verdict.PASS
        for name in open_and_seen(cases[case], known.outcomes(cases[case], engine.profile), told, judgement)
    }
    assert unsaid == set()


def open_and_seen(
    info: CaseInfo, outcomes: Sequence[Outcome], told: Collection, judgement: Judgement
) -> Iterator[str]:
    """What the golden section leaves open, the record shows, and no silicon line says.

    Not flags that the manual calls undefined, which say nothing of the next processor.
    """
    (run,) = (run for (_, case), run in told.runs.items() if case == info.case)
    found = record.parse(run.serial)
    facts = observe(found, symbols(info, found))
    (outcome,) = (one for one in outcomes if one.name == judgement.accepted)
    if len(outcomes) > 1 and outcome.silicon is None:
        yield "accept"
    for entry in outcome.fields:
        undefined = "undefined" in entry.expect.because
        if entry.expect.is_open and not undefined and entry.name in facts and not entry.silicon:
            yield entry.name


# What isn't here, and what is no program's.


@pytest.mark.parametrize(
    "cpuinfo, message",
    [
        ("Features\t: fp asimd evtstrm\n", "a 64-bit x86 processor, which has to be this machine's own"),
        ("vendor_id\t: CentaurHauls\nflags\t\t: fpu lm\n", "can't be had here: there is neither"),
    ],
)
def test_refused_elsewhere(tmp_path: Path, cpuinfo: str, message: str) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    text = (ROOT / "engines" / "linux.toml").read_text().replace("/proc/cpuinfo", str(tmp_path / "cpuinfo"))
    (tmp_path / "linux.toml").write_text(text)
    with pytest.raises(EngineError, match=message):
        prepare(read_request("linux", tmp_path), tmp_path, tmp_path / "cache")


@pytest.mark.parametrize(
    "vendor, profile", [("GenuineIntel", "intel"), ("AuthenticAMD", "amd"), ("HygonGenuine", "amd")]
)
def test_the_profile_is_the_processor_s(tmp_path: Path, vendor: str, profile: str) -> None:
    (tmp_path / "cpuinfo").write_text(
        f"vendor_id\t: {vendor}\ncpu family\t: 25\nmodel name\t: Some CPU\nmicrocode\t: 0x12\n"
        "flags\t\t: fpu lm hypervisor\n"
    )
    text = (ROOT / "engines" / "linux.toml").read_text().replace("/proc/cpuinfo", str(tmp_path / "cpuinfo"))
    (tmp_path / "linux.toml").write_text(text)
    engine = prepare(read_request("linux", tmp_path), tmp_path, tmp_path / "cache").id
    assert (engine.profile, engine.processor, engine.family) == (profile, "Some CPU", "0x19")
    assert (engine.microcode, engine.hypervisor, engine.hosted) == ("0x12", True, True)
    assert engine.kernel == engine.version and re.fullmatch(r"\d+(\.\d+)+", engine.version)
    other = {"intel": "amd", "amd": "intel"}[profile]
    with pytest.raises(EngineError, match="can't be had here"):
        prepare(read_request(f"linux:{other}", tmp_path), tmp_path, tmp_path / "cache")


@here
@pytest.mark.parametrize("command", ["bless", "diff"])
def test_no_golden_file_of_what_a_program_sees(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.delenv("CI", raising=False)  # where bless refuses whatever the engine is
    done = subprocess.run(
        [ROOT / "runner.py", command, "breakpoint/int3_user", "-e", "linux"], capture_output=True, text=True
    )
    assert done.returncode == 2 and "-e linux: " in done.stderr


def test_every_reason_is_explained() -> None:
    """docs/silicon.md has each word that the harness may say."""
    page = (ROOT / "docs" / "silicon.md").read_text()
    sources = [path.read_text() for path in sorted((ROOT / "harness" / "linux").glob("*.c"))]
    said = {word for text in sources for word in re.findall(r"unsupported\(([^#\n]*)\);", text)}
    words = {word for text in said for word in re.findall(r'"(\w+)"', text)}
    assert len(words) > 20
    assert {word for word in words if f"`{word}`" not in page} == set()


# Programs of the test's own.

CASES = """\
#include <case.h>

static void calls(void)
{
    in_user_mode();
    start.rax = 39; /* getpid */
    FAULT("syscall");
}

static void calls_as_32_bit(void)
{
    in_user_mode();
    start.rax = 20;
    FAULT("int 0x80");
}

static void clears_wp(void)
{
    in_user_mode();
    write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    FAULT("ud2");
}

static void keeps_cr0(void)
{
    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    write_cr4(read_cr4() | CR4_OSFXSR);
    FAULT("ud2");
}

static void reads_the_gdt(void)
{
    in_user_mode();
    note("word", gdt[1]);
    FAULT("ud2");
}

static void writes_the_tss_later(void)
{
    in_user_mode();
    PROGRAM("nop");
    tss.rsp[0] = 1;
}

static void harms_itself(void)
{
    in_user_mode();
    note("byte", *(volatile uint8_t *)0x7000000);
    FAULT("ud2");
}

static void never_ends(void)
{
    in_user_mode();
    PROGRAM("0: jmp 0b");
}

VARIANTS({VARIANT, .name = "calls", .run = calls}, {VARIANT, .name = "calls32", .run = calls_as_32_bit},
         {VARIANT, .name = "wp", .run = clears_wp}, {VARIANT, .name = "am", .run = keeps_cr0},
         {VARIANT, .name = "gdt", .run = reads_the_gdt},
         {VARIANT, .name = "tss", .run = writes_the_tss_later},
         {VARIANT, .name = "memory", .run = harms_itself}, {VARIANT, .name = "never", .run = never_ends});
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hosted")
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copytree(ROOT / "harness", folder / "harness")
    (folder / "cases" / "own").mkdir(parents=True)
    (folder / "cases" / "own" / "case.c").write_text(CASES)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "TRAPFRAME"))}
    subprocess.run(["make", "-s", "programs"], cwd=folder, env=env, check=True)
    return folder / "build" / "own" / "case.linux"


def ran(program: Path, row: int) -> Record:
    done = subprocess.run([program, str(row)], capture_output=True, check=True)
    return record.parse(done.stdout)


@here
@pytest.mark.parametrize(
    "row, reason",
    [
        (0, "system_call"),
        (1, "system_call"),
        (2, "cr0"),
        (3, None),
        (4, "table_of_the_processor"),
        (5, "table_of_the_processor"),
        (6, "memory_of_the_machine"),
    ],
)
def test_a_program_says_what_it_can_t(program: Path, row: int, reason: str | None) -> None:
    found = ran(program, row)
    assert (found.unsupported, found.complete, found.hosted) == (reason, True, "linux")
    if reason is None:
        (frame,) = found.frames
        assert frame.vector == 6 and found.start["rip"] == found.labels["fault"] == frame.slots[0]


@here
def test_a_program_has_limits(program: Path) -> None:
    done = subprocess.run([program, "7"], capture_output=True)
    assert done.returncode in (-signal.SIGKILL, -signal.SIGXCPU) and done.stdout == b""


@here
def test_a_program_wants_a_row_that_it_has(program: Path) -> None:
    wrong: list[list[str]] = [[], ["8"], ["0", "1"]]
    for words in wrong:
        done = subprocess.run([program, *words], capture_output=True)
        assert (done.returncode, done.stdout) == (2, b"")


# Files of `collect`.

OWN = EngineId(
    "linux",
    "linux",
    "6.1.0",
    "amd",
    "",
    "",
    processor="A CPU (R)",
    family="0x19",
    kernel="6.1.0",
    hypervisor=True,
    hosted=True,
)
HOSTED = """\
trapframe 1
case NAME long64
hosted linux hypervisor
stack user 12f000 fc0
place victim 40000000 1000
selector user_data 2b
selector user_code64 33
label fault 140000
start rip=140000 cs=33 rflags=ad7 rsp=12ffc0 ss=2b ds=2b es=2b fs=2b gs=2b fs_base=0 gs_base=0
armed
frame 1 interrupts 0
vector e
pushed 7 140000 33 10ad7 12ffc0 2b
handler ds=2b es=2b fs=2b gs=2b fs_base=0 gs_base=0
control cr2=40000000
gprs
"""


def run_of(case: str, change: Callable[[str], str] = lambda text: text) -> RunResult:
    return RunResult(End.EXIT, ended(change(HOSTED.replace("NAME", case))), "", 0.1, 0, ("x",))


def unsupported(case: str) -> RunResult:
    text = f"trapframe 1\ncase {case} long64\nhosted linux\nunsupported cpl0\n"
    return RunResult(End.EXIT, ended(text), "", 0.1, 0, ("x",))


def test_a_collection_is_read_as_it_was_written(tmp_path: Path) -> None:
    runs = {("linux", "a/b"): run_of("a/b"), ("linux", "a/c"): unsupported("a/c")}
    path = collection.write(tmp_path / "new", None, {"linux": OWN}, runs)
    assert path.name == "a-cpu-r-0x19-linux-6.1.0.json"
    found = collection.read(path)
    assert found.engines == {"linux": OWN}
    assert found.of("linux") == {"a/b": replace(runs["linux", "a/b"], seconds=0.0, status=None, command=())}
    assert json.loads(path.read_bytes())["unsupported"] == {"linux": {"cpl0": 1}}


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("10ad7", "ad7", "its hash is another one"),
        ('"cpl0": 1', '"cpl0": 2', "its hash is another one"),
        ('"schema": 1', '"schema": 2', "schema 2, expected 1"),
        ('"end": "exit"', '"end": "never"', r"records\[0\].end: expected one of"),
        ('"records": [', '"recordz": [', "the key 'records'"),
        ("{", "[", "not a file of `collect`"),
    ],
)
def test_another_collection_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    runs = {("linux", "a/b"): run_of("a/b"), ("linux", "a/c"): unsupported("a/c")}
    path = collection.write(tmp_path, None, {"linux": OWN}, runs)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(CollectionError, match=message):
        collection.read(path)


def test_a_collection_is_one_more_engine(checkout: Checkout, tmp_path: Path) -> None:
    runs = {
        ("linux", "fault/single"): run_of("fault/single"),
        ("linux", "fault/pair_one"): run_of("fault/pair_one", lambda text: text.replace("10ad7", "ad7")),
        ("linux", "gone/case"): run_of("gone/case"),
    }
    path = collection.write(tmp_path, None, {"linux": OWN}, runs)
    done = checkout.run("run", "fault/single", "-e", fake("good"), "--with", str(path))
    report = json.loads((checkout.folder / "reports" / "report.json").read_bytes())
    name = f"{path.stem}:linux"
    assert [engine["id"] for engine in report["engines"]] == ["qemu", name]
    assert report["engines"][1]["started"] == "elsewhere" and report["engines"][1]["processor"] == "A CPU (R)"
    assert {entry["engine_id"]: entry["verdict"] for entry in report["results"]} == {
        "qemu": "PASS",
        name: "PASS",
    }
    assert done.returncode == 0 and f"{name}: A CPU (R) has confirmed 1 case\n" in done.stdout
    assert f"{name}: compared: vector, error code, RIP" in done.stdout
    assert f"{name}: nobody has sent what a processor of this kind does: amd 0x19: " in done.stdout
    collection.write(checkout.folder / "docs" / "silicon", None, {"linux": OWN}, runs)
    done = checkout.run("run", "fault/pair_one", "-e", fake("good"), "--with", str(path))
    assert done.returncode == 1 and "FAIL            fault/pair_one" in done.stdout
    assert "compared: " in done.stdout and "nobody has sent" not in done.stdout
    page = checkout.run("report", "-o", str(tmp_path / "page"))
    assert page.returncode == 0
    assert "family 0x19, Linux 6.1.0, under a hypervisor" in (tmp_path / "page" / "index.html").read_text()


def test_a_page_fault_where_none_is_required() -> None:
    """CR2 is then to be as it was at the start, which no program knows."""
    found = record.parse(run_of("fault/single").serial)
    wanted = want("frame 1.cr2", Expect("kept"), found, Symbols((), (), (), ()))
    assert not wanted.matches(0x40000000) and not wanted.matches("kept")


def test_explain_says_what_is_confirmed(checkout: Checkout) -> None:
    runs = {
        ("linux", "fault/single"): run_of("fault/single"),
        ("linux", "fault/pair_one"): run_of("fault/pair_one", lambda text: text.replace("10ad7", "ad7")),
    }
    collection.write(checkout.folder / "docs" / "silicon", None, {"linux": OWN}, runs)
    said = checkout.run("explain", "fault/single").stdout
    where = "docs/silicon/a-cpu-r-0x19-linux-6.1.0.json"
    assert f"confirmed by A CPU (R), family 0x19, as far as a program sees ({where})" in said
    assert "confirmed" not in checkout.run("explain", "fault/pair_one").stdout
