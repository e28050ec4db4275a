"""What forms are written in: expressions, texts with values inside, marks, and the sentences people are told."""
