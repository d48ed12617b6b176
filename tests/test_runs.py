"""Options of a run: what it selects, where it stops, where it goes on, and what it writes for others."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
from xml.etree import ElementTree

import junitparser
import pytest
from mini import FAKES, NAMES, ROOT, Checkout, fake, record, script
from test_cli import BROKEN, GOOD, INTERRUPTED, NOTHING, USAGE, last_line, wait_for_a_result

from trapframe.report import loaded

WRONG = record("fault/single", " 10ad7 ", " ad7 ")


def ran(checkout: Checkout, folder: str = "reports") -> list[str]:
    return [entry["case"] for entry in checkout.report(folder)["results"]]


# Selection.


def test_select_by_expression_and_vector(checkout: Checkout) -> None:
    assert checkout.run("all", *GOOD, "-k", "pair and not two", "--vector", "PF").returncode == 0
    assert ran(checkout) == ["fault/pair_one"]
    assert checkout.run("list", "--tag", "quick").stdout.split()[0] == "fault/single"
    done = checkout.run("all", *GOOD, "-k", "nothing")
    assert done.returncode == NOTHING and "no case has all of -k 'nothing'" in done.stderr
    assert checkout.run("all", *GOOD, "-k", "(").returncode == USAGE


def test_last_failed_and_failed_first(checkout: Checkout) -> None:
    checkout.deliver("fault/single", WRONG)
    assert checkout.run("all", *GOOD).returncode == 1
    assert checkout.run("all", *GOOD, "--ff", "-j", "1").returncode == 1
    lines = (checkout.folder / "reports/run.jsonl").read_text().splitlines()
    assert json.loads(lines[1])["case"] == "fault/single" and len(lines) == 5
    assert checkout.run("all", *GOOD, "--lf").returncode == 1
    assert ran(checkout) == ["fault/single"]
    checkout.deliver("fault/single", record("fault/single"))
    assert checkout.run("all", *GOOD, "--lf").returncode == 0
    done = checkout.run("all", *GOOD, "--lf")
    assert done.returncode == NOTHING and "none of these cases failed" in done.stderr


def test_last_failed_of_nothing(checkout: Checkout) -> None:
    done = checkout.run("all", *GOOD, "--lf")
    assert done.returncode == USAGE and "run.jsonl: no run to go on from" in done.stderr


# Where it stops, and where it goes on.


def test_stop_at_the_first_failure(checkout: Checkout) -> None:
    done = checkout.run("all", "-e", fake("silent"), "-x", "-j", "1")
    assert done.returncode == BROKEN and "; stopped after 1 failures" in last_line(done.stdout)
    assert ran(checkout) == ["fault/pair_one"] and checkout.report()["interrupted"] is True
    checkout.run("all", "-e", fake("silent"), "--maxfail", "2", "-j", "1")
    assert len(ran(checkout)) == 2


STOPS_IN_THE_MIDDLE = """\
#!/bin/sh
. "$(dirname "$0")/emulator.sh"
if [ -e "$FAKE_NOTES/go" ] || mkdir "$FAKE_NOTES/first" 2>/dev/null; then
    echo one >>"$FAKE_NOTES/runs"
    record >serial
    through_the_port
fi
echo waiting >"$FAKE_NOTES/ready"
exec sleep 1000
"""


def test_resume_after_a_kill(checkout: Checkout) -> None:
    """SIGKILL: nothing can be tidied up. What was there isn't run again."""
    notes = checkout.folder / "notes"
    os.mkfifo(notes / "ready")
    engine = script(checkout, STOPS_IN_THE_MIDDLE)
    killed = checkout.start("all", *engine, "-j", "1", "--timeout", "50")  # so that none is just starting
    assert (notes / "ready").read_text() == "waiting\n"
    wait_for_a_result(checkout)
    killed.kill()
    killed.communicate()
    path = checkout.folder / "reports/run.jsonl"
    first = json.loads(path.read_text().splitlines()[1])
    path.write_text(path.read_text() + '{"case": "cut')
    (notes / "go").touch()
    done = checkout.run("all", *engine, "--resume")
    assert done.returncode == 0 and last_line(done.stdout).startswith("3 PASS")
    assert first in checkout.report()["results"] and ran(checkout) == NAMES
    assert (notes / "runs").read_text().split() == ["one"] * 3


