"""To come."""

from web.admin import blueprint


@blueprint.get("/calendar")
def calendar() -> str:
    """To come."""
    return ""
