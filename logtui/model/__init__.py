"""The vocabulary that the stages share: record schema, well-known fields, levels, time grammar."""