def test_resume_on_another_build(checkout: Checkout) -> None:
    engine = script(checkout, (FAKES / "good").read_text())
    checkout.run("run", "fault/single", *engine)
    script(checkout, (FAKES / "good").read_text() + "# another\n")
    done = checkout.run("all", *engine, "--resume")
    assert done.returncode == USAGE and "qemu is another build" in done.stderr


def test_resume_of_something_else(checkout: Checkout) -> None:
    checkout.run("run", "fault/single", *GOOD)
    assert checkout.run("all", *GOOD, "--resume").returncode == 0
    assert ran(checkout) == NAMES
    checkout.edit("expected/fault/single.txt", "[single]", "[single]\n# x")
    done = checkout.run("all", *GOOD, "--resume")
    assert done.returncode == USAGE and "cases or golden files have changed" in done.stderr


def test_resume_keeps_the_bytes_of_what_was_red(checkout: Checkout) -> None:
    checkout.deliver("fault/single", WRONG)
    checkout.run("all", *GOOD)
    assert checkout.run("all", *GOOD, "--resume").returncode == 1
    assert (checkout.folder / "reports/raw/fault/single@qemu.serial").read_bytes() == WRONG


def test_interrupted_is_interrupted(checkout: Checkout) -> None:
    """-x doesn't hide Ctrl-C."""
    os.mkfifo(checkout.folder / "notes" / "ready")
    process = checkout.start("all", "-e", fake("signals"), "-x", "-j", "2", "--timeout", "50")
    assert (checkout.folder / "notes" / "ready").read_text().startswith("waiting\n")  # one or both
    wait_for_a_result(checkout)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED


# Several runs.


def test_repeat(checkout: Checkout) -> None:
    assert checkout.run("run", "fault/single", *GOOD, "--repeat", "3").returncode == 0
    (entry,) = checkout.report()["results"]
    assert [(one["count"], one["verdict"]) for one in entry["repeats"]] == [(3, "PASS")]


FLAKY = """\
#!/bin/sh
. "$(dirname "$0")/emulator.sh"
if mkdir "$FAKE_NOTES/once" 2>/dev/null; then cat "$FAKE_NOTES/other" >serial; else record >serial; fi
through_the_port
"""


def test_a_flake_is_red_even_where_nothing_compares_it(checkout: Checkout) -> None:
    """Two records that both pass."""
    body = record("fault/single", "place victim", "place other 50000000 1000\nplace victim")
    body = body[: body.rindex(b"end exit")]
    (checkout.folder / "notes/other").write_bytes(body + b"end exit %x\n" % (sum(body) & 0xFFFF))
    done = checkout.run("run", "fault/single", *script(checkout, FLAKY), "--repeat", "4")
    assert done.returncode == 1 and "2 distinct records in 4 runs: 3 PASS, 1 PASS" in done.stdout
    (entry,) = checkout.report()["results"]
    assert [one["count"] for one in entry["repeats"]] == [3, 1] and entry["verdict"] == "FAIL"


def test_durations(checkout: Checkout) -> None:
    lines = checkout.run("all", *GOOD, "--durations", "2").stdout.splitlines()
    found = [re.fullmatch(r" *(\d+\.\d{3}) s  fault/\w+  qemu", line) for line in lines]
    times = [float(match[1]) for match in found if match]
    assert len(times) == 2 and times == sorted(times, reverse=True)


QUIRK = """
[[quirk]]
id = "hangs"
versions = ">=99"
cases = ["fault/*"]
rule = "SDM"
reason = "a test"
outcome = "TIMEOUT"
"""


