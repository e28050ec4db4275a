"""The page on which anyone asks whether a paper is that of a signed agreement."""
