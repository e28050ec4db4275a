"""Agreements: the text that was frozen, who signed it, the papers that were made of it."""
