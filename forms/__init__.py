"""What people fill in: form files become fields, a validator and HTML. Knows nothing of the other packages."""
