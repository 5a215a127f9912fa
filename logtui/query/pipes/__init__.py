"""record frames -> stages -> tables: what happens to the records that a filter keeps."""
