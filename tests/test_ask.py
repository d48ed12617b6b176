"""`ask`: questions in words and fields, answers by hand, and docs/ask.html in Chromium beside the host."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import ask_random
import browsing
import pytest
from mini import ROOT

from trapframe.ask import choices, engines, picture, question, traced, view
from trapframe.ask.fields import ALIASES, BY_NAME, FIELDS, GROUPS, AskError
from trapframe.ask.library import Answer, Library
from trapframe.commands import ask as command
from trapframe.pages import ask as page
from trapframe.spec import CHOICES, KINDS
from trapframe.suite import build
from trapframe.system.folders import build_folder

STATES = 10_000
CHECKS = [
    "answers as the host's",
    "a link holds the state",
    "the path is lit up",
    "the picture",
    "what can't be is said",
    "keys",
    "hostile text is text",
    "axe and no scrolling: light, 1400",
    "axe and no scrolling: dark, 390",
    "no network",
]


@pytest.fixture(scope="module")
def library() -> Library:
    assert build.ensure_ask(ROOT, 1) == ()
    return Library(build_folder(ROOT) / "spec" / "ask.so")


def asked(library: Library, text: str) -> Answer:
    return library.ask(question.values(question.read(text)))


def decided(answer: Answer) -> list[str]:
    return [rule for rule, _, _, passed, *_ in answer.told["steps"] if not passed]


# The model.


def test_each_field_is_in_one_group() -> None:
    named = [name for names in GROUPS.values() for name in names]
    assert sorted(named) == sorted(BY_NAME)
    assert set(ALIASES.values()) <= set(BY_NAME)


@pytest.mark.parametrize("field", FIELDS, ids=[one.name for one in FIELDS])
def test_a_field_says_what_is_allowed(field: Any) -> None:
    with pytest.raises(AskError, match=f"^{re.escape(field.name)}: '-1' isn't allowed; \\S"):
        field.read("-1")
    with pytest.raises(AskError):
        field.read(str(1 << 70))
    for word, value in field.words.items():
        assert field.read(word.upper()) == value
        assert field.read(field.show(value)) == value


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("#PF, gate 14 not present", {"vector": 14, "gate.p": 0}),
        ("gate 14 not present; #pf", {"vector": 14, "gate.p": 0}),
        ("#PF, gate 8 not present", {"vector": 14, "gate2.vector": 8, "gate2.p": 0}),
        ("#GP and gate #DF ist 0", {"vector": 13, "gate2.vector": 8, "gate2.ist": 0}),
        ("INT 0x80 and from user, dpl=0", {"kind": 3, "vector": 0x80, "cpl": 3, "gate.dpl": 0}),
        ("int 3, gate 3 ist 1", {"kind": 4, "gate.ist": 1}),
        ("int3, gate 3 IST 1", {"kind": 4, "gate.ist": 1}),
        ("NMI, IST 2, user mode", {"kind": 8, "gate.ist": 2, "cpl": 3}),
        ("interrupt 32, trap gate", {"kind": 7, "vector": 32, "gate.type": 15}),
        ("#DB fault, compatibility mode", {"vector": 1, "kind": 0, "mode": 1}),
        ("#df, a task gate, 32-bit", {"vector": 8, "gate.type": 5, "mode": 2}),
        ("stack page not present, TSS page not present", {"stack_page.p": 0, "tss_page.p": 0}),
        ("stack read-only, stack user", {"stack_page.rw": 0, "stack_page.us": 1}),
        ("code segment dpl 1", {"gate.selector": 0x48, "code.dpl": 1}),
        ("error code 0x18, AMD, vm86", {"error": 0x18, "vendor": 1, "mode": 3}),
        ("tss.limit=0x20, ring 3, rsp 0x1000", {"tss.limit": 0x20, "cpl": 3, "rsp": 0x1000}),
    ],
)
def test_a_question_in_words(text: str, fields: dict[str, int]) -> None:
    assert question.values(question.read(text)) == fields


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#PF, blue", "'blue' isn't understood; an event"),
        ("gate 14 pres", "'gate 14 pres' isn't understood"),
        ("gate.pp=1", "gate.pp: no such field; near: gate.p"),
        ("gate.p=2", "gate.p: '2' isn't allowed; 0 or 1"),
        ("cpl 4", "cpl: '4' isn't allowed; 0 to 3"),
        ("mode=8086", "mode: '8086' isn't allowed; long, compat, protected, vm86, real"),
        ("#PF, gate 8 ist 1, gate 13 ist 1", "only one other"),
        ("vector 014", "vector: '014' isn't allowed; #de"),
        ("gate 014 not present", "'gate 014 not present' isn't understood"),
        ("vm86, cpl 0", "cpl: 3 in virtual-8086 mode"),
        ("real, cpl 3", "cpl: 0 in real-address mode"),
        ("#UD, error 5", "error: this event has none"),
        ("int3, vector 4", "vector: INT3 has vector 3"),
        ("protected, ist 1", "gate.ist, gate2.ist: only gates of IA-32e mode"),
        ("ss=0x23", "ss: RPL and DPL have to be the CPL"),
        ("real, rip=0x10000", "rip, rsp: 16 bits"),
        ("fault, vector 40", "'fault' isn't understood"),
        ("kind=fault, vector 40", "vector: exceptions have 0 to 31"),
    ],
)
def test_what_cannot_be_asked_is_named(library: Library, text: str, message: str) -> None:
    with pytest.raises(AskError) as caught:
        asked(library, text)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


# Answers, by hand from the manual.

USER_PF = ["error 0x4", "rip 0x401136", "cs 0x2b", "rflags 0x10202", "rsp 0x7fffffffe3a8", "ss 0x23"]


@pytest.mark.parametrize(
    ("text", "frame", "handler"),
    [
        (
            "#PF, user",
            USER_PF,
            {"rip": 0xFFFFFFFF81C000E0, "cs": 8, "ss": 0, "rsp": 0xFFFFC90000007FD0, "cpl": 0},
        ),
        ("#PF, user, IST 1", USER_PF, {"rsp": 0xFFFFC90000021FD0}),
        ("#UD, trap gate", ["rip 0xffffffff81000136", "cs 0x8", "rflags 0x10202"], {"rflags": 0x202}),
        # INT n: the next instruction's address, RF as it is; EXT 0; #GP of a gate whose DPL is below the CPL.
        ("int 0x80, user", ["rip 0x401138", "cs 0x2b", "rflags 0x202"], {"cs": 8}),
        ("int 0x80, user, gate.dpl=0", ["error 0x402", "rip 0x401136"], {"rip": 0xFFFFFFFF81C000D0}),
        (
            "#GP, vm86",
            ["error 0x0", "eip 0x100", "cs 0x1000", "eflags 0x30202", "esp 0xffe", "ss 0x2000"],
            {"ds": 0},
        ),
        ("#DE, real", ["ip 0x100", "cs 0x1000", "flags 0x202"], {"rip": 0x100, "cs": 0x800, "rsp": 0xFF8}),
        ("#DF, task gate, protected", ["error 0x0"], {"tr": 0x40, "rip": 0xC0120000, "rflags": 0x4002}),
        (
            "#PF, protected, gate.type=interrupt16",
            ["error 0x0", "ip 0x136", "cs 0x8", "flags 0x202"],
            {"rip": 0xE0},
        ),
        # From ring 3 to ring 1 by a segment of one's own.
        (
            "#UD, user, code segment dpl 1",
            ["rip 0x401136"],
            {"cs": 0x49, "cpl": 1, "ss": 1, "rsp": 0xFFFFC9000000BFD8},
        ),
        # A word in two pages.
        (
            "#UD, protected, rsp=0xc0503002",
            ["eip 0xc0100136", "cs 0x8", "eflags 0x10202"],
            {"rsp": 0xC0502FF6},
        ),
    ],
)
def test_an_answer(library: Library, text: str, frame: list[str], handler: dict[str, int]) -> None:
    told = asked(library, text).told
    words = [f"{name} {value & ~opened:#x}" for name, value, opened in told["frame"]]
    assert words[: len(frame)] == frame
    assert {name: told["after"][name] for name in handler} == handler


@pytest.mark.parametrize(
    ("text", "chain", "rules"),
    [
        ("#PF, gate 14 not present", "#PF(0) #DF(0)", ["idt.gate.not-present", "double-fault.generated"]),
        ("#UD, gate 6 not present", "#UD #NP(IDT[6] EXT)", ["idt.gate.not-present", "double-fault.serially"]),
        (
            "#UD, gate 6 not present, AMD",
            "#UD #NP(IDT[6])",
            ["idt.gate.not-present", "double-fault.serially"],
        ),
        # A page fault behind a contributory exception is delivered; behind a page fault it is a double fault.
        (
            "#GP, stack page not present",
            "#GP(0) #PF(W) #DF(0)",
            ["paging.not-present", "double-fault.serially"],
        ),
        (
            "#PF, tss page not present, user",
            "#PF(U) #DF(0)",
            ["paging.not-present", "double-fault.generated"],
        ),
        ("int 0x80, user, stack read-only", "INT 0x80 #PF(P W) #DF(0)", ["paging.supervisor-write-wp"]),
        ("#NP, code segment not present", "#NP(0) #DF(0)", ["gate.cs-not-present", "double-fault.generated"]),
        ("#UD, user, tss.rsp0=0x800000000000", "#UD #SS(EXT) #DF(0)", ["stack.non-canonical"]),
        ("int 0x21, vm86", "INT 0x21 #GP(0)", ["virtual-8086.int-n-iopl", "double-fault.serially"]),
    ],
)
def test_what_is_met_on_the_way(library: Library, text: str, chain: str, rules: list[str]) -> None:
    answer = asked(library, text)
    assert " ".join(view.event_name(one) for one in answer.told["chain"]) == chain
    assert [rule for rule in decided(answer) if rule not in engines.ORDINARY[:3]][: len(rules)] == rules


def test_a_shutdown(library: Library) -> None:
    answer = asked(library, "#GP, stack page not present, gate 8 ist 0")
    assert view.end(answer) == "Shutdown: no handler is reached (a triple fault)."
    assert view.handler(answer) == [] and view.frame(answer) == []
    assert decided(answer)[-1] == "double-fault.shutdown"


def test_the_steps_are_the_checks_in_their_order(library: Library) -> None:
    """Operation of INT n: the IDT's limit, the gate's type, its DPL, its P."""
    shown = view.view(asked(library, "int 0x80, user, gate.p=0"))
    checks = [(kind, rule) for kind, rule, *_ in shown["steps"]]
    gate = [
        f"idt.{name}" for name in ("beyond-limit", "non-canonical", "gate.type", "gate.reserved", "gate.dpl")
    ]
    first = [("event", "INT 0x80"), ("pass", "into.64-bit"), *(("pass", rule) for rule in gate)]
    assert checks[: len(first) + 1] == [*first, ("raises", "idt.gate.not-present")]
    assert shown["steps"][len(first)][2:] == ["2A INT n", shown["steps"][len(first)][3], "#NP(IDT[128])"]
    file, line = shown["steps"][len(first)][3].split(":")
    assert "idt.gate.not-present" in (ROOT / "spec" / file).read_text().splitlines()[int(line) - 1]


def test_where_the_vendors_differ(library: Library) -> None:
    answer = asked(library, "#UD, gate 6 not present")
    other = library.ask({**answer.given, "vendor": 1})
    differs = list(view.differences(answer, other))
    assert ["ERROR", "0x33 (IDT[6] EXT)", "0x32 (IDT[6])"] in differs
    names = [name for name, *_ in view.choices(answer, choices.read(ROOT), bool(differs))]
    assert names == ["ext_exception"]
    same = asked(library, "#UD, user")
    assert list(view.differences(same, library.ask({**same.given, "vendor": 1}))) == []


def test_every_choice_has_its_words() -> None:
    assert set(choices.read(ROOT)) == set(CHOICES)


def test_what_engines_do_instead(library: Library) -> None:
    cases, found = engines.told(engines.read(ROOT), asked(library, "#UD, gate 6 not present"))
    assert cases > 3
    assert any(one.id == "ext-never-set" and one.engine.startswith("qemu") for one, _ in found)
    assert not any(one.engine.startswith(("v86", "mame", "dosbox")) for one, _ in found)
    _, found = engines.told(engines.read(ROOT), asked(library, "interrupt 0x40, user"))
    assert [one.id for one, _ in found if one.engine.startswith("qemu")] == ["interrupts-push-rf"]
    _, found = engines.told(engines.read(ROOT), asked(library, "int 0x40, user"))
    assert "interrupts-push-rf" not in [one.id for one, _ in found]


def test_the_picture(library: Library) -> None:
    """High addresses above, and the stack pointers where they point to."""
    lines = list(picture.lines(asked(library, "#DE, real")))
    assert lines == [
        "          +-------------------+  <- SP before, 0xffe",
        "     +0x4 | FLAGS  0x202 (IF) |",
        "     +0x2 | CS         0x1000 |",
        "     +0x0 | IP          0x100 |",
        "          +-------------------+  <- SP in the handler, 0xff8",
    ]


# The traced sources.


def test_traced_sources_are_the_sources_with_notes() -> None:
    """Nothing but notes comes in, no line moves, and each check that refuses has one."""
    notes = 0
    for path in sorted((ROOT / "spec").glob("*.c")):
        source = path.read_text()
        text = traced.traced(path.name, source)
        assert text.startswith("#line 1 ")
        notes += text.count("ask_passed")
        text = text.partition("\n")[2]
        text = re.sub(r" ask_passed\(o, RULE_AT\((?:\"[^\"]*\"(?:, )?)+\)\);", "", text)
        text = re.sub(r"ask_raised\(o, (raise(?:_plain)?\((?:[^;\"]|\"[^\"]*\")*\))\);", r"\1;", text)
        text = re.sub(r'RULE_AT\(("[^"]+"), ("[^"]+"), "[^"]+"\)', r"RULE(\1, \2)", text)
        joined = re.sub(r",\s*\n\s*(\"[^\"]+\"\))", r", \1", source)
        assert re.sub(r"\s+", " ", text) == re.sub(r"\s+", " ", joined)
    raises = sum(len(re.findall(r"return raise", path.read_text())) for path in (ROOT / "spec").glob("*.c"))
    assert notes == raises


def digest(library: Path, preload: str = "") -> str:
    env = {**os.environ, "LD_PRELOAD": preload, "ASAN_OPTIONS": "detect_leaks=0"}
    program = [sys.executable, str(ROOT / "tests" / "ask_random.py"), str(library), "2000"]
    return subprocess.run(program, check=True, capture_output=True, text=True, env=env).stdout


def test_random_questions_under_sanitizers(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "spec" / "ask.so"
    flags = (
        "-std=c11 -ffreestanding -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all"
    )
    make = ["make", "-s", f"BUILD={tmp_path}", f"SPEC_CFLAGS={flags}", str(target)]
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    subprocess.run(make, cwd=ROOT, env=env, check=True)
    found = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True)
    assert digest(target, found.stdout.strip()) == digest(build_folder(ROOT) / "spec" / "ask.so")


def test_kinds_are_words() -> None:
    assert BY_NAME["kind"].words == {name: number for number, name in enumerate(KINDS)}


# The command.


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.ask(ROOT, "#PF, gate 14 not present", {"cpl": "3"}) == 0
    said = capsys.readouterr().out
    for part in (
        "#PF(U) in 64-bit mode, CPL 3 (Intel)",
        "SS                                    0x23 |",
        "raises #NP(IDT[14] EXT)",
        "Intel and AMD",
        "Emulators, the newest releases measured",
        "docs/ask.html#cpl=3&vector=%23pf&gate.p=0",
    ):
        assert part in said


def test_without_a_question_and_a_terminal_it_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AskError, match="say what happens: ./runner.py ask '#PF, gate 14 not present'"):
        command.ask(ROOT, "", {})


def test_the_form(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """Three questions, a mistake, a change, and the end."""
    said = iter(["#gp", "protected", "3", "blue", "trap gate", ""])
    prompts: list[str] = []

    def read(prompt: str) -> str:
        prompts.append(prompt)
        return next(said)

    assert command.form(ROOT, library, read) == 0
    printed = capsys.readouterr().out
    assert printed.count("#GP(0) in protected mode, CPL 3 (Intel)") == 2
    assert "'blue' isn't understood" in printed
    assert "EFLAGS  0x202 (IF)" in printed.rpartition("CPL 3 (Intel)")[2]
    assert prompts == [*command.PROMPTS, command.MORE, command.MORE, command.MORE]


def test_only_the_command_that_is_asked_for_is_imported() -> None:
    """`ask` costs the others nothing."""
    code = "import sys; sys.argv = ['x', 'list', '--help']; from trapframe.cli import main; main()"
    code += "; print([name for name in sys.modules if name.startswith('trapframe.ask')])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


# The page.


@pytest.mark.skipif(not (shutil.which("clang") and shutil.which("wasm-ld")), reason="no clang, or no lld")
def test_the_same_sources_make_the_same_page(tmp_path: Path) -> None:
    """In whatever folder. Another clang makes other bytes, so the committed ones aren't asked for."""
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    made = []
    for name in ("one", "another/folder"):
        target = tmp_path / name / "spec" / "ask.wasm"
        subprocess.run(["make", "-s", f"BUILD={tmp_path / name}", str(target)], cwd=ROOT, env=env, check=True)
        made.append(target.read_bytes())
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]


