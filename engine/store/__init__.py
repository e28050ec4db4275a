"""The tables in which everything is remembered, and what their values may be."""
