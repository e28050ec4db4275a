"""What administrators can do to an instance."""

from web.admin.acts import look, pages, retries, suspensions, timers

__all__ = ["look", "pages", "retries", "suspensions", "timers"]
