"""docs/generated/task-switch-matrix.md: what each check of a task switch raises, for each way to switch.

`make docs` writes it from the golden files; the checks stand in the manual's order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from trapframe.frames import decode
from trapframe.pages.switches import raised
from trapframe.spec import Specification
from trapframe.truth import expect
from trapframe.truth.expect import GoldenFile, Outcome

TABLE = "Exception Conditions Checked During a Task Switch"
FAMILY = "task_switch"
WAYS = {  # to switch, as names of cases have them
    "jmp": "JMP",
    "call": "CALL",
    "jmp_gate": "JMP to a task gate",
    "call_gate": "CALL to a task gate",
    "int": "INT n",
    "iret": "IRET",
    "ud": "#UD",
    "ac": "#AC",
    "interrupt": "interrupt",
}
DATA = ("ds", "es", "fs", "gs")


@dataclass(frozen=True)
class Check:
    """One of the manual's, and the cases' ways to fail it: what stands in their names, and what it is."""

    what: str
    file: str  # below the family
    defects: Mapping[str, str]


BEYOND, LOCAL, SYSTEM = "not all in the table", "TI=1, without an LDT", "a system segment"
OF_TSS = (  # of the descriptor of the new TSS
    Check(
        "the selector is one of the GDT's, within its limit",
        "descriptor",
        {"local": "TI=1", "beyond": "not all in the GDT", "null": "null"},
    ),
    Check(
        "the descriptor is a TSS's",
        "descriptor",
        {
            "data": "a data segment",
            "segment": "code or data whose type is that of the TSS, but for S",
            "call_gate": "a call gate",
            "ldt": "an LDT",
        },
    ),
    Check("it is present", "descriptor", {"not_present": "P=0"}),
    Check("it is not busy; for IRET: it is", "descriptor", {"not_available": "busy; for IRET: available"}),
    Check("its limit is large enough", "descriptor", {"limit": "66H; of a 16-bit TSS 2AH"}),
    Check(
        "its pages are there (step 5)",
        "memory",
        {
            "": "the first is missing",
            "user": "the same, at CPL 3",
            "half": "the second is missing",
            "end": "the last byte's is missing",
        },
    ),
)
OF_STATE = (  # of what is loaded from the new TSS
    Check(
        "LDT: the selector is valid",
        "new_ldt",
        {"local": "TI=1", "beyond": BEYOND, "type": "a data segment", "system": "a TSS"},
    ),
    Check(
        "CS: the DPL is right",
        "new_code",
        {"rpl": "RPL 3, DPL 0", "dpl": "RPL 0, DPL 3", "conforming": "conforming, DPL 3, RPL 0"},
    ),
    Check(
        "SS: the selector is valid",
        "new_stack",
        {
            "null": "null",
            "local": LOCAL,
            "beyond": BEYOND,
            "system": SYSTEM,
            "code": "a code segment",
            "read_only": "read-only",
        },
    ),
    Check("SS: it is present", "new_stack", {"not_present": "P=0"}),
    Check("SS: its DPL is CPL", "new_stack", {"dpl": "another DPL", "outer": "another DPL and RPL"}),
    Check("LDT: it is present", "new_ldt", {"not_present": "P=0"}),
    Check(
        "CS: the selector is valid",
        "new_code",
        {
            "null": "null",
            "local": LOCAL,
            "beyond": BEYOND,
            "data": "a data segment",
            "system": SYSTEM,
            "tss": "a TSS, its type that of code",
        },
    ),
    Check("CS: it is present", "new_code", {"not_present": "P=0"}),
    Check("SS: its RPL is CPL", "new_stack", {"rpl": "another RPL"}),
    Check(
        "DS, ES, FS, GS: the selector is valid",
        "new_data",
        {"local": LOCAL, "beyond": BEYOND, "system": SYSTEM},
    ),
    Check("DS, ES, FS, GS: it is readable", "new_data", {"execute_only": "execute-only code"}),
    Check("DS, ES, FS, GS: it is present", "new_data", {"not_present": "P=0"}),
    Check(
        "DS, ES, FS, GS: its DPL isn't below CPL",
        "new_data",
        {"dpl": "DPL 0 at CPL 3", "code_rpl": "code of DPL 3, with an RPL above"},
    ),
    Check("EIP is within CS (the table has no such line)", "new_code", {"eip_limit": "one byte beyond"}),
)
FILES = tuple(dict.fromkeys(f"{FAMILY}/{check.file}" for check in (*OF_TSS, *OF_STATE)))
NAME = re.compile(
    rf"(?P<file>descriptor|memory|new_[a-z]+?)_(?P<way>{'|'.join(sorted(WAYS, key=len, reverse=True))})"
    rf"(?P<short>16)?(?:_(?P<register>{'|'.join(DATA)}))?(?:_(?P<defect>[a-z_]+?))?(?P<short_too>16)?"
)
OTHERS = (
    *("memory_error_code", "memory_no_error_code"),  # no checks
    *("new_ldt_int_high", "new_ldt_int16_high"),  # of the selector's width
)
SELECTOR = re.compile(r"([GL])DT\[0x[0-9a-f]+\]")

HEAD = f"""\
# Task switches, check by check

