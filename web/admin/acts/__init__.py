"""What administrators can do to an instance."""

from web.admin.acts import look, pages, retries, timers

__all__ = ["look", "pages", "retries", "timers"]
