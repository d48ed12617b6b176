"""Engine files, and what -e makes of them."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mini import FAKES, ROOT
from samples import UNTIMED

from trapframe.engines import engine
from trapframe.engines.assembly import prepare
from trapframe.engines.description import cpu_model, default_kinds
from trapframe.engines.engine import EngineError, EngineSilent
from trapframe.engines.request import Request, read_request, unique_ids
from trapframe.engines.version import matches
from trapframe.model import End, EngineId
from trapframe.system.process import Ended, Why

ENGINES = ROOT / "engines"

FILE = """
about = "an emulator of the tests"
find = ["missing-emulator", "simple"]
install = "apt-get install simple"
[version]
args = ["-v"]
match = 'simple (\\d+\\.\\d+)'
[run]
command = ["{engine}", "--cpu={cpu}", "--rom={rom}", "{mode}"]
serial = "stdout"
[run.env]
MODE = "{mode}"
[files]
config = "cpu {cpu}\\nuart {serial}\\n"
blank = 3
[values]
mode = "old"
[profiles.intel]
cpu = "i"
[profiles.amd]
cpu = "a"
[[end]]
is = "exit"
status = 9
[[end]]
is = "shutdown"
log = '^CPU shut down$'
[[when]]
version = ">=2.0, <3"
values.mode = "new"
run.command = ["{engine}", "{mode}"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "engines").mkdir()
    (tmp_path / "engines" / "simple.toml").write_text(FILE)
    program(tmp_path / "simple", "1.5")
    return tmp_path / "engines"


def program(path: Path, version: str) -> None:
    path.write_text(f"#!/bin/sh\necho {path.name} {version}\n")
    path.chmod(0o755)


def made(folder: Path, text: str) -> engine.Engine:
    return prepare(read_request(text, folder), folder, folder.parent / "engines.json")


# What -e says.


@pytest.mark.parametrize(
    "text, name, profile, path",
    [
        ("qemu", "qemu", None, None),
        ("qemu:amd", "qemu:amd", "amd", None),
        ("bochs=/opt/bochs", "bochs", None, "/opt/bochs"),
        ("qemu:amd=/a=b:c", "qemu:amd", "amd", "/a=b:c"),
    ],
)
def test_request(text: str, name: str, profile: str | None, path: str | None) -> None:
    assert read_request(text, ENGINES) == Request(name, text[: len(name)].split(":")[0], profile, path)


@pytest.mark.parametrize("text", ["", "kemu", "/usr/bin/qemu", "qemu=", "qemu:", "qemu:=/x", "=x"])
def test_request_that_nobody_understands(text: str) -> None:
    with pytest.raises(EngineError, match="bochs, dosbox, kvm, linux, mame, qemu, v86|expected qemu"):
        read_request(text, ENGINES)


def test_unknown_profile(folder: Path) -> None:
    with pytest.raises(EngineError, match="no profile 'via'; there is intel, amd"):
        made(folder, f"simple:via={folder.parent}/simple")


# Which program it is.


def test_found_in_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{folder.parent}:/usr/bin:/bin")
    found = made(folder, "simple")
    assert (found.id.path, found.id.version, found.id.profile) == (f"{folder.parent}/simple", "1.5", "intel")
    assert re.fullmatch("[0-9a-f]{64}", found.id.sha256)


def test_missing_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(EngineError, match="no missing-emulator or simple in PATH; apt-get install simple"):
        made(folder, "simple")


def test_no_such_file(folder: Path) -> None:
    with pytest.raises(EngineError, match="-e simple=/nonexistent: no such file"):
        made(folder, "simple=/nonexistent")


def test_not_executable(folder: Path) -> None:
    (folder.parent / "simple").chmod(0o644)
    with pytest.raises(EngineError, match="not executable"):
        made(folder, f"simple={folder.parent}/simple")


def test_another_program(folder: Path) -> None:
    program(folder.parent / "other", "1.0")
    with pytest.raises(EngineError, match="is not simple: .* printed 'other 1.0', expected"):
        made(folder, f"simple={folder.parent}/other")


