"""Says of a report, or of its page, that a later run went into the same folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trapframe.system.files import PAGE, begins_as, write_atomically

END = b'{"finished": true}\n'  # the last line of run.jsonl, once report.json is there
PLACE = "<!-- older -->"  # of a page, where it is to say so
MARK = '<strong class="warning">{}</strong>'
HEAD = 1 << 20  # bytes of a page that PLACE is looked for in


def note(path: Path, report: Mapping[str, Any]) -> str:
    """One line where the latest run into the folder has written no report; nothing where this is its."""
    try:
        with (path.parent / "run.jsonl").open("rb") as stream:
            header = json.loads(stream.readline())
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - len(END)))
            if stream.read() == END:
                return ""
        same = all(report.get(name) == header[name] for name in header if name not in ("schema", "engines"))
        return "" if same else _sentence(str(header["started"]), str(report.get("started")))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ""  # there is no run.jsonl, or it isn't ours


def _sentence(latest: str, this: str) -> str:
    shown = (ascii(started)[1:-1] for started in (latest, this))
    return "the latest run here, started {}, did not finish: this is the one started {}".format(*shown)


def mark_page(folder: Path, started: str) -> None:
    """A page of an earlier run says that there is a later one, from its start on."""
    path = folder / "index.html"
    try:
        page = path.read_text(encoding="utf-8") if begins_as(PAGE, path) else ""
    except (OSError, UnicodeDecodeError):
        return
    if PLACE in page[:HEAD]:
        import html  # 2 ms of each run's first result

        text = f"a later run started here {started}: `./runner.py report` shows it when it has finished"
        try:
            write_atomically(path, page.replace(PLACE, MARK.format(html.escape(text)), 1).encode())
        except OSError:
            pass  # the run itself says what is wrong with the folder
