"""Registering a complaint."""
