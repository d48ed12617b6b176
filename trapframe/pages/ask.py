"""`make ask`: docs/ask.html, the specification as a page that asks it: one file, no network."""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trapframe.ask import choices, engines, view
from trapframe.ask.fields import BY_NAME, FIELDS, GROUPS, MODES, Field
from trapframe.frames import decode
from trapframe.report import html
from trapframe.spec import CHOICES, KINDS, OPEN, VENDORS
from trapframe.system.files import write_atomically
from trapframe.system.folders import ROOT, build_folder

PAGE = Path("docs/ask.html")
TEMPLATE = Path(__file__).resolve().parent.parent / "ask" / "template"
WASM = re.compile(r'<script type="text/plain" id="wasm">([A-Za-z0-9+/=]*)</script>')
EXAMPLES = (
    ("#PF from user mode", "#vector=%23pf&cpl=3"),
    ("#PF, gate 14 not present", "#vector=%23pf&gate.p=0"),
    ("INT 0x80, gate with DPL 0", "#kind=int_n&vector=0x80&cpl=3&gate.dpl=0"),
    ("The kernel’s stack has no page", "#vector=%23gp&stack_page.p=0"),
    ("... nor has #DF a stack of its own", "#vector=%23gp&stack_page.p=0&gate2.ist=0"),
    ("NMI on an IST stack", "#kind=nmi&gate.ist=2&cpl=3"),
    ("#DF through a task gate", "#mode=protected&vector=%23df&gate.type=task"),
    ("#GP in virtual-8086 mode", "#mode=vm86&vector=%23gp"),
    ("#DE in real-address mode", "#mode=real&vector=%23de"),
)
SOURCES = ("deliver.c", "memory.c", "shadow.c", "task.c", "translate.c")  # that a delivery goes through
RULE = re.compile(r'\bRULE\("([^"]+)",')
BEGINS = re.compile(r"^[a-z].*?(\w+)\([^;]*$")


def page(root: Path, wasm: str, seen: str) -> str:
    """`wasm`: the specification, base64; `seen`: docs/generated/engines-by-rules.json."""
    return html.fill(
        TEMPLATE / "ask.html.j2",
        [html.TEMPLATE / "page.css", TEMPLATE / "ask.css"],
        [html.TEMPLATE / "picture.js", TEMPLATE / "ask.js"],
        examples=EXAMPLES,
        groups=[
            {"title": title, "fields": [_field(BY_NAME[name]) for name in names]}
            for title, names in GROUPS.items()
        ],
        data=html.embedded(data(root, seen)),
        wasm=wasm,
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _field(field: Field) -> dict[str, Any]:
    """A select where there are few values."""
    few = [str(value) for value in range(1 << field.bits)] if field.bits and field.bits < 4 else []
    return {
        "name": field.name,
        "about": f"{field.about}: {field.allowed}" if field.bits > 3 else field.about,
        "options": few or ([] if field.bits else list(field.words)),
        "words": list(field.words) if field.bits else [],
    }


def data(root: Path, seen: str) -> dict[str, Any]:
    """All that the page's script knows; `seen`: docs/generated/engines-by-rules.json."""
    texts = choices.read(root)
    functions = list(_functions(root))
    table = json.loads(seen)
    return {
        "fields": [
            {"name": one.name, "bits": one.bits, "words": dict(one.words), "allowed": one.allowed}
            for one in FIELDS
        ],
        "decode": {
            "vectors": decode.VECTORS,
            "rflags": decode.RFLAGS,
            "cr0": decode.CR0,
            "dr6": decode.DR6,
            "dr6_inverted": decode.DR6_INVERTED,
            "page_fault": decode.PAGE_FAULT,
            "selector_errors": decode.SELECTOR_ERRORS,
            "control_protection": decode.CONTROL_PROTECTION,
        },
        "kinds": KINDS,
        "modes": MODES,
        "mode_names": view.MODE_NAMES,
        "vendor_names": [view.VENDOR_NAMES[one] for one in VENDORS],
        "events": view.EVENT_NAMES,
        "widths": view.WIDTHS,
        "registers": view.REGISTERS,
        "also": view.ALSO,
        "also_names": view.ALSO_NAMES,
        "shutdown": view.SHUTDOWN,
        "choices": [[name, *texts[name]] for name in CHOICES],
        "open_choices": list(OPEN),
        "environments": engines.ENVIRONMENTS,
        "ordinary": engines.ORDINARY,
        "delivery": engines.DELIVERY,
        "boundary": engines.BOUNDARY,
        "no_vector": engines.NO_VECTOR,
        "cases": table["cases"],
        "deviations": table["deviations"],
        "functions": functions,
        "statements": dict(_statements(functions)),
    }


def _functions(root: Path) -> Iterator[dict[str, Any]]:
    """Those of a delivery that have rules."""
    for file in SOURCES:
        lines = _text(root / "spec" / file).splitlines()
        begin, name = 0, ""
        for number, line in enumerate(lines, 1):
            if found := BEGINS.match(line):
                begin, name = number, found[1]
            if line == "}" and begin:
                text = lines[begin - 1 : number]
                if any(RULE.search(one) for one in text):
                    yield {"file": file, "line": begin, "name": name, "text": text}
                begin = 0


def _statements(functions: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[str, int]]]:
    """By place of its first line: the place of its rule, and how many lines it has."""
    for function in functions:
        text: list[str] = function["text"]
        for number, line in enumerate(text):
            if not RULE.search(line):
                continue
            first = _begin(text, number)
            file, at = function["file"], function["line"]
            yield f"{file}:{at + first}", (f"{file}:{at + number}", number - first + 1)


def _begin(text: list[str], number: int) -> int:
    """The `if` of a rule's statement, or the line that the statement begins with."""
    first = number
    while first and not text[first].lstrip().startswith(("return ", "if ", "note_rule", "raise", "?", ":")):
        first -= 1
    return first - 1 if text[first - 1].lstrip().startswith("if (") else first


def committed(root: Path) -> str:
    """The specification of the page that is there."""
    found = WASM.search(_text(root / PAGE))
    return found[1] if found else ""


def main(root: Path = ROOT) -> int:
    wasm = base64.b64encode((build_folder(root) / "spec" / "ask.wasm").read_bytes()).decode()
    seen = _text(root / engines.TABLE)
    write_atomically(root / PAGE, page(root, wasm, seen).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