def test_a_program_that_dies(folder: Path) -> None:
    (folder.parent / "simple").write_text("#!/bin/sh\nkill -KILL $$\n")
    with pytest.raises(EngineSilent, match="died of signal 9"):
        made(folder, f"simple={folder.parent}/simple")


def test_a_program_that_says_nothing_at_all(tmp_path: Path) -> None:
    request = read_request(f"qemu={FAKES}/hang_at_once", ENGINES)
    with pytest.raises(EngineSilent, match="the time limit"):
        prepare(request, ENGINES, tmp_path / "cache", seconds=0.2)


def test_behind_a_packagers_script(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator itself is what is run and hashed; a path from -e stays what it is."""
    (folder / "simple.toml").write_text(FILE.replace("[version]", 'behind = "simple-bin"\n[version]', 1))
    program(folder.parent / "simple-bin", "1.6")
    (folder.parent / "simple-bin").write_text("#!/bin/sh\necho simple 1.6\n")
    monkeypatch.setenv("PATH", f"{folder.parent}:/usr/bin:/bin")
    assert made(folder, "simple").id.version == "1.6"
    assert made(folder, f"simple={folder.parent}/simple").id.version == "1.5"


# The cache of versions.


def binary(path: Path, answer: str) -> None:
    """Something that isn't a script: a copy of the shell's echo, which prints its arguments."""
    path.write_bytes(Path("/bin/echo").read_bytes() + answer.encode())
    path.chmod(0o755)


def test_a_version_is_asked_for_once(folder: Path) -> None:
    (folder / "simple.toml").write_text(FILE.replace('["-v"]', '["simple", "4.2"]'))
    binary(folder.parent / "simple", "one")
    first = made(folder, f"simple={folder.parent}/simple")
    cache = folder.parent / "engines.json"
    known = json.loads(cache.read_text())
    (entry,) = known.values()
    assert (first.id.version, entry["version"]) == ("4.2", "4.2")
    entry["version"] = "4.3"  # as if it had said so
    cache.write_text(json.dumps(known))
    assert made(folder, f"simple={folder.parent}/simple").id.version == "4.3"
    binary(folder.parent / "simple", "another build")
    second = made(folder, f"simple={folder.parent}/simple")
    assert second.id.version == "4.2" and second.id.sha256 != first.id.sha256


@pytest.mark.parametrize("content", ["", "{", "[]", '{"simple=/x": 3}'])
def test_a_broken_cache_is_none(folder: Path, content: str) -> None:
    (folder.parent / "engines.json").write_text(content)
    assert made(folder, f"simple={folder.parent}/simple").id.version == "1.5"


def test_a_script_is_asked_every_time(folder: Path) -> None:
    """Whatever it starts may have changed without it."""
    made(folder, f"simple={folder.parent}/simple")
    assert not (folder.parent / "engines.json").exists()


# What comes of the file.


def test_command_files_and_environment(folder: Path) -> None:
    found = made(folder, f"simple:amd={folder.parent}/simple")
    assert found.command == (f"{folder.parent}/simple", "--cpu=a", "--rom=rom", "old")
    assert found.files == (("config", b"cpu a\nuart stdout\n"), ("blank", b"\0\0\0"))
    assert found.env == (("MODE", "old"),) and found.environment["MODE"] == "old"
    assert found.serial == "" and found.profiles == ("intel", "amd")


def test_another_version_has_other_values(folder: Path) -> None:
    program(folder.parent / "simple", "2.1")
    found = made(folder, f"simple={folder.parent}/simple")
    assert found.command == (f"{folder.parent}/simple", "new") and found.env == (("MODE", "new"),)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("[version]", "[version", "simple.toml: .*line 5"),
        ("[[end]]", "[[ends]]", "unknown key 'ends'"),
        ("[profiles.", "[values.profiles.", "'profiles' is missing"),
        ("about", "abuot", "unknown key 'abuot'"),
        ("serial =", "uart =", r"unknown key 'uart' in \[run\]"),
        ("{mode}", "{mood}", "'mood' is missing"),
        ('is = "exit"', 'is = "exits"', "'exits' is not a valid End"),
        ("status = 9", "", "needs a status"),
        ("status = 9", "state = 9", "unknown key 'state'"),
        ("'^CPU shut down$'", "'('", "missing \\)"),
        ('">=2.0, <3"', '"2"', "version '2': expected a comparison"),
        ("about", 'sample = "many"\nabout', "sample = 'many': expected a number of states"),
        ("about", "sample = -1\nabout", "sample = -1: expected a number of states"),
        ('command = ["{engine}", "--cpu', 'commands = ["{engine}", "--cpu', "unknown key 'commands'"),
    ],
)
def test_a_mistake_in_the_file(folder: Path, old: str, new: str, message: str) -> None:
    assert old in FILE
    (folder / "simple.toml").write_text(FILE.replace(old, new, 2 if old == "[profiles." else 1))
    with pytest.raises(EngineError, match=message) as caught:
        made(folder, f"simple={folder.parent}/simple")
    assert "simple.toml" in str(caught.value)


# How it ended.


def end(folder: Path, why: Why, status: int | None = None, log: bytes = b"", serial: bytes = b"") -> End:
    found = made(folder, f"simple={folder.parent}/simple")
    return found.read_end(Ended(why, status, serial, log, 0.1))


@pytest.mark.parametrize(
    "old, new, message",
    [
        (
            "match = 'simple (\\d+\\.\\d+)'",
            "match = 'simple ('",
            r"\[version\] match: 'simple \(': missing \), unt",
        ),
        (
            "match = 'simple (\\d+\\.\\d+)'",
            "match = 'simple'",
            r"\[version\] match: 'simple': expected a group in it",
        ),
        ("match = 'simple (\\d+\\.\\d+)'", "match = 5", r"\[version\] match: expected a regular expression"),
        ("log = '^CPU shut down$'", "log = '*'", r"\[\[end\]\] 2 log: '\*': nothing to repeat"),
        (
            "status = 9",
            "status = 9\nserial = '[z-a]'",
            r"\[\[end\]\] 1 serial: '\[z-a\]': bad character range",
        ),
        ("[[when]]", "[trace]\nmatch = '(?P<a'\n[[when]]", r"\[trace\] match: "),
        ("[[when]]", "[processor]\nfile = '/x'\nmatch = '+'\n[[when]]", r"\[processor\] match: "),
        (
            'values.mode = "new"',
            "end = [{is = 'exit', log = ')'}]",
            r"\[\[when\]\] 1, \[\[end\]\] 1 log: '\)': ",
        ),
        ("[[when]]", "[releases]\npackages = []\n[[when]]", r"'program' is missing in \[releases\]"),
    ],
)
def test_a_mistake_is_named_before_anything_starts(folder: Path, old: str, new: str, message: str) -> None:
    """By file and key, by whatever reads the file."""
    assert old in FILE
    (folder / "simple.toml").write_text(FILE.replace(old, new))
    readers: list[Callable[[], object]] = [
        lambda: made(folder, f"simple={folder.parent}/nonexistent"),
        lambda: default_kinds(folder),
    ]
    for read in readers:
        with pytest.raises(EngineError, match=re.escape(f"{folder}/simple.toml: ") + message):
            read()


def toml(value: object) -> str:
    """Of anything that TOML has a word for, in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value)


