"""`find`: the cases that answer a question, the best one with its frame in words."""

from __future__ import annotations

import argparse
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trapframe.commands import explain
from trapframe.commands.arguments import add_jobs
from trapframe.frames import decode
from trapframe.frames.facts import IPS
from trapframe.model import CaseInfo
from trapframe.suite import search
from trapframe.suite.search import Concept, Match
from trapframe.suite.select import NothingSelected
from trapframe.suite.workspace import open_workspace
from trapframe.system.folders import ROOT
from trapframe.truth import golden, meaning
from trapframe.truth.expect import Field, Outcome, Section

EXAMPLE = "./runner.py find int not present gate user"
OTHERS = 12  # named
FRAMES = 4  # behind the first one, a line each
KEPT = {
    "above": "the words above the frame",
    "cr2": "CR2",
    "gprs": "the general registers",
    "segments": "DS, ES, FS, GS",
    "at_end": "the frame itself, to the end of the run",
}
NOTE = re.compile(r"^(?:\[([^\s\]]+)[^\]\n]*\]|note\s+(.*))$", re.MULTILINE)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("word", nargs="+", metavar="WORD", help="of a question, in any of the field's terms")
    add_jobs(parser)


def command(options: argparse.Namespace) -> int:
    return find(ROOT, options.word, options.jobs)


def find(root: Path, asked: Sequence[str], jobs: int) -> int:
    cases = open_workspace(root, jobs, images=False).cases
    wanted = search.concepts(asked)
    if not wanted:
        raise NothingSelected(f"find {shlex.join(asked)}: none of these words is about a case")
    found = search.rank(cases, wanted)
    if not found or found[0].lacks:
        found = search.rank(cases, wanted, read_notes(root))
    if not found:
        raise NothingSelected(f"no case speaks of {_list(one.word for one in wanted)}{_hint(cases, wanted)}")
    for line in answer(root, found, wanted):
        print(line)
    unknown = [one for one in wanted if all(one.word in match.lacks for match in found)]
    for one in unknown:
        print(f"no case speaks of '{one.word}'{_hint(cases, [one])}")
    return 0


