"""The page of one instance."""

from web.admin.instance import pages

__all__ = ["pages"]
