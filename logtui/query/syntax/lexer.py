"""The lexer: query text -> tokens with their offsets. All context dependence of the language lives here.

A token's value is the source text itself, so that the tree builder alone decides what it means. The lexer
knows whether it stands at the start of a token, at the start of a value or inside the group of a field, and
guards the limits: nesting and the number of leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lark import Token
from lark.lexer import Lexer

from logtui.errors import QueryError
from logtui.query.syntax import scan
from logtui.query.syntax.escapes import QUOTES
from logtui.query.syntax.pipe_lexer import pipe_tokens, starts_pipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_DEPTH: Final = 100
MAX_LEAVES: Final = 1024

_OPERATORS: Final = {"AND": "_AND", "&&": "_AND", "OR": "_OR", "||": "_OR", "NOT": "_NOT"}
_SIGNS: Final = {"-": "_NOT", "!": "_NOT", "+": "_PLUS"}
_OPERATOR: Final = re.compile(r"(?:AND|OR|NOT)(?=[\s()]|$)|(?:&&|\|\|)(?=\s|$)")
_VALUE_OPERATOR: Final = re.compile(r">=|<=|!=|>|<|=")
_GROUP_OPERATOR: Final = re.compile(r">=|<=|>|<")

_NO_RANGE: Final = "TO is missing, or quote the value as text"


class QueryLexer(Lexer):
    """Adapts `tokens_of` to the lexer interface of Lark."""

    def __init__(self, lexer_conf: object) -> None:
        """Ignore the configuration, which Lark passes to every lexer."""

    def lex(self, data: Iterable[Token]) -> Iterator[Token]:  # type: ignore[override]
        """Yield the tokens of a query."""
        return iter(data)


def tokens_of(text: str, *, lenient: bool = False) -> Iterator[Token]:
    """Yield the tokens of a query.

    Args:
        text: The query, free of NUL and surrogates.
        lenient: Whether to close quotes and parentheses at the end, and to skip or read as text what makes no
            sense, instead of refusing it. Limits are raised all the same.

    Yields:
        Tokens whose offsets count characters.

    Raises:
        QueryError: If a quote, a parenthesis or a range is not closed, a pipe is unknown, or a limit is passed.
    """
    return _Run(text, lenient=lenient).tokens()


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    depth: int
    in_field: bool


class _Run:
    """One pass over one text."""

    def __init__(self, text: str, *, lenient: bool) -> None:
        self.text = text
        self.lenient = lenient
        self.at = 0
        self.leaves = 0
        self.negations = 0
        self.groups: list[_Group] = []

    def tokens(self) -> Iterator[Token]:
        while (at := scan.space_end(self.text, self.at)) < len(self.text):
            self.at = at
            yield from self._next()
        yield from self._closing()

    def _closing(self) -> Iterator[Token]:
        """Tokens that close what is still open at the end of the filter, if the lexer is lenient."""
        if self.groups:
            start = self.groups[-1].start
            hint = 'close it with ), or quote it if it is text: "("'
            self._fault(self._error("unclosed (", start, hint=hint))
        while self.groups:
            self.groups.pop()
            yield Token("_RPAR", "", start_pos=self.at, end_pos=self.at)

    def _fault(self, error: QueryError) -> None:
        """Raise an error, unless the lexer is lenient."""
        if not self.lenient:
            raise error

    @property
    def _in_field(self) -> bool:
        return bool(self.groups) and self.groups[-1].in_field

    def _next(self) -> Iterator[Token]:
        letter = self.text[self.at]
        if letter in "()" or (letter == "," and self._in_field):
            yield from self._bracket(letter)
        elif sign := self._sign(letter):
            yield sign
        elif operator := self._operator():
            yield operator
        elif self._in_field and (match := _GROUP_OPERATOR.match(self.text, self.at)):
            yield self._take("COMPARE", match.end())
            yield from self._operand()
        elif starts_pipe(self.text, self.at):
            yield from self._closing()
            yield from self._pipes()
        else:
            yield from self._field() or self._value(bare=not self._in_field)

    def _pipes(self) -> Iterator[Token]:
        start, self.at = self.at, len(self.text)
        try:
            yield from pipe_tokens(self.text, start)
        except QueryError as error:
            self._fault(error)

    def _bracket(self, letter: str) -> list[Token]:
        if letter == ",":
            return [self._take("_COMMA", self.at + 1)]
        if letter == "(":
            return [self._open(in_field=self._in_field)]
        if not self.groups:
            self._fault(self._error("unmatched )", self.at, hint='quote it if it is text: ")"'))
            self.at += 1
            return []
        self.negations = 0
        self.groups.pop()
        return [self._take("_RPAR", self.at + 1)]

    def _open(self, *, in_field: bool) -> Token:
        depth = self._depth() + 1
        self._refuse_depth(depth)
        self.groups.append(_Group(self.at, depth, in_field))
        self.negations = 0
        return self._take("_LPAR", self.at + 1)

    def _depth(self) -> int:
        return (self.groups[-1].depth if self.groups else 0) + self.negations

    def _refuse_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH} levels", self.at)

    def _sign(self, letter: str) -> Token | None:
        if letter not in _SIGNS or not scan.sign_applies(self.text, self.at):
            return None
        return self._prefix(_SIGNS[letter], self.at + 1)

    def _prefix(self, kind: str, end: int) -> Token:
        self.negations += 1
        self._refuse_depth(self._depth())
        return self._take(kind, end)

    def _operator(self) -> Token | None:
        match = _OPERATOR.match(self.text, self.at)
        if not match:
            return None
        kind = _OPERATORS[match[0]]
        return self._prefix(kind, match.end()) if kind == "_NOT" else self._take(kind, match.end())

    def _field(self) -> list[Token]:
        name = scan.name_at(self.text, self.at)
        if name is None:
            return []
        if not name.pattern:
            if self.text.startswith(":", name.end):
                self._fault(self._error("a field name cannot be empty", self.at, name.end))
            return []
        comma = self._in_field
        value = scan.field_end(self.text, self.at, name, stop_at_comma=comma)
        if value is not None:
            return self._separated(name.end, value)
        comparison = scan.comparison_end(self.text, name, stop_at_comma=comma)
        return self._compared(name.end, *comparison) if comparison else []

    def _separated(self, name_end: int, value: int) -> list[Token]:
        tokens = [self._take("FIELD", name_end)]
        self.at = value
        if self.text[value] == "(":
            return [*tokens, self._open(in_field=True)]
        if self.text[value] in "[{":
            return [*tokens, self._range()]
        match = _VALUE_OPERATOR.match(self.text, value)
        if not match:
            return [*tokens, *self._value(bare=False)]
        kind = {"=": "_EXACT", "!=": "_NOT_EQUAL"}.get(match[0], "COMPARE")
        return [*tokens, self._take(kind, match.end()), *self._operand()]

    def _compared(self, name_end: int, operator: str, value: int) -> list[Token]:
        tokens = [self._take("FIELD", name_end)]
        self.at = scan.space_end(self.text, self.at)
        kind = "_NOT_EQUAL" if operator == "!=" else "COMPARE"
        return [*tokens, self._take(kind, self.at + len(operator)), *self._operand(value)]

    def _operand(self, at: int | None = None) -> list[Token]:
        self.at = scan.space_end(self.text, self.at) if at is None else at
        ends = ")," if self._in_field else ")"
        if self.at >= len(self.text) or self.text[self.at] in ends:
            self._fault(self._error("value expected", self.at, hint='quote the whole if it is text: "a:>"'))
            return []
        return self._measured(scan.measure_end(self.text, self.at)) or self._value(bare=False, is_operand=True)

    def _measured(self, end: int | None) -> list[Token]:
        """A number and its unit as one word, if a blank stands between them."""
        if end is None:
            return []
        token = self._leaf("WORD", end)
        return [token.update(value="".join(token.split()))]

    def _range(self) -> Token:
        match = scan.range_parts(self.text, self.at)
        if match is not None:
            return self._leaf("RANGE", match.end())
        end = scan.word_end(self.text, self.at)
        has_ends = " TO " in self.text[self.at :].partition("]")[0]
        hint = "write each end as one word, as in [1MB TO 2MB]" if has_ends else _NO_RANGE
        self._fault(self._error("range must be [a TO b]", self.at, end, hint=hint))
        return self._leaf("WORD", end)

    def _value(self, *, bare: bool, is_operand: bool = False) -> list[Token]:
        letter = self.text[self.at]
        if letter in QUOTES:
            return self._phrase()
        if letter == "`":
            end = self.text.find("`", self.at + 1)
            return [self._quoted("RAW", end + 1 or None, "`")]
        comma = self._in_field
        regex = scan.regex_end(self.text, self.at, stop_at_comma=comma) if letter == "/" else None
        if regex is not None and not is_operand:
            return [self._leaf("REGEX", regex)]
        return [self._leaf("BARE" if bare else "WORD", self._word_end(comma=comma))]

    def _word_end(self, *, comma: bool) -> int:
        end = scan.word_end(self.text, self.at, stop_at_comma=comma)
        word = self.text[self.at : end]
        if end == len(self.text) and (len(word) - len(word.rstrip("\\"))) % 2:
            hint = "write \\\\ for a backslash at the end"
            self._fault(self._error("nothing follows the backslash", end - 1, hint=hint))
        return end

    def _phrase(self) -> list[Token]:
        phrase = self._quoted("PHRASE", scan.phrase_end(self.text, self.at), '"')
        return [phrase, self._take("STAR", self.at + 1)] if self.text.startswith("*", self.at) else [phrase]

    def _quoted(self, kind: str, end: int | None, quote: str) -> Token:
        """A phrase with its quotes; one that is never closed ends with the text."""
        if end is not None:
            return self._leaf(kind, end)
        hint = f"close it, or write \\{quote} if it is text"
        self._fault(self._error(f"unterminated {quote}", self.at, hint=hint))
        token = self._leaf(kind, len(self.text))
        return token.update(value=token + quote)

    def _leaf(self, kind: str, end: int) -> Token:
        self.leaves += 1
        self.negations = 0
        if self.leaves > MAX_LEAVES:
            raise self._error(f"more than {MAX_LEAVES} terms", self.at, end)
        return self._take(kind, end)

    def _take(self, kind: str, end: int) -> Token:
        start, self.at = self.at, end
        return Token(kind, self.text[start:end], start_pos=start, end_pos=end)

    def _error(self, message: str, start: int, end: int | None = None, hint: str | None = None) -> QueryError:
        return QueryError(message, text=self.text, start=start, end=end, hint=hint)
