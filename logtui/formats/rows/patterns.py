r"""Declared patterns as Python's regular expressions.

The declarations are written for Rust's `regex`, where `\s` means blank or tab here, a class may hold a class, and
`$` is the very end. Everything else they use means the same in both.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from logtui.formats.declaration import CORE_GROUPS, REST_OF_TEXT, STREAM_PARTS
from logtui.formats.rows.reading import Reading
from logtui.formats.rules import ESCAPE, SYSLOG_FORMATS
from logtui.formats.shapes import TIME
from logtui.formats.traces import PART_OF_TRACE
from logtui.model.literals import literals_of
from logtui.model.names import WELL_KNOWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from logtui.formats.declaration import Declaration
    from logtui.formats.rows.reading import Head

STREAM_FIELDS: Final = tuple(part.removeprefix("@") for part in STREAM_PARTS)
"""The fields that name the stream of an envelope's line, such as pod and container."""

_PIECE: Final = r"\\.|\[\^?\]?|\]|\$"
_START: Final = r"\^((?:\\\W|[\w<\"' ])+)(?![?*{])"
_IN_CLASS: Final = {r"\d": "0-9", r"\w": "0-9A-Za-z_", r"\s": r" \t"}
_OUTSIDE: Final = {r"\d": "[0-9]", r"\w": "[0-9A-Za-z_]", r"\s": r"[ \t]", r"\S": r"[^ \t]", "$": r"\Z"}


@cache
def python_pattern(pattern: str) -> re.Pattern[str]:
    """Translate and compile a declared pattern for Python.

    Args:
        pattern: A pattern in the syntax that `ascii_pattern` takes.

    Returns:
        The compiled pattern; it matches the same texts.
    """
    rest = REST_OF_TEXT.search(pattern)
    if rest:
        pattern = f"{pattern[: rest.start()]}(?P<message>(?s:.{rest['plain'] or rest['dotted']}))$"
    pieces = []
    inside = False
    end = 0
    for match in re.finditer(_PIECE, pattern, re.DOTALL):
        pieces.append(pattern[end : match.start()])
        piece, end = match[0], match.end()
        if inside:
            inside = piece != "]"
            pieces.append("\\[" if piece.startswith("[") else _IN_CLASS.get(piece, piece))
        else:
            inside = piece.startswith("[")
            pieces.append(_OUTSIDE.get(piece, piece))
    return re.compile("".join((*pieces, pattern[end:])))


def without_colours(text: str) -> str:
    """Remove terminal escape sequences from a line."""
    return python_pattern(ESCAPE).sub("", text) if "\x1b" in text else text


@cache
def matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Make the function that finds a pattern in a text; an anchored pattern is tried at the start only.

    Args:
        pattern: A pattern in the syntax that `ascii_pattern` takes; if it begins with `^`, all its alternatives do.

    Returns:
        A function from a text to its match or None.
    """
    compiled = python_pattern(pattern)
    return compiled.match if pattern.startswith("^") else compiled.search


def pattern_reader(declaration: Declaration) -> Callable[[str], Reading | None]:
    """Make the row reader of a declared format; it tries the format's patterns in turn."""
    read_head = _reader_in_turn(declaration.patterns, declaration)
    steps = [_reader_in_turn(step, declaration) for step in declaration.refinements]
    if not steps and declaration.severity is None and not declaration.envelope:
        return read_head

    def read(text: str) -> Reading | None:
        reading = read_head(text)
        if reading is None:
            return None
        reading = Reading(reading.core, reading.fields)
        for read_on in steps:
            inner = read_on(reading.core["message"])
            if inner is not None:
                reading.core = inner.core | reading.core | {"message": inner.core["message"]}
                reading.fields = inner.fields | reading.fields
        if declaration.severity is not None:
            _add_severity(reading, *declaration.severity)
        if declaration.envelope:
            add_payload(reading, reading.core["message"])
        return reading

    return read


def prefilter(declaration: Declaration) -> Callable[[Sequence[str]], bool]:
    """Make the function that tells whether any of some texts may be of a declared format.

    Args:
        declaration: The format.

    Returns:
        A function from texts to whether a pattern matches one of them; it compiles a pattern only for texts that hold
        the pattern's literals.
    """

    def may_read(texts: Sequence[str]) -> bool:
        for pattern in declaration.patterns:
            start, literals = _literal_start(pattern), (declaration.needs, *_literals(pattern))
            longest = max(literals, key=len)
            promising = [text for text in texts if longest in text and text.startswith(start)]
            promising = [text for text in promising if all(literal in text for literal in literals)]
            if promising and any(map(matcher(pattern), promising)):
                return True
        return False

    return may_read


def head_reader(declaration: Declaration) -> Callable[[str], Head | None]:
    """Make the function that reads nothing but the level and the message of a declared format's texts.

    Args:
        declaration: The format.

    Returns:
        A function from a text to its head. None if the text is not of the format, has no level, is part of a stack
        trace, or may hold an inner record, whose level and message would win.
    """
    if declaration.refinements or declaration.severity is not None or declaration.envelope:
        return _read_no_head
    readers = [(matcher(each), _PatternReader(each, declaration)) for each in declaration.patterns]
    if declaration.name in SYSLOG_FORMATS or any(reader.has_conditions for _, reader in readers):
        return _read_no_head
    trials = [(find, reader.place_of("level_text"), reader.message) for find, reader in readers]
    absent, is_part_of_trace = ("", None, declaration.absent), matcher(PART_OF_TRACE)

    def read(text: str) -> Head | None:
        if text[-1:] == "}" or is_part_of_trace(text):
            return None
        for find, place, message in trials:
            match = find(text)
            if match is not None:
                level, said = match[place] if place is not None else None, match[message]
                return None if level in absent or said is None or said[-1:] == "}" else (level, said)
        return None

    return read


