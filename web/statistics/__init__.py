"""Statistics: what a company reports of its complaints, with the cases behind each number."""