What SDM 3A "Task Switching" requires where a check of its table
"{TABLE}" fails: the lines are the checks in the table's order,
each with the ways in which cases fail it; the columns are what switches the task. A cell has the exception
with its error code (`selector`: the one that the check is about), and which TSSs, of 32 bits or of 16 bits,
there is a case of. An empty cell has none. `{FAMILY}/` and the pattern of a line are its cases' names.

Written by `make docs`. The exceptions are what [the specification](../spec.md) says of each such switch,
constructed with this one defect; which cells there are, and the last table, come from the golden files
`expected/{FAMILY}/`. A cell in bold: the golden file of a case says other, and one of the two is wrong.
Where releases of emulators deviate: [findings.md](findings.md).
"""
IN_OLD = """
## Of the new TSS: in the old task

The exception comes at the instruction that was to switch, or at the one that was interrupted. No TSS, no
descriptor and no register has changed.
"""
IN_NEW = """
## Of the new task's state: in the new task

The exception comes in the new task, before its first instruction. In these cases another task handles it, as
the manual recommends: the frame is what the new task's TSS then holds, and the error code lies on the
handling task's stack.
"""
COMMITTED = """
## What is committed by then

What the cases of the second table find of SDM 3A table "Effect of a Task Switch on Busy Flag, NT Flag,
Previous Task Link Field, and TS Flag".
"""


@dataclass(frozen=True)
class Cell:
    """One case: which way, whether to a 16-bit TSS, and what is required of it."""

    file: str
    way: str
    is_short: bool
    register: str
    defect: str
    outcome: Outcome

    @property
    def said(self) -> dict[str, str]:
        return {entry.name.removeprefix("frame 1."): entry.expect.text for entry in self.outcome.fields}

    @property
    def exception(self) -> str:
        return _told(int(self.said["vector"], 16), int(self.said["error"], 16))

    def held(self, spec: Specification) -> str:
        """What the specification says, and where the golden file says other."""
        found = _told(*raised(spec, self.file, self.way, self.is_short, self.defect, self.register))
        return found if found == self.exception else f"**{found}, the golden file: {self.exception}**"


def _told(vector: int, error: int) -> str:
    told = decode.exception(vector, error)
    return SELECTOR.sub(lambda found: "selector TI" if found[1] == "L" else "selector", told)


def page(spec: Specification, goldens: Mapping[str, GoldenFile]) -> str:
    """The whole page."""
    cells = [cell for file in FILES for cell in cells_of(goldens[file])]
    new = [cell for cell in cells if any(cell.file == check.file for check in OF_STATE)]
    before, behind = _table(spec, OF_TSS, cells), _table(spec, OF_STATE, cells)
    return "".join((HEAD, IN_OLD, before, IN_NEW, behind, COMMITTED, _committed(new)))


def cells_of(found: GoldenFile) -> Iterator[Cell]:
    """One for each section that fails a check."""
    for section in found.sections:
        named = NAME.fullmatch(section.name)
        if section.amd or not named or section.name in OTHERS:
            continue
        outcome = expect.outcomes(found, section.name, "intel")[0]
        is_short = bool(named["short"] or named["short_too"])
        register, defect = named["register"] or "", named["defect"] or ""
        yield Cell(named["file"], named["way"], is_short, register, defect, outcome)


def _table(spec: Specification, checks: Iterable[Check], cells: Iterable[Cell]) -> str:
    known = list(cells)
    files = {check.file for check in checks}
    ways = [way for way in WAYS if any(cell.way == way and cell.file in files for cell in known)]
    lines = [f"| check | fails by | cases | {' | '.join(WAYS[way] for way in ways)} |"]
    lines.append("|---" * (len(ways) + 3) + "|")
    for check in checks:
        what = check.what
        for defect, how in check.defects.items():
            mine = [cell for cell in known if (cell.file, cell.defect) == (check.file, defect)]
            across = [_cell(spec, (cell for cell in mine if cell.way == way)) for way in ways]
            register = "_?s" if check.file == "new_data" else ""
            pattern = f"`{check.file}_*{register}{f'_{defect}' if defect else ''}`"
            lines.append(f"| {what} | {how} | {pattern} | {' | '.join(across)} |")
            what = ""
    return "\n" + "\n".join(lines) + "\n"


def _cell(spec: Specification, cells: Iterable[Cell]) -> str:
    """`#NP(selector) 32 16`: what is raised, and for which size of the new TSS."""
    sizes: dict[str, set[str]] = {}
    for cell in cells:
        sizes.setdefault(cell.held(spec), set()).add("16" if cell.is_short else "32")
    return "<br>".join(
        f"{text} {' '.join(sorted(which, reverse=True))}" for text, which in sorted(sizes.items())
    )


def _committed(cells: Iterable[Cell]) -> str:
    """By way: what all of its cases have in common."""
    known = list(cells)
    ways = [way for way in WAYS if any(cell.way == way for cell in known)]
    lines = [f"| | {' | '.join(WAYS[way] for way in ways)} |", "|---" * (len(ways) + 1) + "|"]
    for title, read in EFFECTS.items():
        across = [sorted({read(cell) for cell in known if cell.way == way}) for way in ways]
        lines.append(f"| {title} | {' | '.join(' or '.join(one) for one in across)} |")
    return "\n" + "\n".join(lines) + "\n"


def _type(cell: Cell, task: str) -> str:
    """Busy or available, where that has changed."""
    kind = cell.said.get(f"task.{task}.type")
    return decode.TSS_TYPES[int(kind, 16)].partition(", ")[2] if kind else ""


def _bit(cell: Cell, field: str, bit: int) -> str:
    return str(int(cell.said[field], 16) >> bit & 1)


def _old_busy(cell: Cell) -> str:
    return {"": "stays set", "available": "cleared"}[_type(cell, "main")]


def _new_busy(cell: Cell) -> str:
    return {"": "stays set", "busy": "set"}[_type(cell, "other")]


def _link(cell: Cell) -> str:
    return {"main": "the old task", None: "as it was"}[cell.said.get("task.other.link")]


def _old_eip(cell: Cell) -> str:
    return {"fault+0x0": "this instruction", "after+0x0": "the next one"}[cell.said["task.main.eip"]]


EFFECTS: Mapping[str, Callable[[Cell], str]] = {
    "busy flag of the old task": _old_busy,
    "busy flag of the new task": _new_busy,
    "link in the new task's TSS": _link,
    "NT of the new task": lambda cell: _bit(cell, "eflags", decode.RFLAGS["NT"]),
    "NT in the old task's TSS": lambda cell: _bit(cell, "task.main.eflags", decode.RFLAGS["NT"]),
    "EIP in the old task's TSS": _old_eip,
    "CR0.TS": lambda cell: _bit(cell, "cr0", decode.CR0["TS"]),
}
