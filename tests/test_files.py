"""Which files and folders we write to, and what of others is left alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pages
import pytest
from mini import ROOT, Checkout, fake, record
from test_cli import BROKEN, GOOD, USAGE

from trapframe.report import html, loaded
from trapframe.report.folder import MARKS, ReportError
from trapframe.system.files import is_ours


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but those that Python keeps its byte code in."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def theirs(folder: Path, *names: str) -> dict[str, bytes]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"of somebody else: {name}")
    return tree(folder)


# Folders of reports.


@pytest.mark.parametrize(
    "names",
    [("raw/disk.img",), ("notes.txt",), ("report.json", "raw/disk.img"), ("run.jsonl",), ("index.html",)],
)
def test_a_folder_of_somebody_else(checkout: Checkout, tmp_path: Path, names: tuple[str, ...]) -> None:
    folder = tmp_path / "theirs"
    before = theirs(folder, *names)
    for command in (("all", "-e", fake("silent")), ("merge", str(tmp_path / "one.json"))):
        checkout.run("all", *GOOD)
        shutil.copy(checkout.folder / "reports/report.json", tmp_path / "one.json")
        done = checkout.run(*command, "--report", str(folder))
        assert done.returncode == USAGE and "not a folder of reports; name a new one" in done.stderr
        assert tree(folder) == before and not done.stdout


def test_folders_that_are_ours_or_nobodys(checkout: Checkout, tmp_path: Path) -> None:
    """What else lies in one of ours stays, in raw/ too."""
    folder = tmp_path / "new" / "reports"
    for _ in range(2):
        assert checkout.run("all", "-e", fake("silent"), "--report", str(folder)).returncode == BROKEN
    others = theirs(folder, "old.json", "raw/disk.img", "raw/fault/note.txt")
    others = {name: data for name, data in others.items() if b"somebody" in data}
    assert checkout.run("all", *GOOD, "--report", str(folder)).returncode == 0
    assert sorted(tree(folder)) == sorted([*others, ".lock", "report.json", "run.jsonl"])
    assert checkout.run("all", *GOOD, "--lf", "--report", str(folder)).returncode == 4
    (tmp_path / "empty").mkdir()
    assert checkout.run("all", *GOOD, "--report", str(tmp_path / "empty")).returncode == 0


@pytest.mark.parametrize("left", [".lock", ".run.x1.jsonl", ".report.json.x1", "run.jsonl"])
def test_a_folder_that_a_killed_run_left(checkout: Checkout, tmp_path: Path, left: str) -> None:
    folder = tmp_path / "left"
    folder.mkdir()
    (folder / left).write_text('{"schema": 1, "engines": []}\n' if left == "run.jsonl" else "")
    assert checkout.run("all", *GOOD, "--report", str(folder)).returncode == 0


@pytest.mark.parametrize("root", ["/", "//", "/tmp/..", "link"])
def test_the_root_is_no_folder_of_reports(checkout: Checkout, root: str) -> None:
    """Not even after an earlier version wrote there; it is only looked at here."""
    (checkout.folder / "link").symlink_to("/")
    path = str(checkout.folder / root) if root == "link" else root
    done = checkout.run("all", *GOOD, "--report", path)
    assert done.returncode == USAGE and "not a folder of reports" in done.stderr
    with pytest.raises(ReportError, match="not a page of ours"):
        html.check(Path(path))


def test_the_root_is_not_even_empty() -> None:
    assert not is_ours(Path("/"), MARKS, lambda name: True)


@pytest.mark.parametrize("name", [".lock", "raw", "report.json", "run.jsonl"])
def test_links_lead_nowhere(checkout: Checkout, tmp_path: Path, name: str) -> None:
    """What they point to is as it was."""
    there = tmp_path / "there"
    before = theirs(there, "raw/fault/single@qemu.serial", ".lock", "report.json", "run.jsonl")
    checkout.run("all", "-e", fake("silent"))
    path = checkout.folder / "reports" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(there / name)
    done = checkout.run("all", "-e", fake("silent"))
    assert tree(there) == before
    if name in (".lock", "raw"):
        assert done.returncode == USAGE and f"reports/{name}: a symbolic link; take it away" in done.stderr
    else:
        assert done.returncode == BROKEN and not path.is_symlink()


def test_the_lock_of_a_build_is_no_link(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("of somebody else")
    lock = checkout.folder / "build/.lock"
    lock.unlink()
    lock.symlink_to(tmp_path / "there")
    done = checkout.run("list")
    assert done.returncode == 70 and "build/.lock: Too many levels of symbolic links; it is a" in done.stderr
    assert (tmp_path / "there").read_text() == "of somebody else"


# What a report says is no path.

PATHS = [
    "../../escaped",
    "/escaped",
    "a/../../../escaped",
    "\0",
    "..",
    ".",
    "",
    "x" * 300,
    "\ud800",
    "é" * 200,
]


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("key", ["case", "engine_id", "raw"])
def test_names_in_a_merged_report_stay_below_raw(
    checkout: Checkout, tmp_path: Path, key: str, name: str
) -> None:
    checkout.deliver("fault/single", record("fault/single", " 10ad7 ", " ad7 "))
    checkout.run("run", "fault/single", *GOOD)
    path = checkout.folder / "reports/report.json"
    report = json.loads(path.read_text())
    report["results"][0][key] = name
    report["engines"][0]["id"] = report["results"][0]["engine_id"]
    path.write_text(json.dumps(report))
    before = set(tree(tmp_path))
    done = checkout.run("merge", str(path), "--report", str(tmp_path / "merged"))
    assert done.returncode == 1 and not done.stderr
    new = set(tree(tmp_path)) - before - {"merged/report.json", "merged/run.jsonl", "merged/.lock"}
    (raw,) = new
    assert raw.startswith("merged/raw/") and raw.endswith(".serial") and not Path("/escaped").exists()
    merged = json.loads((tmp_path / "merged/report.json").read_text())
    assert (tmp_path / "merged" / merged["results"][0]["raw"]).is_file()


@pytest.mark.parametrize("kind", [*PATHS, str(ROOT / "engines" / "qemu")])
def test_an_engines_kind_is_no_path(tmp_path: Path, kind: str) -> None:
    _, new = pages.small(tmp_path)
    report = json.loads(new.read_text())
    for one in report["engines"]:
        one["kind"] = kind
    new.write_text(json.dumps(report))
    assert html.write(tmp_path, new, None, tmp_path / "page").is_file()


@pytest.mark.parametrize("file", [*PATHS, "gate/../../x", "gate//ring"])
def test_a_cases_file_is_no_path_out_of_the_checkout(tmp_path: Path, file: str) -> None:
    _, new = pages.small(tmp_path)
    report = json.loads(new.read_text())
    report["cases"][1]["file"] = file
    new.write_text(json.dumps(report))
    with pytest.raises(ReportError, match=r"cases\[1\]\.file: expected FAMILY/FILE, got "):
        loaded.load(new)


# Pages.


def test_a_page_of_somebody_else(tmp_path: Path) -> None:
    old, new = pages.small(tmp_path / "checkout")
    before = theirs(tmp_path / "site", "index.html")
    for against in (None, old):
        with pytest.raises(ReportError, match="index.html: not a page of ours; name a folder with -o DIR"):
            html.write(tmp_path / "checkout", new, against, tmp_path / "site")
    assert tree(tmp_path / "site") == before
    (tmp_path / "site/index.html").rename(tmp_path / "site/other.html")
    for _ in range(2):
        html.write(tmp_path / "checkout", new, None, tmp_path / "site")
    assert sorted(tree(tmp_path / "site")) == ["index.html", "other.html"]


def test_a_page_in_place_of_a_link(tmp_path: Path) -> None:
    _, new = pages.small(tmp_path / "checkout")
    before = theirs(tmp_path / "there", "page.html")
    (tmp_path / "index.html").symlink_to(tmp_path / "there/page.html")
    with pytest.raises(ReportError, match="not a page of ours"):
        html.write(tmp_path / "checkout", new, None, tmp_path)
    assert tree(tmp_path / "there") == before


def test_a_report_that_cannot_be_read_makes_no_folder(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.run("report", str(tmp_path / "none.json"), "-o", str(tmp_path / "page"))
    assert done.returncode == USAGE and not (tmp_path / "page").exists()


# Exports.


def test_an_export_of_somebody_else(checkout: Checkout, tmp_path: Path) -> None:
    before = theirs(tmp_path / "theirs", "manifest.json", "roms/a.rom")
    done = checkout.run("export", str(tmp_path / "theirs"))
    assert done.returncode == USAGE and "not an earlier export" in done.stderr
    assert tree(tmp_path / "theirs") == before
    for _ in range(2):
        assert checkout.run("export", str(tmp_path / "new")).returncode == 0


def test_an_export_follows_no_link(checkout: Checkout, tmp_path: Path) -> None:
    checkout.run("export", str(tmp_path / "new"))
    shutil.move(tmp_path / "new/roms", tmp_path / "roms")
    (tmp_path / "new/roms").symlink_to(tmp_path / "roms")
    before = theirs(tmp_path / "roms", "fault/single.rom")
    done = checkout.run("export", str(tmp_path / "new"))
    assert done.returncode == USAGE and "roms: a symbolic link" in done.stderr
    assert tree(tmp_path / "roms") == before


# What is committed.


def test_no_pending_golden_file_is_tracked() -> None:
    """And none can be by `git add .`."""
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
    listed = subprocess.run([*git, "ls-files", "*.new"], capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no git, or no checkout of it")
    assert listed.stdout == ""
    ignored = subprocess.run([*git, "check-ignore", "-q", "expected/fault/new.txt.new"])
    assert ignored.returncode == 0 and os.access(ROOT / "expected", os.R_OK)
