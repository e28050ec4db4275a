"""Registering a complaint."""

from flask import Blueprint, Response

blueprint = Blueprint("register", __name__)


@blueprint.get("/register")
def form() -> Response:
    """The form."""
    return Response("")
