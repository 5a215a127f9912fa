"""bodies that were received -> the journal -> record frames."""
