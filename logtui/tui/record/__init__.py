"""One record, and records that leave the screen."""
