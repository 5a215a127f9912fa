r"""logtui: explore logs in a terminal during incidents.

The folders are the flow of the data:

    bytes      lines      records     query       answers
    sources/ -> lines/ -> formats/ -> query/  ->  tui/ · export/
                    \______ engine/ joins them ______/
    entrance: cli/
"""

from __future__ import annotations

__version__ = "0.1.0"
