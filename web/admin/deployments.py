"""To come."""

from web.admin import blueprint


@blueprint.get("/deployments")
def deployments() -> str:
    """To come."""
    return ""
