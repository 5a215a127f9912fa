"""leaf of the tree -> conditions: which column is asked, and the comparison that its cells have to meet.

Here a leaf is read once: whose column it is, what its bounds are, which letters are the same. What is left is plain
data, so that a back end is a table from the types of comparisons to its own code.
"""
