"""Showing a form to be filled in, and answers to be read."""
