"""Whether the pages can reach their database: for whoever watches over the process."""

from flask import Blueprint, Response

from engine.errors import Passing
from web.shell import here

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def alive() -> Response:
    """`ok` when a statement can be answered; else 503 with what is wrong in one line."""
    try:
        here.kesu().database.check()
    except Passing as error:
        return Response(f"{error}\n", status=503, content_type="text/plain; charset=utf-8")
    return Response("ok\n", content_type="text/plain")
