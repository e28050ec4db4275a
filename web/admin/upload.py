"""To come."""

from web.admin import blueprint


@blueprint.get("/upload")
def upload() -> str:
    """To come."""
    return ""
