"""Where rules, states, history and the notifications that are to be delivered are kept."""
