"""What a run looks like while it goes on, and its last line."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from importlib.util import find_spec
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from trapframe.model import Verdict
from trapframe.report.json import unexplained
from trapframe.system import streams, unable
from trapframe.system.text import bounded, printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EXPECTED = {Verdict.PASS.value, Verdict.QUIRK.value, Verdict.UNSUPPORTED.value}
DIFFERENCES = 12  # of one result; report.json has all
REASONS = 12  # named at the end, why cases can't run on an engine
QUIRKS = 8  # that the last line but one names
UNLIKE = "allowed by the manual, unlike every processor seen"
SEEN = (
    "vector, error code, RIP, CS, RFLAGS, RSP, SS, CR2 of a page fault, registers, memory, the end; "
    "a program sees neither the handler's state nor DR6, DR7 and the words above a frame"
)
UNMEASURED = "nobody has sent what a processor of this kind does:"
MAY_BE = (
    "where it differs the golden file may be wrong, or a quirk is missing; "
    "`./runner.py collect DIR` writes it into a file to send"
)
VALUE = 160  # characters
ERASE = "\r\x1b[K"  # a line of a terminal
STYLES = {
    Verdict.PASS.value: "green",
    Verdict.QUIRK.value: "yellow",
    Verdict.UNSUPPORTED.value: "cyan",
    Verdict.NEW.value: "magenta",
}


class Screen(Protocol):
    """Where lines go, and how far the run is."""

    lost: bool  # something could not be shown where it should

    def line(self, text: str, style: str = "") -> None:
        ...

    def advance(self) -> None:
        ...

    def more(self, count: int) -> None:
        ...

    def draw(self) -> None:
        ...

    def close(self) -> None:
        ...


class Plain:
    """Lines and nothing else: a file, a pipe, a CI job's log."""

    def __init__(self) -> None:
        self.lost = False

    def line(self, text: str, style: str = "") -> None:
        try:
            print(text, flush=True)
        except BrokenPipeError:  # of `| head`: the report is still wanted, and the exit code
            streams.mute()
        except OSError as error:  # a full disk: so is the verdict
            if self.lost:
                return streams.mute()
            self.lost = True
            streams.to_stderr()
            streams.complain(f"stdout: {unable.told(error)}; the rest is here")
            self.line(text)

    def advance(self) -> None:
        pass

    def more(self, count: int) -> None:
        pass

    def draw(self) -> None:
        pass

    def close(self) -> None:
        pass


class Bar:
    """A progress bar below the lines. What draws it takes longer to load than a run: till then words tell."""

    def __init__(self, total: int) -> None:
        self.lost = False
        self._total = total
        self._done = 0
        self._progress: Progress | None = None
        self._task: TaskID
        self._say(f"running {self._done}/{self._total}")

    def line(self, text: str, style: str = "") -> None:
        try:
            self._drawn().console.print(text, style=style or None, markup=False)
        except OSError:  # the terminal has gone: the report is still wanted
            self.lost = True

    def advance(self) -> None:
        self._done += 1
        if self._done == 1 and not self._progress:
            self._say(f"running {self._done}/{self._total}")
        else:
            self._drawn().advance(self._task)

    def more(self, count: int) -> None:
        self._total += count
        self._drawn().update(self._task, total=self._total)

    def draw(self) -> None:
        self._drawn()

    def close(self) -> None:
        try:
            if self._progress:
                self._progress.stop()
        except OSError:
            self.lost = True
        else:
            self._say("")

    def _say(self, text: str) -> None:
        try:
            print(f"{ERASE}{text}", end="", flush=True)
        except OSError:
            self.lost = True

    def _drawn(self) -> Progress:
        if self._progress:
            return self._progress
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(highlight=False, emoji=False, soft_wrap=True),
            transient=True,
        )
        self._task = self._progress.add_task("running", total=self._total, completed=self._done)
        self._say("")
        self._progress.start()
        return self._progress


def open_screen(total: int) -> Screen:
    if sys.stdout.isatty() and find_spec("rich"):
        return Bar(total)
    return Plain()


def show_result(screen: Screen, entry: Mapping[str, Any], engine: str, brief: bool = False) -> None:
    """Nothing for what was expected; else a line, and below it the differences, unless `brief`."""
    screen.advance()
    if entry["verdict"] in EXPECTED:
        return
    head = f"{entry['verdict']:<15} {entry['case']}  {engine}"
    screen.line(
        printable(f"{head}: {entry['message']}" if entry["message"] else head), style_of(entry["verdict"])
    )
    if brief:
        return
    for line in differences(entry):
        screen.line(line)
    if entry["verdict"] in (Verdict.ENGINE_ERROR.value, Verdict.PROTOCOL_ERROR.value):
        for line in entry["log"].strip().splitlines()[-3:]:
            screen.line(f"    {printable(bounded(line, VALUE))}")


