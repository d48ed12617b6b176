"""The sources of all mutants at once: a variable says which one a run is of, an array which it comes through.

An expression without side effects is computed in both readings, and only where they differ the mutant counts
as reached: no other run can see it. So most runs needn't be made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from trapframe.mutants.operators import Edit, Mutant
from trapframe.mutants.syntax import Function, Node, Table, parse

PURE_CALLS = frozenset(
    "IDT_ERROR PADDING RULE SELECTOR_ERROR are_canonical bits class_of code_breakpoints compose current_stack"
    " decode_gate decode_segment enabled error_code flat_segment forbidden format_of has_room"
    " in_table iopl ip_within_limit is_64bit is_canonical is_code is_conforming is_ia32e"
    " is_ldt_selector is_null is_protected is_readable is_software is_virtual_8086"
    " is_writable_data key_forbids linear_address linear_ip misaligned null_segment"
    " return_address shadow_stack_enabled stack_address stack_has stack_mask virtual_8086_segment"
    " wide_entries within_limit written_flags".split()
)
PRELUDE = """\
extern int spec_mutant;
extern unsigned char spec_reached[];
#define MUTANT(n) (spec_reached[n] = 1, spec_mutant == (n))
#define INSTEAD(n, text) \\
    { __typeof__(v_) w_ = (text); \\
      if (__builtin_memcmp(&v_, &w_, sizeof v_)) { spec_reached[n] = 1; if (spec_mutant == (n)) r_ = w_; } }
"""


def variables(count: int) -> str:
    return f"""\
