"""bytes -> lines."""
