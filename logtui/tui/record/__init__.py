"""Shows the details of one record, and copies, edits and exports records."""
