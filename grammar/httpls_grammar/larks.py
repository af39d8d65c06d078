"""The one place that talks to Lark: it reads a grammar and works out its tables. A parse does not need it (`lalr`)."""

from typing import Any, cast

from lark import Lark
from lark.grammar import Rule as LarkRule
from lark.lexer import UnlessCallback

from httpls_grammar.tables import Rule, Tables


def made(source: str) -> Tables:
    """Return the tables of a grammar whose first rule is `start`. Raises `lark.exceptions.LarkError` if it is none."""
    # What Lark has worked out is untyped, and no part of its interface: `tests/grammar/test_tables.py` compares the
    # trees with those that Lark itself makes.
    frontend = cast("Any", built(source)).parser
    table = frontend.parser._parse_table  # noqa: SLF001
    rules: dict[LarkRule, int] = {}
    states: list[dict[str, int]] = []
    lexers: dict[int, tuple[str, dict[str, dict[str, str]]]] = {}
    lexer_of: list[int] = []
    for state in range(len(table.states)):
        states.append(
            {
                name: ~rules.setdefault(argument, len(rules)) if isinstance(argument, LarkRule) else argument
                for name, (_, argument) in table.states[state].items()
            }
        )
        lexer = frontend.lexer.lexers[state]
        if id(lexer) not in lexers:
            lexers[id(lexer)] = _lexer(lexer)
        lexer_of.append(list(lexers).index(id(lexer)))
    return Tables(
        table.start_states["start"],
        table.end_states["start"],
        tuple(states),
        tuple(map(_rule, rules)),
        tuple(lexer_of),
        tuple(lexers.values()),
        frozenset(frontend.lexer_conf.ignore),
    )


def built(source: str) -> Lark:
    """Return Lark's own parser of a grammar."""
    return Lark(source, parser="lalr", lexer="contextual")


def _rule(rule: LarkRule) -> Rule:
    options = rule.options
    # One flag for each part in the alternative as written, set for those that are left out here.
    absent = "".join("1" if flag else "0" for flag in options.empty_indices).split("0")
    shape: list[int | None] = []
    for index, symbol in enumerate(rule.expansion):
        shape += [None] * len(absent[index] if options.empty_indices else "")
        is_inlined = not symbol.is_term and symbol.name.startswith("_")
        if options.keep_all_tokens or not (symbol.is_term and cast("Any", symbol).filter_out):
            shape.append(~index if is_inlined else index)
    shape += [None] * len(absent[-1] if options.empty_indices else "")
    size = len(rule.expansion)
    return Rule(
        rule.origin.name,
        size,
        rule.alias or options.template_source or rule.origin.name,
        is_transparent=options.expand1 and not rule.alias,
        shape=None if shape == list(range(size)) else tuple(shape),
    )


def _lexer(lexer: Any) -> tuple[str, dict[str, dict[str, str]]]:
    expressions = [expression.pattern for expression in lexer.scanner._mres]  # noqa: SLF001
    assert len(expressions) <= 1  # Python once had a limit for the groups of one.
    exact: dict[str, dict[str, str]] = {}
    for name, callback in lexer.callback.items():
        assert isinstance(callback, UnlessCallback)
        terminals = cast("Any", callback).scanner.terminals
        assert not any(terminal.pattern.flags for terminal in terminals)
        exact[name] = {terminal.pattern.value: terminal.name for terminal in terminals}
    # In a state in which only the end of the text fits, nothing is looked for.
    return expressions[0] if expressions else "(?!)", exact
