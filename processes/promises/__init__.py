"""What a letter promises, read from its own words, against what was approved for it."""
