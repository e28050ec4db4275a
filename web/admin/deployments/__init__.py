"""The administrators' pages about deployments."""

from web.admin.deployments import comparison, downloads, pages, upload

__all__ = ["comparison", "downloads", "pages", "upload"]
