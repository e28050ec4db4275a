"""Whether the pages can reach their database: for whoever watches over the process."""

from flask import Blueprint, Response
from sqlalchemy import text

from web.shell import here

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def alive() -> Response:
    """`ok`, when a statement can be answered."""
    with here.reading() as session:
        session.execute(text("SELECT 1"))
    return Response("ok\n", content_type="text/plain")
