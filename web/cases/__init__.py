"""Cases: the list, one case, its timeline, documents, comments."""
