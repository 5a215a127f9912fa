"""Actions and the keys that perform them."""
