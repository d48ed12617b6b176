"""A release: what it needs, what it says, its bytes; the action; the change log."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from mini import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import changed_goldens  # noqa: E402

from trapframe import __version__  # noqa: E402
from trapframe.engines.description import is_here  # noqa: E402
from trapframe.suite.build import sweep_roms  # noqa: E402

FAMILIES = ("breakpoint", "int_n")
WORDS = ("breakpoint/*", "int_n/*")
OWN = ("seconds", "command", "path", "sha256")  # of one run on one machine
PROGRAMS = ("bash", "env", "gzip", "mkdir", "mktemp", "python3", "sh", "tar")  # no gcc, make, git
QEMU = pytest.mark.skipif(not is_here("qemu", ROOT / "engines"), reason="QEMU isn't installed")


def dist(folder: Path) -> Path:
    sweep_roms(ROOT, (), 1)
    made = subprocess.run(
        [sys.executable, ROOT / "scripts/dist.py", folder, *FAMILIES],
        check=True,
        capture_output=True,
        text=True,
    )
    return Path(made.stdout.strip())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dist(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def release(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    (only,) = folder.iterdir()
    return only


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose PATH has nothing that builds."""
    folder = tmp_path_factory.mktemp("bin")
    for name in PROGRAMS:
        (folder / name).symlink_to(
            next(at for at in (f"/usr/bin/{name}", f"/bin/{name}") if os.path.exists(at))
        )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRAPFRAME", "GITHUB"))}
    return {**kept, "PATH": str(folder)}


def qemu() -> str:
    found = subprocess.run(["which", "qemu-system-x86_64"], capture_output=True, text=True, check=True)
    return f"qemu={found.stdout.strip()}"


def test_the_same_bytes_again(archive: Path, tmp_path: Path) -> None:
    assert dist(tmp_path).read_bytes() == archive.read_bytes()


