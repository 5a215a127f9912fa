"""lines -> records."""
