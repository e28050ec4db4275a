"""What administrators can do to an instance."""

from web.admin.acts import pages, retries, timers

__all__ = ["pages", "retries", "timers"]
