"""paths -> bytes."""
