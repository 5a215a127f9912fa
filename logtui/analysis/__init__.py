"""records -> counts that can be added up -> what is unusual about them. Pure: frames in, findings out.

`Profile` sums up any number of records, `anomalies` looks at a profile.
"""

from logtui.analysis.anomalies import anomalies
from logtui.analysis.finding import Anomaly, Kind
from logtui.analysis.profile import PROFILED, Place, Profile

__all__ = ["PROFILED", "Anomaly", "Kind", "Place", "Profile", "anomalies"]
