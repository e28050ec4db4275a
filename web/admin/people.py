"""To come."""

from web.admin import blueprint


@blueprint.get("/people")
def people() -> str:
    """To come."""
    return ""
