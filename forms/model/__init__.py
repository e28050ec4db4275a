"""A form as it was understood, and its answers while they are looked at."""
