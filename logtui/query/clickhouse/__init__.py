"""Filters as SQL of ClickHouse, which narrows down what has to be read; the Polars condition says what a query means."""
