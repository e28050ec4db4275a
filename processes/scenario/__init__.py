"""Scenarios: one case played through a diagram on a clock of its own, with what must come out."""
