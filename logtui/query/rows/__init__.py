"""tree -> a predicate over single records, in plain Python and without Polars.

It means what the compiled expressions mean, with two exceptions that a single record makes: names are looked up among
the fields of the record at hand, and of several that differ from a name only in case any may match.
"""

from logtui.model.row import Row
from logtui.query.rows.predicate import predicate
from logtui.query.rows.sieving import level_test, needles_of

__all__ = ["Row", "level_test", "needles_of", "predicate"]
