"""Records in ClickHouse: SQL narrows down and counts, and the executor decides what SQL cannot."""
