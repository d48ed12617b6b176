"""docs/generated/findings.md: where releases deviate from the manual, for whoever maintains the emulator.

What a deviation is comes from the golden files and the quirks. docs/data/findings.toml adds what only a
reader of the emulator's source knows: where it is, how sure we are, and quirks that have one cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trapframe.engines.version import in_range, order
from trapframe.frames import decode, environment
from trapframe.frames.facts import IPS
from trapframe.model import CaseInfo
from trapframe.pages import sweeps, unlike
from trapframe.pages.unlike import Row
from trapframe.sweep.known import Known as Swept
from trapframe.truth import one_line, quirk
from trapframe.truth.expect import Expect, Outcome
from trapframe.truth.expected import Expected
from trapframe.truth.quirk import Quirk

NOTES = "docs/data/findings.toml"
KEYS = {"engine", "quirks", "title", "case", "rule", "seen", "place", "sure", "text"}
NAMES = {"qemu": "QEMU", "bochs": "Bochs", "mame": "MAME", "dosbox": "DOSBox"}
SURE = {
    "certain": "certain: the manual says it in so many words",
    "likely": "likely: it follows from the manual, which doesn't say it of just this case",
    "doubtful": "doubtful: processors may differ, or the manual can be read otherwise",
}
SEEN, FREE = "●", "·"
CONTEXT = ("vector", "error", *IPS)  # of a frame that differs: shown even where they don't

HEAD = """\
# Findings

Where releases of emulators deviate from the manual, as measured with the cases of this suite. `make docs`
writes this page from the golden files, the quirks in `expected/quirks/`, and `docs/data/findings.toml`.

For each engine first a time line: every recorded deviation, and the releases in which it was seen (●) or
which are free of it (·). Then one section for each deviation of the newest release, to be filed as it stands:
the rule, the smallest case, what must come and what comes (`*` marks what differs in bits that the manual
decides; the rest is as expected).

The steps of each install the release beside the system's own, show every field of every frame, golden and
seen, and leave the ROM: with `-n` its SHA-256 is printed, and the emulator's own command line. The hash is
that of one release of the compiler, so it stands there and not here.

A place is named where the emulator's source was read: for QEMU that of 10.0.13, while the deviation was
measured in 11.1.3 too; for Bochs commit 783b58fd6, of the day before the snapshot that 3.1 was built from;
for v86 commit 71a97849, for DOSBox 0.74-3, for MAME the i386 core of some releases, in which files move but
not names.
"""


class FindingsError(Exception):
    """docs/data/findings.toml says something that can't be."""

    exit_code = 5


@dataclass(frozen=True)
class Note:
    """What docs/data/findings.toml says of one cause."""

    engine: str
    quirks: tuple[str, ...]
    title: str
    sure: str
    case: str = ""
    rule: str = ""  # instead of what each of the quirks says
    seen: str = ""
    place: str = ""
    text: str = ""


@dataclass(frozen=True)
class Finding:
    """One deviation of the newest release."""

    note: Note
    quirks: tuple[Quirk, ...]
    case: str
    spec: str
    rows: tuple[tuple[str, str, str], ...]  # field, expected, seen
    count: int  # of cases that show it
    profile: str = "intel"

    @property
    def title(self) -> str:
        return self.note.title


@dataclass(frozen=True)
class Known:
    """All that the page is made of."""

    cases: Mapping[str, CaseInfo]
    found: Expected
    notes: Sequence[Note] = field(default_factory=tuple)
    unlike: Sequence[Row] = ()
    swept: Mapping[str, Sequence[Swept]] = field(default_factory=dict)


