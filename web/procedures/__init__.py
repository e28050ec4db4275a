"""The procedures as they are drawn, and the rules of their documents with what follows them."""
