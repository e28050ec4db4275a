"""Signing in, one's own account, language and theme."""
