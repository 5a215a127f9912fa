"""records -> anomaly profile -> anomalies. Pure: frames in, findings out.

A `Profile` holds pre-aggregated counts of records, and profiles add up; `anomalies` finds what is unusual in one.
"""

from logtui.analysis.anomalies import anomalies
from logtui.analysis.finding import Anomaly, Kind
from logtui.analysis.profile import PROFILED, Place, Profile

__all__ = ["PROFILED", "Anomaly", "Kind", "Place", "Profile", "anomalies"]
