"""The Polars back end: compiles the tree to one boolean expression over record frames."""
