"""Filters as conditions in SQL of ClickHouse that narrow down what is read; what a query means, the Polars one says."""