def test_every_step_has_its_line_on_the_page(library: Library) -> None:
    told = page.data(ROOT, (ROOT / engines.TABLE).read_text())
    places = {place for place, _ in told["statements"].values()}
    lines = {
        (one["file"], one["line"] + n): text
        for one in told["functions"]
        for n, text in enumerate(one["text"])
    }
    for first, (place, length) in told["statements"].items():
        file, line = first.split(":")
        assert re.match(r" +(if \(|return|note_rule|:)", lines[file, int(line)]), first
        assert 1 <= length <= 8, place
    for given in ask_random.questions(1000):
        for _, _, place, *_ in json.loads(library.text(given)).get("steps", ()):
            assert place in places, place


def test_the_committed_page_is_one_small_file() -> None:
    text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    assert len(text) < 500_000
    assert not re.findall(r"<link|<script[^>]* src=|@import|url\(http", text)
    assert base64.b64decode(page.committed(ROOT)).startswith(b"\0asm")


@pytest.fixture(scope="module")
def browser(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each check found, from one run of all of them."""
    browsing.require()
    groups = engines.read(ROOT)
    states = tmp_path_factory.mktemp("ask") / "states"
    impossible = 0
    with states.open("w", encoding="utf-8") as file:
        for given in ask_random.questions(STATES):
            told = ask_random.told(library, groups, given)
            impossible += told.startswith('{"impossible"')
            file.write(json.dumps([[[name, str(value)] for name, value in given.items()], told]) + "\n")
    assert impossible < STATES // 3, impossible
    return browsing.checks("ask.mjs", str(ROOT / page.PAGE), str(states))


def test_browser_checks_are_all_known(browser: dict[str, Any]) -> None:
    assert list(browser) == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_in_a_browser(browser: dict[str, Any], check: str) -> None:
    """If the first fails, the specification in the page isn't spec/, or ask.js isn't view.py: `make ask`."""
    assert browser[check] is None, browser[check]
