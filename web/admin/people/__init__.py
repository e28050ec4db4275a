"""The administrators' pages about people."""

from web.admin.people import acts, pages

__all__ = ["acts", "pages"]
