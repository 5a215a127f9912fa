"""All looks at a profile, and the order of what they find."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from logtui.analysis import in_records, in_time
from logtui.analysis.finding import SEVERITIES, Anomaly
from logtui.analysis.timeline import Timeline

if TYPE_CHECKING:
    from logtui.analysis.profile import Profile

_MOST: Final = 50
_MOST_OF_A_KIND: Final = 10
_AT_TIMES: Final = (
    in_time.error_spikes,
    in_time.volume_spikes,
    in_time.silences,
    in_time.floods,
    in_time.new_patterns,
    in_records.times_far_off,
)
_AT_RECORDS: Final = (
    in_records.rare_patterns,
    in_records.unknown_levels,
    in_records.rare_levels,
    in_records.times_never_set,
    in_records.times_to_come,
    in_records.times_unreadable,
    in_records.steps_back,
    in_records.long_lines,
)


def anomalies(profile: Profile) -> list[Anomaly]:
    """What is unusual about some records.

    Args:
        profile: Their profile.

    Returns:
        At most 50 anomalies, the most severe first, then in the order of time; the same for the same records, however
        their profile was put together.
    """
    timeline = Timeline.of(profile)
    looks = [look(profile) for look in _AT_RECORDS]
    if timeline is not None:
        looks += [look(profile, timeline) for look in _AT_TIMES]
    found: list[Anomaly] = []
    for anomalies_of_a_kind in looks:
        found += islice(sorted(anomalies_of_a_kind, key=_rank), _MOST_OF_A_KIND)
    return sorted(found, key=_rank)[:_MOST]


def _rank(anomaly: Anomaly) -> tuple[int, bool, float, str]:
    when = anomaly.start.timestamp() if anomaly.start else 0.0
    return SEVERITIES.index(anomaly.severity), anomaly.start is None, when, anomaly.title
