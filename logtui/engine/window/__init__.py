"""a snapshot and a filter -> rows for a view."""
