"""Letting an instance or a process stand still, and go on again."""

from dataclasses import replace

from flask import url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, deployments, suspensions
from web.admin.acts.about import called, page_of
from web.admin.acts.confirm import carry_out, carry_out_freely
from web.admin.entrance import blueprint
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.parts import Confirm
from web.shell.people import joined


@blueprint.route("/instances/<int:instance_id>/suspend", methods=["GET", "POST"])
def suspend(instance_id: int) -> BaseResponse:
    """Let an instance stand still."""

    def ask(session: Session) -> Confirm:
        return _stopping(
            _("Stop %(number)s for a while?", number=called(session, instance_id)),
            url_for("admin.suspend", instance_id=instance_id),
            page_of(instance_id),
        )

    def do(session: Session, reason: str) -> str:
        suspensions.suspend(session, instance_id=instance_id, by=here.actor(), reason=reason)
        return _("It stands still.")

    return carry_out(instance_id, ask, do)


@blueprint.route("/instances/<int:instance_id>/resume", methods=["GET", "POST"])
def resume(instance_id: int) -> BaseResponse:
    """Let an instance go on."""

    def ask(session: Session) -> Confirm:
        return _going_on(
            _("Let %(number)s go on?", number=called(session, instance_id)),
            url_for("admin.resume", instance_id=instance_id),
            page_of(instance_id),
        )

    def do(session: Session, reason: str) -> str:
        suspensions.resume(session, instance_id=instance_id, by=here.actor(), reason=reason)
        return _("It goes on.")

    return carry_out(instance_id, ask, do)


@blueprint.route("/processes/<key>/suspend", methods=["GET", "POST"])
def suspend_process(key: str) -> BaseResponse:
    """Let a process with all its instances stand still."""

    def ask() -> Confirm:
        title = _("Stop all of %(name)s for a while?", name=_name(key))
        asked = _stopping(title, url_for("admin.suspend_process", key=key), _list_of(key))
        with here.reading() as session:
            callers = suspensions.only_callers(session, key)
        if not callers:
            return asked
        problem = _(
            "Only these call it, and nothing of it stands still by itself: %(names)s. Stop those instead.",
            names=joined(map(_name, callers)),
        )
        return replace(asked, act="", text="", reason=False, problem=problem)

    def do(reason: str) -> str:
        with here.transaction() as session:
            suspensions.suspend(session, process_key=key, by=here.actor(), reason=reason)
        return _("It stands still.")

    return carry_out_freely(ask, do)


@blueprint.route("/processes/<key>/resume", methods=["GET", "POST"])
def resume_process(key: str) -> BaseResponse:
    """Let a process with all its instances go on."""

    def ask() -> Confirm:
        title = _("Let all of %(name)s go on?", name=_name(key))
        return _going_on(title, url_for("admin.resume_process", key=key), _list_of(key))

    def do(reason: str) -> str:
        with here.transaction() as session:
            suspensions.resume(session, process_key=key, by=here.actor(), reason=reason)
        return _("It goes on.")

    return carry_out_freely(ask, do)


def _stopping(title: str, address: str, back: str) -> Confirm:
    return Confirm(
        title=title,
        text=_(
            "Nothing starts, falls due or is completed meanwhile; what is open stays open. Whoever comes across it "
            "reads your reason."
        ),
        address=address,
        act=_("Stop"),
        leave=_("Let it run"),
        back=back,
        icon="player-pause",
        dangerous=True,
    )


def _going_on(title: str, address: str, back: str) -> Confirm:
    return Confirm(
        title=title,
        text=_("What fell due meanwhile is done now, the oldest first."),
        address=address,
        act=_("Let it go on"),
        leave=_("Leave it"),
        back=back,
        icon="player-play",
    )


def _name(key: str) -> str:
    """What people call a process; NotFound when there is none."""
    with here.reading() as session:
        found = deployments.get_process_definition(session, key)
    return language.say(found.name, found.deployment_id)


def _list_of(key: str) -> str:
    return url_for("admin.instances", procedure=key)
