"""Filling in: what a page, a program or a scenario sends becomes values, or is refused field by field."""
