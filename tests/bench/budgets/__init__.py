"""All budgets of the design, measured beside their peers: `python -m tests.bench`."""