def test_a_known_timeout_is_waited_for_less(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.write("expected/quirks/qemu.toml", QUIRK)
    checkout.edit(
        "trapframe/runs/results.py", "KNOWN_TIMEOUT = Limit(2.0, 0.5)", "KNOWN_TIMEOUT = Limit(0.1)"
    )
    done = checkout.run("all", "-e", fake("hang"), "--timeout", "4", "-j", "1")
    assert done.returncode == 0, done.stdout
    times = sorted(entry["seconds"] for entry in checkout.report()["results"])
    assert set(checkout.verdicts().values()) == {"QUIRK"} and times[0] < 4


# Shards.


def test_merged_shards_are_the_whole_run(checkout: Checkout) -> None:
    checkout.deliver("fault/single", WRONG)
    parts = [
        checkout.run("all", *GOOD, "--shard", f"{number}/3", "--report", str(checkout.folder / f"s{number}"))
        for number in (1, 2, 3)
    ]
    assert sorted(done.returncode for done in parts) == [0, 0, 1]
    folders = [str(checkout.folder / f"s{number}") for number in (1, 2, 3)]
    done = checkout.run("merge", *folders, "--report", str(checkout.folder / "reports"))
    assert done.returncode == 1 and last_line(done.stdout).startswith("2 PASS, 1 FAIL: 3 cases on qemu 99.1")
    merged = checkout.report()
    checkout.run("all", *GOOD, "--report", str(checkout.folder / "whole"))
    whole = checkout.report("whole")
    assert ran(checkout) == NAMES and merged.keys() == whole.keys() - {"inputs"}
    assert merged["totals"] == whole["totals"] and merged["engines"] == whole["engines"]
    assert (merged["cases"], merged["harness"]) == (whole["cases"], whole["harness"])
    assert (checkout.folder / "reports/raw/fault/single@qemu.serial").read_bytes() == WRONG


def shards(checkout: Checkout, count: int) -> list[str]:
    """The folders with the reports of the parts of a whole run."""
    folders = [str(checkout.folder / f"s{number}") for number in range(1, count + 1)]
    for number, folder in enumerate(folders, start=1):
        checkout.run("all", *GOOD, "--shard", f"{number}/{count}", "--report", folder)
        assert checkout.report(folder)["shard"] == f"{number}/{count}"
    return folders


def test_what_cannot_be_merged(checkout: Checkout) -> None:
    folders = shards(checkout, 2)
    text = (checkout.folder / "s2" / "report.json").read_text()
    other, whole = checkout.folder / "other.json", checkout.folder / "whole"
    checkout.run("all", *GOOD, "--report", str(whole))

    def refused(changed: str, *more: str) -> str:
        other.write_text(changed)
        done = checkout.run("merge", folders[0], str(other), *more, "--report", str(checkout.folder / "m"))
        assert done.returncode == USAGE and not done.stdout and not (checkout.folder / "m").exists()
        return done.stderr

    twice = (checkout.folder / "s1" / "report.json").read_text()
    assert "other.json: shard 1/2, as" in refused(twice)
    assert "on qemu is in" in refused(twice.replace('"shard": "1/2"', '"shard": "2/2"'))
    assert "qemu is another build" in refused(text.replace('"version": "99.1"', '"version": "99.2"'))
    assert "shard 2/4, but" in refused(text.replace('"shard": "2/2"', '"shard": "2/4"'))
    assert "doesn't say which --shard I/N it is" in refused(text.replace('"shard": "2/2"', '"shard": null'))
    assert "doesn't say which --shard I/N it is" in refused(text.replace('"shard": "2/2",', ""))
    assert "whole/report.json: doesn't say which" in refused(text, str(whole))
    assert "expected I/N with I from 1 to N" in refused(text.replace('"shard": "2/2"', '"shard": "3/2"'))
    assert "s1/report.json: named twice" in refused(text, folders[0])
    assert checkout.run("merge", "/nonexistent").returncode == USAGE


def test_a_missing_shard_is_named(checkout: Checkout) -> None:
    """Nothing that is there is red."""
    folders = shards(checkout, 4)
    merged = checkout.folder / "merged"
    done = checkout.run("merge", folders[0], folders[2], "--report", str(merged))
    assert done.returncode == BROKEN and last_line(done.stdout).endswith("; not all shards")
    assert [line for line in done.stdout.splitlines() if line.startswith("MISSING")] == [
        "MISSING         shard 2/4: none of these reports is of it",
        "MISSING         shard 4/4: none of these reports is of it",
    ]
    assert checkout.report("merged")["missing"] == ["2/4", "4/4"]
    summary, page = checkout.folder / "summary.md", checkout.folder / "junit.xml"
    again = checkout.run(
        *("merge", str(merged), "--report", str(checkout.folder / "m"), "--github", "--junit", str(page)),
        GITHUB_STEP_SUMMARY=str(summary),
    )
    assert again.returncode == BROKEN and "shard 2/4" in again.stdout
    assert "shard 2/4" in summary.read_text().replace("&#47;", "/") and 'name="shard 4/4"' in page.read_text()
    assert "shard 2/4 is missing" in loaded.load(merged / "report.json").problems


def test_a_report_of_no_shard_alone_is_whole(checkout: Checkout) -> None:
    """Also one that was written before reports said their shard."""
    checkout.run("all", *GOOD)
    path = checkout.folder / "reports" / "report.json"
    assert checkout.report()["shard"] is None
    for text in (path.read_text(), path.read_text().replace('"shard": null,', "")):
        path.write_text(text)
        assert checkout.run("merge", str(path), "--report", str(checkout.folder / "m")).returncode == 0


def lines_of_merge() -> list[str]:
    """Every command line that this project tells its users to join shards with."""
    said = subprocess.run([ROOT / "runner.py", "merge", "--help"], capture_output=True, text=True).stdout
    workflow = (ROOT / "docs/ci/github.yml").read_text().replace("\\\n", " ")
    lines = [line.strip().removeprefix("example: ") for line in (said + workflow).splitlines()]
    return [line for line in lines if line.startswith("./runner.py merge")]


def test_the_command_lines_of_the_documents_join_what_a_workflow_downloads(checkout: Checkout) -> None:
    """Each artifact in a folder of its name, below `path`; one that isn't there is noticed."""
    workflow = (ROOT / "docs/ci/github.yml").read_text()
    (name,) = re.findall(r"name: (shard-.*)", workflow)
    (folder,) = re.findall(r"download-artifact@v4\n *with:\n *path: (\S+)\n", workflow)
    (count,) = re.findall(r"--shard \$\{\{ matrix.shard \}\}/(\d+)", workflow)
    for number, path in enumerate(shards(checkout, int(count)), start=1):
        there = checkout.folder / folder / re.sub(r"\$\{\{ *matrix.shard *\}\}", str(number), name)
        there.parent.mkdir(exist_ok=True)
        shutil.move(path, there)
    lines = lines_of_merge()
    assert len(lines) == 2
    for expected in (0, BROKEN):
        for line in lines:
            env = checkout.env | {"GITHUB_STEP_SUMMARY": str(checkout.folder / "summary.md")}
            done = subprocess.run(
                line, shell=True, cwd=checkout.folder, env=env, capture_output=True, text=True
            )
            assert done.returncode == expected, done.stdout + done.stderr
            assert ("MISSING         shard 3/4" in done.stdout) == bool(expected)
        shutil.rmtree(there.parent / "shard-3", ignore_errors=True)


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "/", "1/0"])
def test_no_shard(checkout: Checkout, text: str) -> None:
    done = checkout.run("all", *GOOD, "--shard", text)
    assert done.returncode == USAGE and "expected I/N" in done.stderr


