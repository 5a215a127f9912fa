"""Objects of the same keys: what was found out about one object is used for the next one like it.

A layout is the keys of an object and the kinds of their values. It decodes an object straight into a struct, where
arrays and inner objects, such as a pod's metadata, stay raw: they are few and come again and again. What the texts of
an object are for is then known by the layout and its raw parts. The readings are those of `naming.named`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.formats.json_keys import MAX_FIELDS
from logtui.formats.message_templates import TEMPLATE_KEYS
from logtui.formats.rows.flat import flattened, float_text, object_of
from logtui.formats.rows.naming import is_time, named, plan_of
from logtui.formats.rows.patterns import STREAM_FIELDS
from logtui.formats.rows.reading import Reading
from logtui.formats.wrappings import AGENT_KEY, MESSAGE_KEYS, WHOLE_KEYS, WRAPPINGS, holds_message, line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Values = tuple[str, ...]
    RawParts = bytes | tuple[bytes, ...]
    Signature = tuple[tuple[str, type], ...]

_SCALARS: Final = (str, int, float)
_EMPTY_OR_OBJECT: Final = frozenset(("", "{"))
_EXACT: Final = 2**53
"""Integers below this are the same as floats."""

_MOST_STREAMS: Final = 1024
_TRIED: Final = 2
_MOST_LAYOUTS: Final = 256
_MOST_TRIALS: Final = 256
_LEAST_READS: Final = 16
"""Objects that each sorting has to serve on average after these trials, since to find one out takes long."""

_MOST_SORTINGS: Final = 1024
_astuple: Final = msgspec.structs.astuple


class Sorting:
    """What the texts of objects with one layout and the same raw parts are for.

    Args:
        paths: The keys whose values differ from object to object.
        constant: Texts by path of the raw parts.

    Attributes:
        wrapping: The kind of envelope that the objects are, None if they are none.
        payload: Which of the values is the inner line of an envelope; None if the objects are none.
        time: Which of the values is the time of envelopes whose other texts need no look at the inner line; None if
            the objects are none of these.
    """

    def __init__(self, paths: tuple[str, ...], constant: dict[str, str]) -> None:
        self._paths = paths
        self._constant = constant
        texts = {**constant, **dict.fromkeys(paths, "")}
        self.wrapping = next((each for each in WRAPPINGS if line_of(each, texts)), None)
        place = line_of(self.wrapping, texts) if self.wrapping else None
        self._line_key = place.key if place else None
        self._may_be_bytes = self.wrapping is not None and self.wrapping.may_be_bytes
        self._has_message = any(key in texts for key in MESSAGE_KEYS)
        self.payload = paths.index(place.key) if place and place.key in paths else None
        self._core: dict[str, str] = {}
        self._fields: dict[str, str] = {}
        self._roles: list[tuple[str, int]] = []
        self._rest: list[tuple[str, int]] = []
        self._is_regular = self._sort()
        self._texts = dict(self._roles)
        self._places = dict(self._rest)
        self._container = None if "container" in self._places else self._fields.get("container")
        self._stream_parts = self._parts_of_streams()
        self._streams: dict[str, str] = {}
        self.time = self._texts.get("time_text") if self._is_regular and self.payload is not None else None
        places = [part for part in self._stream_parts if isinstance(part, int)]
        self._stream_place = places[0] if places else None
        if len(places) > 1:
            self.time = None
        ruled = (self.payload, self.time, self._stream_place)
        self._others = [place for place in range(len(paths)) if place not in ruled]

    @property
    def is_envelope(self) -> bool:
        """Whether the objects are envelopes, wherever their inner line is."""
        return self.wrapping is not None

    def line(self, values: Values) -> str | None:
        """The inner line of such an envelope; None if its value decides whether it is one."""
        if self.payload is None:
            return None
        line = values[self.payload]
        if line[:1] == "{" and self._line_key == AGENT_KEY and (self._has_message or not holds_message(line)):
            return None
        return None if self._may_be_bytes and line[:1] == "[" else line

    def fields(self, values: Values) -> dict[str, str] | None:
        """The texts of an object by dotted path; None if a value is an object itself."""
        for path, value in zip(self._paths, values, strict=True):
            if value[:1] == "{" and path not in WHOLE_KEYS:
                return None
        return {**self._constant, **dict(zip(self._paths, values, strict=True))}

    def reading(self, values: Values) -> Reading | None:
        """The reading of an object, as `named` makes it; None if its values are not what they are usually."""
        if not self._is_regular:
            return None
        core = self._core.copy()
        for name, place in self._roles:
            value = values[place]
            if not value or value[0] == "{" or (name == "time_text" and not is_time(value)):
                return None
            core[name] = value
        fields = self._fields.copy()
        for name, place in self._rest:
            value = values[place]
            if value[:1] == "{":
                return None
            fields[name] = value
        return Reading(core, fields)

    def text(self, name: str, values: Values) -> str | None:
        """A core text of an object for which `reading` makes a reading."""
        place = self._texts.get(name)
        return self._core.get(name) if place is None else values[place]

    def field(self, name: str, values: Values) -> str | None:
        """A field of such an object."""
        place = self._places.get(name)
        return self._fields.get(name) if place is None else values[place]

    def container(self, values: Values) -> str | None:
        """The container of such an object."""
        return self._container or self.field("container", values)

    def envelope_fields(self, values: Values) -> dict[str, str]:
        """The fields of an object for which `reading` makes a reading."""
        fields = self._fields.copy()
        for name, place in self._rest:
            fields[name] = values[place]
        return fields

    def stream(self, values: Values) -> str | None:
        """What `stream_of` says of such an envelope; None if `reading` may make no reading of it, whatever its time."""
        for other in self._others:
            if values[other][:1] in _EMPTY_OR_OBJECT:
                return None
        place = self._stream_place
        part = "-" if place is None else values[place]
        stream = self._streams.get(part)
        if stream is None:
            if part[:1] in _EMPTY_OR_OBJECT:
                return None
            if len(self._streams) >= _MOST_STREAMS:
                self._streams.clear()
            parts = [values[part] if isinstance(part, int) else part for part in self._stream_parts]
            stream = self._streams[part] = "/".join(parts)
        return stream

    def _parts_of_streams(self) -> list[str | int]:
        """The texts that make the name of an object's stream, or which of the values they are."""
        parts: dict[str, str | int] = {**self._fields, **dict(self._rest)}
        return [parts[name] for name in STREAM_FIELDS if name in parts]

    def _sort(self) -> bool:
        """Find out which value goes where; False if that depends on the values."""
        plan, inner = plan_of((*self._paths, *self._constant)), plan_of(tuple(self._constant))
        places = {path: place for place, path in enumerate(self._paths)}
        names = [name for name, path in plan.roles if path != self._line_key]
        self._roles = [(name, places[path]) for name, path in plan.roles if path in places.keys() - {self._line_key}]
        self._rest = [(name, places[path]) for name, path in plan.rest if path in places]
        constant = named(self._constant)
        self._core, self._fields = constant.core, constant.fields
        differing = [name for name, _ in self._roles]
        return (
            not (plan.joined or plan.scales or plan.numbers or plan.level or plan.status)
            and TEMPLATE_KEYS.isdisjoint(self._paths)
            and TEMPLATE_KEYS.isdisjoint(self._constant)
            and not (self._line_key and "message" in names)
            and (not plan.guesses or "time_text" in differing)
            and all(names.count(name) == 1 for name in differing)
            and [role for role in plan.roles if role[1] in self._constant] == inner.roles
            and len(plan.rest) + len(plan.roles) == len(self._paths) + len(self._constant)
        )


