"""My work: the tasks that wait for a person."""

from flask import Blueprint, Response

blueprint = Blueprint("work", __name__)


@blueprint.get("/")
@blueprint.get("/work")
def inbox() -> Response:
    """The list."""
    return Response("")
