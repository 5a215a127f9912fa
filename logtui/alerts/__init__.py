"""rules + records -> states: which conditions hold, since when, and what changed.

Rules are declarations, `step` is a pure state machine, `Evaluator` feeds it with what the records of a snapshot say.
"""
