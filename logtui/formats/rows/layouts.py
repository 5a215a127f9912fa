"""Reads JSON objects with the same keys quickly: what is worked out for one object is reused for the next.

A `Layout` is the keys of an object and the types of their values. It decodes an object into a struct in which strings
and numbers are decoded, while arrays and inner objects, such as a pod's metadata, stay raw JSON, because the same few
come again and again. Layout and raw JSON together determine a `ReadingPlan`: which value is which core text or field.
The readings equal those of `naming.named`, the slow way.
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
_EXACT: Final = 2**53
"""A float holds every integer below this exactly."""

_MAX_STREAMS: Final = 1024
_MAX_RECENT: Final = 2
_MAX_LAYOUTS: Final = 256
_PLANS_BEFORE_JUDGING: Final = 1024
"""Plans that a layout may make before `is_useful` asks whether they are reused."""

_MIN_READS_PER_PLAN: Final = 16
"""Objects that a plan must serve on average for a layout to be useful: making a plan takes long."""

_MAX_PLANS: Final = 1024
_astuple: Final = msgspec.structs.astuple


class ReadingPlan:
    """Assigns the values of objects with one layout and the same raw JSON to core texts and fields.

    Such objects differ only in their strings and numbers; these are the `values` that the methods take, in the order of
    `paths`. A place is an index into `values`.

    Args:
        paths: The keys of the strings and numbers.
        constant: The texts inside the raw JSON, by dotted path; the same in every object.

    Attributes:
        wrapping: The kind of envelope that the objects are; None if they are not envelopes.
        format: The name of that kind.
        payload: The place of an envelope's inner line; None if there is none.
        time: The place of an envelope's time; None if there is none, if the name of its stream takes several of the
            values, or if values decide which of them is which core text.
    """

    def __init__(self, paths: tuple[str, ...], constant: dict[str, str]) -> None:
        self._paths = paths
        self._constant = constant
        texts = {**constant, **dict.fromkeys(paths, "")}
        self.wrapping = next((each for each in WRAPPINGS if line_of(each, texts)), None)
        self.format = self.wrapping.name if self.wrapping else None
        place = line_of(self.wrapping, texts) if self.wrapping else None
        self._line_key = place.key if place else None
        self._may_be_bytes = self.wrapping is not None and self.wrapping.may_be_bytes
        self._has_message = any(key in texts for key in MESSAGE_KEYS)
        self.payload = paths.index(place.key) if place and place.key in paths else None
        self._constant_core: dict[str, str] = {}
        self._constant_fields: dict[str, str] = {}
        self._core_places: list[tuple[str, int]] = []
        self._field_places: list[tuple[str, int]] = []
        self._is_regular = self._assign()
        self._place_of_core = dict(self._core_places)
        self._place_of_field = dict(self._field_places)
        self._container = None if "container" in self._place_of_field else self._constant_fields.get("container")
        self._stream_parts = self._parts_of_streams()
        self._streams: dict[str, str] = {}
        self.time = self._place_of_core.get("time_text") if self._is_regular and self.payload is not None else None
        places = [part for part in self._stream_parts if isinstance(part, int)]
        self._stream_place = places[0] if places else None
        self._constant_stream = None if places else "/".join(map(str, self._stream_parts))
        if len(places) > 1:
            self.time = None
        ruled = (self.payload, self.time, self._stream_place)
        self._checked_places = [place for place in range(len(paths)) if place not in ruled]

    @property
    def is_envelope(self) -> bool:
        """Whether the objects are envelopes, also those whose inner line is in the raw JSON."""
        return self.wrapping is not None

    def line(self, values: Values) -> str | None:
        """The inner line of an envelope; None if this value has to be examined to know whether it is an inner line."""
        if self.payload is None:
            return None
        line = values[self.payload]
        if line[:1] == "{" and self._line_key == AGENT_KEY and (self._has_message or not holds_message(line)):
            return None
        return None if self._may_be_bytes and line[:1] == "[" else line

    def fields(self, values: Values) -> dict[str, str] | None:
        """The texts of an object by dotted path; None if a value is the text of a JSON object, to be flattened too."""
        for path, value in zip(self._paths, values, strict=True):
            if value[:1] == "{" and path not in WHOLE_KEYS:
                return None
        return {**self._constant, **dict(zip(self._paths, values, strict=True))}

    def reading(self, values: Values) -> Reading | None:
        """The reading of an object, equal to that of `named`; None if its values need the slow way.

        That is so if a core text's value is empty, if one under a time's key is no time, or if one is an object's text.
        """
        if not self._is_regular:
            return None
        core = self._constant_core.copy()
        for name, place in self._core_places:
            value = values[place]
            if not value or value[0] == "{" or (name == "time_text" and not is_time(value)):
                return None
            core[name] = value
        fields = self._constant_fields.copy()
        for name, place in self._field_places:
            value = values[place]
            if value[:1] == "{":
                return None
            fields[name] = value
        return Reading(core, fields)

    def text(self, name: str, values: Values) -> str | None:
        """A core text of an object; only if `reading` is not None for the same values."""
        place = self._place_of_core.get(name)
        return self._constant_core.get(name) if place is None else values[place]

    def field(self, name: str, values: Values) -> str | None:
        """A field of an object; only if `reading` is not None for the same values."""
        place = self._place_of_field.get(name)
        return self._constant_fields.get(name) if place is None else values[place]

    def container(self, values: Values) -> str | None:
        """The container of an object; only if `reading` is not None for the same values."""
        return self._container or self.field("container", values)

    def envelope_fields(self, values: Values) -> dict[str, str]:
        """The fields of an object; only if `reading` is not None for the same values."""
        fields = self._constant_fields.copy()
        for name, place in self._field_places:
            fields[name] = values[place]
        return fields

    def stream(self, values: Values) -> str | None:
        """The name of an envelope's stream, as `stream_of` makes it; None if `reading` may be None for these values.

        The value of the time is not examined: the caller has read it already.
        """
        for other in self._checked_places:
            value = values[other]
            if not value or value[0] == "{":
                return None
        place = self._stream_place
        if place is None:
            return self._constant_stream
        part = values[place]
        stream = self._streams.get(part)
        if stream is None:
            if not part or part[0] == "{":
                return None
            if len(self._streams) >= _MAX_STREAMS:
                self._streams.clear()
            parts = [values[part] if isinstance(part, int) else part for part in self._stream_parts]
            stream = self._streams[part] = "/".join(parts)
        return stream

    def _parts_of_streams(self) -> list[str | int]:
        """The parts of the name of an object's stream, each a constant text or the place of a value."""
        parts: dict[str, str | int] = {**self._constant_fields, **dict(self._field_places)}
        return [parts[name] for name in STREAM_FIELDS if name in parts]

    def _assign(self) -> bool:
        """Decide which value is which core text or field; false if that depends on the values."""
        plan, inner = plan_of((*self._paths, *self._constant)), plan_of(tuple(self._constant))
        places = {path: place for place, path in enumerate(self._paths)}
        names = [name for name, path in plan.roles if path != self._line_key]
        self._core_places = [
            (name, places[path]) for name, path in plan.roles if path in places.keys() - {self._line_key}
        ]
        self._field_places = [(name, places[path]) for name, path in plan.rest if path in places]
        constant = named(self._constant)
        self._constant_core, self._constant_fields = constant.core, constant.fields
        differing = [name for name, _ in self._core_places]
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
    """Decodes objects that have the same keys with values of the same types.

    Args:
        found: The first such object, decoded.

    Attributes:
        decode: Decodes the text of an object to a struct of its values, strings and numbers first, then raw JSON.
        count: The number of strings and numbers.
        has_one_raw: Whether exactly one value stays raw JSON.
        has_numbers: Whether any of the strings and numbers is a number.
        plans: The reading plans by raw JSON; None where the values are not determined by it.
        reads: The number of objects that were decoded.

    Raises:
        ValueError: If the keys cannot be the field names of a struct.
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
        self.plans: dict[RawParts, ReadingPlan | None] = {}
        self.reads = 0
        self._plans_made = 0

    def read(self, text: str) -> tuple[ReadingPlan, Values] | None:
        """Decode an object and find its reading plan.

        Args:
            text: A text that begins with `{` and ends with `}`.

        Returns:
            The plan, and the strings and numbers as texts; None if the object has another layout or no plan.
        """
        try:
            parts = _astuple(self.decode(text))
        except (msgspec.DecodeError, RecursionError):
            return None
        raw = self.raw_parts(parts)
        self.reads += 1
        plan = self.plans.get(raw)
        if plan is None and (raw in self.plans or (plan := self._make_plan(raw)) is None):
            return None
        texts = self.texts_of(parts) if self.has_numbers else parts[: self.count]
        return None if texts is None else (plan, texts)

    def read_again(self, text: str) -> tuple[ReadingPlan, Values] | None:
        """Decode an object that was read by a plan before, which may be forgotten by now.

        Args:
            text: The object.

        Returns:
            As `read`.
        """
        parts = _astuple(self.decode(text))
        raw = self.raw_parts(parts)
        plan = self.plans.get(raw) or self._plan_of_raw(raw)
        values = self.texts_of(parts)
        return None if plan is None or values is None else (plan, values)

    def raw_parts(self, parts: tuple[Any, ...]) -> RawParts:
        """The raw JSON of a decoded object, as a key of `plans`."""
        return bytes(parts[self.count]) if self.has_one_raw else tuple(map(bytes, parts[self.count :]))

    def texts_of(self, parts: tuple[Any, ...]) -> Values | None:
        """The strings and numbers of a decoded object as texts; None if a float may have lost digits."""
        texts = []
        for value in parts[: self.count]:
            kind = value.__class__
            if kind is float and not -_EXACT < value < _EXACT:
                return None
            texts.append(value if kind is str else str(value) if kind is int else float_text(value))
        return tuple(texts)

    @property
    def is_useful(self) -> bool:
        """Whether the same raw JSON comes often enough for plans to pay."""
        return self._plans_made <= _PLANS_BEFORE_JUDGING or self._plans_made * _MIN_READS_PER_PLAN <= self.reads

    def _make_plan(self, raw: RawParts) -> ReadingPlan | None:
        if not self.is_useful:
            return None
        if len(self.plans) >= _MAX_PLANS:
            self.plans.clear()
        self._plans_made += 1
        plan = self.plans[raw] = self._plan_of_raw(raw)
        return plan

    def _plan_of_raw(self, raw: RawParts) -> ReadingPlan | None:
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
        return ReadingPlan(self._paths, constant) if is_clear else None


class Layouts:
    """A cache of layouts; it changes how fast objects are read, not what is read.

    Attributes:
        recent: The two layouts used last, the latest first; only these are tried.
    """

    def __init__(self) -> None:
        self._known: dict[Signature, Layout | None] = {}
        self.recent: tuple[Layout, ...] = ()

    def read(self, text: str) -> tuple[ReadingPlan, Values] | None:
        """Read an object by a recent layout; None if it has none of them."""
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
        """Note the layout of an object that no recent layout read; a layout is built when it comes the second time."""
        signature = tuple((key, value.__class__) for key, value in found.items())
        if signature not in self._known:
            if len(self._known) < _MAX_LAYOUTS:
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
        self.recent = (layout, *others)[:_MAX_RECENT]
