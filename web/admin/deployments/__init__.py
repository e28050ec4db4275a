"""The administrators' pages about deployments."""

from web.admin.deployments import comparison, pages, upload

__all__ = ["comparison", "pages", "upload"]
