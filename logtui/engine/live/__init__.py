"""inputs that are open -> snapshots of what has been read."""
