"""The administrators' pages: instances, one instance, deployments, the calendar, people."""

from flask import Blueprint, abort, request
from flask_login import current_user

from web import here
from web.admin.nav import subjects

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


from web.admin import (  # noqa: E402 - the routes need the blueprint
    account_acts,
    act_routes,
    calendar,
    deployments,
    instance,
    instances,
    people,
    retries,
    timer_acts,
    upload,
)

__all__ = [
    "account_acts",
    "act_routes",
    "blueprint",
    "calendar",
    "deployments",
    "instance",
    "instances",
    "people",
    "retries",
    "timer_acts",
    "upload",
]