def read_notes(path: Path) -> tuple[Note, ...]:
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = table.get("finding", [])
        for entry in entries:
            if unknown := sorted(entry.keys() - KEYS):
                raise ValueError(f"unknown key {unknown[0]!r}; there is {', '.join(sorted(KEYS))}")
            if entry.get("sure") not in SURE:
                raise ValueError(f"sure = {entry.get('sure')!r}; there is {', '.join(SURE)}")
        return tuple(Note(quirks=tuple(entry.pop("quirks")), **entry) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FindingsError(f"{NOTES}: {error}") from error


# What is found.


def shown(known: Quirk, releases: Sequence[str]) -> list[bool]:
    return [in_range(release, known.versions) for release in releases]


def findings(known: Known, kind: str) -> list[Finding]:
    """Those of the newest measured release, the ones that most cases show first."""
    newest = max(known.found.measured[kind], key=order)
    active = {one.id: one for one in known.found.quirks[kind] if in_range(newest, one.versions)}
    every = {one.id for one in known.found.quirks[kind]}
    notes = [note for note in known.notes if note.engine == kind]
    noted = [name for note in notes for name in note.quirks]
    for name in noted:
        if name not in every:
            raise FindingsError(f"{NOTES}: {kind} has no quirk '{name}'")
        if noted.count(name) > 1:
            raise FindingsError(f"{NOTES}: {kind} has the quirk '{name}' twice")
    groups = [(note, [active[name] for name in note.quirks if name in active]) for note in notes]
    for name in active:
        if name not in noted:
            raise FindingsError(f"{NOTES}: no finding for {kind}'s quirk '{name}', which {newest} shows")
    places = {case: number for number, case in enumerate(known.cases)}
    found = [_finding(known, places, note, quirks) for note, quirks in groups if quirks]
    return sorted(found, key=lambda one: (-one.count, one.title))


def _finding(known: Known, places: Mapping[str, int], note: Note, quirks: Sequence[Quirk]) -> Finding:
    """`places`: of all cases, in their order."""
    covered: dict[str, list[Quirk]] = {}
    for one in quirks:
        for name in one.among(known.cases):
            covered.setdefault(name, []).append(one)
    shows = []
    for name in sorted(covered, key=places.__getitem__):
        for profile in ("intel", "amd"):  # on the second where it doesn't show on the first
            if rows := _rows(known, known.cases[name], profile, covered[name]):
                shows.append((name, profile, rows))
                break
    if not (touched := [one for one in shows if not note.case or one[0] == note.case]):
        raise FindingsError(f"{NOTES}: quirk '{quirks[0].id}' shows in no case {note.case}".rstrip())
    kinds = list(environment.ALL)
    case, profile, rows = min(
        touched,
        key=lambda one: (
            one[1] != "intel",
            len(one[2]),
            kinds.index(known.cases[one[0]].env),
            len(one[0]),
            one[0],
        ),
    )
    return Finding(note, tuple(quirks), case, known.cases[case].spec, tuple(rows), len(shows), profile)


def _rows(known: Known, info: CaseInfo, profile: str, quirks: Sequence[Quirk]) -> list[tuple[str, str, str]]:
    """Field by field where the quirks, which cover the case, make a difference to what is expected."""
    mine = [one for one in quirks if profile in one.profiles]
    goldens = known.found.outcomes(info, profile) if mine else ()
    if not goldens:
        return []
    golden = goldens[0]
    if ended := next((one for one in mine if one.outcome), None):
        why = f": {ended.came[0]}" if ended.came else ""
        return [*_told(golden), ("end", _end(golden), f"{ended.outcome}{why}")]
    if told := next((one.came for one in mine if one.came), ()):
        return [("outcome", one_line.expected(golden), " or ".join(told))]
    whole = next((found for one in mine if (found := quirk.instead_of(one, info.case))), None)
    seen = whole or quirk.apply(mine, golden)[0]
    return _difference(golden, seen)


def _told(outcome: Outcome) -> list[tuple[str, str, str]]:
    fields = {entry.name: entry.expect for entry in outcome.fields}
    return [(name, _text(name, fields), "-") for name in ("frame 1.vector",) if name in fields]


def _end(outcome: Outcome) -> str:
    return next(entry.expect.text for entry in outcome.fields if entry.name == "end")


def _difference(golden: Outcome, seen: Outcome) -> list[tuple[str, str, str]]:
    if seen is golden:
        return []
    wants = {entry.name: entry.expect for entry in golden.fields}
    comes = {entry.name: entry.expect for entry in seen.fields}
    differing = [
        name for name in dict.fromkeys((*wants, *comes)) if _differs(wants.get(name), comes.get(name))
    ]
    if not differing:
        return []
    blocks = {name.partition(".")[0] for name in differing}
    context = [
        f"{block}.{name}" for block in sorted(blocks) for name in CONTEXT if f"{block}.{name}" in wants
    ]
    whole = {block for block in blocks if (block in wants) != (block in comes)}
    names = [
        name
        for name in dict.fromkeys((*wants, *comes))
        if (name in differing or name in context and not _says_nothing(name, wants, comes))
        and _worth_showing(name, whole)
    ]
    return [(name, _text(name, wants), _text(name, comes)) for name in names]


def _differs(want: Expect | None, came: Expect | None) -> bool:
    """In bits that the manual decides, as far as both say anything."""
    if want is None or came is None:
        return want is not came
    if "any" in (want.text, came.text):
        return False
    masks = [one.mask for one in (want, came) if one.mask is not None]
    if masks and want.text.startswith("0x") and came.text.startswith("0x"):
        wrong = int(want.text, 16) ^ int(came.text, 16)
        return all(wrong & mask for mask in masks)
    return want.text != came.text


def _says_nothing(name: str, *sides: Mapping[str, Expect]) -> bool:
    return any(name in side and side[name].text == "any" for side in sides)


def _worth_showing(name: str, whole: Iterable[str]) -> bool:
    """Of a frame that is missing, or that nobody expected, only what it is."""
    block, _, rest = name.partition(".")
    return not rest and name not in whole or bool(rest) and (block not in whole or rest in CONTEXT)


def _text(name: str, fields: Mapping[str, Expect]) -> str:
    expect = fields.get(name)
    if expect is None:
        return "-"
    vector = fields.get(f"{name.rpartition('.')[0]}.vector")
    bits = (
        decode.field(name, expect.number, vector.number if vector else None)
        if expect.number is not None
        else ""
    )
    return f"{expect.text}  {bits}".rstrip()


# The page.


def page(known: Known) -> str:
    kinds = [kind for kind in known.found.measured if known.found.quirks.get(kind)]
    parts = [HEAD]
    for kind in kinds:
        parts += _engine(known, kind)
    return "\n".join("\n".join(parts).splitlines()) + "\n"


def _engine(known: Known, kind: str) -> Iterator[str]:
    releases = sorted(known.found.measured[kind], key=order)
    found = findings(known, kind)
    where = {one.id: finding for finding in found for one in finding.quirks}
    yield f"## {NAMES.get(kind, kind)}\n"
    yield f"| deviation | {' | '.join(releases)} |"
    yield f"|---|{':-:|' * len(releases)}"
    for one in known.found.quirks[kind]:
        marks = " | ".join(SEEN if is_shown else FREE for is_shown in shown(one, releases))
        link = f"[{one.id}](#{anchor(kind, where[one.id])})" if one.id in where else one.id
        yield f"| {link} | {marks} |"
    yield ""
    for finding in found:
        yield from _section(kind, finding, releases)
    yield from sweeps.section(known.swept.get(kind, ()), kind, NAMES.get(kind, kind), releases)
    yield from unlike.section(known.unlike, kind, NAMES.get(kind, kind))


def heading(kind: str, finding: Finding) -> str:
    return f"{NAMES.get(kind, kind)}: {finding.title}"


def anchor(kind: str, finding: Finding) -> str:
    """As GitHub makes it of the heading."""
    kept = [letter for letter in heading(kind, finding).lower() if letter.isalnum() or letter in " -_"]
    return "".join(kept).replace(" ", "-")


def _section(kind: str, finding: Finding, releases: Sequence[str]) -> Iterator[str]:
    yield f"### {heading(kind, finding)}\n"
    rules = [finding.note.rule] if finding.note.rule else [one.rule for one in finding.quirks]
    yield from (f"- rule: {rule}" for rule in dict.fromkeys(rules))
    reasons = [finding.note.seen] if finding.note.seen else [one.reason for one in finding.quirks]
    yield from (f"- seen: {reason}" for reason in dict.fromkeys(reasons))
    yield f"- releases: {_releases(finding.quirks, releases)}"
    others = f", and {finding.count - 1} more" if finding.count > 1 else ""
    engine = f"{kind}@{releases[-1]}{':amd' if finding.profile == 'amd' else ''}"
    yield f"- smallest case: `{finding.case}`{others}"
    yield (
        f"- steps: `./runner.py engines install {kind}@{releases[-1]}`;"
        f" `./runner.py diff {finding.case} -e {engine}` shows every field;"
        f" `./runner.py run {finding.case} -e {engine} -n` leaves the ROM to be run by hand"
    )
    if finding.note.place:
        yield f"- place: {finding.note.place}"
    yield f"- confidence: {SURE[finding.note.sure]}"
    yield from (
        f"- upstream: {text}" for text in dict.fromkeys(one.upstream for one in finding.quirks) if text
    )
    yield ""
    width = max(len(name) for name, _, _ in finding.rows)
    middle = max(len(expected) for _, expected, _ in (*finding.rows, ("", "expected", "")))
    yield f"    {'':<{width}}  {'expected':<{middle}}  seen"
    for name, expected, seen in finding.rows:
        mark = " " if expected == seen else "*"
        yield f"  {mark} {name:<{width}}  {expected:<{middle}}  {seen}".rstrip()
    yield ""
    if finding.note.text:
        yield f"{finding.note.text.strip()}\n"


def _releases(quirks: Sequence[Quirk], releases: Sequence[str]) -> str:
    """A release shows the cause where it shows any of its quirks."""
    marks = zip(*(shown(one, releases) for one in quirks))
    return ", ".join(
        f"{release} {'seen' if any(mark) else 'free of it'}" for release, mark in zip(releases, marks)
    )
