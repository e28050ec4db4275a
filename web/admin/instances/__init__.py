"""The list of instances."""

from web.admin.instances import pages

__all__ = ["pages"]
