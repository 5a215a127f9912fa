"""the records of a window -> counts, series and tables."""
