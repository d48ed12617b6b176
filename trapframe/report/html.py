"""Writes one index.html from a report: no other file, no network, no script but its own. Or with v86."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trapframe.report import compare, loaded
from trapframe.report.folder import ReportError
from trapframe.report.in_browser import write as write_v86
from trapframe.report.page import Page, collect
from trapframe.system.files import PAGE, begins_as, try_to_write, write_atomically

INDEX = "index.html"
PACK = 20  # cases that are unpacked together
TEMPLATE = Path(__file__).resolve().parent / "template"


def write(
    root: Path,
    report: Path,
    against: Path | None,
    folder: Path | None,
    pairs: Sequence[str] = (),
    in_browser: bool = False,
) -> Path:
    """`index.html` in the folder, which is the report's own if none is named; `in_browser`: v86 beside it."""
    before, after = compare.load_both(against, report, pairs) if against else (None, loaded.load(report))
    check(folder or report.parent)
    here = write_v86(root, folder or report.parent, after.infos) if in_browser else None
    page = collect(root, after, before, pairs, here)
    return write_page(page, folder or report.parent)


def check(folder: Path) -> None:
    """Whether a page can be made, and may go there."""
    if find_spec("jinja2") is None:
        raise ReportError("a page needs jinja2: `make setup` installs it (python3-jinja2)")
    path = folder / INDEX
    try:
        there = os.path.lexists(path)
        if folder.resolve() == Path("/") or there and not begins_as(PAGE, path):
            raise ReportError(f"{path}: not a page of ours; name a folder with -o DIR (compare: --html DIR)")
        try_to_write(path)
    except OSError as error:
        raise ReportError(f"can't write {path}: {error.strerror}; name a folder with -o DIR") from error


def write_page(collected: Page, folder: Path) -> Path:
    return write_text(render(collected), folder)


def write_text(page: str, folder: Path) -> Path:
    path = folder / INDEX
    try:
        write_atomically(path, page.encode())
    except OSError as error:
        raise ReportError(f"can't write {path}: {error.strerror}; name a folder with -o DIR") from error
    return path


def render(page: Page) -> str:
    return fill(
        TEMPLATE / "index.html.j2",
        [TEMPLATE / "page.css"],
        [TEMPLATE / "picture.js", TEMPLATE / "page.js"],
        **page.head,
        matrix=embedded(page.matrix),
        pack=PACK,
        panels="\n".join(_packs(page.cases)),
        sources="\n".join(_packs(page.files)),
    )


def fill(template: Path, styles: Iterable[Path], scripts: Iterable[Path], **values: Any) -> str:
    """A page with its only style and its only script."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (
        "\n" + "".join(path.read_text(encoding="utf-8") for path in paths) for paths in (styles, scripts)
    )
    return environment.get_template(template.name).render(
        style=style, script=script, style_hash=_hash(style), script_hash=_hash(script), **values
    )


def embedded(value: Any) -> str:
    """JSON in one line that can't end the element it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _packs(values: Sequence[Any]) -> Iterator[str]:
    """A line for every PACK of them: the page opens fast since it unpacks only what is looked at."""
    for at in range(0, len(values), PACK):
        yield pack(values[at : at + PACK])


def pack(value: Any) -> str:
    packed = zlib.compress(json.dumps(value, separators=(",", ":")).encode())
    return base64.b64encode(packed).decode()


def _hash(text: str) -> str:
    """As a Content-Security-Policy names the only style and the only script that may be used."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
