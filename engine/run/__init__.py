"""Runs instances: one step at a time, each in one transaction."""
