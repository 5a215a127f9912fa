"""Completes a query at the cursor, with fields, values, operators and pipes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from logtui.errors import QueryError
from logtui.model.levels import LEVELS
from logtui.model.record import CORE_ALIASES
from logtui.query.syntax.escapes import escape, phrase_text, unescape, word_pattern
from logtui.query.syntax.lexer import tokens_of
from logtui.query.syntax.pipes.offers import DURATIONS
from logtui.query.syntax.pipes.registry import HEADS, PIPES
from logtui.query.syntax.scan import field_pattern
from logtui.query.syntax.spelling import name_text, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lark import Token

    from logtui.query.syntax.pipes.offers import Offer

Kind: TypeAlias = Literal["field", "value", "operator", "pipe", "function", "time"]

_OPERATORS: Final = ("AND", "OR", "NOT")
_TIMES: Final = ("now-15m", "now-1h", "now/d", "now-1d/d")
_COMPARISONS: Final = frozenset({"COMPARE", "_EXACT", "_NOT_EQUAL"})
_VALUES: Final = frozenset({"WORD", "PHRASE", "RAW"})
_PIPE_NAME: Final = re.compile(r"(?:^|\s)\|\s*(\w*)$")
_OPEN_NAME: Final = re.compile(r"(.*):$", re.DOTALL)
_PLAIN_VALUE: Final = re.compile(r"[\w.@/+-]+(?::[\w.@/+-]+)*")
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Known:
    """The statistics of records that completions are made from.

    Attributes:
        fields: Plain field names and the share of the records that have each, from 0 to 1.
        values: The commonest values of a field and how often each occurs, the commonest first.
    """

    fields: Mapping[str, float] = field(default_factory=dict)
    values: Callable[[str], Sequence[tuple[str, int]]] = lambda _name: ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A completion that is offered to the user.

    Attributes:
        text: The text that replaces the characters from `start` to `end` of the query.
        start: Offset of the replaced part.
        end: Offset of its end, which is the cursor.
        kind: The kind of thing that `text` names.
        detail: A few words about it: how common it is, or how a pipe is used.
    """

    text: str
    start: int
    end: int
    kind: Kind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """The word that is being typed: its text so far, and its offsets."""

    prefix: str
    start: int
    end: int

    def offer(
        self, texts: Iterable[str], kind: Kind, detail: Callable[[str], str] = lambda _text: ""
    ) -> list[Completion]:
        """Make completions of the texts that begin with the typed prefix, in any case."""
        wanted = self.prefix.lower()
        found = [text for text in texts if text.lower().startswith(wanted) and text != self.prefix]
        return [Completion(text, self.start, self.end, kind, detail(text)) for text in found[:_MOST]]


def complete(text: str, cursor: int, known: Known) -> list[Completion]:
    """Complete the word that ends at the cursor.

    Args:
        text: The query so far.
        cursor: An offset in it.
        known: Statistics of the records.

    Returns:
        Completions, the likeliest first; none where any text is allowed, as inside a phrase.
    """
    before = text[:cursor]
    if match := _PIPE_NAME.search(before):
        return _Place(match[1], match.start(1), cursor).offer(PIPES, "pipe", lambda name: PIPES[name].usage)
    try:
        tokens = [token for token in tokens_of(before, lenient=True) if token.end_pos != token.start_pos]
    except QueryError:
        return []
    heads = [place for place, token in enumerate(tokens) if token.type in HEADS]
    if heads:
        return _in_pipe(tokens[heads[-1] :], before, known)
    return _in_filter(tokens, before, known)


def _in_filter(tokens: list[Token], before: str, known: Known) -> list[Completion]:
    name, last = _field_at(tokens, before)
    if name is not None:
        return _values(name, _value_place(last, before), known)
    if last is None or last.type in ("_LPAR", "_NOT", "_PLUS"):
        return _fields(_Place("", len(before), len(before)), known)
    if last.type != "BARE":
        return []
    place = _Place(str(last), last.start_pos or 0, len(before))
    operators = place.offer(_OPERATORS, "operator") if place.prefix.isupper() else []
    return [*operators, *_fields(place, known)]


