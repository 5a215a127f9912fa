"""Aggregations over the records that match a request, many in one pass."""
