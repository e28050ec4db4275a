"""The people, their units and roles, and how they sign in."""
