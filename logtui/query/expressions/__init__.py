"""tree -> one boolean Polars expression over record frames."""
