"""tree -> one boolean Polars expression over record frames: the table from comparisons to expressions."""
