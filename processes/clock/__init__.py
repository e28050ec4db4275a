"""Working days and deadlines."""
