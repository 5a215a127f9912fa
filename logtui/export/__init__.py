"""records -> files."""