def _field_at(tokens: list[Token], before: str) -> tuple[str | None, Token | None]:
    """The field whose value is being typed, if one is, and the token that ends at the cursor, if one does."""
    if not tokens:
        return None, None
    last = tokens[-1]
    touches = last.end_pos == len(before)
    open_name = _OPEN_NAME.fullmatch(last) if touches and last.type == "BARE" else None
    if open_name and open_name[1]:
        return unescape(field_pattern(open_name[1])), None
    group = _group_field(tokens)
    if not touches:
        return group, None
    if last.type in _VALUES | _COMPARISONS | {"FIELD"}:
        owner = _owner(tokens)
        return owner or group, None if last.type in _COMPARISONS | {"FIELD"} else last
    return (group, None) if last.type in ("_LPAR", "_COMMA") else (None, last)


def _owner(tokens: list[Token]) -> str | None:
    """The field directly in front of the last token."""
    for token in reversed(tokens[-3:]):
        if token.type == "FIELD":
            return unescape(field_pattern(str(token)))
    return None


def _group_field(tokens: list[Token]) -> str | None:
    """The field of the innermost group that is still open."""
    stack: list[str | None] = []
    for place, token in enumerate(tokens):
        if token.type == "_LPAR":
            outer = stack[-1] if stack else None
            before = tokens[place - 1] if place else token
            stack.append(unescape(field_pattern(str(before))) if before.type == "FIELD" else outer)
        elif token.type == "_RPAR" and stack:
            stack.pop()
    return stack[-1] if stack else None


def _value_place(last: Token | None, before: str) -> _Place:
    if last is None:
        return _Place("", len(before), len(before))
    source = before[last.start_pos or 0 :]
    typed = phrase_text(source[1:]) if source.startswith('"') else unescape(word_pattern(source))
    return _Place(typed, last.start_pos or 0, len(before))


def _values(name: str, place: _Place, known: Known) -> list[Completion]:
    core = CORE_ALIASES.get(name, name)
    if name == "last":
        return place.offer(DURATIONS, "time")
    if core == "timestamp":
        return place.offer(_TIMES, "time")
    counted = dict(known.values(name))
    if core == "level":
        counted = {**counted, **{level: 0 for level in reversed(LEVELS) if level not in counted}}
    found = place.offer(counted, "value", lambda value: f"{counted[value]:,}" if counted[value] else "")
    return [_written(one) for one in found]


def _written(one: Completion) -> Completion:
    """Quote the value of a completion, if it needs quotes in a query."""
    is_plain = _PLAIN_VALUE.fullmatch(one.text) is not None and not one.text.startswith("/")
    return one if is_plain else Completion(quoted(one.text), one.start, one.end, one.kind, one.detail)


def _fields(place: _Place, known: Known, ending: str = ":") -> list[Completion]:
    found = place.offer(_by_presence(known), "field", lambda name: f"{known.fields[name]:.0%}")
    if ending and "last".startswith(place.prefix.lower()) and place.prefix:
        found += place.offer(("last",), "time")
    return [Completion(name_text(escape(one.text)) + ending, one.start, one.end, one.kind, one.detail) for one in found]


def _by_presence(known: Known) -> list[str]:
    return sorted(known.fields, key=lambda name: -known.fields[name])


def _in_pipe(tokens: list[Token], before: str, known: Known) -> list[Completion]:
    head, *rest = tokens
    touching = bool(rest) and rest[-1].type == "NAME" and rest[-1].end_pos == len(before)
    typed = rest.pop() if touching else None
    place = _Place(str(typed), typed.start_pos or 0, len(before)) if typed else _Place("", len(before), len(before))
    return [one for offer in PIPES[head.type.lower()].offers(rest) for one in _offered(offer, place, known)]


def _offered(offer: Offer, place: _Place, known: Known) -> list[Completion]:
    if offer.kind == "field":
        return _fields(place, known, offer.ending)
    return place.offer(offer.texts, offer.kind)
