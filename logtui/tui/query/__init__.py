"""The filter: bar, clauses, history."""