def _read_no_head(_: str) -> None:
    return None


def add_payload(reading: Reading, line: str) -> None:
    """Add the inner line of an envelope to the envelope's reading, and the name of its stream.

    Args:
        reading: The envelope's reading, which is changed.
        line: The inner line.
    """
    core = reading.core
    core["payload"] = core["message"] = without_colours(line)
    core["stream"] = stream_of(reading.fields)


def stream_of(fields: Mapping[str, str]) -> str:
    """The name of the stream that an envelope with these fields belongs to; records never span streams."""
    return "/".join([fields[name] for name in STREAM_FIELDS if name in fields])


def _reader_in_turn(patterns: Sequence[str], declaration: Declaration) -> Callable[[str], Reading | None]:
    trials = [_Trial(each, declaration) for each in patterns]

    def read(text: str) -> Reading | None:
        for trial in trials:
            match = trial.find(text) if text.startswith(trial.start) else None
            if match is not None and (reading := trial.reader.read(match)) is not None:
                return reading
        return None

    return read


class _Trial:
    """A pattern that is compiled for the first text that holds its literals: most sources need few of them.

    Attributes:
        start: The text with which every match begins.
        find: Finds the match of a text that begins so.
    """

    def __init__(self, pattern: str, declaration: Declaration) -> None:
        self.start = _literal_start(pattern)
        self.find: Callable[[str], re.Match[str] | None] = self._find_first
        self._pattern = pattern
        self._declaration = declaration

    @cached_property
    def reader(self) -> _PatternReader:
        """Reads the pattern's matches."""
        return _PatternReader(self._pattern, self._declaration)

    def _find_first(self, text: str) -> re.Match[str] | None:
        if not all(literal in text for literal in _literals(self._pattern)):
            return None
        self.find = matcher(self._pattern)
        return self.find(text)


@cache
def _literals(pattern: str) -> tuple[str, ...]:
    """Texts that every match of a pattern holds."""
    return literals_of(pattern.replace(TIME, "."))  # it has no literal, and is most of a long pattern


@cache
def _literal_start(pattern: str) -> str:
    """A literal text with which every match of the pattern begins; empty if none is known."""
    start = re.match(_START, pattern)
    return start[1].replace("\\", "") if start and "|^" not in pattern else ""


def _add_severity(reading: Reading, group: str, severity_of: Callable[[str], str | None]) -> None:
    text = reading.core.get(group) or reading.fields.get(group)
    severity = severity_of(text) if text else None
    if severity is not None:
        reading.core["severity"] = severity


def _field(path: str) -> str:
    return WELL_KNOWN_FIELDS.get(path, path)


class _MatchReading(Reading):
    """The reading of a match; its texts are taken from the match only when they are asked for."""

    __slots__ = ("_match", "_reader")

    def __init__(self, match: re.Match[str], reader: _PatternReader) -> None:
        self._match = match
        self._reader = reader
        self.format = None
        self.payload_read = False

    def __getattr__(self, name: str) -> dict[str, str]:
        if name == "core":
            self.core = self._reader.core_of(self._match)
            return self.core
        if name == "fields":
            self.fields = self._reader.fields_of(self._match)
            return self.fields
        raise AttributeError(name)

    def text(self, name: str) -> str | None:
        return self._reader.text_of(self._match, name)


class _PatternReader:
    def __init__(self, pattern: str, declaration: Declaration) -> None:
        groups = python_pattern(pattern).groupindex
        self._core = [(name, index) for name, index in groups.items() if name in CORE_GROUPS and name != "message"]
        self.message = groups["message"]
        self._places = dict(self._core)
        self._fields = [
            (_field(declaration.field_of(name)), index)
            for name, index in groups.items()
            if name not in CORE_GROUPS and not name.startswith("_")
        ]
        self._absent = ("", None, declaration.absent)
        self._checks = [(groups[name], matcher(check)) for name, check in declaration.checks if name in groups]
        self._refuses = [(groups[name], matcher(check)) for name, check in declaration.refuses if name in groups]
        self.has_conditions = bool(self._checks or self._refuses)

    def read(self, match: re.Match[str]) -> Reading | None:
        if match[self.message] is None or (self.has_conditions and not self._passes(match)):
            return None
        return _MatchReading(match, self)

    def place_of(self, name: str) -> int | None:
        """The number of a core text's group; None if the pattern has none."""
        return self._places.get(name)

    def text_of(self, match: re.Match[str], name: str) -> str | None:
        if name == "message":
            return match[self.message]
        index = self._places.get(name)
        if index is None:
            return None
        value = match[index]
        return None if value in self._absent else value

    def core_of(self, match: re.Match[str]) -> dict[str, str]:
        absent = self._absent
        core = {name: value for name, index in self._core if (value := match[index]) not in absent}
        core["message"] = match[self.message]
        return core

    def fields_of(self, match: re.Match[str]) -> dict[str, str]:
        absent = self._absent
        return {name: value for name, index in self._fields if (value := match[index]) not in absent}

    def _passes(self, match: re.Match[str]) -> bool:
        for index, check in self._checks:
            if match[index] is not None and not check(match[index]):
                return False
        return not any(match[index] is not None and check(match[index]) for index, check in self._refuses)
