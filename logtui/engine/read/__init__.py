"""bytes of sources -> batches of records."""
