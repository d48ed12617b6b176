"""What is missing: setup.sh, lint.sh, fresh.sh, the table that doctor and setup read, a run without it."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mini import ROOT, Checkout
from test_cli import GOOD, USAGE

from trapframe.system import needs

SHELL = ("sh", "env", "cat", "cmp", "dirname", "sed", "tr")  # what the scripts themselves need
APT_GET = """\
#!/bin/sh
echo "apt-get $*" >>"$LOG"
case "$*" in
*update*) : >"$LISTS" ;;
*--assume-no*)
    echo "0 upgraded, 7 newly installed, 0 to remove and 3 not upgraded."
    echo "Need to get 119 MB of archives."
    echo "After this operation, 491 MB of additional disk space will be used."
    exit 1
    ;;
esac
"""
APT_CACHE = """\
#!/bin/sh
[ -e "$LISTS" ] || exit 100
case $2 in chromium-headless-shell | node-corepack | gdb) exit 100 ;; esac
"""


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


class System:
    """A system with nothing but what is put into its folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "path"
        self.path.mkdir()
        self.log, self.lists = folder / "log", folder / "lists"
        self.log.touch()
        for name in SHELL:
            (self.path / name).symlink_to(shutil.which(name) or "")
        script(self.path / "id", "#!/bin/sh\necho 0\n")
        self.python = script(folder / "python", "#!/bin/sh\nexit 1\n")  # one without any module

    def setup(self, *parts: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "scripts/setup.sh", *parts],
            env={
                **{name: value for name, value in os.environ.items() if name != "LC_ALL"},
                "PATH": str(self.path),
                "PYTHON": str(self.python),
                "LOG": str(self.log),
                "LISTS": str(self.lists),
            },
            capture_output=True,
            text=True,
        )

    def with_apt(self) -> System:
        script(self.path / "apt-get", APT_GET)
        script(self.path / "apt-cache", APT_CACHE)
        return self


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


# The table.