int spec_mutant = -1;
unsigned char spec_reached[{count}];
const unsigned spec_mutants = {count};
"""


def is_pure(node: Node) -> bool:
    for part in node.walk():
        if part.kind in ("assignment", "postfix", "list", "literal", "element", "string"):
            return False
        if part.kind == "unary" and part.sign in ("++", "--"):
            return False
        if part.kind == "call" and part.sign not in PURE_CALLS:
            return False
    return True


class Writer:
    """Of one file. `mutants`: by number."""

    def __init__(self, text: str, mutants: Mapping[int, Mutant]) -> None:
        self.text = text
        self.mutants = mutants
        self.edits = [(number, edit) for number, one in mutants.items() for edit in one.edits]
        self.by_place: dict[tuple[int, int], list[tuple[int, Edit]]] = defaultdict(list)
        for number, edit in self.edits:
            self.by_place[edit.start, edit.end].append((number, edit))
        self.written: set[int] = set()

    def file(self) -> str:
        functions, tables = parse(self.text)
        parts: list[Function | Table] = [*functions, *tables]
        parts.sort(key=lambda one: one.body.start if isinstance(one, Function) else one.start)
        written, at = [], 0
        for one in parts:
            start, end = (one.body.start, one.body.end) if isinstance(one, Function) else (one.start, one.end)
            changed = self._statement(one.body) if isinstance(one, Function) else self._table(one)
            written += [self.text[at:start], changed]
            at = end
        missing = set(self.mutants) - self.written
        assert not missing, [self.mutants[number].id for number in missing]
        return "".join((*written, self.text[at:]))

    # ---- Text. ----

    def _raw(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def _spliced(self, node: Node, parts: Iterable[tuple[Node, str]]) -> str:
        """The node's text, with other texts for some of its parts."""
        written, at = [], node.start
        for part, text in parts:
            written += [self.text[at : part.start], text]
            at = part.end
        return "".join((*written, self.text[at : node.end]))

    def _applied(self, node: Node, number: int) -> str:
        """The node's text as this mutant has it."""
        text, at = "", node.start
        for edit in sorted(self.mutants[number].edits, key=lambda one: one.start):
            if node.start <= edit.start and edit.end <= node.end:
                text += self.text[at : edit.start] + edit.text
                at = edit.end
        return text + self.text[at : node.end]

    def _at(self, node: Node, *kinds: str) -> list[tuple[int, Edit]]:
        found = [
            (number, edit)
            for number, edit in self.by_place[node.start, node.end]
            if self.mutants[number].kind in kinds
        ]
        self.written.update(number for number, _ in found)
        return found

    def _inside(self, node: Node) -> list[int]:
        return sorted(
            {
                number
                for number, edit in self.edits
                if self.mutants[number].kind == "expression"
                and node.start <= edit.start
                and edit.end <= node.end
            }
        )

    # ---- Tables. ----

    def _table(self, table: Table) -> str:
        raw = self.text[table.start : table.end]
        numbers = sorted(
            {number for number, edit in self.edits if table.start <= edit.start and edit.end <= table.end}
        )
        if not numbers:
            return raw
        self.written.update(numbers)
        whole = Node("table", table.start, table.end)
        head, _, tail = raw.partition(table.name)
        written = [f"{head}{table.name}_all{tail}\n"]
        chosen = f"&{table.name}_all"
        for number in numbers:
            head, _, tail = self._applied(whole, number).partition(table.name)
            written.append(f"{head}{table.name}_{number}{tail}\n")
            chosen = f"MUTANT({number}) ? &{table.name}_{number} : {chosen}"
        return "".join((*written, f"#define {table.name} (*({chosen}))\n"))

    # ---- Statements. ----

    def _statement(self, node: Node) -> str:
        text = self._changed_statement(node)
        for number, edit in self._at(node, "statement"):
            if edit.text == ";" and self._keeps_target(node):
                target = self._raw(node.parts[0].parts[0])
                text = (
                    f"{{ __typeof__({target}) before_{number} = {target}; {text}"
                    f" if (__builtin_memcmp(&before_{number}, &({target}), sizeof before_{number}))"
                    f" {{ if (MUTANT({number})) {target} = before_{number}; }} }}"
                )
            else:
                text = f"{{ if (MUTANT({number})) {{ {edit.text} }} else {{ {text} }} }}"
        return self._hoists(node) + text

    def _hoists(self, node: Node) -> str:
        text = ""
        for number, edit in self.by_place[node.start, node.start]:
            if self.mutants[number].kind != "hoist":
                continue
            self.written.add(number)
            first, second, body = edit.text.split("\0")
            if is_pure(_expression_of(first)) and is_pure(_expression_of(second)):
                text += f"if (({first}) && ({second}) && MUTANT({number})) {body} "
            else:
                text += f"if (MUTANT({number}) && ({second})) {body} "
        return text

    def _keeps_target(self, node: Node) -> bool:
        """A call that stores something isn't made, either."""
        inner = node.parts[0]
        return inner.kind == "assignment" and all(map(is_pure, inner.parts))

    def _changed_statement(self, node: Node) -> str:
        if node.kind in ("block", "jump"):
            return self._spliced(node, ((part, self._statement(part)) for part in node.parts))
        if node.kind in ("if", "while", "switch"):
            condition, *bodies = node.parts
            parts = [(condition, self._expression(condition, node.kind != "switch"))]
            return self._spliced(
                node, [*parts, *((body, f"{{ {self._statement(body)} }}") for body in bodies)]
            )
        if node.kind == "for":
            *heads, body = node.parts
            parts = [(head, self._expression(head, True)) for head in heads if head.kind == "binary"]
            return self._spliced(node, [*parts, (body, f"{{ {self._statement(body)} }}")])
        if node.kind == "declaration":
            text = self._spliced(node, ((part, self._expression(part)) for part in node.parts))
            return text.replace("static ", "", 1) if text != self._raw(node) else text
        if node.kind in ("return", "expression"):
            return self._spliced(node, ((part, self._expression(part)) for part in node.parts))
        return self._raw(node)

    # ---- Expressions. ----

    def _expression(self, node: Node, decides: bool = False) -> str:
        if is_pure(node):
            return self._unit(node, decides)
        text = self._changed_expression(node)
        for number, edit in self._at(node, "expression") if node.kind != "element" else ():
            if node.kind == "list":
                text = f"(MUTANT({number}) ? (struct word){edit.text} : (struct word){text})"
            else:
                text = f"(MUTANT({number}) ? ({edit.text}) : ({text}))"
        return text

    def _unit(self, node: Node, decides: bool) -> str:
        numbers = self._inside(node)
        if not numbers:
            return self._raw(node)
        self.written.update(numbers)
        sign = "!!" if decides else ""
        others = "".join(f" INSTEAD({number}, {sign}({self._applied(node, number)}))" for number in numbers)
        return f"({{ __auto_type v_ = {sign}({self._raw(node)}); __auto_type r_ = v_;{others} r_; }})"

    def _changed_expression(self, node: Node) -> str:
        if node.kind == "unary" and node.sign == "&":
            return self._raw(node)
        parts = node.parts
        if node.kind == "assignment":
            parts = node.parts[1:]
        elif node.kind == "call":
            parts = [part for part in node.parts if part.sign != "type"]
        return self._spliced(node, list(self._changed_parts(parts)))

    def _changed_parts(self, parts: Sequence[Node]) -> Iterator[tuple[Node, str]]:
        for part in parts:
            yield part, self._expression(part)


def _expression_of(text: str) -> Node:
    functions, _ = parse(f"void f(void) {{ return {text}; }}")
    return functions[0].body.parts[0].parts[0]
