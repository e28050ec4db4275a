"""What administrators can do to an instance."""

from web.admin.acts import look, moves, pages, retries, suspensions, timers

__all__ = ["look", "moves", "pages", "retries", "suspensions", "timers"]
