"""What kinds of fields are made with: what they read from, what they are, and how they are shown."""
