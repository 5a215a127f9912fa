"""Which lines continue the record above: stack traces, closing brackets, indented text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.formats.patterns import matches

if TYPE_CHECKING:
    import polars as pl

CONTINUED: Final = (
    r"^(?:[ \t]+\S|[}\])]|Caused by: |Traceback \(most recent|During handling of the above|The above exception was|"
    r"\.{3} \d+ (?:more|common)|goroutine \d+ \[|Suppressed: |--- End of |created by |exit status \d|\[signal )"
)
FIRSTS_OF_CONTINUED: Final = frozenset(" \t}])CTD.gS-ce[")
"""The characters with which such a line begins."""

LAST_OF_TRACE: Final = r"^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Iteration|Fault)(?::|$)"


def looks_continued(texts: pl.Series) -> pl.Series:
    """Whether a line looks like part of the record above, whatever the format.

    Args:
        texts: Consecutive lines.

    Returns:
        Boolean, same length: indented or closing lines, the frames and causes of stack traces, and the line
        `SomeError: text` that ends a Python traceback.
    """
    continued = matches(texts, CONTINUED)
    ends_trace = matches(texts, LAST_OF_TRACE) & continued.shift(1, fill_value=False)
    return continued | ends_trace
