"""The C of spec/, as far as mutants need it: functions, statements, expressions, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?\*/|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*)"
    r'|(?P<string>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
    r"|(?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^~!<>=?:;,.(){}\[\]])",
    re.DOTALL | re.MULTILINE,
)
QUALIFIERS = ("static", "const", "inline", "struct", "enum", "unsigned", "extern", "typedef")
TYPES = (
    "void",
    "bool",
    "char",
    "int",
    "unsigned",
    "M",
    "O",
    *(f"{u}int{n}_t" for u in ("u", "") for n in (8, 16, 32, 64)),
)
LEVELS = (
    *(("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!=")),
    *(("<", ">", "<=", ">="), ("<<", ">>"), ("+", "-"), ("*", "/", "%")),
)
ASSIGNMENTS = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")


class SyntaxProblem(Exception):
    """This isn't the C that this module knows."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(eq=False)
class Node:
    """A part of the text.

    `kind` of an expression: name, number, string, call, index, member, unary, postfix, binary,
    ternary, assignment, cast, literal (of a structure), list (in braces), element, paren; of a
    statement: block, if, for, while, switch, label, return, expression, declaration, jump.
    """

    kind: str
    start: int
    end: int
    parts: list[Node] = field(default_factory=list)
    sign: str = ""  # the operator; of a name, a number, and what is called: the text

    def walk(self) -> Iterator[Node]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Function:
    name: str
    body: Node


@dataclass(frozen=True)
class Table:
    """A constant at file scope, up to the semicolon."""

    name: str
    start: int
    end: int
    value: Node


def tokens(text: str) -> list[Token]:
    found = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match or match.lastgroup is None:
            raise SyntaxProblem(f"no token: {text[at:at + 40]!r}")
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match[0], match.start(), match.end()))
        at = match.end()
    return found


class Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0

    # ---- Tokens. ----

    def text(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    def take(self, expected: str = "") -> Token:
        token = self.tokens[self.at]
        if expected and token.text != expected:
            raise SyntaxProblem(f"{token.text!r} at {token.start} in place of {expected!r}")
        self.at += 1
        return token

    def _start(self) -> int:
        return self.tokens[self.at].start

    def _end(self) -> int:
        return self.tokens[self.at - 1].end

    def _skip(self, opening: str, closing: str) -> None:
        self.take(opening)
        depth = 1
        while depth:
            depth += {opening: 1, closing: -1}.get(self.take().text, 0)

    # ---- File scope. ----

    def file(self) -> tuple[list[Function], list[Table]]:
        functions: list[Function] = []
        tables: list[Table] = []
        start = 0
        while self.at < len(self.tokens):
            text = self.text()
            if text == "(":
                name = self.text(-1)
                self._skip("(", ")")
                if self.text() == "{":
                    functions.append(Function(name, self._statement()))
                    start = self.at
            elif text == "=":
                first = self.tokens[start].start
                name = next(one.text for one in reversed(self._declarator(start)) if one.kind == "name")
                self.take()
                value = self._initializer()
                tables.append(Table(name, first, self.take(";").end, value))
                start = self.at
            elif text == "{":
                self._skip("{", "}")
            else:
                self.take()
                if text == ";":
                    start = self.at
        return functions, tables

    def _declarator(self, start: int) -> Sequence[Token]:
        """Without its dimensions."""
        found = []
        for token in self.tokens[start : self.at]:
            if token.text == "[":
                break
            found.append(token)
        return found

    # ---- Statements. ----

    def _node(self, kind: str, start: int, parts: Sequence[Node], sign: str = "") -> Node:
        return Node(kind, start, self._end(), list(parts), sign)

    def _statement(self) -> Node:
        start, text = self._start(), self.text()
        if text == "{":
            self.take()
            parts = []
            while self.text() != "}":
                parts.append(self._statement())
            self.take()
            return self._node("block", start, parts)
        if text in ("if", "while", "switch"):
            self.take()
            self.take("(")
            parts = [self._expression()]
            self.take(")")
            parts.append(self._statement())
            if text == "if" and self.text() == "else":
                self.take()
                parts.append(self._statement())
            return self._node(text, start, parts)
        if text == "for":
            return self._for(start)
        if text in ("case", "default"):
            self.take()
            label = [self._expression()] if text == "case" else []
            self.take(":")
            return self._node("label", start, label)
        if text == "return":
            self.take()
            parts = [] if self.text() == ";" else [self._expression()]
            self.take(";")
            return self._node("return", start, parts)
        if text in ("break", "continue", ";"):
            self.take()
            if text != ";":
                self.take(";")
            return self._node("jump", start, [])
        if self._is_type():
            return self._declaration(start)
        parts = [self._expression()]
        self.take(";")
        return self._node("expression", start, parts)

    def _for(self, start: int) -> Node:
        self.take()
        self.take("(")
        parts = []
        if self._is_type():
            parts.append(self._declaration(self._start()))
        else:
            self.take(";")
        for end in (";", ")"):
            while self.text() != end:
                parts.append(self._assignment())
                if self.text() == ",":
                    self.take()
            self.take(end)
        parts.append(self._statement())
        return self._node("for", start, parts)

    def _is_type(self, ahead: int = 0) -> bool:
        return self.text(ahead) in QUALIFIERS or self.text(ahead) in TYPES

    def _declaration(self, start: int) -> Node:
        while True:
            word = self.take().text
            if word in ("struct", "enum"):
                self.take()
            if not self._is_type():
                break
        parts = []
        while True:
            while self.text() == "*":
                self.take()
            name = self.take().text
            while self.text() == "[":
                self._skip("[", "]")
            if self.text() == "=":
                self.take()
                value = self._initializer()
                parts.append(Node("element", value.start, value.end, [value], name))
            if self.take().text == ";":
                return self._node("declaration", start, parts)

    # ---- Expressions. ----

    def _initializer(self) -> Node:
        return self._list() if self.text() == "{" else self._assignment()

    def _list(self) -> Node:
        start = self._start()
        self.take("{")
        parts = []
        while self.text() != "}":
            first, name = self._start(), ""
            if self.text() == ".":
                self.take()
                name = self.take().text
                self.take("=")
            elif self.text() == "[":
                self._skip("[", "]")
                self.take("=")
            value = self._initializer()
            parts.append(Node("element", first, value.end, [value], name))
            if self.text() == ",":
                self.take()
        self.take()
        return self._node("list", start, parts)

    def _expression(self) -> Node:
        found = self._assignment()
        if self.text() == ",":
            raise SyntaxProblem("a comma operator")
        return found

    def _assignment(self) -> Node:
        left = self._ternary()
        if self.text() in ASSIGNMENTS:
            sign = self.take().text
            right = self._assignment()
            return Node("assignment", left.start, right.end, [left, right], sign)
        return left

    def _ternary(self) -> Node:
        condition = self._binary(0)
        if self.text() != "?":
            return condition
        self.take()
        yes = self._assignment()
        self.take(":")
        no = self._ternary()
        return Node("ternary", condition.start, no.end, [condition, yes, no])

    def _binary(self, level: int) -> Node:
        """A chain of one operator is one node."""
        if level == len(LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self.text() in LEVELS[level]:
            sign = self.take().text
            right = self._binary(level + 1)
            if left.kind == "binary" and left.sign == sign and sign in ("||", "&&", "|"):
                left = Node("binary", left.start, right.end, [*left.parts, right], sign)
            else:
                left = Node("binary", left.start, right.end, [left, right], sign)
        return left

    def _unary(self) -> Node:
        start, text = self._start(), self.text()
        if text in ("!", "~", "-", "&", "*", "++", "--"):
            self.take()
            return self._node("unary", start, [self._unary()], text)
        if text == "sizeof":
            self.take()
            self._skip("(", ")")
            return self._node("name", start, [], "sizeof")
        if text == "(" and self._is_type(1):
            self._skip("(", ")")
            if self.text() == "{":
                return self._node("literal", start, [self._list()])
            return self._node("cast", start, [self._unary()])
        return self._postfix()

    def _postfix(self) -> Node:
        start = self._start()
        token = self.take()
        if token.text == "(":
            inner = self._expression()
            self.take(")")
            found = self._node("paren", start, [inner])
        elif token.kind in ("name", "number", "string"):
            found = self._node(token.kind, start, [], token.text)
            while token.kind == "string" and self.tokens[self.at].kind == "string":
                self.take()
        else:
            raise SyntaxProblem(f"{token.text!r} at {token.start} begins no expression")
        while True:
            text = self.text()
            if text == "(":
                found = self._call(found)
            elif text == "[":
                self.take()
                index = self._expression()
                self.take("]")
                found = self._node("index", start, [found, index])
            elif text in (".", "->"):
                self.take()
                found = self._node("member", start, [found], self.take().text)
            elif text in ("++", "--"):
                self.take()
                found = self._node("postfix", start, [found], text)
            else:
                return found

    def _call(self, callee: Node) -> Node:
        self.take("(")
        parts = []
        while self.text() != ")":
            parts.append(self._assignment() if not self._is_type() else self._type_argument())
            if self.text() == ",":
                self.take()
        self.take()
        return self._node("call", callee.start, parts, callee.sign)

    def _type_argument(self) -> Node:
        start = self._start()
        while self._is_type():
            self.take()
        return self._node("name", start, [], "type")


def parse(text: str) -> tuple[list[Function], list[Table]]:
    return Parser(text).file()
