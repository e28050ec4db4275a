"""What a company reports of its complaints: how many, of what kind, how late, how long, what they cost."""