def read_notes(root: Path) -> dict[str, str]:
    """The notes of the golden files, by case."""
    notes: dict[str, str] = {}
    for path in sorted((root / "expected").glob("*/*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        section = ""
        for name, note in NOTE.findall(text) if "\nnote" in text else ():
            section = f"{path.parent.name}/{name}" if name else section
            if note:
                notes[section] = f"{notes.get(section, '')}{search.BREAK}{note}"
    return notes


def answer(root: Path, found: Sequence[Match], wanted: Sequence[Concept]) -> Iterator[str]:
    """The best match in one screen, the others a line each."""
    best = found[0]
    if best.lacks:
        yield f"No case has all of it; this one lacks {_list(best.lacks)}."
    yield from case_lines(root, best.case)
    others = [match.case for match in found[1:] if len(match.lacks) == len(best.lacks)]
    if others:
        yield ""
        yield f"{len(others)} more {'case' if len(others) == 1 else 'cases'} like it:"
    width = max((len(case.case) for case in others[:OTHERS]), default=0)
    for case in others[:OTHERS]:
        yield f"  {case.case:<{width}}  {case.about}"
    yield ""
    if len(others) > OTHERS:
        terms = [search.plain(one.word).strip().replace(" ", "_") for one in wanted]
        kept = [word for word, one in zip(terms, wanted) if one.word not in best.lacks]
        yield f"`./runner.py list -k '{' and '.join(kept)}'` names all of them."
    name = best.case.case
    yield f"`./runner.py explain {name}` says more of it, `./runner.py run {name}` runs it."


def case_lines(root: Path, info: CaseInfo) -> Iterator[str]:
    yield f"{info.case}: {info.about}"
    yield f"  manual          {info.spec}"
    try:
        section = next((one for one in explain.sections(root, info) if not one.amd), None)
    except (explain.NoGolden, golden.GoldenError) as error:
        yield f"  {error}"
        return
    if not section:
        yield f"  no golden section yet: `./runner.py draft {info.case}` derives it"
        return
    yield f"  golden file     expected/{info.file}.txt:{section.line}"
    yield from (f"  {entry.name:<14}  {entry.expect.text}" for entry in section.head if entry.name == "note")
    yield from _outcome_lines(section)


def _outcome_lines(section: Section) -> Iterator[str]:
    outcome = section.outcomes[0]
    frames = _frames(outcome)
    shutdown = any(entry.name == "end" and entry.expect.text == "shutdown" for entry in outcome.fields)
    if not frames:
        yield "a shutdown: no frame" if shutdown else "no exception: the program runs to its end"
    for number, (frame, fields) in enumerate(frames.items()):
        if not number:
            yield f"{frame}: {_exception(fields)}"
            yield from _frame_lines(fields)
        elif number <= FRAMES:
            yield f"then {frame}, which interrupts {fields['interrupts'].expect.text}: {_exception(fields)}"
    if len(frames) > 1 + FRAMES:
        more = len(frames) - 1 - FRAMES
        yield f"then {more} more frame{'s' if more > 1 else ''}"
    if frames and shutdown:
        yield "then a shutdown"
    if len(section.outcomes) > 1:
        yield f"accepted as {outcome.name}; {len(section.outcomes) - 1} more outcomes are accepted"


def _frames(outcome: Outcome) -> dict[str, dict[str, Field]]:
    """The fields of each frame by their own names."""
    frames: dict[str, dict[str, Field]] = {}
    for entry in outcome.fields:
        frame, _, name = entry.name.partition(".")
        if frame.startswith("frame ") and name:
            frames.setdefault(frame, {})[name] = entry
    return frames


def _exception(fields: dict[str, Field]) -> str:
    vector, error = int(fields["vector"].expect.text, 16), fields["error"].expect.text
    code = int(error, 16) if error.startswith("0x") else None
    ip = next(name for name in IPS if name in fields)
    where = meaning.value(ip, fields[ip].expect) or fields[ip].expect.text
    return f"{decode.exception(vector, code)}, its {ip.upper()}: {where}"


def _frame_lines(fields: dict[str, Field]) -> Iterator[str]:
    """Of the first frame. That it interrupts the program goes without saying."""
    vector = int(fields["vector"].expect.text, 16)
    tasks = sum(name.startswith("task.") for name in fields)
    shown = {
        name: entry
        for name, entry in fields.items()
        if entry.expect.text != "kept" and name != "interrupts" and not name.startswith("task.")
    }
    rows: dict[tuple[str, str, str], list[str]] = {}  # registers of a row: by their block, value and words
    for name, entry in shown.items():
        said = _words(name, entry, vector)
        block = name.partition(".")[0]
        if block == "gpr" and not said:
            row = (block, "", "")
        else:
            row = (block if block == "segment" else name, entry.expect.text, said)
        rows.setdefault(row, []).append(name)
    width = max(len(value) for _, value, _ in rows)
    for (_, value, said), names in rows.items():
        first, *others = names
        if others and not value:
            values = " ".join(f"{name[4:]}={shown[name].expect.text}" for name in names)
            yield from textwrap.wrap(values, 80, initial_indent=f"  {'gpr':<16}", subsequent_indent=" " * 18)
        else:
            joined = ", ".join((first, *(name.removeprefix("segment.") for name in others)))
            named = f"{joined:<14}  {shown[first].expect.text}"
            yield f"  {named:<{16 + width}}  {said}".rstrip()
    if tasks:
        yield f"  tasks           {tasks} of their fields have changed; `explain` tells which"
    kept = [_kept(name, shown) for name in fields if name in KEPT and name not in shown]
    if kept:
        yield f"  unchanged       {', '.join(filter(None, kept))}"


def _words(name: str, entry: Field, vector: int) -> str:
    said = meaning.value(name, entry.expect, vector)
    if entry.expect.because:
        said += f", because {entry.expect.because}"
    if entry.amd:
        said += f"; on AMD {meaning.value(name, entry.amd, vector) or entry.amd.text}"
    return said


def _kept(name: str, shown: Mapping[str, Field]) -> str:
    """What stays, without what is shown of it."""
    if name == "gprs" and any(other.startswith("gpr.") for other in shown):
        return "the other general registers"
    if name == "segments":
        return ", ".join(one.upper() for one in ("ds", "es", "fs", "gs") if f"segment.{one}" not in shown)
    return KEPT[name]


def _list(names: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _hint(cases: Sequence[CaseInfo], wanted: Sequence[Concept]) -> str:
    """Words that some case has, for those that none has."""
    from difflib import get_close_matches

    known = {word for case in cases for text in search.texts(case) for word in text.split()}
    near = [word for one in wanted for word in get_close_matches(search.plain(one.word).strip(), known, n=2)]
    return f"; near: {', '.join(dict.fromkeys(near))}" if near else ""
