"""engine -> screen."""
