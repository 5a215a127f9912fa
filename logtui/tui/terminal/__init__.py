"""The terminal: its driver, the mouse, colours, and sanitized text."""