def test_the_table_names_every_module_that_is_imported() -> None:
    """Of what isn't Python's own or ours."""
    known = {name for need in needs.read() for name in need.what}
    own = {path.stem for room in ("tests", "scripts") for path in (ROOT / room).glob("*.py")}
    own |= {"trapframe", "_typeshed"}  # mypy's
    for path in (ROOT / "runner.py", *(ROOT / "trapframe").rglob("*.py"), *(ROOT / "tests").rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names.append(node.module or "")
            for name in {name.partition(".")[0] for name in names} - own - sys.stdlib_module_names:
                assert f"{name}.py" in known, path


def test_the_table_names_what_is_started() -> None:
    known = {name for need in needs.read() for name in need.what}
    sources = [*(ROOT / "trapframe").rglob("*.py"), ROOT / "Makefile", ROOT / "scripts/lint.sh"]
    text = "\n".join(path.read_text() for path in sources)
    for name in re.findall(r'which\("(\w+)"\)|\("(git|make|objdump|gdb)", "', text):
        assert (name[0] or name[1]) in known
    pinned = re.search(r"pinned='([^']+)'", text)
    assert pinned
    lint = {need.name for need in needs.read() if need.group == "lint"}
    assert {pair.partition("=")[0] for pair in pinned[1].split()} == lint


def test_the_table_knows_the_default_engines() -> None:
    packages = {one for need in needs.read() if need.group == "engine" for one in need.packages}
    for name in ("qemu", "bochs"):
        install = re.search(
            r'^install = "apt-get install ([^"]+)"', (ROOT / f"engines/{name}.toml").read_text(), re.M
        )
        assert install and set(install[1].split()) <= packages


def test_groups_are_known() -> None:
    assert {need.group for need in needs.read()} == set(needs.GROUPS)


# setup.sh


def test_a_module_of_another_python_is_no_module(system: System) -> None:
    """The first python3 in PATH has all, the one that is used lacks jinja2."""
    script(system.python, "#!/bin/sh\ncase $2 in *jinja2*) exit 1 ;; esac\n")
    script(system.path / "python3", "#!/bin/sh\n")
    done = system.setup("run")
    assert done.returncode == 1 and "no apt-get here" in done.stderr
    assert "python3-jinja2" in done.stderr and "python3-rich" not in done.stderr


def test_what_it_will_take_is_said_before(system: System) -> None:
    done = system.with_apt().setup("run")
    assert done.returncode == 0, done.stderr
    assert "setup: apt-get update first" in done.stdout  # there were no lists
    line = next(line for line in done.stdout.splitlines() if line.startswith("setup: installing "))
    assert line.endswith("dbus-x11: 7 packages, 119 MB to fetch, 491 MB on disk")
    *_, asked, did = system.log.read_text().splitlines()
    assert "--assume-no" in asked and " -y " in did
    assert all("--no-install-recommends" in one for one in (asked, did))
    packages = set(did.split())
    assert {"gcc", "bochs-term", "qemu-system-x86", "python3-junitparser", "python3-jinja2"} <= packages
    assert not packages & {"clang", "black", "gdb", "nodejs"}


def test_the_first_that_the_lists_have_and_what_they_lack(system: System) -> None:
    """A package that this system hasn't is named and stops nothing; of two the one it has is taken."""
    script(system.path / "npm", "#!/bin/sh\nexit 1\n")
    done = system.with_apt().setup("check")
    assert done.returncode == 0, done.stderr
    assert "setup: this system has no package gdb; './runner.py doctor' says what for" in done.stdout
    did = next(line for line in reversed(system.log.read_text().splitlines()) if " -y " in line)
    assert {"chromium", "clang", "python3-pytest-xdist"} <= set(did.split()) and "gdb" not in did.split()
    assert "chromium|" not in did and "black" not in did


def test_only_what_is_missing(system: System) -> None:
    script(system.python, "#!/bin/sh\n")
    for name in ("python3", "make", "gcc", "ld", "objcopy", "objdump", "git", "qemu-system-x86_64", "bochs"):
        script(system.path / name, "#!/bin/sh\n")
    done = system.with_apt().setup("run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "") and not system.log.read_text()
    (system.path / "gcc").unlink()
    assert "setup: installing gcc: " in system.setup("run").stdout


def test_v86_runs_where_it_and_node_are(system: System, tmp_path: Path) -> None:
    """Nothing fetches it."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (system.path / "sh").unlink()
    for name in ("sh", "make", "uname"):
        (system.path / name).symlink_to(shutil.which(name) or "")

    def run() -> str:
        done = subprocess.run(
            ["make", "-n", "run"],
            cwd=tmp_path,
            env={"PATH": str(system.path)},
            capture_output=True,
            text=True,
        )
        return done.stdout.splitlines()[-1].strip()

    release = tmp_path / ".engines/v86@0.5.462/release.json"
    release.parent.mkdir(parents=True)
    release.touch()
    assert run() == "./runner.py all"
    script(system.path / "node", "#!/bin/sh\n")
    assert run() == "./runner.py all -e qemu -e bochs -e v86"
    release.unlink()
    assert run() == "./runner.py all"


def test_without_root(system: System) -> None:
    script(system.path / "id", "#!/bin/sh\necho 1000\n")
    system.lists.touch()
    done = system.with_apt().setup("run", "check")
    assert done.returncode == 1 and "needs root" in done.stderr
    command = done.stderr.splitlines()[-1]
    assert command.startswith("    sudo apt-get update && sudo apt-get install ") and "|" not in command


def test_no_such_part(system: System) -> None:
    done = system.setup("everything")
    assert done.returncode == 2 and "there is run, check and lint" in done.stderr


def test_the_browser_modules_run_on_debian_12s_node() -> None:
    """It is 18, whatever is first in PATH here."""
    lock = json.loads((ROOT / "tests/browser/package-lock.json").read_text())
    for name, one in lock["packages"].items():
        least = re.match(r">=(\d+)", one.get("engines", {}).get("node", ""))
        assert not least or int(least[1]) <= 18, name


# lint.sh


def test_lint_is_for_one_version_of_each(system: System) -> None:
    script(system.python, '#!/bin/sh\necho "$2, 24.1.0 (compiled: no)"\n')
    for name in ("grep", "head"):
        (system.path / name).symlink_to(shutil.which(name) or "")
    done = subprocess.run(
        [ROOT / "scripts/lint.sh"],
        env={**os.environ, "PATH": str(system.path), "PYTHON": str(system.python)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3 and done.stdout == "lint: skipped: it is for black 23.1.0, here is 24.1.0\n"


# fresh.sh


def test_fresh_refuses_what_it_cannot_do(system: System) -> None:
    def fresh(*arguments: str) -> str:
        env = {**os.environ, "PATH": str(system.path)}
        done = subprocess.run(
            ["/bin/bash", ROOT / "scripts/fresh.sh", *arguments], env=env, capture_output=True, text=True
        )
        assert done.returncode == 2 and done.stderr.startswith("fresh: ")
        return done.stderr

    assert "expected a suite" in fresh()
    assert "expected a suite" in fresh("../x")
    assert "there is no debootstrap here" in fresh("trixie")
    script(system.path / "id", "#!/bin/sh\necho 1000\n")
    assert "needs root" in fresh("trixie")


# A run on a system that lacks something.


def bare(tmp_path: Path, *tools: str) -> str:
    for name in ("sh", "env", *tools):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    return str(tmp_path)


def test_all_that_is_missing_at_once(checkout: Checkout, tmp_path: Path) -> None:
    shutil.rmtree(checkout.folder / "build")
    done = checkout.run("all", PATH=bare(tmp_path))
    assert done.returncode == USAGE and "Traceback" not in done.stderr
    for text in ("make ", "gcc ", "ld ", "objcopy ", "engine qemu ", "engine bochs "):
        assert re.search(rf"^    {text}.*; apt-get install \w+", done.stderr, re.M), text
    assert "`make setup` installs it, `./runner.py doctor` " in done.stderr
    assert "what works without it: report, compare and merge" in done.stderr


def test_what_was_built_needs_no_compiler(checkout: Checkout, tmp_path: Path) -> None:
    path = bare(tmp_path, "make")
    done = checkout.run("all", PATH=path)
    assert done.returncode == USAGE and "gcc" not in done.stderr and "engine bochs" in done.stderr
    assert checkout.run("all", *GOOD, PATH=f"{path}:/usr/bin").returncode == 0


def test_a_run_on_the_engine_that_is_there(checkout: Checkout, tmp_path: Path) -> None:
    path = bare(tmp_path, "make")
    script(tmp_path / "qemu-system-x86_64", "#!/bin/sh\n")
    done = checkout.run("all", PATH=path)
    assert done.returncode == USAGE and "what works without it: ./runner.py all -e qemu\n" in done.stderr


def test_doctor_without_any_module(checkout: Checkout, tmp_path: Path) -> None:
    """It has to work where nothing else does."""
    command = [sys.executable, "-S", "-I", str(checkout.folder / "runner.py"), "doctor"]
    env = {**os.environ, "TRAPFRAME_TRIED": "1", "PATH": bare(tmp_path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    for name in ("elftools", "rich"):
        assert re.search(rf"^MISSING  module {name}: .*apt-get install python3-", done.stdout, re.M)
    for name in ("module jinja2", "module junitparser", "gdb", "clang", "node", "npm or corepack"):
        assert re.search(rf"^absent   {name}: .*apt-get install ", done.stdout, re.M), name
