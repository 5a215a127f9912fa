"""Alert rules: which records are counted, over which window, and on which value the rule fires."""

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
    """When a value fires a rule, and when it ends the alert.

    Attributes:
        threshold: The value to compare with.
        operator: The comparison, as in `value >= threshold`, that holds if the rule is to fire.
        clear: An alert ends when the comparison with this value fails; None for the threshold. Between both values
            nothing changes (hysteresis).
        unit: The unit that is printed after a value.
    """

    unit: ClassVar[str] = ""

    threshold: float
    operator: Operator = ">="
    clear: float | None = None

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
    """Matching records per second over the window."""

    unit: ClassVar[str] = "/s"


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
        learn: A duration after the first record, in which values are learnt and do not count as new.
    """

    threshold: float = 1
    field: str
    learn: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alert rule.

    Attributes:
        name: The rule's name, unique among the rules.
        condition: The value that is computed of a window, and when it fires the rule.
        query: The query for the records that count; empty for all.
        window: The length of the window, such as `5m`; a multiple of `every`.
        every: The interval at which the window is evaluated.
        consecutive: The number of evaluations in a row in which the condition must hold before the rule fires.
        cooldown: The least time between two notified firings.
        severity: How bad it is when the rule fires.
        no_data: What a window without any record does: `no_data` enters the state No Data, `ok` ends an alert, `keep`
            changes nothing.
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
        """The interval between two evaluations, nanoseconds."""
        return nanoseconds(self.every)

    @property
    def steps(self) -> int:
        """The number of evaluation intervals in a window."""
        return nanoseconds(self.window) // self.step

    @property
    def counted(self) -> str:
        """The query for the records that are counted; empty for all."""
        of = self.condition.of.strip() if isinstance(self.condition, Percentage) else ""
        return f"({of}) ({self.query})" if of and self.query.strip() else of or self.query

    @property
    def wait(self) -> int:
        """The cooldown, nanoseconds."""
        return nanoseconds(self.cooldown)


def nanoseconds(duration: str) -> int:
    """Parse a duration such as `5m` or `1h30m` to nanoseconds.

    Raises:
        ValueError: If the text is not a duration.
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