def test_a_shard_without_a_case_is_green(checkout: Checkout) -> None:
    codes = {
        checkout.run("run", "fault/single", *GOOD, "--shard", f"{number}/2").returncode for number in (1, 2)
    }
    assert codes == {0}


def test_stale_quirks_show_in_shards_too(checkout: Checkout) -> None:
    checkout.write("expected/quirks/qemu.toml", QUIRK.replace("fault/*", "gone/*"))
    done = [checkout.run("all", *GOOD, "--shard", f"{number}/3") for number in (1, 2, 3)]
    assert [one.returncode for one in done] == [5, 0, 0] and "quirk 'hangs'" in done[0].stdout


# For others.


def test_junit(checkout: Checkout) -> None:
    checkout.deliver("fault/single", WRONG)
    path = checkout.folder / "junit.xml"
    done = checkout.run("all", *GOOD, "-e", fake("garbage"), "--junit", str(path))
    assert done.returncode == BROKEN
    good, garbage = junitparser.JUnitXml.fromfile(str(path))
    assert (good.name, good.tests, good.failures, good.errors) == ("qemu 99.1", 3, 1, 0)
    assert (garbage.name, garbage.tests, garbage.errors) == ("qemu#2 99.1", 3, 3)
    (failed,) = (test for test in good if test.result)
    assert (failed.classname, failed.name) == ("fault", "single")
    assert "frame 1.rflags  expected  0x10ad7" in failed.result[0].text
    attributes = [test.attrib for test in ElementTree.parse(path).iter("testcase")]
    assert {"file": "expected/fault/single.txt", "line": "1"}.items() <= attributes[2].items()
    checkout.run("all", *GOOD, "--junit", "/proc/x/y")


