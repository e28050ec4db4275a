"""The administrators' pages about deployments."""

from web.admin.deployments import pages, upload

__all__ = ["pages", "upload"]
