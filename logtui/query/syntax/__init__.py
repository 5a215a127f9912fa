"""text -> tokens -> tree, and back: the one place that knows how queries are written."""