def test_it_has_nothing_that_is_made_again(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        names = packed.getnames()
    assert not [name for name in names if name.endswith(".elf") or "__pycache__" in name]


def test_it_says_its_version(release: Path, bare: dict[str, str]) -> None:
    said = [
        subprocess.run([folder / "runner.py", "--version"], capture_output=True, text=True, check=True).stdout
        for folder in (release, ROOT)
    ]
    assert said[0] == said[1] and said[0].startswith(f"trapframe {__version__} (")


@QEMU
def test_a_release_and_a_checkout_report_the_same(
    release: Path, bare: dict[str, str], tmp_path: Path
) -> None:
    """In the release without any package of Python, compiler, or make."""
    engine = qemu()
    alone = [sys.executable, "-S", str(release / "runner.py")]
    env = {**bare, "TRAPFRAME_TRIED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    there = ["--report", str(tmp_path / "release"), "-e", engine]
    done = subprocess.run([*alone, "run", *WORDS, *there], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    here = ["--report", str(tmp_path / "checkout"), "-e", engine]
    subprocess.run([str(ROOT / "runner.py"), "run", *WORDS, *here], check=True, capture_output=True)
    assert told(tmp_path / "release") == told(tmp_path / "checkout")


def told(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    for entry in (*report["results"], *report["engines"]):
        for name in OWN:
            entry.pop(name, None)
    kept = ("schema", "commit", "cases", "harness", "engines", "results")
    return {name: report[name] for name in kept if name in report}


def test_what_needs_a_checkout_says_so(release: Path, bare: dict[str, str]) -> None:
    done = subprocess.run([release / "runner.py", "ask", "#PF"], env=bare, capture_output=True, text=True)
    assert done.returncode == 3 and "this needs a checkout" in done.stdout + done.stderr


# The action. Its form is read by hand: its lines are as flat as this.


def action() -> tuple[dict[str, str], str]:
    """Its inputs with their defaults, and the script."""
    text = (ROOT / "action.yml").read_text()
    inputs = dict(
        re.findall(r"^  ([a-z]+):\n    description: .*\n    (?:default|required): (.*)$", text, re.M)
    )
    script = text.partition("      run: |\n")[2]
    return inputs, re.sub(r"^        ", "", script, flags=re.M)


def test_the_action_uses_each_input() -> None:
    inputs, script = action()
    text = (ROOT / "action.yml").read_text()
    assert set(inputs) == {"engine", "cases", "release", "baseline", "sweep", "report", "page"}
    variables = dict(re.findall(r"^        ([A-Z]+): \$\{\{ inputs\.([a-z]+) \}\}$", text, re.M))
    assert set(variables.values()) == set(inputs)
    assert all(f"${name}" in script for name in variables)
    assert "${{" not in script  # what somebody else wrote is never part of the script


COMMAND = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")  # as a workflow starts a script
NOTHING = {name: "" for name in ("CASES", "BASELINE", "PAGE", "GITHUB_STEP_SUMMARY")}


def packed(folder: Path, archive: Path) -> str:
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, folder.name)
    return str(archive)


@pytest.mark.parametrize(
    ("tier", "codes", "code", "sweep"),
    [
        ("none", {}, 0, None),
        ("quick", {}, 0, []),
        ("full", {}, 0, ["--full"]),
        ("quick", {"sweep": 1}, 1, []),
        ("full", {"all": 1, "sweep": 3}, 1, ["--full"]),
    ],
)
def test_the_action_asks_for_the_tier(
    bare: dict[str, str],
    tmp_path: Path,
    tier: str,
    codes: dict[str, int],
    code: int,
    sweep: list[str] | None,
) -> None:
    """What it makes of each tier and of the codes, with a runner that writes down what it is asked for."""
    release = tmp_path / "release"
    release.mkdir()
    runner = release / "runner.py"
    runner.write_text(
        "#!/usr/bin/env python3\nimport json, sys\n"
        "with open('asked', 'a') as file:\n    print(json.dumps(sys.argv[1:]), file=file)\n"
        f"sys.exit({codes!r}.get(sys.argv[1], 0))\n"
    )
    runner.chmod(0o755)
    env = {
        **bare,
        **NOTHING,
        **{"ENGINES": "qemu=a\nbochs=b\n", "RELEASE": packed(release, tmp_path / "release.tar.gz")},
        **{"REPORT": "out", "SWEEP": tier, "GITHUB_ACTION_PATH": str(ROOT)},
    }
    done = subprocess.run([*COMMAND, action()[1]], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    asked = [json.loads(line) for line in (tmp_path / "asked").read_text().splitlines()]
    engines = ["-e", "qemu=a", "-e", "bochs=b"]
    assert asked[0] == ["all", *engines, "--report", "out", "--junit", "out/junit.xml"]
    wanted = [] if sweep is None else [["sweep", *engines, *sweep, "--report", "out/sweeps"]]
    assert asked[1:] == wanted


@QEMU
def test_the_action_sweeps(release: Path, bare: dict[str, str], tmp_path: Path) -> None:
    """A release whose only sweep is a short one."""
    folder = tmp_path / release.name
    shutil.copytree(release, folder)
    roms = sorted((folder / "build/sweeps").iterdir())
    assert [rom.stem for rom in roms] == sorted(path.stem for path in (ROOT / "sweeps").glob("*.c"))
    for rom in roms:
        if rom.stem != "limits":
            rom.unlink()
    env = {
        **bare,
        **NOTHING,
        **{
            "ENGINES": qemu(),
            "CASES": "breakpoint/int3_int3",
            "RELEASE": packed(folder, tmp_path / "release.tar.gz"),
        },
        **{"REPORT": "out", "SWEEP": "quick", "GITHUB_ACTION_PATH": str(ROOT)},
    }
    done = subprocess.run([*COMMAND, action()[1]], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "limits: 16384 of" in done.stdout and list((tmp_path / "out/sweeps/limits").glob("qemu*.txt"))


@QEMU
def test_the_action_runs(archive: Path, bare: dict[str, str], tmp_path: Path) -> None:
    _, script = action()
    env = {
        **bare,
        **{"ENGINES": qemu() + "\n", "CASES": "breakpoint/int3*", "RELEASE": str(archive), "SWEEP": "none"},
        **{"REPORT": "out", "PAGE": "page", "BASELINE": "", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")},
        "GITHUB_ACTION_PATH": str(ROOT),
    }
    command = [*COMMAND, script]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "page/index.html").is_file() and (tmp_path / "out/junit.xml").is_file()
    assert (tmp_path / "summary").is_file()
    env |= {"BASELINE": "out/report.json", "PAGE": "", "REPORT": "again"}
    assert subprocess.run(command, env=env, cwd=tmp_path, capture_output=True).returncode == 0
    env |= {"SWEEP": "nonsense"}
    assert subprocess.run(command, env=env, cwd=tmp_path, capture_output=True).returncode == 2


# The change log.


def test_changed_golden_values_are_named() -> None:
    since = changed_goldens.latest_release()
    if not since:
        return  # nothing was released yet
    text = (ROOT / "CHANGELOG.md").read_text().partition("\n## ")[2].partition("\n## ")[0]
    assert [case for case in changed_goldens.changed(since) if case not in text] == []


def test_a_changed_golden_section_is_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One value of a section; neither a comment nor a new section."""
    path = tmp_path / "expected/breakpoint/int3.txt"
    path.parent.mkdir(parents=True)
    text = (ROOT / "expected/breakpoint/int3.txt").read_text()
    path.write_text(text)

    def git(*words: str) -> None:
        config = ("-c", "user.name=n", "-c", "user.email=e")
        subprocess.run(["git", *config, *words], cwd=tmp_path, check=True, capture_output=True)

    for words in (("init",), ("add", "-A"), ("commit", "-m", "first"), ("tag", "v1")):
        git(*words)
    monkeypatch.setattr(changed_goldens, "ROOT", tmp_path)
    assert changed_goldens.latest_release() == "v1" and changed_goldens.changed("v1") == []
    path.write_text(f"# why\n{text}")
    assert changed_goldens.changed("v1") == []
    path.write_text(text.replace("vector          0x3 ", "vector          0x4 ", 1))
    assert changed_goldens.changed("v1") == [f"breakpoint/{re.findall(r'^.([a-z0-9_]+)', text, re.M)[0]}"]
