"""Which mistakes are made: each a change of one place in spec/, as people make them who write emulators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trapframe.mutants.syntax import Function, Node, Table
from trapframe.spec import CHOICES, VENDORS
from trapframe.spec import OPEN as OPEN_CHOICES

RULE = re.compile(r'RULE\("([^"]+)"')
# What is left open isn't a rule's business; nor are the lists that an outcome is made of.
NOT_MUTATED = (
    "begin",
    "note_rule",
    "leave_open",
    "leave_others_open",
    "note_traps",
    "raise",
    "raise_plain",
    "set_fault",
    "leave_base_open",
    "leave_stores_open",
    "spec_choices",
    "spec_layout",
    "list_store",
)
PLUMBING = (
    "read_physical",
    "read_memory",
    "translate_access",
    "in_first_page",
    "push_in_page",
)  # of this program, not of the processor
NOT_CALLED = (
    *("note_rule", "note_traps", "RULE", "PADDING", "begin"),
    *("leave_open", "leave_others_open", "leave_base_open", "leave_stores_open"),
)
OPEN_NAMES = ("padding", "abort", "flags_open", "cs_open", "dr6_maybe")
OPEN = re.compile(r"\b(padding|PADDING|abort|flags_open|cs_open|dr6_maybe)\b")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)")
MASK = 0x1000  # from which on a number is a set of bits, and not of a size
WORD_FULL = (
    0xFFFF,
    0xFFFF0000,
    0xFFFC,
    0xFFF8,
    0xFFFFFFFF,
    0xFFFFFF,
    0xFFFFFF00,
    0xF0000,
    0xFF000000,
    0xFFC00000,
)
COMPARED = {"<": ("<=",), "<=": ("<",), ">": (">=",), ">=": (">",), "==": ("!=",), "!=": ("==",)}
# Of privilege levels also:
ORDERED = {"<": ("!=",), "<=": ("==",), ">": ("!=",), ">=": ("==",), "==": ("<=", ">="), "!=": ("<", ">")}
LEVEL = re.compile(r"\b(cpl|dpl|rpl|old_cpl|new_cpl)\b|selector & 3")
# Names that stand for one another in an emulator's mistakes.
INSTEAD = {
    "GP": ("NP", "TS", "UD"),
    "NP": ("GP", "STACK"),
    "STACK": ("GP", "NP", "TS"),
    "TS": ("GP", "NP"),
    "UD": ("GP",),
    "AC": ("GP",),
    "PF": ("GP",),
    "CP": ("GP",),
    "DB": ("UD",),
    "DF": ("GP",),
    "NMI": ("DB",),
    "MC": ("NMI",),
    "true": ("false",),
    "false": ("true",),
    "AS_SYSTEM": ("AS_CPL",),
    "AS_CPL": ("AS_SYSTEM",),
    "AS_SHADOW": ("AS_CPL", "AS_SYSTEM"),
    "EVENT_FAULT": ("EVENT_TRAP",),
    "EVENT_TRAP": ("EVENT_FAULT",),
    "EVENT_NMI": ("EVENT_INTERRUPT",),
    "EVENT_INTERRUPT": ("EVENT_INT_N",),
    "EVENT_ABORT": ("EVENT_FAULT",),
    "TASK_CALL": ("TASK_JMP",),
    "TASK_JMP": ("TASK_CALL",),
    "TASK_IRET": ("TASK_JMP",),
    "TASK_INTERRUPT": ("TASK_CALL",),
    "CALL_GATE16": ("CALL_GATE32",),
    "CALL_GATE32": ("CALL_GATE16",),
    "INTERRUPT_GATE32": ("INTERRUPT_GATE16", "TRAP_GATE32"),
    "TRAP_GATE32": ("TRAP_GATE16", "INTERRUPT_GATE32"),
    "INTERRUPT_GATE16": ("INTERRUPT_GATE32",),
    "TRAP_GATE16": ("TRAP_GATE32",),
    "TASK_GATE": ("CALL_GATE16",),
    "LDT": ("TSS16",),
    "LOW32": ("0xffff", "~0ull"),
    "CONTRIBUTORY": ("BENIGN", "PAGE_FAULT"),
    "PAGE_FAULT": ("BENIGN", "CONTRIBUTORY"),
    "DOUBLE_FAULT": ("BENIGN", "CONTRIBUTORY"),
    "SERIALLY": ("GENERATE_DOUBLE_FAULT", "ENTER_SHUTDOWN"),
    "GENERATE_DOUBLE_FAULT": ("SERIALLY", "ENTER_SHUTDOWN"),
    "ENTER_SHUTDOWN": ("SERIALLY", "GENERATE_DOUBLE_FAULT"),
    "FL_STATUS": tuple(f"(FL_STATUS & ~{1 << bit:#x})" for bit in (0, 2, 4, 6, 7, 11)),
    "FL_IOPL": ("0x1000", "0x2000"),
}
FLAGS = (
    "FL_STATUS",
    "FL_TF",
    "FL_IF",
    "FL_DF",
    "FL_IOPL",
    "FL_NT",
    "FL_RF",
    "FL_VM",
    "FL_AC",
    "FL_VIF",
    "FL_VIP",
    "FL_ID",
)
EXTS = ("ext", "d->ext")
PUSHES = ("push", "has_room")
SIZED = ("load", "store", "peek", "read_tss", "write_tss", "reachable")  # whose numbers are sizes


@dataclass(frozen=True)
class Edit:
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Mutant:
    """`edits`: of one file. `place`: the rule that they are of, or the function."""

    place: str
    name: str
    edits: tuple[Edit, ...]
    kind: str = "expression"  # or statement, hoist: how they are chosen between
    vendor: str = ""  # by whose choices alone it is one

    @property
    def id(self) -> str:
        return f"{self.place}: {self.name}"


def mutants_of(file: str, text: str, functions: Sequence[Function], tables: Sequence[Table]) -> list[Mutant]:
    found = [one for function in functions for one in _Maker(file, text, function.name).function(function)]
    found += [
        one
        for table in tables
        if table.name != "choices"
        for one in _Maker(file, text, table.name).table(table)
    ]
    return list(_told_apart(found))


def _told_apart(mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """The second of one name has a number; of two that change the same into the same there is one."""
    counts: dict[str, int] = {}
    done = set()
    for one in mutants:
        if (one.edits, one.kind, one.vendor) in done:
            continue
        done.add((one.edits, one.kind, one.vendor))
        counts[one.id] = number = counts.get(one.id, 0) + 1
        yield one if number == 1 else Mutant(
            one.place, f"{one.name} ({number})", one.edits, one.kind, one.vendor
        )


def is_check(node: Node) -> bool:
    """if (...) return raise(...)"""
    return node.kind == "if" and len(node.parts) == 2 and _raises(node.parts[1])


def _raises(node: Node) -> bool:
    return node.kind == "return" and bool(node.parts) and _is_raise(node.parts[0])


def _is_raise(node: Node) -> bool:
    return node.kind == "call" and node.sign in ("raise", "raise_plain")


def _is_choice(node: Node) -> bool:
    """Its mutants are those of `choose`; one that is open is tried both ways."""
    inner = node.parts[0] if node.kind == "unary" and node.sign == "!" else node
    return inner.kind == "call" and inner.sign == "choose"


def _returns_false(node: Node) -> bool:
    return node.kind == "return" and bool(node.parts) and node.parts[0].sign == "false"


class _Maker:
    def __init__(self, file: str, text: str, function: str) -> None:
        self.text = text
        self.within = function
        self.home = self.place = f"{file} {function}"

    def source(self, node: Node) -> str:
        return re.sub(r"\s+", " ", self.text[node.start : node.end])

    def _becomes(self, node: Node, text: str, within: Node | None = None) -> Mutant:
        name = f"{self.source(node)} => {text}" + (f" in {self.source(within)}" if within else "")
        return Mutant(self.place, name, (Edit(node.start, node.end, text),))

    def function(self, function: Function) -> Iterator[Mutant]:
        if function.name == "choose":
            yield from self._choices(function.body)
        elif function.name not in (*NOT_MUTATED, *PLUMBING):
            yield from self._statement(function.body)

    def table(self, table: Table) -> Iterator[Mutant]:
        for one in self._expression(table.value):
            yield Mutant(one.place, one.name, one.edits, "table")

    def _choices(self, body: Node) -> Iterator[Mutant]:
        value = next(part for part in body.parts if part.kind == "return").parts[0]
        source = self.source(value)
        for name in CHOICES:
            for vendor in VENDORS:
                if vendor not in OPEN_CHOICES.get(name, ()):
                    text = f"({source} ^ (choice == CHOICE_{name.upper()}))"
                    edits = (Edit(value.start, value.end, text),)
                    yield Mutant("choices", f"{name} of {vendor} is the other", edits, "expression", vendor)

    # ---- Statements. ----

    def _statement(self, node: Node) -> Iterator[Mutant]:
        outer = self.place
        if node.kind in ("if", "return", "expression"):
            self._find_place(node)
        made = {
            "block": self._block,
            "if": self._if,
            "switch": self._switch,
            "for": self._for,
            "return": self._return,
            "expression": self._expression_statement,
        }.get(node.kind)
        if made:
            yield from made(node)
        else:
            for part in node.parts if node.kind in ("declaration", "while") else ():
                yield from self._expression(part) if node.kind == "declaration" else self._statement(part)
        self.place = outer

    def _find_place(self, node: Node) -> None:
        single = node.kind != "if" or node.parts[1].kind != "block" or len(node.parts[1].parts) == 1
        if single and (rules := RULE.findall(self.text[node.start : node.end])):
            self.place = rules[0]

    def _block(self, node: Node) -> Iterator[Mutant]:
        for part in node.parts:
            yield from self._statement(part)
        for first, second in zip(node.parts, node.parts[1:]):
            if is_check(first) and is_check(second):
                yield self._hoisted(first, second)
            elif self._is_word(first) and self._is_word(second):
                yield self._swapped(first, second, "statement")

    def _hoisted(self, first: Node, second: Node) -> Mutant:
        rules = [RULE.findall(self.text[one.start : one.end])[0] for one in (first, second)]
        parts = [self.text[part.start : part.end] for part in (first.parts[0], *second.parts)]
        text = "\0".join(parts)
        return Mutant(rules[1], f"before {rules[0]}", (Edit(first.start, first.start, text),), "hoist")

    def _is_word(self, node: Node) -> bool:
        return node.kind == "expression" and self.source(node).startswith("frame[n++]")

    def _swapped(self, first: Node, second: Node, kind: str) -> Mutant:
        texts = self.text[first.start : first.end], self.text[second.start : second.end]
        edits = (Edit(first.start, first.end, texts[1]), Edit(second.start, second.end, texts[0]))
        return Mutant(self.place, f"{self.source(second)} before {self.source(first)}", edits, kind)

    def _if(self, node: Node) -> Iterator[Mutant]:
        condition, body = node.parts[0], node.parts[1]
        if body.kind == "expression" and body.parts[0].sign == "leave_open":
            return
        if not self._is_of_outcome(condition):
            yield from self._decided(condition, not _returns_false(body))
        for part in node.parts[1:]:
            yield from self._statement(part)

    def _is_of_outcome(self, node: Node) -> bool:
        return any(part.kind == "member" and part.sign.endswith("_count") for part in node.walk())

    def _decided(self, condition: Node, always: bool = True) -> Iterator[Mutant]:
        if not _is_choice(condition):
            yield self._becomes(condition, "0")
        if always and not _is_choice(condition):
            yield self._becomes(condition, "1")
        yield from self._expression(condition)

    def _switch(self, node: Node) -> Iterator[Mutant]:
        value = node.parts[0]
        for part in node.parts[1].walk():
            if part.kind == "label" and part.parts and self.within != "spec_deliver":
                name, text = self.source(part.parts[0]), self.source(value)
                edits = (Edit(value.start, value.end, f"(({text}) == {name} ? 99 : ({text}))"),)
                yield Mutant(self.place, f"without case {name}", edits)
        yield from self._statement(node.parts[1])

    def _for(self, node: Node) -> Iterator[Mutant]:
        """One time less; never more, for that would leave an array."""
        for part in node.parts[1:-1]:
            if (
                part.kind == "binary"
                and part.sign in ("<", "<=")
                and part.parts[1].kind in ("number", "name")
            ):
                text = f"{self.source(part.parts[0])} {part.sign} {self.source(part.parts[1])} - 1"
                yield self._becomes(part, text)
        yield from self._statement(node.parts[-1])

    def _return(self, node: Node) -> Iterator[Mutant]:
        for part in node.parts:
            if part.kind == "binary" and part.sign == "||" and _is_raise(part.parts[-1]):
                yield self._becomes(part, "1")
            if part.sign not in ("true", "false"):
                yield from self._expression(part)

    def _expression_statement(self, node: Node) -> Iterator[Mutant]:
        (inner,) = node.parts
        if inner.kind == "call" and inner.sign in NOT_CALLED:
            return
        if inner.kind == "assignment" and inner.parts[0].sign in ("open", "maybe", *OPEN_NAMES):
            return
        edits = (Edit(node.start, node.end, ";"),)
        yield Mutant(self.place, f"without {self.source(node)}", edits, "statement")
        if inner.kind == "assignment":
            yield from self._flags(inner)
            yield from self._expression(inner.parts[1])
        else:
            yield from self._expression(inner)

    def _flags(self, node: Node) -> Iterator[Mutant]:
        """rflags &= ~(...): one more flag is cleared."""
        left, right = node.parts
        if node.sign == "&=" and left.sign == "rflags" and right.kind == "unary":
            (inner,) = right.parts
            for name in FLAGS:
                if name not in self.source(inner):
                    yield self._becomes(right, f"~({self.source(inner)} | {name})")

    # ---- Expressions. ----

    def _expression(self, node: Node, within: Node | None = None) -> Iterator[Mutant]:
        if node.kind == "call" and node.sign in NOT_CALLED or self._is_open(node):
            return
        if node.kind == "unary" and node.sign == "&":
            return
        made = {
            "binary": self._binary,
            "unary": self._unary,
            "ternary": self._ternary,
            "call": self._call,
            "list": self._list,
        }.get(node.kind)
        if made:
            yield from made(node)
        elif node.kind == "number":
            yield from (self._becomes(node, text, within) for text in self._numbers(node, within))
        elif node.kind == "name":
            yield from (self._becomes(node, text, within) for text in INSTEAD.get(node.sign, ()))
        for part in node.parts:
            if node.kind != "index" or part.sign != "-":  # whose place is computed stays in its array
                yield from self._expression(part, node)

    def _is_open(self, node: Node) -> bool:
        """A word's bits that no manual decides."""
        if node.kind != "element" or node.parts[0].kind == "list":
            return False
        if not node.sign and self.text[: node.start].rstrip().endswith(",") and self.source(node) == "0":
            return True  # all of them are decided
        return node.sign in (*OPEN_NAMES, "maybe") or bool(OPEN.search(self.source(node)))

    def _binary(self, node: Node) -> Iterator[Mutant]:
        if node.sign in ("&&", "||", "|"):
            if not any(map(_is_raise, node.parts)):
                for dropped in node.parts:
                    if _is_choice(dropped):
                        continue
                    rest = [self.source(part) for part in node.parts if part is not dropped]
                    text = f" {node.sign} ".join(rest)
                    name = f"{self.source(node)} without {self.source(dropped)}"
                    edits = (Edit(node.start, node.end, f"({text})" if len(rest) > 1 else text),)
                    yield Mutant(self.place, name, edits)
            if node.sign == "&&":
                yield from self._swapped_calls(node)
            return
        left, right = map(self.source, node.parts)
        ordered = ORDERED if LEVEL.search(f"{left} {right}") and right not in ("0", "3") else {}
        for sign in (*COMPARED.get(node.sign, ()), *ordered.get(node.sign, ())):
            yield self._becomes(node, f"{left} {sign} {right}")
        if node.sign in ("+", "-") and node.parts[1].kind != "number":
            yield self._becomes(node, left)
        if node.sign in ("&", "^"):
            yield self._becomes(node, left)

    def _swapped_calls(self, node: Node) -> Iterator[Mutant]:
        """load_code() && load_stack(): the other first."""
        for first, second in zip(node.parts, node.parts[1:]):
            if first.kind == second.kind == "call" and first.sign.startswith("load_"):
                yield self._swapped(first, second, "expression")

    def _unary(self, node: Node) -> Iterator[Mutant]:
        if (
            node.sign == "!"
            and not _is_choice(node)
            and node.parts[0].sign not in ("load", "store", "peek", "push", "translate")
        ):
            yield self._becomes(node, self.source(node.parts[0]))

    def _ternary(self, node: Node) -> Iterator[Mutant]:
        for part in node.parts[1:]:
            if not _is_raise(part) and not _is_choice(node.parts[0]):
                yield self._becomes(node, self.source(part))

    def _numbers(self, node: Node, within: Node | None) -> Iterator[str]:
        match = NUMBER.fullmatch(node.sign)
        assert match
        value, suffix = int(match[1], 0), match[2]
        if value in WORD_FULL:
            return
        if value >= MASK:
            yield from (f"{value ^ 1 << bit:#x}{suffix}" for bit in range(22))
            return
        for other in _others(value, within):
            yield f"{other:#x}{suffix}" if value > 9 else f"{other}{suffix}"

    def _call(self, node: Node) -> Iterator[Mutant]:
        if node.sign == "raise":
            yield from self._error(node.parts[2])
        if node.sign in PUSHES:
            names = {
                "size": ("(size == 4 ? 2u : 4u)",),
                "words": ("(words ? words - 1 : 0)", "words + 1"),
                "count": ("(count ? count - 1 : 0)",),
            }
            for part in node.parts:
                for other in names.get(self.source(part), ()):
                    yield self._becomes(part, other)
        for part in node.parts:
            if node.sign != "raise" and self.source(part) in EXTS:
                yield self._becomes(part, f"{self.source(part)} ^ 1", node)

    def _error(self, node: Node) -> Iterator[Mutant]:
        """EXT, IDT, TI, another index, or none."""
        source = self.source(node)
        if source == "0":
            yield self._becomes(node, "8")
            return
        for bit in (1, 2, 4, 8):
            yield self._becomes(node, f"({source}) ^ {bit}")
        yield self._becomes(node, "0")

    def _list(self, node: Node) -> Iterator[Mutant]:
        """Words of a frame: the other way round."""
        for first, second in zip(node.parts, node.parts[1:]):
            if not first.sign and first.parts[0].kind == second.parts[0].kind == "list":
                yield self._swapped(first.parts[0], second.parts[0], "expression")
            elif not first.sign and self.within == "return_to_virtual_8086":
                yield self._swapped(first.parts[0], second.parts[0], "expression")


def _others(value: int, within: Node | None) -> tuple[int, ...]:
    """What somebody might write in its place: of a flag, of a size, of a mask, of any number."""
    if within is None or within.kind == "element":
        return (1 - value,) if value in (0, 1) else (value + 1, value - 1)
    if within.kind == "assignment" and value in (0, 1):
        return (1 - value,)
    if within.kind == "call" and within.sign in SIZED:
        return (value // 2,) if value in (2, 4, 8) else (1,) if value == 0 else ()
    if within.sign == "&":
        single = not value & (value - 1)
        return tuple(one for one in (value >> 1, value << 1 if single else value << 1 | 1) if one)
    return (value + 1, value - 1) if value else (1,)
