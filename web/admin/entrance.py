"""The way into the administrators' pages: for nobody else, and what each of them shows around it."""

from flask import Blueprint, abort, request
from flask_login import current_user

from web.admin.nav import subjects
from web.shell import here

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.before_request
def admit() -> None:
    """Only administrators; for anybody else there is nothing here."""
    if not current_user.is_authenticated or not here.actor().admin:
        abort(404)


@blueprint.context_processor
def around() -> dict[str, object]:
    """The way to the other subjects, on every page."""
    return {"subnav": subjects(request.path)}
