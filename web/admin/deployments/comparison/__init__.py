"""What differs between two versions of a folder, in the words of those who draw and write them."""

from web.admin.deployments.comparison.pages import changes_of

__all__ = ["changes_of"]
