"""The administrators' pages about people."""

from web.admin.people import acts, pages, units

__all__ = ["acts", "pages", "units"]
