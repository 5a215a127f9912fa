"""Resolves leaves of the tree to conditions: a column, and the comparison that its cells have to meet.

A leaf is resolved once: its columns, its bounds, whether case matters. The result is plain data, so that a back end is
a table from the types of comparisons to its own code.
"""
