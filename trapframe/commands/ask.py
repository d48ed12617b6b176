"""`ask`: what exactly the processor pushes, by the specification."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trapframe.ask.fields import ALIASES, BY_NAME, GROUPS, AskError
from trapframe.system.folders import ROOT, build_folder

if TYPE_CHECKING:
    from trapframe.ask.library import Answer, Library

EXAMPLE = """./runner.py ask '#PF, gate 14 not present'
         ./runner.py ask --cpl 3 --vector 14 --gate.p 0 --ist 2

Clauses, with a comma between, in any order: an event (#PF, INT 0x80, INT3, NMI, interrupt 0x20),
'from CPL 3', a mode (64-bit, compatibility, protected, vm86, real), 'AMD', 'gate 14 not present',
'trap gate', 'IST 2', 'stack page not present', 'stack page read-only', 'IDT page not present',
'code segment not present', 'error 5', FIELD=VALUE. What isn't said is that of an ordinary kernel."""
PAGE = "docs/ask.html"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [-h] [CLAUSE ...] [--FIELD VALUE ...]"
    parser.add_argument(
        "question",
        nargs="*",
        metavar="CLAUSE",
        help="what happens, in which state; without any, on a terminal: a form",
    )
    short = {name: alias for alias, name in ALIASES.items()}
    for title, names in GROUPS.items():
        group = parser.add_argument_group(title)
        for name in names:
            field = BY_NAME[name]
            flags = [f"--{name}", *([f"--{short[name]}"] if name in short else [])]
            text = f"{field.about}: {field.allowed}".replace("%", "%%")
            group.add_argument(*flags, dest=name, metavar="VALUE", help=text)


def command(options: argparse.Namespace) -> int:
    said = {name: getattr(options, name) for name in BY_NAME if getattr(options, name) is not None}
    return ask(ROOT, ", ".join(options.question), said)


class CantBuild(RuntimeError):
    """No library to ask."""

    exit_code = 3


def ask(root: Path, text: str, said: Mapping[str, str]) -> int:
    from trapframe.ask import question
    from trapframe.ask.library import Library
    from trapframe.suite import build

    if failures := build.ensure_ask(root, 1):
        raise CantBuild(failures[0].message)
    library = Library(build_folder(root) / "spec" / "ask.so")
    if not text and not said:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise AskError(f"say what happens: {EXAMPLE.splitlines()[0]}")
        return form(root, library)
    given = question.values(question.read(text, said) | dict(said))
    for line in lines(root, library, given):
        print(line)
    return 0


def lines(root: Path, library: Library, given: Mapping[str, int]) -> Iterator[str]:
    """The whole answer."""
    from trapframe.ask import picture, question, view

    answer = library.ask(given)
    shown = view.view(answer)
    yield shown["title"]
    yield shown["end"]
    if shown["frame"]:
        yield ""
        yield from picture.lines(answer)
    if shown["handler"]:
        yield ""
        yield "The handler starts with"
        wide = max(len(name) for name, _ in shown["handler"])
        yield from (f"  {name:<{wide}}  {value}" for name, value in shown["handler"])
    for reason in shown["open"]:
        yield f"  left open: {reason}"
    yield ""
    yield "Rules, in the order of the checks"
    yield from _steps(shown["steps"])
    yield from _vendors(root, library, answer)
    yield from _engines(root, answer)
    yield ""
    yield f"The same in a browser: {PAGE}{question.link(given)}"


def _steps(steps: Sequence[Sequence[str]]) -> Iterator[str]:
    wide = max(len(rule) for kind, rule, *_ in steps if kind != "event") if len(steps) > 1 else 0
    for kind, rule, section, place, raised in steps:
        if kind == "event":
            yield f"  {rule}"
        else:
            mark = {"pass": "ok", "decides": "->", "raises": "->"}[kind]
            came = f"  raises {raised}" if raised else ""
            yield f"    {mark:<2}  {rule:<{wide}}  {place:<15}  SDM {section}{came}"


def _vendors(root: Path, library: Library, answer: Answer) -> Iterator[str]:
    from trapframe.ask import choices, view
    from trapframe.spec import VENDORS

    vendor = answer.state["vendor"]
    other = library.ask({**answer.given, "vendor": 1 - vendor})
    differs = list(view.differences(answer, other))
    yield ""
    yield "Intel and AMD" if differs else "Intel and AMD: the same"
    if differs:
        names = [view.VENDOR_NAMES[VENDORS[number]] for number in (vendor, 1 - vendor)]
        for what, mine, theirs in differs:
            yield f"  {what}: {names[0]}: {mine}; {names[1]}: {theirs}"
    for name, intel, amd in view.choices(answer, choices.read(root), bool(differs)):
        yield f"  {name}: {intel}" if intel == amd else f"  {name}: Intel: {intel}; AMD: {amd}"


def _engines(root: Path, answer: Answer) -> Iterator[str]:
    from trapframe.ask import engines

    cases, found = engines.told(engines.read(root), answer)
    yield ""
    if not cases:
        yield "Emulators: no case of the suite asks this"
        return
    like = f"{cases} {'case goes' if cases == 1 else 'cases go'} by the same rules in this mode"
    yield f"Emulators, the newest releases measured: {like}"
    for one, count in found:
        yield f"  {one.engine}: {one.id} ({count} of {cases}): {one.reason}"
    if not found:
        yield "  as far as these rules go they do what the manual says"


PROMPTS = (
    "What happens (#PF, INT 0x80, NMI, interrupt 0x20) [#PF]: ",
    "Mode (64-bit, compatibility, protected, vm86, real) [64-bit]: ",
    "CPL [that of the mode's kernel]: ",
)
MORE = "What else (gate 14 not present, IST 2, stack page not present, FIELD=VALUE) [that is all]: "


def form(root: Path, library: Library, read: Callable[[str], str] = input) -> int:
    """Three questions, and the answer; then what else, and the answer to that, until nothing is said."""
    from trapframe.ask import question

    said: dict[str, str] = {}
    prompts = [*PROMPTS]
    try:
        while True:
            prompt = prompts[0] if prompts else MORE
            text = read(prompt).strip()
            if not prompts and not text:
                return 0
            try:
                more = question.read(f"cpl {text}" if prompt is PROMPTS[2] and text.isdigit() else text, said)
                question.values(more)
                if len(prompts) < 2:
                    print("\n".join(lines(root, library, question.values(said | more))))
            except AskError as error:
                print(error)
            else:
                said |= more
                prompts = prompts[1:]
    except EOFError:
        return 0
