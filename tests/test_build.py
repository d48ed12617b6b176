"""What make printed, and when it has to run at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mini import ROOT, Checkout
from samples import EXPLORES

from trapframe.runs.dry_run import BY_HAND
from trapframe.suite import revision
from trapframe.suite.build import BuildFailure, ensure_built, not_built, read_failures
from trapframe.suite.case import sources
from trapframe.suite.workspace import Images

FILES = ["fault/pair", "fault/single"]

OUTPUT = """\
cases/fault/pair.c:3:5: error: expected expression
    3 | TABLE rows[] = ;
      |                ^
make: *** [Makefile:54: build/fault/pair.elf] Error 1
harness/long64/gdt.c:1:1: error: unknown type name 'foo'
make[1]: *** [Makefile:40: build/harness/long64/gdt.c.o] Error 1
make: *** No rule to make target 'records/x.rom', needed by 'build/x.rom'.
make: Target 'roms' not remade because of errors.
"""


def test_each_failure_has_its_own_lines() -> None:
    gdt, pair = read_failures(OUTPUT, FILES)
    assert pair.file == "fault/pair" and pair.message.startswith("cases/fault/pair.c:3:5: error")
    assert pair.message.count("\n") == 2
    assert gdt.file == "build/harness/long64/gdt.c.o" and "unknown type name" in gdt.message


def test_nothing_failed() -> None:
    assert read_failures("make: Nothing to be done for 'roms'.\n", FILES) == ()


def built(checkout: Checkout) -> tuple[BuildFailure, ...]:
    return ensure_built(checkout.folder, sources(checkout.folder), 1)


def test_a_rom_is_as_it_was_when_it_was_opened(tmp_path: Path) -> None:
    """Whatever another runner makes of the file meanwhile: objcopy replaces what it finds."""
    path = tmp_path / "one.rom"
    was = (ROOT / "build" / "page_fault" / "block.rom").read_bytes()
    path.write_bytes(was)
    images = Images(tmp_path, ["one"])
    elf = ROOT / "build" / "page_fault" / "cross.elf"
    subprocess.run(["objcopy", "-O", "binary", "--gap-fill", "0xff", elf, path], check=True)
    assert path.read_bytes() != was
    assert images["one"] == was


FEW = """\
import resource, sys
from pathlib import Path
from trapframe.suite.workspace import Images
resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
folder = Path(sys.argv[1])
print(len(Images(folder, [path.stem for path in folder.iterdir()])))
"""


def test_there_may_be_more_roms_than_files_that_may_be_open(tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"{number}.rom").write_bytes(b"a ROM")
    done = subprocess.run([sys.executable, "-c", FEW, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "80\n", done.stderr


def spy_on_make(checkout: Checkout) -> Path:
    """A file that is there once make has run."""
    makefile = (checkout.folder / "Makefile").read_text()
    checkout.write("Makefile", makefile + "\n$(shell touch ran)\n")
    return checkout.folder / "ran"


def test_make_runs_only_when_something_changed(checkout: Checkout) -> None:
    ran = spy_on_make(checkout)
    assert built(checkout) == () and ran.exists()
    ran.unlink()
    assert built(checkout) == () and not ran.exists()
    checkout.edit("cases/fault/pair.c", "the second of two", "the very second")
    assert built(checkout) == () and ran.exists()
    ran.unlink()
    (checkout.folder / "build" / "fault" / "pair.rom").unlink()
    assert built(checkout) == () and ran.exists()


def test_after_a_failure_make_runs_again(checkout: Checkout) -> None:
    checkout.edit("cases/fault/pair.c", "TABLE", "#error no\nTABLE")
    ran = spy_on_make(checkout)
    assert [failure.file for failure in built(checkout)] == ["fault/pair"]
    ran.unlink()
    assert [failure.file for failure in built(checkout)] == ["fault/pair"] and ran.exists()


def test_what_a_broken_harness_leaves(checkout: Checkout) -> None:
    """ROMs of before the change must not pass for ROMs of now."""
    checkout.edit("harness/harness.c", "struct place", "#error no\nstruct place")
    files = sources(checkout.folder)
    failures = built(checkout)
    assert [failure.file for failure in failures] == ["build/harness.o"]
    assert not_built(checkout.folder, files, failures) == set(files)


def test_roms_build_with_clang(tmp_path: Path) -> None:
    """Its assembler knows other words; what others boot is gcc's. A file of each family, and all at night."""
    if not shutil.which("clang"):
        pytest.skip("no clang: `make setup` installs it")
    first = {file.partition("/")[0]: file for file in reversed(sources(ROOT))}
    files = sources(ROOT) if EXPLORES else sorted(first.values())
    roms = [f"{tmp_path}/{file}.rom" for file in files]
    command = ["make", "-s", "-k", f"-j{os.cpu_count()}", "CC=clang", f"BUILD={tmp_path}", "launchers", *roms]
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(Path(rom).is_file() for rom in roms)


def test_copies_for_a_start_by_hand_are_no_input(tmp_path: Path) -> None:
    """`-n` writes one for each case: a later run neither reads them all nor takes itself for another."""
    for name in ("cases/fault/one.c", "cases/fault/two.c", "build/fault/one.rom"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    was = revision.inputs(tmp_path)
    (tmp_path / "build" / BY_HAND).mkdir()
    (tmp_path / "build" / BY_HAND / "one.rom").write_bytes(b"1")
    assert revision.inputs(tmp_path) == was
    (tmp_path / "build" / "fault" / "two.rom").write_bytes(b"2")
    assert revision.inputs(tmp_path) != was
