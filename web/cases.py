"""Cases."""

from flask import Blueprint, Response

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases")
def list_cases() -> Response:
    """The list."""
    return Response("")
