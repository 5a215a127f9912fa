"""The log list: rows, bars, jumps."""
