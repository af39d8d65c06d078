"""Parses texts by the tables that Lark made of a grammar: into the trees that Lark itself would make, without Lark.

To import Lark takes longer than all there is to parse in most request files; a program that finds the tables saved
(`tables`) never needs it. As with Lark's contextual lexer, the state of the parser decides which terminals are looked
for.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from httpls_grammar.tables import Rule, Tables
from httpls_grammar.text import Range

END = "$END"
"""The name of the terminal at which a text ends."""


class Token(str):
    """A piece of a text, `type` being the name of its terminal. Offsets count from the start of the parsed text."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int

    @classmethod
    def of(cls, kind: str, text: str, start: int, end: int) -> "Token":
        """Make a token."""
        token = cls(text)
        token.type = kind
        token.start_pos = start
        token.end_pos = end
        return token

    def range(self, start: int = 0) -> Range:
        """Return where the token stands, shifted by `start`."""
        return Range(self.start_pos + start, self.end_pos + start)


class Tree:
    """What a rule made: its name, or the alias of the alternative, and what it is made of.

    None stands for what an optional part in square brackets would have been.
    """

    __slots__ = ("children", "data")

    def __init__(self, data: str, children: "list[Node]") -> None:
        """Take the name and the parts."""
        self.data = data
        self.children = children


Node: TypeAlias = Token | Tree | None
TokenBuilder: TypeAlias = Callable[[Token], object]
RuleBuilder: TypeAlias = Callable[[list[object]], object]


class UnexpectedError(Exception):
    """A text does not fit the grammar.

    `position` is where the first token begins that does not fit, or where no token could be read. If `is_at_end`,
    everything fits but more is needed; then it is where the last token begins. `parse` is the state that was reached.
    """

    def __init__(self, position: int, is_at_end: bool, parse: "Parse") -> None:
        """Take where it happened."""
        super().__init__(f"unexpected {'end' if is_at_end else 'text'} at {position}")
        self.position = position
        self.is_at_end = is_at_end
        self.parse = parse


class Parser:
    """The parser of a grammar. The expressions of its terminals are compiled when they are first needed."""

    def __init__(
        self,
        tables: Tables,
        tokens: Mapping[str, TokenBuilder] | None = None,
        rules: Mapping[str, RuleBuilder] | None = None,
    ) -> None:
        """Take what makes values of the tokens and rules of some names, in place of trees."""
        self.tables = tables
        self.tokens = tokens or {}
        self.rules = rules or {}
        self._matchers: dict[int, Callable[[str, int], re.Match[str] | None]] = {}

    def tree(self, text: str) -> Tree:
        """Parse a text; its first rule has no builder. Raises `UnexpectedError`."""
        tree = self.parse(text)
        assert isinstance(tree, Tree)
        return tree

    def parse(self, text: str) -> object:
        """Parse a text and return what its first rule makes. Raises `UnexpectedError`."""
        tables = self.tables
        parse = Parse(self)
        states = parse.states
        ignored = tables.ignored
        position = last = 0
        length = len(text)
        while position < length:
            lexer = tables.lexer_of[states[-1]]
            match = (self._matchers.get(lexer) or self._matcher(lexer))(text, position)
            if match is None:
                raise UnexpectedError(position, is_at_end=False, parse=parse)
            kind = match.lastgroup
            assert kind is not None
            start, position = position, match.end()
            if kind in ignored:
                continue
            exact = tables.lexers[lexer][1].get(kind)
            if exact is not None:
                kind = exact.get(match.group(), kind)
            if not parse.feed(Token.of(kind, match.group(), start, position)):
                raise UnexpectedError(start, is_at_end=False, parse=parse)
            last = start
        if not parse.feed(Token.of(END, "", length, length)):
            raise UnexpectedError(last, is_at_end=True, parse=parse)
        return parse.values[-1]

    def _matcher(self, lexer: int) -> Callable[[str, int], re.Match[str] | None]:
        found = self._matchers[lexer] = re.compile(self.tables.lexers[lexer][0]).match
        return found


class Parse:
    """A parse under way. `values` are what the tokens and rules made so far that is part of nothing larger yet."""

    __slots__ = ("_parser", "_start", "states", "values")

    def __init__(self, parser: Parser) -> None:
        """Begin."""
        self._parser = parser
        self.states = [parser.tables.start]
        self.values: list[object] = []

    def feed(self, token: Token) -> bool:
        """Go on by a token; tell whether it fits. After the end, what the first rule made is the last value."""
        parser = self._parser
        tables = parser.tables
        states, values = self.states, self.values
        kind = token.type
        while True:
            action = tables.states[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                builder = parser.tokens.get(kind)
                values.append(token if builder is None else builder(token))
                return True
            rule = tables.rules[~action]
            size = rule.size
            parts: list[object] = []
            if size:
                parts = values[-size:]
                del values[-size:]
                del states[-size:]
            values.append(self._made(rule, parts))
            states.append(tables.states[states[-1]][rule.origin])
            if states[-1] == tables.end and kind == END:
                return True

    def accepts(self) -> set[str]:
        """Return the names of the terminals that fit here."""
        row = self._parser.tables.states[self.states[-1]]
        return {kind for kind in row if kind.isupper() and self._accepts(kind)}

    def _accepts(self, kind: str) -> bool:
        tables = self._parser.tables
        states = self.states.copy()
        while True:
            action = tables.states[states[-1]].get(kind)
            if action is None or action >= 0:
                return action is not None
            rule = tables.rules[~action]
            del states[len(states) - rule.size :]
            states.append(tables.states[states[-1]][rule.origin])
            if states[-1] == tables.end and kind == END:
                return True

    def _made(self, rule: Rule, parts: list[object]) -> object:
        if rule.shape is not None:
            parts = _shaped(rule.shape, parts)
        if rule.is_transparent and len(parts) == 1:
            return parts[0]
        builder = self._parser.rules.get(rule.name)
        # What is made without builders is tokens, trees and None.
        return Tree(rule.name, cast("list[Node]", parts)) if builder is None else builder(parts)


def _shaped(shape: tuple[int | None, ...], parts: list[object]) -> list[object]:
    """Return the parts that a rule keeps: those it names by index, those of what has no name of its own (`~index`)."""
    kept: list[object] = []
    for index in shape:
        if index is None:
            kept.append(None)
        elif index >= 0:
            kept.append(parts[index])
        else:
            inner = parts[~index]
            assert isinstance(inner, Tree)
            if kept:
                kept += inner.children
            else:
                # Nobody else has this list. Were it copied, a long repetition would take quadratic time.
                kept = cast("list[object]", inner.children)
    return kept
