"""Drawings, and the way of a case through them."""
