"""Procedures: what a folder's declaration says beside its diagrams, tables and forms."""
