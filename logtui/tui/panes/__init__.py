"""Panes beside the list: fields, patterns, anomalies, alerts."""