def inner(value: object, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    if isinstance(value, (dict, list)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from inner(one, (*place, key))


WORDS = st.text("a1({*[\\\\<>=.,", max_size=4) | st.sampled_from(
    ["{engine}", "{x}", ">=1", "exit", "stdout", "/"]
)
ANY = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.just(0.5) | WORDS,
    lambda one: st.lists(one, max_size=2) | st.dictionaries(st.sampled_from(["is", "log", "cpu", "a"]), one),
    max_leaves=4,
)
TABLE = {**tomllib.loads(FILE), "default": True, "needs": [{"path": "/", "because": "x"}], "behind": "x"}
TABLE |= {"processor": {"file": "/proc/cpuinfo", "match": "(.)"}, "trace": {"args": [], "match": "x"}}
TABLE |= {"releases": {"packages": [], "program": "x", "suites": [], "args": [], "env": {"A": "b"}}}


@settings(UNTIMED, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_anything_in_place_of_any_value(folder: Path, data: st.DataObject) -> None:
    """It works, or is an error of the file."""
    table = copy.deepcopy(TABLE)
    *way, last = data.draw(st.sampled_from(list(inner(table))))
    at: Any = table
    for key in way:
        at = at[key]
    if data.draw(st.booleans()):
        at[last] = data.draw(ANY)
    else:
        del at[last]
    text = "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in table.items())
    (folder / "simple.toml").write_text(text)
    readers: list[Callable[[], object]] = [
        lambda: default_kinds(folder),
        lambda: made(folder, f"simple={folder.parent}/simple"),
        lambda: made(folder, "simple"),
        lambda: cpu_model(folder, EngineId("simple", "simple", "1.5", "amd", "", "")),
    ]
    for read in readers:
        try:
            read()
        except EngineError as error:
            assert str(error)


def test_how_it_ended(folder: Path) -> None:
    assert end(folder, Why.ITSELF, 9) is End.EXIT
    assert end(folder, Why.ITSELF, 1, b"hello\nCPU shut down\nbye") is End.SHUTDOWN
    assert end(folder, Why.ITSELF, 1, b"the CPU shut down") is End.CRASH
    assert end(folder, Why.ITSELF, 0) is End.CRASH
    assert end(folder, Why.ITSELF, -11) is End.CRASH
    assert end(folder, Why.LIMIT, None, b"CPU shut down") is End.TIMEOUT
    assert end(folder, Why.FLOOD) is End.FLOOD
    assert end(folder, Why.MISSING) is End.MISSING


def test_the_records_last_line_may_end_a_run(folder: Path) -> None:
    """For an engine that has neither of the contract's ports."""
    rule = "[[end]]\nis = \"exit\"\nserial = '^end exit [0-9a-f]+\\n'\nnow = true\n[[when]]"
    (folder / "simple.toml").write_text(FILE.replace("[[when]]", rule, 1))
    found = made(folder, f"simple={folder.parent}/simple")
    watch = found.serial_channel().watch
    assert watch and watch.search(b"armed\nend exit 5d1c\n") and not watch.search(b"bend exit 5d1c\n")
    assert found.log_channel().watch is None
    assert end(folder, Why.WATCH, None, serial=b"end exit 5d1c\n") is End.EXIT


def test_two_builds_by_one_name(folder: Path) -> None:
    found = [made(folder, f"simple{profile}={folder.parent}/simple") for profile in ("", ":amd", "", "")]
    assert unique_ids(found) == ("simple", "simple:amd", "simple#2", "simple#3")


@pytest.mark.parametrize(
    "version, wanted, holds",
    [
        ("7.2.22", "<10.0", True),
        ("10.0", "<10.0", False),
        ("10.0.2", ">10", True),
        ("3", ">=3.0", True),
        ("3.1", ">=3.0, <3.1", False),
        ("3.1", "==3.1.0", True),
        ("3.1", "!=3.1", False),
        ("2.7", "<=2.7", True),
    ],
)
def test_versions_compare_as_numbers(version: str, wanted: str, holds: bool) -> None:
    assert matches(version, wanted) is holds


def test_the_projects_own_files_are_valid(tmp_path: Path) -> None:
    for kind in default_kinds(ENGINES):
        for profile in ("intel", "amd"):
            found = prepare(read_request(f"{kind}:{profile}", ENGINES), ENGINES, tmp_path / "cache")
            assert {rule.end for rule in found.ends} >= {End.EXIT, End.SHUTDOWN}
