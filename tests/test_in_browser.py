"""`report --v86`: a case runs in the browser as by the adapter in Node, and is judged as by the runner."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import browsing
import pages
import pytest
import samples32 as s
from mini import FAKES, ROOT
from samples import QEMU, accepted, sent
from test_environments import SAMPLES, mutations

from trapframe.engines import releases
from trapframe.engines.job import rom_for
from trapframe.frames import record, symbol
from trapframe.frames.facts import observe, show
from trapframe.model import CaseInfo, End
from trapframe.report import html, in_browser
from trapframe.report.folder import ReportError
from trapframe.truth.judge import judge

HANG = 2  # rows of fakes/rom32.S
RELEASE = "0.5.462"  # whose verdicts these are: as the manual says, or not; panics; a feature that it lacks
CASES = {
    "task_gate/handler_error_code": "PASS",
    "task_gate/vector_undefined": "PASS",
    "real_mode/delivery_int_n": "PASS",
    "pm_frames/undefined_user": "FAIL",
    "vm86/instruction_limit": "WRONG-OUTCOME",
    "task_gate/handler_double_fault": "WRONG-OUTCOME",
    "vm86/int_n_handler_dpl1": "ENGINE-ERROR",
    "pm_stack/segment_no_room": "ENGINE-ERROR",
    "vm86/int_n_redirected": "UNSUPPORTED",
}


def decoded(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page's scripts say of them."""
    given = json.dumps({"common": in_browser.common(), "runs": runs})
    ran = subprocess.run(
        ["node", browsing.BROWSER / "decode.mjs"], input=given, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def run(info: CaseInfo, golden: str, serial: bytes, end: End) -> dict[str, Any]:
    outcomes = [in_browser.outcome(one) for one in accepted(golden)]
    text = serial.decode("ascii", "replace")
    return {"name": info.case, "end": end, "serial": text, "outcomes": outcomes, **in_browser.harness(info)}


@pytest.mark.skipif(not shutil.which("node"), reason="no node: `make setup` installs it")
def test_scripts_read_records_as_the_runner_does() -> None:
    """The same facts, the same names, the same differences, of every record that differs in one number.

    Where it fails, trapframe/report/browser/ lags behind trapframe/frames/ or trapframe/truth/.
    """
    cases = [(one, one.whole, End.EXIT) for one in SAMPLES]
    for flip in (1, 0x8000):  # what still has a name, and what has none any more
        cases += [(one, one.head + text, End.EXIT) for one, text in mutations(flip)]
    cases += [(one, one.head, End.SHUTDOWN) for one in SAMPLES]
    runs = [
        run(one.info, one.golden, sent(text) if end is End.EXIT else text.encode(), end)
        for one, text, end in cases
    ]
    compared = 0
    for told, given, (one, _, end) in zip(decoded(runs), runs, cases, strict=True):
        try:
            found = record.parse(given["serial"].encode())
        except record.RecordError:
            assert "facts" not in told or told["verdict"] != "PASS"
            continue
        names = symbol.symbols(one.info, found)
        judged = judge(one.info, found, end, accepted(one.golden), (), QEMU)
        assert told["facts"] == {
            name: show(name, fact, names) for name, fact in observe(found, names).items()
        }, given["serial"]
        assert set(told["differing"]) == {one.field for one in judged.diff}, given["serial"]
        assert told["verdict"] == judged.verdict.value
        compared += 1
    assert compared > 200


@pytest.mark.skipif(not shutil.which("node"), reason="no node: `make setup` installs it")
def test_scripts_refuse_what_is_no_record() -> None:
    whole = sent(s.HEAD + s.FRAMES)
    broken = [
        b"",
        b"garbage\n",
        whole[:-1] + b"0\n",
        whole.replace(b"vector e", b"vector zz", 1),
        whole.replace(b"armed", b"armee", 1),
        whole[: len(whole) // 2],
        whole.replace(b"overwritten 1", b"overwritten 7", 1),
    ]
    told = decoded([run(s.INFO, s.GOLDEN, one, End.EXIT) for one in broken])
    assert [one["verdict"] for one in told] == ["PROTOCOL-ERROR"] * len(broken)
    assert told[0]["message"] == "nothing came"
    hung, gone, flooded = decoded(
        [run(s.INFO, s.GOLDEN, b"", end) for end in (End.TIMEOUT, End.CRASH, End.FLOOD)]
    )
    assert [one["verdict"] for one in (hung, gone, flooded)] == ["TIMEOUT", "ENGINE-ERROR", "PROTOCOL-ERROR"]


def test_without_v86_it_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="engines install v86"):
        in_browser.write(tmp_path, tmp_path, ())


def test_a_folder_of_others_stays(tmp_path: Path) -> None:
    if not releases.installed(ROOT / releases.FOLDER, "v86"):
        pytest.skip("no v86: `./runner.py engines install v86`")
    (tmp_path / "v86").mkdir()
    (tmp_path / "v86" / "mine").write_text("")
    with pytest.raises(ReportError, match="not of an earlier page"):
        in_browser.write(ROOT, tmp_path, ())


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A report of these cases on v86, with v86 beside it, and its address."""
    found = releases.installed(ROOT / releases.FOLDER, "v86")
    browsing.require("" if found else "no v86: `./runner.py engines install v86`")
    folder = tmp_path_factory.mktemp("served")
    runner = [sys.executable, str(ROOT / "runner.py")]
    engine = f"v86={found[-1].program}"
    subprocess.run(
        [*runner, "run", *CASES, "-e", engine, "--report", str(folder)], capture_output=True, check=False
    )
    subprocess.run([*runner, "report", "--v86", str(folder / "report.json")], check=True, capture_output=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_address[1]}/index.html"
        server.shutdown()
        thread.join()


def shown(url: str, *cases: str) -> list[dict[str, Any]]:
    return browsing.lines("here.mjs", url, *cases)


def test_a_case_runs_in_the_browser_as_in_node(served: tuple[Path, str]) -> None:
    folder, url = served
    report = json.loads((folder / "report.json").read_text())
    results = {one["case"]: one for one in report["results"]}
    told = {one["name"]: one for one in shown(url, *CASES)}
    for name, one in told.items():
        result = results[name]
        assert "\n".join(one["serial"]) == result["serial"].rstrip("\n"), name
        if result["verdict"] != "QUIRK":
            assert one["verdict"] == result["verdict"], name
        assert set(one["differs"]) == {one["field"] for one in result["diff"]}, name
        assert (one["axe"], one["wide"]) == ([], False), name
    if report["engines"][0]["version"] == RELEASE:
        check_known(told)


def check_known(told: dict[str, dict[str, Any]]) -> None:
    """What is seen of a release whose verdicts are known."""
    assert {name: one["verdict"] for name, one in told.items()} == CASES
    manual, here = told["task_gate/handler_error_code"]["figures"]
    assert manual["label"].split(": ")[2] == here["label"].split(": ")[2]
    assert here["caption"].endswith(" equal")
    # A task switch pushes nothing: both names are those of the top, one above the other.
    pointers = told["task_gate/vector_undefined"]["figures"][0]["pointers"]
    assert [text for text, _ in pointers] == ["ESP in the handler", "top of task1"]
    assert pointers[1][1] >= pointers[0][1] + 13
    manual, here = told["vm86/instruction_limit"]["figures"]
    assert here["caption"].endswith(" different")
    assert here["odd"] == ["ERROR", "0x5", "EFLAGS", "0x20ad7"]
    assert (manual["slots"], here["slots"]) == (12, 12)
    # Another gate than the case's own, which has nothing on the stack but an error code.
    manual, here = told["task_gate/handler_double_fault"]["figures"]
    assert manual["label"].count(",") == 1 and "eip" in here["label"]
    assert (manual["slots"], here["slots"]) == (8, 8)
    assert "dpl when in vm86 mode" in told["vm86/int_n_handler_dpl1"]["text"]
    assert "Maximum call stack" in told["pm_stack/segment_no_room"]["text"]
    assert "v86 lacks vme" in told["vm86/int_n_redirected"]["text"]


def test_a_hang_ends_at_the_time_limit(served: tuple[Path, str], tmp_path: Path) -> None:
    folder, url = served
    rom = tmp_path / "rom"
    options = ["-m32", "-nostdlib", "-static", "-Wl,-Ttext=0,--oformat=binary,-e,0", "-Wl,--build-id=none"]
    subprocess.run(["gcc", *options, "-o", rom, FAKES / "rom32.S"], check=True)
    path = folder / "v86" / "pm_frames" / "undefined.json"
    whole = path.read_text()
    file = json.loads(whole)
    image = rom_for(rom.read_bytes(), HANG)
    file["rom"] = base64.b64encode(zlib.compress(image)).decode()
    file["cases"]["pm_frames/undefined_user"]["row"] = HANG
    path.write_text(json.dumps(file))
    try:
        (hung,) = shown(url, "!pm_frames/undefined_user")
    finally:
        path.write_text(whole)
    assert (hung["verdict"], hung["serial"]) == ("TIMEOUT", ["trapframe 2", "hello"])
    assert "no end within 10 seconds" in hung["text"]


def test_a_page_that_is_a_file_says_what_to_do(served: tuple[Path, str]) -> None:
    folder, _ = served
    (told,) = shown((folder / "index.html").as_uri(), "task_gate/handler_error_code")
    assert (told["section"], told["buttons"]) == (1, 0)
    assert "python3 -m http.server" in told["text"]


def test_the_license_of_v86_comes_with_it(served: tuple[Path, str]) -> None:
    folder, _ = served
    assert "The v86 contributors" in (folder / "v86" / "LICENSE").read_text()


def test_without_it_the_page_is_one_file(tmp_path: Path) -> None:
    _, new = pages.small(tmp_path)
    page = html.write(tmp_path, new, None, tmp_path / "page").read_text()
    assert sorted(path.name for path in (tmp_path / "page").iterdir()) == ["index.html"]
    assert "connect-src" not in page and "'self'" not in page
