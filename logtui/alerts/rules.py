"""Alert rules: what is counted, over which time, and when that is too much."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

import msgspec

from logtui.errors import TimeError
from logtui.model.times import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable

Operator: TypeAlias = Literal[">", ">=", "<", "<=", "=="]
Severity: TypeAlias = Literal["info", "warning", "critical"]
NoData: TypeAlias = Literal["no_data", "ok", "keep"]

SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")
"""The most severe first."""

_COMPARED: Final[dict[Operator, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
_MOST_STEPS: Final = 10_000
_SECOND: Final = 1_000_000_000


class _Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What a value is compared with.

    Attributes:
        threshold: The value that the condition holds at.
        operator: How a value is compared with it.
        clear: The value at which an alert ends; None for as soon as the condition does not hold. Between both
            nothing changes (hysteresis).
        unit: What stands behind a value.
    """

    unit: ClassVar[str] = ""

    threshold: float
    operator: Operator = ">="
    clear: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value is one to alert on."""
        return _COMPARED[self.operator](value, self.threshold)

    def ends(self, value: float) -> bool:
        """Whether an alert ends at a value."""
        limit = self.threshold if self.clear is None else self.clear
        return not self.holds(value) and not _COMPARED[self.operator](value, limit)


class Count(_Condition, frozen=True, tag="count"):
    """The number of matching records in the window."""


class Rate(_Condition, frozen=True, tag="rate"):
    """Matching records per second over the window."""

    unit: ClassVar[str] = "/s"


class Percentage(_Condition, frozen=True, tag="percentage"):
    """The share of matching records in the window, 0 to 100.

    Attributes:
        of: The query for the whole; empty for all records.
    """

    unit: ClassVar[str] = " %"

    of: str = ""


class NewValue(_Condition, frozen=True, kw_only=True, tag="new_value"):
    """How many values of a field the matching records of the window have that were never there before.

    Attributes:
        field: The field.
        learn: How much time from the first record on only tells which values are known.
    """

    threshold: float = 1
    field: str
    learn: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alert rule.

    Attributes:
        name: Its name, unique among the rules.
        condition: What has to hold.
        query: Which records count; empty for all.
        window: How far back is counted, such as `5m`; a multiple of `every`.
        every: How often the window is looked at.
        consecutive: How many looks in a row have to find the condition true.
        cooldown: The least time between two firings.
        severity: How bad it is.
        no_data: What to do when no records came at all: `no_data` is a state of its own, `ok` ends an alert, `keep`
            leaves things as they are.
    """

    name: str
    condition: Count | Rate | Percentage | NewValue
    query: str = ""
    window: str = "5m"
    every: str = "1m"
    consecutive: int = 1
    cooldown: str = "0s"
    severity: Severity = "warning"
    no_data: NoData = "no_data"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a rule needs a name")
        if self.consecutive < 1:
            raise ValueError(f"`consecutive` must be at least 1, not {self.consecutive}")
        window, every = _positive("window", self.window), _positive("every", self.every)
        if window % every or window // every > _MOST_STEPS:
            raise ValueError(f"`window` ({self.window}) must be a multiple of `every` ({self.every}), not above 10,000")
        nanoseconds(self.cooldown)
        if isinstance(self.condition, NewValue) and self.condition.learn:
            nanoseconds(self.condition.learn)

    @property
    def step(self) -> int:
        """Nanoseconds between two looks."""
        return nanoseconds(self.every)

    @property
    def steps(self) -> int:
        """How many steps a window has."""
        return nanoseconds(self.window) // self.step

    @property
    def counted(self) -> str:
        """The query for the records that are counted; empty for all."""
        of = self.condition.of.strip() if isinstance(self.condition, Percentage) else ""
        return f"({of}) ({self.query})" if of and self.query.strip() else of or self.query

    @property
    def wait(self) -> int:
        """The least nanoseconds between two firings."""
        return nanoseconds(self.cooldown)


def nanoseconds(duration: str) -> int:
    """A duration such as `5m` or `1h30m` in nanoseconds.

    Raises:
        ValueError: If it is none.
    """
    try:
        return int(parse_duration(duration).total_seconds() * _SECOND)
    except TimeError as error:
        raise ValueError(str(error)) from error


def _positive(name: str, duration: str) -> int:
    size = nanoseconds(duration)
    if size <= 0:
        raise ValueError(f"`{name}` must be more than nothing, not {duration}")
    return size