def test_what_no_processor_does_is_counted_and_stays_green(checkout: Checkout) -> None:
    """In the summary, in report.json, and as text in JUnit."""
    mask = "  rflags          0x10ad7 mask 0xffff because nobody says it\n"
    seen = "  silicon rflags  0x10ad7 because a board's oops\n"
    old = "  rflags          0x10ad7            # RF OF IF SF ZF AF PF CF\n"
    checkout.edit("expected/fault/single.txt", old, mask + seen)
    path = checkout.folder / "junit.xml"
    assert "unlike" not in checkout.run("all", *GOOD).stdout
    assert checkout.report()["unlike"] == 0
    checkout.deliver("fault/single", WRONG)
    done = checkout.run("all", *GOOD, "--junit", str(path))
    assert done.returncode == 0 and last_line(done.stdout).startswith("3 PASS: 3 cases")
    assert "allowed by the manual, unlike every processor seen: 1 result (rflags 1)\n" in done.stdout
    assert checkout.report()["unlike"] == 1
    (one,) = checkout.report()["results"][2]["unlike"]
    assert one == {
        "field": "frame 1.rflags",
        "expected": "0x10ad7 (RF OF IF SF ZF AF PF CF)",
        "actual": "0xad7 (RF 0)",
        "bits": "0x10000",
        "because": "a board's oops",
    }
    (suite,) = junitparser.JUnitXml.fromfile(str(path))
    assert (suite.failures, suite.errors) == (0, 0)
    assert ("allowed by the manual, unlike every processor seen", "1") in [
        (one.name, one.value) for one in suite.properties()
    ]
    texts = [test.system_out for test in suite if test.system_out]
    assert len(texts) == 1 and "silicon   0x10ad7" in texts[0] and "a board's oops" in texts[0]
    page = loaded.load(checkout.folder / "reports/report.json")
    assert [len(result.unlike) for result in page.results.values()] == [0, 0, 1]


SUMMARY = "summary.md"


