"""Search."""

from flask import Blueprint, Response

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def results() -> Response:
    """The list."""
    return Response("")


@blueprint.get("/search/suggest")
def suggest() -> Response:
    """The list."""
    return Response("")
