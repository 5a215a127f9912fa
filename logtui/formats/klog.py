"""glog and klog: a letter, month and day, a clock, the thread, the place (glog documentation, "Log Line Prefix").

Google's C++ and Go loggers, Kubernetes and absl share the layout; newer glog and CockroachDB write the year too.
"""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration

KLOG: Final = Declaration(
    name="klog",
    patterns=(
        r"^\s*(?P<level_text>[DIWEF])(?P<time_text>(?:\d{4}|\d{6}|\d{8}) \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)\s+"
        r"(?P<pid>\d+) (?P<logger>[^\s\]]+:\d+)(?:\]| ⋮) ?(?P<message>.*)$",
    ),
    samples=(
        "I0722 12:34:56.000123    4211 controller.go:117] synced 3 pods",
        "E20250722 12:34:56.000123 4211 store.cc:42] lost the lock",
        "W250722 12:34:56.000123 77 server/node.go:12 ⋮ [n1] clock offset",
    ),
)
