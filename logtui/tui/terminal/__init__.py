"""The terminal: driver, mouse, colours, text that is safe for it."""