def test_github(checkout: Checkout) -> None:
    """One annotation a cause, and nothing that a guest sent is Markdown."""
    checkout.deliver("fault/single", WRONG)
    checkout.deliver(
        "fault/pair",
        record("fault/pair_one", " 10ad7 ", " ad7 "),
        b"<img src=x> [a](b)\n::error::c\n",
    )
    path = checkout.folder / SUMMARY
    done = checkout.run("all", *GOOD, "--github", GITHUB_STEP_SUMMARY=str(path))
    notes = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert len(notes) == 2 and all(line.startswith("::error file=expected/fault/") for line in notes)
    assert notes[0].startswith("::error file=expected/fault/pair.txt,line=1,title=FAIL fault/pair_one::")
    assert "rflags.RF 1 -> 0: 2 cases, qemu 99.1" in notes[0]
    text = path.read_text()
    assert "| qemu 99.1 | 2 | 1 |" in text.replace("&#46;", ".") and "<img" not in text and "](b)" not in text
    assert re.search(r"- \*\*FAIL\*\* .*2 cases: .*RF 1 &#45;&#62; 0", text)
    assert checkout.run("all", *GOOD, "--github").returncode == USAGE


def test_problems_are_shown_where_they_are(checkout: Checkout) -> None:
    """A golden section far down its file, an error of the compiler, a golden file that nobody understands."""
    checkout.deliver("fault/pair", record("fault/pair_one"), record("fault/pair_two", " 10ad7 ", " ad7 "))
    checkout.edit("cases/fault/single.c", "};", "}")
    junit, summary = checkout.folder / "junit.xml", checkout.folder / SUMMARY
    done = checkout.run("all", *GOOD, "--github", "--junit", str(junit), GITHUB_STEP_SUMMARY=str(summary))
    line = 1 + (checkout.folder / "expected/fault/pair.txt").read_text().splitlines().index("[pair_two]")
    assert f"::error file=expected/fault/pair.txt,line={line},title=FAIL fault/pair_two::" in done.stdout
    assert re.search(
        r"^::error file=cases/fault/single\.c,line=\d,title=NOT BUILT::", done.stdout, re.MULTILINE
    )
    places = {
        one.attrib["name"]: (one.attrib["file"], one.attrib.get("line"))
        for one in ElementTree.parse(junit).iter("testcase")
    }
    assert places["pair_two"] == ("expected/fault/pair.txt", str(line))
    assert places["build fault/single"][0] == "cases/fault/single.c"
    checkout.edit("expected/fault/pair.txt", "kept", "kep")
    done = checkout.run("all", *GOOD, "--github", GITHUB_STEP_SUMMARY=str(summary))
    assert re.search(
        r"^::error file=expected/fault/pair\.txt,line=\d+,title=GOLDEN::", done.stdout, re.MULTILINE
    )


def test_github_summary_is_bounded(tmp_path: object) -> None:
    from trapframe.report import github

    cut = github._cut(f"line {number} {'x' * 1000}" for number in range(5000))
    assert len(cut) < 1 << 20 and cut.endswith(b"see report.json\n")


def test_one_cause_is_one_line(checkout: Checkout) -> None:
    checkout.deliver("fault/single", WRONG)
    checkout.deliver("fault/pair", *(record(name, " 10ad7 ", " ad7 ") for name in NAMES[:2]))
    done = checkout.run("all", *GOOD)
    assert done.stdout.count("expected  0x10ad7") == 1, "the difference is shown once"
    assert "FAIL: rflags.RF 1 -> 0: 3 cases, qemu 99.1" in done.stdout.splitlines()


def test_no_color(checkout: Checkout) -> None:
    terminal, other = pty.openpty()
    env = checkout.env | {"TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}
    process = subprocess.Popen(checkout.command("all", "-e", fake("silent")), stdout=other, env=env)
    os.close(other)
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(terminal)
    assert process.wait() == BROKEN
    assert b"PROTOCOL-ERROR" in shown and not re.search(rb"\x1b\[[0-9;]*3[0-9]m", shown)