class Layout:
    """The keys of an object and the kinds of their values.

    Args:
        found: An object with these, decoded.

    Attributes:
        decode: From a text to a struct of its parts.
        count: How many of them are strings or numbers; the others stay raw.
        has_one_raw: Whether one other stays raw.
        has_numbers: Whether not all are strings.
        sortings: What the texts are for, by the raw parts; None where that is not known from these.
        reads: How many objects were read.

    Raises:
        ValueError: If its keys cannot be those of a struct.
    """

    def __init__(self, found: Mapping[str, Any]) -> None:
        scalars = {key: value.__class__ for key, value in found.items() if value.__class__ in _SCALARS}
        raw = [key for key in found if key not in scalars]
        self._paths = tuple(scalars)
        self._raw_keys = raw
        self.has_one_raw = len(raw) == 1
        self.has_numbers = any(kind is not str for kind in scalars.values())
        kinds = [*scalars.values(), *([msgspec.Raw] * len(raw))]
        struct = msgspec.defstruct(
            "Object",
            [(f"v{place}", kind) for place, kind in enumerate(kinds)],
            rename={f"v{place}": key for place, key in enumerate((*scalars, *raw))},
            forbid_unknown_fields=True,
            gc=False,
        )
        self.count = len(scalars)
        self.decode: Callable[[str], Any] = msgspec.json.Decoder(struct).decode
        self.sortings: dict[RawParts, Sorting | None] = {}
        self.reads = 0
        self._learnt = 0

    def read(self, text: str) -> tuple[Sorting, Values] | None:
        """Read an object.

        Args:
            text: A text that begins and ends as an object does.

        Returns:
            What its texts are for, and those that are no raw part; None if it has another layout.
        """
        try:
            parts = _astuple(self.decode(text))
        except (msgspec.DecodeError, RecursionError):
            return None
        raw = self.raw_parts(parts)
        self.reads += 1
        sorting = self.sortings.get(raw)
        if sorting is None and (raw in self.sortings or (sorting := self._learn(raw)) is None):
            return None
        texts = self.texts_of(parts) if self.has_numbers else parts[: self.count]
        return None if texts is None else (sorting, texts)

    def raw_parts(self, parts: tuple[Any, ...]) -> RawParts:
        """Those of an object's parts that stay raw, as `sortings` knows them."""
        return bytes(parts[self.count]) if self.has_one_raw else tuple(map(bytes, parts[self.count :]))

    def texts_of(self, parts: tuple[Any, ...]) -> Values | None:
        """The others as they are written; None if a number is too large to be sure of."""
        texts = []
        for value in parts[: self.count]:
            kind = value.__class__
            if kind is float and not -_EXACT < value < _EXACT:
                return None
            texts.append(value if kind is str else str(value) if kind is int else float_text(value))
        return tuple(texts)

    @property
    def is_useful(self) -> bool:
        """Whether raw parts come again."""
        return self._learnt <= _MOST_TRIALS or self._learnt * _LEAST_READS <= self.reads

    def _learn(self, raw: RawParts) -> Sorting | None:
        if not self.is_useful:
            return None
        if len(self.sortings) >= _MOST_SORTINGS:
            self.sortings.clear()
        self._learnt += 1
        sorting = self.sortings[raw] = self._sorting(raw)
        return sorting

    def _sorting(self, raw: RawParts) -> Sorting | None:
        constant: dict[str, str] = {}
        count = len(self._paths)
        for key, part in zip(self._raw_keys, (raw,) if isinstance(raw, bytes) else raw, strict=True):
            found = object_of(f'{{"":{part.decode()}}}')
            if found is None:
                return None
            texts = flattened({key: found[""]})
            count += len(texts)
            constant.update(texts)
        is_clear = count == len({*constant, *self._paths}) and count < MAX_FIELDS
        return Sorting(self._paths, constant) if is_clear else None


