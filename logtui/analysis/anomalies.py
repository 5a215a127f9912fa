"""Runs every anomaly detector over a profile and ranks what they find."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from logtui.analysis import in_records, in_time
from logtui.analysis.finding import SEVERITIES, Anomaly
from logtui.analysis.timeline import Timeline

if TYPE_CHECKING:
    from logtui.analysis.profile import Profile

_MOST: Final = 50
_MOST_OF_A_DETECTOR: Final = 10
_TIMELINE_DETECTORS: Final = (
    in_time.error_spikes,
    in_time.volume_spikes,
    in_time.silences,
    in_time.floods,
    in_time.new_patterns,
    in_records.times_far_off,
)
_RECORD_DETECTORS: Final = (
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
    """Find what is unusual about the records of a profile.

    Args:
        profile: The anomaly profile of the records.

    Returns:
        At most 50 anomalies and at most 10 of a detector, the most severe first, then by start time. Profiles of the
        same records give the same anomalies, in whatever parts the records were profiled and merged.
    """
    timeline = Timeline.of(profile)
    found_by_detector = [detect(profile) for detect in _RECORD_DETECTORS]
    if timeline is not None:
        found_by_detector += [detect(profile, timeline) for detect in _TIMELINE_DETECTORS]
    found: list[Anomaly] = []
    for each in found_by_detector:
        found += islice(sorted(each, key=_rank), _MOST_OF_A_DETECTOR)
    return sorted(found, key=_rank)[:_MOST]


def _rank(anomaly: Anomaly) -> tuple[int, bool, float, str]:
    when = anomaly.start.timestamp() if anomaly.start else 0.0
    return SEVERITIES.index(anomaly.severity), anomaly.start is None, when, anomaly.title
