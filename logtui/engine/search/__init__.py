"""a request -> its answer."""
