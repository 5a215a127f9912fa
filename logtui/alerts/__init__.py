"""rules + records -> states: which alerts fire, since when, and what changed.

A `Rule` is a declaration, `step` the pure state machine of one rule. `Evaluator` counts the records of a dataset and
feeds the counts to the state machines.
"""
