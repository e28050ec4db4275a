"""The case: its row in the register, who may see it, what happened in it, what belongs to it."""
