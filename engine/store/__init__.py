"""The tables, and the way to the database."""