def differences(entry: Mapping[str, Any]) -> Iterable[str]:
    """Two lines a field, so that the values stand one above the other. What quirks explain is only named."""
    unknown = unexplained(entry["diff"])
    diff = list(_folded([*unknown, *entry.get("unseen", ())]))
    width = max((len(one["field"]) for one in diff[:DIFFERENCES]), default=0)
    for one in diff[:DIFFERENCES]:
        wanted, got = (printable(bounded(one[side], VALUE)) for side in ("expected", "actual"))
        yield f"    {printable(one['field']):<{width}}  expected  {wanted}"
        yield f"    {'':<{width}}  actual    {got}"
    if len(diff) > DIFFERENCES:
        yield f"    and {len(diff) - DIFFERENCES} more fields: see report.json"
    known = [one for one in entry["diff"] if one.get("quirks") and one not in unknown]
    if known:
        names = ", ".join(one["field"] for one in known[:DIFFERENCES])
        quirks = ", ".join(dict.fromkeys(quirk for one in known for quirk in one["quirks"]))
        yield f"    as known  {printable(bounded(f'{names} ({quirks})', VALUE))}"


def _folded(diff: Sequence[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Whole frames one behind the other that differ in the same way are one difference."""
    for key, group in groupby(diff, lambda one: (_is_frame(one["field"]), one["expected"], one["actual"])):
        same = list(group)
        if not key[0] or len(same) < 3:
            yield from same
        else:
            number = same[-1]["field"].removeprefix("frame ")
            yield {**same[0], "field": f"{same[0]['field']} to {number}"}


def _is_frame(field: str) -> bool:
    return field.startswith("frame ") and "." not in field


def durations(entries: Iterable[Mapping[str, Any]], count: int) -> Iterable[str]:
    """The slowest results."""
    for entry in sorted(entries, key=lambda entry: -float(entry["seconds"]))[:count]:
        yield f"{entry['seconds']:8.3f} s  {entry['case']}  {entry['engine_id']}"


def witness(
    engine: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], measured: Container[tuple[str, str]]
) -> Iterable[str]:
    """What the machine's processor has confirmed, where the engine shows that; and why not the others.

    `measured`: profile and family of the processors that the golden files were held against before.
    """
    if not engine["processor"]:
        return
    mine = [entry for entry in entries if entry["engine_id"] == engine["id"]]
    confirmed = [entry for entry in mine if entry["verdict"] == Verdict.PASS.value]
    second = sum(entry.get("second_hand", False) for entry in confirmed)
    through = f", {second} of them through its hypervisor" if second else ""
    yield f"{engine['id']}: {engine['processor']} has confirmed {_cases(len(confirmed))}{through}"
    if engine["hosted"]:
        yield f"{engine['id']}: compared: {SEEN}"
    if (engine["profile"], engine["family"]) not in measured:
        yield f"{engine['id']}: {UNMEASURED} {engine['profile']} {engine['family']}: {MAY_BE}"
    reasons = Counter(entry["message"].rpartition(" ")[2] for entry in mine if "message" in entry)
    if reasons:
        named = [f"{name} {count}" for name, count in reasons.most_common(REASONS)]
        left = reasons.total() - sum(count for _, count in reasons.most_common(REASONS))
        more = f", and {left} for {len(reasons) - REASONS} other reasons" if left else ""
        yield f"{engine['id']}: not for it: {', '.join(named)}{more}"


def show_totals(
    screen: Screen, entries: Sequence[Mapping[str, Any]], engines: Sequence[str], seconds: float, end: str
) -> None:
    """Which quirks explain what, then the last line."""
    quirks = Counter(quirk for entry in entries for quirk in entry["quirks"])
    if quirks:
        named = [f"{name} {count}" for name, count in quirks.most_common(QUIRKS)]
        more = len(quirks) - len(named)
        screen.line(f"quirks: {', '.join(named)}{f', and {more} more' if more else ''}", "dim")
    if line := unlike(entries):
        screen.line(printable(line), "dim")
    verdicts = Counter(entry["verdict"] for entry in entries)
    counts = ", ".join(f"{verdicts[one.value]} {one.value}" for one in Verdict if verdicts[one.value])
    cases = len({entry["case"] for entry in entries})
    colour = "green" if set(verdicts) <= EXPECTED and not end else "red"
    where = f"{_cases(cases)} on {', '.join(engines)} in {seconds:.1f} s{end}"
    screen.line(f"{counts or 'nothing ran'}: {where}", f"bold {colour}")


def _cases(count: int) -> str:
    return f"{count} case{'s' * (count != 1)}"


def unlike(entries: Iterable[Mapping[str, Any]]) -> str:
    """How many results no processor would have given, though the manual allows them; nothing without any."""
    found = [entry["unlike"] for entry in entries if entry.get("unlike")]
    fields = Counter(name for one in found for name in {_kind(each["field"]) for each in one})
    named = ", ".join(
        f"{name} {count}" for name, count in sorted(fields.items(), key=lambda one: (-one[1], one[0]))
    )
    results = "result" if len(found) == 1 else "results"
    return f"{UNLIKE}: {len(found)} {results} ({bounded(named, VALUE)})" if found else ""


def unlike_lines(entry: Mapping[str, Any]) -> Iterable[str]:
    """One result's, with what processors do, and who saw it."""
    for one in entry.get("unlike", ()):
        yield f"    {one['field']}  silicon   {one['expected']}"
        yield f"    {'':<{len(one['field'])}}  actual    {one['actual']}"
        yield f"    {'':<{len(one['field'])}}  because   {one.get('because', '')}"


def _kind(field: str) -> str:
    """The field without its frame."""
    return field.partition(".")[2] if field.startswith("frame ") else field


def style_of(verdict: str) -> str:
    return STYLES.get(verdict, "red")