class Layouts:
    """The layouts that were met; they change how fast an object is read, not what it says.

    Attributes:
        recent: Those that were met last, the latest first.
    """

    def __init__(self) -> None:
        self._known: dict[Signature, Layout | None] = {}
        self.recent: tuple[Layout, ...] = ()

    def read(self, text: str) -> tuple[Sorting, Values] | None:
        """Read an object by one of the layouts that were met last; None if it has none of these."""
        recent = self.recent
        if not recent or text[:1] != "{" or text[-1] != "}":
            return None
        found = recent[0].read(text)
        if found is not None:
            return found
        for layout in recent[1:]:
            found = layout.read(text)
            if found is not None:
                self._use(layout)
                return found
        return None

    def learn(self, found: Mapping[str, Any]) -> None:
        """Remember the layout of an object that none of them read; it is used from its second time on."""
        signature = tuple((key, value.__class__) for key, value in found.items())
        if signature not in self._known:
            if len(self._known) < _MOST_LAYOUTS:
                self._known[signature] = None
            return
        layout = self._known[signature]
        if layout is None:
            try:
                layout = self._known[signature] = Layout(found)
            except ValueError:
                return
        if layout.is_useful:
            self._use(layout)

    def _use(self, layout: Layout) -> None:
        others = (each for each in self.recent if each is not layout)
        self.recent = (layout, *others)[:_TRIED]
