"""A run as JUnit XML: a suite an engine, a test a case."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trapframe.model import Verdict
from trapframe.report.folder import ReportError
from trapframe.report.place import NOWHERE, Place, build_place, place
from trapframe.report.terminal import UNLIKE, differences, unlike_lines
from trapframe.system.files import try_to_write, write_atomically
from trapframe.system.text import printable
from trapframe.truth.verdicts import BROKEN, GREEN


def check(path: Path) -> None:
    """Whether the report can be written there."""
    if find_spec("junitparser") is None:
        raise ReportError("--junit: needs junitparser: `make setup` installs it (python3-junitparser)")
    try:
        try_to_write(path)
    except OSError as error:
        raise ReportError(f"--junit {path}: {error.strerror}; name another file") from error


def write(report: Mapping[str, Any], path: Path) -> None:
    """Everything in it is printable, whatever a guest sent."""
    from junitparser import JUnitXml, TestSuite

    places = {one["case"]: place(one) for one in report.get("cases", ())}
    xml = JUnitXml("trapframe")
    for engine in report["engines"]:
        suite = TestSuite(printable(f"{engine['id']} {engine['version']}"))
        suite.timestamp = printable(report["started"])
        suite.add_property("path", printable(engine["path"]))
        suite.add_property("sha256", printable(engine["sha256"]))
        mine = [one for one in report["results"] if one["engine_id"] == engine["id"]]
        suite.add_property(UNLIKE, str(sum(bool(one.get("unlike")) for one in mine)))
        suite.add_testcases(_test(one, places.get(one["case"], NOWHERE)) for one in mine)
        xml.add_testsuite(suite)
    problems = [
        *((f"shard {one}", "its report is missing", NOWHERE) for one in report.get("missing", ())),
        *((f"build {one['file']}", one["message"], build_place(one)) for one in report["build_failures"]),
        *(
            (f"golden {one['file']}:{one.get('line', 0)}", one["message"], (one["file"], one.get("line", 0)))
            for one in report["golden_problems"]
        ),
    ]
    if problems:
        suite = TestSuite("trapframe")
        suite.add_testcases(_problem(*problem) for problem in problems)
        xml.add_testsuite(suite)
    write_atomically(path, xml.tostring())


def _test(entry: Mapping[str, Any], where: Place) -> Any:
    from junitparser import Error, Failure, Skipped, TestCase

    family, _, name = printable(entry["case"]).partition("/")
    test = TestCase(name, classname=family, time=entry["seconds"])
    _set_place(test, where)
    verdict = entry["verdict"]
    head = f"{verdict} {printable(entry['message'])}".strip()
    if verdict == Verdict.UNSUPPORTED.value:
        test.result = [Skipped(head)]
    elif verdict not in GREEN:
        kind = Error if verdict in BROKEN else Failure
        test.result = [kind(head, verdict)]
        test.result[0].text = "\n".join((head, *differences(entry)))
    elif entry["quirks"]:
        test.system_out = "\n".join((printable(f"QUIRK {' '.join(entry['quirks'])}"), *differences(entry)))
    if entry.get("unlike"):
        told = "\n".join((f"{UNLIKE}:", *map(printable, unlike_lines(entry))))
        test.system_out = "\n".join(filter(None, (test.system_out, told)))
    return test


def _set_place(test: Any, where: Place) -> None:
    """As pytest's `xunit1` has it, and those who read that."""
    from junitparser import Attr

    file, line = where
    for name, value in (("file", file), ("line", line)):
        if value:
            Attr(name).__set__(test, value)


def _problem(name: str, message: str, where: Place) -> Any:
    from junitparser import Error, TestCase

    test = TestCase(printable(name), classname="trapframe")
    _set_place(test, where)
    test.result = [Error(printable(message.splitlines()[0] if message else name))]
    test.result[0].text = "\n".join(map(printable, message.splitlines()))
    return test
