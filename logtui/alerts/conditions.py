"""Conditions of alert rules: the value that is computed of a window, and when it fires a rule."""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

import msgspec

from logtui.errors import TimeError
from logtui.model.times import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable

Operator: TypeAlias = Literal[">", ">=", "<", "<=", "=="]

_COMPARED: Final[dict[Operator, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
_SECOND: Final = 1_000_000_000
_LONGEST: Final = 3650 * 86_400 * _SECOND
"""A longer one could lead to a year that no calendar has."""

_AGGREGATE: Final = re.compile(r"\s*(?P<function>\w+)\s*\(\s*(?P<field>[^()\s]+)\s*\)\s*")
_FUNCTIONS: Final = ("avg", "sum", "min", "max", "p50", "p90", "p95", "p99")


class _Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """When a value fires a rule, and when it ends the alert.

    Attributes:
        threshold: The value to compare with.
        operator: The comparison, as in `value > threshold`, that holds if the rule is to fire.
        clear: An alert ends when the comparison with this value fails; None for the threshold. Between both values
            nothing changes (hysteresis).
        window: The length of the window, such as `5m`.
        unit: The unit that is printed after a value.
    """

    unit: ClassVar[str] = ""

    threshold: float
    operator: Operator = ">"
    clear: float | None = None
    window: str = "5m"

    def __post_init__(self) -> None:
        positive("window", self.window)
        if not all(isfinite(each) for each in (self.threshold, self.clear or 0.0)):
            raise ValueError("`threshold` and `clear` must be finite numbers")

    @property
    def span(self) -> int:
        """The length of the window, nanoseconds."""
        return nanoseconds(self.window)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields whose values are counted, as users name them."""
        return ()

    @property
    def subject(self) -> str:
        """What the value is, as people write it."""
        return str(type(self).__struct_config__.tag).replace("_", " ")

    @property
    def described(self) -> str:
        """The condition in one line, such as `count > 100 in 5m`."""
        return f"{self.subject} {self.operator} {self.threshold:,.6g}{self.unit} in {self.window}"

    def holds(self, value: float) -> bool:
        """Whether the condition holds for a value."""
        return _COMPARED[self.operator](value, self.threshold)

    def ends(self, value: float) -> bool:
        """Whether a value ends an alert."""
        limit = self.threshold if self.clear is None else self.clear
        return not self.holds(value) and not _COMPARED[self.operator](value, limit)


class Count(_Condition, frozen=True, tag="count"):
    """The number of matching records in the window."""


class Rate(_Condition, frozen=True, tag="rate"):
    """Matching records per second or minute, on average over the window.

    Attributes:
        per: The unit of time.
    """

    per: Literal["second", "minute"] = "second"

    @property
    def subject(self) -> str:
        """The rate with its unit."""
        return f"rate per {self.per}"


class Percentage(_Condition, frozen=True, tag="percentage"):
    """The share of matching records in the window, 0 to 100.

    Attributes:
        of: The query for the records that make 100 %; empty for all records.
    """

    unit: ClassVar[str] = " %"

    of: str = ""


class NewValue(_Condition, frozen=True, kw_only=True, tag="new_value"):
    """The number of values of a field that occur in the window for the first time.

    Attributes:
        field: The field.
        learn: A duration after the first record, in which values are learnt and do not count as new; empty for one
            window.
    """

    threshold: float = 0
    field: str
    learn: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        named("field", self.field)
        if self.learn:
            length("learn", self.learn)

    @property
    def fields(self) -> tuple[str, ...]:
        """The field."""
        return (self.field,)

    @property
    def subject(self) -> str:
        """The values with the field's name."""
        return f"new values of {self.field}"

    @property
    def learning(self) -> int:
        """How long values are learnt, nanoseconds."""
        return nanoseconds(self.learn) if self.learn else self.span


class Absence(_Condition, frozen=True, tag="absence"):
    """The number of matching records in the window, which is zero also if there are no records at all."""

    threshold: float = 0
    operator: Operator = "<="


class Change(_Condition, frozen=True, tag="change"):
    """By how many percent the number of matching records differs from that of the window before; negative for fewer.

    A window before without records counts as one record, so that a start from nothing is a large change.
    """

    unit: ClassVar[str] = " %"


class Distinct(_Condition, frozen=True, kw_only=True, tag="distinct"):
    """The number of different values of a field in the window.

    Attributes:
        field: The field.
    """

    field: str

    def __post_init__(self) -> None:
        super().__post_init__()
        named("field", self.field)

    @property
    def fields(self) -> tuple[str, ...]:
        """The field."""
        return (self.field,)

    @property
    def subject(self) -> str:
        """The values with the field's name."""
        return f"distinct values of {self.field}"


class Aggregate(_Condition, frozen=True, kw_only=True, tag="aggregate"):
    """A statistic of a numeric field over the matching records in the window; nothing where no record has a number.

    Attributes:
        of: The statistic and the field, such as `p99(duration_ms)`.
    """

    of: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self._parts["function"] not in _FUNCTIONS:
            raise ValueError(f"`of` knows {', '.join(_FUNCTIONS)}, not {self._parts['function']}")

    @property
    def function(self) -> str:
        """The statistic."""
        return self._parts["function"]

    @property
    def fields(self) -> tuple[str, ...]:
        """The field."""
        return (self._parts["field"],)

    @property
    def subject(self) -> str:
        """The statistic as written."""
        return self.of

    @property
    def _parts(self) -> re.Match[str]:
        match = _AGGREGATE.fullmatch(self.of)
        if match is None:
            raise ValueError(f"`of` is a statistic of a field, such as p99(duration_ms), not {self.of!r}")
        return match


Condition: TypeAlias = Count | Rate | Percentage | NewValue | Absence | Change | Distinct | Aggregate


@lru_cache(maxsize=1_024)
def nanoseconds(duration: str) -> int:
    """Parse a duration such as `5m` or `1h30m` to nanoseconds.

    Raises:
        ValueError: If the text is not a duration.
    """
    try:
        return int(parse_duration(duration).total_seconds() * _SECOND)
    except TimeError as error:
        raise ValueError(str(error)) from error


def length(key: str, duration: str) -> int:
    """Parse the duration that stands under a key, nanoseconds.

    Raises:
        ValueError: If the text is not a duration; the message begins with the key.
    """
    try:
        return nanoseconds(duration)
    except ValueError as error:
        raise ValueError(f"`{key}`: {error}") from error


def named(key: str, text: str) -> None:
    """Refuse a name that is blank.

    Raises:
        ValueError: If it is; the message begins with the key.
    """
    if not text.strip():
        raise ValueError(f"`{key}` must not be blank")


def positive(name: str, duration: str) -> int:
    """Parse a duration from a second to ten years.

    Args:
        name: The name of the setting, for the error.
        duration: The duration.

    Raises:
        ValueError: If the text is not a duration, or one that is shorter or longer.
    """
    size = length(name, duration)
    if size < _SECOND:
        raise ValueError(f"`{name}` must be at least a second, not {duration}")
    if size > _LONGEST:
        raise ValueError(f"`{name}` must be at most 3650d, not {duration}")
    return size
