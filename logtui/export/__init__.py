"""records -> csv, json, jsonl, parquet, text, raw, table."""
