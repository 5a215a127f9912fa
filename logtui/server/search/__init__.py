"""The search API: the query language over HTTP."""
