"""a window -> counts, series and tables of its records."""
